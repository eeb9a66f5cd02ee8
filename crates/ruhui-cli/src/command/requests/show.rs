//! `ruhui requests show`: all of one request, for people.

use super::again;
use super::exchange::encoded;
use super::fault;
use crate::cli::{Output, ShowArguments, ShowFormat};
use crate::controls::Controls;
use crate::controls::text;
use crate::language::Language;
use crate::output::{self, printable};
use serde_json::Value;
use std::fmt::Write as _;

pub(super) async fn run(arguments: ShowArguments, language: Language) -> anyhow::Result<()> {
    let ShowArguments { id, format, show_sensitive, output: how, controls: which } = arguments;
    let controls = Controls::find(&which, language)?;
    let sensitive = [("show_sensitive", if show_sensitive { "true" } else { "false" })];
    match (format, how.output) {
        (Some(ShowFormat::Curl), _) => {
            let command = again::curl(&controls, &id).await?;
            output::line(&command)?;
        }
        (Some(ShowFormat::Har), _) => {
            let exchange = controls.get(&format!("requests/{}", encoded(&id)), &[]).await?;
            let number = exchange["id"].as_u64().unwrap_or_default();
            let (after, before) = (number.saturating_sub(1).to_string(), (number + 1).to_string());
            let query = [("after", after.as_str()), ("before", &before), sensitive[0]];
            output::json(&controls.get("requests/har", &query).await?)?;
        }
        (None, how) => {
            let exchange = controls.get(&format!("requests/{}", encoded(&id)), &sensitive).await?;
            match how {
                Output::Json => output::json(&exchange)?,
                Output::Text => output::line(shown(&exchange, language).trim_end())?,
            }
        }
    }
    Ok(())
}

/// Formats an exchange: facts, then the messages in the form of `curl -v`, then the diagnosis.
fn shown(exchange: &Value, language: Language) -> String {
    let mut out = output::columns_of(
        &facts(exchange, language).iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>(),
    );
    out.push('\n');
    for (name, sign) in [("request", '>'), ("response", '<')] {
        out.push('\n');
        out += &message(&exchange[name], sign, language);
    }
    if let Some(diagnosis) = exchange.get("diagnosis") {
        out.push('\n');
        out += &diagnosed(diagnosis, exchange, language);
    }
    out
}

fn facts(exchange: &Value, language: Language) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut add = |en, zh, value: String| {
        if !value.is_empty() {
            facts.push((language.pick(en, zh), printable(&value)));
        }
    };
    let id = &exchange["id"];
    add("request", "请求", format!("{id}  {}", text(exchange, "time")));
    if let Some(event) = exchange["event_id"].as_str() {
        let attempt = &exchange["attempt"];
        add("event", "事件", format!("{event}  {}", text(exchange, "event_type")));
        add("attempt", "尝试次数", attempt.to_string());
        add("failure", "失败原因", said(&exchange["failure"], language));
    } else {
        let listener = match text(exchange, "listener") {
            "main" => language.pick("main host", "主域名"),
            "backup" => language.pick("backup host", "备域名"),
            _ => language.pick("controls", "沙箱控制接口"),
        };
        let peer = match text(exchange, "peer") {
            "" => language.pick("the sandbox itself", "沙箱自身"),
            peer => peer,
        };
        let way =
            if exchange["by_proxy"] == true { language.pick(", by the proxy", "，经代理") } else { "" };
        add(
            "to",
            "接收方",
            language.pick(format!("{listener}, from {peer}{way}"), format!("{listener}，来自 {peer}{way}")),
        );
    }
    if let Some(endpoint) = exchange["endpoint"].as_str() {
        let page = text(&exchange["document"], "url");
        add("endpoint", "接口", endpoint.to_owned());
        add("document", "文档", page.to_owned());
    }
    if let Some((field, id)) = exchange["caller"].as_object().and_then(|caller| caller.iter().next()) {
        add("caller", "调用方", format!("{field} {}", id.as_str().unwrap_or_default()));
    }
    add("nearest path", "最接近的路径", text(exchange, "nearest").to_owned());
    let rejection = &exchange["rejection"];
    if rejection.is_object() {
        let code = text(rejection, "code");
        let message = said(&rejection["message"], language);
        add("rejected", "拒绝原因", format!("{code} {message}"));
        add("rule", "规则", text(rejection, "row").to_owned());
        add("cause", "内部原因", said(&rejection["cause"], language));
    }
    if exchange["replayed"] == true {
        let replayed = language.pick(
            "the response of an earlier request with the same signature",
            "与先前同一签名的请求的应答相同",
        );
        add("replayed", "重放", replayed.to_owned());
    }
    add("fault", "注入故障", fault::of(exchange, language).unwrap_or_default());
    let stages: Vec<String> = list(&exchange["stages"])
        .iter()
        .map(|stage| format!("{} {}", stage_name(text(stage, "stage"), language), stage["ms"]))
        .collect();
    add("ms", "毫秒", stages.join(language.pick(", ", "，")));
    let written: Vec<String> = list(&exchange["written"])
        .iter()
        .map(|record| format!("{} {}", text(record, "kind"), text(record, "id")))
        .collect();
    add("written", "写入", written.join(language.pick(", ", "，")));
    facts
}

fn stage_name(stage: &str, language: Language) -> &str {
    match stage {
        "received" => language.pick("received", "收齐"),
        "verified" => language.pick("verified", "验签"),
        "decided" => language.pick("decided", "判定"),
        "signed" => language.pick("signed", "应答签名"),
        "committed" => language.pick("committed", "落盘"),
        "sent" => language.pick("sent", "发完"),
        other => other,
    }
}

fn message(message: &Value, sign: char, language: Language) -> String {
    if message.is_null() {
        let none = language.pick("no response", "没有应答");
        return format!("{sign} ({none})\n");
    }
    let mut out = format!("{sign} {}\n", printable(text(message, "start_line")));
    for header in list(&message["headers"]) {
        let part = |index: usize| printable(header[index].as_str().unwrap_or_default());
        let _ = writeln!(out, "{sign} {}: {}", part(0), part(1));
    }
    let _ = writeln!(out, "{sign}");
    let body = &message["body"];
    out += &body_shown(body, language);
    if message["complete"] == false {
        out += language.pick("(the connection ended here)\n", "（连接在此处中断）\n");
    }
    out
}

fn body_shown(body: &Value, language: Language) -> String {
    let length = &body["length"];
    let part = |part: &Value| match (part["text"].as_str(), part["base64"].as_str()) {
        (Some(text), _) => text.lines().map(printable).collect::<Vec<_>>().join("\n"),
        (None, Some(_)) => {
            language.pick("(not text: -o json shows it)", "（不是文本，可用 -o json 查看）").to_owned()
        }
        _ => String::new(),
    };
    if let Some(digest) = body["sha256"].as_str() {
        let (head, tail) = (part(&body["head"]), part(&body["tail"]));
        let note = language.pick(
            format!("… ({length} bytes, SHA-256 {digest}; the middle is not kept) …"),
            format!("……（共 {length} 字节，SHA-256 {digest}，中间部分未保留）……"),
        );
        return format!("{head}\n{note}\n{tail}\n");
    }
    let shown = part(body);
    match (shown.is_empty(), length.as_u64()) {
        (true, Some(0) | None) => String::new(),
        (true, Some(length)) => language.pick(
            format!("({length} bytes that are not text; --show-sensitive -o json shows them)\n"),
            format!("（{length} 字节，不是文本，可用 --show-sensitive -o json 查看）\n"),
        ),
        (false, _) => shown + "\n",
    }
}

fn diagnosed(diagnosis: &Value, exchange: &Value, language: Language) -> String {
    let is_right = matches!(text(diagnosis, "verdict"), "accepted" | "signature_right");
    let verdict = match (is_right, list(&diagnosis["findings"]).is_empty()) {
        (true, true) => language.pick("The signature is right.", "签名正确。"),
        (true, false) => language.pick("The signature is right, but:", "签名正确，但是："),
        (false, false) => language.pick("Why the request is rejected:", "请求被拒绝的原因："),
        (false, true) => {
            language.pick("The signature is rejected; the cause is not proven.", "签名被拒绝，原因尚未确定。")
        }
    };
    let mut out = format!("{verdict}\n");
    for (index, finding) in list(&diagnosis["findings"]).iter().enumerate() {
        let (name, detail) = (said(&finding["name"], language), said(&finding["detail"], language));
        let detail = if detail.is_empty() {
            detail
        } else {
            language.pick(format!(": {detail}"), format!("：{detail}"))
        };
        let _ = writeln!(
            out,
            "{}. {}{}\n   {}",
            index + 1,
            name,
            printable(&detail),
            said(&finding["advice"], language)
        );
    }
    let id = &exchange["id"];
    let _ = writeln!(
        out,
        "{}",
        language.pick(format!("More: ruhui explain {id}"), format!("详细分析：ruhui explain {id}")),
    );
    out
}

fn said(both: &Value, language: Language) -> String {
    text(both, language.pick("en", "zh")).to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

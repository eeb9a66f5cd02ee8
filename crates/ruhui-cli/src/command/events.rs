//! `ruhui events`: lists a sandbox's callbacks that are not accepted yet, or sends a probe.

use crate::cli::{EventsArguments, Output};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use serde_json::{Value, json};
use std::process::ExitCode;

pub(crate) async fn run(arguments: EventsArguments, language: Language) -> anyhow::Result<ExitCode> {
    let EventsArguments { probe, card_id, output: how, controls } = arguments;
    let controls = Controls::find(&controls, language)?;
    if !probe {
        let waiting = controls.get("deliveries", &[]).await?;
        match how.output {
            Output::Json => output::json(&waiting)?,
            Output::Text => list(&waiting, language)?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    let card_id = controls.required("card_id", &card_id, "RUHUI_CARD_ID")?;
    let probed = controls.post("probe", &json!({ "card_id": card_id })).await?;
    if how.output == Output::Json {
        output::json(&probed)?;
    }
    let status = &probed["status"];
    if probed["signature_checked"] != true {
        let text = language.pick(
            format!("accepted with {status}, although the signature is wrong: it is not checked"),
            format!("签名错误的通知被接受（{status}）：回调地址没有验证签名"),
        );
        eprintln!("{}{text}", language.pick("error: ", "错误："));
        return Ok(ExitCode::FAILURE);
    }
    if how.output == Output::Text {
        output::line(&language.pick(
            format!("rejected with {status}, as it should be: the receiver verifies the signature"),
            format!("已拒绝（{status}），符合预期：回调地址会验证签名"),
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list(waiting: &Value, language: Language) -> std::io::Result<()> {
    let none = Vec::new();
    let waiting = waiting["data"].as_array().unwrap_or(&none);
    if waiting.is_empty() {
        eprintln!("{}", language.pick("no callback waits", "没有待送达的回调通知"));
    }
    for event in waiting {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        let attempts = format!("{}/{}", event["attempts_made"], event["attempts_allowed"]);
        output::line(&format!("{} {}", text("create_time"), text("event_type")))?;
        let mut pairs = vec![
            ("id", text("event_id")),
            ("notify_url", text("notify_url")),
            (language.pick("owner", "接收方"), text("owner")),
            (language.pick("attempts", "已尝试"), &attempts),
            (language.pick("next", "下次发送"), text("due")),
        ];
        let end = (language.pick("gives up after", "停止重试时间"), text("last_attempt_from"));
        pairs.extend([end].into_iter().filter(|(_, text)| !text.is_empty()));
        let failure = |name: &str| event["last_failure"][name].as_str().unwrap_or_default();
        let failures = [
            (language.pick("last failure", "上次失败"), failure("message")),
            (language.pick("response body", "应答包体"), failure("body")),
        ];
        pairs.extend(failures.into_iter().filter(|(_, text)| !text.is_empty()));
        output::pairs(&pairs)?;
    }
    Ok(())
}

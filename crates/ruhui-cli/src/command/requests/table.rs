//! The table of requests: one line for each, at most 80 columns wide.

use super::fault;
use crate::controls::text;
use crate::language::Language;
use crate::output::{columns, printable};
use serde_json::Value;

/// Width of a line in columns of a terminal.
const WIDTH: usize = 80;

/// Formats a request as a line: number, time, status, endpoint or path, and the code or a remark.
pub(super) fn line(exchange: &Value, language: Language) -> String {
    let time = text(exchange, "time").get(11..23).unwrap_or_default();
    let status = exchange["status"].as_u64().map_or_else(|| "---".to_owned(), |status| status.to_string());
    let head = format!("{:>5}  {time}  {status}  ", exchange["id"].as_u64().unwrap_or_default());
    let remark = remark(exchange, language);
    let room = WIDTH - columns(&head) - columns(&remark) - usize::from(!remark.is_empty()) * 2;
    let what = shortened(&printable(&what(exchange)), room);
    let line = if remark.is_empty() {
        format!("{head}{what}")
    } else {
        format!("{head}{what}{}  {remark}", " ".repeat(room.saturating_sub(columns(&what))))
    };
    let nearest = exchange["nearest"].as_str();
    let nearest =
        nearest.map(|nearest| language.pick(format!("nearest: {nearest}"), format!("最接近：{nearest}")));
    let fault = fault::of(exchange, language);
    let fault = fault.map(|fault| language.pick(format!("fault: {fault}"), format!("注入故障：{fault}")));
    let more = nearest.into_iter().chain(fault).map(|more| format!("       {}", printable(&more)));
    more.fold(line, |lines, more| format!("{lines}\n{}", shortened(&more, WIDTH)))
}

/// Names the endpoint if one has the path, and the method and path otherwise.
fn what(exchange: &Value) -> String {
    if text(exchange, "kind") == "callback" {
        let event = text(exchange, "event_type");
        let short = event.rsplit('.').take(2).collect::<Vec<_>>();
        let short: Vec<_> = short.into_iter().rev().collect();
        return format!("-> {}", short.join("."));
    }
    match exchange["endpoint"].as_str() {
        Some(name) => name.to_owned(),
        None if text(exchange, "method").is_empty() => "(not HTTP)".to_owned(),
        None => {
            let path = text(exchange, "target").split('?').next().unwrap_or_default();
            format!("{} {path}", text(exchange, "method"))
        }
    }
}

fn remark(exchange: &Value, language: Language) -> String {
    if let Some(code) = exchange["code"].as_str() {
        return printable(code);
    }
    if exchange["replayed"] == true {
        return language.pick("replayed", "重放").to_owned();
    }
    if let Some(attempt) = exchange["attempt"].as_u64() {
        return language.pick(format!("attempt {attempt}"), format!("第 {attempt} 次"));
    }
    if exchange["status"].is_null() {
        return language.pick("no response", "无应答").to_owned();
    }
    String::new()
}

/// Shortens a text in the middle, so that its beginning and its end can be seen.
fn shortened(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let head: String = characters.iter().take(room / 3).collect();
    let mut tail = String::new();
    for character in characters.iter().rev() {
        let longer = format!("{character}{tail}");
        if columns(&head) + columns(&longer) + 1 > room {
            break;
        }
        tail = longer;
    }
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_fit_a_terminal() {
        let time = "2026-11-29T14:03:22.123+08:00";
        let long = format!("/v3/{}/会员", "path-without-end/".repeat(10));
        for exchange in [
            json!({ "id": 17, "time": time, "status": 401, "endpoint": "create_pre_auth_token", "code": "SIGN_ERROR" }),
            json!({ "id": 17, "time": time, "status": 200, "endpoint": "create_pre_auth_token", "replayed": true }),
            json!({ "id": 10_000, "time": time, "status": 404, "method": "POST", "target": long, "nearest": format!("POST {long}") }),
            json!({ "id": 3, "time": time, "status": null, "method": "", "target": "" }),
            json!({
                "id": 5, "time": time, "status": null, "endpoint": "create_pre_auth_token",
                "fault": {
                    "id": "header", "fault": "wrong-content-type", "at": "before", "state_written": false,
                    "rule": { "delay_ms": 600_000 },
                },
            }),
            json!({ "id": 4, "time": time, "status": 500, "kind": "callback", "event_type": "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE", "attempt": 2 }),
        ] {
            for language in [Language::English, Language::Chinese] {
                for line in line(&exchange, language).lines() {
                    assert!(columns(line) <= WIDTH, "{} {line}", columns(line));
                }
            }
        }
        let line = line(
            &json!({ "id": 17, "time": time, "status": 401, "endpoint": "create_pre_auth_token", "code": "SIGN_ERROR" }),
            Language::English,
        );
        assert_eq!(line, "   17  14:03:22.123  401  create_pre_auth_token                       SIGN_ERROR");
    }
}

//! The fault that a sandbox played on a request or a callback, in a few words.

use crate::controls::text;
use crate::language::Language;
use serde_json::Value;

/// Describes the fault of an exchange, if it has one.
pub(crate) fn of(exchange: &Value, language: Language) -> Option<String> {
    let fault = exchange.get("fault")?;
    let (name, id) = (text(fault, "fault"), text(fault, "id"));
    let mut said = match text(fault, "at") {
        "before" => language.pick(format!("{name} before the commit"), format!("提交前 {name}")),
        "after" => language.pick(format!("{name} after the commit"), format!("提交后 {name}")),
        _ => name.to_owned(),
    };
    let delays = fault["delays"].as_array().into_iter().flatten().chain([fault]);
    let delays: u64 = delays.filter_map(|delay| delay["rule"]["delay_ms"].as_u64()).sum();
    if delays > 0 {
        said += &language.pick(format!(", delayed {delays} ms"), format!("，延迟 {delays} 毫秒"));
    }
    if let Some(is_written) = fault["state_written"].as_bool() {
        said += match is_written {
            true => language.pick(", state was written", "，已写入数据"),
            false => language.pick(", no state was written", "，未写入数据"),
        };
    }
    let origin = match id {
        "header" => language.pick("header Ruhui-Fault", "请求头 Ruhui-Fault").to_owned(),
        id => language.pick(format!("rule {id}"), format!("规则 {id}")),
    };
    Some(language.pick(format!("{said} ({origin})"), format!("{said}（{origin}）")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_says_when_it_came_and_whether_state_was_written() {
        let both = |fault: &Value| {
            let exchange = json!({ "fault": fault });
            [Language::English, Language::Chinese].map(|language| of(&exchange, language).unwrap())
        };
        assert_eq!(
            both(&json!({ "id": "f1", "fault": "reset", "at": "after", "state_written": true, "rule": {} })),
            ["reset after the commit, state was written (rule f1)", "提交后 reset，已写入数据（规则 f1）"]
        );
        assert_eq!(
            both(&json!({
                "id": "header", "fault": "close", "at": "before", "state_written": false, "rule": {},
                "delays": [{ "rule": { "delay_ms": 5 } }, { "rule": { "delay_ms": 7 } }],
            })),
            [
                "close before the commit, delayed 12 ms, no state was written (header Ruhui-Fault)",
                "提交前 close，延迟 12 毫秒，未写入数据（请求头 Ruhui-Fault）"
            ]
        );
        assert_eq!(
            both(&json!({ "id": "f2", "fault": "callback-late", "rule": { "delay_ms": 5 } })),
            ["callback-late, delayed 5 ms (rule f2)", "callback-late，延迟 5 毫秒（规则 f2）"]
        );
        assert_eq!(of(&json!({}), Language::English), None);
    }
}

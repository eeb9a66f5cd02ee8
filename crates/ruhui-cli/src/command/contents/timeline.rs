//! A user's cards as text, with their life.

use super::lines::padded;
use crate::command::events::short_type;
use crate::controls::text;
use crate::language::Language;
use crate::output::{columns_of, printable};
use serde_json::Value;

/// Formats all cards, newest first, and their life, oldest step first.
pub(super) fn shown(shown: &Value, language: Language) -> String {
    let mut parts: Vec<String> =
        shown["cards"].as_array().into_iter().flatten().map(|card| facts(card, language)).collect();
    let steps = shown["timeline"].as_array().into_iter().flatten().map(|entry| step(entry, language));
    parts.push(steps.collect::<Vec<_>>().join("\n"));
    let remarks = shown["remarks"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let remarks = remarks
        .map(|remark| language.pick(format!("note: {remark}"), format!("说明：{remark}")))
        .collect::<Vec<_>>();
    parts.push(remarks.join("\n"));
    parts.join("\n\n")
}

fn facts(card: &Value, language: Language) -> String {
    let user_card = &card["user_card"];
    let points = card["point_balance"].as_i64().map(|points| points.to_string());
    let pairs = [
        (language.pick("state", "状态"), text(user_card, "user_card_state")),
        (language.pick("code", "会员卡号"), text(user_card, "user_card_code")),
        (language.pick("phone", "手机号"), text(user_card, "phone_number")),
        (language.pick("level", "等级"), text(user_card, "level")),
        (language.pick("points", "积分"), points.as_deref().unwrap_or_default()),
        (language.pick("picked up", "领取时间"), text(user_card, "pickup_time")),
        (language.pick("valid until", "有效期至"), text(card, "expire_time")),
        (language.pick("reason", "失效原因"), text(user_card, "invalid_reason")),
    ];
    let pairs = pairs.map(|(name, value)| (name, printable(value)));
    let given: Vec<(&str, &str)> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    columns_of(&given)
}

/// Formats a step: time, source, and what happened.
fn step(entry: &Value, language: Language) -> String {
    let time = text(entry, "time").get(..19).unwrap_or_default().replace('T', " ");
    let source = match text(entry, "from") {
        "token" => language.pick("token", "token"),
        "request" => language.pick("request", "请求"),
        "card" => language.pick("card", "会员卡"),
        "redemption" => language.pick("redemption", "积分兑换"),
        "feed" => language.pick("news", "会员动态"),
        _ => language.pick("event", "事件"),
    };
    let undone = match entry["before_restore"] == true {
        true => language.pick(" (before the restore)", "（恢复快照之前）"),
        false => "",
    };
    format!("{time}  {}  {}{undone}", padded(source, 10), printable(&what(entry, language)))
}

fn what(entry: &Value, language: Language) -> String {
    let of = |name: &str| text(entry, name).to_owned();
    match text(entry, "what") {
        "token_issued" => language.pick("issued", "已签发").to_owned(),
        "token_used" => language.pick("used", "已使用").to_owned(),
        "request" => {
            let (id, endpoint) = (&entry["request"], of("endpoint"));
            language.pick(format!("{id}: {endpoint}"), format!("第 {id} 号：{endpoint}"))
        }
        "created" => language
            .pick(format!("created {}", of("user_card_code")), format!("创建 {}", of("user_card_code"))),
        "picked_up" => language.pick("picked up", "领取").to_owned(),
        "effective" => language.pick("effective", "生效").to_owned(),
        "modified" => language.pick("last change", "最近一次修改").to_owned(),
        "expired" => language.pick("expired", "过期").to_owned(),
        "invalid" => {
            let by = match text(entry, "ended_by") {
                "refusal" => language.pick("rejected by the merchant", "被商户拒绝"),
                "merchant" => language.pick("invalidated by the merchant", "被商户作废"),
                "user" => language.pick("deleted by the user", "被用户删除"),
                _ => language.pick("invalid", "失效"),
            };
            match text(entry, "reason") {
                "" => by.to_owned(),
                reason => language.pick(format!("{by}: {reason}"), format!("{by}：{reason}")),
            }
        }
        "redemption_asked" => {
            let (points, outcome) = (&entry["deduct_points"], of("outcome"));
            let outcome = if outcome.is_empty() { "-".to_owned() } else { outcome };
            language
                .pick(format!("{points} points, outcome {outcome}"), format!("{points} 积分，结果 {outcome}"))
        }
        "feed_created" => format!("{}  {}", of("out_request_no"), of("cell")),
        "event_queued" => format!("{}  {}", short_type(text(entry, "event_type")), of("state")),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_says_what_happened_and_no_text_controls_the_terminal() {
        let entry = json!({
            "time": "2026-11-29T17:00:00.000+08:00", "from": "card", "what": "invalid", "ended_by": "merchant",
            "reason": "\u{1b}[2J", "before_restore": true,
        });
        assert_eq!(
            step(&entry, Language::English),
            "2026-11-29 17:00:00  card        invalidated by the merchant: \\u{1b}[2J (before the restore)"
        );
        assert_eq!(
            step(&entry, Language::Chinese),
            "2026-11-29 17:00:00  会员卡      被商户作废：\\u{1b}[2J（恢复快照之前）"
        );
    }
}

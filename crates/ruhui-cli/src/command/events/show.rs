//! Events as text, at most 80 columns wide where no URL or response is longer.

use crate::command::requests::fault;
use crate::language::Language;
use crate::output;
use serde_json::Value;

/// Number of characters of an id in a list. The sandbox takes any unique beginning.
const SHORT_ID: usize = 8;

/// Returns one line about an event, and a second one about its last failure if it was not accepted.
pub(super) fn line(event: &Value, language: Language) -> String {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    let state = text("state");
    let id: String = text("event_id").chars().take(SHORT_ID).collect();
    let made = format!("{}/{}", event["attempts_made"], event["attempts_allowed"]);
    let state_shown = padded(state_in(state, language), 8);
    let (time, kind) = (clock_time(text("create_time")), short_type(text("event_type")));
    let mut line = format!("{id}  {state_shown}  {time}  {kind:<21}  {made:>5}");
    if matches!(state, "accepted" | "dropped") {
        return line;
    }
    if let Some(message) = event["last_failure"]["message"].as_str() {
        line += &format!("\n          {message}");
    }
    let due = clock_time(text("due"));
    if state == "waiting" && !due.is_empty() && event["attempts_made"] != 0 {
        line += &language
            .pick(format!("\n          next attempt at {due}"), format!("\n          下次发送：{due}"));
    }
    line
}

/// Returns all of an event.
pub(super) fn whole(event: &Value, language: Language) -> String {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    let attempts = format!("{}/{}", event["attempts_made"], event["attempts_allowed"]);
    let state = state_in(text("state"), language);
    let mut pairs = vec![
        ("id", text("event_id")),
        (language.pick("state", "状态"), state),
        ("notify_url", text("notify_url")),
        (language.pick("owner", "接收方"), text("owner")),
        (language.pick("attempts", "已尝试"), &attempts),
        (language.pick("next", "下次发送"), text("due")),
        (language.pick("gives up after", "停止重试时间"), text("last_attempt_from")),
    ];
    let failure = |name: &str| event["last_failure"][name].as_str().unwrap_or_default();
    pairs.push((language.pick("last failure", "上次失败"), failure("message")));
    pairs.push((language.pick("response body", "应答包体"), failure("body")));
    pairs.retain(|(_, text)| !text.is_empty());
    let mut shown = format!("{} {} {}\n", text("create_time"), text("event_type"), text("summary"));
    shown += &output::columns_of(&pairs);
    for made in event["attempts"].as_array().into_iter().flatten() {
        shown += &format!("\n{}", attempt(made, language));
    }
    format!("{shown}\n{:#}", event["resource"])
}

/// Returns one line about an attempt, and a second one about its fault if it had one.
pub(super) fn attempt(attempt: &Value, language: Language) -> String {
    let text = |name: &str| attempt[name].as_str().unwrap_or_default();
    let number = &attempt["number"];
    let name = match text("kind") {
        "resent" => language.pick(format!("resend {number}"), format!("重发第 {number} 次")),
        _ => language.pick(format!("attempt {number}"), format!("第 {number} 次")),
    };
    let outcome = match (&attempt["accepted"], attempt["failure"]["message"].as_str()) {
        (Value::Bool(true), _) => {
            let status = &attempt["status"];
            language.pick(format!("accepted with {status}"), format!("已送达（{status}）"))
        }
        (_, Some(message)) => message.to_owned(),
        (_, None) => language.pick("failed", "失败").to_owned(),
    };
    let (name, time) = (padded(&name, 10), clock_time(text("business_time")));
    let duration = attempt["duration_ms"].as_f64().unwrap_or_default();
    let line = format!("  {name}  {time}  {duration:>6.0} ms  {outcome}");
    match fault::of(attempt, language) {
        Some(fault) => {
            let fault = language.pick(format!("fault: {fault}"), format!("注入故障：{fault}"));
            format!("{line}\n              {fault}")
        }
        None => line,
    }
}

/// Returns the state in the user's language.
fn state_in(state: &str, language: Language) -> &str {
    match (language, state) {
        (Language::Chinese, "waiting") => "待发送",
        (Language::Chinese, "sending") => "发送中",
        (Language::Chinese, "accepted") => "已送达",
        (Language::Chinese, "ended") => "已终止",
        (Language::Chinese, "dropped") => "已丢弃",
        (_, other) => other,
    }
}

/// Returns the last words of an event type, which both families share.
pub(crate) fn short_type(event_type: &str) -> &str {
    match event_type.split_once('.') {
        Some((product, rest)) if product.starts_with("BRAND_MEMBER_CARD") => rest,
        _ => event_type,
    }
}

/// Returns the date and the time of a timestamp, without fractions and offset.
fn clock_time(time: &str) -> String {
    time.chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

/// Pads a text to a number of columns. A Chinese character takes two.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(output::columns(text))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event() -> Value {
        json!({
            "event_id": "5e6f1a2b-0000-4000-8000-000000000000",
            "event_type": "BRAND_MEMBER_CARD_SP.POINT_EXCHANGE_COUPON",
            "create_time": "2027-01-15T16:00:00+08:00",
            "due": "2027-01-15T16:01:00.000+08:00",
            "state": "waiting",
            "attempts_made": 10,
            "attempts_allowed": 11,
            "last_failure": { "message": "no response within the time limit of 5 seconds" },
        })
    }

    #[test]
    fn lines_fit_a_terminal_and_stand_in_columns() {
        for language in [Language::English, Language::Chinese] {
            let shown = line(&event(), language);
            for line in shown.lines() {
                assert!(output::columns(line) <= 80, "{line}");
            }
            let column = |state: &str| {
                let mut event = event();
                event["state"] = json!(state);
                let shown = line(&event, language);
                let before = shown.split("2027").next().unwrap().to_owned();
                output::columns(&before)
            };
            for state in ["waiting", "sending", "accepted", "ended", "dropped"] {
                assert_eq!(column(state), 20, "{state}");
            }
        }
    }

    #[test]
    fn an_event_type_is_shown_by_its_last_words() {
        for (long, short) in [
            ("BRAND_MEMBER_CARD_SP.USER_CARD.CREATE", "USER_CARD.CREATE"),
            ("BRAND_MEMBER_CARD.SYNC_USER_POINT", "SYNC_USER_POINT"),
            ("SECURITY_ECHO.SUCCESS", "SECURITY_ECHO.SUCCESS"),
        ] {
            assert_eq!(short_type(long), short);
        }
    }
}

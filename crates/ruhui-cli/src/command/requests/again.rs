//! A request of the log that is sent again: by the sandbox, or as a curl command. Both have a new signature.

use super::exchange::encoded;
use crate::cli::{Output, ReplayArguments};
use crate::controls::{Controls, text};
use crate::failure::Reported;
use crate::language::Language;
use crate::output;
use http::StatusCode;
use serde_json::{Value, json};

/// Lets the sandbox send a request of the log again.
pub(super) async fn replay(arguments: ReplayArguments, language: Language) -> anyhow::Result<()> {
    let ReplayArguments { id, output: how, controls } = arguments;
    let controls = Controls::find(&controls, language)?;
    let sent = controls.post(&format!("requests/{}/replay", encoded(&id)), &json!({})).await?;
    if sent["idempotent"] == false {
        eprintln!(
            "{}",
            language.pick(
                "note: this endpoint is not idempotent, so the request may have taken effect a second time",
                "提示：该接口不是幂等的，重新发送可能已再次生效",
            )
        );
    }
    let status =
        sent["status"].as_u64().and_then(|status| StatusCode::from_u16(status.try_into().ok()?).ok());
    match status.filter(|status| status.is_success() && sent.get("problem").is_none()) {
        Some(status) => show(status, &sent, how.output),
        None => Err(failure(&sent, language).into()),
    }
}

/// Returns a curl command that sends a request of the log again.
pub(super) async fn curl(controls: &Controls<'_>, id: &str) -> anyhow::Result<String> {
    let shown = controls.get(&format!("requests/{}/curl", encoded(id)), &[]).await?;
    Ok(text(&shown, "command").to_owned())
}

fn show(status: StatusCode, sent: &Value, how: Output) -> anyhow::Result<()> {
    let (request_id, body) = (&sent["request_id"], &sent["body"]);
    match how {
        Output::Json => {
            output::json(&json!({ "status": status.as_u16(), "request_id": request_id, "body": body }))?;
        }
        Output::Text => {
            eprintln!("{status} Request-ID {}", request_id.as_str().unwrap_or("-"));
            match body {
                Value::Null => output::lines(text(sent, "text").as_bytes())?,
                body => output::json(body)?,
            }
        }
    }
    Ok(())
}

/// The error for a request that the API rejected, or that got no whole response.
fn failure(sent: &Value, language: Language) -> Reported {
    let body = &sent["body"];
    let said = match text(&sent["problem"], language.pick("en", "zh")) {
        "" => {
            let (status, code, message) = (&sent["status"], text(body, "code"), text(body, "message"));
            let rejected = format!("{status} {code}");
            let rejected = rejected.trim_end();
            match message {
                "" => language.pick(format!("rejected: {rejected}"), format!("被拒绝：{rejected}")),
                _ => language.pick(
                    format!("rejected: {rejected}: {message}"),
                    format!("被拒绝：{rejected}：{message}"),
                ),
            }
        }
        problem => problem.to_owned(),
    };
    let fields = json!({
        "message": if body["message"].is_null() { json!(said) } else { body["message"].clone() },
        "status": sent["status"],
        "code": body["code"],
        "request_id": sent["request_id"],
        "detail": body["detail"],
    });
    Reported { text: said, fields }
}

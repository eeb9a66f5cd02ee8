//! `ruhui verify`: checks whether WeChat Pay signed a saved response or callback.

use super::saved::{Saved, is_whole, print_notes};
use crate::cli::{Output, SavedArguments};
use crate::credentials::Family;
use crate::language::Language;
use crate::output;
use http::HeaderMap;
use ruhui::sign::{Scheme, WINDOW, header};
use ruhui_core::capture::{Headers, Request, Response};
use ruhui_core::explain::{ReceivedResponse, explain_response};
use serde_json::{Value, json};
use std::process::ExitCode;

/// A saved response or callback, which WeChat Pay signs.
pub(crate) struct Signed {
    is_callback: bool,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Signed {
    pub(crate) fn response(response: Response) -> Self {
        let body = is_whole(response.body_state).then_some(response.body);
        Self { is_callback: false, headers: response.headers, body }
    }

    pub(crate) fn callback(request: Request) -> Self {
        let body = is_whole(request.body_state).then_some(request.body);
        Self { is_callback: true, headers: request.headers, body }
    }

    /// Takes the headers of a response or a callback. The text after the headers is the body.
    pub(crate) fn headers(Headers { headers, body, .. }: Headers) -> Self {
        Self { is_callback: false, headers, body: (!body.is_empty()).then_some(body) }
    }

    fn family(&self) -> Option<Family> {
        let said = self.headers.get(header::SIGNATURE_TYPE).map(http::HeaderValue::as_bytes);
        (said == Some(Scheme::Brand.as_str().as_bytes())).then_some(Family::Brand)
    }

    fn seconds(&self) -> Option<i64> {
        self.headers.get(header::TIMESTAMP)?.to_str().ok()?.parse().ok()
    }
}

pub(crate) fn run(
    signed: &Signed,
    saved: &Saved,
    arguments: &SavedArguments,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let settings = arguments.credentials.resolve(&[], signed.family(), language)?;
    let keys = settings.platform_keys(language)?;
    let own = settings.known_private_key(language)?.map(|key| key.public_key());
    let scheme = match settings.family() {
        Family::Partner => Scheme::Merchant,
        Family::Brand => Scheme::Brand,
    };
    let time = saved.time_of_response();
    let judgement = match &signed.body {
        None => Judgement { why: Some(BODY_MISSING.map(str::to_owned)), findings: json!([]) },
        Some(body) => {
            let received = ReceivedResponse::new(&signed.headers, body, scheme);
            let received = time.map_or(received, |time| received.at(time));
            let explanation = explain_response(&received, &keys, own.as_ref());
            let why =
                explanation.error.as_ref().map(|_| [format!("{explanation}"), format!("{explanation:#}")]);
            Judgement { why, findings: json!(explanation.findings) }
        }
    };
    let age = signed
        .seconds()
        .filter(|_| time.is_none())
        .map(|signed| saved.now.as_second().saturating_sub(signed));
    match arguments.output.output {
        Output::Json => output::json(&json!({
            "read": saved.notes,
            "verified": judgement.why.is_none(),
            "why": judgement.why.as_ref().map(|[en, zh]| json!({ "en": en, "zh": zh })),
            "findings": judgement.findings,
            "age_seconds": age,
        }))?,
        Output::Text => {
            print_notes(&saved.notes, language)?;
            output::line(&judgement.line(signed, language))?;
            if let Some(note) = age.and_then(|age| note_of_age(age, language)) {
                output::line(&note)?;
            }
        }
    }
    Ok(if judgement.why.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

const BODY_MISSING: [&str; 2] =
    ["the body is missing, and the signature covers it", "缺少报文主体，而签名包含报文主体"];

/// Result for a message: verified, or the reason for which it is not.
struct Judgement {
    /// Reason in English and in Chinese. `None` if the message is verified.
    why: Option<[String; 2]>,
    findings: Value,
}

impl Judgement {
    fn line(&self, signed: &Signed, language: Language) -> String {
        match &self.why {
            Some([en, zh]) => language.pick(format!("not verified: {en}"), format!("验签失败：{zh}")),
            None if signed.is_callback => language
                .pick(
                    "verified: the signature is WeChat Pay's for this callback",
                    "验签通过：回调通知来自微信支付",
                )
                .to_owned(),
            None => language
                .pick(
                    "verified: the signature is WeChat Pay's for this response",
                    "验签通过：应答来自微信支付",
                )
                .to_owned(),
        }
    }
}

/// Returns a note that the message was judged at its own time, if a receiver would now reject it as too old.
fn note_of_age(seconds: i64, language: Language) -> Option<String> {
    let window = WINDOW.as_secs();
    let minutes = seconds.unsigned_abs() / 60;
    let (en, zh) = match minutes {
        0..120 => (format!("{minutes} minutes"), format!("{minutes} 分钟")),
        120..2880 => (format!("{} hours", minutes / 60), format!("{} 小时", minutes / 60)),
        _ => (format!("{} days", minutes / 1440), format!("{} 天", minutes / 1440)),
    };
    if seconds.abs() <= window {
        return None;
    }
    let (en, zh) = if seconds < 0 {
        (format!("{en} ahead of this clock"), format!("比本机时钟晚 {zh}"))
    } else {
        (format!("{en} ago"), format!("{zh}前"))
    };
    Some(language.pick(
        format!(
            "Note: it was signed {en} and was judged as of that time; a receiver accepts {window} seconds."
        ),
        format!("提示：签名时间为 {zh}，已按该时间判断；接收方只接受 {window} 秒内的签名。"),
    ))
}

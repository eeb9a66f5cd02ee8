//! Requests a token, and retries as a careful client does.

use crate::verify::Verifier;
use crate::wire::{Message, exchange};
use crate::{Flaws, kit};
use ruhui_core::key::PrivateKey;
use ruhui_core::sign::Signer;
use ruhui_core::types::{Caller, MchId, NonceStr, SerialNo};
use ruhui_server::env::{Clock as _, SystemClock, SystemEntropy};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

const PATH: &str = "/v3/brand/partner/card-member/pre-auth-tokens";
/// Number of attempts at most.
const ATTEMPTS: usize = 3;

/// The body of a success response, for a client that knows all of its members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[serde(rename = "token")]
    _token: String,
    #[serde(rename = "expire_time")]
    _expire_time: String,
}

/// Requests a token, and returns it once the response is verified.
pub(crate) fn token(verifier: &Verifier, flaws: &Flaws) -> Result<String, String> {
    let names = ["RUHUI_BRAND_ID", "RUHUI_CARD_ID", "RUHUI_OPENID"].map(kit);
    let body = format!(r#"{{"brand_id":"{}","card_id":"{}","openid":"{}"}}"#, names[0], names[1], names[2]);
    let mut headers = headers(&body, flaws);
    let mut last = String::new();
    for _ in 0..ATTEMPTS {
        let response = match exchange(&kit("RUHUI_BASE_URL"), PATH, &headers, &body) {
            Ok(response) => response,
            Err(error) => {
                last = error;
                if !flaws.has("reset") {
                    headers = self::headers(&body, flaws);
                }
                continue;
            }
        };
        match judge(&response, verifier, flaws, &headers, &body) {
            Next::Done(result) => return result,
            Next::Again { pause, why } => {
                std::thread::sleep(pause);
                last = why;
                headers = self::headers(&body, flaws);
            }
        }
    }
    Err(last)
}

enum Next {
    Done(Result<String, String>),
    Again { pause: Duration, why: String },
}

fn judge(response: &Message, verifier: &Verifier, flaws: &Flaws, headers: &str, body: &str) -> Next {
    let text = String::from_utf8_lossy(&response.body).into_owned();
    let is_hasty = match response.status() {
        400 => flaws.has("signed-error"),
        401 => flaws.has("sign-error"),
        429 => flaws.has("rate-limited"),
        502 => flaws.has("bad-gateway"),
        500 => flaws.has("system-error"),
        _ => false,
    };
    match response.status() {
        200 => Next::Done(accept(response, verifier, flaws)),
        400 if flaws.has("forged-rejection") && text.contains("token") => Next::Done(read(&response.body)),
        500 if flaws.has("forged-failure") && text.contains("token") => Next::Done(read(&response.body)),
        307 if flaws.has("redirect") => Next::Done(follow(response, headers, body)),
        _ if is_hasty => Next::Again { pause: Duration::ZERO, why: text },
        500 => Next::Again { pause: Duration::from_secs(1), why: text },
        status => Next::Done(Err(format!("{status} {text}"))),
    }
}

fn accept(response: &Message, verifier: &Verifier, flaws: &Flaws) -> Result<String, String> {
    if flaws.has("empty-body") && response.body.is_empty() {
        return Ok("no token was needed".to_owned());
    }
    if !response.is_complete() {
        if flaws.has("truncated") {
            let text = String::from_utf8_lossy(&response.body).into_owned();
            return Ok(text.split('"').nth(3).unwrap_or_default().to_owned());
        }
        return Err("the response is incomplete".to_owned());
    }
    verifier.verify(response)?;
    if flaws.has("unknown-fields") {
        serde_json::from_slice::<Strict>(&response.body).map_err(|error| error.to_string())?;
    }
    read(&response.body)
}

fn read(body: &[u8]) -> Result<String, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    body["token"].as_str().map(str::to_owned).ok_or_else(|| "no token".to_owned())
}

/// Follows a redirect with all headers, as no client should.
fn follow(response: &Message, headers: &str, body: &str) -> Result<String, String> {
    let location = response.all("location").next().unwrap_or_default();
    let (host, path) = location.trim_start_matches("http://").split_once('/').unwrap_or_default();
    let response = exchange(&host.replace("localhost", "127.0.0.1"), &format!("/{path}"), headers, body)?;
    Err(format!("{} from elsewhere", response.status()))
}

fn headers(body: &str, flaws: &Flaws) -> String {
    let key = PrivateKey::from_pem(&kit("RUHUI_PRIVATE_KEY").replace("\\n", "\n")).unwrap();
    let caller = Caller::Merchant(MchId::new(kit("RUHUI_MCHID")).unwrap());
    let signer = Signer::new(caller, SerialNo::new(kit("RUHUI_SERIAL_NO")).unwrap(), key);
    let nonce = NonceStr::new(ruhui_core::env::nonce_str(&SystemEntropy)).unwrap();
    let authorization = signer.authorize("POST", PATH, SystemClock.now(), &nonce, body.as_bytes());
    let encoding = if flaws.has("compressed") { "Accept-Encoding: gzip\r\n" } else { "" };
    format!(
        "Authorization: {authorization}\r\nUser-Agent: conformance-client\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\nWechatpay-Serial: {}\r\n{encoding}",
        kit("RUHUI_WECHATPAY_PUBLIC_KEY_ID")
    )
}

//! Token requests that are signed here and sent as bytes, so that the same request can be replayed.
#![allow(dead_code, reason = "each test binary uses a part of this")]

use ruhui_core::key::PrivateKey;
use ruhui_core::sign::Signer;
use ruhui_core::types::{Caller, MchId, NonceStr, SerialNo};
use ruhui_server::env::{Clock as _, SystemClock};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

const PATH: &str = "/v3/brand/partner/card-member/open-user-card-tokens";
const BODY: &str =
    r#"{"brand_id":"1004","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA"}"#;

/// A complete response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        self.head.starts_with("HTTP/1.1 200 ")
    }

    /// Returns the token of a success response.
    pub(crate) fn token(&self) -> String {
        assert!(self.is_success(), "{self:?}");
        let body: Value = serde_json::from_str(&self.body).unwrap();
        body["token"].as_str().unwrap().to_owned()
    }
}

/// A success response, and the request that it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    pub(crate) request: String,
    /// The response's body. The token in it follows from the request alone; `expire_time`, to the
    /// millisecond, is that of the stored row.
    pub(crate) body: String,
    pub(crate) token: String,
}

/// Returns the signer of the merchant in a sandbox's kit.
pub(crate) fn signer(sandbox: &Path) -> Signer {
    let text = std::fs::read_to_string(sandbox.join("kit/kit.env")).unwrap();
    let values: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let value = |name: &str| values[name].trim_matches('\'');
    Signer::new(
        Caller::Merchant(MchId::new(value("RUHUI_MCHID")).unwrap()),
        SerialNo::new(value("RUHUI_SERIAL_NO")).unwrap(),
        PrivateKey::from_pem(&std::fs::read_to_string(sandbox.join("kit/apiclient_key.pem")).unwrap())
            .unwrap(),
    )
}

pub(crate) fn request(signer: &Signer, nonce: &str) -> String {
    let nonce = NonceStr::new(nonce).unwrap();
    let authorization = signer.authorize("POST", PATH, SystemClock.now(), &nonce, BODY.as_bytes());
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: test\r\nAccept: */*\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nAuthorization: {authorization}\r\n\r\n{BODY}",
        BODY.len()
    )
}

/// Sends a request to `host:port`. Returns `None` if no complete response came, as when the service is killed
/// meanwhile.
pub(crate) fn ask(address: &str, request: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    serde_json::from_str::<Value>(body).ok()?;
    Some(Answer { head: head.to_owned(), body: body.to_owned() })
}

/// Requests one token. Returns `None` if the request did not succeed.
pub(crate) fn acknowledged(address: &str, signer: &Signer, nonce: &str) -> Option<Acknowledged> {
    let request = request(signer, nonce);
    let answer = ask(address, &request).filter(Answer::is_success)?;
    Some(Acknowledged { token: answer.token(), body: answer.body, request })
}

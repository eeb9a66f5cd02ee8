//! Requests of the SDK's client under a fault: one that may be repeated, and one that may not.

use crate::common::*;
use crate::sandbox::{Sandbox, TOO_LATE_MS, rule};
use ruhui::error::Proof;
use ruhui::transport::TransportError;
use ruhui::{Client, Error};
use ruhui_core::api::Partner;
use ruhui_core::api::card_member::{CreatePreAuthToken, ImportUserCardByOpenid};
use ruhui_server::domain::{Member, TokenRecord};
use ruhui_server::faults::FaultKind;
use ruhui_server::store::StoreExt as _;
use serde_json::json;
use std::fmt::Write as _;

/// A template whose codes the merchant gives.
const MERCHANT_CODES: &str = "pMerchantCode000000000000001";

/// A request: its name on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Request {
    /// A token, which may be requested again.
    Token,
    /// The import of a member, which may not be repeated unseen.
    Import,
}

impl Request {
    fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Import => "import",
        }
    }

    async fn send(self, client: &Client<Partner>) -> Result<(), Error> {
        let (brand_id, openid) = (BRAND_ID.parse().unwrap(), OPENID.parse().unwrap());
        match self {
            Self::Token => {
                let card_id = CARD_ID.parse().unwrap();
                client
                    .create_pre_auth_token(&CreatePreAuthToken { brand_id, card_id, openid })
                    .await
                    .map(drop)
            }
            Self::Import => {
                let (card_id, code) = (MERCHANT_CODES.parse().unwrap(), "M0001".parse().unwrap());
                let import = ImportUserCardByOpenid::new(brand_id, card_id, openid, code);
                client.send(&import).await.map(drop)
            }
        }
    }

    /// The number of things that the request has left on the server.
    async fn left(self, sandbox: &Sandbox) -> usize {
        match self {
            Self::Token => sandbox.world.store.read_all::<TokenRecord>().await.unwrap().len(),
            Self::Import => sandbox.world.store.read_all::<Member>().await.unwrap().len(),
        }
    }
}

/// Sends both requests, each to a new sandbox whose first response has the fault.
pub(crate) async fn run(kind: FaultKind, at: Option<&str>, page: &mut String) {
    for request in [Request::Token, Request::Import] {
        let sandbox = Sandbox::start().await;
        let mut asked = rule(kind.as_str(), json!({ "times": 1 }));
        if let Some(at) = at {
            asked["at"] = json!(at);
        }
        if kind == FaultKind::Delay {
            asked["delay_ms"] = json!(TOO_LATE_MS);
        }
        let id = sandbox.add(asked).await;
        let result = request.send(&sandbox.client()).await;
        assert_eq!(sandbox.played(&id).await, 1);
        let left = request.left(&sandbox).await;
        let what = format!("{} {} {}", kind.as_str(), at.unwrap_or_default(), request.as_str());
        match &result {
            Ok(()) => assert!(left >= 1, "{what}: Ok, and nothing is there"),
            Err(error) => assert!(
                left == 0 || error.may_have_taken_effect(),
                "{what}: it took effect, and the error denies it: {error}"
            ),
        }
        assert!(request == Request::Token || left <= 1, "{what}: done twice");
        let (name, at) = (kind.as_str(), at.unwrap_or(""));
        let hosts = sandbox.requests().await.join(", ");
        writeln!(
            page,
            "{name:<18} {at:<6} {:<6} | {} | {hosts} | left {left}",
            request.as_str(),
            shown(&result),
        )
        .unwrap();
        sandbox.stop().await;
    }
}

/// The outcome in a few words.
fn shown(result: &Result<(), Error>) -> String {
    let error = match result {
        Ok(()) => return "Ok".to_owned(),
        Err(error) => error,
    };
    let what = match error {
        Error::Verify(unverified) => format!("Verify: {}", variant(&unverified.error)),
        Error::Transport(failures) => {
            let all: Vec<_> = failures.iter().map(|failure| transport(&failure.error)).collect();
            format!("Transport: {}", all.join(", "))
        }
        Error::Api(rejected) => {
            let what = match (&rejected.code, &rejected.foreign) {
                (Some(code), _) => code.to_string(),
                (None, Some(foreign)) => variant(foreign),
                (None, None) => String::new(),
            };
            let proof = if rejected.proof == Proof::Signed { "signed" } else { "unsigned" };
            format!("Api: {} {what}, {proof}", rejected.status().as_u16())
        }
        other => variant(other),
    };
    let again = if error.is_retryable() { "retryable" } else { "not retryable" };
    let effect = if error.may_have_taken_effect() { "maybe done" } else { "not done" };
    format!("{what}; {again}; {effect}")
}

fn transport(error: &TransportError) -> String {
    match error {
        TransportError::Timeout { phase } => format!("Timeout({phase:?})"),
        TransportError::Lost { .. } => "Lost".to_owned(),
        TransportError::Connect { why, .. } => format!("Connect({why:?})"),
        other => variant(other),
    }
}

/// The name of a value's variant.
fn variant(value: &dyn std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    text.chars().take_while(|c| c.is_ascii_alphanumeric()).collect()
}

/// The main host is down, then both are, then both are up again.
pub(crate) async fn hosts_down() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    for request in [Request::Token, Request::Import] {
        let down = sandbox.add(json!({ "fault": "host-down", "host": "main" })).await;
        request.send(&client).await.unwrap();
        assert_eq!(request.left(&sandbox).await, 1, "at the backup, once");
        sandbox.remove(&down).await;
        // A minute later the client tries the main host again.
        sandbox.world.pass(61);
    }
    assert_eq!(sandbox.requests().await, ["backup 200", "backup 200"]);

    let main = sandbox.add(json!({ "fault": "host-down", "host": "main" })).await;
    let backup = sandbox.add(json!({ "fault": "host-down", "host": "backup" })).await;
    let error = Request::Token.send(&client).await.unwrap_err();
    assert_eq!(shown(&Err(error)), "Transport: Connect(Refused), Connect(Refused); retryable; not done");
    sandbox.remove(&backup).await;
    sandbox.remove(&main).await;
    sandbox.world.pass(61);
    Request::Token.send(&client).await.unwrap();
    assert_eq!(sandbox.requests().await.last().unwrap(), "main 200");
    sandbox.stop().await;
}

//! Requests of the SDK's client under a fault: one that may be repeated, and one that may not.

use super::sandbox::{Sandbox, rule};
use crate::common::*;
use ruhui::error::Proof;
use ruhui::transport::TransportError;
use ruhui::{Client, Error};
use ruhui_core::api::Partner;
use ruhui_core::api::card_member::{CreatePreAuthToken, ImportUserCardByOpenid};
use ruhui_server::domain::{Member, TokenRecord};
use ruhui_server::faults::FaultKind;
use ruhui_server::store::StoreExt as _;
use serde_json::json;
use std::time::Duration;

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
        let brand_id = BRAND_ID.parse().unwrap();
        let (card_id, openid) = (CARD_ID.parse().unwrap(), OPENID.parse().unwrap());
        match self {
            Self::Token => client
                .create_pre_auth_token(&CreatePreAuthToken { brand_id, card_id, openid })
                .await
                .map(drop),
            Self::Import => {
                let code = "M0001".parse().unwrap();
                let import = ImportUserCardByOpenid::new(brand_id, card_id, openid, code);
                client.send(&import).await.map(drop)
            }
        }
    }

    /// The number of records on the server of the kind that the request makes.
    async fn count(self, sandbox: &Sandbox) -> usize {
        match self {
            Self::Token => sandbox.world.store.read_all::<TokenRecord>().await.unwrap().len(),
            Self::Import => sandbox.world.store.read_all::<Member>().await.unwrap().len(),
        }
    }
}

/// The time that a client waits for a response, and for one that comes too late.
const PATIENCE: Duration = Duration::from_secs(20);
const SHORT_PATIENCE: Duration = Duration::from_millis(500);
/// The delay of a response that comes too late.
const TOO_LATE_MS: u64 = 900;

/// Sends both requests, each to a new sandbox whose first response has the fault.
pub(crate) async fn run(kind: FaultKind, at: Option<&str>, page: &mut String) {
    let (token, import) = tokio::join!(one(kind, at, Request::Token), one(kind, at, Request::Import));
    *page += &format!("{token}{import}");
}

async fn one(kind: FaultKind, at: Option<&str>, request: Request) -> String {
    let sandbox = Sandbox::start().await;
    let mut asked = rule(kind.as_str(), json!({ "times": 1 }));
    if let Some(at) = at {
        asked["at"] = json!(at);
    }
    let is_late = kind == FaultKind::Delay;
    if is_late {
        asked["delay_ms"] = json!(TOO_LATE_MS);
    }
    let id = sandbox.add(asked).await;
    let before = request.count(&sandbox).await;
    let client = sandbox.client(if is_late { SHORT_PATIENCE } else { PATIENCE });
    let result = request.send(&client).await;
    assert_eq!(sandbox.played(&id).await, 1);
    if is_late {
        // The service goes on with the request that the client has given up.
        let has_ended =
            || async { sandbox.requests().await.iter().any(|line| line.starts_with("main")).then_some(()) };
        sandbox.until(has_ended).await;
    }
    let left = request.count(&sandbox).await - before;
    let what = format!("{:<18} {:<6} {:<6}", kind.as_str(), at.unwrap_or_default(), request.as_str());
    match &result {
        Ok(()) => assert!(left >= 1, "{what}: Ok, and nothing is there"),
        Err(error) => assert!(
            left == 0 || error.may_have_taken_effect(),
            "{what}: it took effect, and the error denies it: {error}"
        ),
    }
    assert!(request == Request::Token || left <= 1, "{what}: done twice");
    let hosts = sandbox.requests().await.join(", ");
    sandbox.stop().await;
    format!("{what} | {} | {hosts} | left {left}\n", shown(&result))
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
    let client = sandbox.client(PATIENCE);
    for request in [Request::Token, Request::Import] {
        let down = sandbox.add(json!({ "fault": "host-down", "host": "main" })).await;
        let before = request.count(&sandbox).await;
        request.send(&client).await.unwrap();
        assert_eq!(request.count(&sandbox).await - before, 1, "at the backup, once");
        sandbox.remove(&down).await;
        // A minute later the client tries the main host again.
        sandbox.world.pass(61);
    }
    assert_eq!(sandbox.requests().await, ["backup 200", "backup 200"]);

    let main = sandbox.add(json!({ "fault": "host-down", "host": "main" })).await;
    let backup = sandbox.add(json!({ "fault": "host-down", "host": "backup" })).await;
    let error = client.echo("会员").await.unwrap_err();
    assert_eq!(shown(&Err(error)), "Transport: Connect(Refused), Connect(Refused); retryable; not done");
    sandbox.remove(&backup).await;
    sandbox.remove(&main).await;
    sandbox.world.pass(61);
    assert_eq!(client.echo("会员").await.unwrap(), "会员");
    assert_eq!(sandbox.requests().await.last().unwrap(), "main 200");
    sandbox.stop().await;
}

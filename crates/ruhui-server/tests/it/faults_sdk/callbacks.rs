//! Callbacks with a fault, to the SDK's receiver behind a socket.

use super::sandbox::{Sandbox, rule};
use crate::common::*;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use ruhui::notify::{CallbackResponse, Handled, Inbox, MemoryJournal, NotifyError, Receiver};
use ruhui_server::faults::FaultKind;
use ruhui_server::http::{Limits, Listener, Tls};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// The delay of a late callback.
const LATE: Duration = Duration::from_millis(300);

/// A merchant's endpoint of callbacks, as the SDK's documents show it.
struct Shop {
    receiver: Receiver,
    inbox: Inbox<MemoryJournal>,
    /// The callbacks that came: the event, what the SDK said, and the status of the response.
    came: Mutex<Vec<Came>>,
    /// The events whose handler ran, in order.
    handled: Mutex<Vec<String>>,
}

/// A callback that came.
struct Came {
    outcome: String,
    status: u16,
    time: Instant,
}

async fn notify(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let (outcome, response) = match shop.receiver.receive(&headers, &body) {
        Ok(received) => {
            let handler = async {
                shop.handled.lock().unwrap().push(received.id.to_string());
                Ok::<(), std::io::Error>(())
            };
            let handled = shop.inbox.handle(&received, handler).await;
            let outcome = match &handled {
                Ok(Handled::Now) => "handled",
                Ok(Handled::Before) => "handled before",
                Err(_) => "failed",
            };
            (outcome.to_owned(), CallbackResponse::from(handled))
        }
        Err(error) => (rejection(&error), error.response()),
    };
    let status = response.status().as_u16();
    shop.came.lock().unwrap().push(Came { outcome, status, time: Instant::now() });
    Response::from(response).map(Body::from)
}

/// The name of the reason for a rejection.
fn rejection(error: &NotifyError) -> String {
    let text = match error {
        NotifyError::UnverifiedResponse { error, .. } => format!("{error:?}"),
        NotifyError::Decrypt(error) => format!("Decrypt {error:?}"),
        other => format!("{other:?}"),
    };
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == ' ').collect::<String>().trim().to_owned()
}

/// Serves an endpoint of callbacks, and returns its URL.
async fn open(sandbox: &Sandbox) -> (Arc<Shop>, String) {
    let receiver = Receiver::partner(PUBLIC_KEY_ID, PLATFORM_PUB, APIV3_KEY)
        .unwrap()
        .clock(sandbox.world.wire.clone())
        .build()
        .unwrap();
    let shop = Arc::new(Shop {
        receiver,
        inbox: Inbox::new(MemoryJournal::default()),
        came: Mutex::default(),
        handled: Mutex::default(),
    });
    let router = Router::new().route("/notify", post(notify)).with_state(shop.clone());
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap();
    let url = format!("http://{}/notify", listener.address().unwrap());
    tokio::spawn(listener.serve(router, Limits::default(), std::future::pending::<()>()));
    (shop, url)
}

/// Opens a user's card, whose event goes to the shop, and returns the event's id.
async fn happen(sandbox: &Sandbox, user: u32) -> String {
    let openid = format!("oUser{user:023}");
    let asked = json!({ "card_id": CARD_ID, "openid": openid, "phone_number": PHONE });
    sandbox.post("user-cards/open", asked).await["event_id"].as_str().unwrap().to_owned()
}

/// Lets events happen of which the first has the fault, until all are accepted.
pub(crate) async fn run(kind: FaultKind, page: &mut String) {
    let sandbox = Sandbox::start().await;
    let (shop, url) = open(&sandbox).await;
    let mut asked = rule(kind.as_str(), json!({ "times": 1 }));
    if kind == FaultKind::CallbackLate {
        asked["delay_ms"] = json!(LATE.as_millis() as u64);
    }
    let rule = sandbox.add(asked).await;
    sandbox.post("events/pause", json!({})).await;
    let mut events = vec![happen(&sandbox, 1).await];
    let is_order = kind == FaultKind::CallbackOutOfOrder;
    sandbox.post("events/redirect", json!({ "notify_url": url })).await;
    let began = Instant::now();
    sandbox.post("events/resume", json!({})).await;
    if is_order {
        // The second event happens while the first is held.
        let is_held = || async { (sandbox.played(&rule).await == 1).then_some(()) };
        sandbox.until(is_held).await;
        sandbox.post("events/pause", json!({})).await;
        events.push(happen(&sandbox, 2).await);
        let second = format!("events/{}/redirect", events[1]);
        sandbox.post(&second, json!({ "notify_url": url })).await;
        sandbox.post("events/resume", json!({})).await;
    }
    // The first attempt has ended.
    let first = attempted(&sandbox, &events[0], 1).await;
    assert_eq!(first["fault"]["fault"], kind.as_str(), "{first}");
    assert_eq!((&first["fault"]["id"], sandbox.played(&rule).await), (&json!(rule), 1));
    if first["accepted"] == false {
        assert_eq!(shop.handled.lock().unwrap().len(), 0, "{first}");
        sandbox.post("clock", json!({ "advance_seconds": 61 })).await;
        let second = attempted(&sandbox, &events[0], 2).await;
        assert_eq!((second.get("fault"), &second["accepted"]), (None, &json!(true)), "{second}");
    }
    for event in &events {
        let is_accepted =
            || async { (sandbox.get(&format!("events/{event}")).await["state"] == "accepted").then_some(()) };
        sandbox.until(is_accepted).await;
    }
    let handled = shop.handled.lock().unwrap().clone();
    let mut once = handled.clone();
    once.sort();
    once.dedup();
    assert_eq!((once.len(), handled.len()), (events.len(), events.len()), "each event is handled once");
    if is_order {
        assert_eq!(handled, [events[1].clone(), events[0].clone()]);
    }
    if kind == FaultKind::CallbackLate {
        assert!(shop.came.lock().unwrap()[0].time - began >= LATE);
    }
    let shown = |came: &Came| format!("{} {}", came.status, came.outcome);
    let lines: Vec<_> = shop.came.lock().unwrap().iter().map(shown).collect();
    writeln!(page, "{:<23} | {} | handled {}", kind.as_str(), lines.join(", "), handled.len()).unwrap();
    // The log has the fault, too.
    let logged = sandbox.get("requests?kind=callback&limit=100").await;
    let has_fault =
        |exchange: &&Value| exchange["fault"]["fault"] == kind.as_str() && exchange["fault"]["id"] == rule;
    let faulty = logged["data"].as_array().unwrap().iter().filter(has_fault).count();
    assert_eq!(faulty, if kind == FaultKind::CallbackTwice { 2 } else { 1 }, "{logged:#}");
    sandbox.stop().await;
}

/// Waits until an event has this number of attempts, and returns the last.
async fn attempted(sandbox: &Sandbox, event: &str, number: usize) -> Value {
    let last = || async {
        let event = sandbox.get(&format!("events/{event}")).await;
        let attempts = event["attempts"].as_array().unwrap();
        (attempts.len() >= number).then(|| attempts[number - 1].clone())
    };
    sandbox.until(last).await
}

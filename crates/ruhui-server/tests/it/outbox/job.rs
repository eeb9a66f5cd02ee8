//! Test of the job that sends callbacks.

use super::fixture::*;
use ruhui_core::api::event::EventKind;
use ruhui_server::http::{Limits, Listener, Tls};
use ruhui_server::start::{Stop, run};
use ruhui_server::store::Kind;
use tokio::sync::oneshot;

async fn listener() -> Listener {
    Listener::bind("127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap()
}

#[tokio::test]
async fn it_sends_when_told_and_waits_for_answers_when_stopped() {
    let mut fixture = CallbackFixture::new().await;
    fixture.does(SHOP, Behavior::Hang);
    let (stop, stopped) = oneshot::channel::<()>();
    let (api, operations) = ([listener().await, listener().await], listener().await);
    let stopped = async { stopped.await.unwrap_or_default() };
    let running = tokio::spawn(run(
        fixture.service.clone(),
        api,
        (operations, None, None),
        Limits::default(),
        Stop { told: stopped, drained: async {} },
    ));
    for _ in 0..10 {
        fixture.happen(EventKind::UserCardCreated, SHOP).await;
    }
    fixture.service.outbox().wake();
    for _ in 0..8 {
        fixture.came.recv().await.unwrap();
    }
    // The job uses a slot that becomes free, without a wake-up.
    fixture.let_go(1);
    fixture.came.recv().await.unwrap();
    stop.send(()).unwrap();
    fixture.let_go(7);
    tokio::task::yield_now().await;
    assert!(!running.is_finished());
    fixture.let_go(1);
    running.await.unwrap();
    // Nine endpoints responded. The tenth event waits for the next start.
    assert_eq!((fixture.waiting().await.len(), fixture.came().len()), (1, 0));
    assert_eq!(fixture.store.scan(Kind::Delivery, "", "", 10).await.unwrap().len(), 1);
}

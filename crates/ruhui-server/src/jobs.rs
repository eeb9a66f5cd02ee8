//! What the service does without being asked.

use crate::horizon::Horizon;
use crate::outbox::{Backlog, Done, Sending};
use crate::service::Service;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// How often what is over is forgotten.
const PAUSE: Duration = Duration::from_secs(5);
/// How much at once: the store serves requests in between.
const AT_ONCE: usize = 1000;
/// How often is looked for what other processes have provisioned: within a second all know it.
const FOLLOW: Duration = Duration::from_millis(500);
/// How often is looked for callbacks whose time has come.
const LOOK: Duration = Duration::from_millis(500);
/// From one look to the next at least, though there be reason for one after each answer: a look at a long
/// queue costs something.
const REST: Duration = Duration::from_millis(20);

/// Forgets expired tokens and answers until `stop` is done.
pub(crate) async fn expire(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let (began, mut horizon) = (Instant::now(), Horizon::new(service.over()));
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = &mut stop => return,
        }
        let over = horizon.at(service.over(), began.elapsed());
        loop {
            match service.forget_over(over, AT_ONCE).await {
                Ok(forgotten) if forgotten == AT_ONCE => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "expiry failed");
                    break;
                }
            }
        }
    }
}

/// Follows what other processes provision until `stop` is done.
pub(crate) async fn follow(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut is_away = false;
    loop {
        tokio::select! {
            () = tokio::time::sleep(FOLLOW) => {}
            () = &mut stop => return,
        }
        let followed = service.follow().await;
        match &followed {
            Ok(true) => tracing::info!("what another process has provisioned is in force"),
            Ok(false) => {}
            // Once, and not twice a second for as long as it lasts.
            Err(error) if !is_away => tracing::error!(%error, "looking for what is provisioned failed"),
            Err(_) => {}
        }
        is_away = followed.is_err();
    }
}

/// Sends callbacks until `stop` is done; then waits for the answers to those that are under way, for a courier's
/// 5 seconds at most.
pub(crate) async fn deliver(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut sending = Sending::new();
    let mut backlog = Backlog::default();
    'looking: loop {
        backlog.begin(service.env.business.now());
        loop {
            // Asked in between and not raced: a claim that is broken off costs its callback an attempt.
            if is_done(stop.as_mut()).await {
                break 'looking;
            }
            match service.claim_page(&mut backlog, &mut sending).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::error!(%error, "looking for callbacks failed");
                    break;
                }
            }
        }
        let look = async {
            tokio::time::sleep(REST).await;
            let _ = tokio::time::timeout(LOOK, service.outbox.woken()).await;
        };
        tokio::select! {
            () = look => {}
            () = &mut stop => break,
        }
        tell(std::iter::from_fn(|| sending.try_join_next()));
    }
    let mut last = Vec::new();
    while let Some(done) = sending.join_next().await {
        last.push(done);
    }
    tell(last.into_iter());
}

/// Logs what kept callbacks from being sent, once for all of them. What an endpoint answered was logged when it
/// did.
fn tell(done: impl Iterator<Item = Done>) {
    let errors: Vec<String> = done
        .filter_map(|done| match done {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(error.to_string()),
        })
        .collect();
    if let Some(first) = errors.first() {
        tracing::error!(callbacks = errors.len(), error = first, "claiming callbacks failed");
    }
}

async fn is_done(mut future: Pin<&mut impl Future<Output = ()>>) -> bool {
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await
}

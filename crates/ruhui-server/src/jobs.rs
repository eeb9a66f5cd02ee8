//! The service's work besides requests: expiry, following what other processes provision, and callbacks.

use crate::expiry_cutoff::ExpiryCutoff;
use crate::in_flight::{Overload, OverloadLine};
use crate::outbox::{Backlog, Done, Outbox, Page, Sending};
use crate::registry::Reloaded;
use crate::service::Service;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// The pause between deletions of expired records.
const PAUSE: Duration = Duration::from_secs(5);
/// The records that one deletion takes: the store serves requests in between.
const AT_ONCE: usize = 1000;
/// The pause between reports of an overload.
const SECOND: Duration = Duration::from_secs(1);
/// The pause between looks for what other processes have provisioned: within a second all replicas have it.
const FOLLOW: Duration = Duration::from_millis(500);
/// The longest pause between scans of the queue of callbacks.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// The shortest pause between scans of the queue. Every answered callback asks for a scan, and a scan of a long queue is
/// expensive.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);

/// Deletes expired tokens and kept responses until `stop` is done.
pub(crate) async fn delete_expired(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let (began, mut expiry_cutoff) = (Instant::now(), ExpiryCutoff::new(service.expiry_cutoff()));
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = &mut stop => return,
        }
        let cutoff = expiry_cutoff.at(service.expiry_cutoff(), began.elapsed());
        loop {
            match service.store.expire(cutoff, AT_ONCE).await {
                Ok(deleted) if deleted == AT_ONCE => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "expiry failed");
                    break;
                }
            }
        }
    }
}

/// Logs when requests are rejected because too many are in flight, and when that ends, until `stop` is done.
pub(crate) async fn report_overload(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut overload = Overload::default();
    let limit = service.in_flight.limit();
    loop {
        tokio::select! {
            () = tokio::time::sleep(SECOND) => {}
            () = &mut stop => return,
        }
        match overload.second(service.in_flight.take_rejected()) {
            Some(OverloadLine::Began) => {
                tracing::warn!(limit, "overloaded: requests beyond the limit get 500 before verification");
            }
            Some(OverloadLine::Ended { rejected }) => tracing::warn!(rejected, "no longer overloaded"),
            None => {}
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
        let followed = service.reload_if_changed().await;
        match &followed {
            Ok(Reloaded::Changed) => tracing::info!("what another process has provisioned is in force"),
            Ok(Reloaded::Current) => {}
            // Once, and not twice a second for as long as it lasts.
            Err(error) if !is_away => tracing::error!(%error, "looking for what is provisioned failed"),
            Err(_) => {}
        }
        is_away = followed.is_err();
    }
}

/// Sends callbacks until `stop` is done; then waits for the answers to those that are under way, for a client's
/// 5 seconds at most.
pub(crate) async fn deliver(outbox: Arc<Outbox>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut sending = Sending::new();
    let mut backlog = Backlog::default();
    'looking: loop {
        outbox.begin(&mut backlog);
        loop {
            // Asked in between and not raced: a claim that is broken off costs its callback an attempt.
            if is_done(stop.as_mut()).await {
                break 'looking;
            }
            match outbox.claim_page(&mut backlog, &mut sending).await {
                Ok(Page::More) => {}
                Ok(Page::Last) => break,
                Err(error) => {
                    tracing::error!(%error, "looking for callbacks failed");
                    break;
                }
            }
        }
        let look = async {
            tokio::time::sleep(SHORTEST_PAUSE).await;
            let _ = tokio::time::timeout(LONGEST_PAUSE, outbox.woken()).await;
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

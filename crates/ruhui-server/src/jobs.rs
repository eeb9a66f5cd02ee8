//! Background jobs of the service: deletion of expired records, reload of provisioned state, delivery of callbacks.

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

/// Pause between deletions of expired records.
const PAUSE: Duration = Duration::from_secs(5);
/// Number of records that one deletion takes. The store serves requests between deletions.
const AT_ONCE: usize = 1000;
/// Pause between reports of an overload.
const SECOND: Duration = Duration::from_secs(1);
/// Pause between checks for provisioning by another process. All replicas reload within a second.
const RELOAD_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause between scans of the queue of callbacks.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// Shortest pause between scans of the queue. A new delivery, or a freed slot that a delivery waits for, asks for a
/// scan at once, and a scan of a long queue is expensive.
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
            match service.delete_expired_at(cutoff, AT_ONCE).await {
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

/// Logs the beginning and the end of each overload, during which the in-flight limit rejects requests, until `stop`
/// is done.
pub(crate) async fn report_overload(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut overload = Overload::default();
    loop {
        tokio::select! {
            () = tokio::time::sleep(SECOND) => {}
            () = &mut stop => return,
        }
        let limit = service.in_flight.limit();
        match overload.second(service.in_flight.take_rejected()) {
            Some(OverloadLine::Began) => {
                tracing::warn!(limit, "overloaded: requests beyond the limit get 500 before verification");
            }
            Some(OverloadLine::Ended { rejected }) => tracing::warn!(rejected, "no longer overloaded"),
            None => {}
        }
    }
}

/// Reloads the provisioned state whenever another process has changed it, until `stop` is done.
pub(crate) async fn reload_loop(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut is_away = false;
    loop {
        tokio::select! {
            () = tokio::time::sleep(RELOAD_PAUSE) => {}
            () = &mut stop => return,
        }
        let entered = service.state_gate.enter().await;
        let followed = service.reload_if_changed().await;
        drop(entered);
        match &followed {
            Ok(Reloaded::Changed) => tracing::info!("what another process has provisioned is in force"),
            Ok(Reloaded::Current) => {}
            // Logged once per outage, rather than twice a second.
            Err(error) if !is_away => tracing::error!(%error, "looking for what is provisioned failed"),
            Err(_) => {}
        }
        is_away = followed.is_err();
    }
}

/// Takes the hosts down and up whenever the fault rules change, until `stop` is done. The rules of the configuration
/// file may change at any time; a control that changes a rule waits for its own change.
pub(crate) async fn follow_host_faults(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let Some(faults) = service.faults.clone() else { return };
    let mut stop = std::pin::pin!(stop);
    let mut changes = faults.subscribe();
    loop {
        // The listener has logged a port that cannot be bound.
        let _ = service.apply_host_faults().await;
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = &mut stop => return,
        }
    }
}

/// Sends callbacks until `stop` is done. Then drains: waits for the attempts in progress, at most the client's
/// time-out of 5 seconds.
pub(crate) async fn deliver(outbox: Arc<Outbox>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    let mut sending = Sending::new();
    let mut backlog = Backlog::default();
    'looking: loop {
        outbox.begin(&mut backlog);
        loop {
            // Checked between claims, rather than raced with one: a claim that is cancelled costs its callback an
            // attempt.
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
    outbox.end_holds();
    let mut last = Vec::new();
    while let Some(done) = sending.join_next().await {
        last.push(done);
    }
    tell(last.into_iter());
}

/// Logs the errors of attempts that were not claimed, in one line. Responses of endpoints have been logged already.
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

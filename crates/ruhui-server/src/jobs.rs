//! What the service does without being asked.

use crate::service::Service;
use std::sync::Arc;
use std::time::Duration;

/// How often what is over is forgotten.
const PAUSE: Duration = Duration::from_secs(5);
/// How much at once: the store serves requests in between.
const AT_ONCE: usize = 1000;

/// Forgets expired tokens and answers until `stop` is done.
pub(crate) async fn expire(service: Arc<Service>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = &mut stop => return,
        }
        loop {
            match service.forget(AT_ONCE).await {
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

//! Measures the client's cost of a request, with 32 requests in flight, for the comparison in `cargo harness bench`.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const IN_FLIGHT: usize = 32;
/// Requests that are not counted: they open the connections.
const WARM_UP: usize = 20 * IN_FLIGHT;

/// Sends `count` requests, and returns the JSON that `cargo harness bench` reads.
pub async fn measure<F, C>(count: usize, call: F) -> Result<String, Box<dyn Error>>
where
    F: Fn() -> C + Clone + Send + 'static,
    C: Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send,
{
    make(WARM_UP, call.clone()).await?;
    let (start, before) = (Instant::now(), cpu());
    make(count, call).await?;
    let per_second = count as f64 / start.elapsed().as_secs_f64();
    let cpu = (cpu() - before) * 1e6 / count as f64;
    Ok(serde_json::json!({ "per_second": per_second, "cpu": cpu }).to_string())
}

async fn make<F, C>(count: usize, call: F) -> Result<(), Box<dyn Error>>
where
    F: Fn() -> C + Clone + Send + 'static,
    C: Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send,
{
    let left = Arc::new(AtomicUsize::new(count));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let (left, call) = (left.clone(), call.clone());
        callers.spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                call().await?;
            }
            Ok::<_, Box<dyn Error + Send + Sync>>(())
        });
    }
    while let Some(ended) = callers.join_next().await {
        ended?.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Returns the seconds of processor time that this process has used.
fn cpu() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

//! Measures the client's cost of a request: the SDK in a separate process, against a service on the other core.

use crate::clock::{Moment, process_cpu};
use crate::load::requests::call;
use anyhow::{Context as _, Result};
use ruhui_harness::command::read;
use ruhui_harness::kit::Kit;
use ruhui_harness::step::Outcome;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Requests in flight.
const IN_FLIGHT: usize = 32;
/// Requests that are not counted: they open the connections.
const WARM_UP: usize = 20 * IN_FLIGHT;

/// The figures of a client process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calls {
    pub(super) per_second: f64,
    /// Microseconds of the client's processor time for each request.
    pub(super) cpu: f64,
}

/// Sends `count` requests to the sandbox in `folder` from a new process on this thread's core.
pub(super) fn measure(folder: &Path, count: usize) -> Result<Calls> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bench").arg("--calls").arg(count.to_string()).arg("--sandbox").arg(folder);
    Calls::parse(&read(&mut command)?)
}

impl Calls {
    /// Parses the output of a client process: a line of JSON.
    pub(super) fn parse(said: &str) -> Result<Self> {
        let said: Value = serde_json::from_str(said)?;
        let number =
            |name: &str| said[name].as_f64().with_context(|| format!("the calls' process said no {name}"));
        Ok(Self { per_second: number("per_second")?, cpu: number("cpu")? })
    }
}

/// The client process: sends requests and prints the JSON that [`measure`] reads.
pub(super) fn run(folder: &Path, count: usize) -> Outcome {
    let kit = Kit::read(folder)?;
    let client = kit.client()?;
    let call = Arc::new(call(&kit)?);
    let make = async |count: usize| -> Result<()> {
        let left = Arc::new(AtomicUsize::new(count));
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..IN_FLIGHT {
            let (client, call, left) = (client.clone(), call.clone(), left.clone());
            callers.spawn(async move {
                while left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                    .is_ok()
                {
                    client.create_pre_auth_token(&*call).await?;
                }
                Ok::<_, ruhui::Error>(())
            });
        }
        while let Some(ended) = callers.join_next().await {
            ended??;
        }
        Ok(())
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (wall, cpu) = runtime.block_on(async {
        make(WARM_UP).await?;
        let (start, before) = (Moment::now(), process_cpu());
        make(count).await?;
        Ok::<_, anyhow::Error>((start.elapsed(), process_cpu() - before))
    })?;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / count as f64;
    Ok(json!({ "per_second": count as f64 / wall.as_secs_f64(), "cpu": each(cpu) }).to_string())
}

//! Callers who go on calling, and keep what was acknowledged.

use super::plain::{Met, Plain};
use crate::kit::Kit;
use crate::step::Clock;
use anyhow::{Context as _, Result, anyhow, ensure};
use ruhui_core::api::card_member::OpenUserCardToken;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Callers at once.
const CALLERS: usize = 8;
/// How long a caller rests after a refusal: less than it is told to, so that the end of an outage is seen.
const REST: Duration = Duration::from_millis(20);

/// What they heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Tokens whose replies came, and verified.
    pub(super) tokens: Vec<String>,
    /// Calls that were told to come again.
    pub(super) refused: usize,
    pub(super) longest: Duration,
}

/// Threads that call until they are stopped.
pub(super) struct Callers {
    clock: Clock,
    stop: Arc<AtomicBool>,
    /// When calls that succeeded were made, and when they were answered.
    successes: Arc<Mutex<Vec<(Duration, Duration)>>>,
    threads: Vec<JoinHandle<Result<Heard>>>,
}

impl Callers {
    pub(super) fn start(kit: &Kit) -> Result<Self> {
        let clock = Clock::start();
        let (stop, successes) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let call = OpenUserCardToken {
            brand_id: kit.value("RUHUI_BRAND_ID")?.parse()?,
            card_id: kit.value("RUHUI_CARD_ID")?.parse()?,
            openid: kit.value("RUHUI_OPENID")?.parse()?,
        };
        let threads = (0..CALLERS)
            .map(|_| {
                let plain = Arc::new(Plain::default());
                let client = ruhui::Client::partner(
                    kit.value("RUHUI_MCHID")?,
                    kit.value("RUHUI_SERIAL_NO")?,
                    kit.value("RUHUI_PRIVATE_KEY")?,
                    kit.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?,
                    kit.value("RUHUI_WECHATPAY_PUBLIC_KEY")?,
                )?
                .host(kit.value("RUHUI_BASE_URL")?)
                .transport(plain.clone())
                .build()?;
                let (call, stop, successes) = (call.clone(), stop.clone(), successes.clone());
                Ok(std::thread::spawn(move || go_on(&client, &plain, &call, clock, &stop, &successes)))
            })
            .collect::<Result<_>>()?;
        Ok(Self { clock, stop, successes, threads })
    }

    pub(super) fn now(&self) -> Duration {
        self.clock.elapsed()
    }

    /// When the first call was answered with success that was made after this moment.
    pub(super) fn first_success(&self, after: Duration) -> Option<Duration> {
        let successes = self.successes.lock().unwrap_or_else(PoisonError::into_inner);
        successes.iter().filter(|(made, _)| *made > after).map(|(_, answered)| *answered).min()
    }

    /// What all of them heard.
    pub(super) fn stop(self) -> Result<Heard> {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Heard::default();
        for thread in self.threads {
            let heard = thread.join().map_err(|_| anyhow!("a caller panicked"))??;
            all.tokens.extend(heard.tokens);
            all.refused += heard.refused;
            all.longest = all.longest.max(heard.longest);
        }
        Ok(all)
    }
}

fn go_on(
    client: &ruhui::Client,
    plain: &Plain,
    call: &OpenUserCardToken,
    clock: Clock,
    stop: &AtomicBool,
    successes: &Mutex<Vec<(Duration, Duration)>>,
) -> Result<Heard> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut heard = Heard::default();
    while !stop.load(Ordering::Relaxed) {
        let made = clock.elapsed();
        let answer = runtime.block_on(client.create_pre_auth_token(call));
        let answered = clock.elapsed();
        heard.longest = heard.longest.max(answered.saturating_sub(made));
        match answer {
            Ok(token) => {
                heard.tokens.push(token.token.as_str().to_owned());
                successes.lock().unwrap_or_else(PoisonError::into_inner).push((made, answered));
            }
            Err(error) => {
                let Met { status, retry_after } =
                    plain.last().with_context(|| format!("no answer: {error}"))?;
                ensure!(
                    status == 500 && retry_after,
                    "answered {status}, Retry-After there: {retry_after}: {error}"
                );
                heard.refused += 1;
                std::thread::sleep(REST);
            }
        }
    }
    Ok(heard)
}

//! The callers.

use super::wire::{NoReply, Response, Wire};
use super::{Card, Ledger, Place, Token};
use crate::load::requests::Maker;
use anyhow::{Result, anyhow};
use ruhui_core::api::card_member::OpenUserCardToken;
use ruhui_core::types::OpenId;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a caller rests who was not answered, or was turned away: less than it is told to, so that the end of an
/// outage is seen.
const REST: Duration = Duration::from_millis(10);

/// Caller.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Callers for tokens, each over a connection of its own.
    pub(crate) callers: usize,
    /// How long each of them rests after a response.
    pub(crate) rest: Duration,
    /// One more caller lets so many new users join, and no more.
    pub(crate) joins: usize,
    /// How long it rests after each.
    pub(crate) join_rest: Duration,
    /// Ten letters and digits that no other load over this store has: its users' names.
    pub(crate) name: String,
}

/// Responses that the callers got.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Calls answered 200.
    pub(crate) served: usize,
    /// Calls answered 500 SYSTEM_ERROR with Retry-After.
    pub(crate) rejected: usize,
    /// Every other answer: what it was, and how often. Broken connections are among them.
    pub(crate) others: BTreeMap<String, usize>,
    /// The longest that a caller waited for an answer.
    pub(crate) longest: Duration,
    /// When, on the ledger's clock, the first and the last call failed.
    pub(crate) failed: Option<(Duration, Duration)>,
}

impl Heard {
    /// Calls that were not answered 200.
    pub(crate) fn failures(&self) -> usize {
        self.rejected + self.others.values().sum::<usize>()
    }

    /// Calls whose connection ended before the response did.
    pub(crate) fn broken(&self) -> usize {
        self.others.iter().filter(|(what, _)| what.starts_with("broken off")).map(|(_, count)| count).sum()
    }

    fn fail(&mut self, what: String, at: Duration) {
        *self.others.entry(what).or_default() += 1;
        self.fail_at(at, at);
    }

    fn fail_at(&mut self, first: Duration, last: Duration) {
        let (begin, end) = self.failed.unwrap_or((first, last));
        self.failed = Some((begin.min(first), end.max(last)));
    }

    fn add(&mut self, other: Self) {
        self.served += other.served;
        self.rejected += other.rejected;
        self.longest = self.longest.max(other.longest);
        for (what, count) in other.others {
            *self.others.entry(what).or_default() += count;
        }
        if let Some((first, last)) = other.failed {
            self.fail_at(first, last);
        }
    }
}

/// When calls that were answered 200 were made, and when they were answered.
type Served = Arc<Mutex<Vec<(Duration, Duration)>>>;

/// Threads that call until they are stopped.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    served: Served,
    threads: Vec<JoinHandle<Result<Caller>>>,
}

impl Load {
    pub(crate) fn start(ledger: &Ledger, maker: &Maker, place: Place, plan: &Plan) -> Self {
        let (stop, served) = (Arc::new(AtomicBool::new(false)), Served::default());
        let caller = || Caller {
            maker: maker.clone(),
            api: Wire::to(place.api),
            operations: Wire::to(place.operations),
            ledger: Ledger { clock: ledger.clock, tokens: Vec::new(), cards: Vec::new() },
            heard: Heard::default(),
            served: served.clone(),
        };
        let mut threads = Vec::new();
        for _ in 0..plan.callers {
            let (caller, stop, plan) = (caller(), stop.clone(), plan.clone());
            threads.push(std::thread::spawn(move || caller.want_tokens(&stop, &plan)));
        }
        if plan.joins > 0 {
            let (caller, stop, plan) = (caller(), stop.clone(), plan.clone());
            threads.push(std::thread::spawn(move || caller.join(&stop, &plan)));
        }
        Self { stop, served, threads }
    }

    /// When the first call was answered 200 that was made after this moment.
    pub(crate) fn first_served(&self, after: Duration) -> Option<Duration> {
        let served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        served.iter().filter(|(made, _)| *made > after).map(|(_, answered)| *answered).min()
    }

    /// Stops, and writes into the ledger what was acknowledged.
    pub(crate) fn stop(self, ledger: &mut Ledger) -> Result<Heard> {
        self.stop.store(true, Ordering::Relaxed);
        self.finish(ledger)
    }

    /// Results once every caller has ended by itself: callers for tokens never do.
    pub(crate) fn finish(self, ledger: &mut Ledger) -> Result<Heard> {
        let mut all = Heard::default();
        for thread in self.threads {
            let Caller { ledger: own, heard, .. } =
                thread.join().map_err(|_| anyhow!("a caller panicked"))??;
            ledger.tokens.extend(own.tokens);
            ledger.cards.extend(own.cards);
            all.add(heard);
        }
        Ok(all)
    }
}

struct Caller {
    maker: Maker,
    api: Wire,
    operations: Wire,
    ledger: Ledger,
    heard: Heard,
    served: Served,
}

impl Caller {
    fn want_tokens(mut self, stop: &AtomicBool, plan: &Plan) -> Result<Self> {
        let call = self.maker.call().clone();
        while !stop.load(Ordering::Relaxed) {
            let served = self.token(&call)?.is_some();
            std::thread::sleep(if served { plan.rest } else { REST });
        }
        Ok(self)
    }

    fn join(mut self, stop: &AtomicBool, plan: &Plan) -> Result<Self> {
        for number in 0..plan.joins {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let openid = OpenId::new(format!("oL{:0>10}{number:016}", plan.name))?;
            let call = OpenUserCardToken { openid: openid.clone(), ..self.maker.call().clone() };
            if let Some(token) = self.token(&call)? {
                let body = json!({ "token": token, "phone_number": "13900000000" });
                let (asked, response) =
                    (self.ledger.clock.elapsed(), self.operations.post("/sandbox/join", &body));
                if let Some(response) = self.hear(asked, response) {
                    let code = response.text("/user_card/user_card_code")?.parse()?;
                    self.ledger.cards.push(Card { openid, code, event_id: response.text("/event_id")? });
                }
            }
            std::thread::sleep(plan.join_rest);
        }
        Ok(self)
    }

    /// One token, if it is answered.
    fn token(&mut self, call: &OpenUserCardToken) -> Result<Option<String>> {
        let request = self.maker.request_of(call)?;
        let signed = self.ledger.clock.elapsed();
        let response = self.api.ask(&request);
        let Some(response) = self.hear(signed, response) else { return Ok(None) };
        let (token, expire_time) = (response.text("/token")?, response.text("/expire_time")?);
        self.ledger.tokens.push(Token { request, token: token.clone(), expire_time, signed });
        Ok(Some(token))
    }

    /// Counts a response, and hands it on if it says yes.
    fn hear(&mut self, asked: Duration, response: Result<Response, NoReply>) -> Option<Response> {
        let now = self.ledger.clock.elapsed();
        self.heard.longest = self.heard.longest.max(now.saturating_sub(asked));
        match response {
            Ok(response) if response.status == 200 => {
                self.heard.served += 1;
                self.served.lock().unwrap_or_else(PoisonError::into_inner).push((asked, now));
                return Some(response);
            }
            Ok(response) if response.says_again() => {
                self.heard.rejected += 1;
                self.heard.fail_at(now, now);
            }
            Ok(response) => self.heard.fail(response.status.to_string(), now),
            Err(NoReply::Unreached) => self.heard.fail("no connection".to_owned(), now),
            Err(NoReply::Broken(why)) => self.heard.fail(format!("broken off: {why}"), now),
        }
        None
    }
}

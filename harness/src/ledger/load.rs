//! Load generator that records what was acknowledged: threads that request tokens and open cards until they are
//! stopped.

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

/// Pause after a request that failed or was rejected. It is shorter than Retry-After says, so that the end of an outage
/// is seen.
const REST: Duration = Duration::from_millis(10);

/// The load: number of clients and their pauses.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Clients that request tokens, each over its own connection.
    pub(crate) callers: usize,
    /// Pause of each of them after a response.
    pub(crate) rest: Duration,
    /// Number of new users that one more client lets join. It stops after them.
    pub(crate) joins: usize,
    /// Pause of that client after each user.
    pub(crate) join_rest: Duration,
    /// Prefix of the users' names: up to ten letters and digits that no other load over this store uses.
    pub(crate) name: String,
}

/// Counts of the responses.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Requests with a response of 200.
    pub(crate) served: usize,
    /// Requests with a response of 500 SYSTEM_ERROR with Retry-After.
    pub(crate) rejected: usize,
    /// Counts of all other outcomes, by name. Broken connections are among them.
    pub(crate) others: BTreeMap<String, usize>,
    /// Longest time that a client waited for a response.
    pub(crate) longest: Duration,
    /// Times of the first and the last failed request, on the ledger's clock.
    pub(crate) failed: Option<(Duration, Duration)>,
}

impl Heard {
    /// Returns the number of requests without a response of 200.
    pub(crate) fn failures(&self) -> usize {
        self.rejected + self.others.values().sum::<usize>()
    }

    /// Returns the number of requests whose connection ended before the response did.
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

/// Times at which successful requests were sent, and at which their responses came.
type Served = Arc<Mutex<Vec<(Duration, Duration)>>>;

/// Running client threads.
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

    /// Returns when the first request that was made after this moment got a response of 200.
    pub(crate) fn first_served(&self, after: Duration) -> Option<Duration> {
        let served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        served.iter().filter(|(made, _)| *made > after).map(|(_, answered)| *answered).min()
    }

    /// Stops the clients, and adds what was acknowledged to the ledger.
    pub(crate) fn stop(self, ledger: &mut Ledger) -> Result<Heard> {
        self.stop.store(true, Ordering::Relaxed);
        self.finish(ledger)
    }

    /// Waits until every client has ended by itself, and adds what was acknowledged to the ledger. Clients for tokens
    /// never end.
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

    /// Requests one token. Returns `None` if the request failed.
    fn token(&mut self, call: &OpenUserCardToken) -> Result<Option<String>> {
        let request = self.maker.request_of(call)?;
        let signed = self.ledger.clock.elapsed();
        let response = self.api.ask(&request);
        let Some(response) = self.hear(signed, response) else { return Ok(None) };
        let (token, expire_time) = (response.text("/token")?, response.text("/expire_time")?);
        self.ledger.tokens.push(Token { request, token: token.clone(), expire_time, signed });
        Ok(Some(token))
    }

    /// Counts a response, and returns it if its status is 200.
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

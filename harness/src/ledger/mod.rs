//! Ledger of acknowledged writes: the load records every token, card and event that was acknowledged, and the check
//! proves that each still exists.

mod load;
mod wire;

pub(crate) use load::{Heard, Load, Plan};

use crate::load::main_host;
use crate::load::requests::Maker;
use anyhow::{Context as _, Result, anyhow, bail, ensure};
use ruhui_core::api::Partner;
use ruhui_core::api::card_member::QueryUserCard;
use ruhui_core::types::{OpenId, UserCardCode};
use ruhui_harness::kit::Kit;
use ruhui_harness::step::Clock;
use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;
use wire::{NoReply, Response, Wire};

/// Age up to which a request is replayed. A signature is valid for 300 s.
const REPEATABLE: Duration = Duration::from_secs(270);

/// A token that was never issued.
const UNKNOWN: &str = "00000000000000000000000000000000";

/// Addresses of a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Address of the API.
    pub(crate) api: SocketAddr,
    /// Address of the sandbox's controls.
    pub(crate) operations: SocketAddr,
}

impl Place {
    /// Returns the addresses in the kit of a sandbox.
    pub(crate) fn of(kit: &Kit) -> Result<Self> {
        let operations = kit.value("RUHUI_OPERATIONS_URL")?.trim_start_matches("http://").parse()?;
        Ok(Self { api: main_host(kit)?, operations })
    }
}

/// An acknowledged token.
#[derive(Debug)]
pub(crate) struct Token {
    /// The request for it, with its signature.
    request: Vec<u8>,
    token: String,
    /// Its expiry, to the millisecond. Only the stored row gives it; the token itself follows from the request alone.
    expire_time: String,
    /// Time at which the request was signed.
    signed: Duration,
}

/// An acknowledged card, and the event about it.
#[derive(Debug)]
pub(crate) struct Card {
    openid: OpenId,
    code: UserCardCode,
    event_id: String,
}

/// All acknowledged writes.
#[derive(Debug)]
pub(crate) struct Ledger {
    clock: Clock,
    pub(crate) tokens: Vec<Token>,
    pub(crate) cards: Vec<Card>,
}

/// Numbers of acknowledged records that are missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) tokens: usize,
    pub(crate) cards: usize,
    pub(crate) events: usize,
}

impl Lost {
    /// Returns an error if a record is lost.
    pub(crate) fn nothing(self) -> Result<()> {
        ensure!(self == Self::default(), "lost: {self}");
        Ok(())
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tokens, {} cards, {} events", self.tokens, self.cards, self.events)
    }
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self { clock: Clock::start(), tokens: Vec::new(), cards: Vec::new() }
    }

    /// Checks every record from these positions on. The join component must know a token, and its signed request,
    /// replayed, must return the same token. A query must return a card, and its event must wait for delivery, so no
    /// program may be accepting events.
    pub(crate) fn check(&self, maker: &Maker, place: Place, since: (usize, usize)) -> Result<Lost> {
        let (mut api, mut operations) = (Wire::to(place.api), Wire::to(place.operations));
        ensure!(!is_known(&mut operations, UNKNOWN)?, "a token that nobody has issued is known");
        let mut lost = Lost::default();
        for Token { request, token, expire_time, signed } in &self.tokens[since.0..] {
            // A token follows from its request, so a lost token would be issued again and be equal. The row and its
            // expiry are the proof.
            let mut is_there = is_known(&mut operations, token)?;
            if self.clock.elapsed().saturating_sub(*signed) < REPEATABLE {
                let response = answered(api.ask(request))?;
                is_there &= response.status == 200
                    && response.text("/token")? == *token
                    && response.text("/expire_time")? == *expire_time;
            }
            lost.tokens += usize::from(!is_there);
        }
        let waiting = waiting(&mut operations)?;
        for Card { openid, code, event_id } in &self.cards[since.1..] {
            let call = maker.call();
            let query = QueryUserCard::<Partner> {
                brand_id: call.brand_id.clone(),
                card_id: call.card_id.clone(),
                openid: openid.clone(),
                user_card_code: code.clone(),
            };
            let response = answered(api.ask(&maker.request_of(&query)?))?;
            let is_there = response.status == 200 && response.text("/user_card_code")? == code.as_str();
            lost.cards += usize::from(!is_there);
            lost.events += usize::from(!waiting.contains(event_id));
        }
        Ok(lost)
    }

    /// Keeps only the first token. Its user may have more tokens, so its request gets a token whenever it is sent.
    pub(crate) fn into_first(mut self) -> Self {
        self.tokens.truncate(1);
        self.cards.clear();
        self
    }

    /// Returns the tokens.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| token.token.as_str())
    }

    /// Returns the time on the ledger's clock.
    pub(crate) fn now(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Returns the current end of the ledger. Later records come after this position.
    pub(crate) fn position(&self) -> (usize, usize) {
        (self.tokens.len(), self.cards.len())
    }
}

/// Returns whether the join component knows a token.
fn is_known(operations: &mut Wire, token: &str) -> Result<bool> {
    let response = answered(operations.get(&format!("/sandbox/join?token={token}")))?;
    match response.status {
        200 => Ok(true),
        409 => Ok(response.text("/code")? != "TOKEN_UNKNOWN"),
        status => bail!("a look at a token was answered {status}"),
    }
}

/// Returns the ids of the events that are not yet delivered.
fn waiting(operations: &mut Wire) -> Result<BTreeSet<String>> {
    let response = answered(operations.get("/sandbox/deliveries"))?;
    let body: serde_json::Value = serde_json::from_slice(&response.body)?;
    let data = body["data"].as_array().context("no list of deliveries")?;
    Ok(data.iter().filter_map(|one| one["event_id"].as_str().map(str::to_owned)).collect())
}

fn answered(response: Result<Response, NoReply>) -> Result<Response> {
    response.map_err(|why| anyhow!("the service that is checked gave no answer: {why:?}"))
}

//! Load with a memory: callers who go on calling, and write down what was acknowledged; and the check that all of it
//! is still there.

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

/// A signature is good for 300 s. A request that is older is not repeated.
const REPEATABLE: Duration = Duration::from_secs(270);

/// Token that was never issued.
const UNKNOWN: &str = "00000000000000000000000000000000";

/// Where a service listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// The API.
    pub(crate) api: SocketAddr,
    /// The sandbox's controls.
    pub(crate) operations: SocketAddr,
}

impl Place {
    /// Where this kit's sandbox is.
    pub(crate) fn of(kit: &Kit) -> Result<Self> {
        let operations = kit.value("RUHUI_OPERATIONS_URL")?.trim_start_matches("http://").parse()?;
        Ok(Self { api: main_host(kit)?, operations })
    }
}

/// A token that was answered.
#[derive(Debug)]
pub(crate) struct Token {
    /// Signed request that was sent for it.
    request: Vec<u8>,
    token: String,
    /// It follows from the row, to the millisecond: the token itself follows from the request alone.
    expire_time: String,
    /// When it was signed.
    signed: Duration,
}

/// A card that was answered, and the event about it.
#[derive(Debug)]
pub(crate) struct Card {
    openid: OpenId,
    code: UserCardCode,
    event_id: String,
}

/// All that was acknowledged.
#[derive(Debug)]
pub(crate) struct Ledger {
    clock: Clock,
    pub(crate) tokens: Vec<Token>,
    pub(crate) cards: Vec<Card>,
}

/// Number of acknowledged tokens, cards and events that are lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) tokens: usize,
    pub(crate) cards: usize,
    pub(crate) events: usize,
}

impl Lost {
    /// Fails if anything is lost.
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

    /// Looks for everything from these positions on: a token is found by the join component, and its signed request,
    /// sent again, gets it again; a card is found under its number, and its event waits for whoever is to be told.
    /// Address without a receiver of events.
    pub(crate) fn check(&self, maker: &Maker, place: Place, since: (usize, usize)) -> Result<Lost> {
        let (mut api, mut operations) = (Wire::to(place.api), Wire::to(place.operations));
        ensure!(!is_known(&mut operations, UNKNOWN)?, "a token that nobody has issued is known");
        let mut lost = Lost::default();
        for Token { request, token, expire_time, signed } in &self.tokens[since.0..] {
            // A token follows from its request, so one that was lost would be issued again and be the same: its row
            // and its time of expiry are the proof.
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

    /// The first token alone: one of a user who may have more, so its request gets a token whenever it is sent.
    pub(crate) fn into_first(mut self) -> Self {
        self.tokens.truncate(1);
        self.cards.clear();
        self
    }

    /// The tokens.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| token.token.as_str())
    }

    /// The time on its clock.
    pub(crate) fn now(&self) -> Duration {
        self.clock.elapsed()
    }

    /// How far it goes: what comes later comes after this.
    pub(crate) fn position(&self) -> (usize, usize) {
        (self.tokens.len(), self.cards.len())
    }
}

/// Whether the join component knows a token.
fn is_known(operations: &mut Wire, token: &str) -> Result<bool> {
    let response = answered(operations.get(&format!("/sandbox/join?token={token}")))?;
    match response.status {
        200 => Ok(true),
        409 => Ok(response.text("/code")? != "TOKEN_UNKNOWN"),
        status => bail!("a look at a token was answered {status}"),
    }
}

/// Events that are not accepted.
fn waiting(operations: &mut Wire) -> Result<BTreeSet<String>> {
    let response = answered(operations.get("/sandbox/deliveries"))?;
    let body: serde_json::Value = serde_json::from_slice(&response.body)?;
    let data = body["data"].as_array().context("no list of deliveries")?;
    Ok(data.iter().filter_map(|one| one["event_id"].as_str().map(str::to_owned)).collect())
}

fn answered(response: Result<Response, NoReply>) -> Result<Response> {
    response.map_err(|why| anyhow!("the service that is checked gave no answer: {why:?}"))
}

//! Reference of the documents' rules on user cards: plain values, without a type of the service's rules. `domain`
//! computes a card's state for a time; the reference stores EXPIRED as soon as time passes.

use ruhui_core::api::{Row, rows};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Unactivated,
    Effective,
    Expired,
    Invalid,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unactivated => "UNACTIVATED",
            Self::Effective => "EFFECTIVE",
            Self::Expired => "EXPIRED",
            Self::Invalid => "INVALID",
        }
    }

    fn is_valid(self) -> bool {
        matches!(self, Self::Unactivated | Self::Effective)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) code: Option<String>,
    pub(crate) state: State,
    pub(crate) level: Option<String>,
    picked_up: i64,
    /// Days of validity; `None` for a permanent card.
    days: Option<i64>,
    was_member: bool,
    was_deleted: bool,
}

/// User and template of a member's cards.
pub(crate) type Whose = (usize, usize);

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) whose: Whose,
    expires: i64,
    spent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) whose: Whose,
    pub(crate) code: Option<String>,
}

/// A kind of template: permanent with WeChat Pay's codes, or valid for some days with the merchant's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    SystemForEver,
    MerchantForDays(i64),
}

pub(crate) struct Reference {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) now: i64,
    pub(crate) cards: BTreeMap<Whose, Vec<Card>>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) events: Vec<Event>,
    codes: BTreeSet<(usize, String)>,
}

pub(crate) type Outcome = Result<Card, &'static Row>;
/// Result of a component, with the name of its rejection.
pub(crate) type Played = Result<Card, &'static str>;

impl Reference {
    pub(crate) fn new(now: i64, kinds: Vec<Kind>) -> Self {
        let (cards, codes) = (BTreeMap::new(), BTreeSet::new());
        Self { kinds, now, cards, tokens: Vec::new(), events: Vec::new(), codes }
    }

    /// Returns midnight in Beijing after the last day. The day of the pickup is the first.
    fn end(card: &Card) -> Option<i64> {
        let day = (card.picked_up + 8 * 3600).div_euclid(86_400);
        card.days.map(|days| (day + days) * 86_400 - 8 * 3600)
    }

    pub(crate) fn pass(&mut self, seconds: i64) {
        self.now += seconds;
        let now = self.now;
        for card in self.cards.values_mut().flatten() {
            Self::settle(card, now);
        }
    }

    fn settle(card: &mut Card, now: i64) {
        if card.state == State::Effective && Self::end(card).is_some_and(|end| end <= now) {
            card.state = State::Expired;
        }
    }

    pub(crate) fn of(&self, whose: Whose) -> &[Card] {
        self.cards.get(&whose).map(Vec::as_slice).unwrap_or_default()
    }

    fn valid(&self, whose: Whose) -> Option<State> {
        self.of(whose).iter().map(|card| card.state).find(|state| state.is_valid())
    }

    fn index(&self, whose: Whose, code: &str) -> Option<usize> {
        self.of(whose).iter().position(|card| card.code.as_deref() == Some(code))
    }

    fn new_card(&self, whose: Whose, state: State) -> Card {
        let days = match self.kinds[whose.1] {
            Kind::SystemForEver => None,
            Kind::MerchantForDays(days) => Some(days),
        };
        let was_member = state == State::Effective;
        Card { code: None, state, level: None, picked_up: self.now, days, was_member, was_deleted: false }
    }

    /// Returns whether a token is issued. The service chooses the token's text.
    pub(crate) fn ask(&self, whose: Whose) -> Result<(), &'static Row> {
        self.valid(whose).map_or(Ok(()), |_| Err(&rows::ONE_VALID_CARD))
    }

    pub(crate) fn issued(&mut self, whose: Whose, text: String) {
        self.tokens.push(Token { text, whose, expires: self.now + 3600, spent: false });
    }

    /// Lets a user join. `holder` is the user of the phone. `code` is the code from the service, if it allocated one.
    pub(crate) fn join(&mut self, token: usize, holder: usize, code: Option<String>) -> Played {
        let Token { whose, expires, spent, .. } = self.tokens[token].clone();
        if holder != whose.0 {
            return Err("TOKEN_OF_ANOTHER_USER");
        }
        if spent {
            return Err("TOKEN_SPENT");
        }
        if expires <= self.now {
            return Err("TOKEN_EXPIRED");
        }
        let opened = self.open(whose, code)?;
        self.tokens[token].spent = true;
        Ok(opened)
    }

    pub(crate) fn open(&mut self, whose: Whose, code: Option<String>) -> Played {
        match self.valid(whose) {
            Some(State::Unactivated) => return Err("CARD_PENDING"),
            Some(_) => return Err("ALREADY_MEMBER"),
            None if self.of(whose).iter().any(|card| card.was_member) => return Err("FORMER_MEMBER"),
            None => {}
        }
        let card = Card { code: code.clone(), ..self.new_card(whose, State::Unactivated) };
        if let Some(code) = &code {
            assert!(self.codes.insert((whose.1, code.clone())), "the service gave a code twice");
        }
        self.events.push(Event { name: "USER_CARD.CREATE", whose, code });
        self.cards.entry(whose).or_default().push(card.clone());
        Ok(card)
    }

    pub(crate) fn confirm(&mut self, whose: Whose, code: &str, outcome: usize) -> Outcome {
        let Some(index) = self.of(whose).iter().position(|card| card.state == State::Unactivated) else {
            return Err(match self.index(whose, code) {
                Some(_) => &rows::CARD_NOT_PENDING,
                None => &rows::NO_PENDING_CARD,
            });
        };
        match self.kinds[whose.1] {
            Kind::SystemForEver if self.of(whose)[index].code.as_deref() != Some(code) => {
                return Err(&rows::CODE_NOT_CHANGEABLE);
            }
            Kind::MerchantForDays(_) if !self.codes.insert((whose.1, code.to_owned())) => {
                return Err(&rows::CODE_TAKEN);
            }
            _ => {}
        }
        let now = self.now;
        let card = &mut self.cards.get_mut(&whose).unwrap()[index];
        card.code = Some(code.to_owned());
        match super::OUTCOMES[outcome] {
            "FAIL" => card.state = State::Invalid,
            _ => {
                card.state = State::Effective;
                card.was_member = true;
                Self::settle(card, now);
            }
        }
        Ok(card.clone())
    }

    pub(crate) fn modify(&mut self, whose: Whose, code: &str, level: &str, days: Option<i64>) -> Outcome {
        let index = self.index(whose, code).ok_or(&rows::CARD_NOT_FOUND)?;
        let now = self.now;
        let card = &mut self.cards.get_mut(&whose).unwrap()[index];
        if card.state != State::Effective {
            return Err(&rows::CARD_NOT_EFFECTIVE);
        }
        if days.is_some() && card.days.is_none() {
            return Err(&rows::VALIDITY_TYPE_DIFFERS);
        }
        card.level = Some(level.to_owned());
        card.days = days.or(card.days);
        Self::settle(card, now);
        Ok(card.clone())
    }

    pub(crate) fn invalidate(&mut self, whose: Whose, code: &str) -> Outcome {
        let index = self.index(whose, code).ok_or(&rows::CARD_NOT_FOUND)?;
        let card = &mut self.cards.get_mut(&whose).unwrap()[index];
        if !card.state.is_valid() {
            return Err(&rows::CARD_NOT_INVALIDATABLE);
        }
        card.state = State::Invalid;
        Ok(card.clone())
    }

    pub(crate) fn import(&mut self, whose: Whose, code: &str, picked_up: Option<i64>) -> Outcome {
        match self.valid(whose) {
            Some(State::Unactivated) => return Err(&rows::MEMBER_PENDING),
            Some(_) => return Err(&rows::MEMBER_EFFECTIVE),
            None if self.of(whose).iter().any(|card| card.was_deleted) => return Err(&rows::MEMBER_DELETED),
            None => {}
        }
        let mut card = Card { code: Some(code.to_owned()), ..self.new_card(whose, State::Effective) };
        match (self.kinds[whose.1], picked_up) {
            (Kind::SystemForEver, Some(_)) => return Err(&rows::PICKUP_TIME_FORBIDDEN),
            (Kind::SystemForEver, None) => {}
            (Kind::MerchantForDays(_), None) => return Err(&rows::PICKUP_TIME_MISSING),
            (Kind::MerchantForDays(_), Some(time)) if time >= self.now => {
                return Err(&rows::PICKUP_TIME_IN_FUTURE);
            }
            (Kind::MerchantForDays(_), Some(time)) => card.picked_up = time,
        }
        if Self::end(&card).is_some_and(|end| end <= self.now) {
            return Err(&rows::CARD_EXPIRED);
        }
        if !self.codes.insert((whose.1, code.to_owned())) {
            return Err(&rows::CODE_TAKEN);
        }
        self.cards.entry(whose).or_default().push(card.clone());
        Ok(card)
    }

    pub(crate) fn delete(&mut self, whose: Whose) -> Played {
        let cards = self.cards.entry(whose).or_default();
        let card = cards.iter_mut().find(|card| card.state == State::Effective).ok_or("NOT_A_MEMBER")?;
        card.state = State::Invalid;
        card.was_deleted = true;
        let event = Event { name: "USER_CARD.DELETE", whose, code: card.code.clone() };
        self.events.push(event);
        Ok(card.clone())
    }

    pub(crate) fn query(&self, whose: Whose, code: &str) -> Outcome {
        let index = self.index(whose, code).ok_or(&rows::CARD_NOT_FOUND)?;
        Ok(self.of(whose)[index].clone())
    }
}

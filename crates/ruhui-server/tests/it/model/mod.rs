//! Model-based test: random sequences of requests and acts run against the service and against a small reference
//! written independently. Every response, every card and every event must agree.

mod action;
mod reference;

use crate::common::*;
use action::{Action, Code, TEMPLATES, USERS, action};
use http::Request;
use proptest::prelude::*;
use reference::{Card, Event, Kind, Reference, State, Whose};
use ruhui_core::api::card_member::{
    CodeMode, ConfirmUserCard, CreatePreAuthToken, ImportUserCardByOpenid, InvalidateUserCard, ListUserCards,
    ModifyUserCard, QueryUserCard, ValidDateInformation,
};
use ruhui_core::api::{Endpoint, Row, rows};
use ruhui_core::types::{CardId, DateTime, OpenId, Token};
use ruhui_server::domain::Template;
use ruhui_server::domain::component::Refusal;
use ruhui_server::simulator::{self, SimulatorError, SimulatorOutcome};
use ruhui_server::store::records::put;
use ruhui_server::store::{MemoryStore, SqliteStore, Store, StoreExt as _};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) const OUTCOMES: [&str; 3] = ["SUCCESS", "FAIL", "ALREADY_EXISTS"];
const OPENIDS: [&str; USERS] =
    ["o000000000000000000000000000", "o000000000000000000000000001", "o000000000000000000000000002"];
const CARD_IDS: [&str; TEMPLATES] = [CARD_ID, "pMerchantsCodesForTwoDays001"];
const KINDS: [Kind; TEMPLATES] = [Kind::SystemForEver, Kind::MerchantForDays(2)];

/// The service and the reference, which get the same actions.
struct Pair {
    world: TestService,
    reference: Reference,
    /// The last signed write, its time of signing, and its response.
    last: Option<(Request<Vec<u8>>, i64, Response)>,
}

impl Pair {
    async fn new(store: Arc<dyn Store>) -> Self {
        let world = TestService::over(store).await;
        let mut template = world.store.read::<Template>(CARD_ID).await.unwrap().unwrap().record;
        template.card.card_id = CardId::new(CARD_IDS[1]).unwrap();
        template.card.code_mode = CodeMode::MerchantAllocate;
        template.card.valid_date_information = ValidDateInformation::days_after_receive(2);
        world.store.commit(vec![put(&template, None)]).await.unwrap();
        world.service.reload().await.unwrap();
        Self { world, reference: Reference::new(NOW, KINDS.to_vec()), last: None }
    }

    fn code(&self, (user, template): Whose, code: Code) -> String {
        let cards = self.reference.of((user, template));
        let named = match code {
            Code::Newest => cards.last(),
            Code::Oldest => cards.first(),
            Code::Own(number) => return format!("own-{number}"),
        };
        named.and_then(|card| card.code.clone()).unwrap_or_else(|| "none".to_owned())
    }

    async fn call<E: Endpoint>(&mut self, (user, template): Whose, changes: &Value) -> Response {
        let named = json!({ "brand_id": BRAND_ID, "card_id": CARD_IDS[template], "openid": OPENIDS[user] });
        let request = self.world.by_hand::<E>(&merged(&named, changes)).sign();
        let response = self.world.send(request.clone()).await;
        if E::METHOD != http::Method::GET {
            self.last = Some((request, self.reference.now, response.clone()));
        }
        response
    }

    async fn act(&mut self, action: &Action) {
        match action.clone() {
            Action::Ask { user, template } => self.ask((user, template)).await,
            Action::Join { token, is_own } => self.join(token, is_own).await,
            Action::Open { user, template } => {
                let (card_id, openid) = names((user, template));
                let told =
                    simulator::open_from_business_card(&self.world.service, &card_id, &openid, &filled())
                        .await;
                let code = code_of(&told);
                let expected = self.reference.open((user, template), code);
                agree_played(&told, &expected);
            }
            Action::Confirm { user, template, code, outcome } => {
                let code = self.code((user, template), code);
                let outcome_name = format!("CREATE_CARD_{}", OUTCOMES[outcome]);
                let asked = json!({ "user_card_code": code, "user_card_confirm_state": outcome_name });
                let response = self.call::<ConfirmUserCard>((user, template), &asked).await;
                agree(&response, &self.reference.confirm((user, template), &code, outcome));
            }
            Action::Modify { user, template, code, days } => {
                let code = self.code((user, template), code);
                let mut asked =
                    json!({ "user_card_code": code, "level": format!("第{}级", days.unwrap_or(0)) });
                if let Some(days) = days {
                    asked["valid_date_information"] =
                        json!({ "type": "FIX_TERM", "available_day_after_receive": days });
                }
                let response = self.call::<ModifyUserCard>((user, template), &asked).await;
                let level = asked["level"].as_str().unwrap();
                agree(&response, &self.reference.modify((user, template), &code, level, days));
            }
            Action::Invalidate { user, template, code } => {
                let code = self.code((user, template), code);
                let asked = json!({ "user_card_code": code });
                let response = self.call::<InvalidateUserCard>((user, template), &asked).await;
                agree(&response, &self.reference.invalidate((user, template), &code));
            }
            Action::Import { user, template, code, hours_ago } => {
                let code = self.code((user, template), code);
                let picked_up = hours_ago.map(|hours| self.reference.now - hours * 3600);
                let mut asked = json!({ "user_card_code": code });
                if let Some(time) = picked_up {
                    asked["pickup_time"] = json!(DateTime::seconds(at(time)));
                }
                let response = self.call::<ImportUserCardByOpenid>((user, template), &asked).await;
                agree(&response, &self.reference.import((user, template), &code, picked_up));
            }
            Action::Delete { user, template } => {
                let (card_id, openid) = names((user, template));
                let told = simulator::delete_card(&self.world.service, &card_id, &openid).await;
                agree_played(&told, &self.reference.delete((user, template)));
            }
            Action::Query { user, template, code } => {
                let code = self.code((user, template), code);
                let response =
                    self.call::<QueryUserCard>((user, template), &json!({ "user_card_code": code })).await;
                agree(&response, &self.reference.query((user, template), &code));
            }
            Action::Repeat => self.repeat().await,
            Action::Pass { seconds } => self.pass(seconds),
            Action::Midnight => self.pass(86_400 - (self.reference.now + 8 * 3600).rem_euclid(86_400)),
            Action::Restart => self.world.restart().await,
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.world.pass(seconds);
        self.reference.pass(seconds);
    }

    async fn ask(&mut self, whose: Whose) {
        let response = self.call::<CreatePreAuthToken>(whose, &json!({})).await;
        match self.reference.ask(whose) {
            Err(row) => response.answers(row),
            Ok(()) => {
                assert_eq!(response.status, 200, "{}", response.text());
                self.reference.issued(whose, response.json()["token"].as_str().unwrap().to_owned());
            }
        }
    }

    async fn join(&mut self, token: usize, is_own: bool) {
        let Some(index) = self.reference.tokens.len().checked_sub(token + 1) else { return };
        let (text, owner) = (self.reference.tokens[index].text.clone(), self.reference.tokens[index].whose.0);
        let holder = if is_own { owner } else { (owner + 1) % USERS };
        let (token, openid): (Token, OpenId) = (text.parse().unwrap(), OPENIDS[holder].parse().unwrap());
        let told = simulator::join(&self.world.service, &token, Some(&openid), &filled()).await;
        let expected = self.reference.join(index, holder, code_of(&told));
        agree_played(&told, &expected);
    }

    async fn repeat(&self) {
        let Some((request, signed_at, first)) = &self.last else { return };
        let response = self.world.send(request.clone()).await;
        if self.reference.now - signed_at > 300 {
            response.answers(&rows::TIMESTAMP_OUTSIDE_WINDOW);
            return;
        }
        let told = |response: &Response| {
            let mut body = response.json();
            // The field is encrypted again in each response, with other random padding.
            body.as_object_mut().unwrap().remove("phone_number");
            (response.status, body)
        };
        assert_eq!(told(&response), told(first));
    }

    /// Asserts that every card, every code and every event agrees with the reference.
    async fn compare(&self) {
        for (user, openid) in OPENIDS.iter().enumerate() {
            let asked = json!({ "brand_id": BRAND_ID, "openid": openid, "offset": 0, "limit": 20 });
            let listed = self.world.done::<ListUserCards>(&asked).await;
            let listed = listed["data"].as_array().unwrap();
            for (template, card_id) in CARD_IDS.iter().enumerate() {
                let shown: Vec<&Value> = listed.iter().filter(|card| card["card_id"] == *card_id).collect();
                let expected = self.reference.of((user, template));
                assert!(expected.len() > 20 || shown.len() == expected.len(), "{shown:?} {expected:?}");
                for (shown, expected) in shown.iter().zip(expected) {
                    same(shown, expected);
                }
                Self::invariants(&shown);
            }
        }
        let mut told: Vec<Event> = self.events().await;
        let mut expected = self.reference.events.clone();
        told.sort();
        expected.sort();
        assert_eq!(told, expected);
    }

    fn invariants(shown: &[&Value]) {
        let valid = |card: &&&Value| {
            ["UNACTIVATED", "EFFECTIVE"].contains(&card["user_card_state"].as_str().unwrap())
        };
        assert!(shown.iter().filter(valid).count() <= 1, "two valid cards: {shown:?}");
        let codes: Vec<&str> = shown.iter().filter_map(|card| card["user_card_code"].as_str()).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len(), "a code twice: {codes:?}");
    }

    /// Returns the waiting events. None is ever sent here.
    async fn events(&self) -> Vec<Event> {
        let stored = self.world.store.scan(ruhui_server::store::Kind::Delivery, "", "", 1000).await.unwrap();
        let event = |json: &str| {
            let delivery: Value = serde_json::from_str(json).unwrap();
            let resource: Value = serde_json::from_str(delivery["resource"].as_str().unwrap()).unwrap();
            let event_type = delivery["event_type"].as_str().unwrap();
            let name = ["USER_CARD.CREATE", "USER_CARD.DELETE"]
                .into_iter()
                .find(|name| event_type == format!("BRAND_MEMBER_CARD_SP.{name}"));
            let position =
                |names: &[&str], field: &str| names.iter().position(|name| resource[field] == *name).unwrap();
            let whose = (position(&OPENIDS, "openid"), position(&CARD_IDS, "card_id"));
            let code = resource["user_card_code"].as_str().map(ToOwned::to_owned);
            Event { name: name.unwrap(), whose, code }
        };
        stored.iter().map(|(_, stored)| event(&stored.value)).collect()
    }
}

fn names((user, template): Whose) -> (CardId, OpenId) {
    (CARD_IDS[template].parse().unwrap(), OPENIDS[user].parse().unwrap())
}

fn code_of(told: &Result<SimulatorOutcome, SimulatorError>) -> Option<String> {
    let told = told.as_ref().ok()?;
    told.user_card.user_card_code.as_ref().map(|code| code.as_str().to_owned())
}

fn same(shown: &Value, expected: &Card) {
    assert_eq!(shown["user_card_state"], expected.state.name(), "{shown} {expected:?}");
    assert_eq!(shown.get("user_card_code").map(|code| code.as_str().unwrap()), expected.code.as_deref());
    assert_eq!(shown.get("level").map(|level| level.as_str().unwrap()), expected.level.as_deref());
    let has_ended = shown.get("invalid_time").is_some();
    assert_eq!(has_ended, expected.state == State::Invalid, "{shown}");
}

fn agree(response: &Response, expected: &Result<Card, &'static Row>) {
    match expected {
        Ok(card) => {
            assert_eq!(response.status, 200, "{} but {card:?}", response.text());
            same(&response.json(), card);
        }
        Err(row) => response.answers(row),
    }
}

fn agree_played(told: &Result<SimulatorOutcome, SimulatorError>, expected: &Result<Card, &'static str>) {
    match (told, expected) {
        (Ok(told), Ok(card)) => same(&json!(told.user_card), card),
        (Err(SimulatorError::Rejected(refusal)), Err(name)) => assert_eq!(Refusal::code(refusal), *name),
        _ => panic!("{told:?} but {expected:?}"),
    }
}

fn run(store: Arc<dyn Store>, actions: &[Action]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut pair = Pair::new(store).await;
        for action in actions {
            pair.act(action).await;
            pair.compare().await;
        }
    });
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn the_service_agrees_with_the_reference(actions in prop::collection::vec(action(), 1..60)) {
        run(Arc::new(MemoryStore::new()), &actions);
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn over_a_file_too(actions in prop::collection::vec(action(), 20..40)) {
        let folder = tempfile::tempdir().unwrap();
        run(Arc::new(SqliteStore::open(folder.path().join("ruhui.db")).unwrap()), &actions);
    }
}

//! One trigger in progress: requests of the merchant, and acts of the user.

use super::what::What;
use super::{failed, form};
use crate::domain::Template;
use crate::domain::member::Filled;
use crate::http::controls::call::{Asked, named, send};
use crate::http::controls::context::Controls;
use crate::http::controls::events::about_user;
use crate::http::controls::outcome::Failure;
use crate::http::controls::request::coupon;
use crate::simulator::{self, SimulatorError};
use crate::store::StoreExt as _;
use http::HeaderMap;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::env::{Clock as _, alphanumeric, digits};
use ruhui_core::types::{BrandId, Caller, CardId, DateTime, Family, OpenId, PhoneNumber, Token};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The phone number of the users.
const PHONE: &str = "13900000000";
/// The points of a redemption.
const POINTS: u64 = 100;
/// Begin of the validity of a card that has expired.
const BEGIN: &str = "2025-01-01T00:00:00+08:00";

/// One trigger in progress.
pub(super) struct Run<'a> {
    controls: &'a Controls,
    visitor: &'a HeaderMap,
    /// The caller of the requests; `None` for the kit's merchant.
    caller: Option<Caller>,
    brand_id: BrandId,
    card_id: CardId,
    openid: OpenId,
    /// The card as it is after the last step.
    card: Value,
    steps: Vec<Value>,
}

impl<'a> Run<'a> {
    /// Begins with a template. Without `openid`, the user is a new one.
    pub(super) async fn begin(
        controls: &'a Controls,
        visitor: &'a HeaderMap,
        family: Family,
        card_id: CardId,
        openid: Option<OpenId>,
    ) -> Result<Self, Failure> {
        let entered = controls.service.state_gate.enter().await;
        let template = controls.service.store.read::<Template>(card_id.as_str()).await?;
        drop(entered);
        let brand_id = template.ok_or_else(|| unknown(&card_id))?.record.card.brand_id;
        let caller = match family {
            Family::Partner => None,
            Family::Brand => Some(Caller::Brand(brand_id.clone())),
        };
        let new = || {
            let openid = format!("o{}", alphanumeric(&*controls.service.env.entropy, 27));
            OpenId::new(openid).expect("letters and digits are an openid")
        };
        let openid = openid.unwrap_or_else(new);
        Ok(Self {
            controls,
            visitor,
            caller,
            brand_id,
            card_id,
            openid,
            card: Value::Null,
            steps: Vec::new(),
        })
    }

    /// Brings about the state, and returns the steps, the card and its events, newest first.
    ///
    /// # Errors
    ///
    /// The first step that is rejected. The steps before it have happened.
    pub(super) async fn bring_about(mut self, what: What) -> Result<Value, Failure> {
        match what {
            What::PendingCard => self.join().await?,
            What::ExpiredCard => self.expire().await?,
            What::Member | What::PointsSync | What::Redemption | What::DeletedCard => {
                self.join().await?;
                self.confirm().await?;
            }
        }
        match what {
            What::PointsSync => self.view_points().await?,
            What::Redemption => self.redeem_points().await?,
            What::DeletedCard => self.delete_card().await?,
            What::Member | What::PendingCard | What::ExpiredCard => {}
        }
        let events = about_user(self.controls, self.visitor, &self.openid).await?;
        Ok(json!({ "trigger": what.name(), "steps": self.steps, "card": self.card, "events": events }))
    }

    /// Lets the user join with a token: the card waits for the confirmation.
    async fn join(&mut self) -> Result<(), Failure> {
        let asked = json!({ "card_id": self.card_id, "openid": self.openid });
        let created = self.request("create_pre_auth_token", asked).await?;
        let said = Bilingual::fixed("the user agrees in the join component", "用户在入会组件中同意入会");
        let token = Token::new(created["token"].as_str().unwrap_or_default());
        let joined = match token {
            Ok(token) => join(self.controls, &token).await,
            Err(error) => Err(Failure::Invalid { field: "token", what: Bilingual::of(&error) }),
        };
        self.act("join", said, joined)
    }

    /// Confirms the card. If the merchant allocates the code, a random one.
    async fn confirm(&mut self) -> Result<(), Failure> {
        let code = match self.card["user_card_code"].as_str() {
            Some(code) => code.to_owned(),
            None => digits(&*self.controls.service.env.entropy, 24),
        };
        let asked = json!({
            "card_id": self.card_id,
            "openid": self.openid,
            "user_card_code": code,
            "user_card_confirm_state": "CREATE_CARD_SUCCESS",
            "phone_number": PHONE,
        });
        self.card = self.request("confirm_user_card", asked).await?;
        Ok(())
    }

    /// Imports a card, and ends its validity a second ago. The clock is not moved.
    async fn expire(&mut self) -> Result<(), Failure> {
        let code = digits(&*self.controls.service.env.entropy, 24);
        let about = json!({ "card_id": self.card_id, "openid": self.openid, "user_card_code": code });
        self.request("import_user_card_by_openid", about.clone()).await?;
        let end = DateTime::seconds(self.controls.clock.now() - Duration::from_secs(1));
        let mut asked = about.clone();
        asked["valid_date_information"] =
            json!({ "type": "FIX_TIME_RANGE", "available_begin_time": BEGIN, "available_end_time": end });
        self.request("modify_user_card", asked).await?;
        self.card = self.request("query_user_card", about).await?;
        Ok(())
    }

    async fn view_points(&mut self) -> Result<(), Failure> {
        let service = &self.controls.service;
        let entered = service.state_gate.enter().await;
        let viewed = simulator::view_points(service, &self.card_id, &self.openid).await;
        drop(entered);
        self.act(
            "view_points",
            Bilingual::fixed("the user looks at the points", "用户查看积分"),
            shown(viewed),
        )
    }

    async fn redeem_points(&mut self) -> Result<(), Failure> {
        let service = &self.controls.service;
        let entered = service.state_gate.enter().await;
        let redeemed = simulator::redeem_points(service, &self.card_id, &self.openid, &coupon(POINTS)).await;
        drop(entered);
        let said = Bilingual::fixed("the user asks to redeem 100 points", "用户申请兑换 100 积分");
        self.act("redeem_points", said, shown(redeemed))
    }

    async fn delete_card(&mut self) -> Result<(), Failure> {
        let service = &self.controls.service;
        let entered = service.state_gate.enter().await;
        let deleted = simulator::delete_card(service, &self.card_id, &self.openid).await;
        drop(entered);
        self.act(
            "delete_card",
            Bilingual::fixed("the user deletes the card", "用户删除会员卡"),
            shown(deleted),
        )
    }

    /// Sends a request of the merchant, adds it to the steps, and returns the body of the response.
    async fn request(&mut self, name: &str, fields: Value) -> Result<Value, Failure> {
        let mut fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        if self.caller.is_none() {
            fields.insert("brand_id".to_owned(), json!(self.brand_id));
        }
        let Asked { signer, unsigned } = named(self.controls, name, fields, None, self.caller.clone())?;
        let called = send(self.controls, &signer, unsigned, self.visitor).await?.view();
        self.add(json!({
            "kind": "request",
            "name": name,
            "status": called["status"],
            "request_id": called["request_id"],
            "exchange": called["exchange"],
        }));
        match called["status"].as_u64() {
            Some(200..300) if called.get("problem").is_none() => Ok(called["body"].clone()),
            _ => Err(failed(rejection(name, &called), std::mem::take(&mut self.steps))),
        }
    }

    /// Adds an act of the user to the steps.
    fn act(&mut self, act: &str, said: Bilingual, result: Result<Value, Failure>) -> Result<(), Failure> {
        let result = match result {
            Ok(result) => result,
            Err(Failure::Store(error)) => return Err(Failure::Store(error)),
            Err(failure) => {
                let why = failure.message();
                let what = Bilingual::new(
                    format!("{}: {}", said.en(), why.en()),
                    format!("{}：{}", said.zh(), why.zh()),
                );
                return Err(failed(what, std::mem::take(&mut self.steps)));
            }
        };
        if result["user_card"].is_object() {
            self.card = result["user_card"].clone();
        }
        let mut step = json!({ "kind": "user", "act": act, "about": said });
        if let (Value::Object(facts), Some(step)) = (result, step.as_object_mut()) {
            step.extend(facts);
        }
        self.add(step);
        Ok(())
    }

    fn add(&mut self, mut step: Value) {
        step["number"] = json!(self.steps.len() + 1);
        self.steps.push(step);
    }
}

/// Fills in the form of the join component and agrees.
async fn join(controls: &Controls, token: &Token) -> Result<Value, Failure> {
    let service = &controls.service;
    let _entered = service.state_gate.enter().await;
    let shown_form = json!(simulator::join_form(service, token, None).await?);
    let answers = form::answers(&shown_form["card"]["user_information"]);
    let user_information = serde_json::from_value(answers).unwrap_or_default();
    let phone_number = PhoneNumber::new(PHONE).expect("digits are a phone number");
    let filled = Filled { phone_number, user_information };
    shown(simulator::join(service, token, None, &filled).await)
}

fn shown<T: Serialize>(result: Result<T, SimulatorError>) -> Result<Value, Failure> {
    Ok(json!(result?))
}

/// The sentence about a request that the API rejected, or that got no whole response.
fn rejection(name: &str, called: &Value) -> Bilingual {
    let text = |name: &str| called["body"][name].as_str().unwrap_or_default();
    let problem = |language: &str| called["problem"][language].as_str().map(str::to_owned);
    let answered = |rejected: &str, colon: &str| {
        let (status, code, message) = (&called["status"], text("code"), text("message"));
        format!("{rejected}{colon}{status} {code}{colon}{message}")
    };
    let en = problem("en").unwrap_or_else(|| answered("rejected", ": "));
    let zh = problem("zh").unwrap_or_else(|| answered("被拒绝", "："));
    Bilingual::new(format!("{name}: {en}"), format!("{name}：{zh}"))
}

fn unknown(card_id: &CardId) -> Failure {
    Failure::NotFound {
        what: Bilingual::new(
            format!(
                "there is no template {card_id}; without `card_id`, one that every new sandbox has is used"
            ),
            format!("没有会员卡模板 {card_id}；不填 `card_id` 时使用新沙箱自带的模板"),
        ),
    }
}

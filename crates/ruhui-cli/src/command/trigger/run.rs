//! Execution of one trigger: requests of the merchant by the SDK, acts of the user by the sandbox's controls.

use super::form;
use super::report::Report;
use super::steps::Trigger;
use crate::calls::{self, Name};
use crate::cli::{CodeMode, What};
use crate::controls::Controls;
use crate::controls::text;
use crate::credentials::{Family, Settings};
use crate::failure::Failed;
use crate::language::Language;
use anyhow::anyhow;
use ruhui_core::Timestamp;
use ruhui_core::env::{alphanumeric, digits};
use ruhui_core::types::DateTime;
use ruhui_server::env::SystemEntropy;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The phone number of the users.
const PHONE: &str = "13900000000";
/// The points of a redemption.
const POINTS: u32 = 100;
/// Begin of the validity of a card that has expired.
const BEGIN: &str = "2025-01-01T00:00:00+08:00";

/// One trigger in progress.
pub(super) struct Run<'a> {
    controls: &'a Controls<'a>,
    settings: Settings,
    report: &'a mut Report,
    language: Language,
    openid: String,
    card_id: String,
    /// The card as it is after the last step.
    card: Value,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        controls: &'a Controls<'a>,
        settings: Settings,
        report: &'a mut Report,
        language: Language,
    ) -> Self {
        let openid = format!("o{}", alphanumeric(&SystemEntropy, 27));
        Self { controls, settings, report, language, openid, card_id: String::new(), card: Value::Null }
    }

    /// Brings about the state, and reports each step.
    ///
    /// # Errors
    ///
    /// The first step that is rejected. The steps before it have happened.
    pub(super) async fn trigger(mut self, trigger: &Trigger) -> anyhow::Result<()> {
        if let Some(openid) = &trigger.openid {
            self.openid.clone_from(openid);
        }
        self.choose_template(trigger)?;
        match trigger.what {
            What::PendingCard => self.join().await?,
            What::ExpiredCard => self.expire().await?,
            _ => {
                self.join().await?;
                self.confirm().await?;
            }
        }
        match trigger.what {
            What::PointsSync => {
                self.act("points/view", json!({}), ("the user looks at the points", "用户查看积分")).await?;
            }
            What::Redemption => {
                let points = json!({ "deduct_points": POINTS });
                let said = ("the user asks to redeem 100 points", "用户申请兑换 100 积分");
                self.act("points/redeem", points, said).await?;
            }
            What::DeletedCard => {
                self.act("user-cards/delete", json!({}), ("the user deletes the card", "用户删除会员卡"))
                    .await?;
            }
            What::Member | What::PendingCard | What::ExpiredCard => {}
        }
        let events = self.controls.get("events", &[("openid", &self.openid)]).await?;
        let events = events["data"].as_array().cloned().unwrap_or_default();
        self.report.result(trigger.what, &self.card, &events)?;
        Ok(())
    }

    /// Chooses the template and its brand: those that are named, or the sandbox's own.
    fn choose_template(&mut self, trigger: &Trigger) -> anyhow::Result<()> {
        let language = self.language;
        let own = match (trigger.what, trigger.code_mode, self.settings.family()) {
            (What::ExpiredCard, ..) => Some(("1007", "pTimeRange000000000000000001")),
            (_, CodeMode::Merchant, _) => Some(("1007", "pMerchantCode000000000000001")),
            (_, CodeMode::System, Family::Brand) => Some(("1007", "pBrandOwned00000000000000001")),
            // The kit names this one.
            (_, CodeMode::System, Family::Partner) => None,
        };
        match (&trigger.card_id, own) {
            (Some(card_id), _) => self.card_id.clone_from(card_id),
            (None, Some((brand_id, card_id))) => {
                self.settings.set_brand(brand_id);
                self.card_id = card_id.to_owned();
            }
            (None, None) => {
                let card_id = self.controls.kit_value("RUHUI_CARD_ID");
                self.card_id = card_id.map(str::to_owned).ok_or_else(|| {
                    anyhow!(
                        language
                            .pick("--card-id is missing: the kit has none", "缺少 --card-id：kit 中没有该项")
                    )
                })?;
            }
        }
        Ok(())
    }

    /// Lets the user join with a token: the card waits for the confirmation.
    async fn join(&mut self) -> anyhow::Result<()> {
        let asked = json!({ "card_id": self.card_id, "openid": self.openid });
        let created = self.request("create_pre_auth_token", asked).await?;
        let token = text(&created, "token");
        let shown = self.controls.get("join", &[("token", token)]).await?;
        let answers = form::answers(&shown["card"]["user_information"]);
        let body = json!({ "token": token, "phone_number": PHONE, "user_information": answers });
        let joined = self.controls.post("join", &body).await?;
        self.card = joined["user_card"].clone();
        let said = self.language.pick("the user agrees in the join component", "用户在入会组件中同意入会");
        self.report.step("user", said, joined)?;
        Ok(())
    }

    /// Confirms the card. If the merchant allocates the code, a random one.
    async fn confirm(&mut self) -> anyhow::Result<()> {
        let code = match self.card["user_card_code"].as_str() {
            Some(code) => code.to_owned(),
            None => digits(&SystemEntropy, 24),
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
    async fn expire(&mut self) -> anyhow::Result<()> {
        let code = digits(&SystemEntropy, 24);
        let about = json!({ "card_id": self.card_id, "openid": self.openid, "user_card_code": code });
        self.request("import_user_card_by_openid", about.clone()).await?;
        let clock = self.controls.get("clock", &[]).await?;
        let now: Timestamp = text(&clock, "now").parse()?;
        let end = DateTime::seconds(now - Duration::from_secs(1));
        let mut asked = about.clone();
        asked["valid_date_information"] =
            json!({ "type": "FIX_TIME_RANGE", "available_begin_time": BEGIN, "available_end_time": end });
        self.request("modify_user_card", asked).await?;
        self.card = self.request("query_user_card", about).await?;
        Ok(())
    }

    /// Sends a request of the merchant, and reports it.
    async fn request(&mut self, name: &'static str, fields: Value) -> anyhow::Result<Value> {
        let language = self.language;
        let Value::Object(fields) = fields else { return Ok(Value::Null) };
        let endpoint = Name::find(name).ok_or_else(|| anyhow!("{name}"))?;
        let drafted = calls::draft(&endpoint, fields, &self.settings, language)?;
        let sent = drafted.send(None, &self.settings, language).await?;
        let failed = Failed { settings: &self.settings, language, other_path: None };
        let read = sent.and_then(|response| drafted.read(&response).map(|body| (response, body)));
        let (response, body) = read.map_err(|error| failed.explain(error).context(name))?;
        let (status, request_id) = (response.status().as_u16(), response.request_id().unwrap_or("-"));
        let said = language.pick(
            format!("request {name}: {status}\n   Request-ID {request_id}"),
            format!("请求 {name}：{status}\n   Request-ID {request_id}"),
        );
        let facts = json!({ "name": name, "status": status, "request_id": request_id });
        self.report.step("request", &said, facts)?;
        Ok(body)
    }

    /// Lets the user act on the card, and reports it.
    async fn act(&mut self, path: &str, more: Value, said: (&str, &str)) -> anyhow::Result<()> {
        let mut body = Map::from_iter([
            ("card_id".to_owned(), json!(self.card_id)),
            ("openid".to_owned(), json!(self.openid)),
        ]);
        if let Value::Object(more) = more {
            body.extend(more);
        }
        let acted = self.controls.post(path, &Value::Object(body)).await?;
        if acted["user_card"].is_object() {
            self.card = acted["user_card"].clone();
        }
        self.report.step("user", self.language.pick(said.0, said.1), acted)?;
        Ok(())
    }
}

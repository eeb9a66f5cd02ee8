//! The sheet after the user has agreed: the card waits for the merchant, and then is the member card.

use super::card::{CardTexts, Held, UserCard};
use super::holder::Holder;
use super::sheet::{ExtraData, Sheet};
use super::{address, member, refused};
use crate::card_templates;
use crate::controls::{segment, with_query};
use crate::frame::html;
use crate::language::texts;
use crate::pages::templates::card::{CardFace, Picture};
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::Value;

texts! {
    /// Texts of the sheet after the user has agreed.
    JoinedTexts {
        title: "Joining", "会员卡开通";
        pending: "The merchant is confirming your card", "会员卡开通中，等待商户确认";
        pending_lead: "This sheet changes by itself when the card becomes effective.", "会员卡生效后，本页面会自动更新。";
        look_again: "Look again", "刷新";
        rejected: "The merchant rejected the card", "商户拒绝了开卡";
        rejected_lead: "The backend confirmed with CREATE_CARD_FAIL. The user can join again with a new token.", "商户以CREATE_CARD_FAIL同步了开卡结果；用户可凭新的token再次开通。";
        ended: "The card is invalid", "会员卡已失效";
        ended_lead: "The card was invalidated before it became effective.", "会员卡在生效前已失效。";
        unconfirmed: "The merchant has not confirmed yet", "商户尚未确认";
        unconfirmed_lead: "The card stays UNACTIVATED until the backend calls this endpoint:", "在后端调用以下接口之前，会员卡保持UNACTIVATED状态：";
        event: "Event", "事件";
        sent_to: "Callback URL", "回调地址";
        delivery: "Delivery", "投递状态";
        waiting: "waiting for the next attempt", "等待下一次发送";
        sending: "being sent", "发送中";
        accepted: "delivered: the backend accepted it", "已送达：后端已接收";
        ended_event: "failed: no attempt is left", "投递失败：已无重试";
        dropped: "dropped in the console", "已在控制台丢弃";
        attempts: "Attempts", "发送次数";
        failure: "Last failure", "最近一次失败";
        no_event: "The sandbox no longer knows the event: it was restarted or reset.", "沙箱已重启或重置，不再保留该事件的记录。";
        where_to_look: "Each attempt is in the console of the sandbox, at this address:", "每次发送的详情见沙箱控制台的以下地址：";
    }
}

#[derive(Template)]
#[template(path = "component/joined.html")]
struct JoinedPage {
    sheet: Sheet,
    t: &'static JoinedTexts,
    address: String,
    t_card: &'static CardTexts,
    face: CardFace,
    phase: Phase,
    held: Held,
    event: Option<Event>,
}

/// Phase of a card, from the user's agreement on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The card waits for the merchant's confirmation.
    Pending,
    /// The card is or was effective: the sheet of a member shows it.
    Member,
    /// The merchant has rejected the card.
    Rejected,
    /// The card became invalid in another way before it was effective.
    Ended,
}

#[derive(Deserialize)]
struct OfTemplate {
    card_template: Value,
    brand_name: Option<String>,
}

#[derive(Deserialize)]
struct Events {
    data: Vec<Event>,
}

/// The event that reports the user's agreement.
#[derive(Deserialize)]
struct Event {
    event_id: String,
    event_type: String,
    notify_url: String,
    state: String,
    attempts_made: u64,
    attempts_allowed: u64,
    last_failure: Option<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    message: String,
}

impl Phase {
    fn of(held: &Held) -> Self {
        match (held.text("user_card_state"), held.ended_by.as_str()) {
            ("UNACTIVATED", _) => Self::Pending,
            ("INVALID", "refusal") => Self::Rejected,
            ("INVALID", _) if held.effective_since.is_empty() => Self::Ended,
            _ => Self::Member,
        }
    }
}

impl Event {
    fn delivery(&self, t: &'static JoinedTexts) -> &'static str {
        match self.state.as_str() {
            "waiting" => t.waiting,
            "sending" => t.sending,
            "accepted" => t.accepted,
            "dropped" => t.dropped,
            _ => t.ended_event,
        }
    }

    fn console_address(&self) -> String {
        format!("/callbacks/{}", segment(&self.event_id))
    }
}

impl JoinedPage {
    fn is_pending(&self) -> bool {
        self.phase == Phase::Pending
    }

    /// The path of the endpoint that confirms the card. A merchant that allocates the code itself chooses it.
    fn endpoint(&self) -> String {
        let code = match self.held.text("user_card_code") {
            "" => "{user_card_code}".to_owned(),
            code => segment(code),
        };
        format!("POST …/card-member/user-cards/{code}/confirm")
    }
}

/// Responds with the card of the token's user. Before the user has agreed, the form is the page of the token.
pub(super) async fn show(visit: Visit) -> Response {
    let holder = match Holder::of(&visit).await {
        Ok(Some(holder)) if holder.has_joined() => holder,
        Ok(_) => return Redirect::to(&address::join_again(&visit)).into_response(),
        Err(problem) => return refused::respond(&visit, problem, &address::joined(&visit)).await,
    };
    match respond(&visit, &holder).await {
        Ok(response) => response,
        Err(problem) => refused::respond(&visit, problem, &address::joined(&visit)).await,
    }
}

async fn respond(visit: &Visit, holder: &Holder) -> Result<Response, Problem> {
    let card = UserCard::read(visit, holder.ids()).await?;
    match Phase::of(&card.held) {
        Phase::Member => Ok(html(StatusCode::OK, &member::load(visit, &card, None).await?)),
        phase => Ok(html(StatusCode::OK, &load(visit, holder, phase, card.held).await?)),
    }
}

async fn load(visit: &Visit, holder: &Holder, phase: Phase, held: Held) -> Result<JoinedPage, Problem> {
    let (card_id, openid) = holder.ids();
    let OfTemplate { card_template, brand_name } = card_templates::one(visit, card_id).await?;
    let about =
        [("event_type", "USER_CARD.CREATE"), ("card_id", card_id), ("openid", openid), ("limit", "1")];
    let Events { data } = visit.controls.get(&with_query("/sandbox/events", &about)).await?;
    let (t, address) = (JoinedTexts::of(visit.language), address::joined(visit));
    Ok(JoinedPage {
        sheet: visit.sheet(t.title, &address, &ExtraData::joined(phase == Phase::Pending)).await,
        t,
        address,
        t_card: CardTexts::of(visit.language),
        face: CardFace::of_card(&card_template, &held.user_card, &brand_name.unwrap_or_default()),
        phase,
        held,
        event: data.into_iter().next(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_card_is_pending_and_then_effective_or_not() {
        let phase = |state: &str, since: &str, ended_by: &str| {
            let card = json!({ "user_card_state": state });
            let held = json!({ "user_card": card, "effective_since": since, "ended_by": ended_by });
            Phase::of(&serde_json::from_value(held).unwrap())
        };
        let since = "2026-11-29T21:00:00+08:00";
        assert_eq!(phase("UNACTIVATED", "", ""), Phase::Pending);
        assert_eq!(phase("EFFECTIVE", since, ""), Phase::Member);
        assert_eq!(phase("EXPIRED", since, ""), Phase::Member);
        assert_eq!(phase("INVALID", "", "refusal"), Phase::Rejected);
        assert_eq!(phase("INVALID", "", "merchant"), Phase::Ended);
        assert_eq!(phase("INVALID", since, "user"), Phase::Member);
    }
}

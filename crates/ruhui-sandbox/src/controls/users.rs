//! Acts of a WeChat user, and the probe of a receiver.

use super::{ControlError, Controls, read};
use ruhui::api::card_member::{UserCard, UserInformation};
use ruhui::types::{CardId, OpenId, Token};
use serde::Deserialize;
use serde_json::{Value, json};

/// The result of an act that changes a card.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The card as it is now.
    pub user_card: UserCard,
    /// Id of the event that reports the act.
    pub event_id: String,
}

/// The result of a look at points.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct PointsViewed {
    /// Code of the card.
    pub user_card_code: String,
    /// Balance, if the merchant has synchronised one.
    #[serde(default)]
    pub point_balance: Option<i64>,
    /// Id of the event that asks the merchant for the points.
    pub event_id: String,
}

/// The result of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Probed {
    /// Status of the receiver's response.
    pub status: u16,
    /// Whether the receiver rejected the wrong signature.
    pub signature_checked: bool,
}

/// Acts of a user. Each returns what is now the case; if the sandbox rejects one, nothing has changed.
impl Controls {
    /// The user agrees in the join component that a token opens.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if WeChat would reject the act.
    pub async fn join(&self, token: &Token, phone_number: &str) -> Result<Outcome, ControlError> {
        self.join_with(token, phone_number, &UserInformation::default()).await
    }

    /// The user agrees in the join component, with answers to its form.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if WeChat would reject the act.
    pub async fn join_with(
        &self,
        token: &Token,
        phone_number: &str,
        answers: &UserInformation,
    ) -> Result<Outcome, ControlError> {
        let body = json!({ "token": token, "phone_number": phone_number, "user_information": answers });
        read(self.post("join", &body).await?)
    }

    /// The user joins from the brand's business card, without a token.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if WeChat would reject the act.
    pub async fn open_card(
        &self,
        card_id: &CardId,
        openid: &OpenId,
        phone_number: &str,
    ) -> Result<Outcome, ControlError> {
        let body = json!({ "card_id": card_id, "openid": openid, "phone_number": phone_number });
        read(self.post("user-cards/open", &body).await?)
    }

    /// The user deletes an effective card.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if WeChat would reject the act.
    pub async fn delete_card(&self, card_id: &CardId, openid: &OpenId) -> Result<Outcome, ControlError> {
        read(self.post("user-cards/delete", &json!({ "card_id": card_id, "openid": openid })).await?)
    }

    /// The user looks at the points of a card.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if WeChat would reject the act.
    pub async fn view_points(&self, card_id: &CardId, openid: &OpenId) -> Result<PointsViewed, ControlError> {
        read(self.post("points/view", &json!({ "card_id": card_id, "openid": openid })).await?)
    }

    /// The user redeems points for a coupon. Returns the resource of the event, with its `record_id`.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if WeChat would reject the act.
    pub async fn redeem_points(
        &self,
        card_id: &CardId,
        openid: &OpenId,
        deduct_points: u32,
    ) -> Result<Value, ControlError> {
        let body = json!({ "card_id": card_id, "openid": openid, "deduct_points": deduct_points });
        self.post("points/redeem", &body).await
    }

    /// The user opens the payment-code component that a token opens. Returns the card.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if WeChat would reject the act.
    pub async fn show_payment_code(&self, token: &Token) -> Result<UserCard, ControlError> {
        let mut shown = self.post("pay-view", &json!({ "token": token })).await?;
        read(shown["user_card"].take())
    }

    /// Sends an event with a wrong signature to the template's URL of callbacks.
    ///
    /// # Errors
    ///
    /// [`ControlError`], also if the receiver does not respond.
    pub async fn probe(&self, card_id: &CardId) -> Result<Probed, ControlError> {
        read(self.post("probe", &json!({ "card_id": card_id })).await?)
    }
}

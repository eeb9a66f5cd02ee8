//! Records of pre-auth tokens, and the stored responses that resent requests get (idempotency).

use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::PreAuthToken;
use ruhui_core::types::{AppId, BrandId, CardId, DateTime, OpenId, Token};
use serde::{Deserialize, Serialize};

/// A token and what it is bound to. The record is also the stored response of the request that created it:
/// see `idempotency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRecord {
    /// Text of the token.
    pub token: Token,
    /// Expiry of the token.
    pub expire_time: DateTime,
    /// AppID of the template that the token is bound to.
    pub appid: AppId,
    /// Brand that the token is bound to.
    pub brand_id: BrandId,
    /// Template that the token is bound to.
    pub card_id: CardId,
    /// User that the token is bound to.
    pub openid: OpenId,
    /// Time until which a resend of the token's request gets this token.
    pub repeatable_until: DateTime,
    /// Component that the token opens.
    #[serde(default)]
    pub purpose: Purpose,
    /// Time at which the token was used; a used token opens nothing more.
    #[serde(default)]
    pub spent: Option<DateTime>,
}

/// Component that a token opens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The join component.
    #[default]
    Join,
    /// The payment-code component.
    PayView,
}

impl TokenRecord {
    /// Returns the response to the caller that requested the token.
    pub fn response(&self) -> PreAuthToken {
        PreAuthToken::new(self.token.clone(), self.expire_time)
    }
}

impl Record for TokenRecord {
    const KIND: Kind = Kind::Token;

    fn id(&self) -> String {
        self.token.as_str().to_owned()
    }

    /// Returns the later of two times: business time may have moved past `expire_time` while a resend of the
    /// request is still possible.
    fn expires(&self) -> Option<Timestamp> {
        Some(self.expire_time.timestamp().max(self.repeatable_until.timestamp()))
    }
}

/// Stored response of a signed request, kept for as long as the request can be resent. Encrypted fields are
/// plaintext in its body, so `Debug` hides the body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Id of the request.
    pub request: String,
    /// HTTP status of the response.
    pub status: u16,
    /// Body of the response.
    pub body: String,
    /// Time at which the request's timestamp leaves the time window in which requests are accepted.
    pub repeatable_until: DateTime,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({}, {}, {} bytes)", self.request, self.status, self.body.len())
    }
}

impl Record for Answer {
    const KIND: Kind = Kind::Answer;

    fn id(&self) -> String {
        self.request.clone()
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.repeatable_until.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_hides_its_body() {
        let answer = Answer {
            request: "1".to_owned(),
            status: 200,
            body: r#"{"phone_number":"13900000000"}"#.to_owned(),
            repeatable_until: DateTime::seconds(Timestamp::UNIX_EPOCH),
        };
        assert_eq!(format!("{answer:?}"), "Answer(1, 200, 30 bytes)");
    }
}

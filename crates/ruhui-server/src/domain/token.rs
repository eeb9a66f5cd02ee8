//! Tokens and remembered answers.

use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::PreAuthToken;
use ruhui_core::types::{AppId, BrandId, CardId, DateTime, OpenId, Token};
use serde::{Deserialize, Serialize};

/// A token and what it is bound to. It is also the record of the request that asked for it: see `once`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRecord {
    /// The token.
    pub token: Token,
    /// The end of its life.
    pub expire_time: DateTime,
    /// Bound to: the template's AppID.
    pub appid: AppId,
    /// Bound to: the brand.
    pub brand_id: BrandId,
    /// Bound to: the template.
    pub card_id: CardId,
    /// Bound to: the user.
    pub openid: OpenId,
    /// When a repeat of its request need no longer be known.
    pub repeatable_until: DateTime,
    /// What it opens.
    #[serde(default)]
    pub purpose: Purpose,
    /// When it opened something; a spent token opens nothing more.
    #[serde(default)]
    pub spent: Option<DateTime>,
}

/// What a token opens.
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
    /// What the caller is told.
    pub fn response(&self) -> PreAuthToken {
        PreAuthToken::new(self.token.clone(), self.expire_time)
    }
}

impl Record for TokenRecord {
    const KIND: Kind = Kind::Token;

    fn id(&self) -> String {
        self.token.as_str().to_owned()
    }

    /// Business time may have been moved past `expire_time` while the request can still be repeated.
    fn expires(&self) -> Option<Timestamp> {
        Some(self.expire_time.timestamp().max(self.repeatable_until.timestamp()))
    }
}

/// The answer that a signed request got, kept as long as the request can be repeated. What is encrypted on the wire
/// is plain in its body, so `Debug` hides that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The request's id.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// When the request's timestamp leaves the window.
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

//! Errors of WeChat's components, with their `errcode`.

use crate::domain::form::WrongAnswer;
use crate::domain::member::NotOpened;
use ruhui_core::api::Row;
use std::fmt;

/// Why a component rejects the user's action. `{}` prints English, `{:#}` Chinese.
///
/// The first two digits of an `errcode` name its group: 10 the token, 11 the template and brand, 12 the user,
/// 13 the form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// 1001: the token was not issued here, or its record was deleted after its retention.
    TokenUnknown,
    /// 1002: the token has expired.
    TokenExpired,
    /// 1003: the token was used before.
    TokenSpent,
    /// 1004: the token was issued for another user.
    TokenOfAnotherUser,
    /// 1005: the token is for another component.
    TokenOfAnotherPurpose,
    /// 1006: the scene is missing, or it is not the join component's.
    SceneWrong,
    /// 1101: the template does not exist.
    TemplateNotFound,
    /// 1102: the template was invalidated.
    TemplateInvalid,
    /// 1103: the template has expired.
    TemplateExpired,
    /// 1104: the card-member feature is no longer enabled for the brand.
    BrandClosed,
    /// 1201: the openid does not belong to a user of the template's AppID; the row is the API's.
    User(&'static Row),
    /// 1202: the user's card waits for the merchant's confirmation.
    CardPending,
    /// 1203: the user is a member already.
    AlreadyMember,
    /// 1204: the user was a member before.
    FormerMember,
    /// 1205: the user has no effective card.
    NotAMember,
    /// 1301: the phone number is missing.
    PhoneMissing,
    /// 1302: this field of the form has no answer.
    Unanswered(String),
    /// 1303: an answer is not valid; the row is the API's.
    Answer(WrongAnswer),
    /// 1304: the answer in this field is too long to be encrypted.
    TooLong(String),
}

impl Refusal {
    /// Returns the number, for `extraData.errcode`.
    pub fn errcode(&self) -> u32 {
        match self {
            Self::TokenUnknown => 1001,
            Self::TokenExpired => 1002,
            Self::TokenSpent => 1003,
            Self::TokenOfAnotherUser => 1004,
            Self::TokenOfAnotherPurpose => 1005,
            Self::SceneWrong => 1006,
            Self::TemplateNotFound => 1101,
            Self::TemplateInvalid => 1102,
            Self::TemplateExpired => 1103,
            Self::BrandClosed => 1104,
            Self::User(_) => 1201,
            Self::CardPending => 1202,
            Self::AlreadyMember => 1203,
            Self::FormerMember => 1204,
            Self::NotAMember => 1205,
            Self::PhoneMissing => 1301,
            Self::Unanswered(_) => 1302,
            Self::Answer(_) => 1303,
            Self::TooLong(_) => 1304,
        }
    }

    /// Returns the field of the form that the error is about: `phone_number`, the flag of a common field, or the name of
    /// a custom field.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::PhoneMissing => Some("phone_number"),
            Self::Unanswered(field) | Self::TooLong(field) | Self::Answer(WrongAnswer { field, .. }) => {
                Some(field)
            }
            _ => None,
        }
    }

    /// Returns the name of the error, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TokenUnknown => "TOKEN_UNKNOWN",
            Self::TokenExpired => "TOKEN_EXPIRED",
            Self::TokenSpent => "TOKEN_SPENT",
            Self::TokenOfAnotherUser => "TOKEN_OF_ANOTHER_USER",
            Self::TokenOfAnotherPurpose => "TOKEN_OF_ANOTHER_PURPOSE",
            Self::SceneWrong => "SCENE_WRONG",
            Self::TemplateNotFound => "TEMPLATE_NOT_FOUND",
            Self::TemplateInvalid => "TEMPLATE_INVALID",
            Self::TemplateExpired => "TEMPLATE_EXPIRED",
            Self::BrandClosed => "BRAND_CLOSED",
            Self::User(_) => "USER_REJECTED",
            Self::CardPending => "CARD_PENDING",
            Self::AlreadyMember => "ALREADY_MEMBER",
            Self::FormerMember => "FORMER_MEMBER",
            Self::NotAMember => "NOT_A_MEMBER",
            Self::PhoneMissing => "PHONE_MISSING",
            Self::Unanswered(_) => "FIELD_MISSING",
            Self::Answer(_) => "FIELD_WRONG",
            Self::TooLong(_) => "FIELD_TOO_LONG",
        }
    }
}

impl From<NotOpened> for Refusal {
    fn from(why: NotOpened) -> Self {
        match why {
            NotOpened::Pending => Self::CardPending,
            NotOpened::Effective => Self::AlreadyMember,
            NotOpened::Former => Self::FormerMember,
            NotOpened::Unanswered(name) => Self::Unanswered(name),
            NotOpened::Answer(wrong) => Self::Answer(wrong),
            NotOpened::TooLong(name) => Self::TooLong(name),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (en, zh) = match self {
            Self::TokenUnknown => {
                ("the token was not issued here, or expired long ago", "token无效或早已过期")
            }
            Self::TokenExpired => ("the token has expired; get a new one", "token已过期，请重新获取"),
            Self::TokenSpent => ("the token was used before; get a new one", "token已被使用，请重新获取"),
            Self::TokenOfAnotherUser => ("the token was issued for another user", "token不属于该用户"),
            Self::TokenOfAnotherPurpose => ("the token is for another component", "token不适用于该组件"),
            Self::SceneWrong => {
                ("the query string needs scene=CARD_MEMBER", "queryString须包含scene=CARD_MEMBER")
            }
            Self::TemplateNotFound => ("the card template does not exist", "会员卡模板不存在"),
            Self::TemplateInvalid => ("the card template is invalid", "会员卡模板已失效"),
            Self::TemplateExpired => ("the card template has expired", "会员卡模板已过期"),
            Self::BrandClosed => {
                ("the card-member feature is not enabled for the brand", "品牌未开通商家名片会员功能")
            }
            Self::User(row) | Self::Answer(WrongAnswer { row, .. }) => (row.en, row.zh),
            Self::CardPending => ("the card is waiting for the merchant to confirm it", "会员卡待商户确认"),
            Self::AlreadyMember => ("the user is a member already", "用户已是会员"),
            Self::FormerMember => {
                ("the user was a member once and cannot join again", "用户曾是会员，不可再次入会")
            }
            Self::NotAMember => ("the user has no effective card", "用户没有已激活的会员卡"),
            Self::PhoneMissing => ("the phone number is required", "请填写手机号"),
            Self::Unanswered(name) if f.alternate() => return write!(f, "请填写{name}"),
            Self::Unanswered(name) => return write!(f, "{name} is required"),
            Self::TooLong(name) if f.alternate() => {
                return write!(f, "{name}过长，UTF-8编码后最多214字节");
            }
            Self::TooLong(name) => return write!(f, "{name} takes more than 214 bytes in UTF-8"),
        };
        f.write_str(if f.alternate() { zh } else { en })
    }
}

impl std::error::Error for Refusal {}

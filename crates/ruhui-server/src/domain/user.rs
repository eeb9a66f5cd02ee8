//! Users, as their openids.

use crate::store::{Kind, Record};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{AppId, OpenId};
use serde::{Deserialize, Serialize};

/// A user under one AppID.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    /// 用户标识.
    pub openid: OpenId,
    /// The AppID that the openid belongs to.
    pub appid: AppId,
    /// Whether the openid is good.
    pub state: UserState,
    /// A sandbox user's one answer: the name of a row in the table of errors.
    #[serde(default)]
    pub refusal: Option<String>,
}

/// Whether an openid is good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// It is.
    #[default]
    Valid,
    /// It is known to be wrong.
    Invalid,
}

impl User {
    /// The row that a sandbox user is staged to be answered with. A name that only a later release knows stages
    /// nothing.
    pub fn staged_row(&self) -> Option<&'static Row> {
        self.refusal.as_deref().and_then(rows::named)
    }
}

impl Record for User {
    const KIND: Kind = Kind::User;

    fn id(&self) -> String {
        self.openid.as_str().to_owned()
    }
}

/// The treatment of a well-formed openid that is not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownOpenids {
    /// It counts as a valid user of the template's AppID.
    Accept,
    /// It is invalid.
    Reject,
}

//! Users, by their openids.

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
    /// Whether the openid is valid.
    pub state: UserState,
    /// Staged error of a sandbox user: the name of a row in the error table.
    #[serde(default)]
    pub refusal: Option<String>,
}

/// Validity of an openid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// The openid is valid.
    #[default]
    Valid,
    /// The openid is known to be invalid.
    Invalid,
}

impl User {
    /// Returns the error row that is staged for a sandbox user. A name that only a later release knows stages
    /// no error.
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

/// Policy for a well-formed openid that is not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownOpenids {
    /// Treat the openid as a valid user of the template's AppID.
    Accept,
    /// Treat the openid as invalid.
    Reject,
}

//! 入会组件预授权: who gets a token, and who is rejected for what.

use super::rights::{check_openid, has_feature, may_act_for};
use super::{Brand, Member, Template, User};
use crate::domain::UnknownOpenids;
use jiff::{SignedDuration, Timestamp};
use ruhui_core::api::Row;
use ruhui_core::api::card_member::UserCardState;
use ruhui_core::api::rows::{self, Id};
use ruhui_core::types::{AppId, BrandId, Caller, CardId, OpenId};

/// How long a token lives (page 4015336986, edition of 2025-11-19).
pub const LIFE: SignedDuration = SignedDuration::from_hours(1);
/// How long a token for the payment code lives (page 4016834476).
pub const PAY_VIEW_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub struct TokenRequest<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// For which brand.
    pub brand_id: &'a BrandId,
    /// For which template.
    pub card_id: &'a CardId,
    /// For which user.
    pub openid: &'a OpenId,
}

/// What the store knows of it.
#[derive(Debug, Clone, Copy)]
pub struct TokenState<'a> {
    /// The brand.
    pub brand: Option<&'a Brand>,
    /// The template.
    pub template: Option<&'a Template>,
    /// The user.
    pub user: Option<&'a User>,
    /// What the user has of the template.
    pub member: Option<&'a Member>,
    /// The policy for users that it does not know.
    pub unknown_openids: UnknownOpenids,
}

/// Decides whether a token is issued: rights, then template, then user. A grant is the AppID to bind to.
///
/// # Errors
///
/// The first row of the current edition that applies.
pub fn decide<'a>(
    asked: TokenRequest<'_>,
    known: TokenState<'a>,
    now: Timestamp,
) -> Result<&'a AppId, &'static Row> {
    let appid = may_open(asked, known, now)?;
    match known.member.and_then(|member| member.valid_card(now)) {
        Some(_) => Err(&rows::ONE_VALID_CARD),
        None => Ok(appid),
    }
}

/// The same under the founding path, whose page has two rows of its own.
///
/// # Errors
///
/// The row of the founding edition that applies; states that it does not know are answered as they are today.
pub fn decide_founding<'a>(
    asked: TokenRequest<'_>,
    known: TokenState<'a>,
    now: Timestamp,
) -> Result<&'a AppId, &'static Row> {
    decide(asked, known, now).map_err(|row| match row.id {
        _ if known.user.and_then(User::staged_row) == Some(row) => row,
        Id::NOT_THE_CALLERS_BRAND | Id::TEMPLATE_NOT_FOUND => &rows::TEMPLATE_NOT_OF_BRAND,
        Id::OPENID_INVALID | Id::OPENID_FOREIGN => &rows::OPENID_WRONG,
        _ => row,
    })
}

/// The same for the payment-code component, which is for members.
///
/// # Errors
///
/// The first row that applies.
pub fn decide_pay_view<'a>(
    asked: TokenRequest<'_>,
    known: TokenState<'a>,
    now: Timestamp,
) -> Result<&'a AppId, &'static Row> {
    let appid = may_open(asked, known, now)?;
    let is_member = |member: &Member| {
        member.valid_card(now).is_some_and(|held| held.state(now) == UserCardState::Effective)
    };
    if known.member.is_some_and(is_member) { Ok(appid) } else { Err(&rows::NOT_A_MEMBER) }
}

fn may_open<'a>(
    asked: TokenRequest<'_>,
    known: TokenState<'a>,
    now: Timestamp,
) -> Result<&'a AppId, &'static Row> {
    let brand =
        known.brand.filter(|brand| may_act_for(asked.caller, brand)).ok_or(&rows::NOT_THE_CALLERS_BRAND)?;
    let template = known
        .template
        .filter(|template| template.card.brand_id == *asked.brand_id)
        .ok_or(&rows::TEMPLATE_NOT_FOUND)?;
    has_feature(brand)?;
    if !template.is_effective() {
        return Err(&rows::TEMPLATE_INVALID);
    }
    if template.is_expired(now) {
        return Err(&rows::TEMPLATE_EXPIRED);
    }
    let appid = &template.card.appid;
    check_openid(asked.openid, known.user, &[appid], known.unknown_openids)?;
    Ok(appid)
}

#[cfg(test)]
mod tests;

//! 入会组件预授权: the rules for issuing a pre-auth token (预授权token), and the error row of each rejection.

use super::rights::{check_openid, has_feature, may_act_for};
use super::{Brand, Member, Template, User};
use crate::domain::UnknownOpenids;
use jiff::{SignedDuration, Timestamp};
use ruhui_core::api::Row;
use ruhui_core::api::card_member::UserCardState;
use ruhui_core::api::rows::{self, Id};
use ruhui_core::types::{AppId, BrandId, Caller, CardId, OpenId};

/// Lifetime of a token (page 4015336986, edition of 2025-11-19).
pub const LIFE: SignedDuration = SignedDuration::from_hours(1);
/// Lifetime of a token for the payment code (page 4016834476).
pub const PAY_VIEW_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// A request for a token.
#[derive(Debug, Clone, Copy)]
pub struct TokenRequest<'a> {
    /// Caller of the endpoint.
    pub caller: &'a Caller,
    /// Brand that the token is for.
    pub brand_id: &'a BrandId,
    /// Template that the token is for.
    pub card_id: &'a CardId,
    /// User that the token is for.
    pub openid: &'a OpenId,
}

/// Stored state that decides a token request.
#[derive(Debug, Clone, Copy)]
pub struct TokenState<'a> {
    /// Brand of the request, if it is provisioned.
    pub brand: Option<&'a Brand>,
    /// Template of the request, if it exists.
    pub template: Option<&'a Template>,
    /// User of the request, if the openid is registered.
    pub user: Option<&'a User>,
    /// Cards that the user has of the template.
    pub member: Option<&'a Member>,
    /// Policy for openids that are not registered.
    pub unknown_openids: UnknownOpenids,
}

/// Decides whether a token is issued: checks rights, then the template, then the user. Returns the AppID to
/// bind the token to.
///
/// # Errors
///
/// The first row of the current edition's error table that applies.
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

/// Decides a token request under the path of the founding edition, whose page has two error rows that the
/// current page lacks.
///
/// # Errors
///
/// The error row of the founding edition that applies; states that this edition does not know get the current
/// rows.
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

/// Decides a request for a token of the payment-code component, which is for members.
///
/// # Errors
///
/// The first error row that applies.
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

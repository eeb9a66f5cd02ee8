//! 入会组件预授权: who gets a token, and who is refused for what.

use super::{Brand, Feature, Template, TemplateState, User, UserState};
use jiff::{SignedDuration, Timestamp};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{AppId, BrandId, Caller, CardId, OpenId};

/// How long a token lives (page 4015336986, edition of 2025-11-19).
pub const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// Which edition of the page answers; the path alone decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// 2025-06-24, `open-user-card-tokens`.
    Founding,
    /// From July 2025, `pre-auth-tokens`, and the brand family.
    Current,
}

/// What is done with a well-formed openid that nobody registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownOpenids {
    /// It counts as a valid user of the template's AppID.
    Accept,
    /// It is invalid.
    Reject,
}

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
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
pub struct Known<'a> {
    /// The brand.
    pub brand: Option<&'a Brand>,
    /// The template.
    pub template: Option<&'a Template>,
    /// The user.
    pub user: Option<&'a User>,
    /// The policy for users that it does not know.
    pub unknown_openids: UnknownOpenids,
}

/// Why no token is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The brand does not exist, or the caller may not act for it.
    BrandNotCallers,
    /// The template does not exist, or is another brand's.
    TemplateNotOfBrand,
    /// The brand has not got the feature.
    NotEnabled,
    /// The feature is not open yet.
    NotOpenedYet,
    /// The template was invalidated.
    TemplateInvalid,
    /// The template's time is over.
    TemplateExpired,
    /// The openid is no user's.
    OpenidInvalid,
    /// The openid belongs to another AppID.
    OpenidForeign,
    /// The user holds a valid card of the template.
    OneValidCard,
    /// A sandbox user's one answer.
    Staged(&'static Row),
}

impl Refusal {
    /// The row that answers this refusal in an edition.
    pub fn row(&self, edition: Edition) -> &'static Row {
        match (self, edition) {
            (Self::BrandNotCallers | Self::TemplateNotOfBrand, Edition::Founding) => {
                &rows::TEMPLATE_NOT_OF_BRAND
            }
            (Self::OpenidInvalid | Self::OpenidForeign, Edition::Founding) => &rows::OPENID_WRONG,
            (Self::BrandNotCallers, Edition::Current) => &rows::NOT_THE_CALLERS_BRAND,
            (Self::TemplateNotOfBrand, Edition::Current) => &rows::TEMPLATE_NOT_FOUND,
            (Self::OpenidInvalid, Edition::Current) => &rows::OPENID_INVALID,
            (Self::OpenidForeign, Edition::Current) => &rows::OPENID_FOREIGN,
            (Self::NotEnabled, _) => &rows::NOT_ENABLED,
            (Self::NotOpenedYet, _) => &rows::NOT_OPENED_YET,
            (Self::TemplateInvalid, _) => &rows::TEMPLATE_INVALID,
            (Self::TemplateExpired, _) => &rows::TEMPLATE_EXPIRED,
            (Self::OneValidCard, _) => &rows::ONE_VALID_CARD,
            (Self::Staged(row), _) => row,
        }
    }
}

/// Decides whether a token is issued: rights, then template, then user. A grant is the AppID to bind to.
///
/// # Errors
///
/// The first [`Refusal`] that applies.
pub fn decide<'a>(asked: Asked<'_>, known: Known<'a>, now: Timestamp) -> Result<&'a AppId, Refusal> {
    let brand =
        known.brand.filter(|brand| may_act_for(asked.caller, brand)).ok_or(Refusal::BrandNotCallers)?;
    let template = known
        .template
        .filter(|template| template.brand_id == *asked.brand_id)
        .ok_or(Refusal::TemplateNotOfBrand)?;
    match brand.feature {
        Feature::Enabled => {}
        Feature::NotEnabled => return Err(Refusal::NotEnabled),
        Feature::NotOpenedYet => return Err(Refusal::NotOpenedYet),
    }
    if template.state == TemplateState::Invalid {
        return Err(Refusal::TemplateInvalid);
    }
    if template.is_expired(now) {
        return Err(Refusal::TemplateExpired);
    }
    match known.user {
        Some(user) => check_user(user, template)?,
        None if known.unknown_openids == UnknownOpenids::Accept && asked.openid.is_well_formed() => {}
        None => return Err(Refusal::OpenidInvalid),
    }
    Ok(&template.appid)
}

fn may_act_for(caller: &Caller, brand: &Brand) -> bool {
    match caller {
        Caller::Merchant(mchid) => brand.merchants.contains(mchid),
        Caller::Brand(brand_id) => brand.brand_id == *brand_id,
    }
}

fn check_user(user: &User, template: &Template) -> Result<(), Refusal> {
    if user.state == UserState::Invalid {
        return Err(Refusal::OpenidInvalid);
    }
    if user.appid != template.appid {
        return Err(Refusal::OpenidForeign);
    }
    if let Some(row) = user.refusal.as_deref().and_then(|name| rows::ALL.iter().find(|row| row.name == name))
    {
        return Err(Refusal::Staged(row));
    }
    if user.cards.contains(&template.card_id) {
        return Err(Refusal::OneValidCard);
    }
    Ok(())
}

#[cfg(test)]
mod tests;

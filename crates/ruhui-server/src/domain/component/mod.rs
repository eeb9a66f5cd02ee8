//! Rules of WeChat's components: the platform's side, which merchants do not use over the API.
//!
//! The documents only say that `errcode` is not 0 when a component fails. The numbers and texts here are this
//! project's: see [`Refusal`].

mod refusal;

pub use refusal::Refusal;

use super::rights::{check_openid, has_feature};
use super::{Brand, Purpose, Template, TokenRecord, User};
use crate::domain::UnknownOpenids;
use jiff::Timestamp;
use ruhui_core::types::{DateTime, OpenId};

/// Returns the token, if this user may open this component with it now. `user` is `None` if the user is not
/// checked.
///
/// # Errors
///
/// [`Refusal`] for a token that is unknown, another component's, another user's, used, or expired; in this
/// order.
pub fn check_token<'a>(
    token: Option<&'a TokenRecord>,
    purpose: Purpose,
    user: Option<&OpenId>,
    now: Timestamp,
) -> Result<&'a TokenRecord, Refusal> {
    let token = token.ok_or(Refusal::TokenUnknown)?;
    if token.purpose != purpose {
        return Err(Refusal::TokenOfAnotherPurpose);
    }
    if user.is_some_and(|user| *user != token.openid) {
        return Err(Refusal::TokenOfAnotherUser);
    }
    if token.spent.is_some() {
        return Err(Refusal::TokenSpent);
    }
    if token.expire_time.timestamp() <= now { Err(Refusal::TokenExpired) } else { Ok(token) }
}

/// Returns the token marked as used.
pub fn spend(token: &TokenRecord, now: Timestamp) -> TokenRecord {
    TokenRecord { spent: Some(DateTime::seconds(now)), ..token.clone() }
}

/// Returns the template, if its cards can be issued now. The conditions under which a token was issued may
/// have ended since.
///
/// # Errors
///
/// [`Refusal`]: checks the template, then the brand, then the user.
pub fn check_offer<'a>(
    template: Option<&'a Template>,
    brand: Option<&Brand>,
    user: (&OpenId, Option<&User>),
    unknown_openids: UnknownOpenids,
    now: Timestamp,
) -> Result<&'a Template, Refusal> {
    let template = template.ok_or(Refusal::TemplateNotFound)?;
    if !template.is_effective() {
        return Err(Refusal::TemplateInvalid);
    }
    if template.is_expired(now) {
        return Err(Refusal::TemplateExpired);
    }
    let brand = brand.filter(|brand| brand.brand_id == template.card.brand_id);
    if brand.is_none_or(|brand| has_feature(brand).is_err()) {
        return Err(Refusal::BrandClosed);
    }
    let (openid, user) = user;
    match check_openid(openid, user, &[&template.card.appid], unknown_openids) {
        Ok(()) => Ok(template),
        Err(row) => Err(Refusal::User(row)),
    }
}

#[cfg(test)]
mod tests;

//! What every call about a brand asks first: whether the caller may act for it, and whether the openid is good.

use super::user::UnknownOpenids;
use super::{Brand, Feature, User, UserState};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{AppId, Caller, OpenId};

/// The brand, if the caller may act for it and it has got the feature.
///
/// # Errors
///
/// The row that answers: NO_AUTH for a brand that is not there or not the caller's, then the feature.
pub fn brand_of<'a>(caller: &Caller, brand: Option<&'a Brand>) -> Result<&'a Brand, &'static Row> {
    let brand = brand.filter(|brand| may_act_for(caller, brand)).ok_or(&rows::NOT_THE_CALLERS_BRAND)?;
    has_feature(brand)?;
    Ok(brand)
}

/// Whether the caller is the brand, or a merchant bound to it.
pub fn may_act_for(caller: &Caller, brand: &Brand) -> bool {
    match caller {
        Caller::Merchant(mchid) => brand.merchants.contains(mchid),
        Caller::Brand(brand_id) => brand.brand_id == *brand_id,
    }
}

/// Whether the brand has got 商家名片会员.
///
/// # Errors
///
/// The row that answers.
pub fn has_feature(brand: &Brand) -> Result<(), &'static Row> {
    match brand.feature {
        Feature::Enabled => Ok(()),
        Feature::NotEnabled => Err(&rows::NOT_ENABLED),
        Feature::NotOpenedYet => Err(&rows::NOT_OPENED_YET),
    }
}

/// Whether an openid is a user's of one of `appids`: the template's AppID, or all of the brand's where no
/// template is named.
///
/// # Errors
///
/// The row that answers: the openid is invalid, then foreign, then a sandbox user's staged answer.
pub fn check_openid(
    openid: &OpenId,
    user: Option<&User>,
    appids: &[&AppId],
    unknown_openids: UnknownOpenids,
) -> Result<(), &'static Row> {
    let Some(user) = user else {
        let is_accepted = unknown_openids == UnknownOpenids::Accept && openid.is_well_formed();
        return if is_accepted { Ok(()) } else { Err(&rows::OPENID_INVALID) };
    };
    if user.state == UserState::Invalid {
        return Err(&rows::OPENID_INVALID);
    }
    if !appids.contains(&&user.appid) {
        return Err(&rows::OPENID_FOREIGN);
    }
    user.staged_row().map_or(Ok(()), Err)
}

//! Authorization, checked first for every endpoint of a brand: whether the caller may act for the brand, and
//! whether the openid is valid.

use super::user::UnknownOpenids;
use super::{Brand, Feature, User, UserState};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{AppId, Caller, OpenId};

/// Returns the brand, if the caller may act for it and its card-member feature is enabled.
///
/// # Errors
///
/// The error row to respond with: NO_AUTH if the brand does not exist or is not the caller's, then the rows
/// of the feature.
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

/// Checks whether 商家名片会员 is enabled for the brand.
///
/// # Errors
///
/// The error row to respond with.
pub fn has_feature(brand: &Brand) -> Result<(), &'static Row> {
    match brand.feature {
        Feature::Enabled => Ok(()),
        Feature::NotEnabled => Err(&rows::NOT_ENABLED),
        Feature::NotOpenedYet => Err(&rows::NOT_OPENED_YET),
    }
}

/// Checks whether an openid belongs to a user of one of `appids`: the template's AppID, or all AppIDs of the
/// brand if no template is named.
///
/// # Errors
///
/// The error row to respond with: first an invalid openid, then another AppID's, then the staged error of a
/// sandbox user.
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

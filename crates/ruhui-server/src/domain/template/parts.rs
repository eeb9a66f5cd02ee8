//! Rules that apply to new templates and to changed ones.

use crate::domain::AddressPolicy;
use crate::domain::Brand;
use ruhui_core::api::card_member::{CardType, JumpInformation, PurchaseInformation};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{AppId, NotifyUrl};

/// Targets of taps on a card.
#[derive(Debug, Clone, Copy)]
pub(super) struct Jumps<'a> {
    pub(super) member: Option<&'a JumpInformation>,
    pub(super) code: Option<&'a JumpInformation>,
    pub(super) points: Option<&'a JumpInformation>,
    pub(super) balance: Option<&'a JumpInformation>,
    pub(super) purchase: Option<&'a PurchaseInformation>,
}

impl Jumps<'_> {
    /// Checks that the jumps are allowed for the card type, and that a paid card has a positive price.
    pub(super) fn check_kind(self, card_type: &CardType) -> Result<(), &'static Row> {
        if self.balance.is_some() && *card_type != CardType::Balance {
            return Err(&rows::BALANCE_FORBIDDEN);
        }
        if self.purchase.is_some() && *card_type != CardType::Purchase {
            return Err(&rows::PURCHASE_FORBIDDEN);
        }
        match self.purchase {
            Some(purchase) if purchase.price <= 0 => Err(&rows::PRICE_NOT_POSITIVE),
            _ => Ok(()),
        }
    }

    /// Checks that taps lead only to mini-programs that are bound to the brand.
    pub(super) fn check_bound(self, brand: &Brand) -> Result<(), &'static Row> {
        let of = |jump: Option<&JumpInformation>| jump.map(|jump| jump.jump_appid.clone());
        let appids = [
            (of(self.member), &rows::MEMBER_APPID_NOT_BOUND),
            (of(self.code), &rows::CODE_APPID_NOT_BOUND),
            (of(self.points), &rows::POINTS_APPID_NOT_BOUND),
            (of(self.balance), &rows::BALANCE_APPID_NOT_BOUND),
            (self.purchase.map(|jump| jump.jump_appid.clone()), &rows::PURCHASE_APPID_NOT_BOUND),
        ];
        let unbound = appids.iter().find(|(appid, _)| appid.as_ref().is_some_and(|it| !is_bound(it, brand)));
        unbound.map_or(Ok(()), |(_, row)| Err(*row))
    }
}

/// Checks that callbacks may be sent to this URL.
pub(crate) fn check_notify_url(url: &NotifyUrl, reach: AddressPolicy) -> Result<(), &'static Row> {
    if reach.allows_url(url.as_str()) { Ok(()) } else { Err(&rows::NOTIFY_URL_PRIVATE) }
}

pub(super) fn is_bound(appid: &AppId, brand: &Brand) -> bool {
    brand.appids.contains(appid)
}

//! The states that triggers bring about.

use crate::kit_values::CARD_ID;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::{CardId, Family};

/// A state that a trigger brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Member,
    PendingCard,
    PointsSync,
    Redemption,
    DeletedCard,
    ExpiredCard,
}

/// The side that allocates the codes of cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeMode {
    /// WeChat Pay, when the user joins.
    System,
    /// The merchant, when it confirms the card.
    Merchant,
}

impl What {
    pub(super) const ALL: [Self; 6] = [
        Self::Member,
        Self::PendingCard,
        Self::PointsSync,
        Self::Redemption,
        Self::DeletedCard,
        Self::ExpiredCard,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::PendingCard => "pending-card",
            Self::PointsSync => "points-sync",
            Self::Redemption => "redemption",
            Self::DeletedCard => "deleted-card",
            Self::ExpiredCard => "expired-card",
        }
    }

    pub(super) fn about(self) -> Bilingual {
        let (en, zh) = match self {
            Self::Member => ("a member whose card is effective", "会员卡已生效的会员"),
            Self::PendingCard => {
                ("a card that waits for the merchant's confirmation", "等待商户确认的会员卡")
            }
            Self::PointsSync => ("a member who looks at the points", "查看积分的会员"),
            Self::Redemption => {
                ("a member who asks to redeem points for a coupon", "申请积分兑换商品券的会员")
            }
            Self::DeletedCard => ("a member who has deleted the card", "已删除会员卡的会员"),
            Self::ExpiredCard => ("a card whose validity has ended", "有效期已过的会员卡"),
        };
        Bilingual::fixed(en, zh)
    }

    /// Returns the template that every new sandbox has for this state.
    pub(super) fn own_template(self, family: Family, code_mode: CodeMode) -> CardId {
        let card_id = match (self, code_mode, family) {
            (Self::ExpiredCard, ..) => "pTimeRange000000000000000001",
            (_, CodeMode::Merchant, _) => "pMerchantCode000000000000001",
            (_, CodeMode::System, Family::Brand) => "pBrandOwned00000000000000001",
            (_, CodeMode::System, Family::Partner) => CARD_ID,
        };
        CardId::new(card_id).expect("letters and digits are an id")
    }
}

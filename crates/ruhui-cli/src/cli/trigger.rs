//! Arguments of `trigger`.

use crate::cli::{ControlArguments, OutputArguments};
use crate::credentials::Family;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct TriggerArguments {
    /// The state to bring about / 要触发的状态
    #[arg(value_name = "WHAT", required_unless_present = "file")]
    pub(crate) what: Option<What>,

    /// Run the steps of this file, .toml or .json, one after the other / 依次执行该文件（.toml 或 .json）中的步骤
    #[arg(long, value_name = "FILE", conflicts_with_all = ["what", "code_mode", "card_id", "openid"])]
    pub(crate) file: Option<PathBuf>,

    /// The side that allocates the code of the card / 由谁分配会员卡号
    #[arg(long, value_name = "MODE", default_value = "system")]
    pub(crate) code_mode: CodeMode,

    /// The card template; by default one of the sandbox's own / 会员卡模板ID，默认为沙箱自带的模板
    #[arg(long)]
    pub(crate) card_id: Option<String>,

    /// The user; by default a new one / 用户的 openid，默认为新用户
    #[arg(long)]
    pub(crate) openid: Option<String>,

    /// The caller: a service provider (mchid) or a brand in its own name (brand_id) / 调用方：服务商（mchid）或以自己名义调用的品牌（brand_id）
    #[arg(long, value_name = "FAMILY")]
    pub(crate) family: Option<Family>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

/// A state that `trigger` brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// A member whose card is effective / 会员卡已生效的会员
    Member,
    /// A card that waits for the merchant's confirmation / 等待商户确认的会员卡
    PendingCard,
    /// A member who looks at the points / 查看积分的会员
    PointsSync,
    /// A member who asks to redeem points for a coupon / 申请积分兑换商品券的会员
    Redemption,
    /// A member who has deleted the card / 已删除会员卡的会员
    DeletedCard,
    /// A card whose validity has ended / 有效期已过的会员卡
    ExpiredCard,
}

impl What {
    /// Returns the name as the command line has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::PendingCard => "pending-card",
            Self::PointsSync => "points-sync",
            Self::Redemption => "redemption",
            Self::DeletedCard => "deleted-card",
            Self::ExpiredCard => "expired-card",
        }
    }
}

/// The side that allocates the codes of cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CodeMode {
    /// WeChat Pay, when the user joins / 微信支付，用户入会时分配
    System,
    /// The merchant, when it confirms the card / 商户，确认会员卡时分配
    Merchant,
}

impl CodeMode {
    /// Returns the name as the command line has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Merchant => "merchant",
        }
    }
}

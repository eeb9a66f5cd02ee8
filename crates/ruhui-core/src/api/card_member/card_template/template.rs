//! What the calls about templates answer.

use crate::api::card_member::{JumpInformation, PurchaseInformation, UserForm, ValidDateInformation};
use crate::types::{
    AppId, BrandId, CardId, CardTitle, Color, DateTime, LegalAgreement, NotifyUrl, OutRequestNo, Text,
    open_enum,
};
use serde::{Deserialize, Serialize};

open_enum! {
    /// 会员卡类型.
    CardType {
        /// 付费卡: not supported yet.
        Purchase = "PURCHASE",
        /// 普通卡.
        Normal = "NORMAL",
        /// 储值卡: not supported yet.
        Balance = "BALANCE",
    }
}

open_enum! {
    /// 卡号模式: who allocates user_card_code.
    CodeMode {
        /// WeChat Pay: 24 digits.
        SystemAllocate = "SYSTEM_ALLOCATE",
        /// The merchant, when it confirms the card.
        MerchantAllocate = "MERCHANT_ALLOCATE",
    }
}

open_enum! {
    /// 会员码类型: what stands on the card.
    CodeType {
        /// Nothing.
        NoneCode = "NONE_CODE",
        /// A bar code.
        BarCode = "BAR_CODE",
        /// A QR code.
        QrCode = "QR_CODE",
        /// Both.
        BarCodeAndQrCode = "BAR_CODE_AND_QR_CODE",
        /// A jump to a mini-program, which shows the code.
        JumpMiniProgram = "JUMP_MINI_PROGRAM",
    }
}

open_enum! {
    /// 会员卡模板状态.
    CardTemplateState {
        /// Cards are handed out.
        CardEffective = "CARD_EFFECTIVE",
        /// Final: no cards are handed out through any channel.
        CardInvalid = "CARD_INVALID",
    }
}

/// A card template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CardTemplate {
    /// 会员卡模板ID.
    pub card_id: CardId,
    /// 商户请求单号: that of its creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_request_no: Option<OutRequestNo>,
    /// 品牌ID.
    pub brand_id: BrandId,
    /// AppID: an official account or mini-program bound to the brand. Users are named by their openids under it.
    pub appid: AppId,
    /// 会员卡类型: only NORMAL for now.
    pub card_type: CardType,
    /// 会员卡标题: at most 10 characters.
    pub card_title: CardTitle,
    /// 会员卡颜色, such as `#FFFF00`.
    pub card_color: Color,
    /// 会员卡图片: what the image upload answered.
    pub card_picture_url: Text<256>,
    /// 卡号模式: who allocates user_card_code.
    pub code_mode: CodeMode,
    /// 会员码类型: what stands on the card.
    pub code_type: CodeType,
    /// 会员码跳转信息, if and only if `code_type` is JUMP_MINI_PROGRAM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_jump_information: Option<JumpInformation>,
    /// 会员权益.
    pub benefits: Text<32>,
    /// 回调地址: where callbacks go.
    pub notify_url: NotifyUrl,
    /// 是否置顶.
    #[serde(default)]
    pub need_pinned: bool,
    /// 是否展示等级.
    #[serde(default)]
    pub need_display_level: bool,
    /// 初始等级, if and only if `need_display_level`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init_level: Option<Text<10>>,
    /// 客服电话.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_phone: Option<Text<32>>,
    /// 会员协议.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_agreement: Option<LegalAgreement>,
    /// 有效期信息.
    pub valid_date_information: ValidDateInformation,
    /// 会员中心信息: where a tap on the card's face leads.
    pub member_information: JumpInformation,
    /// 积分信息: where points are shown; without it the card has no entry for points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_information: Option<JumpInformation>,
    /// 储值信息: BALANCE cards only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance_information: Option<JumpInformation>,
    /// 付费信息: PURCHASE cards only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_information: Option<PurchaseInformation>,
    /// 用户信息: what is asked of a user who joins, beside the phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_information: Option<UserForm>,
    /// 会员卡模板状态.
    pub state: CardTemplateState,
    /// 创建时间.
    pub create_time: DateTime,
    /// 修改时间. The earliest edition called it `update_time`.
    #[serde(alias = "update_time")]
    pub modify_time: DateTime,
}

/// The members that every card template has. They are too many for the arguments of [`CardTemplate::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a later edition makes no member of a response required")]
pub struct CardTemplateRequired {
    /// 会员卡模板ID.
    pub card_id: CardId,
    /// 品牌ID.
    pub brand_id: BrandId,
    /// AppID.
    pub appid: AppId,
    /// 会员卡类型.
    pub card_type: CardType,
    /// 会员卡标题.
    pub card_title: CardTitle,
    /// 会员卡颜色.
    pub card_color: Color,
    /// 会员卡图片.
    pub card_picture_url: Text<256>,
    /// 卡号模式.
    pub code_mode: CodeMode,
    /// 会员码类型.
    pub code_type: CodeType,
    /// 会员权益.
    pub benefits: Text<32>,
    /// 回调地址.
    pub notify_url: NotifyUrl,
    /// 有效期信息.
    pub valid_date_information: ValidDateInformation,
    /// 会员中心信息.
    pub member_information: JumpInformation,
    /// 会员卡模板状态.
    pub state: CardTemplateState,
    /// 创建时间.
    pub create_time: DateTime,
    /// 修改时间.
    pub modify_time: DateTime,
}

impl CardTemplate {
    /// A template with these members, and without the optional ones.
    pub fn new(required: CardTemplateRequired) -> Self {
        Self {
            card_id: required.card_id,
            out_request_no: None,
            brand_id: required.brand_id,
            appid: required.appid,
            card_type: required.card_type,
            card_title: required.card_title,
            card_color: required.card_color,
            card_picture_url: required.card_picture_url,
            code_mode: required.code_mode,
            code_type: required.code_type,
            code_jump_information: None,
            benefits: required.benefits,
            notify_url: required.notify_url,
            need_pinned: false,
            need_display_level: false,
            init_level: None,
            service_phone: None,
            legal_agreement: None,
            valid_date_information: required.valid_date_information,
            member_information: required.member_information,
            points_information: None,
            balance_information: None,
            purchase_information: None,
            user_information: None,
            state: required.state,
            create_time: required.create_time,
            modify_time: required.modify_time,
        }
    }
}

//! The card template, which the endpoints for card templates return.

use crate::api::card_member::{JumpInformation, PurchaseInformation, UserForm, ValidDateInformation};
use crate::types::{
    AppId, BrandId, CardId, CardTitle, Color, DateTime, LegalAgreement, NotifyUrl, OutRequestNo, Text,
    open_enum,
};
use serde::{Deserialize, Serialize};

open_enum! {
    /// 会员卡类型: the type of a card.
    CardType {
        /// 付费卡: a card that the user buys; not supported yet.
        Purchase = "PURCHASE",
        /// 普通卡: an ordinary card.
        Normal = "NORMAL",
        /// 储值卡: a stored-value card; not supported yet.
        Balance = "BALANCE",
    }
}

open_enum! {
    /// 卡号模式: who allocates `user_card_code`.
    CodeMode {
        /// WeChat Pay allocates it, as 24 digits.
        SystemAllocate = "SYSTEM_ALLOCATE",
        /// The merchant allocates it, when it confirms the card.
        MerchantAllocate = "MERCHANT_ALLOCATE",
    }
}

open_enum! {
    /// 会员码类型: the code that the card shows.
    CodeType {
        /// No code.
        NoneCode = "NONE_CODE",
        /// A bar code.
        BarCode = "BAR_CODE",
        /// A QR code.
        QrCode = "QR_CODE",
        /// A bar code and a QR code.
        BarCodeAndQrCode = "BAR_CODE_AND_QR_CODE",
        /// A link to a page of a mini-program, which shows the code.
        JumpMiniProgram = "JUMP_MINI_PROGRAM",
    }
}

open_enum! {
    /// 会员卡模板状态: whether users can get cards of a template.
    CardTemplateState {
        /// Users can get cards of the template.
        CardEffective = "CARD_EFFECTIVE",
        /// Final: users can get no card of the template through any channel.
        CardInvalid = "CARD_INVALID",
    }
}

/// 会员卡模板: a card template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CardTemplate {
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 商户请求单号: the number of the request that created the template. `string(128)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_request_no: Option<OutRequestNo>,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// AppID: an official account or mini-program bound to the brand; openids are those under it. `string(32)`.
    pub appid: AppId,
    /// 会员卡类型: the type of the card; only NORMAL is supported for now.
    pub card_type: CardType,
    /// 会员卡标题: the title of the card. `string(10)`: Han and Latin letters, digits and punctuation.
    pub card_title: CardTitle,
    /// 会员卡颜色: the background colour of the card, such as `#FFFF00`. `string(7)`.
    pub card_color: Color,
    /// 会员卡图片: the URL of the card's picture, as the image upload returned it. `string(256)`.
    pub card_picture_url: Text<256>,
    /// 卡号模式: who allocates `user_card_code`.
    pub code_mode: CodeMode,
    /// 会员码类型: the code that the card shows.
    pub code_type: CodeType,
    /// 会员码跳转信息: the page that shows the code. Required if `code_type` is JUMP_MINI_PROGRAM, rejected otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_jump_information: Option<JumpInformation>,
    /// 会员权益: a text about the benefits of members. `string(32)`.
    pub benefits: Text<32>,
    /// 回调地址: the URL to which callbacks are sent. `string(256)`: http or https, without a query.
    pub notify_url: NotifyUrl,
    /// 是否置顶: whether the card is pinned to the top.
    #[serde(default)]
    pub need_pinned: bool,
    /// 是否展示等级: whether the card shows the member's level.
    #[serde(default)]
    pub need_display_level: bool,
    /// 初始等级: the level of a new member. `string(10)`. Required if `need_display_level` is true, rejected otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub init_level: Option<Text<10>>,
    /// 客服电话: the phone number of customer service. `string(32)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_phone: Option<Text<32>>,
    /// 会员协议: the agreement that a user accepts. `string(20480)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_agreement: Option<LegalAgreement>,
    /// 有效期信息: how long the cards are valid.
    pub valid_date_information: ValidDateInformation,
    /// 会员中心信息: the page that a tap on the card's face opens.
    pub member_information: JumpInformation,
    /// 积分信息: the page that shows the points. Without it, the card has no entry for points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_information: Option<JumpInformation>,
    /// 储值信息: the page that shows the stored value. BALANCE cards only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance_information: Option<JumpInformation>,
    /// 付费信息: the page that sells the card, and the price. PURCHASE cards only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_information: Option<PurchaseInformation>,
    /// 用户信息: the form that a user fills in to join. The phone number is always asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_information: Option<UserForm>,
    /// 会员卡模板状态: whether users can get cards of the template.
    pub state: CardTemplateState,
    /// 创建时间: when the template was created.
    pub create_time: DateTime,
    /// 修改时间: when the template was last changed. The earliest edition named this field `update_time`.
    #[serde(alias = "update_time")]
    pub modify_time: DateTime,
}

/// The required fields of a card template, as the one argument of [`CardTemplate::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a later edition makes no member of a response required")]
pub struct CardTemplateRequired {
    /// 会员卡模板ID: the id of the card template. `string(32)`.
    pub card_id: CardId,
    /// 品牌ID: the id of the brand. `string(32)`.
    pub brand_id: BrandId,
    /// AppID: an official account or mini-program bound to the brand.
    pub appid: AppId,
    /// 会员卡类型: the type of the card.
    pub card_type: CardType,
    /// 会员卡标题: the title of the card.
    pub card_title: CardTitle,
    /// 会员卡颜色: the background colour of the card, such as `#FFFF00`. `string(7)`.
    pub card_color: Color,
    /// 会员卡图片: the URL of the card's picture.
    pub card_picture_url: Text<256>,
    /// 卡号模式: who allocates `user_card_code`.
    pub code_mode: CodeMode,
    /// 会员码类型: the code that the card shows.
    pub code_type: CodeType,
    /// 会员权益: a text about the benefits of members. `string(32)`.
    pub benefits: Text<32>,
    /// 回调地址: the URL to which callbacks are sent. `string(256)`: http or https, without a query.
    pub notify_url: NotifyUrl,
    /// 有效期信息: how long the cards are valid.
    pub valid_date_information: ValidDateInformation,
    /// 会员中心信息: the page that a tap on the card's face opens.
    pub member_information: JumpInformation,
    /// 会员卡模板状态: whether users can get cards of the template.
    pub state: CardTemplateState,
    /// 创建时间: when the template was created.
    pub create_time: DateTime,
    /// 修改时间: when the template was last changed.
    pub modify_time: DateTime,
}

impl CardTemplate {
    /// Makes a template without the optional fields.
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

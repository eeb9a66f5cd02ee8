//! What several calls share: jumps, validity, forms.

use crate::types::{AppId, ChosenValue, DateTime, FormValue, Text, open_enum};
use serde::{Deserialize, Serialize};

/// Where a tap leads: a page of a mini-program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct JumpInformation {
    /// The mini-program; bound to the brand.
    pub jump_appid: AppId,
    /// The page, such as `/pages/code/code`.
    pub jump_path: Text<128>,
}

impl JumpInformation {
    /// A page of a mini-program.
    pub fn new(jump_appid: AppId, jump_path: Text<128>) -> Self {
        Self { jump_appid, jump_path }
    }
}

/// Where a tap leads to buy the card, and for how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PurchaseInformation {
    /// The mini-program; bound to the brand.
    pub jump_appid: AppId,
    /// The page.
    pub jump_path: Text<128>,
    /// 价格, in fen; more than 0.
    pub price: i64,
}

impl PurchaseInformation {
    /// A page of a mini-program that sells the card, and the price in fen.
    pub fn new(jump_appid: AppId, jump_path: Text<128>, price: i64) -> Self {
        Self { jump_appid, jump_path, price }
    }
}

open_enum! {
    /// 有效期类型: how long a card is valid.
    ValidDateType {
        /// From `available_begin_time` until before `available_end_time`.
        FixTimeRange = "FIX_TIME_RANGE",
        /// For `available_day_after_receive` natural days from pickup.
        FixTerm = "FIX_TERM",
        /// For ever.
        Permanent = "PERMANENT",
    }
}

/// 有效期信息: which fields are there depends on `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ValidDateInformation {
    /// 有效期类型. `type` on the wire.
    #[serde(rename = "type")]
    pub kind: ValidDateType,
    /// 有效期开始时间, for FIX_TIME_RANGE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_begin_time: Option<DateTime>,
    /// 有效期结束时间, for FIX_TIME_RANGE; the card is valid until before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_end_time: Option<DateTime>,
    /// 领取后有效天数, for FIX_TERM: 1 to 10,958.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_day_after_receive: Option<i64>,
}

impl ValidDateInformation {
    /// A validity of this kind, without the members that some kinds have.
    pub fn new(kind: ValidDateType) -> Self {
        Self { kind, available_begin_time: None, available_end_time: None, available_day_after_receive: None }
    }

    /// Valid for ever.
    pub fn permanent() -> Self {
        Self::new(ValidDateType::Permanent)
    }

    /// Valid from `begin` until before `end`.
    pub fn range(begin: DateTime, end: DateTime) -> Self {
        Self {
            kind: ValidDateType::FixTimeRange,
            available_begin_time: Some(begin),
            available_end_time: Some(end),
            ..Self::permanent()
        }
    }

    /// Valid for so many natural days from pickup.
    pub fn days_after_receive(days: i64) -> Self {
        Self { kind: ValidDateType::FixTerm, available_day_after_receive: Some(days), ..Self::permanent() }
    }
}

open_enum! {
    /// 通用信息字段: what a form can ask of everybody. The phone number is always asked for and is none of these.
    CommonFieldName {
        /// 性别: 男 or 女.
        Sex = "USER_FORM_FLAG_SEX",
        /// 姓名.
        Name = "USER_FORM_FLAG_NAME",
        /// 生日: `yyyy-MM-dd`.
        Birthday = "USER_FORM_FLAG_BIRTHDAY",
        /// 地址.
        Address = "USER_FORM_FLAG_ADDRESS",
        /// 邮箱.
        Email = "USER_FORM_FLAG_EMAIL",
        /// 城市: province and city, parted by a comma.
        City = "USER_FORM_FLAG_CITY",
    }
}

open_enum! {
    /// 自定义信息字段类型.
    CustomFieldType {
        /// Any number of values.
        CheckBox = "CHECK_BOX",
        /// One value.
        Radio = "RADIO",
    }
}

/// 用户信息: what the template asks of a user who joins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserForm {
    /// 通用信息字段.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub common_field_list: Vec<CommonFieldName>,
    /// 自定义信息字段: at most one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_field_list: Vec<CustomField>,
}

impl UserForm {
    /// A form that asks for these common fields, and offers these choices.
    pub fn new(common_field_list: Vec<CommonFieldName>, custom_field_list: Vec<CustomField>) -> Self {
        Self { common_field_list, custom_field_list }
    }
}

/// A choice of the brand's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CustomField {
    /// 类型. `type` on the wire.
    #[serde(rename = "type")]
    pub kind: CustomFieldType,
    /// 名称.
    pub name: Text<32>,
    /// What can be chosen: 1 to 10 values of at most 8 characters.
    pub values: Vec<Text<8>>,
}

impl CustomField {
    /// A choice of this kind between these values.
    pub fn new(kind: CustomFieldType, name: Text<32>, values: Vec<Text<8>>) -> Self {
        Self { kind, name, values }
    }

    /// The most values that can be chosen from.
    pub const MOST_VALUES: usize = 10;
}

/// 用户信息: what a user answered. The values are encrypted in requests and responses, and plain in notifications.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserInformation {
    /// 通用信息字段.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub common_field_list: Vec<CommonFieldValue>,
    /// 自定义信息字段: at most one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_field_list: Vec<CustomFieldValue>,
}

impl UserInformation {
    /// These answers to the common fields and to the choices.
    pub fn new(common_field_list: Vec<CommonFieldValue>, custom_field_list: Vec<CustomFieldValue>) -> Self {
        Self { common_field_list, custom_field_list }
    }

    /// The most answers that a form can ask for: each common field once, and the values of one custom field.
    pub const MOST_ANSWERS: usize = CommonFieldName::ALL.len() + CustomField::MOST_VALUES;
}

/// The answer to a common field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CommonFieldValue {
    /// Which field.
    pub name: CommonFieldName,
    /// The answer.
    pub value: FormValue,
}

impl CommonFieldValue {
    /// The answer to this field.
    pub fn new(name: CommonFieldName, value: FormValue) -> Self {
        Self { name, value }
    }
}

/// The answer to a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CustomFieldValue {
    /// The choice's name.
    pub name: Text<32>,
    /// What was chosen.
    pub user_chosen_values: Vec<ChosenValue>,
}

impl CustomFieldValue {
    /// The values that were chosen of the choice with this name.
    pub fn new(name: Text<32>, user_chosen_values: Vec<ChosenValue>) -> Self {
        Self { name, user_chosen_values }
    }
}

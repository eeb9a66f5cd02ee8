//! Objects that several endpoints share: jumps to mini-programs, the validity of a card, and the form of a template.

use crate::types::{AppId, ChosenValue, DateTime, FormValue, Text, open_enum};
use serde::{Deserialize, Serialize};

/// A page of a mini-program that a tap opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct JumpInformation {
    /// 跳转AppID: the AppID of the mini-program, which is bound to the brand. `string(32)`.
    pub jump_appid: AppId,
    /// 跳转路径: the path of the page in the mini-program, such as `/pages/code/code`. `string(128)`.
    pub jump_path: Text<128>,
}

impl JumpInformation {
    /// Makes a jump to a page of a mini-program.
    pub fn new(jump_appid: AppId, jump_path: Text<128>) -> Self {
        Self { jump_appid, jump_path }
    }
}

/// A page of a mini-program that sells the card, and the card's price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PurchaseInformation {
    /// 跳转AppID: the AppID of the mini-program, which is bound to the brand. `string(32)`.
    pub jump_appid: AppId,
    /// 跳转路径: the path of the page in the mini-program. `string(128)`.
    pub jump_path: Text<128>,
    /// 价格: the price of the card in fen (1/100 yuan), more than 0.
    pub price: i64,
}

impl PurchaseInformation {
    /// Makes the purchase information of a card, with its price in fen.
    pub fn new(jump_appid: AppId, jump_path: Text<128>, price: i64) -> Self {
        Self { jump_appid, jump_path, price }
    }
}

open_enum! {
    /// 有效期类型: how the validity of a card is given.
    ValidDateType {
        /// Valid from `available_begin_time` until just before `available_end_time`.
        FixTimeRange = "FIX_TIME_RANGE",
        /// Valid for `available_day_after_receive` natural days from pickup.
        FixTerm = "FIX_TERM",
        /// Valid without an end.
        Permanent = "PERMANENT",
    }
}

/// 有效期信息: how long a card is valid. `kind` decides which other fields the object has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ValidDateInformation {
    /// 有效期类型: how the validity is given; `type` on the wire.
    #[serde(rename = "type")]
    pub kind: ValidDateType,
    /// 有效期开始时间: when the card becomes valid. FIX_TIME_RANGE only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_begin_time: Option<DateTime>,
    /// 有效期结束时间: when the card expires; it is valid until just before this time. FIX_TIME_RANGE only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_end_time: Option<DateTime>,
    /// 领取后有效天数: number of natural days for which the card is valid from pickup, 1 to 10,958. FIX_TERM only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_day_after_receive: Option<i64>,
}

impl ValidDateInformation {
    /// Makes a validity of this kind, without the fields that depend on the kind.
    pub fn new(kind: ValidDateType) -> Self {
        Self { kind, available_begin_time: None, available_end_time: None, available_day_after_receive: None }
    }

    /// Makes a validity without an end (PERMANENT).
    pub fn permanent() -> Self {
        Self::new(ValidDateType::Permanent)
    }

    /// Makes a validity from `begin` until just before `end` (FIX_TIME_RANGE).
    pub fn range(begin: DateTime, end: DateTime) -> Self {
        Self {
            kind: ValidDateType::FixTimeRange,
            available_begin_time: Some(begin),
            available_end_time: Some(end),
            ..Self::permanent()
        }
    }

    /// Makes a validity of `days` natural days from pickup (FIX_TERM).
    pub fn days_after_receive(days: i64) -> Self {
        Self { kind: ValidDateType::FixTerm, available_day_after_receive: Some(days), ..Self::permanent() }
    }
}

open_enum! {
    /// 通用信息字段: a common field of the form that a user fills in to join. The phone number is always asked for, and is
    /// not one of these fields.
    CommonFieldName {
        /// 性别: the user's sex, 男 or 女.
        Sex = "USER_FORM_FLAG_SEX",
        /// 姓名: the user's name.
        Name = "USER_FORM_FLAG_NAME",
        /// 生日: the user's birthday as `yyyy-MM-dd`.
        Birthday = "USER_FORM_FLAG_BIRTHDAY",
        /// 地址: the user's address.
        Address = "USER_FORM_FLAG_ADDRESS",
        /// 邮箱: the user's e-mail address.
        Email = "USER_FORM_FLAG_EMAIL",
        /// 城市: the user's province and city, separated by a comma.
        City = "USER_FORM_FLAG_CITY",
    }
}

open_enum! {
    /// 自定义信息字段类型: how many values a user can choose in a custom field.
    CustomFieldType {
        /// Multiple choice: any number of values.
        CheckBox = "CHECK_BOX",
        /// Single choice: one value.
        Radio = "RADIO",
    }
}

/// 用户信息: the form of a template, which a user fills in to join.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserForm {
    /// 通用信息字段: the common fields of the form, each at most once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub common_field_list: Vec<CommonFieldName>,
    /// 自定义信息字段: the custom fields of the form, at most one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_field_list: Vec<CustomField>,
}

impl UserForm {
    /// Makes a form of these common and custom fields.
    pub fn new(common_field_list: Vec<CommonFieldName>, custom_field_list: Vec<CustomField>) -> Self {
        Self { common_field_list, custom_field_list }
    }
}

/// 自定义信息字段: a custom field of the form, in which a user chooses among values that the brand defines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CustomField {
    /// 自定义信息类型: single or multiple choice; `type` on the wire.
    #[serde(rename = "type")]
    pub kind: CustomFieldType,
    /// 自定义信息名称: the name of the field. `string(32)`.
    pub name: Text<32>,
    /// 自定义信息选项: the values to choose from, 1 to 10 of at most 8 characters each.
    pub values: Vec<Text<8>>,
}

impl CustomField {
    /// Makes a custom field with this name and these values.
    pub fn new(kind: CustomFieldType, name: Text<32>, values: Vec<Text<8>>) -> Self {
        Self { kind, name, values }
    }

    /// The most values that a custom field can offer.
    pub const MAX_CHOICES: usize = 10;
}

/// 用户信息: a user's values for the fields of the form. They are encrypted in requests and responses, and plain in
/// notifications.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UserInformation {
    /// 通用信息字段: the values of the common fields, each field at most once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub common_field_list: Vec<CommonFieldValue>,
    /// 自定义信息字段: the values of the custom fields, at most one field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom_field_list: Vec<CustomFieldValue>,
}

impl UserInformation {
    /// Makes the user information of these values.
    pub fn new(common_field_list: Vec<CommonFieldValue>, custom_field_list: Vec<CustomFieldValue>) -> Self {
        Self { common_field_list, custom_field_list }
    }

    /// The most values that a user can enter into a form: one for each common field, and those of one custom field.
    pub const MAX_FORM_VALUES: usize = CommonFieldName::ALL.len() + CustomField::MAX_CHOICES;
}

/// The value of a common field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CommonFieldValue {
    /// 通用信息名称: the field.
    pub name: CommonFieldName,
    /// 通用信息内容: the value that the user entered. `string(128)` in plain text.
    pub value: FormValue,
}

impl CommonFieldValue {
    /// Makes the value of a common field.
    pub fn new(name: CommonFieldName, value: FormValue) -> Self {
        Self { name, value }
    }
}

/// The values that a user chose in a custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CustomFieldValue {
    /// 自定义信息名称: the name of the field. `string(32)`.
    pub name: Text<32>,
    /// 用户选择值: the chosen values, 1 to 10; one for a single choice. `string(8)` each in plain text.
    pub user_chosen_values: Vec<ChosenValue>,
}

impl CustomFieldValue {
    /// Makes the chosen values of the custom field with this name.
    pub fn new(name: Text<32>, user_chosen_values: Vec<ChosenValue>) -> Self {
        Self { name, user_chosen_values }
    }
}

//! Parts that several storage forms share.

use ruhui_core::api::card_member::{
    CommonFieldName, CommonFieldValue, CustomField, CustomFieldType, CustomFieldValue, JumpInformation,
    PurchaseInformation, UserForm, UserInformation, ValidDateInformation, ValidDateType,
};
use ruhui_core::types::{AppId, ChosenValue, DateTime, FormValue, Text};
use serde::{Deserialize, Serialize};

/// Storage form of a jump to a page of a mini-program.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredJump {
    jump_appid: AppId,
    jump_path: Text<128>,
}

impl From<JumpInformation> for StoredJump {
    fn from(wire: JumpInformation) -> Self {
        Self { jump_appid: wire.jump_appid, jump_path: wire.jump_path }
    }
}

impl From<StoredJump> for JumpInformation {
    fn from(stored: StoredJump) -> Self {
        Self::new(stored.jump_appid, stored.jump_path)
    }
}

/// Storage form of a page that sells a card.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredPurchase {
    jump_appid: AppId,
    jump_path: Text<128>,
    price: i64,
}

impl From<PurchaseInformation> for StoredPurchase {
    fn from(wire: PurchaseInformation) -> Self {
        Self { jump_appid: wire.jump_appid, jump_path: wire.jump_path, price: wire.price }
    }
}

impl From<StoredPurchase> for PurchaseInformation {
    fn from(stored: StoredPurchase) -> Self {
        Self::new(stored.jump_appid, stored.jump_path, stored.price)
    }
}

/// Storage form of the validity of a template or of a card.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredValidity {
    #[serde(rename = "type")]
    kind: ValidDateType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    available_begin_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    available_end_time: Option<DateTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    available_day_after_receive: Option<i64>,
}

impl From<ValidDateInformation> for StoredValidity {
    fn from(wire: ValidDateInformation) -> Self {
        Self {
            kind: wire.kind,
            available_begin_time: wire.available_begin_time,
            available_end_time: wire.available_end_time,
            available_day_after_receive: wire.available_day_after_receive,
        }
    }
}

impl From<StoredValidity> for ValidDateInformation {
    fn from(stored: StoredValidity) -> Self {
        let mut wire = Self::new(stored.kind);
        wire.available_begin_time = stored.available_begin_time;
        wire.available_end_time = stored.available_end_time;
        wire.available_day_after_receive = stored.available_day_after_receive;
        wire
    }
}

/// Storage form of a template's questions.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredForm {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    common_field_list: Vec<CommonFieldName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    custom_field_list: Vec<StoredChoice>,
}

impl From<UserForm> for StoredForm {
    fn from(wire: UserForm) -> Self {
        Self {
            common_field_list: wire.common_field_list,
            custom_field_list: wire.custom_field_list.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<StoredForm> for UserForm {
    fn from(stored: StoredForm) -> Self {
        let choices = stored.custom_field_list.into_iter().map(Into::into).collect();
        Self::new(stored.common_field_list, choices)
    }
}

/// Storage form of a question with choices that the brand defines.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredChoice {
    #[serde(rename = "type")]
    kind: CustomFieldType,
    name: Text<32>,
    values: Vec<Text<8>>,
}

impl From<CustomField> for StoredChoice {
    fn from(wire: CustomField) -> Self {
        Self { kind: wire.kind, name: wire.name, values: wire.values }
    }
}

impl From<StoredChoice> for CustomField {
    fn from(stored: StoredChoice) -> Self {
        Self::new(stored.kind, stored.name, stored.values)
    }
}

/// Storage form of a user's answers.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredAnswers {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    common_field_list: Vec<StoredAnswer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    custom_field_list: Vec<StoredChosen>,
}

impl From<UserInformation> for StoredAnswers {
    fn from(wire: UserInformation) -> Self {
        Self {
            common_field_list: wire.common_field_list.into_iter().map(Into::into).collect(),
            custom_field_list: wire.custom_field_list.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<StoredAnswers> for UserInformation {
    fn from(stored: StoredAnswers) -> Self {
        let common = stored.common_field_list.into_iter().map(Into::into).collect();
        Self::new(common, stored.custom_field_list.into_iter().map(Into::into).collect())
    }
}

/// Storage form of the answer to a common field.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredAnswer {
    name: CommonFieldName,
    value: FormValue,
}

impl From<CommonFieldValue> for StoredAnswer {
    fn from(wire: CommonFieldValue) -> Self {
        Self { name: wire.name, value: wire.value }
    }
}

impl From<StoredAnswer> for CommonFieldValue {
    fn from(stored: StoredAnswer) -> Self {
        Self::new(stored.name, stored.value)
    }
}

/// Storage form of the chosen values of a question.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredChosen {
    name: Text<32>,
    user_chosen_values: Vec<ChosenValue>,
}

impl From<CustomFieldValue> for StoredChosen {
    fn from(wire: CustomFieldValue) -> Self {
        Self { name: wire.name, user_chosen_values: wire.user_chosen_values }
    }
}

impl From<StoredChosen> for CustomFieldValue {
    fn from(stored: StoredChosen) -> Self {
        Self::new(stored.name, stored.user_chosen_values)
    }
}

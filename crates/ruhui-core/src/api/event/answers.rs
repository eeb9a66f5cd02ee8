//! Reads the form values in a card event, and skips incomplete ones.
//!
//! The page documents the name and the value of each field as optional, so a field that lacks either must not make
//! the whole notification invalid.

use crate::api::card_member::{CommonFieldName, CommonFieldValue, CustomFieldValue, UserInformation};
use crate::types::{ChosenValue, FormValue, Text};
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
struct Answers {
    #[serde(default)]
    common_field_list: Option<Vec<Common>>,
    #[serde(default)]
    custom_field_list: Option<Vec<Custom>>,
}

#[derive(Deserialize)]
struct Common {
    #[serde(default)]
    name: Option<CommonFieldName>,
    #[serde(default)]
    value: Option<FormValue>,
}

#[derive(Deserialize)]
struct Custom {
    #[serde(default)]
    name: Option<Text<32>>,
    #[serde(default)]
    user_chosen_values: Option<Vec<Option<ChosenValue>>>,
}

/// Reads the form values; a field without a name or a value is skipped.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<UserInformation>, D::Error> {
    let answers = Option::<Answers>::deserialize(deserializer)?;
    Ok(answers.map(|Answers { common_field_list, custom_field_list }| UserInformation {
        common_field_list: common_field_list.unwrap_or_default().into_iter().filter_map(common).collect(),
        custom_field_list: custom_field_list.unwrap_or_default().into_iter().filter_map(custom).collect(),
    }))
}

fn common(Common { name, value }: Common) -> Option<CommonFieldValue> {
    Some(CommonFieldValue { name: name?, value: value? })
}

fn custom(Custom { name, user_chosen_values }: Custom) -> Option<CustomFieldValue> {
    let user_chosen_values: Vec<_> = user_chosen_values?.into_iter().flatten().collect();
    let name = name.filter(|_| !user_chosen_values.is_empty())?;
    Some(CustomFieldValue { name, user_chosen_values })
}

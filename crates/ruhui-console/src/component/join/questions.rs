//! The questions that a user answers to join: the phone number, and the fields that the template asks for.

use serde::Deserialize;

/// Phone numbers that the sandbox offers.
pub(super) const PHONES: [&str; 3] = ["13900000000", "13900000001", "13900000002"];

/// The choice of a phone number that the user types.
pub(super) const TYPED: &str = "typed";

/// The form of a template, `user_information`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct JoinForm {
    #[serde(default)]
    pub(super) common_field_list: Vec<String>,
    #[serde(default)]
    pub(super) custom_field_list: Vec<Custom>,
}

/// A custom field: the user chooses among values of the brand.
#[derive(Debug, Deserialize)]
pub(super) struct Custom {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

impl Custom {
    /// The name of its inputs. No other input of the form has it, since flags and the sheet's own names have no colon.
    pub(super) fn input_name(&self) -> String {
        format!("custom:{}", self.name)
    }
}

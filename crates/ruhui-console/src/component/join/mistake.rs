//! A mistake in the form, at its field.

use super::questions::JoinForm;
use super::texts::JoinTexts;
use crate::problem::Problem;
use serde_json::Value;

/// A mistake in the form.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) place: Place,
    pub(super) sentence: String,
    /// The error of the control: its code, its message, and the number for the page.
    pub(super) error: Option<Problem>,
}

/// The field that has a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Phone,
    /// A common field, by its flag.
    Common(String),
    /// A custom field, by its name.
    Custom(String),
    Agreement,
}

impl Mistake {
    /// The user has not agreed to the agreement.
    pub(super) fn not_agreed(t: &'static JoinTexts) -> Self {
        Self { place: Place::Agreement, sentence: t.not_agreed.to_owned(), error: None }
    }

    /// Returns the mistake of which the control's error speaks; `None` if it is not about a field. `asked` is the body of the
    /// request.
    pub(super) fn of(
        problem: &Problem,
        form: &JoinForm,
        asked: &Value,
        t: &'static JoinTexts,
    ) -> Option<Self> {
        let place = place(problem.detail["field"].as_str()?, form, asked)?;
        let sentence = match problem.code.as_str() {
            "PHONE_MISSING" => t.phone_missing,
            "FIELD_MISSING" => t.field_missing,
            "FIELD_TOO_LONG" => t.field_too_long,
            "PARAM_ERROR" if place == Place::Phone => t.phone_wrong,
            "PARAM_ERROR" => t.field_wrong,
            _ => &problem.message,
        };
        Some(Self { place, sentence: sentence.to_owned(), error: Some(problem.clone()) })
    }
}

/// Finds the field that an error names: by its name, or by a JSON Pointer into the body of the request.
fn place(field: &str, form: &JoinForm, asked: &Value) -> Option<Place> {
    if let Some(pointer) = field.strip_prefix("/user_information/") {
        let mut parts = pointer.split('/');
        let (list, index) = (parts.next()?, parts.next()?.parse::<usize>().ok()?);
        let name = asked["user_information"][list][index]["name"].as_str()?.to_owned();
        return Some(if list == "common_field_list" { Place::Common(name) } else { Place::Custom(name) });
    }
    match field {
        "phone_number" | "/phone_number" => Some(Place::Phone),
        name if form.common_field_list.iter().any(|known| known == name) => {
            Some(Place::Common(name.to_owned()))
        }
        name if form.custom_field_list.iter().any(|known| known.name == name) => {
            Some(Place::Custom(name.to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_error_finds_its_field() {
        let form: JoinForm = serde_json::from_value(json!({
            "common_field_list": ["USER_FORM_FLAG_SEX", "USER_FORM_FLAG_NAME"],
            "custom_field_list": [{ "type": "RADIO", "name": "爱好", "values": ["茶"] }],
        }))
        .unwrap();
        // The sex is not answered, so the name is first in the request.
        let asked = json!({ "user_information": {
            "common_field_list": [{ "name": "USER_FORM_FLAG_NAME", "value": "x" }],
            "custom_field_list": [{ "name": "爱好", "user_chosen_values": ["茶"] }],
        }});
        let of = |field| place(field, &form, &asked);
        assert_eq!(of("phone_number"), Some(Place::Phone));
        assert_eq!(of("/phone_number"), Some(Place::Phone));
        assert_eq!(of("USER_FORM_FLAG_SEX"), Some(Place::Common("USER_FORM_FLAG_SEX".to_owned())));
        let name = Some(Place::Common("USER_FORM_FLAG_NAME".to_owned()));
        assert_eq!(of("/user_information/common_field_list/0/value"), name);
        let custom = Some(Place::Custom("爱好".to_owned()));
        assert_eq!(
            [of("爱好"), of("/user_information/custom_field_list/0/user_chosen_values/0")],
            [custom.clone(), custom]
        );
        assert_eq!([of("token"), of("/user_information/common_field_list/7/value")], [None, None]);
    }
}

//! The JSON of a user's card, with personal data masked.

use crate::domain::HeldCard;
use crate::domain::member::ends_at;
use crate::http::controls::requests::{Masking, mask};
use jiff::Timestamp;
use ruhui_core::types::DateTime;
use serde_json::{Value, json};

/// Members whose values are personal data.
const PERSONAL: [&str; 3] = ["phone_number", "value", "user_chosen_values"];

/// Returns a card as the API shows it, with the facts that the API does not return.
pub(super) fn shown(held: &HeldCard, now: Timestamp, masking: Masking) -> Value {
    let mut user_card = json!(held.shown(now));
    if masking == Masking::On {
        mask_personal(&mut user_card, false);
    }
    let mut shown = json!({ "user_card": user_card });
    let optional = [
        ("point_balance", held.point_balance.map(|points| json!(points))),
        ("effective_since", held.effective_since.map(|time| json!(time))),
        ("ended_by", held.ended_by.map(|party| json!(party))),
        ("expire_time", ends_at(&held.card).map(|time| json!(DateTime::seconds(time)))),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            shown[name] = value;
        }
    }
    shown
}

/// Masks the texts of members with personal data.
fn mask_personal(value: &mut Value, is_personal: bool) {
    match value {
        Value::String(text) if is_personal => *text = mask::value(text),
        Value::Array(list) => list.iter_mut().for_each(|item| mask_personal(item, is_personal)),
        Value::Object(members) => {
            for (name, member) in members {
                mask_personal(member, is_personal || PERSONAL.contains(&name.as_str()));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_and_answers_are_masked_and_ids_are_not() {
        let mut card = json!({
            "openid": "obLatjnx9gnqzS4myYGmLZ7LgLBA",
            "user_card_code": "270281275473674879752720",
            "phone_number": "13912345678",
            "user_information": {
                "common_field_list": [{ "name": "USER_FORM_INFO_FLAG_NAME", "value": "张三" }],
                "custom_field_list": [{ "name": "喜好", "user_chosen_values": ["茶", "咖啡"] }],
            },
        });
        mask_personal(&mut card, false);
        let shown = json!({
            "openid": "obLatjnx9gnqzS4myYGmLZ7LgLBA",
            "user_card_code": "270281275473674879752720",
            "phone_number": "139****5678",
            "user_information": {
                "common_field_list": [{ "name": "USER_FORM_INFO_FLAG_NAME", "value": "***" }],
                "custom_field_list": [{ "name": "喜好", "user_chosen_values": ["***", "***"] }],
            },
        });
        assert_eq!(card, shown);
    }
}

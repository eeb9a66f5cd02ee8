//! The body of the control for what the user has entered. Empty fields are left out, so the control names those that are missing.

use super::questions::{Custom, JoinForm, PHONES, TYPED};
use crate::form::Entered;
use crate::visit::Visit;
use serde_json::{Value, json};

/// Returns the body of `POST /sandbox/join`.
pub(super) fn asked(visit: &Visit, form: &JoinForm, entered: &Entered) -> Value {
    let common = form.common_field_list.iter().filter_map(|name| {
        let value = common(name, entered);
        (!value.is_empty()).then(|| json!({ "name": name, "value": value }))
    });
    let custom = form.custom_field_list.iter().filter_map(|field| {
        let values = chosen(field, entered);
        (!values.is_empty()).then(|| json!({ "name": field.name, "user_chosen_values": values }))
    });
    let mut asked = json!({
        "token": visit.query("token"),
        "scene": visit.query("scene"),
        "user_information": {
            "common_field_list": common.collect::<Vec<_>>(),
            "custom_field_list": custom.collect::<Vec<_>>(),
        },
    });
    for (name, value) in [("openid", visit.query("openid")), ("phone_number", phone(entered))] {
        if !value.is_empty() {
            asked[name] = json!(value);
        }
    }
    asked
}

/// Returns the phone number: a test phone, or the one that was typed.
fn phone(entered: &Entered) -> &str {
    match entered.value("phone") {
        TYPED => entered.value("phone_typed").trim(),
        chosen => PHONES.into_iter().find(|phone| *phone == chosen).unwrap_or_default(),
    }
}

/// Returns the value of a common field. A city needs both of its parts.
fn common(name: &str, entered: &Entered) -> String {
    if name != "USER_FORM_FLAG_CITY" {
        return entered.value(name).trim().to_owned();
    }
    let [province, city] = ["province", "city"].map(|part| entered.value(part).trim());
    if province.is_empty() || city.is_empty() { String::new() } else { format!("{province},{city}") }
}

/// Returns the values that were chosen in a custom field.
fn chosen<'a>(field: &Custom, entered: &'a Entered) -> Vec<&'a str> {
    let name = field.input_name();
    entered.fields().filter(|(known, _)| *known == name).map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_is_province_and_city_with_a_comma() {
        let city = |province, city| {
            let entered = Entered::from([("province", province), ("city", city)]);
            common("USER_FORM_FLAG_CITY", &entered)
        };
        assert_eq!(city("广东省", " 深圳市 "), "广东省,深圳市");
        assert_eq!([city("广东省", ""), city("", "深圳市")], ["", ""]);
    }

    #[test]
    fn the_phone_is_a_test_phone_or_the_typed_one() {
        let phone_of = |chosen, typed| {
            let entered = Entered::from([("phone", chosen), ("phone_typed", typed)]);
            phone(&entered).to_owned()
        };
        assert_eq!(phone_of(PHONES[1], "1"), PHONES[1]);
        assert_eq!(phone_of(TYPED, " 13812345678 "), "13812345678");
        assert_eq!([phone_of(TYPED, ""), phone_of("110", ""), phone_of("", "1")], ["", "", ""]);
    }
}

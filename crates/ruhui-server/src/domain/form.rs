//! Forms (list F of the documents): what a template may ask.

use ruhui_core::api::card_member::UserForm;
use ruhui_core::api::{Row, rows};

/// The most values that a custom field offers.
const MOST_VALUES: usize = 10;

/// Checks what a template asks of a user who joins.
///
/// # Errors
///
/// The first row of list F that applies.
pub fn check_form(form: &UserForm) -> Result<(), &'static Row> {
    let UserForm { common_field_list, custom_field_list } = form;
    if has_repeated(common_field_list) {
        return Err(&rows::COMMON_FIELD_REPEATED);
    }
    let names: Vec<_> = custom_field_list.iter().map(|field| &field.name).collect();
    if has_repeated(&names) {
        return Err(&rows::CUSTOM_FIELD_REPEATED);
    }
    if custom_field_list.len() > 1 {
        return Err(&rows::CUSTOM_FIELDS_TOO_MANY);
    }
    for field in custom_field_list {
        if !(1..=MOST_VALUES).contains(&field.values.len()) {
            return Err(&rows::CUSTOM_VALUES_COUNT);
        }
        if has_repeated(&field.values) {
            return Err(&rows::CHOSEN_VALUE_ILLEGAL);
        }
    }
    Ok(())
}

/// Whether something is there more than once.
fn has_repeated<T: Ord>(items: &[T]) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    !items.iter().all(|item| seen.insert(item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruhui_core::api::card_member::{CommonFieldName, CustomField, CustomFieldType};
    use ruhui_core::types::Text;

    /// A form that asks for a sex and offers one choice of these values.
    fn form(values: &[&str]) -> UserForm {
        UserForm {
            common_field_list: vec![CommonFieldName::Sex],
            custom_field_list: vec![custom("爱好", values)],
        }
    }

    fn custom(name: &str, values: &[&str]) -> CustomField {
        CustomField {
            kind: CustomFieldType::CheckBox,
            name: Text::new(name).unwrap(),
            values: values.iter().map(|value| Text::new(*value).unwrap()).collect(),
        }
    }

    const TEN: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

    #[test]
    fn good_forms_pass() {
        assert_eq!(check_form(&UserForm::default()), Ok(()));
        assert_eq!(check_form(&form(&["茶"])), Ok(()));
        assert_eq!(check_form(&form(&TEN)), Ok(()));
        let all = UserForm { common_field_list: CommonFieldName::ALL.to_vec(), ..UserForm::default() };
        assert_eq!(check_form(&all), Ok(()));
    }

    #[test]
    fn common_field_repeated() {
        let mut form = form(&["茶"]);
        form.common_field_list.push(CommonFieldName::Name);
        form.common_field_list.push(CommonFieldName::Sex);
        assert_eq!(check_form(&form), Err(&rows::COMMON_FIELD_REPEATED));
    }

    #[test]
    fn custom_field_repeated() {
        let mut form = form(&["茶"]);
        form.custom_field_list.push(custom("爱好", &["酒"]));
        assert_eq!(check_form(&form), Err(&rows::CUSTOM_FIELD_REPEATED));
    }

    #[test]
    fn custom_fields_too_many() {
        let mut form = form(&["茶"]);
        form.custom_field_list.push(custom("口味", &["甜"]));
        assert_eq!(check_form(&form), Err(&rows::CUSTOM_FIELDS_TOO_MANY));
    }

    #[test]
    fn custom_values_count() {
        assert_eq!(check_form(&form(&[])), Err(&rows::CUSTOM_VALUES_COUNT));
        let eleven = [&TEN[..], &["11"]].concat();
        assert_eq!(check_form(&form(&eleven)), Err(&rows::CUSTOM_VALUES_COUNT));
    }

    #[test]
    fn chosen_value_illegal() {
        assert_eq!(check_form(&form(&["茶", "酒", "茶"])), Err(&rows::CHOSEN_VALUE_ILLEGAL));
    }
}

//! Forms that a user fills in to join (list F of the documents): rules for a template's questions and for a
//! user's answers.

use jiff::civil::Date;
use ruhui_core::api::card_member::{
    CommonFieldName, CommonFieldValue, CustomField, CustomFieldType, CustomFieldValue, UserForm,
    UserInformation,
};
use ruhui_core::api::{Row, rows};

/// Checks the questions of a template.
///
/// # Errors
///
/// The first row of list F that applies.
pub fn check_form(form: &UserForm) -> Result<(), &'static Row> {
    let UserForm { common_field_list, custom_field_list, .. } = form;
    if first_repeated(common_field_list).is_some() {
        return Err(&rows::COMMON_FIELD_REPEATED);
    }
    let names: Vec<_> = custom_field_list.iter().map(|field| &field.name).collect();
    if first_repeated(&names).is_some() {
        return Err(&rows::CUSTOM_FIELD_REPEATED);
    }
    if custom_field_list.len() > 1 {
        return Err(&rows::CUSTOM_FIELDS_TOO_MANY);
    }
    for field in custom_field_list {
        if !(1..=CustomField::MAX_CHOICES).contains(&field.values.len()) {
            return Err(&rows::CUSTOM_VALUES_COUNT);
        }
        if first_repeated(&field.values).is_some() {
            return Err(&rows::CHOSEN_VALUE_ILLEGAL);
        }
    }
    Ok(())
}

/// An answer that is not valid for its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongAnswer {
    /// The row of list F.
    pub row: &'static Row,
    /// The field: the flag of a common field, or the name of a custom field.
    pub field: String,
}

impl WrongAnswer {
    fn new(row: &'static Row, field: &str) -> Self {
        Self { row, field: field.to_owned() }
    }
}

/// Checks a user's answers against a template's form; `None` if the template has no form. Questions may stay
/// unanswered.
///
/// # Errors
///
/// The first row of list F that applies, with the field.
pub fn check_answers(answers: &UserInformation, form: Option<&UserForm>) -> Result<(), WrongAnswer> {
    let UserInformation { common_field_list, custom_field_list, .. } = answers;
    let names: Vec<_> = common_field_list.iter().map(|field| &field.name).collect();
    if let Some(name) = first_repeated(&names) {
        return Err(WrongAnswer::new(&rows::COMMON_FIELD_REPEATED, name.as_str()));
    }
    let names: Vec<_> = custom_field_list.iter().map(|field| &field.name).collect();
    if let Some(name) = first_repeated(&names) {
        return Err(WrongAnswer::new(&rows::CUSTOM_FIELD_REPEATED, name.as_str()));
    }
    if let [_, second, ..] = &names[..] {
        return Err(WrongAnswer::new(&rows::CUSTOM_FIELDS_TOO_MANY, second.as_str()));
    }
    for answer in common_field_list {
        let is_asked = form.is_some_and(|form| form.common_field_list.contains(&answer.name));
        let checked = if is_asked { check_common(answer) } else { Err(&rows::COMMON_FIELD_UNDEFINED) };
        checked.map_err(|row| WrongAnswer::new(row, answer.name.as_str()))?;
    }
    for answer in custom_field_list {
        let asked =
            form.and_then(|form| form.custom_field_list.iter().find(|field| field.name == answer.name));
        let checked =
            asked.ok_or(&rows::CUSTOM_FIELD_UNDEFINED).and_then(|asked| check_custom(answer, asked));
        checked.map_err(|row| WrongAnswer::new(row, answer.name.as_str()))?;
    }
    Ok(())
}

/// Largest plaintext in bytes that RSAES-OAEP with SHA-1 encrypts under 2048 bits (RFC 8017, section 7.1.1).
const SEALABLE: usize = 214;

/// Returns the field name of the first answer that is too long to be encrypted in a response. Answers in API
/// requests are never too long: they arrived encrypted.
pub fn first_too_long(answers: &UserInformation) -> Option<String> {
    let is_too_long = |answer: &&CommonFieldValue| answer.value.as_str().len() > SEALABLE;
    answers.common_field_list.iter().find(is_too_long).map(|answer| answer.name.as_str().to_owned())
}

/// Returns the name of the first field of the form without an answer.
pub fn first_unanswered(answers: &UserInformation, form: &UserForm) -> Option<String> {
    let common = form
        .common_field_list
        .iter()
        .find(|name| !answers.common_field_list.iter().any(|answer| answer.name == **name));
    let custom = form
        .custom_field_list
        .iter()
        .find(|field| !answers.custom_field_list.iter().any(|answer| answer.name == field.name));
    let common = common.map(|name| name.as_str().to_owned());
    common.or_else(|| custom.map(|field| field.name.as_str().to_owned()))
}

fn check_common(answer: &CommonFieldValue) -> Result<(), &'static Row> {
    let value = answer.value.as_str();
    match answer.name {
        CommonFieldName::Sex if !matches!(value, "男" | "女") => Err(&rows::SEX_FORMAT),
        CommonFieldName::Birthday if !is_date(value) => Err(&rows::BIRTHDAY_FORMAT),
        CommonFieldName::Email if !is_email(value) => Err(&rows::EMAIL_FORMAT),
        _ => Ok(()),
    }
}

/// Whether the text is a calendar date as `yyyy-MM-dd`, without anything around it.
fn is_date(text: &str) -> bool {
    let digits = text.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    text.len() == 10 && digits && text.parse::<Date>().is_ok()
}

/// Whether the text has a name before the last `@`, and a domain of at least two labels after it.
fn is_email(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let is_name = |name: &str| !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '@');
    text.rsplit_once('@').is_some_and(|(name, domain)| {
        is_name(name) && domain.contains('.') && domain.split('.').all(is_label)
    })
}

fn check_custom(answer: &CustomFieldValue, asked: &CustomField) -> Result<(), &'static Row> {
    let chosen = &answer.user_chosen_values;
    if !(1..=CustomField::MAX_CHOICES).contains(&chosen.len()) {
        return Err(&rows::CUSTOM_VALUES_COUNT);
    }
    let texts: Vec<_> = chosen.iter().map(|value| value.as_str()).collect();
    let is_one_too_many = asked.kind == CustomFieldType::Radio && texts.len() > 1;
    let is_offered = |text: &&str| asked.values.iter().any(|value| value.as_str() == *text);
    if is_one_too_many || first_repeated(&texts).is_some() || !texts.iter().all(is_offered) {
        Err(&rows::CHOSEN_VALUE_ILLEGAL)
    } else {
        Ok(())
    }
}

/// Returns the first item that the list has a second time.
fn first_repeated<T: Ord>(items: &[T]) -> Option<&T> {
    let mut seen = std::collections::BTreeSet::new();
    items.iter().find(|item| !seen.insert(*item))
}

#[cfg(test)]
mod tests;

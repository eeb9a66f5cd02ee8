//! The rows of the form: the fields that a template asks for, with their documented limits.

use super::mistake::{Mistake, Place};
use super::questions::{Custom, JoinForm};
use super::texts::JoinTexts;
use crate::form::Entered;

/// Most characters of the value of a common field (page 4015283692).
const VALUE_LIMIT: usize = 128;

/// A row of the form.
pub(super) struct Row {
    pub(super) id: String,
    /// Name of the input.
    pub(super) name: String,
    pub(super) label: String,
    pub(super) hint: &'static str,
    pub(super) kind: RowKind,
    pub(super) mistake: Option<Mistake>,
}

/// The input of a row, with the values that were entered.
pub(super) enum RowKind {
    /// A text of one line: the type of its input, its most characters, the browser's name for its content.
    Line {
        kind: &'static str,
        limit: usize,
        autocomplete: &'static str,
        value: String,
    },
    Date(String),
    City {
        province: String,
        city: String,
    },
    /// One of the values, or several.
    Choices {
        is_many: bool,
        choices: Vec<Choice>,
    },
}

/// A value that can be chosen.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

/// Returns the rows of a form, with the values that were entered and the mistake at its field.
pub(super) fn rows(
    form: &JoinForm,
    entered: &Entered,
    mistake: &mut Option<Mistake>,
    t: &'static JoinTexts,
) -> Vec<Row> {
    let common = form.common_field_list.iter().map(|name| common(name, entered, t));
    let custom = form.custom_field_list.iter().map(|field| custom(field, entered, t));
    let rows = common.chain(custom).enumerate();
    rows.map(|(index, (place, row))| {
        let is_here = mistake.as_ref().is_some_and(|mistake| mistake.place == place);
        Row { id: format!("row-{index}"), mistake: if is_here { mistake.take() } else { None }, ..row }
    })
    .collect()
}

fn common(name: &str, entered: &Entered, t: &'static JoinTexts) -> (Place, Row) {
    let value = entered.value(name).to_owned();
    let line =
        |kind, autocomplete| RowKind::Line { kind, limit: VALUE_LIMIT, autocomplete, value: value.clone() };
    let (label, hint, kind) = match name {
        "USER_FORM_FLAG_SEX" => {
            let choice = |value: &str, label: &str| Choice {
                value: value.to_owned(),
                label: label.to_owned(),
                is_chosen: entered.value(name) == value,
            };
            let choices = vec![choice("男", t.male), choice("女", t.female)];
            (t.sex, "", RowKind::Choices { is_many: false, choices })
        }
        "USER_FORM_FLAG_NAME" => (t.name, "", line("text", "name")),
        "USER_FORM_FLAG_BIRTHDAY" => (t.birthday, "", RowKind::Date(value)),
        "USER_FORM_FLAG_ADDRESS" => (t.address, "", line("text", "street-address")),
        "USER_FORM_FLAG_EMAIL" => (t.email, "", line("email", "email")),
        "USER_FORM_FLAG_CITY" => {
            let [province, city] = ["province", "city"].map(|part| entered.value(part).to_owned());
            (t.city, "", RowKind::City { province, city })
        }
        unknown => (unknown, t.unknown_field, line("text", "off")),
    };
    let row =
        Row { id: String::new(), name: name.to_owned(), label: label.to_owned(), hint, kind, mistake: None };
    (Place::Common(name.to_owned()), row)
}

fn custom(field: &Custom, entered: &Entered, t: &'static JoinTexts) -> (Place, Row) {
    let name = field.input_name();
    let is_chosen = |value: &str| entered.fields().any(|(known, entered)| known == name && entered == value);
    let choices = field.values.iter().map(|value| Choice {
        is_chosen: is_chosen(value),
        value: value.clone(),
        label: value.clone(),
    });
    let is_many = field.kind == "CHECK_BOX";
    let kind = RowKind::Choices { is_many, choices: choices.collect() };
    let hint = if is_many { t.choose_several } else { "" };
    let label = field.name.clone();
    (Place::Custom(label.clone()), Row { id: String::new(), name, label, hint, kind, mistake: None })
}

//! Forms whose fields become the members of a request to the API.
//!
//! A page fills a form with the present values, or with those that were entered, if the API rejected them. Members that
//! seldom change are one field with JSON.

use crate::language::Language;
use crate::problem::Problem;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Values that a form has sent.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Entered(Vec<(String, String)>);

impl Entered {
    /// Sets the value of a field.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value));
    }

    /// Returns the value of a field; empty if the form has none.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// Returns names and values of all fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.fields().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Entered {
    fn from(fields: [(&str, &str); N]) -> Self {
        Self(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

/// A field of a form.
pub(crate) struct Field {
    /// Name of the member; of the form's field, too.
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) kind: FieldKind,
    pub(crate) value: String,
    pub(crate) is_required: bool,
}

/// Kind of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text,
    Color,
    Number,
    /// A time with its offset, as the API writes it.
    Time,
    /// A text of several lines.
    Lines,
    /// One of these values.
    Choice(&'static [&'static str]),
    /// Further members as JSON.
    Json,
}

impl Field {
    pub(crate) fn new(
        name: &'static str,
        label: &'static str,
        kind: FieldKind,
        value: impl Into<String>,
    ) -> Self {
        Self { name, label, kind, value: value.into(), is_required: false }
    }

    pub(crate) fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub(crate) fn choices(&self) -> &'static [&'static str] {
        match self.kind {
            FieldKind::Choice(values) => values,
            _ => &[],
        }
    }
}

/// Puts the values that were entered into the fields.
pub(crate) fn refill(fields: &mut [Field], entered: &Entered) {
    for field in fields {
        if let Some(value) = entered.find(field.name) {
            value.clone_into(&mut field.value);
        }
    }
}

/// Returns the members that the fields stand for. Empty fields have none.
///
/// # Errors
///
/// The field with JSON is no object.
pub(crate) fn members(fields: &[Field], language: Language) -> Result<Map<String, Value>, NotAnObject> {
    let mut members = Map::new();
    for field in fields.iter().filter(|field| !field.value.trim().is_empty()) {
        let value = field.value.replace("\r\n", "\n");
        match field.kind {
            FieldKind::Json => match serde_json::from_str(&value) {
                Ok(Value::Object(more)) => members.extend(more),
                Ok(_) => return Err(not_json(field.label, None, language)),
                Err(error) => return Err(not_json(field.label, Some(&error), language)),
            },
            FieldKind::Number => {
                members.insert(field.name.to_owned(), number(&value));
            }
            _ => {
                members.insert(field.name.to_owned(), Value::from(value));
            }
        }
    }
    Ok(members)
}

/// Returns a number that was entered. A text that is no number goes to the API as it is, which names it in its error.
pub(crate) fn number(entered: &str) -> Value {
    entered.trim().parse::<i64>().map_or_else(|_| Value::from(entered.trim()), Value::from)
}

/// Leaves out the members that have the same value in `present`.
pub(crate) fn without_unchanged(members: &mut Map<String, Value>, present: &Value) {
    members.retain(|name, value| present.get(name) != Some(value));
}

/// Returns these members of an object as JSON for a field.
pub(crate) fn json_of(object: &Value, names: &[&str]) -> String {
    let members: Map<String, Value> =
        names.iter().filter_map(|name| Some(((*name).to_owned(), object.get(*name)?.clone()))).collect();
    serde_json::to_string_pretty(&members).unwrap_or_default()
}

/// The field with JSON is no object: a sentence in the visitor's language.
#[derive(Debug)]
pub(crate) struct NotAnObject(String);

impl From<NotAnObject> for Problem {
    fn from(NotAnObject(message): NotAnObject) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", message)
    }
}

fn not_json(label: &str, error: Option<&serde_json::Error>, language: Language) -> NotAnObject {
    let place = error.map_or_else(String::new, |error| {
        let (line, column) = (error.line(), error.column());
        language.pick(format!(" (line {line}, column {column})"), format!("（第 {line} 行第 {column} 列）"))
    });
    NotAnObject(language.pick(
        format!("the field \"{label}\" is not a JSON object{place}"),
        format!("“{label}”不是 JSON 对象{place}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(text: &str, number: &str, more: &str) -> Vec<Field> {
        vec![
            Field::new("title", "Title", FieldKind::Text, text),
            Field::new("total", "Total", FieldKind::Number, number),
            Field::new("more", "More", FieldKind::Json, more),
        ]
    }

    #[test]
    fn fields_become_members() {
        let made = |text, number, more| members(&fields(text, number, more), Language::English);
        let all = made("a\r\nb", "5", r#"{"x":{"y":1}}"#).unwrap();
        assert_eq!(Value::Object(all), json!({ "title": "a\nb", "total": 5, "x": { "y": 1 } }));
        assert_eq!(Value::Object(made(" ", "five", "").unwrap()), json!({ "total": "five" }));
        let wrong = made("", "", "{\"x\":\n}").unwrap_err();
        assert_eq!(wrong.0, "the field \"More\" is not a JSON object (line 2, column 1)");
        assert!(made("", "", "[]").is_err());
    }

    #[test]
    fn unchanged_members_are_left_out_and_entered_values_stay() {
        let mut changed = members(&fields("a", "5", ""), Language::Chinese).unwrap();
        without_unchanged(&mut changed, &json!({ "title": "a", "total": 6 }));
        assert_eq!(Value::Object(changed), json!({ "total": 5 }));
        let mut form = fields("a", "5", "");
        refill(&mut form, &Entered::from([("title", "<b>"), ("other", "x")]));
        assert_eq!((form[0].value.as_str(), form[1].value.as_str()), ("<b>", "5"));
    }
}

//! Printing of received events, with personal data masked.

use crate::cli::Output;
use crate::language::Language;
use crate::output::{self, printable};
use ruhui::notify::Received;
use ruhui::wire;
use serde_json::{Value, json};
use std::io;

pub(super) struct Show {
    pub(super) output: Output,
    pub(super) show_sensitive: bool,
    pub(super) language: Language,
}

impl Show {
    /// Prints an event in one write, so that two concurrent events do not mix.
    pub(super) fn event(&self, received: &Received) -> io::Result<()> {
        let mut resource = plain(received);
        if !self.show_sensitive {
            match &mut resource {
                // The resource is not JSON, so the position of personal data in it is not known: the whole text
                // is masked.
                Value::String(text) if received.event.kind().is_some() => *text = "***".to_owned(),
                resource => mask(resource),
            }
        }
        let text = match self.output {
            // One line for each event, since the next event may come a day later.
            Output::Json => {
                let mut event = json!({
                    "id": received.id,
                    "create_time": received.create_time,
                    "event_type": received.event_type,
                    "summary": received.summary,
                    "resource": resource,
                });
                if !received.invalid_fields.is_empty() {
                    event["not_as_documented"] =
                        received.invalid_fields.iter().map(ToString::to_string).collect();
                }
                event.to_string()
            }
            Output::Text => match invalid_fields(received, self.language) {
                None => text(received, &resource),
                Some(line) => format!("{}\n{line}", text(received, &resource)),
            },
        };
        output::line(&text)
    }
}

/// Returns the resource as JSON, or as a text if it is not JSON.
pub(super) fn plain(received: &Received) -> Value {
    let text = || Value::String(String::from_utf8_lossy(received.resource()).into_owned());
    wire::decode_response(received.resource(), None).unwrap_or_else(|_| text())
}

/// Returns one line that lists the members that differ from the documents. `None` if the event is as
/// documented.
fn invalid_fields(received: &Received, language: Language) -> Option<String> {
    if received.invalid_fields.is_empty() {
        return None;
    }
    let invalid_fields = received.invalid_fields.iter();
    let line = match language {
        Language::English => {
            let said: Vec<_> = invalid_fields.map(|invalid_field| format!("{invalid_field}")).collect();
            format!("not as documented: {}", said.join("; "))
        }
        Language::Chinese => {
            let said: Vec<_> = invalid_fields.map(|invalid_field| format!("{invalid_field:#}")).collect();
            format!("与文档不符：{}", said.join("；"))
        }
    };
    Some(printable(&line))
}

fn text(received: &Received, resource: &Value) -> String {
    let mut pairs = vec![("id".to_owned(), printable(&received.id))];
    match resource {
        Value::Object(members) => {
            pairs.extend(members.iter().map(|(name, value)| (printable(name), shown(value))))
        }
        other => pairs.push(("resource".to_owned(), shown(other))),
    }
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let time = received.create_time.map(|time| format!("{time} ")).unwrap_or_default();
    let head = format!("{time}{} {}", received.event_type, received.summary);
    format!("{}\n{}", printable(head.trim_end()), output::columns_of(&pairs))
}

fn shown(value: &Value) -> String {
    printable(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Masks phone numbers and the data that users filled in, at any depth.
fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "phone_number" => hide(value, phone),
                    "value" | "user_chosen_values" => hide(value, |_| "***".to_owned()),
                    _ => mask(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

fn hide(value: &mut Value, how: fn(&str) -> String) {
    match value {
        Value::String(text) if text.is_empty() => {}
        Value::Null => {}
        Value::String(text) => *text = how(text),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, how)),
        other => *other = Value::String("***".to_owned()),
    }
}

/// Masks a phone number in the usual form, `139****1234`. A shorter number is masked in full.
fn phone(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() >= 11 {
        let (head, tail) = (&characters[..3], &characters[characters.len() - 4..]);
        format!("{}****{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
    } else {
        "***".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_personal_is_masked_wherever_it_stands() {
        let mut resource = json!({
            "phone_number": "13900001234",
            "level": "1",
            "user_information": {
                "common_field_list": [{ "name": "USER_FORM_FLAG_NAME", "value": "张三" }],
                "custom_field_list": [{ "name": "运动", "user_chosen_values": ["足球", ""] }],
            },
            "new": { "phone_number": 13900001234_u64, "value": null },
            "list": [{ "phone_number": "1234567" }, { "phone_number": "" }],
        });
        mask(&mut resource);
        assert_eq!(
            resource,
            json!({
                "phone_number": "139****1234",
                "level": "1",
                "user_information": {
                    "common_field_list": [{ "name": "USER_FORM_FLAG_NAME", "value": "***" }],
                    "custom_field_list": [{ "name": "运动", "user_chosen_values": ["***", ""] }],
                },
                "new": { "phone_number": "***", "value": null },
                "list": [{ "phone_number": "***" }, { "phone_number": "" }],
            })
        );
    }

    #[test]
    fn nothing_moves_the_cursor() {
        assert_eq!(printable("a\u{1b}[2J\r\n会员"), r"a\u{1b}[2J\r\n会员");
    }
}

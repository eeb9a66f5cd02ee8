//! Bodies that were signed or sent in a format other than JSON: forms, and maps as languages print them.

use super::body::{bodies, json};
use super::json::{COMPACT, Json};
use super::parts::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters that forms do not encode.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*');
/// Characters that `encodeURIComponent` does not encode.
const COMPONENT: &AsciiSet = &FORM.remove(b'~').remove(b'!').remove(b'\'').remove(b'(').remove(b')');

/// Returns the members of a flat object as pairs of plain texts.
fn pairs(json: &Json<'_>) -> Option<Vec<(String, String)>> {
    let Json::Object(members) = json else { return None };
    let pair = |(name, value): &(std::borrow::Cow<'_, str>, Json<'_>)| {
        let value = match value {
            Json::Scalar(token) => Json::plain(token),
            nested => nested.write(&COMPACT),
        };
        (Json::plain(name), value)
    };
    Some(members.iter().map(pair).collect())
}

/// A form was signed: `a=1&b=2`, in the order of the members and sorted, encoded and not.
pub(super) fn form(parts: &Parts) -> Vec<Parts> {
    let Some(mut pairs) = json(parts).as_ref().and_then(pairs) else { return Vec::new() };
    let mut all = Vec::new();
    for _ in 0..2 {
        let join = |encode: &dyn Fn(&str) -> String| {
            let each = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
            each.collect::<Vec<_>>().join("&")
        };
        let form = |text: &str| utf8_percent_encode(text, FORM).to_string().replace("%20", "+");
        all.extend([
            join(&str::to_owned),
            join(&form),
            join(&|text| utf8_percent_encode(text, COMPONENT).to_string()),
        ]);
        pairs.sort();
    }
    bodies(parts, all)
}

/// A form was sent, and the JSON of its fields was signed.
pub(super) fn form_sent(parts: &Parts) -> Vec<Parts> {
    let text = parts.text().filter(|text| text.contains('=') && !text.starts_with(['{', '[']));
    let Some(fields) = text.and_then(|text| serde_urlencoded::from_str::<Vec<(String, String)>>(text).ok())
    else {
        return Vec::new();
    };
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let member = |(name, value): &(String, String)| format!("{}:{}", text(name), text(value));
    bodies(parts, [format!("{{{}}}", fields.iter().map(member).collect::<Vec<_>>().join(","))])
}

/// The whole JSON was percent-encoded before it was signed.
pub(super) fn percent_encoded(parts: &Parts) -> Vec<Parts> {
    let Some(text) = parts.text() else { return Vec::new() };
    let component = utf8_percent_encode(text, COMPONENT).to_string();
    let form = utf8_percent_encode(text, FORM).to_string();
    bodies(parts, [component, form.replace("%20", "+"), form])
}

/// A map or an object was signed as a language prints it.
pub(super) fn printed(parts: &Parts) -> Vec<Parts> {
    let Some(json) = json(parts) else { return Vec::new() };
    let languages = [JAVA, PYTHON, RUBY, RUBY_3_4, GO];
    let printed = languages.iter().map(|language| language.print(&json));
    bodies(parts, printed.chain(["[object Object]", "Array", "Object"].map(str::to_owned)))
}

/// Syntax in which a language prints a map.
struct Language {
    open: &'static str,
    close: &'static str,
    arrow: &'static str,
    comma: &'static str,
    list: (&'static str, &'static str),
    /// Quote around texts.
    quote: &'static str,
    words: [&'static str; 3],
    sorted: bool,
}

const JAVA: Language = Language {
    open: "{",
    close: "}",
    arrow: "=",
    comma: ", ",
    list: ("[", "]"),
    quote: "",
    words: ["null", "true", "false"],
    sorted: false,
};
const PYTHON: Language = Language { arrow: ": ", quote: "'", words: ["None", "True", "False"], ..JAVA };
const RUBY: Language = Language { arrow: "=>", quote: "\"", words: ["nil", "true", "false"], ..JAVA };
const RUBY_3_4: Language = Language { arrow: " => ", ..RUBY };
const GO: Language = Language {
    open: "map[",
    close: "]",
    arrow: ":",
    comma: " ",
    words: ["<nil>", "true", "false"],
    sorted: true,
    ..JAVA
};

impl Language {
    fn print(&self, json: &Json<'_>) -> String {
        match json {
            Json::Scalar(token) if token.starts_with('"') => self.text(token),
            Json::Scalar(token) => match &**token {
                "null" => self.words[0].to_owned(),
                "true" => self.words[1].to_owned(),
                "false" => self.words[2].to_owned(),
                number => number.to_owned(),
            },
            Json::Array(items) => {
                let items: Vec<_> = items.iter().map(|item| self.print(item)).collect();
                format!("{}{}{}", self.list.0, items.join(self.comma), self.list.1)
            }
            Json::Object(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| format!("{}{}{}", self.text(name), self.arrow, self.print(value)))
                    .collect();
                if self.sorted {
                    members.sort();
                }
                format!("{}{}{}", self.open, members.join(self.comma), self.close)
            }
        }
    }

    fn text(&self, token: &str) -> String {
        let plain = Json::plain(token);
        let escaped = |quote: &str| {
            let text = plain.replace('\\', "\\\\").replace('\n', "\\n").replace(quote, &format!("\\{quote}"));
            format!("{quote}{text}{quote}")
        };
        match self.quote {
            "" => plain,
            // Python uses the other quote if that saves a backslash.
            "'" if plain.contains('\'') && !plain.contains('"') => escaped("\""),
            quote => escaped(quote),
        }
    }
}

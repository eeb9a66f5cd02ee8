//! Fields of a request as users type them: `brand_id=1004`, `limit=20`,
//! `valid_date_information.type=PERMANENT`, `member_information:={…}`, `benefits=@file`.

use crate::input;
use crate::language::Language;
use anyhow::{anyhow, bail};
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// A field, and the value that it is set to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Path to the field: the names and indexes from the request's top level.
    path: Vec<String>,
    given: Given,
}

#[derive(Debug, Clone, PartialEq)]
enum Given {
    Text(String),
    /// The contents of a text file.
    File(PathBuf),
    Json(Value),
    /// The contents of a JSON file.
    JsonFile(PathBuf),
}

impl Field {
    pub(crate) fn parse(text: &str) -> Result<Self, (&'static str, &'static str)> {
        const FORM: (&str, &str) = (
            "it must be field=text, field=@file or field:=JSON",
            "须为 field=文本、field=@文件 或 field:=JSON 的形式",
        );
        const NOT_JSON: (&str, &str) =
            ("this is no JSON; a text is field=text", "不是 JSON；文本请写成 field=文本");
        let (name, given) = text.split_once('=').ok_or(FORM)?;
        let (name, given) = match (name.strip_suffix(':'), given.strip_prefix('@')) {
            (None, None) => (name, Given::Text(given.to_owned())),
            (None, Some(path)) => (name, Given::File(path.into())),
            (Some(name), Some(path)) => (name, Given::JsonFile(path.into())),
            (Some(name), None) => (name, Given::Json(serde_json::from_str(given).map_err(|_| NOT_JSON)?)),
        };
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        let is_step = |step: &String| {
            !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if !path.iter().all(is_step) {
            return Err(FORM);
        }
        Ok(Self { path, given })
    }

    /// Returns the file that this field takes its text from, if the field has this name.
    pub(crate) fn file(&self, name: &str) -> Option<&Path> {
        match (&self.path[..], &self.given) {
            ([only], Given::File(path)) if only == name => Some(path),
            _ => None,
        }
    }

    fn value(&self, language: Language) -> anyhow::Result<Value> {
        match &self.given {
            Given::Text(text) => Ok(Value::String(text.clone())),
            Given::Json(value) => Ok(value.clone()),
            Given::File(path) => {
                let bytes = input::file(path, language)?;
                let text = String::from_utf8(bytes).map_err(|_| {
                    let path = path.display();
                    anyhow!(language.pick(format!("{path} is not UTF-8"), format!("{path} 不是 UTF-8 编码")))
                })?;
                Ok(Value::String(text.trim_end_matches(['\r', '\n']).to_owned()))
            }
            Given::JsonFile(path) => {
                json(&input::file(path, language)?, &path.display().to_string(), language)
            }
        }
    }
}

/// Collects the fields of a request: the members of the JSON object `data`, overridden by `fields`.
pub(crate) fn gather(
    data: Option<&str>,
    fields: &[Field],
    language: Language,
) -> anyhow::Result<Map<String, Value>> {
    let mut all = Map::new();
    if let Some(data) = data {
        all = match json(&input::data(Some(data), language)?, "--data", language)? {
            Value::Object(members) => members,
            _ => bail!(language.pick("--data: an object is needed", "--data：需要一个 JSON 对象")),
        };
    }
    for field in fields {
        let value = field.value(language)?;
        let root = Value::Object(std::mem::take(&mut all));
        let changed = put(root, &field.path, value).ok_or_else(|| {
            let name = field.path.join(".");
            anyhow!(language.pick(
                format!("{name}: there is nothing that could have this field or item"),
                format!("{name}：此处不能有该字段或元素"),
            ))
        })?;
        if let Value::Object(members) = changed {
            all = members;
        }
    }
    Ok(all)
}

fn json(bytes: &[u8], about: &str, language: Language) -> anyhow::Result<Value> {
    // The error gives the position only, since the library's own message may show sensitive text.
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let (en, zh) = (
            format!("is not JSON at line {line}, column {column}"),
            format!("第 {line} 行第 {column} 列不是 JSON"),
        );
        language.say_of(about, &language.pick(en, zh))
    })
}

/// Returns `whole` with `value` at the end of `path`. A number in the path is the index of an existing item
/// of a list, or of a new last one. `None` if a step does not match the kind of value there.
fn put(whole: Value, path: &[String], value: Value) -> Option<Value> {
    let Some((step, rest)) = path.split_first() else { return Some(value) };
    let index = step.parse::<usize>().ok();
    match (whole, index) {
        (Value::Object(mut members), None) => {
            let member = members.get_mut(step).map(Value::take).unwrap_or_default();
            members.insert(step.clone(), put(member, rest, value)?);
            Some(Value::Object(members))
        }
        (Value::Array(mut items), Some(index)) if index <= items.len() => {
            if index == items.len() {
                items.push(Value::Null);
            }
            items[index] = put(items[index].take(), rest, value)?;
            Some(Value::Array(items))
        }
        (Value::Null, None) => put(Value::Object(Map::new()), path, value),
        (Value::Null, Some(_)) => put(Value::Array(Vec::new()), path, value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn gathered(data: Option<&str>, words: &[&str]) -> Result<Value, String> {
        let fields: Vec<Field> = words.iter().map(|word| Field::parse(word).unwrap()).collect();
        match gather(data, &fields, Language::English) {
            Ok(members) => Ok(Value::Object(members)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn words_become_an_object() {
        let words = [
            "card_id=c",
            "note=a=b:=c",
            "limit:=20",
            "empty=",
            "valid_date_information.type=PERMANENT",
            "user_information.common_field_list.0.name=N",
            "user_information.common_field_list.0.value=张三",
            "user_information.common_field_list.1:={\"name\":\"S\"}",
        ];
        assert_eq!(
            gathered(None, &words).unwrap(),
            json!({
                "card_id": "c",
                "note": "a=b:=c",
                "limit": 20,
                "empty": "",
                "valid_date_information": { "type": "PERMANENT" },
                "user_information": {
                    "common_field_list": [{ "name": "N", "value": "张三" }, { "name": "S" }]
                }
            })
        );
    }

    #[test]
    fn words_change_what_the_data_say() {
        let data = r#"{"a":1,"b":{"c":2,"d":3},"e":[1]}"#;
        let changed = gathered(Some(data), &["a=x", "b.c=y", "e.1=z", "f=new"]).unwrap();
        assert_eq!(changed, json!({ "a": "x", "b": { "c": "y", "d": 3 }, "e": [1, "z"], "f": "new" }));
    }

    #[test]
    fn what_fits_nowhere_is_said() {
        for words in [["a=1", "a.b=2"], ["a.0=1", "a.2=2"], ["a.b=1", "a.0=2"], ["a.0=1", "a.b=2"]] {
            let error = gathered(None, &words).unwrap_err();
            assert!(error.ends_with(": there is nothing that could have this field or item"), "{error}");
        }
        assert_eq!(gathered(Some("[]"), &[]).unwrap_err(), "--data: an object is needed");
        assert_eq!(gathered(Some("{"), &[]).unwrap_err(), "--data: is not JSON at line 1, column 1");
    }

    #[test]
    fn a_word_has_one_of_the_forms() {
        for word in ["card_id", "=x", ":=1", "a..b=1", ".a=1", "a-b=1", "a b=1", "会=1"] {
            let why = Field::parse(word).unwrap_err();
            assert_eq!(why.0, "it must be field=text, field=@file or field:=JSON", "{word}");
        }
        assert_eq!(Field::parse("a:=x").unwrap_err().0, "this is no JSON; a text is field=text");
        assert_eq!(Field::parse("file=@a.png").unwrap().file("file"), Some(Path::new("a.png")));
        assert_eq!(Field::parse("file=a.png").unwrap().file("file"), None);
    }
}

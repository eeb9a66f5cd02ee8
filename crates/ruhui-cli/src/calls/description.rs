//! Description of an endpoint with its fields: the help of `ruhui call NAME --help`, and an example.

use super::field_type::{of_type, type_name};
use super::{BRANDS, Known, defaults, examples, not_of_brands};
use crate::credentials::{Family, Setting};
use crate::language::Language;
use crate::wrap::indented;
use ruhui::api::{self, Endpoint, EndpointName, Location, Visitor};
use ruhui_core::schema::{self, Field, FieldType};
use serde_json::{Value, json};

/// Width of the help in columns of a terminal.
const WIDTH: usize = 80;
/// Columns by which the description of a field is indented.
const INDENT: usize = 10;

/// An endpoint and the fields of its request.
pub(crate) struct Description {
    known: Known,
    name: EndpointName,
    fields: Vec<Field>,
    uploads_file: bool,
}

impl Description {
    /// Returns the description of the endpoint of this name in the family that the name or `family` selects.
    pub(crate) fn of(
        name: &EndpointName,
        family: Option<Family>,
        language: Language,
    ) -> anyhow::Result<Self> {
        let family = family.or_else(|| name.family().map(Family::from)).unwrap_or(Family::Partner);
        let mut find = Find { name, family, found: None };
        api::visit(&mut find);
        find.found.ok_or_else(|| not_of_brands(name, language))
    }

    /// Returns the help for people.
    pub(crate) fn text(&self, language: Language) -> String {
        let Known { name, method, path, page, edition, .. } = &self.known;
        let mut text = format!("{}\n{method} {path}\n", capitalized(self.summary(language)));
        text += &language
            .pick(format!("{page} (edition of {edition})\n"), format!("{page}（文档版本 {edition}）\n"));
        let usage = language.pick("Usage: ", "用法：");
        text += &format!("\n{usage}ruhui call {name} [FIELD=VALUE]...\n");
        if self.uploads_file {
            text += language.pick("\nThe picture:\n", "\n图片：\n");
            text += language.pick("  file=@FILE (required)\n", "  file=@文件（必填）\n");
            text += &indented(
                language.pick(
                    "JPG, PNG or BMP, at most 2 MB. The fields below are taken from the file if they are missing.",
                    "JPG、PNG 或 BMP，最大 2 MB。以下字段未给出时由该文件得出。",
                ),
                INDENT,
                WIDTH,
            );
        }
        for (location, en, zh) in [
            (Location::Url, "In the path", "路径参数"),
            (Location::Query, "In the query", "查询参数"),
            (Location::Body, "In the body", "请求体"),
        ] {
            let mut fields = self.fields.iter().filter(|field| field.location == location).peekable();
            if fields.peek().is_some() {
                text += &language.pick(format!("\n{en}:\n"), format!("\n{zh}：\n"));
                fields.for_each(|field| self.describe(field, None, language, &mut text));
            }
        }
        if self.fields.is_empty() {
            text += language.pick("\nThe request has no fields.\n", "\n请求没有字段。\n");
        }
        text += language.pick(
            "\nExample, against a fresh sandbox (alone with `--example`):\n",
            "\n示例，可在新沙箱中直接执行（单独输出请用 `--example`）：\n",
        );
        for line in self.example().lines() {
            text += &format!("  {line}\n");
        }
        text += language.pick(
            "\n`ruhui call --help` describes how fields are written, and all options.\n",
            "\n字段的写法与全部选项见 `ruhui call --help`。\n",
        );
        text
    }

    /// Returns the description for programs.
    pub(crate) fn json(&self, language: Language) -> Value {
        let mut fields = Vec::new();
        self.fields.iter().for_each(|field| self.list(field, language, &mut fields));
        let Known { name, method, path, page, edition, family, .. } = &self.known;
        json!({
            "name": name,
            "family": family.as_str(),
            "method": method,
            "path": path,
            "summary": self.summary(language),
            "page": page,
            "edition": edition,
            "fields": fields,
            "example": self.example(),
        })
    }

    /// Returns an example for a shell.
    pub(crate) fn example(&self) -> String {
        let plain = self.known.name.strip_prefix(BRANDS).unwrap_or(self.known.name);
        examples::of(plain, self.known.family)
    }

    /// Returns the summary in `language`. A summary has the documents' name and an English text.
    fn summary(&self, language: Language) -> &'static str {
        let (chinese, english) = self.known.summary.split_once(": ").unwrap_or(("", self.known.summary));
        language.pick(english, chinese)
    }

    /// Adds the lines about a field and its inner fields. `within` is the object that holds it.
    fn describe(&self, field: &Field, within: Option<&Field>, language: Language, text: &mut String) {
        let required = match within {
            _ if !field.is_required || self.uploads_file => String::new(),
            Some(list) if matches!(list.value, FieldType::List(_)) => {
                language.pick(" (required per item)", "（每个元素必填）").to_owned()
            }
            Some(object) if !object.is_required => {
                let object = &object.path;
                language.pick(format!(" (required with {object})"), format!("（给出 {object} 时必填）"))
            }
            _ => language.pick(" (required)", "（必填）").to_owned(),
        };
        *text += &format!("  {}{required}\n", field.path);
        let mut kind = of_type(&field.value, language);
        if let Some(setting) = defaults::setting_of(&self.name, field) {
            kind += &default(setting, language);
        }
        let (between, stop) = language.pick((". ", "."), ("。", "。"));
        *text += &indented(
            &format!("{}{between}{}{stop}", self.about(field, language), capitalized(&kind)),
            INDENT,
            WIDTH,
        );
        field.fields.iter().for_each(|inner| self.describe(inner, Some(field), language, text));
    }

    fn about(&self, field: &Field, language: Language) -> String {
        let about = language.say(&field.about);
        let about = match language {
            Language::English => about,
            Language::Chinese if about.is_empty() => field.term.clone(),
            Language::Chinese => format!("{}：{about}", field.term),
        };
        about.trim_end_matches(['.', '。']).to_owned()
    }

    fn list(&self, field: &Field, language: Language, all: &mut Vec<Value>) {
        let default = defaults::setting_of(&self.name, field).map(Setting::variable);
        let mut shown = json!({
            "name": field.path,
            "required": field.is_required,
            "location": match field.location {
                Location::Url => "path",
                Location::Query => "query",
                _ => "body",
            },
            "type": type_name(&field.value),
        });
        match &field.value {
            FieldType::Text { most, is_encrypted } => {
                shown["max_length"] = json!(most);
                shown["encrypted"] = json!(is_encrypted);
            }
            FieldType::OneOf(values) => shown["values"] = json!(values),
            FieldType::Integer { least, most } => {
                shown["minimum"] = json!(least);
                shown["maximum"] = json!(most);
            }
            FieldType::List(items) => shown["items"] = json!(of_type(items, Language::English)),
            _ => {}
        }
        shown["default"] = json!(default);
        shown["description"] = json!(self.about(field, language));
        all.push(shown);
        field.fields.iter().for_each(|inner| self.list(inner, language, all));
    }
}

struct Find<'a> {
    name: &'a EndpointName,
    family: Family,
    found: Option<Description>,
}

impl Visitor for Find<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        if self.name.is::<E>(self.family.into()) {
            self.found = Some(Description {
                known: Known::of::<E>(),
                name: self.name.clone(),
                fields: schema::fields::<E>(),
                uploads_file: E::UPLOADS_FILE,
            });
        }
    }
}

/// Returns the sentence about the value of a missing field.
fn default(setting: Setting, language: Language) -> String {
    let given = setting.flag();
    language.pick(format!("; by default from {given} or the kit"), format!("；未给出时取自 {given} 或 kit"))
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls;
    use textwrap::core::display_width;

    fn each(language: Language) -> Vec<(Description, String)> {
        let names = calls::all().into_iter().map(|call| EndpointName::find(call.name).unwrap());
        names
            .map(|name| Description::of(&name, None, language).unwrap())
            .map(|described| {
                let text = described.text(language);
                (described, text)
            })
            .collect()
    }

    #[test]
    fn help_is_at_most_80_columns_wide_but_for_addresses_and_pictures() {
        for language in [Language::English, Language::Chinese] {
            for (_, text) in each(language) {
                for line in text.lines().filter(|line| !line.contains("https://") && !line.contains("iVBOR"))
                {
                    assert!(display_width(line) <= WIDTH, "{} columns: {line}", display_width(line));
                }
            }
        }
    }

    #[test]
    fn help_has_one_language() {
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for (described, text) in each(Language::English) {
            let text = text.replace(&described.example().replace('\n', "\n  "), "");
            assert!(!is_chinese(&text), "{text}");
        }
        for (described, text) in each(Language::Chinese) {
            for line in text.lines().filter(|line| line.starts_with(&" ".repeat(INDENT))) {
                let words = line.split_whitespace();
                let prose = words.filter(|word| word.chars().all(|c| c.is_ascii_lowercase()));
                assert!(is_chinese(line) || prose.count() < 3, "{}: {line}", described.known.name);
            }
        }
    }
}

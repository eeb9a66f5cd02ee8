//! Reads the fields of a request from its schema.

use super::field::{Field, FieldType};
use super::{DEFINITIONS, chinese, generator, settle};
use crate::api::{Endpoint, Location};
use crate::bilingual::Bilingual;
use crate::wire::is_path_parameter;
use http::Method;
use serde_json::{Map, Value};

/// Returns the fields of a request, in the order of the documents.
///
/// ```
/// use ruhui_core::api::card_member::ListUserCards;
/// use ruhui_core::schema::{FieldType, fields};
///
/// let fields = fields::<ListUserCards>();
/// let limit = fields.iter().find(|field| field.path == "limit").unwrap();
/// assert!(limit.is_required && limit.term == "分页大小");
/// assert_eq!(limit.value, FieldType::Integer { least: Some(1), most: Some(20) });
/// ```
pub fn fields<E: Endpoint>() -> Vec<Field> {
    let mut generator = generator();
    let mut schema = E::json_schema(&mut generator).to_value();
    let mut definitions = Value::Object(generator.take_definitions(true));
    settle(&mut schema);
    settle(&mut definitions);
    let location = |name: &str| match E::METHOD {
        _ if is_path_parameter::<E>(name) => Location::Url,
        Method::GET => Location::Query,
        _ => Location::Body,
    };
    Reader { definitions }.members(&schema, "", &location)
}

/// Reader of schemas, with the schemas that they refer to.
struct Reader {
    definitions: Value,
}

impl Reader {
    /// Returns the fields of an object's schema. `within` is the path of the object, with a dot at its end.
    fn members(&self, schema: &Value, within: &str, location: &dyn Fn(&str) -> Location) -> Vec<Field> {
        let none = Map::new();
        let members = schema["properties"].as_object().unwrap_or(&none).iter();
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        // The schema `false` is that of a field which the family's requests do not have.
        let members = members.filter(|(_, schema)| **schema != Value::Bool(false) && schema["not"].is_null());
        let field = |(name, schema): (&String, &Value)| {
            let path = format!("{within}{name}");
            let schema = self.whole(schema);
            let location = location(name);
            let (value, fields) = self.value(&schema, &path, location);
            let (term, about) = described(schema["description"].as_str().unwrap_or_default());
            let is_required = required.iter().any(|required| required == name);
            Field { path, term, about, is_required, location, value, fields }
        };
        members.map(field).collect()
    }

    /// Returns the type of a value, and the fields of an object or of a list's items.
    fn value(&self, schema: &Value, path: &str, location: Location) -> (FieldType, Vec<Field>) {
        let plain = schema.pointer("/x-encrypted/plain");
        let number = |name: &str| schema[name].as_u64();
        if let Some(values) = schema.pointer("/anyOf/0/enum").and_then(Value::as_array) {
            let values = values.iter().filter_map(Value::as_str).map(str::to_owned);
            return (FieldType::OneOf(values.collect()), Vec::new());
        }
        match schema["type"].as_str() {
            Some("object") => (FieldType::Object, self.members(schema, &format!("{path}."), &|_| location)),
            Some("array") => {
                let (items, fields) =
                    self.value(&self.whole(&schema["items"]), &format!("{path}.0"), location);
                (FieldType::List(Box::new(items)), fields)
            }
            // The largest number of a type is not a limit of the documents.
            Some("integer") => {
                let most = number("maximum").filter(|most| *most < u64::from(u32::MAX));
                (FieldType::Integer { least: number("minimum"), most }, Vec::new())
            }
            Some("boolean") => (FieldType::Boolean, Vec::new()),
            _ if schema["format"] == "date-time" => (FieldType::Time, Vec::new()),
            _ => {
                let most = plain.unwrap_or(schema)["maxLength"].as_u64();
                (FieldType::Text { most, is_encrypted: plain.is_some() }, Vec::new())
            }
        }
    }

    /// Returns a schema with the members of the one that it refers to. Its own members come first.
    fn whole(&self, schema: &Value) -> Value {
        let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(DEFINITIONS));
        let Some(Value::Object(referred)) = name.and_then(|name| self.definitions.get(name)) else {
            return schema.clone();
        };
        let mut whole = schema.as_object().cloned().unwrap_or_default();
        for (name, value) in referred {
            whole.entry(name).or_insert_with(|| value.clone());
        }
        Value::Object(whole)
    }
}

/// Splits a description into the documents' term and the text after it, in both languages. Without a colon there is
/// no term.
fn described(description: &str) -> (String, Bilingual) {
    let description = description.replace('\n', " ");
    let (term, about) = description.split_once(": ").unwrap_or(("", &description));
    let english = without_limit(about);
    let chinese = chinese::of(&english).unwrap_or_default();
    (term.to_owned(), Bilingual::new(english, chinese))
}

/// Removes the documents' notation of the largest length, which the schema has, too: `string(32)`.
fn without_limit(about: &str) -> String {
    const NOTATION: &str = "`string(";
    let cut = about.split_once(NOTATION).and_then(|(before, rest)| Some((before, rest.split_once(")`")?.1)));
    let (before, after) = cut.unwrap_or((about, ""));
    let after = after.strip_prefix(" each").unwrap_or(after);
    let after = after.strip_prefix(" in plain text").unwrap_or(after);
    let before = capitalized(before.trim_end());
    // The notation stands between a sentence and its continuation.
    match after.chars().next() {
        Some(mark @ (':' | ';')) => format!("{}{mark}{}", before.trim_end_matches('.'), &after[1..]),
        _ => {
            let after = capitalized(after.trim_start_matches('.').trim_start());
            [before, after].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::card_member::{
        ConfirmUserCard, CreateCardTemplate, CreateMembershipActivity, ImportUserCardByOpenid, QueryUserCard,
    };
    use crate::api::{self, Brand, Visitor};

    /// Calls `see` with each field of each request, inner ones included.
    fn every_field(see: &mut dyn FnMut(&'static str, &Field)) {
        struct All<'a>(&'a mut dyn FnMut(&'static str, &Field));
        fn below(name: &'static str, fields: &[Field], see: &mut dyn FnMut(&'static str, &Field)) {
            for field in fields {
                see(name, field);
                below(name, &field.fields, see);
            }
        }
        impl Visitor for All<'_> {
            fn endpoint<E: Endpoint>(&mut self) {
                below(E::NAME, &fields::<E>(), self.0);
            }
        }
        api::visit(&mut All(see));
    }

    fn field<E: Endpoint>(path: &str) -> Field {
        let mut all = fields::<E>();
        let steps: Vec<&str> = path.split('.').filter(|step| *step != "0").collect();
        for (index, step) in steps.iter().enumerate() {
            let found = all.into_iter().find(|field| field.name() == *step).unwrap();
            if index + 1 == steps.len() {
                assert_eq!(found.path, path);
                return found;
            }
            all = found.fields;
        }
        unreachable!()
    }

    #[test]
    fn each_field_has_a_description_in_both_languages() {
        let mut missing = Vec::new();
        every_field(&mut |name, field| {
            assert!(!field.term.is_empty() && !field.about.en().is_empty(), "{name} {}", field.path);
            assert!(!field.about.en().contains("string("), "{name} {}: {}", field.path, field.about);
            if chinese::of(field.about.en()).is_none() && !missing.contains(&field.about.en().to_owned()) {
                missing.push(field.about.en().to_owned());
            }
        });
        assert!(missing.is_empty(), "without Chinese:\n{}", missing.join("\n"));
    }

    #[test]
    fn each_translation_is_that_of_a_field() {
        let mut unused: Vec<&str> = chinese::ALL.iter().map(|(english, _)| *english).collect();
        every_field(&mut |_, field| unused.retain(|english| *english != field.about.en()));
        assert!(unused.is_empty(), "{unused:#?}");
    }

    #[test]
    fn types_and_limits_are_those_of_the_structs() {
        type Create = CreateCardTemplate;
        let number = field::<Create>("out_request_no");
        assert_eq!(number.value, FieldType::Text { most: Some(128), is_encrypted: false });
        assert!(number.is_required && number.location == Location::Body);
        let kind = field::<Create>("valid_date_information.type");
        let kinds = ["FIX_TIME_RANGE", "FIX_TERM", "PERMANENT"].map(str::to_owned);
        assert_eq!((kind.value, kind.is_required), (FieldType::OneOf(kinds.to_vec()), true));
        let pinned = field::<Create>("need_pinned");
        assert_eq!((pinned.value, pinned.is_required), (FieldType::Boolean, false));
        let phone = field::<ConfirmUserCard>("phone_number").value;
        assert_eq!(phone, FieldType::Text { most: Some(32), is_encrypted: true });
        let stock = field::<CreateMembershipActivity>("product_coupon_stock_list.0.stock_id");
        assert!(stock.is_required);
        assert_eq!(field::<QueryUserCard>("user_card_code").location, Location::Url);
        assert_eq!(field::<QueryUserCard>("openid").location, Location::Query);
        assert_eq!(field::<ImportUserCardByOpenid>("pickup_time").value, FieldType::Time);
    }

    #[test]
    fn a_brand_has_no_brand_id() {
        let names = |fields: Vec<Field>| fields.into_iter().map(|field| field.path).collect::<Vec<_>>();
        assert!(names(fields::<QueryUserCard>()).contains(&"brand_id".to_owned()));
        assert!(!names(fields::<QueryUserCard<Brand>>()).contains(&"brand_id".to_owned()));
    }

    #[test]
    fn the_notation_of_a_length_is_removed() {
        for (about, left) in [
            ("the id. `string(32)`.", "The id."),
            ("the number. `string(128)`: digits and `_`.", "The number: digits and `_`."),
            (
                "the phone. `string(32)` in plain text; encrypted on the wire.",
                "The phone; encrypted on the wire.",
            ),
            ("values, 1 to 10. `string(8)` each in plain text.", "Values, 1 to 10."),
            ("how long.", "How long."),
        ] {
            assert_eq!(without_limit(about), left);
        }
    }
}

//! Tests every member of every request: the error of a wrong value names the member, in both languages.
//!
//! The members are those of the samples, and the samples have all members that can be drawn, so a new field is tested
//! automatically. The findings about each member are in `snapshots/`, for comparison with the documents.

use crate::PLATFORM;
use crate::draw::{Choices, Drawn};
use crate::every_call::{Taker, every_call};
use crate::request::Request;
use crate::samples::{all_fields, good, good_fields};
use ruhui_core::api::{Endpoint, FamilyMarker as _, Location, label};
use ruhui_core::types::Family;
use ruhui_core::wire::{self, ParameterIssue};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// Texts without a limit in the documents.
const UNLIMITED: &[&str] = &["echo_message"];

#[test]
fn every_sample_is_good_and_has_every_field() {
    struct Samples;
    impl Taker for Samples {
        fn take<E: Endpoint + Drawn + Clone + PartialEq + Debug>(&mut self) {
            let encoded = wire::encode(&good::<E>(), Some(&PLATFORM.1)).unwrap();
            let request = Request::<E>::of(&good_fields::<E>());
            assert_eq!(request.read().unwrap(), good::<E>(), "{}", E::NAME);
            assert_eq!(request.body().is_empty(), encoded.body.is_empty(), "{}", E::NAME);
            let drawn = serde_json::to_value(Choices::everything().draw::<E>()).unwrap();
            assert_eq!(shape(&all_fields::<E>()), shape(&drawn), "{}", E::NAME);
        }
    }
    every_call(&mut Samples);
}

/// Returns the JSON Pointers of all members and items, including those with children.
fn pointers(value: &Value) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (step, value) in below {
        all.push(format!("/{step}"));
        all.extend(pointers(value).iter().map(|rest| format!("/{step}{rest}")));
    }
    all
}

/// Returns the pointers without the indexes of list items.
fn shape(value: &Value) -> BTreeSet<String> {
    pointers(value).iter().map(|pointer| general(pointer)).collect()
}

fn general(pointer: &str) -> String {
    let steps = pointer.split('/').map(|step| if step.parse::<u32>().is_ok() { "*" } else { step });
    steps.collect::<Vec<_>>().join("/")
}

#[test]
fn every_member_is_checked_and_its_faults_are_said_at_its_place() {
    let mut walk = Walk::default();
    every_call(&mut walk);
    insta::assert_snapshot!("fields", walk.text);
}

#[derive(Default)]
struct Walk {
    text: String,
    partner: BTreeMap<&'static str, Vec<String>>,
}

impl Taker for Walk {
    fn take<E: Endpoint + Clone>(&mut self) {
        let fields = all_fields::<E>();
        let request = Request::<E>::of(&fields);
        let describe = |pointer: String| {
            let member = Member { request: &request, value: fields.pointer(&pointer).unwrap(), pointer };
            format!("{} {}", general(&member.pointer), member.describe())
        };
        let mut members: Vec<String> = Vec::new();
        for member in pointers(&fields).into_iter().map(describe) {
            // The items of a list are alike, so each member counts once.
            if !members.contains(&member) {
                members.push(member);
            }
        }
        match E::Family::FAMILY {
            Family::Partner => {
                self.text += &format!("{}\n", E::NAME);
                members.iter().for_each(|member| self.text += &format!("    {member}\n"));
                self.partner.insert(E::NAME, members);
            }
            Family::Brand => {
                let mut partner = self.partner[E::NAME.strip_prefix("brand_").unwrap()].clone();
                partner.retain(|member| !member.starts_with("/brand_id "));
                let renamed = |member: String| member.replace("/file_digest ", "/sha256 ");
                let members: Vec<_> = members.into_iter().map(renamed).collect();
                assert_eq!(members, partner, "{}", E::NAME);
            }
        }
    }
}

/// One member of a good request.
struct Member<'a, E> {
    request: &'a Request<E>,
    pointer: String,
    value: &'a Value,
}

impl<E: Endpoint + Clone> Member<'_, E> {
    /// Tests the member, and returns its description.
    fn describe(&self) -> String {
        let kind = match self.value {
            Value::String(text) => self.text(text),
            Value::Number(_) => {
                self.other("integer", &[json!("x"), json!(1.5), json!(true), json!([]), json!({})])
            }
            Value::Bool(_) => self.other("boolean", &[json!("x"), json!(7), json!([]), json!({})]),
            Value::Array(_) => self.other("array", &[json!("x"), json!(7), json!({})]),
            Value::Object(_) => self.other("object", &[json!("x"), json!(7), json!([])]),
            Value::Null => panic!("{} is null", self.pointer),
        };
        let place = match self.request.place(&self.pointer).0 {
            Location::Url => "path ",
            Location::Query => "query ",
            _ => "",
        };
        format!("{place}{kind}{}", self.presence())
    }

    fn text(&self, good: &str) -> String {
        self.rejected_types("string", &[json!(7), json!(true), json!([]), json!({})]);
        self.rejected(json!(format!("{good}😀")));
        if UNLIMITED.contains(&&self.pointer[1..]) {
            assert!(self.accepted(json!("")) && self.accepted(json!("x".repeat(30_000))));
            return "string".to_owned();
        }
        self.rejected(json!(""));
        let encrypted = self.request.is_encrypted(&self.pointer);
        let long = self.rejected(json!("x".repeat(if encrypted { 200 } else { 30_000 })));
        if let Some((_, known)) = long.split_once(" is none of ") {
            known.split(", ").for_each(|value| assert!(self.accepted(json!(value)), "{value}"));
            return format!("one of {known}");
        }
        if long.contains("RFC 3339") {
            for time in ["2015-05-20T13:29:35+08:00", "2020-05-20T13:29:35.120+08:00", "2020-05-20T05:29:35Z"]
            {
                assert!(self.accepted(json!(time)));
            }
            return "time".to_owned();
        }
        let limit = long.split_once("the limit is ").unwrap_or_else(|| panic!("{long}")).1.parse().unwrap();
        self.rejected(json!(format!("{}\u{1}", good.chars().take(limit - 1).collect::<String>())));
        let fits = |text: &String| self.accepted(json!(text));
        assert!(lengthened(good, limit).iter().any(fits), "{} never has {limit}", self.pointer);
        for over in lengthened(good, limit + 1) {
            let said = self.rejected(json!(over));
            assert!(said.ends_with(&format!("has {} characters, the limit is {limit}", limit + 1)), "{said}");
        }
        format!("{}string({limit})", if encrypted { "encrypted " } else { "" })
    }

    fn other(&self, kind: &str, bad: &[Value]) -> String {
        self.rejected_types(kind, bad);
        kind.to_owned()
    }

    /// Asserts that values of another type are rejected, including null. In path and query every value is a text.
    fn rejected_types(&self, wanted: &str, bad: &[Value]) {
        if self.request.place(&self.pointer).0 != Location::Body {
            if wanted != "string" {
                let said = self.rejected(json!("x"));
                assert!(said.ends_with("signed 64-bit integer"), "{wanted}: {said}");
            }
            return;
        }
        for bad in bad {
            let said = self.rejected(bad.clone());
            let wanted = match wanted {
                "integer" => "signed 64-bit integer".to_owned(),
                wanted => format!("must be of type {wanted}, not "),
            };
            assert!(said.contains(&wanted), "{said}");
        }
        let said = self.rejected(Value::Null);
        assert!(said.ends_with("must not be null"), "{said}");
    }

    /// Returns whether the member is optional. An item of a list may always be missing.
    fn presence(&self) -> &'static str {
        let Some(request) = self.request.without(&self.pointer) else { return "" };
        let Err(fault) = request.read() else { return ", optional" };
        assert_eq!((fault.location, fault.field.clone()), self.request.place(&self.pointer));
        assert_eq!(fault.issue, ParameterIssue::Missing);
        ", required"
    }

    fn accepted(&self, value: Value) -> bool {
        self.request.with(&self.pointer, value).read().is_ok()
    }

    /// Asserts that the request is rejected with `bad` as this member's value, and that the rejection is well formed.
    /// Returns its English message.
    fn rejected(&self, bad: Value) -> String {
        let Err(fault) = self.request.with(&self.pointer, bad.clone()).read() else {
            panic!("{}: {} may be {bad}", E::NAME, self.pointer)
        };
        let (location, field) = self.request.place(&self.pointer);
        assert_eq!((fault.location, &fault.field), (location, &field), "{}: {fault}", E::NAME);
        let (english, chinese) = (format!("{fault}"), format!("{fault:#}"));
        assert!(!has_han(&english) && has_han(&chinese), "{english} {chinese}");
        let issue = format!("{:#}", fault.issue);
        let foreign: Vec<_> = [&chinese, &issue].into_iter().flat_map(|text| foreign_words(text)).collect();
        assert_eq!(foreign, Vec::<String>::new(), "{chinese}");
        let named =
            chinese.split(['“', '”']).filter(|text| !text.starts_with('/')).nth(1).unwrap_or_default();
        assert!(has_han(named) || named.contains("ID"), "{} has no Chinese name: {chinese}", self.pointer);
        assert!(chinese.contains(&*label(&field)), "{chinese}");
        for (is_english, message) in [(true, &english), (false, &chinese)] {
            let body = fault.to_body(is_english);
            assert_eq!((body.code.as_str(), &body.message), ("PARAM_ERROR", message));
            let detail = body.detail.unwrap();
            assert_eq!((&detail["field"], &detail["location"]), (&json!(field), &json!(location.as_str())));
            assert_eq!(has_han(detail["issue"].as_str().unwrap()), !is_english);
        }
        let shown = bad.as_str().filter(|_| !self.request.is_encrypted(&self.pointer));
        if let (Some(value), Value::String(_)) = (shown, self.value) {
            let cut: String = value.chars().take(64).collect();
            assert_eq!(fault.value.as_deref(), Some(&cut.into()), "{}", self.pointer);
        }
        english
    }
}

/// Returns the Latin words of a Chinese message, except those in quotes and those that the live service's messages
/// have.
fn foreign_words(chinese: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut depth = 0;
    for c in chinese.chars() {
        match c {
            '“' => depth += 1,
            '”' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    // The values of an enum are codes and remain Latin.
    let plain = plain.split_once("枚举范围内：").map_or(plain.as_str(), |(before, _)| before).to_owned();
    let known = [
        "JSON", "Json", "RFC", "UTF", "URL", "AppID", "null", "string", "boolean", "array", "object", "http",
        "https",
    ];
    plain
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() > 1 && !known.contains(word))
        .map(str::to_owned)
        .collect()
}

fn has_han(text: &str) -> bool {
    text.contains(|c| ('一'..='龥').contains(&c))
}

/// Returns `text` extended to `length` characters, in two ways that the project's types accept.
fn lengthened(text: &str, length: usize) -> [String; 2] {
    ["a", "_aaaaaaa"].map(|more| text.chars().chain(more.chars().cycle()).take(length).collect())
}

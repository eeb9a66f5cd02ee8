//! JSON parser that keeps each token as written, so that a new layout changes nothing else: a rewritten
//! escape or number would prove the wrong mistake.

use std::borrow::Cow;
use std::ops::ControlFlow;

/// JSON value. Names and scalars are slices of the text, including quotes and escapes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'a> {
    Object(Vec<(Cow<'a, str>, Self)>),
    Array(Vec<Self>),
    Scalar(Cow<'a, str>),
}

/// Layout that a JSON library writes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Indentation of one level; empty if everything is on one line.
    pub(super) indent: &'static str,
    pub(super) line_end: &'static str,
    pub(super) comma: &'static str,
    pub(super) colon: &'static str,
    /// Blanks inside brackets and braces on one line.
    pub(super) inside: &'static str,
    /// Whether arrays are printed as Jackson does: `[ 1, 2 ]` on one line although objects are indented, and
    /// blanks inside empty ones.
    pub(super) is_jackson: bool,
}

pub(super) const COMPACT: Style =
    Style { indent: "", line_end: "\n", comma: ",", colon: ":", inside: "", is_jackson: false };

impl<'a> Json<'a> {
    /// Parses a JSON text; `None` if it is not JSON.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        // The library has checked the text and limits its depth, so the parser below may trust it.
        serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
        Reader { text, at: 0 }.value()
    }

    pub(super) fn write(&self, style: &Style) -> String {
        let mut text = String::new();
        self.write_at(style, 0, &mut text);
        text
    }

    fn write_at(&self, style: &Style, depth: usize, text: &mut String) {
        match self {
            Self::Scalar(token) => text.push_str(token),
            Self::Object(members) if members.is_empty() => {
                text.push_str(if style.is_jackson { "{ }" } else { "{}" })
            }
            Self::Array(items) if items.is_empty() => {
                text.push_str(if style.is_jackson { "[ ]" } else { "[]" })
            }
            Self::Object(members) => {
                let member = |style: &Style, text: &mut String, (name, value): &(Cow<'_, str>, Self)| {
                    text.push_str(name);
                    text.push_str(style.colon);
                    value.write_at(style, depth + 1, text);
                };
                group(style, depth, text, ('{', '}'), members, member);
            }
            Self::Array(items) => {
                let line = Style { indent: "", comma: ", ", inside: " ", ..*style };
                let layout = if style.is_jackson { &line } else { style };
                // Jackson indents an object in an array as if the array did not exist.
                let deeper = depth + usize::from(!style.is_jackson);
                let item = |_: &Style, text: &mut String, item: &Self| item.write_at(style, deeper, text);
                group(layout, depth, text, ('[', ']'), items, item);
            }
        }
    }

    /// Returns a copy of the value with every value in it changed, from the leaves up.
    pub(super) fn map(&self, change: &dyn Fn(Self) -> Self) -> Self {
        change(match self {
            Self::Object(members) => {
                Self::Object(members.iter().map(|(name, value)| (name.clone(), value.map(change))).collect())
            }
            Self::Array(items) => Self::Array(items.iter().map(|item| item.map(change)).collect()),
            Self::Scalar(token) => Self::Scalar(token.clone()),
        })
    }

    /// Returns copies of the value, each without one member, for the first `most` members at any depth.
    ///
    /// Each copy is a whole value, so the walk stops after `most` copies.
    pub(super) fn without_one(&self, most: usize) -> Vec<Self> {
        let mut all = Vec::new();
        let _ = self.each_without(&mut |smaller| {
            all.push(smaller);
            if all.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        all
    }

    fn each_without(&self, found: &mut dyn FnMut(Self) -> ControlFlow<()>) -> ControlFlow<()> {
        match self {
            Self::Object(members) => {
                for (index, (_, value)) in members.iter().enumerate() {
                    let mut fewer = members.clone();
                    fewer.remove(index);
                    found(Self::Object(fewer))?;
                    value.each_without(&mut |smaller| {
                        let mut changed = members.clone();
                        changed[index].1 = smaller;
                        found(Self::Object(changed))
                    })?;
                }
            }
            Self::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.each_without(&mut |smaller| {
                        let mut changed = items.clone();
                        changed[index] = smaller;
                        found(Self::Array(changed))
                    })?;
                }
            }
            Self::Scalar(_) => {}
        }
        ControlFlow::Continue(())
    }

    /// Returns the text that a string token stands for. Other tokens are returned unchanged.
    pub(super) fn plain(token: &str) -> String {
        if token.starts_with('"') {
            serde_json::from_str(token).unwrap_or_default()
        } else {
            token.to_owned()
        }
    }
}

fn group<T>(
    style: &Style,
    depth: usize,
    text: &mut String,
    (open, close): (char, char),
    members: &[T],
    write: impl Fn(&Style, &mut String, &T),
) {
    let line = |text: &mut String, depth: usize| match style.indent {
        "" => text.push_str(style.inside),
        indent => {
            text.push_str(style.line_end);
            text.push_str(&indent.repeat(depth));
        }
    };
    text.push(open);
    for (index, member) in members.iter().enumerate() {
        match index {
            0 => line(text, depth + 1),
            _ => {
                text.push_str(style.comma);
                if !style.indent.is_empty() {
                    line(text, depth + 1);
                }
            }
        }
        write(style, text, member);
    }
    line(text, depth);
    text.push(close);
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn skip_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    /// Returns the next byte that is not a blank.
    fn peek(&mut self) -> Option<u8> {
        self.skip_blanks();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads a string, a number or a word.
    fn token(&mut self) -> Option<&'a str> {
        self.skip_blanks();
        let start = self.at;
        let bytes = self.text.as_bytes();
        if bytes.get(start) == Some(&b'"') {
            self.at += 1;
            while *bytes.get(self.at)? != b'"' {
                self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
            }
            self.at += 1;
        } else {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
            self.at = bytes[start..].iter().position(ends).map_or(bytes.len(), |length| start + length);
        }
        self.text.get(start..self.at)
    }

    fn value(&mut self) -> Option<Json<'a>> {
        match self.peek()? {
            b'{' => {
                let mut members = Vec::new();
                self.items(b'}', |reader| {
                    let name = reader.token()?;
                    reader.peek()?;
                    // Skip the colon.
                    reader.at += 1;
                    members.push((Cow::Borrowed(name), reader.value()?));
                    Some(())
                })?;
                Some(Json::Object(members))
            }
            b'[' => {
                let mut items = Vec::new();
                self.items(b']', |reader| {
                    items.push(reader.value()?);
                    Some(())
                })?;
                Some(Json::Array(items))
            }
            _ => Some(Json::Scalar(Cow::Borrowed(self.token()?))),
        }
    }

    fn items(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                byte if byte == close => break,
                b',' => self.at += 1,
                _ => item(self)?,
            }
        }
        self.at += 1;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_left_out_one_by_one_up_to_a_limit() {
        let json = Json::read(r#"{"a":{"b":1},"c":[{"d":2}]}"#).unwrap();
        let fewer = |most| json.without_one(most).iter().map(|json| json.write(&COMPACT)).collect::<Vec<_>>();
        let all = [
            r#"{"c":[{"d":2}]}"#,
            r#"{"a":{},"c":[{"d":2}]}"#,
            r#"{"a":{"b":1}}"#,
            r#"{"a":{"b":1},"c":[{}]}"#,
        ];
        assert_eq!(fewer(9), all);
        assert_eq!(fewer(4), all);
        assert_eq!(fewer(2), all[..2]);

        let mut visited = 0;
        let wide = format!("[{}]", vec![r#"{"a":1,"b":2}"#; 1000].join(","));
        let _ = Json::read(&wide).unwrap().each_without(&mut |_| {
            visited += 1;
            if visited < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        assert_eq!(visited, 3);
    }

    #[test]
    fn tokens_stay_as_they_were_written() {
        let text = " { \"a\\/\\u003c\" : [ 1.0 , 1e3, \"x \\\" y\" , { } , [ ] ] , \"b\" : null } ";
        let json = Json::read(text).unwrap();
        assert_eq!(json.write(&COMPACT), r#"{"a\/\u003c":[1.0,1e3,"x \" y",{},[]],"b":null}"#);
        let indented = Style { indent: "  ", colon: ": ", ..COMPACT };
        assert_eq!(
            json.write(&indented),
            "{\n  \"a\\/\\u003c\": [\n    1.0,\n    1e3,\n    \"x \\\" y\",\n    {},\n    []\n  ],\n  \"b\": null\n}"
        );
        assert_eq!(Json::read("{\"a\":}"), None);
        assert_eq!(Json::read("true").unwrap().write(&COMPACT), "true");
    }

    #[test]
    fn one_member_is_left_out_at_a_time() {
        let json = Json::read(r#"{"a":{"b":1,"c":2},"d":[{"e":3}]}"#).unwrap();
        let smaller: Vec<_> = json.without_one(9).iter().map(|json| json.write(&COMPACT)).collect();
        assert_eq!(
            smaller,
            [
                r#"{"d":[{"e":3}]}"#,
                r#"{"a":{"c":2},"d":[{"e":3}]}"#,
                r#"{"a":{"b":1},"d":[{"e":3}]}"#,
                r#"{"a":{"b":1,"c":2}}"#,
                r#"{"a":{"b":1,"c":2},"d":[{}]}"#,
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_json_is_read_to_the_end(text in "[\\[\\]{}:,\"a1\\\\ ]{0,24}") {
            let compact = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok().map(|value| value.to_string());
            if let Some(json) = Json::read(&text) {
                let written = json.write(&COMPACT);
                proptest::prop_assert_eq!(compact(&written), compact(&text));
            }
        }
    }
}

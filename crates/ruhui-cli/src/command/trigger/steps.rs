//! Steps of a trigger, from the command line or from a file. A file is checked as a whole before anything runs.

use crate::cli::{CodeMode, What, duration, point_in_time};
use crate::credentials::Family;
use crate::input;
use crate::language::Language;
use clap::ValueEnum;
use ruhui_core::bilingual::Bilingual;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Number of steps that a file has at most.
const MOST: usize = 1000;

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Brings about a state.
    Trigger(Trigger),
    /// Changes the business clock, by this body of the control.
    Clock(Value),
    /// Stops or continues the attempts by schedule.
    Events { is_paused: bool },
}

/// A state to bring about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trigger {
    pub(super) what: What,
    /// Family of the caller; that of the command line if there is none.
    pub(super) family: Option<Family>,
    pub(super) code_mode: CodeMode,
    pub(super) card_id: Option<String>,
    pub(super) openid: Option<String>,
}

impl Trigger {
    /// Returns the body of the control.
    pub(super) fn body(&self, family: Option<Family>) -> Value {
        let optional = [("card_id", &self.card_id), ("openid", &self.openid)];
        let mut body = json!({
            "what": self.what.as_str(),
            "family": family.unwrap_or(Family::Partner).as_str(),
            "code_mode": self.code_mode.as_str(),
        });
        for (name, value) in optional {
            if let Some(value) = value {
                body[name] = json!(value);
            }
        }
        body
    }
}

/// Reads the steps of a file: the list `steps`, in TOML or JSON.
pub(super) fn read(path: &Path, language: Language) -> anyhow::Result<Vec<Step>> {
    let text = input::text(path, language)?;
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    parse(&text, is_json).map_err(|what| language.say_of(path.display(), &what))
}

fn parse(text: &str, is_json: bool) -> Result<Vec<Step>, Bilingual> {
    let value = if is_json { json(text)? } else { toml(text)? };
    let Some(Value::Array(steps)) = value.get("steps") else {
        return Err(("it has no list `steps`", "缺少列表 `steps`").into());
    };
    if let Some(other) = value.as_object().into_iter().flat_map(Map::keys).find(|name| *name != "steps") {
        return Err(Bilingual::new(
            format!("`{other}` is not known; it has the list `steps` only"),
            format!("`{other}` 未知；只能有列表 `steps`"),
        ));
    }
    match steps.len() {
        0 => Err(("the list `steps` is empty", "列表 `steps` 为空").into()),
        number if number > MOST => Err(Bilingual::new(
            format!("it has {number} steps; at most {MOST}"),
            format!("共 {number} 步，最多 {MOST} 步"),
        )),
        _ => steps
            .iter()
            .enumerate()
            .map(|(index, value)| Reader { number: index + 1, value }.step())
            .collect(),
    }
}

fn json(text: &str) -> Result<Value, Bilingual> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Bilingual::new(
            format!("it is not JSON: see line {line}, column {column}"),
            format!("不是合法的 JSON：见第 {line} 行第 {column} 列"),
        )
    })
}

fn toml(text: &str) -> Result<Value, Bilingual> {
    toml::from_str(text).map_err(|error| {
        let end = error.span().map_or(0, |span| span.start);
        let line = text.get(..end).unwrap_or_default().matches('\n').count() + 1;
        Bilingual::new(format!("it is not TOML: see line {line}"), format!("不是合法的 TOML：见第 {line} 行"))
    })
}

/// A reader of one step.
struct Reader<'a> {
    number: usize,
    value: &'a Value,
}

impl Reader<'_> {
    fn step(&self) -> Result<Step, Bilingual> {
        let Value::Object(members) = self.value else {
            return Err(self.wrong("it is not a table", "不是表"));
        };
        let kinds = ["trigger", "clock", "events"];
        let given: Vec<&str> = kinds.into_iter().filter(|kind| members.contains_key(*kind)).collect();
        let [kind] = given.as_slice() else {
            return Err(self.wrong(
                "it has exactly one of `trigger`, `clock` and `events`",
                "须且只能有 `trigger`、`clock`、`events` 之一",
            ));
        };
        let known: &[&str] = match *kind {
            "trigger" => &["trigger", "family", "code_mode", "card_id", "openid"],
            other => &[other],
        };
        if let Some(other) = members.keys().find(|name| !known.contains(&name.as_str())) {
            let names = known.join(", ");
            return Err(self.fault(
                other,
                &Bilingual::new(
                    format!("it is not known; a step `{kind}` has {names}"),
                    format!("未知；`{kind}` 步骤可用的有 {names}"),
                ),
            ));
        }
        match *kind {
            "trigger" => Ok(Step::Trigger(Trigger {
                what: self.choice("trigger")?.ok_or_else(|| self.wrong("it is empty", "为空"))?,
                family: self.choice("family")?,
                code_mode: self.choice("code_mode")?.unwrap_or(CodeMode::System),
                card_id: self.text("card_id")?.map(str::to_owned),
                openid: self.text("openid")?.map(str::to_owned),
            })),
            "clock" => self.clock(),
            _ => match self.text("events")? {
                Some("pause") => Ok(Step::Events { is_paused: true }),
                Some("resume") => Ok(Step::Events { is_paused: false }),
                _ => Err(self.fault("events", &one_of(&["pause", "resume"]))),
            },
        }
    }

    fn clock(&self) -> Result<Step, Bilingual> {
        let text = self.text("clock")?.unwrap_or_default();
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        let fault = |what: Bilingual| self.fault("clock", &what);
        Ok(Step::Clock(match (verb, rest) {
            ("advance", rest) => json!({ "advance_seconds": duration(rest).map_err(fault)? }),
            ("set", rest) => json!({ "set": point_in_time(rest).map_err(fault)? }),
            ("freeze", "") => json!({ "freeze": true }),
            ("resume", "") => json!({ "resume": true }),
            _ => return Err(fault(one_of(&["advance DURATION", "set TIME", "freeze", "resume"]))),
        }))
    }

    /// Returns a text, if the step has it.
    fn text(&self, name: &'static str) -> Result<Option<&str>, Bilingual> {
        match self.value.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(self.fault(name, &("it must be a text", "须为文本").into())),
        }
    }

    /// Returns one of the values that the command line has, too.
    fn choice<T: ValueEnum>(&self, name: &'static str) -> Result<Option<T>, Bilingual> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        T::from_str(text, false).map(Some).map_err(|_| {
            let values = T::value_variants().iter().filter_map(T::to_possible_value);
            let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
            self.fault(name, &one_of(&names.iter().map(String::as_str).collect::<Vec<_>>()))
        })
    }

    fn wrong(&self, en: &str, zh: &str) -> Bilingual {
        let number = self.number;
        Bilingual::new(format!("step {number}: {en}"), format!("第 {number} 步：{zh}"))
    }

    fn fault(&self, name: &str, what: &Bilingual) -> Bilingual {
        let (number, value) = (self.number, self.value.get(name).unwrap_or(&Value::Null));
        Bilingual::new(
            format!("step {number}, `{name}` = {value}: {}", what.en()),
            format!("第 {number} 步的 `{name}` = {value}：{}", what.zh()),
        )
    }
}

fn one_of(names: &[&str]) -> Bilingual {
    Bilingual::new(
        format!("it must be one of {}", names.join(", ")),
        format!("须为以下之一：{}", names.join("、")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_have_the_same_steps() {
        let toml = r#"
            [[steps]]
            events = "pause"

            [[steps]]
            trigger = "member"
            family = "brand"
            code_mode = "merchant"
            openid = "oA"

            [[steps]]
            clock = "advance 61m"

            [[steps]]
            clock = "freeze"
        "#;
        let json = r#"{"steps":[{"events":"pause"},{"trigger":"member","family":"brand","code_mode":"merchant","openid":"oA"},
            {"clock":"advance 61m"},{"clock":"freeze"}]}"#;
        let member = Trigger {
            what: What::Member,
            family: Some(Family::Brand),
            code_mode: CodeMode::Merchant,
            card_id: None,
            openid: Some("oA".to_owned()),
        };
        let steps = vec![
            Step::Events { is_paused: true },
            Step::Trigger(member),
            Step::Clock(json!({ "advance_seconds": 3660 })),
            Step::Clock(json!({ "freeze": true })),
        ];
        assert_eq!(parse(toml, false), Ok(steps.clone()));
        assert_eq!(parse(json, true), Ok(steps));
    }

    #[test]
    fn a_wrong_step_is_named_by_its_position_and_its_field() {
        for (steps, said) in [
            (
                r#"{"trigger":"membr"}"#,
                r#"step 2, `trigger` = "membr": it must be one of member, pending-card"#,
            ),
            (
                r#"{"trigger":"member","family":"x"}"#,
                r#"step 2, `family` = "x": it must be one of partner, brand"#,
            ),
            (
                r#"{"trigger":"member","codemode":"x"}"#,
                r#"step 2, `codemode` = "x": it is not known; a step `trigger` has trigger, family"#,
            ),
            (r#"{"trigger":"member","openid":1}"#, "step 2, `openid` = 1: it must be a text"),
            (
                r#"{"clock":"advance -60s"}"#,
                r#"step 2, `clock` = "advance -60s": the clock goes back only by"#,
            ),
            (r#"{"clock":"set now"}"#, r#"step 2, `clock` = "set now": it must be a time"#),
            (r#"{"clock":"stop"}"#, "it must be one of advance DURATION, set TIME, freeze, resume"),
            (r#"{"events":"drop"}"#, r#"step 2, `events` = "drop": it must be one of pause, resume"#),
            (r#"{"events":"pause","clock":"freeze"}"#, "step 2: it has exactly one of"),
            ("{}", "step 2: it has exactly one of"),
            ("7", "step 2: it is not a table"),
        ] {
            let text = format!(r#"{{"steps":[{{"events":"pause"}},{steps}]}}"#);
            let error = parse(&text, true).unwrap_err();
            assert!(error.en().starts_with("step 2") && error.en().contains(said), "{}", error.en());
            assert!(error.zh().starts_with("第 2 步"), "{}", error.zh());
        }
        for (text, said) in [
            ("{}", "it has no list `steps`"),
            (r#"{"steps":[]}"#, "the list `steps` is empty"),
            (r#"{"steps":[{}],"name":1}"#, "`name` is not known"),
            ("{\n x", "it is not JSON: see line 2, column 2"),
        ] {
            assert!(parse(text, true).unwrap_err().en().contains(said), "{text}");
        }
        assert_eq!(parse("a = 1\n[", false).unwrap_err().en(), "it is not TOML: see line 2");
    }
}

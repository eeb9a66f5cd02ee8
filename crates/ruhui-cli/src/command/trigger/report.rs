//! The report of a trigger: each step when it is done, then the card and its callbacks.

use crate::cli::{Output, What};
use crate::command::events::short_type;
use crate::controls::text;
use crate::failure::Reported;
use crate::language::Language;
use crate::output;
use serde_json::{Value, json};
use std::io;

/// The report of all steps of one command.
pub(super) struct Report {
    output: Output,
    language: Language,
    steps: Vec<Value>,
    results: Vec<Value>,
}

impl Report {
    pub(super) fn new(output: Output, language: Language) -> Self {
        Self { output, language, steps: Vec::new(), results: Vec::new() }
    }

    /// Adds a step that is done. `facts` are for programs.
    pub(super) fn step(&mut self, kind: &str, said: &str, facts: Value) -> io::Result<()> {
        let number = self.steps.len() + 1;
        let mut step = json!({ "number": number, "kind": kind });
        if let (Value::Object(facts), Some(step)) = (facts, step.as_object_mut()) {
            step.extend(facts);
        }
        self.steps.push(step);
        match self.output {
            Output::Json => Ok(()),
            Output::Text => output::line(&format!("{number}. {said}")),
        }
    }

    /// Adds the steps of a trigger, the card that it has made, and the events about it, newest first.
    pub(super) fn result(&mut self, what: What, done: &Value) -> io::Result<()> {
        self.steps_of_control(&done["steps"])?;
        let (card, events) = (&done["card"], done["events"].as_array().map_or(&[][..], Vec::as_slice));
        self.results.push(json!({ "trigger": what.as_str(), "card": card, "events": events }));
        if self.output == Output::Json {
            return Ok(());
        }
        let names = ["brand_id", "card_id", "openid", "user_card_code", "user_card_state"];
        let pairs: Vec<_> = names
            .into_iter()
            .map(|name| (name, text(card, name)))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        output::pairs(&pairs)?;
        if events.is_empty() {
            // Of all states, only an expired card is brought about without an event.
            return output::line(self.language.pick(
                "no callbacks: neither an import nor an expiry has one; the clock was not moved",
                "没有回调通知：导入与过期均无通知；业务时钟未移动",
            ));
        }
        for event in events.iter().rev() {
            let (id, kind) = (text(event, "event_id"), short_type(text(event, "event_type")));
            let line = self.language.pick(format!("callback {id} {kind}"), format!("回调通知 {id} {kind}"));
            output::line(&line)?;
        }
        Ok(())
    }

    /// Adds the steps that came before the one that failed, and returns the error.
    pub(super) fn failure(&mut self, error: anyhow::Error) -> io::Result<anyhow::Error> {
        let Some(Reported { fields, .. }) = error.downcast_ref::<Reported>() else { return Ok(error) };
        if fields["code"] != "STEP_FAILED" {
            return Ok(error);
        }
        let mut done = fields["detail"]["steps"].as_array().cloned().unwrap_or_default();
        done.retain(|step| step["kind"] != "request" || step["status"] == 200);
        self.steps_of_control(&Value::Array(done))?;
        let (text, fields) = (text(fields, "message").to_owned(), fields.clone());
        Ok(Reported { text, fields }.into())
    }

    fn steps_of_control(&mut self, steps: &Value) -> io::Result<()> {
        let language = self.language;
        for step in steps.as_array().into_iter().flatten() {
            let said = match text(step, "kind") {
                "request" => {
                    let (name, status) = (text(step, "name"), &step["status"]);
                    let request_id = step["request_id"].as_str().unwrap_or("-");
                    language.pick(
                        format!("request {name}: {status}\n   Request-ID {request_id}"),
                        format!("请求 {name}：{status}\n   Request-ID {request_id}"),
                    )
                }
                _ => text(&step["about"], language.pick("en", "zh")).to_owned(),
            };
            let mut facts = step.clone();
            facts.as_object_mut().map(|facts| facts.remove("number"));
            self.step(text(step, "kind"), &said, facts)?;
        }
        Ok(())
    }

    pub(super) fn into_json(self) -> Value {
        json!({ "steps": self.steps, "results": self.results })
    }
}

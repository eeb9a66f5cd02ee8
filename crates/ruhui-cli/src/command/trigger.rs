//! `ruhui trigger`: brings a member or a card of a sandbox into a state, from nothing, in one command.

mod report;
mod steps;

use crate::cli::{Output, TriggerArguments};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use report::Report;
use serde_json::json;
use std::process::ExitCode;
use steps::{Step, Trigger};

pub(crate) async fn run(arguments: TriggerArguments, language: Language) -> anyhow::Result<ExitCode> {
    let TriggerArguments { what, file, family, code_mode, card_id, openid, output: how, controls } =
        arguments;
    let steps = match (what, &file) {
        (Some(what), _) => vec![Step::Trigger(Trigger { what, family: None, code_mode, card_id, openid })],
        (None, Some(file)) => steps::read(file, language)?,
        (None, None) => Vec::new(),
    };
    let controls = Controls::find(&controls, language)?;
    let mut report = Report::new(how.output, language);
    for step in steps {
        match step {
            Step::Trigger(trigger) => {
                let family = trigger.family.or(family);
                match controls.post("triggers", &trigger.body(family)).await {
                    Ok(done) => report.result(trigger.what, &done)?,
                    Err(error) => return Err(report.failure(error)?),
                }
            }
            Step::Clock(change) => {
                let clock = controls.post("clock", &change).await?;
                let now = clock["now"].as_str().unwrap_or_default();
                report.step(
                    "clock",
                    &language.pick(format!("the business time is {now}"), format!("业务时间为 {now}")),
                    json!({ "clock": clock }),
                )?;
            }
            Step::Events { is_paused } => {
                let path = if is_paused { "events/pause" } else { "events/resume" };
                let paused = controls.post(path, &json!({})).await?;
                let text = match is_paused {
                    true => language.pick("nothing is sent by schedule", "暂停按计划发送事件"),
                    false => language.pick("due events are sent", "恢复按计划发送事件"),
                };
                report.step("events", text, paused)?;
            }
        }
    }
    if how.output == Output::Json {
        output::json(&report.into_json())?;
    }
    Ok(ExitCode::SUCCESS)
}

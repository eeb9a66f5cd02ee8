//! `ruhui trigger`: brings a member or a card of a sandbox into a state, from nothing, in one command.

mod form;
mod report;
mod run;
mod steps;

use crate::cli::{ControlArguments, Output, TriggerArguments};
use crate::controls::Controls;
use crate::credentials::Family;
use crate::language::Language;
use crate::output;
use anyhow::bail;
use report::Report;
use run::Run;
use serde_json::json;
use std::process::ExitCode;
use steps::{Step, Trigger};

pub(crate) async fn run(arguments: TriggerArguments, language: Language) -> anyhow::Result<ExitCode> {
    let TriggerArguments { what, file, code_mode, card_id, openid, operations_url, output: how, credentials } =
        arguments;
    let steps = match (what, &file) {
        (Some(what), _) => vec![Step::Trigger(Trigger { what, family: None, code_mode, card_id, openid })],
        (None, Some(file)) => steps::read(file, language)?,
        (None, None) => Vec::new(),
    };
    let place =
        ControlArguments::of(credentials.own_operations_url(operations_url), credentials.kit_folder());
    let controls = Controls::find(&place, language)?;
    // A service that is no sandbox is noticed before the first request.
    controls.get("clock", &[]).await?;
    let mut report = Report::new(how.output, language);
    for step in steps {
        match step {
            Step::Trigger(trigger) => {
                let family = trigger.family.or_else(|| credentials.family()).unwrap_or(Family::Partner);
                let settings = credentials.resolve_as(family, language)?;
                if !settings.has_host() {
                    bail!(language.pick(
                        "the credentials have no --base-url, so they are for WeChat Pay itself; use those of a sandbox's kit",
                        "凭证中没有 --base-url，将调用真实的微信支付；请使用沙箱 kit 中的凭证",
                    ));
                }
                Run::new(&controls, settings, &mut report, language).trigger(&trigger).await?;
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

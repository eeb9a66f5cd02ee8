//! `ruhui events`: lists a sandbox's events, and acts on them.

mod show;

pub(crate) use show::short_type;

use crate::cli::{ActArguments, EventArguments, EventListArguments, EventsArguments, EventsCommand, Output};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use serde_json::{Value, json};
use std::process::ExitCode;

pub(crate) async fn run(arguments: EventsArguments, language: Language) -> anyhow::Result<ExitCode> {
    match arguments.command() {
        EventsCommand::List(arguments) => list(&arguments, language).await?,
        EventsCommand::Show { event: EventArguments { id, act }, show_sensitive } => {
            let controls = Controls::find(&act.controls, language)?;
            let shown = if show_sensitive { "true" } else { "false" };
            let event =
                controls.get(&format!("events/{}", segment(&id)), &[("show_sensitive", shown)]).await?;
            print(&event, &act, |event| show::whole(event, language))?;
        }
        EventsCommand::Resend { event: EventArguments { id, act }, times } => {
            return resend(&id, times, &act, language).await;
        }
        EventsCommand::Redirect { id: Some(id), url, act, .. } => {
            let event = act_on(&id, "redirect", &json!({ "notify_url": url }), &act, language).await?;
            print(&event, &act, |event| show::line(event, language))?;
        }
        EventsCommand::Redirect { url, act, .. } => {
            let controls = Controls::find(&act.controls, language)?;
            let all = controls.post("events/redirect", &json!({ "notify_url": url })).await?;
            print(&all, &act, |all| {
                let number = all["redirected"].as_array().map_or(0, Vec::len);
                language.pick(
                    format!("{number} waiting events go to {url} now"),
                    format!("{number} 个待发送事件已改发到 {url}"),
                )
            })?;
        }
        EventsCommand::Drop(EventArguments { id, act }) => {
            let event = act_on(&id, "drop", &json!({}), &act, language).await?;
            print(&event, &act, |event| show::line(event, language))?;
        }
        EventsCommand::Pause(act) => pause(true, &act, language).await?,
        EventsCommand::Resume(act) => pause(false, &act, language).await?,
        EventsCommand::Probe { card_id, act } => return probe(&card_id, &act, language).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(arguments: &EventListArguments, language: Language) -> anyhow::Result<()> {
    let EventListArguments { state, event_type, openid, limit, act } = arguments;
    let limit = limit.to_string();
    let mut query = vec![("limit", limit.as_str())];
    query.extend(state.map(|state| ("state", state.as_str())));
    query.extend(event_type.as_deref().map(|event_type| ("event_type", event_type)));
    query.extend(openid.as_deref().map(|openid| ("openid", openid)));
    let controls = Controls::find(&act.controls, language)?;
    let listed = controls.get("events", &query).await?;
    if act.output.output == Output::Json {
        output::json(&listed)?;
        return Ok(());
    }
    let none = Vec::new();
    let events = listed["data"].as_array().unwrap_or(&none);
    if events.is_empty() {
        eprintln!("{}", language.pick("no events", "没有事件"));
    }
    for event in events {
        output::line(&show::line(event, language))?;
    }
    if listed["paused"] == true {
        eprintln!(
            "{}",
            language.pick(
                "paused: nothing is sent by schedule until `ruhui events resume`",
                "已暂停：执行 `ruhui events resume` 后才会按计划发送",
            )
        );
    }
    Ok(())
}

/// Sends an event again, and fails if no attempt was accepted.
async fn resend(id: &str, times: u32, act: &ActArguments, language: Language) -> anyhow::Result<ExitCode> {
    let resent = act_on(id, "resend", &json!({ "times": times }), act, language).await?;
    let none = Vec::new();
    let attempts = resent["attempts"].as_array().unwrap_or(&none);
    print(&resent, act, |resent| {
        let lines = attempts.iter().map(|attempt| show::attempt(attempt, language));
        [show::line(&resent["event"], language)].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    })?;
    let is_accepted = attempts.iter().any(|attempt| attempt["accepted"] == true);
    Ok(if is_accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn act_on(
    id: &str,
    verb: &str,
    body: &Value,
    act: &ActArguments,
    language: Language,
) -> anyhow::Result<Value> {
    let controls = Controls::find(&act.controls, language)?;
    controls.post(&format!("events/{}/{verb}", segment(id)), body).await
}

async fn pause(is_paused: bool, act: &ActArguments, language: Language) -> anyhow::Result<()> {
    let controls = Controls::find(&act.controls, language)?;
    let path = if is_paused { "events/pause" } else { "events/resume" };
    let paused = controls.post(path, &json!({})).await?;
    print(&paused, act, |_| match is_paused {
        true => language
            .pick(
                "paused: nothing is sent by schedule, `resend` sends",
                "已暂停：不再按计划发送，`resend` 仍会发送",
            )
            .to_owned(),
        false => language.pick("resumed: due events are sent", "已恢复：到期的事件将发送").to_owned(),
    })?;
    Ok(())
}

async fn probe(card_id: &Option<String>, act: &ActArguments, language: Language) -> anyhow::Result<ExitCode> {
    let controls = Controls::find(&act.controls, language)?;
    let card_id = controls.required("card_id", card_id, "RUHUI_CARD_ID")?;
    let probed = controls.post("probe", &json!({ "card_id": card_id })).await?;
    if act.output.output == Output::Json {
        output::json(&probed)?;
    }
    let status = &probed["status"];
    if probed["signature_checked"] != true {
        let text = language.pick(
            format!("accepted with {status}, although the signature is wrong: it is not checked"),
            format!("签名错误的通知被接受（{status}）：回调地址没有验证签名"),
        );
        eprintln!("{}{text}", language.pick("error: ", "错误："));
        return Ok(ExitCode::FAILURE);
    }
    if act.output.output == Output::Text {
        output::line(&language.pick(
            format!("rejected with {status}, as it should be: the receiver verifies the signature"),
            format!("已拒绝（{status}），符合预期：回调地址会验证签名"),
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(value: &Value, act: &ActArguments, text: impl FnOnce(&Value) -> String) -> std::io::Result<()> {
    match act.output.output {
        Output::Json => output::json(value),
        Output::Text => output::line(&text(value)),
    }
}

/// Returns an id as one segment of a path.
fn segment(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

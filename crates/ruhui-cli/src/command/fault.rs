//! `ruhui fault`: lists the fault rules of a sandbox, and changes them.

mod show;

use crate::cli::{ActArguments, AddFaultArguments, FaultArguments, FaultCommand, Output};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use ruhui_server::faults::{FAULTS, FaultKind, FaultRule, FaultTime};
use serde_json::{Map, Value, json};
use std::process::ExitCode;

pub(crate) async fn run(arguments: FaultArguments, language: Language) -> anyhow::Result<ExitCode> {
    match arguments.command() {
        FaultCommand::List(act) => list(&act, language).await?,
        FaultCommand::Add(add) => {
            let controls = Controls::find(&add.act.controls, language)?;
            let added = controls.post("faults", &rule(&add)).await?;
            print(&added, &add.act, |added| show::rule(added, language))?;
        }
        FaultCommand::Remove { ids, all: false, act } => {
            let controls = Controls::find(&act.controls, language)?;
            let mut removed = Vec::new();
            for id in ids {
                controls.delete_named("faults", &id).await?;
                removed.push(id);
            }
            print(&json!({ "removed": removed }), &act, |_| {
                let names = language.list(&removed);
                language.pick(format!("removed {names}"), format!("已移除 {names}"))
            })?;
        }
        FaultCommand::Remove { act, .. } => {
            let removed = Controls::find(&act.controls, language)?.delete("faults").await?;
            print(&removed, &act, |_| language.pick("removed all rules", "已移除全部规则").to_owned())?;
        }
        FaultCommand::Kinds(how) => match how.output {
            Output::Json => output::json(&kinds())?,
            Output::Text => FAULTS.iter().try_for_each(|row| output::line(&show::kind(row, language)))?,
        },
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(act: &ActArguments, language: Language) -> anyhow::Result<()> {
    let listed = Controls::find(&act.controls, language)?.get("faults", &[]).await?;
    if act.output.output == Output::Json {
        output::json(&listed)?;
        return Ok(());
    }
    let none = Vec::new();
    let rules = listed["data"].as_array().unwrap_or(&none);
    if rules.is_empty() {
        eprintln!(
            "{}",
            language.pick(
                "no rules; `ruhui fault add KIND` adds one, `ruhui fault kinds` lists the kinds",
                "没有规则；可用 `ruhui fault add 类型` 添加，`ruhui fault kinds` 可列出全部类型",
            )
        );
    }
    for rule in rules {
        output::line(&show::rule(rule, language))?;
    }
    Ok(())
}

/// Returns the rule as the control takes it.
fn rule(add: &AddFaultArguments) -> Value {
    let members = [
        ("fault", Some(json!(add.kind.as_str()))),
        ("at", add.at.map(|at| json!(at.as_str()))),
        ("path", add.path.as_ref().map(|path| json!(path))),
        ("method", add.method.as_ref().map(|method| json!(method.to_ascii_uppercase()))),
        ("caller", add.caller.as_ref().map(|caller| json!(caller))),
        ("openid", add.openid.as_ref().map(|openid| json!(openid))),
        ("host", add.host.map(|host| json!(host.as_str()))),
        ("event_type", add.event_type.as_ref().map(|name| json!(name))),
        ("nth", add.nth.map(|nth| json!(nth))),
        ("times", add.times.map(|times| json!(times))),
        ("probability", add.probability.map(|probability| json!(probability))),
        ("seed", add.seed.map(|seed| json!(seed))),
        ("delay_ms", add.delay_ms.map(|delay| json!(delay))),
    ];
    let given = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect::<Map<_, _>>())
}

/// Returns the table of kinds, as the control does.
fn kinds() -> Value {
    let rows = FAULTS.iter().map(|row| {
        json!({
            "fault": row.name,
            "group": row.group,
            "at": times(row.kind),
            "members": row.kind.members().collect::<Vec<_>>(),
            "what": row.what,
            "client": row.client,
        })
    });
    json!({ "data": rows.collect::<Vec<_>>() })
}

/// Returns the moments at which a fault may happen, relative to the commit.
fn times(kind: FaultKind) -> Vec<FaultTime> {
    match kind.members().any(|member| member == "at") {
        true => vec![FaultTime::Before, FaultTime::After],
        false => FaultRule::new(kind).time().into_iter().collect(),
    }
}

fn print(value: &Value, act: &ActArguments, text: impl FnOnce(&Value) -> String) -> std::io::Result<()> {
    match act.output.output {
        Output::Json => output::json(value),
        Output::Text => output::line(&text(value)),
    }
}

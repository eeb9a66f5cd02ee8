//! `ruhui sandbox reset`, `snapshot`, `restore`, `snapshots` and `delete-snapshot`: put a running sandbox back.

use crate::cli::{
    ControlArguments, Output, ResetArguments, RestoreStateArguments, SnapshotArguments, StateCommand,
};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use serde_json::{Value, json};
use std::process::ExitCode;

/// The kinds of records that people know, as the controls name them, and their names.
const KINDS: [(&str, (&str, &str)); 5] = [
    ("templates", ("templates", "会员卡模板")),
    ("users", ("users", "用户")),
    ("members", ("members", "会员")),
    ("tokens", ("tokens", "token")),
    ("deliveries", ("waiting events", "待送达事件")),
];

pub(crate) async fn run(command: StateCommand, language: Language) -> anyhow::Result<ExitCode> {
    match command {
        StateCommand::Reset(ResetArguments { output, controls }) => {
            let state = Controls::find(&controls, language)?.post("reset", &json!({})).await?;
            let done = language.pick("the sandbox is as at its beginning", "沙箱已恢复到初始状态");
            show_state(&state, done, output.output, language)
        }
        StateCommand::Restore(RestoreStateArguments { name, output, controls }) => {
            let asked = json!({ "name": name });
            let state = Controls::find(&controls, language)?.post("restore", &asked).await?;
            let made = &state["create_time"].as_str().unwrap_or_default();
            let done = language.pick(
                format!("the sandbox is as in the snapshot `{name}` of {made}"),
                format!("沙箱已恢复到快照 `{name}`（创建于 {made}）"),
            );
            show_state(&state, &done, output.output, language)
        }
        StateCommand::Snapshot(arguments) => keep(arguments, language).await,
        StateCommand::Snapshots(ResetArguments { output, controls }) => {
            list(output.output, &controls, language).await
        }
        StateCommand::DeleteSnapshot(RestoreStateArguments { name, output, controls }) => {
            delete(&name, output.output, &controls, language).await
        }
    }
}

fn show_state(state: &Value, done: &str, how: Output, language: Language) -> anyhow::Result<ExitCode> {
    match how {
        Output::Json => output::json(state)?,
        Output::Text => {
            let mut lines = counts(state, language);
            lines.push((language.pick("business time", "业务时间"), text(state, "business_time")));
            lines.push((language.pick("took", "耗时"), format!("{} ms", state["took_ms"])));
            print(&lines)?;
        }
    }
    eprintln!("{done}");
    Ok(ExitCode::SUCCESS)
}

async fn keep(arguments: SnapshotArguments, language: Language) -> anyhow::Result<ExitCode> {
    let SnapshotArguments { name, overwrite, output: how, controls } = arguments;
    let asked = json!({ "name": name, "overwrite": overwrite });
    let kept = Controls::find(&controls, language)?.post("snapshots", &asked).await?;
    match how.output {
        Output::Json => output::json(&kept)?,
        Output::Text => {
            let mut lines = counts(&kept, language);
            lines.push((language.pick("business time", "业务时间"), text(&kept, "business_time")));
            lines.push((language.pick("bytes", "字节数"), kept["bytes"].to_string()));
            print(&lines)?;
        }
    }
    eprintln!(
        "{}",
        language.pick(
            format!("`ruhui sandbox restore {name}` goes back to it"),
            format!("可用 `ruhui sandbox restore {name}` 恢复"),
        )
    );
    Ok(ExitCode::SUCCESS)
}

async fn list(how: Output, controls: &ControlArguments, language: Language) -> anyhow::Result<ExitCode> {
    let listed = Controls::find(controls, language)?.get("snapshots", &[]).await?;
    if how == Output::Json {
        output::json(&listed)?;
        return Ok(ExitCode::SUCCESS);
    }
    let none = Vec::new();
    let snapshots = listed["data"].as_array().unwrap_or(&none);
    if snapshots.is_empty() {
        eprintln!(
            "{}",
            language.pick(
                "no snapshot; `ruhui sandbox snapshot NAME` makes one",
                "没有快照；可用 `ruhui sandbox snapshot 名称` 创建",
            )
        );
    }
    for snapshot in snapshots {
        output::line(&text(snapshot, "name"))?;
        let mut lines = match snapshot["problem"].as_str() {
            Some(problem) => vec![(language.pick("problem", "问题"), problem.to_owned())],
            None => {
                let mut lines = vec![
                    (language.pick("made", "创建时间"), text(snapshot, "create_time")),
                    (language.pick("business time", "业务时间"), text(snapshot, "business_time")),
                ];
                lines.extend(counts(snapshot, language));
                lines
            }
        };
        lines.push((language.pick("bytes", "字节数"), snapshot["bytes"].to_string()));
        print(&lines)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn delete(
    name: &str,
    how: Output,
    controls: &ControlArguments,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let deleted = Controls::find(controls, language)?.delete_named("snapshots", name).await?;
    match how {
        Output::Json => output::json(&deleted)?,
        Output::Text => {
            let done = (format!("deleted the snapshot `{name}`"), format!("已删除快照 `{name}`"));
            output::line(&language.pick(done.0, done.1))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn counts(state: &Value, language: Language) -> Vec<(&'static str, String)> {
    let line = |(kind, (en, zh)): (&str, (&'static str, &'static str))| {
        (language.pick(en, zh), state["records"][kind].to_string())
    };
    KINDS.into_iter().map(line).collect()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn print(lines: &[(&str, String)]) -> std::io::Result<()> {
    let pairs: Vec<(&str, &str)> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
    output::pairs(&pairs)
}

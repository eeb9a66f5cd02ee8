//! `ruhui requests`: the request log of a sandbox.

mod again;
mod exchange;
pub(super) mod fault;
pub(crate) mod logged;
mod show;
mod table;

use crate::cli::{
    ClearArguments, ExportArguments, FilterArguments, ListArguments, Output, RequestsArguments,
    RequestsCommand,
};
use crate::controls::Controls;
use crate::language::Language;
use crate::output::{self, quoted};
use anyhow::bail;
use ruhui_core::bilingual::OsError;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Number of requests that one page of an export has.
const PAGE: &str = "1000";
/// Seconds for which the sandbox waits for a further request, before it is asked again.
const WAIT: &str = "10";

pub(crate) async fn run(arguments: RequestsArguments, language: Language) -> anyhow::Result<ExitCode> {
    match arguments.command {
        None => list(arguments.list, language).await?,
        Some(RequestsCommand::Show(arguments)) => show::run(arguments, language).await?,
        Some(RequestsCommand::Export(arguments)) => export(arguments, language).await?,
        Some(RequestsCommand::Replay(arguments)) => again::replay(arguments, language).await?,
        Some(RequestsCommand::Clear(arguments)) => clear(arguments, language).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(arguments: ListArguments, language: Language) -> anyhow::Result<()> {
    let ListArguments { filter, limit, follow, output: how, controls } = arguments;
    let controls = Controls::find(&controls, language)?;
    let limit = limit.to_string();
    let filters = filter.query();
    let ask = async |more: &[(&str, &str)]| {
        let mut query: Vec<(&str, &str)> =
            filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        query.extend(more);
        controls.get("requests", &query).await
    };
    let mut listed = ask(&[("limit", &limit)]).await?;
    if !follow && how.output == Output::Json {
        output::json(&listed)?;
        return Ok(());
    }
    let is_empty = listed["data"].as_array().is_none_or(Vec::is_empty);
    if is_empty && !follow {
        let none = if filters.is_empty() {
            language.pick("no request has arrived yet", "尚未收到请求")
        } else {
            language.pick("no request in the log is like that", "日志中没有符合条件的请求")
        };
        eprintln!("{none}");
    }
    loop {
        for exchange in listed["data"].as_array().into_iter().flatten() {
            match how.output {
                // One line for each, since the next may come much later.
                Output::Json => output::line(&exchange.to_string())?,
                Output::Text => output::line(&table::line(exchange, language))?,
            }
        }
        if !follow {
            return Ok(());
        }
        let newest = listed["data"].as_array().and_then(|data| data.last()).map(|last| &last["id"]);
        let after = newest.unwrap_or_else(|| &listed["newest"]).to_string();
        listed = ask(&[("after", &after), ("wait_seconds", WAIT)]).await?;
    }
}

async fn export(arguments: ExportArguments, language: Language) -> anyhow::Result<()> {
    let ExportArguments { file, force, show_sensitive, filter, output: how, controls } = arguments;
    let controls = Controls::find(&controls, language)?;
    let path = file.display();
    if file.exists() && !force {
        bail!(language.pick(
            format!("{path} exists; give another name, or --force to overwrite it"),
            format!("{path} 已存在；请换一个文件名，或用 --force 覆盖"),
        ));
    }
    let har = whole_har(&controls, &filter, show_sensitive).await?;
    let number = har["log"]["entries"].as_array().map_or(0, Vec::len);
    std::fs::write(&file, format!("{har:#}\n")).map_err(|error| {
        let error = OsError::from(&error);
        language.say_of(&path, &error)
    })?;
    match how.output {
        Output::Json => output::json(&json!({ "file": file, "entries": number, "masked": !show_sensitive }))?,
        Output::Text => {
            let masked = match (show_sensitive, language) {
                (true, Language::English) => "with personal data",
                (true, Language::Chinese) => "含敏感信息",
                (false, Language::English) => "masked",
                (false, Language::Chinese) => "已脱敏",
            };
            let file = quoted(&path.to_string());
            output::line(&language.pick(
                format!("{number} requests written to {file}, {masked}"),
                format!("已将 {number} 个请求写入 {file}（{masked}）"),
            ))?;
        }
    }
    Ok(())
}

/// Reads all requests that the filters take, page by page.
async fn whole_har(
    controls: &Controls<'_>,
    filter: &FilterArguments,
    show_sensitive: bool,
) -> anyhow::Result<Value> {
    let (sensitive, mut after) = (show_sensitive.to_string(), "0".to_owned());
    let filters = filter.query();
    let mut whole: Option<Value> = None;
    loop {
        let mut query: Vec<(&str, &str)> =
            filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        query.extend([("limit", PAGE), ("after", &after), ("show_sensitive", &sensitive)]);
        let mut page = controls.get("requests/har", &query).await?;
        let last = page["log"]["_last"].as_u64();
        match &mut whole {
            None => whole = Some(page),
            Some(whole) => {
                let more = page["log"]["entries"].take();
                if let (Value::Array(all), Value::Array(more)) = (&mut whole["log"]["entries"], more) {
                    all.extend(more);
                }
            }
        }
        match last {
            Some(last) => after = last.to_string(),
            None => {
                let mut whole = whole.unwrap_or_default();
                whole["log"].as_object_mut().and_then(|log| log.remove("_last"));
                return Ok(whole);
            }
        }
    }
}

async fn clear(arguments: ClearArguments, language: Language) -> anyhow::Result<()> {
    let controls = Controls::find(&arguments.controls, language)?;
    let cleared = controls.delete("requests").await?;
    match arguments.output.output {
        Output::Json => output::json(&cleared)?,
        Output::Text => output::line(language.pick("the log is empty", "请求日志已清空"))?,
    }
    Ok(())
}

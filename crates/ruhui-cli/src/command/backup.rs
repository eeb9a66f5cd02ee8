//! `ruhui backup`: copies the embedded store to a file, also while the service runs.

use crate::cli::{BackupArguments, DEFAULT_CONFIG, Output, WhichArguments};
use crate::credentials::kit;
use crate::language::Language;
use crate::output::{self, near};
use anyhow::{anyhow, bail};
use ruhui_server::config::Config;
use ruhui_server::env::SystemEntropy;
use ruhui_server::store::{ExistingFile, StoreLocation, back_up};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) fn run(arguments: BackupArguments, language: Language) -> anyhow::Result<ExitCode> {
    let BackupArguments { file, force, which, output } = arguments;
    let store = match place(which, language)? {
        StoreLocation::File(store) => store,
        StoreLocation::Postgres(address) => bail!(language.pick(
            format!("the store is the database {address}: back it up with pg_basebackup or pg_dump"),
            format!("存储为数据库 {address}：请用 pg_basebackup 或 pg_dump 备份"),
        )),
        _ => bail!(nothing_kept(language)),
    };
    let copied = back_up(&store, &file, existing(force), &SystemEntropy)
        .map_err(|error| anyhow!(language.say(&error)))?;
    match output.output {
        Output::Json => output::json(&json!({
            "store": store, "backup": file, "records": copied.records, "bytes": copied.bytes,
        }))?,
        Output::Text => output::pairs(&[
            (language.pick("store", "存储"), &near(&store)),
            (language.pick("backup", "备份"), &near(&file)),
            (language.pick("records", "记录数"), &copied.records.to_string()),
            (language.pick("bytes", "字节数"), &copied.bytes.to_string()),
        ])?,
    }
    eprintln!("{}", language.pick("checked, and on disk", "备份已通过检查并落盘"));
    Ok(ExitCode::SUCCESS)
}

/// Returns the location of a service's store, by the rules of `serve` and `sandbox`.
pub(super) fn place(which: WhichArguments, language: Language) -> anyhow::Result<StoreLocation> {
    if let Some(place) = which.store.place {
        return Ok(place);
    }
    let mut config = match which.config {
        Some(config) => config,
        None => default_config(language)?,
    };
    if config.is_dir() {
        config.push(DEFAULT_CONFIG);
    }
    let read = Config::read(&config).map_err(|error| anyhow!(language.say(&error)))?;
    Ok(read.service.store.within(config.parent().unwrap_or_else(|| Path::new(""))))
}

/// Returns the configuration file in this folder, or that of the sandbox whose kit the other commands find
/// from here.
fn default_config(language: Language) -> anyhow::Result<PathBuf> {
    let here = PathBuf::from(DEFAULT_CONFIG);
    if here.exists() {
        return Ok(here);
    }
    let named = std::env::var_os("RUHUI_KIT").map(PathBuf::from);
    let kit = kit::find(named.as_deref(), language)?.and_then(|kit| kit.canonicalize().ok());
    let config = kit.map(|kit| kit.with_file_name(DEFAULT_CONFIG)).filter(|config| config.is_file());
    Ok(config.unwrap_or(here))
}

pub(super) fn existing(force: bool) -> ExistingFile {
    if force { ExistingFile::Replace } else { ExistingFile::Keep }
}

pub(super) fn nothing_kept(language: Language) -> &'static str {
    language.pick("the store is `memory`: nothing of it is kept", "存储为 `memory`：不保留任何数据")
}

//! `ruhui restore`: replaces the embedded store with a backup.

use super::backup::{existing, nothing_kept, place};
use crate::cli::{Output, RestoreArguments};
use crate::language::Language;
use crate::output::{self, near};
use anyhow::{anyhow, bail};
use ruhui_server::env::SystemEntropy;
use ruhui_server::store::{Restored, StoreLocation, restore};
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: RestoreArguments, language: Language) -> anyhow::Result<ExitCode> {
    let RestoreArguments { file, force, which, output } = arguments;
    let store = match place(which, language)? {
        StoreLocation::File(store) => store,
        StoreLocation::Postgres(address) => bail!(language.pick(
            format!("the store is the database {address}: restore it with what backed it up: a base backup, pg_restore or psql"),
            format!("存储为数据库 {address}：请用备份时的工具恢复（基础备份、pg_restore 或 psql）"),
        )),
        _ => bail!(nothing_kept(language)),
    };
    let Restored { copied, before } = restore(&file, &store, existing(force), &SystemEntropy)
        .map_err(|error| anyhow!(language.say(&error)))?;
    let (records, bytes) = (copied.records.to_string(), copied.bytes.to_string());
    match output.output {
        Output::Json => output::json(&json!({
            "store": store, "backup": file, "records": copied.records, "bytes": copied.bytes, "replaced": before,
        }))?,
        Output::Text => {
            let replaced = before.map(|before| near(&before));
            let mut pairs = vec![
                (language.pick("store", "存储"), near(&store)),
                (language.pick("backup", "备份"), near(&file)),
                (language.pick("records", "记录数"), records),
                (language.pick("bytes", "字节数"), bytes),
            ];
            pairs.extend(replaced.map(|before| (language.pick("replaced", "原存储"), before)));
            let pairs: Vec<(&str, &str)> =
                pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            output::pairs(&pairs)?;
        }
    }
    eprintln!(
        "{}",
        language.pick("checked, and on disk: start the service", "已通过检查并落盘，可以启动服务")
    );
    Ok(ExitCode::SUCCESS)
}

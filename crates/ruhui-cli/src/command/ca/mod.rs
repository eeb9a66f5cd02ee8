//! `ruhui ca`: shows the CA of a sandbox, and how each runtime trusts it and uses the proxy.

mod certificate;
mod lines;

use super::sandbox::{kit_option, tool};
use crate::cli::{CaArguments, CaCommand, Output, Runtime, ShowCaArguments};
use crate::credentials::kit;
use crate::language::Language;
use crate::output::{self, near};
use anyhow::{Context as _, anyhow};
use certificate::Authority;
use lines::{Lines, Place};
use ruhui_core::bilingual::OsError;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) fn run(arguments: CaArguments, language: Language) -> anyhow::Result<ExitCode> {
    let CaCommand::Show(ShowCaArguments { runtime, undo, kit: named, output }) = arguments.command;
    let Kit { folder, ca, proxy } = Kit::find(named.as_deref(), language)?;
    let Some(runtime) = runtime else {
        show_certificate(&folder, &ca, proxy.as_deref(), output.output, language)?;
        return Ok(ExitCode::SUCCESS);
    };
    let folder = with_file(&folder, language)?;
    let lines = Lines::of(runtime, Place { folder: &folder, proxy: proxy.as_deref() });
    match output.output {
        Output::Json => output::json(&json!({
            "runtime": runtime.word(),
            "run_in_ci": runtime.is_run_in_ci(),
            "set": lines.set,
            "undo": lines.undo,
            "notes": lines.notes.iter().map(|note| language.say(note)).collect::<Vec<_>>(),
        }))?,
        Output::Text if undo => output::line(&lines.undo.join("\n"))?,
        Output::Text => {
            let command = format!("{} ca show --for {}{}", tool(), runtime.word(), kit_option(&folder));
            output::line(&script(&lines, runtime, &command, proxy.is_some(), language))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The parts of a kit that programs need for TLS under the real names.
struct Kit {
    folder: PathBuf,
    /// The CA's certificate in PEM.
    ca: String,
    proxy: Option<String>,
}

impl Kit {
    fn find(named: Option<&Path>, language: Language) -> anyhow::Result<Self> {
        let folder = kit::find(named, language)?.with_context(|| {
            language.pick(
                "no kit here; start `ruhui sandbox --proxy` first, or name the --kit",
                "未找到 kit，请先启动 `ruhui sandbox --proxy`，或用 --kit 指定",
            )
        })?;
        let mut values = kit::read(&folder, language)?;
        let ca = values.remove("RUHUI_CA_CERTIFICATE").with_context(|| {
            let kit = near(&folder);
            language.pick(
                format!("the sandbox of {kit} serves no HTTPS, so it has no CA: start it with `--proxy` or `--tls`"),
                format!("{kit} 的沙箱未启用 HTTPS，没有 CA：请用 `--proxy` 或 `--tls` 启动"),
            )
        })?;
        Ok(Self { folder, ca: ca.replace(r"\n", "\n"), proxy: values.remove("RUHUI_PROXY_URL") })
    }
}

/// Returns the absolute path of the kit, in which the lines need the CA's file.
fn with_file(folder: &Path, language: Language) -> anyhow::Result<PathBuf> {
    let file = folder.join("ca.pem");
    let found = file.canonicalize().map_err(|error| {
        let missing = file.display();
        let what = language.pick(
            format!("the lines need {missing}, and a kit.env alone has no files"),
            format!("这些命令需要 {missing}，仅有 kit.env 是不够的"),
        );
        language.say_of(what, &OsError::from(error))
    })?;
    Ok(found.parent().unwrap_or(folder).to_owned())
}

fn show_certificate(
    folder: &Path,
    pem: &str,
    proxy: Option<&str>,
    how: Output,
    language: Language,
) -> anyhow::Result<()> {
    let authority = Authority::from_pem(pem).map_err(|why| anyhow!(language.say(&why)))?;
    let Authority { names, not_before, not_after, fingerprint } = authority;
    let file = folder.join("ca.pem");
    if how == Output::Json {
        return Ok(output::json(&json!({
            "file": file, "names": names, "not_before": not_before, "not_after": not_after,
            "sha256": fingerprint, "proxy": proxy, "certificate": pem,
        }))?);
    }
    let (names, file) = (names.join(", "), near(&file));
    let (from, until) = (not_before.to_string(), not_after.to_string());
    let mut pairs = vec![
        (language.pick("file", "文件"), file.as_str()),
        (language.pick("limited to", "仅限域名"), &names),
        (language.pick("valid from", "生效时间"), &from),
        (language.pick("valid until", "失效时间"), &until),
        ("SHA-256", &fingerprint),
    ];
    pairs.extend(proxy.map(|url| (language.pick("proxy", "代理"), url)));
    output::pairs(&pairs)?;
    output::line("")?;
    output::lines(pem.as_bytes())?;
    Ok(())
}

/// Formats the lines as a text of a shell: the explanations are comments, so that the whole can be pasted.
fn script(lines: &Lines, runtime: Runtime, command: &str, has_proxy: bool, language: Language) -> String {
    let mut text = vec![
        match runtime {
            Runtime::Debian => language.pick(
                "# Trust the sandbox's CA on this machine, and use its proxy in this shell.",
                "# 在本机信任沙箱的 CA，并在当前终端使用其代理。",
            ),
            _ => language.pick(
                "# Trust the sandbox's CA and use its proxy, for programs started from this shell.",
                "# 让从当前终端启动的程序信任沙箱的 CA 并使用其代理。",
            ),
        }
        .to_owned(),
        language.pick(
            format!("# Paste the lines, or run: eval \"$({command})\""),
            format!("# 粘贴以下命令，或执行：eval \"$({command})\""),
        ),
    ];
    if !has_proxy {
        text.push(
            language
                .pick(
                    "# No proxy runs: start the sandbox with --proxy, or let the host names lead to it.",
                    "# 代理未启动：请用 --proxy 启动沙箱，或将域名解析到沙箱。",
                )
                .to_owned(),
        );
    }
    text.extend(lines.set.iter().cloned());
    text.extend(lines.notes.iter().map(|note| format!("# - {}", language.say(note))));
    text.push(language.pick(
        format!("# To undo it: eval \"$({command} --undo)\", which runs:"),
        format!("# 撤销：eval \"$({command} --undo)\"，即执行："),
    ));
    text.extend(lines.undo.iter().map(|line| format!("#   {line}")));
    text.join("\n")
}

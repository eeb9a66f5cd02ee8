//! The comment at the top of a program: its file name, the commands that run it, and whether CI runs it.

use super::client::KitClient;
use ruhui_core::bilingual::Bilingual;

/// Returns the comment. It is empty for a program that is pasted into a shell.
pub(super) fn heading(client: KitClient, file: Option<&str>, commands: &[&str]) -> Bilingual {
    let Some(file) = file else { return Bilingual::fixed("", "") };
    let (opening, comment) = match client {
        KitClient::Python => ("", "#"),
        KitClient::Php | KitClient::WechatpayPhp => ("<?php\n", "//"),
        _ => ("", "//"),
    };
    let commands: String = commands.iter().map(|command| format!("{comment}   {command}\n")).collect();
    let text = |save: String, source: Option<String>| {
        let source = source.map(|source| format!("{comment} {source}\n")).unwrap_or_default();
        format!("{opening}{comment} {save}\n{commands}{source}\n")
    };
    let source = client.not_run_in_ci();
    Bilingual::new(
        text(
            format!("Save as {file}, then:"),
            source.map(|source| format!("Written from the public source of {source}; not run in CI.")),
        ),
        text(
            format!("另存为 {file}，然后执行："),
            source.map(|source| format!("根据 {source} 的公开源代码编写；CI 未运行。")),
        ),
    )
}

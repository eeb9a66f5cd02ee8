//! `ruhui kit`: the lines that point a client at the sandbox.

use crate::cli::{Client, KitArguments};
use crate::credentials::{find_kit, read_kit};
use crate::language::Language;
use crate::output;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::process::ExitCode;

pub(crate) fn run(arguments: KitArguments, language: Language) -> anyhow::Result<ExitCode> {
    let folder = find_kit(arguments.kit.as_deref(), language)?.with_context(|| {
        language.pick("no kit here; start `ruhui sandbox` first", "未找到 kit，请先启动 `ruhui sandbox`")
    })?;
    let values = read_kit(&folder)?;
    match arguments.client {
        Some(client) => output::line(fill(template(client), &values).trim_end()),
        None => {
            for (name, value) in &values {
                output::line(&format!("export {name}='{}'", value.replace('\'', r"'\''")));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts values in the place of `{RUHUI_...}`.
fn fill(template: &str, values: &BTreeMap<String, String>) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

fn template(client: Client) -> &'static str {
    match client {
        Client::Java => include_str!("kit/java.txt"),
        Client::Go => include_str!("kit/go.txt"),
        Client::Node => include_str!("kit/node.txt"),
        Client::Python => include_str!("kit/python.txt"),
        Client::Php => include_str!("kit/php.txt"),
        Client::Curl => include_str!("kit/curl.txt"),
        Client::Rust => include_str!("kit/rust.txt"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;

    #[test]
    fn templates_use_variables_of_the_kit_only() {
        let known = [
            "RUHUI_BASE_URL",
            "RUHUI_BACKUP_URL",
            "RUHUI_MCHID",
            "RUHUI_SERIAL_NO",
            "RUHUI_PRIVATE_KEY",
            "RUHUI_WECHATPAY_PUBLIC_KEY_ID",
            "RUHUI_WECHATPAY_PUBLIC_KEY",
            "RUHUI_APIV3_KEY",
            "RUHUI_BRAND_ID",
            "RUHUI_CARD_ID",
            "RUHUI_OPENID",
        ];
        let values = known.map(|name| (name.to_owned(), "x".to_owned())).into();
        for client in Client::value_variants() {
            let text = fill(template(*client), &values);
            assert!(!text.contains("{RUHUI_"), "{text}");
            assert!(text.contains('x'));
        }
    }
}

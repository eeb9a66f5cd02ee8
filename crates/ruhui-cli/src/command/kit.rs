//! `ruhui kit`: prints a sandbox's variables, or a program that gets a first token from it.

use crate::cli::{Client, KitArguments, Output};
use crate::credentials::kit;
use crate::language::Language;
use crate::output;
use anyhow::Context as _;
use serde_json::json;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Variable that exists only in the kit of a sandbox with TLS.
const CA: &str = "RUHUI_CA_CERTIFICATE";

pub(crate) fn run(arguments: KitArguments, language: Language) -> anyhow::Result<ExitCode> {
    let folder = kit::find(arguments.kit.as_deref(), language)?.with_context(|| {
        language.pick("no kit here; start `ruhui sandbox` first", "未找到 kit，请先启动 `ruhui sandbox`")
    })?;
    let values = kit::read(&folder, language)?;
    match arguments.client {
        Some(client) => {
            let values = kit::with_paths(values, &folder, language)?;
            let program = program(client, &values, language);
            match arguments.output.output {
                Output::Text => output::line(&program)?,
                Output::Json => output::json(&json!({
                    "file": steps(client, values.contains_key(CA)).map(|(file, _)| file),
                    "program": program,
                }))?,
            }
        }
        None if arguments.output.output == Output::Json => output::json(&json!(values))?,
        None => {
            for (name, value) in &values {
                output::line(&format!("export {name}='{}'", value.replace('\'', r"'\''")))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns a client's complete program, with a comment that says how to run it.
fn program(client: Client, values: &BTreeMap<String, String>, language: Language) -> String {
    let heading = heading(client, values.contains_key(CA), language);
    let text = format!("{heading}{}", template(client));
    // Without TLS there is no CA, and a line about it would not compile.
    let needed = |line: &&str| values.contains_key(CA) || !line.contains(&format!("{{{CA}}}"));
    let lines: Vec<&str> = text.lines().filter(needed).collect();
    fill(&translate(&lines.join("\n"), language), values)
}

/// Replaces each `{RUHUI_...}` by its value.
fn fill(template: &str, values: &BTreeMap<String, String>) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Leaves one of the two texts in each `«English¦Chinese»`.
fn translate(template: &str, language: Language) -> String {
    let mut parts = template.split('«');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (both, rest) = part.split_once('»').unwrap_or((part, ""));
        let (en, zh) = both.split_once('¦').unwrap_or((both, both));
        text += language.pick(en, zh);
        text += rest;
    }
    text
}

/// Returns the comment at the top: the name of the file, and the commands that run it.
fn heading(client: Client, is_tls: bool, language: Language) -> String {
    let Some((file, commands)) = steps(client, is_tls) else { return String::new() };
    let (opening, comment) = match client {
        Client::Python => ("", "#"),
        Client::Php => ("<?php\n", "//"),
        _ => ("", "//"),
    };
    let save = language.pick(format!("Save as {file}, then:"), format!("另存为 {file}，然后执行："));
    let commands: String = commands.iter().map(|command| format!("{comment}   {command}\n")).collect();
    format!("{opening}{comment} {save}\n{commands}\n")
}

/// Returns the file name of a program and the commands that run it. `None` for a program that is pasted into
/// a shell.
fn steps(client: Client, is_tls: bool) -> Option<(&'static str, &'static [&'static str])> {
    Some(match (client, is_tls) {
        (Client::Java, false) => ("FirstToken.java", &["java FirstToken.java"]),
        // Java reads a PKCS#12 store as empty if its password is not given.
        (Client::Java, true) => (
            "FirstToken.java",
            &[
                "keytool -importcert -noprompt -alias ruhui -file '{RUHUI_CA_CERTIFICATE}' \\",
                "  -storetype PKCS12 -storepass changeit -keystore ruhui.p12",
                "java -Djavax.net.ssl.trustStore=ruhui.p12 \\",
                "  -Djavax.net.ssl.trustStorePassword=changeit FirstToken.java",
            ],
        ),
        (Client::Go, false) => ("first_token.go", &["go run first_token.go"]),
        (Client::Go, true) => {
            ("first_token.go", &["SSL_CERT_FILE='{RUHUI_CA_CERTIFICATE}' go run first_token.go"])
        }
        (Client::Node, false) => {
            ("first_token.cjs", &["npm install wechatpay-axios-plugin", "node first_token.cjs"])
        }
        (Client::Node, true) => (
            "first_token.cjs",
            &[
                "npm install wechatpay-axios-plugin",
                "NODE_EXTRA_CA_CERTS='{RUHUI_CA_CERTIFICATE}' node first_token.cjs",
            ],
        ),
        (Client::Python, false) => ("first_token.py", &["pip install wechatpayv3", "python3 first_token.py"]),
        (Client::Python, true) => (
            "first_token.py",
            &[
                "pip install wechatpayv3",
                "REQUESTS_CA_BUNDLE='{RUHUI_CA_CERTIFICATE}' python3 first_token.py",
            ],
        ),
        (Client::Php, _) => {
            ("first_token.php", &["composer require wechatpay/wechatpay", "php first_token.php"])
        }
        (Client::Curl, _) => return None,
        (Client::Rust, _) => (
            "src/main.rs",
            &[
                "cargo add tokio --features macros,rt-multi-thread",
                "cargo add ruhui --path PATH/TO/ruhui/crates/ruhui",
                "cargo run",
            ],
        ),
    })
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
    fn programs_use_variables_of_the_kit_only() {
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
        let plain: BTreeMap<_, _> = known.map(|name| (name.to_owned(), "x".to_owned())).into();
        let mut over_tls = plain.clone();
        over_tls.insert(CA.to_owned(), "/its/ca.pem".to_owned());
        for client in Client::value_variants() {
            for language in [Language::English, Language::Chinese] {
                let text = program(*client, &plain, language);
                assert!(!text.contains("{RUHUI_") && !text.contains(['«', '¦', '»']), "{text}");
                assert!(text.contains("pre-auth-tokens") || text.contains("reAuthToken"), "{text}");
                assert!(!text.contains("ca.pem"), "{text}");
                assert!(program(*client, &over_tls, language).contains("/its/ca.pem"), "{text}");
            }
        }
    }
}

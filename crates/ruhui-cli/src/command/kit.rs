//! `ruhui kit`: the lines that point a client at the sandbox.

use crate::cli::{Client, KitArguments};
use crate::credentials::kit;
use crate::language::Language;
use crate::output;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::process::ExitCode;

pub(crate) fn run(arguments: KitArguments, language: Language) -> anyhow::Result<ExitCode> {
    let folder = kit::find(arguments.kit.as_deref(), language)?.with_context(|| {
        language.pick("no kit here; start `ruhui sandbox` first", "未找到 kit，请先启动 `ruhui sandbox`")
    })?;
    let values = kit::read(&folder, language)?;
    match arguments.client {
        Some(client) => {
            if values.contains_key("RUHUI_CA_CERTIFICATE") {
                output::line(&fill(trust(client), &values))?;
            }
            output::line(fill(template(client), &values).trim_end())?;
        }
        None => {
            for (name, value) in &values {
                output::line(&format!("export {name}='{}'", value.replace('\'', r"'\''")))?;
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

/// How such a client is told to trust the CA of a sandbox that serves HTTPS.
fn trust(client: Client) -> &'static str {
    match client {
        Client::Java => {
            "// Trust the sandbox's CA: keytool -importcert -noprompt -alias ruhui -storepass changeit \\\n\
             //   -file '{RUHUI_CA_CERTIFICATE}' -keystore ruhui.p12\n\
             // then run java with -Djavax.net.ssl.trustStore=ruhui.p12"
        }
        Client::Go => "// Trust the sandbox's CA: SSL_CERT_FILE='{RUHUI_CA_CERTIFICATE}' go run ...",
        Client::Node => "// Trust the sandbox's CA: NODE_EXTRA_CA_CERTS='{RUHUI_CA_CERTIFICATE}' node ...",
        Client::Python => "# Trust the sandbox's CA: REQUESTS_CA_BUNDLE='{RUHUI_CA_CERTIFICATE}' python3 ...",
        Client::Php => {
            "// Trust the sandbox's CA: give Builder::factory 'verify' => '{RUHUI_CA_CERTIFICATE}' too"
        }
        Client::Curl => "export CURL_CA_BUNDLE='{RUHUI_CA_CERTIFICATE}'  # the sandbox's CA",
        Client::Rust => {
            "// Trust the sandbox's CA: call .ca_certificate(\"{RUHUI_CA_CERTIFICATE}\") before .build()"
        }
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
            "RUHUI_CA_CERTIFICATE",
        ];
        let values = known.map(|name| (name.to_owned(), "x".to_owned())).into();
        for client in Client::value_variants() {
            for text in [template(*client), trust(*client)] {
                let text = fill(text, &values);
                assert!(!text.contains("{RUHUI_"), "{text}");
                assert!(text.contains('x'));
            }
        }
    }
}

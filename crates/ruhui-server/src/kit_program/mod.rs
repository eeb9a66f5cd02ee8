//! Programs that get a first token from a sandbox, in each programming language, filled with the values of its kit.

use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::is_text_of_key;
use ruhui_core::programming_language::ProgrammingLanguage;
use std::collections::BTreeMap;

/// Variable that exists only in the kit of a sandbox with TLS.
const CA: &str = "RUHUI_CA_CERTIFICATE";

/// The variables of a kit with keys and certificates, each with the kit's file of the same content.
pub const FILES: [(&str, &str); 7] = [
    ("RUHUI_PRIVATE_KEY", "apiclient_key.pem"),
    ("RUHUI_CERTIFICATE", "apiclient_cert.pem"),
    ("RUHUI_WECHATPAY_PUBLIC_KEY", "wxp_pub.pem"),
    ("RUHUI_WECHATPAY_CERTIFICATE", "wxp_cert.pem"),
    ("RUHUI_BRAND_PRIVATE_KEY", "brand_key.pem"),
    ("RUHUI_BRAND_WECHATPAY_PUBLIC_KEY", "brand_wxp_pub.pem"),
    ("RUHUI_CA_CERTIFICATE", "ca.pem"),
];

/// A program that gets a first token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KitProgram {
    /// Name of the file that the program is saved as. `None` for a program that is pasted into a shell.
    pub file: Option<&'static str>,
    /// Commands that run it.
    pub commands: Vec<String>,
    /// The program, with a comment that says how to run it.
    pub text: Bilingual,
    /// The kit's files that it reads.
    pub reads: Vec<&'static str>,
}

impl KitProgram {
    /// Returns the program in `language` with the `values` of the kit's variables, in which paths of files stand for keys
    /// and certificates: see [`with_paths`].
    pub fn of(language: ProgrammingLanguage, values: &BTreeMap<String, String>) -> Self {
        let is_tls = values.contains_key(CA);
        let (file, commands) = match steps(language, is_tls) {
            Some((file, commands)) => (Some(file), commands),
            None => (None, &[][..]),
        };
        let [english, chinese] = ["Save as {}, then:", "另存为 {}，然后执行："].map(|save| {
            let heading = file.map(|file| heading(language, &save.replace("{}", file), commands));
            let text = heading.unwrap_or_default() + template(language);
            // Without TLS there is no CA, and a line about it would not compile.
            let needed = |line: &&str| is_tls || !line.contains(&format!("{{{CA}}}"));
            text.lines().filter(needed).collect::<Vec<_>>().join("\n")
        });
        let reads = FILES.iter().filter(|(variable, _)| english.contains(&format!("{{{variable}}}")));
        Self {
            file,
            commands: commands.iter().map(|command| fill(command, values)).collect(),
            reads: reads.map(|(_, file)| *file).collect(),
            text: Bilingual::new(
                fill(&translated(&english, |en, _| en), values),
                fill(&translated(&chinese, |_, zh| zh), values),
            ),
        }
    }
}

/// Replaces the PEM text of each variable by the path of the kit's file, for programs that read files.
///
/// # Errors
///
/// Returns the error of `path` for the first file that has none.
pub fn with_paths<E>(
    mut values: BTreeMap<String, String>,
    path: impl Fn(&str) -> Result<String, E>,
) -> Result<BTreeMap<String, String>, E> {
    for (variable, file) in FILES {
        if let Some(value) = values.get_mut(variable).filter(|value| is_text_of_key(value)) {
            *value = path(file)?;
        }
    }
    Ok(values)
}

/// Replaces each `{RUHUI_...}` by its value.
fn fill(template: &str, values: &BTreeMap<String, String>) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Leaves one of the two texts in each `«English¦Chinese»`.
fn translated(template: &str, pick: for<'a> fn(&'a str, &'a str) -> &'a str) -> String {
    let mut parts = template.split('«');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (both, rest) = part.split_once('»').unwrap_or((part, ""));
        let (en, zh) = both.split_once('¦').unwrap_or((both, both));
        text += pick(en, zh);
        text += rest;
    }
    text
}

/// Returns the comment at the top: the name of the file, and the commands that run it.
fn heading(language: ProgrammingLanguage, save: &str, commands: &[&str]) -> String {
    let (opening, comment) = match language {
        ProgrammingLanguage::Python => ("", "#"),
        ProgrammingLanguage::Php => ("<?php\n", "//"),
        _ => ("", "//"),
    };
    let commands: String = commands.iter().map(|command| format!("{comment}   {command}\n")).collect();
    format!("{opening}{comment} {save}\n{commands}\n")
}

/// Returns the file name of a program and the commands that run it. `None` for a program that is pasted into
/// a shell.
fn steps(language: ProgrammingLanguage, is_tls: bool) -> Option<(&'static str, &'static [&'static str])> {
    Some(match (language, is_tls) {
        (ProgrammingLanguage::Java, false) => ("FirstToken.java", &["java FirstToken.java"]),
        // Java reads a PKCS#12 store as empty if its password is not given.
        (ProgrammingLanguage::Java, true) => (
            "FirstToken.java",
            &[
                "keytool -importcert -noprompt -alias ruhui -file '{RUHUI_CA_CERTIFICATE}' \\",
                "  -storetype PKCS12 -storepass changeit -keystore ruhui.p12",
                "java -Djavax.net.ssl.trustStore=ruhui.p12 \\",
                "  -Djavax.net.ssl.trustStorePassword=changeit FirstToken.java",
            ],
        ),
        (ProgrammingLanguage::Go, false) => ("first_token.go", &["go run first_token.go"]),
        (ProgrammingLanguage::Go, true) => {
            ("first_token.go", &["SSL_CERT_FILE='{RUHUI_CA_CERTIFICATE}' go run first_token.go"])
        }
        (ProgrammingLanguage::Node, false) => {
            ("first_token.cjs", &["npm install wechatpay-axios-plugin", "node first_token.cjs"])
        }
        (ProgrammingLanguage::Node, true) => (
            "first_token.cjs",
            &[
                "npm install wechatpay-axios-plugin",
                "NODE_EXTRA_CA_CERTS='{RUHUI_CA_CERTIFICATE}' node first_token.cjs",
            ],
        ),
        (ProgrammingLanguage::Python, false) => {
            ("first_token.py", &["pip install wechatpayv3", "python3 first_token.py"])
        }
        (ProgrammingLanguage::Python, true) => (
            "first_token.py",
            &[
                "pip install wechatpayv3",
                "REQUESTS_CA_BUNDLE='{RUHUI_CA_CERTIFICATE}' python3 first_token.py",
            ],
        ),
        (ProgrammingLanguage::Php, _) => {
            ("first_token.php", &["composer require wechatpay/wechatpay", "php first_token.php"])
        }
        (ProgrammingLanguage::Rust, _) => (
            "src/main.rs",
            &[
                "cargo add tokio --features macros,rt-multi-thread",
                "cargo add ruhui --path PATH/TO/ruhui/crates/ruhui",
                "cargo run",
            ],
        ),
        // A shell; another language has to get its row before it can be added.
        _ => return None,
    })
}

fn template(language: ProgrammingLanguage) -> &'static str {
    match language {
        ProgrammingLanguage::Java => include_str!("java.txt"),
        ProgrammingLanguage::Go => include_str!("go.txt"),
        ProgrammingLanguage::Node => include_str!("node.txt"),
        ProgrammingLanguage::Python => include_str!("python.txt"),
        ProgrammingLanguage::Php => include_str!("php.txt"),
        ProgrammingLanguage::Curl => include_str!("curl.txt"),
        ProgrammingLanguage::Rust => include_str!("rust.txt"),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for language in ProgrammingLanguage::ALL {
            let (of_plain, of_tls) = (KitProgram::of(language, &plain), KitProgram::of(language, &over_tls));
            assert!(of_plain.reads.contains(&"apiclient_key.pem"), "{of_plain:?}");
            assert_eq!(of_plain.file.is_some(), language != ProgrammingLanguage::Curl);
            let has_ca = |program: &KitProgram, text: &str| {
                text.contains("/its/ca.pem")
                    || program.commands.iter().any(|line| line.contains("/its/ca.pem"))
            };
            for pick in [Bilingual::en, Bilingual::zh] {
                let text = pick(&of_plain.text);
                assert!(!text.contains("{RUHUI_") && !text.contains(['«', '¦', '»']), "{text}");
                assert!(text.contains("pre-auth-tokens") || text.contains("reAuthToken"), "{text}");
                assert!(!has_ca(&of_plain, text), "{text}");
                assert!(has_ca(&of_tls, pick(&of_tls.text)), "{text}");
            }
        }
    }
}

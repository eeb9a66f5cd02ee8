//! Programs that use a sandbox, for each client library and tool, filled with the values of its kit.

mod address_parts;
mod client;
mod heading;
mod steps;
mod task;
mod templates;

pub use client::{KitClient, UnknownClient};
pub use task::Task;

use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::is_text_of_key;
use std::collections::BTreeMap;

/// Variable that exists only in the kit of a sandbox with TLS.
const CA: &str = "RUHUI_CA_CERTIFICATE";

/// Variables that not every kit has. A line with one that is missing is left out of a program, since it would not
/// compile.
const OPTIONAL: [&str; 3] = [CA, address_parts::PROXY_HOST, address_parts::PROXY_PORT];

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

/// A program that uses a sandbox.
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
    /// Returns the program of `client` for `task` with the `values` of the kit's variables, in which paths of files stand
    /// for keys and certificates: see [`with_paths`]. `None` if the client cannot do the task.
    pub fn of(client: KitClient, task: Task, values: &BTreeMap<String, String>) -> Option<Self> {
        let template = templates::template(client, task)?;
        let values = &address_parts::added(values);
        let steps = steps::steps(client, task);
        let commands = steps.commands(values.contains_key(CA));
        let is_missing = |line: &str| {
            OPTIONAL.iter().any(|name| !values.contains_key(*name) && line.contains(&format!("{{{name}}}")))
        };
        let program = |heading: String| {
            let text = heading + template;
            text.lines().filter(|line| !is_missing(line)).collect::<Vec<_>>().join("\n")
        };
        let heading = heading::heading(client, steps.file, &commands);
        let [english, chinese] = [program(heading.en().to_owned()), program(heading.zh().to_owned())];
        let reads = FILES.iter().filter(|(variable, _)| english.contains(&format!("{{{variable}}}")));
        Some(Self {
            file: steps.file,
            commands: commands.iter().map(|command| fill(command, values)).collect(),
            reads: reads.map(|(_, file)| *file).collect(),
            text: Bilingual::new(
                fill(&translated(&english, |en, _| en), values),
                fill(&translated(&chinese, |_, zh| zh), values),
            ),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the values of a kit in which each of its variables is `x`, and its addresses are addresses.
    fn plain() -> BTreeMap<String, String> {
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
        let mut plain: BTreeMap<_, _> = known.map(|name| (name.to_owned(), "x".to_owned())).into();
        plain.insert("RUHUI_NOTIFY_URL".to_owned(), "http://127.0.0.1:7093/notify".to_owned());
        plain
    }

    #[test]
    fn programs_use_variables_of_the_kit_only() {
        let plain = plain();
        let mut over_tls = plain.clone();
        over_tls.insert(CA.to_owned(), "/its/ca.pem".to_owned());
        over_tls.insert("RUHUI_PROXY_URL".to_owned(), "http://127.0.0.1:7094".to_owned());
        for (client, task) in KitClient::ALL
            .into_iter()
            .flat_map(|client| [Task::FirstToken, Task::Callbacks].map(|task| (client, task)))
        {
            let of_kit = |kit| KitProgram::of(client, task, kit);
            let (Some(of_plain), Some(of_tls)) = (of_kit(&plain), of_kit(&over_tls)) else {
                assert_eq!((client, task), (KitClient::Curl, Task::Callbacks));
                continue;
            };
            assert!(!of_plain.reads.is_empty(), "{of_plain:?}");
            assert_eq!(of_plain.file.is_some(), client != KitClient::Curl);
            let has_ca = |program: &KitProgram, text: &str| {
                text.contains("/its/ca.pem")
                    || program.commands.iter().any(|line| line.contains("/its/ca.pem"))
            };
            for pick in [Bilingual::en, Bilingual::zh] {
                let text = pick(&of_plain.text);
                assert!(!text.contains("{RUHUI_") && !text.contains(['«', '¦', '»']), "{text}");
                assert!(!has_ca(&of_plain, text), "{text}");
                match task {
                    Task::FirstToken => {
                        let path = ["pre-auth-tokens", "reAuthToken", "PreauthToken"];
                        assert!(path.iter().any(|path| text.contains(path)), "{text}");
                        assert!(has_ca(&of_tls, pick(&of_tls.text)), "{text}");
                    }
                    Task::Callbacks => assert!(text.contains("7093"), "{text}"),
                }
            }
        }
    }

    #[test]
    fn a_program_that_ci_does_not_run_says_so() {
        for client in KitClient::ALL {
            let program = KitProgram::of(client, Task::FirstToken, &plain()).unwrap();
            let is_said = program.text.en().contains("not run in CI");
            assert_eq!(is_said, client.not_run_in_ci().is_some(), "{program:?}");
            assert_eq!(program.text.zh().contains("CI 未运行"), is_said, "{program:?}");
        }
    }

    #[test]
    fn a_proxy_is_a_line_of_the_program_if_the_sandbox_has_one() {
        let program =
            |kit: &_| KitProgram::of(KitClient::WxJava, Task::FirstToken, kit).unwrap().text.en().to_owned();
        let mut kit = plain();
        assert!(!program(&kit).contains("setHttpProxy"));
        kit.insert("RUHUI_PROXY_URL".to_owned(), "http://127.0.0.1:7094".to_owned());
        let text = program(&kit);
        assert!(
            text.contains("setHttpProxyHost(\"127.0.0.1\")") && text.contains("setHttpProxyPort(7094)"),
            "{text}"
        );
    }
}

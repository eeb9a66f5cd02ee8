//! Reports of failed requests: one line with the next step, or JSON.

use crate::advice;
use crate::credentials::{Origin, Settings};
use crate::language::Language;
use crate::output::{near, quoted};
use ruhui::error::{Failure, Proof};
use ruhui::transport::{NetworkCause, TransportError};
use ruhui::{Error, Response};
use serde_json::{Value, json};
use std::fmt;

/// An error with fields for programs. Its text is in the user's language.
#[derive(Debug)]
pub(crate) struct Reported {
    pub(crate) text: String,
    /// The object `error` of the JSON output.
    pub(crate) fields: Value,
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Reported {}

/// Facts about the request that are reported with its error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) language: Language,
    /// Advice for a path that does not exist.
    pub(crate) other_path: Option<&'a str>,
}

/// The user that a request is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User<'a> {
    pub(crate) openid: &'a str,
    /// Words with which the request is about a new user.
    pub(crate) new: &'a str,
}

impl Failed<'_> {
    /// Converts the SDK's error into the line for people and the fields for programs.
    pub(crate) fn explain(self, error: Error) -> anyhow::Error {
        self.explain_about(None, error)
    }

    /// Converts the error of a request about a user as [`Self::explain`] does, with advice if the user is the reason.
    pub(crate) fn explain_about(self, user: Option<User<'_>>, error: Error) -> anyhow::Error {
        let mut text = self.language.say(&error);
        let mut fields = self.fields(&error);
        if let Some(hint) = self.hint(user, &error) {
            text += self.language.pick("; ", "；");
            text += &hint;
            fields["hint"] = json!(hint);
        }
        Reported { text, fields }.into()
    }

    fn hint(self, user: Option<User<'_>>, error: &Error) -> Option<String> {
        match error {
            Error::Transport(failures) => self.hint_at_connecting(failures),
            Error::Api(refusal) => {
                if refusal.sign_information().is_some() {
                    return Some(self.language.pick(
                        "does the private key belong to the certificate of this serial? The sandbox's log names the cause",
                        "请检查私钥与证书序列号是否配对；沙箱日志会指出原因",
                    ).to_owned());
                }
                if let Some(user) = user.filter(|_| self.settings.is_for_sandbox())
                    && let Some(hint) = advice::on_user(refusal, user.openid, user.new, self.language)
                {
                    return Some(hint);
                }
                let no_such_path = refusal.status() == 404 && refusal.proof == Proof::Unsigned;
                if !no_such_path || refusal.code.is_some() {
                    return None;
                }
                let way = match (self.other_path, self.settings.origin()) {
                    (Some(way), _) => way,
                    // A sandbox names the nearest path in its request log.
                    (None, Origin::Kit(_)) => "ruhui requests --status 404",
                    (None, _) => return None,
                };
                Some(self.language.pick(
                    format!("nothing is served at this path; try `{way}`"),
                    format!("该路径未提供服务；请尝试 `{way}`"),
                ))
            }
            _ => None,
        }
    }

    fn hint_at_connecting(self, failures: &[Failure]) -> Option<String> {
        let mut causes = Vec::new();
        for failure in failures {
            let TransportError::Connect { why, proxy, .. } = &failure.error else { return None };
            causes.push((*why, proxy.as_ref()));
        }
        let (why, proxy) = *causes.first()?;
        if let Some(proxy) = proxy {
            let variable = proxy.variable;
            return Some(self.language.pick(
                format!(
                    "correct or unset {variable}, or name the host in NO_PROXY to call it without the proxy"
                ),
                format!("请修正或取消环境变量 {variable}，或在 NO_PROXY 中列出该域名以绕过代理"),
            ));
        }
        if why == NetworkCause::CertificateUntrusted || why == NetworkCause::CertificateSelfSigned {
            let hint = self
                .language
                .pick("name the CA to trust with --ca-certificate", "请用 --ca-certificate 指定要信任的 CA");
            return Some(hint.to_owned());
        }
        if why != NetworkCause::Refused {
            return None;
        }
        let Origin::Kit(kit) = self.settings.origin() else { return None };
        let folder = kit.canonicalize().ok()?.parent().map(near)?;
        let command = format!("ruhui sandbox {}", quoted(&folder));
        Some(self.language.pick(
            format!("is the sandbox running? `{command}` starts it"),
            format!("沙箱是否已启动？可执行 `{command}`"),
        ))
    }

    fn fields(self, error: &Error) -> Value {
        let mut fields = json!({
            "message": self.language.say(error),
            "status": error.status().map(|status| status.as_u16()),
            "code": error.code().map(ToString::to_string),
            "request_id": error.request_id(),
            "retryable": error.is_retryable(),
            "may_have_taken_effect": error.may_have_taken_effect(),
        });
        if let Error::Api(refusal) = error {
            if refusal.code.is_some() {
                fields["message"] = json!(refusal.message);
            }
            fields["detail"] = json!(refusal.detail);
            fields["signed"] = json!(refusal.proof == Proof::Signed);
        }
        fields
    }
}

/// Prints on stderr that the backup host responded in place of the main host, and the reason.
pub(crate) fn say_if_from_backup(response: &Response, language: Language) {
    let exchange = response.exchange();
    if let Some(earlier) = &exchange.earlier {
        let host = &exchange.host;
        eprintln!(
            "{}",
            language.pick(
                format!("from the backup host {host}, since the main host failed: {earlier}"),
                format!("应答来自备用域名 {host}，主域名失败：{earlier:#}"),
            )
        );
    }
}

//! The controls of a running sandbox that the command line or the kit names, with errors for people.

use crate::advice;
use crate::cli::ControlArguments;
use crate::credentials::kit;
use crate::failure::Reported;
use crate::language::Language;
use crate::output::{near, quoted};
use anyhow::{anyhow, bail};
use ruhui_sandbox::controls::{ControlError, Rejection};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Returns a member of a control's response as a text, or an empty one.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The controls of one sandbox.
pub(crate) struct Controls<'a> {
    client: ruhui_sandbox::controls::Controls,
    arguments: &'a ControlArguments,
    folder: Option<PathBuf>,
    kit: BTreeMap<String, String>,
    language: Language,
}

impl<'a> Controls<'a> {
    pub(crate) fn find(arguments: &'a ControlArguments, language: Language) -> anyhow::Result<Self> {
        let folder = kit::find(arguments.kit.as_deref(), language)?;
        let kit = match &folder {
            Some(folder) => kit::read(folder, language)?,
            None => BTreeMap::new(),
        };
        let given = arguments.fresh("operations_url", &arguments.operations_url);
        let Some(url) = given.or_else(|| kit.get("RUHUI_OPERATIONS_URL").map(String::as_str)) else {
            bail!(language.pick(
                "no sandbox: start `ruhui sandbox` here, or name its --kit",
                "未找到沙箱：请在当前目录启动 `ruhui sandbox`，或用 --kit 指定",
            ));
        };
        let client = match ruhui_sandbox::controls::Controls::new(url) {
            Ok(client) => language.pick(client.clone(), client.in_chinese()),
            Err(error) => return Err(unusable(&error, language)),
        };
        Ok(Self { client, arguments, folder, kit, language })
    }

    /// Returns the value of a flag or variable, or that of the kit.
    pub(crate) fn required(
        &self,
        id: &str,
        value: &Option<String>,
        variable: &str,
    ) -> anyhow::Result<String> {
        let given = self.arguments.fresh(id, value).or_else(|| self.kit.get(variable).map(String::as_str));
        given.map(str::to_owned).ok_or_else(|| {
            let flag = format!("--{}", id.replace('_', "-"));
            anyhow!(self.language.pick(
                format!("{flag} is missing; give it, or set {variable}"),
                format!("缺少 {flag}；请在命令行给出，或设置环境变量 {variable}"),
            ))
        })
    }

    /// Returns whether the kit names this user.
    pub(crate) fn is_kits_user(&self, openid: &str) -> bool {
        self.kit.get("RUHUI_OPENID").is_some_and(|user| user == openid)
    }

    /// Returns the option with which another command finds the same kit.
    pub(crate) fn kit_option(&self) -> String {
        match &self.arguments.kit {
            Some(kit) => format!(" --kit {}", quoted(&kit.display().to_string())),
            None => String::new(),
        }
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Value> {
        self.client.get(path, query).await.map_err(|error| self.explain(error))
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.client.post(path, body).await.map_err(|error| self.explain(error))
    }

    pub(crate) async fn delete(&self, path: &str) -> anyhow::Result<Value> {
        self.client.delete(path).await.map_err(|error| self.explain(error))
    }

    /// Deletes a thing by its name, which may be any text: the sandbox then says what a name is.
    pub(crate) async fn delete_named(&self, path: &str, name: &str) -> anyhow::Result<Value> {
        self.client.delete_named(path, name).await.map_err(|error| self.explain(error))
    }

    /// Converts an error of the client into the line for people, with the next step, and the fields for programs.
    fn explain(&self, error: ControlError) -> anyhow::Error {
        match error {
            ControlError::Rejected(rejection) => self.rejected(&rejection),
            ControlError::NoConnection { url } => self.no_connection(&url),
            error => unusable(&error, self.language),
        }
    }

    /// Returns the error for a request that the sandbox rejected.
    fn rejected(&self, rejection: &Rejection) -> anyhow::Error {
        let report = |text: String| Reported { text, fields: rejection.body().clone() }.into();
        let errcode = match rejection.errcode() {
            None => String::new(),
            Some(number) => {
                self.language.pick(format!(" (errcode {number})"), format!("（errcode {number}）"))
            }
        };
        let (code, message) = (rejection.code(), rejection.message());
        // The receiver of callbacks did not respond, so no part of the sandbox rejected the request.
        if code == "NO_ANSWER" {
            return report(message.to_owned());
        }
        let hint = advice::on_control(code, self.language);
        report(self.language.pick(
            format!("rejected: {code}: {message}{errcode}{hint}"),
            format!("被拒绝：{code}：{message}{errcode}{hint}"),
        ))
    }

    fn no_connection(&self, url: &str) -> anyhow::Error {
        let folder = self.folder.as_ref().and_then(|kit| kit.canonicalize().ok()?.parent().map(near));
        let command = match folder {
            Some(folder) => format!("ruhui sandbox {}", quoted(&folder)),
            None => "ruhui sandbox".to_owned(),
        };
        anyhow!(self.language.pick(
            format!("{url}: no connection; is the sandbox running? `{command}` starts it"),
            format!("{url}：连接失败；沙箱是否已启动？可执行 `{command}`"),
        ))
    }
}

/// Returns the error of a client that has no better advice than its own.
fn unusable(error: &ControlError, language: Language) -> anyhow::Error {
    anyhow!(language.say(error))
}

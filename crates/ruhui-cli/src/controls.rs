//! Client of a running sandbox's controls: JSON over its operations listener.

use crate::advice;
use crate::cli::ControlArguments;
use crate::credentials::kit;
use crate::failure::Reported;
use crate::language::Language;
use crate::output::{near, quoted};
use anyhow::{anyhow, bail};
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Time limit of a request. A probe is slow: the sandbox waits for the receiver's response. A follower of the request
/// log waits for the next request.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Returns a member of a control's response as a text, or an empty one.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Client of the controls of one sandbox.
pub(crate) struct Controls<'a> {
    client: Client,
    url: String,
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
        let url = url.trim_end_matches('/').to_owned();
        // The operations listener serves plain HTTP on this machine.
        let builder = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none());
        let client = builder.no_proxy().tls_certs_only([]).build()?;
        Ok(Self { client, url, arguments, folder, kit, language })
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

    /// Returns the value of a variable of the kit.
    pub(crate) fn kit_value(&self, variable: &str) -> Option<&str> {
        self.kit.get(variable).map(String::as_str)
    }

    /// Returns the option with which another command finds the same kit.
    pub(crate) fn kit_option(&self) -> String {
        match &self.arguments.kit {
            Some(kit) => format!(" --kit {}", quoted(&kit.display().to_string())),
            None => String::new(),
        }
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Value> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.ask(self.client.request(Method::GET, url)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.client.request(Method::POST, self.url(path)?);
        self.ask(request.header(CONTENT_TYPE, "application/json").body(body.to_string())).await
    }

    pub(crate) async fn delete(&self, path: &str) -> anyhow::Result<Value> {
        self.ask(self.client.request(Method::DELETE, self.url(path)?)).await
    }

    /// Deletes a thing by its name, which may be any text: the sandbox then says what a name is.
    pub(crate) async fn delete_named(&self, path: &str, name: &str) -> anyhow::Result<Value> {
        let mut url = self.url(path)?;
        // A URL has no segment `.` or `..`. The sandbox rejects the blank as it rejects the dots.
        let name = if matches!(name, "." | "..") { format!("{name} ") } else { name.to_owned() };
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(&name);
        }
        self.ask(self.client.request(Method::DELETE, url)).await
    }

    fn url(&self, path: &str) -> anyhow::Result<reqwest::Url> {
        let url = format!("{}/sandbox/{path}", self.url);
        url.parse().map_err(|_| self.language.say_of(&self.url, &self.language.pick("is no URL", "不是 URL")))
    }

    async fn ask(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        let request = request.header(ACCEPT_LANGUAGE, self.language.pick("en", "zh-CN"));
        let response = request.send().await.map_err(|error| self.unanswered(&error))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| self.unanswered(&error))?;
        match serde_json::from_slice(&body) {
            Ok(value) if status.is_success() => Ok(value),
            Ok(refusal) => Err(self.rejected(&refusal)),
            Err(_) => Err(self.foreign(status.as_u16())),
        }
    }

    /// Returns the error for a request that the sandbox rejected.
    fn rejected(&self, refusal: &Value) -> anyhow::Error {
        let report = |text: String| Reported { text, fields: refusal.clone() }.into();
        let text = |name: &str| refusal[name].as_str().unwrap_or_default();
        let errcode = match &refusal["extra_data"]["errcode"] {
            Value::Null => String::new(),
            number => self.language.pick(format!(" (errcode {number})"), format!("（errcode {number}）")),
        };
        let (code, message) = (text("code"), text("message"));
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

    /// Returns the error for an address of another program, or of a service that is not a sandbox.
    fn foreign(&self, status: u16) -> anyhow::Error {
        let url = &self.url;
        anyhow!(self.language.pick(
            format!("{url} has no controls of a sandbox (status {status}); `sandbox = true` in ruhui.toml allows them"),
            format!("{url} 没有沙箱控制接口（状态码 {status}）；需在 ruhui.toml 中设置 `sandbox = true`"),
        ))
    }

    fn unanswered(&self, error: &reqwest::Error) -> anyhow::Error {
        let url = &self.url;
        if !error.is_connect() {
            let late = self.language.pick("no response", "未收到应答");
            return self.language.say_of(url, &late);
        }
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

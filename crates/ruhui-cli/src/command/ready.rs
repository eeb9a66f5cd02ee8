//! `ruhui ready`: asks a sandbox or a service whether it is ready, for health checks and scripts.

use crate::cli::{Output, ReadyArguments};
use crate::credentials::kit;
use crate::language::Language;
use crate::output::{self, printable};
use reqwest::{Client, Response, Url, redirect};
use serde_json::json;
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::Instant;

/// Operations listener of a sandbox with the default ports.
const DEFAULT_URL: &str = "http://127.0.0.1:7082";

/// Time limit of one attempt.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Pause between two attempts.
const PAUSE: Duration = Duration::from_millis(200);

/// Number of bytes of a response that are read, since any program may be at the address.
const READ: usize = 200;

/// Outcome of an attempt.
struct Outcome {
    /// The URL that was requested, unless the kit has none.
    url: Option<String>,
    /// The status of the response, if there was one.
    status: Option<u16>,
    /// The reason for which the server is not ready.
    why_not: Option<String>,
}

pub(crate) async fn run(arguments: ReadyArguments, language: Language) -> anyhow::Result<ExitCode> {
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(TIMEOUT).build()?;
    let deadline = Instant::now() + arguments.wait;
    let outcome = loop {
        let outcome = attempt(&client, &arguments, language).await;
        if outcome.why_not.is_none() || Instant::now() + PAUSE > deadline {
            break outcome;
        }
        tokio::time::sleep(PAUSE).await;
    };
    show(&outcome, arguments.output.output, language)?;
    Ok(if outcome.why_not.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Sends one request. The address is looked up at each attempt: a sandbox that is starting writes its kit late.
async fn attempt(client: &Client, arguments: &ReadyArguments, language: Language) -> Outcome {
    let url = match operations(arguments, language) {
        Ok(url) => url,
        Err(error) => return Outcome { url: None, status: None, why_not: Some(error.to_string()) },
    };
    let shown = url.as_str().trim_end_matches('/').to_owned();
    let request = client.get(readyz(url.clone()));
    let (status, why_not) = match request.send().await {
        Ok(response) => {
            let status = response.status().as_u16();
            (Some(status), reason(status, &beginning(response).await, &shown, language))
        }
        Err(error) => (None, Some(unanswered(&error, &shown, language))),
    };
    Outcome { url: Some(shown), status, why_not }
}

/// Returns the address of the operations listener: the one that was named, that of a kit, or the default one.
fn operations(arguments: &ReadyArguments, language: Language) -> anyhow::Result<Url> {
    if let Some(url) = arguments.url() {
        return Ok(url.clone());
    }
    let folder = kit::find(arguments.kit.as_deref(), language)?;
    let kit = folder.map(|folder| kit::read(&folder, language)).transpose()?;
    let url = kit.as_ref().and_then(|kit| kit.get("RUHUI_OPERATIONS_URL"));
    let url = url.map_or(DEFAULT_URL, String::as_str);
    url.parse().map_err(|_| {
        anyhow::anyhow!(language.pick(
            format!("RUHUI_OPERATIONS_URL in the kit is not a URL: {url}"),
            format!("kit 中的 RUHUI_OPERATIONS_URL 不是有效的 URL：{url}"),
        ))
    })
}

/// Returns the URL of readiness at a listener. The whole URL may be given, too.
fn readyz(mut url: Url) -> Url {
    let path = url.path().trim_end_matches('/');
    if !path.ends_with("/readyz") {
        let path = format!("{path}/readyz");
        url.set_path(&path);
    }
    url
}

async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk[..chunk.len().min(READ - bytes.len())]);
        if bytes.len() == READ {
            break;
        }
    }
    printable(String::from_utf8_lossy(&bytes).trim())
}

/// Returns the reason for which a response does not say that the server is ready.
fn reason(status: u16, text: &str, url: &str, language: Language) -> Option<String> {
    if status == 200 && text == "ready" {
        return None;
    }
    Some(match text.strip_prefix("not ready: ") {
        Some(why) => language.pick(format!("{url}: not ready: {why}"), format!("{url} 未就绪：{why}")),
        None => language.pick(
            format!(
                "{url} responds {status} to /readyz, which is no operations listener of ruhui; give its address, \
                 by default {DEFAULT_URL}"
            ),
            format!("{url} 对 /readyz 返回 {status}，不是 ruhui 的运维监听；请给出其地址，默认为 {DEFAULT_URL}"),
        ),
    })
}

fn unanswered(error: &reqwest::Error, url: &str, language: Language) -> String {
    if error.is_timeout() {
        let seconds = TIMEOUT.as_secs();
        return language.pick(
            format!("{url}: no response within {seconds} seconds"),
            format!("{url}：{seconds} 秒内无应答"),
        );
    }
    if error.is_connect() {
        return language.pick(
            format!("{url}: no connection; `ruhui sandbox` starts a sandbox, and `--wait 30s` waits for it"),
            format!("{url}：连接失败；可执行 `ruhui sandbox` 启动沙箱，用 `--wait 30s` 等待就绪"),
        );
    }
    language.pick(
        format!("{url}: no HTTP response; is it the operations listener?"),
        format!("{url}：未返回 HTTP 应答；请检查是否为运维监听地址"),
    )
}

fn show(Outcome { url, status, why_not }: &Outcome, how: Output, language: Language) -> std::io::Result<()> {
    let is_ready = why_not.is_none();
    if let Some(why) = why_not {
        eprintln!("{}{why}", language.pick("error: ", "错误："));
    }
    match (how, url) {
        (Output::Json, _) => {
            output::json(&json!({ "ready": is_ready, "url": url, "status": status, "reason": why_not }))
        }
        (Output::Text, Some(url)) if is_ready => {
            output::line(&language.pick(format!("ready: {url}"), format!("已就绪：{url}")))
        }
        (Output::Text, _) => Ok(()),
    }
}

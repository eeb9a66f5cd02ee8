//! `ruhui sandbox`: starts a sandbox, gets a first token through the SDK over real HTTP, and serves until
//! stopped.

mod stopped;
mod temporary;

use super::serve::allow_files;
use super::state;
use crate::advice::{self, NEW_USER};
use crate::cli::{DEFAULT_FOLDER, Output, Runtime, SandboxArguments};
use crate::credentials::kit;
use crate::language::Language;
use crate::output::{self, near, quoted};
use anyhow::{Context as _, anyhow};
use ruhui::api::card_member::{CreatePreAuthToken, PreAuthToken};
use ruhui::launch::Launch;
use ruhui_core::bilingual::OsError;
use ruhui_server::env::Env;
use ruhui_server::faults::ListedRule;
use ruhui_server::sandbox::{self, Comments, Kit, Options, Ports, ProxyClients, SANDBOX_AGENT, Sandbox};
use ruhui_server::start::Addresses;
use ruhui_server::store::StoreLocation;
use serde_json::json;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use stopped::Stopped;

/// The receiver of callbacks that needs no mention: `ruhui listen` without options.
const DEFAULT_NOTIFY_URL: &str = "http://127.0.0.1:7083/notify";

/// The port of that receiver. Three ports of the sandbox are before it, and that of the proxy is after it.
const DEFAULT_RECEIVER_PORT: u16 = 7083;

/// A sandbox that serves, as it is shown.
#[derive(Clone, Copy)]
struct Shown<'a> {
    kit: &'a Kit,
    /// The path of its `ruhui.toml`. A temporary sandbox has none.
    config: Option<&'a Path>,
}

pub(crate) async fn run(arguments: SandboxArguments, language: Language) -> anyhow::Result<ExitCode> {
    allow_files();
    let SandboxArguments { command, folder, tls, main, backup, operations, ports, .. } = arguments;
    let SandboxArguments { proxy, proxy_beyond_loopback, bind, control_hosts, .. } = arguments;
    let SandboxArguments { notify_url, store, until_stdin_closes, output, .. } = arguments;
    if let Some(command) = command {
        return state::run(command, language).await;
    }
    let clients = if proxy_beyond_loopback { ProxyClients::AnyMachine } else { ProxyClients::ThisMachine };
    let addresses =
        Addresses { main, backup, operations, proxy: proxy.flatten(), bind, notify_url, control_hosts };
    let proxy = proxy.map(|_| clients);
    let folder = match folder {
        Some(folder) => folder,
        // A store in memory keeps nothing, so no folder is made either unless one is named.
        None if store.place == Some(StoreLocation::Memory) => {
            let stopped = Stopped::listen(until_stdin_closes)?;
            let options = temporary::Options { tls, proxy, addresses, ports };
            let show = async |shown: Shown<'_>| {
                show(shown, &first_token(shown.kit, false, language).await?, output.output, language)
            };
            return temporary::run(options, stopped, show, language).await.map(|()| ExitCode::SUCCESS);
        }
        None => PathBuf::from(DEFAULT_FOLDER),
    };
    reject_bare_word(&folder, language)?;
    let comments = language.pick(Comments::English, Comments::Chinese);
    let ports = ports.map(|first| chosen(first, language)).transpose()?;
    let options = Options { tls, proxy, addresses, ports, store: store.place, comments };
    let sandbox = match sandbox::open(&folder, Env::system(), options).await {
        Ok(sandbox) => sandbox,
        Err(error) => anyhow::bail!(language.say(&error)),
    };
    say_if_remade(&sandbox, language);
    say_if_differing(&sandbox, language);
    for mismatch in sandbox.mismatches() {
        eprintln!("{}", language.say(mismatch));
    }
    let faults = sandbox.service().faults().cloned();
    let rules = faults.as_ref().map(|faults| faults.list()).unwrap_or_default();
    say_if_faulty(&rules, language);
    let kit = sandbox.kit().clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve(sandbox, stopped));
    let told = Stopped::listen(until_stdin_closes)?;
    let first = first_token(&kit, !rules.is_empty(), language).await;
    if let Some(faults) = faults {
        // The first token is the sandbox's own, and counts for no rule.
        faults.begin_counts_again();
    }
    let config = kit.folder.with_file_name("ruhui.toml");
    let shown = Shown { kit: &kit, config: Some(&config) };
    let shown = first.and_then(|first| show(shown, &first, output.output, language));
    if shown.is_ok() {
        told.wait().await;
    }
    let _ = stop.send(());
    serving.await?;
    shown.map(|()| ExitCode::SUCCESS)
}

/// Rejects a plain word that is not an existing folder: a user who types `ruhui sandbox stop` means a
/// command, and must not get a sandbox in a folder `stop`.
fn reject_bare_word(folder: &Path, language: Language) -> anyhow::Result<()> {
    let word = folder.to_string_lossy();
    let is_word = matches!(folder.components().collect::<Vec<_>>()[..], [Component::Normal(_)]);
    if word == DEFAULT_FOLDER || word.contains(['/', '\\']) || !is_word || folder.exists() {
        return Ok(());
    }
    let path = quoted(&format!("./{word}"));
    anyhow::bail!(language.pick(
        format!(
            "there is no folder `{word}`, and `ruhui sandbox` has no command of this name: reset, snapshot, restore, \
             snapshots and delete-snapshot act on a running sandbox, and Ctrl-C stops it; to make a sandbox in a new \
             folder, write `ruhui sandbox {path}`"
        ),
        format!(
            "没有目录 {word}，`ruhui sandbox` 也没有此名称的子命令：reset、snapshot、restore、snapshots、delete-snapshot \
             用于运行中的沙箱，停止沙箱请按 Ctrl-C；要在新目录中创建沙箱，请执行 `ruhui sandbox {path}`"
        ),
    ))
}

/// Prints the files that this start created again. Copies of the old files do not match the new ones.
fn say_if_remade(sandbox: &Sandbox, language: Language) {
    let names: Vec<String> = sandbox.remade().iter().map(|path| near(path)).collect();
    if !names.is_empty() {
        let names = language.list(&names);
        eprintln!(
            "{}",
            language.pick(
                format!("made again because they were missing: {names}; clients with copies of the old files need the new ones"),
                format!("以下文件缺失，已重新生成：{names}；使用旧文件副本的客户端须改用新文件"),
            )
        );
    }
}

/// Returns the five ports from `first` on, or free ones for 0.
fn chosen(first: u16, language: Language) -> anyhow::Result<Ports> {
    match Ports::from(first) {
        Some(ports) => Ok(ports),
        None => Ports::free().map_err(|error| {
            let what = language.pick("no free ports", "没有空闲端口");
            language.say_of(what, &OsError::from(error))
        }),
    }
}

/// Prints the settings of an existing `ruhui.toml` that `--ports` replaces, since the next start without it uses them
/// again.
fn say_if_differing(sandbox: &Sandbox, language: Language) {
    let keys: Vec<String> = sandbox.differing().iter().map(|key| format!("`{key}`")).collect();
    if !keys.is_empty() {
        let keys = language.list(&keys);
        let file = near(&sandbox.kit().folder.with_file_name("ruhui.toml"));
        eprintln!(
            "{}",
            language.pick(
                format!("--ports holds for this start: {file} has other values of {keys}; change them there to keep the ports"),
                format!("--ports 仅对本次启动有效：{file} 中的 {keys} 与之不同；如需保留这些端口，请修改该文件"),
            )
        );
    }
}

/// Prints the kinds of the fault rules that are in force from the start: those of `ruhui.toml`.
fn say_if_faulty(rules: &[ListedRule], language: Language) {
    let names: Vec<&str> = rules.iter().map(|listed| listed.rule.fault.as_str()).collect();
    if !names.is_empty() {
        let names = language.list(&names);
        eprintln!(
            "{}",
            language.pick(
                format!("faults of ruhui.toml in force: {names}; `ruhui fault` lists them"),
                format!("ruhui.toml 中的故障规则已生效：{names}；`ruhui fault` 可列出详情"),
            )
        );
    }
}

async fn serve(sandbox: Sandbox, stopped: tokio::sync::oneshot::Receiver<()>) {
    let stop = async {
        let _ = stopped.await;
    };
    sandbox.run(stop).await;
}

/// Result of the first request for a token.
enum First {
    Token(PreAuthToken),
    /// The sandbox rejected the request, with the reason and the next step: the kit's user has a card, or `ruhui.toml`
    /// was edited so that the sample's merchant, brand, template or user is missing or rejected. The sandbox still
    /// serves the others.
    Rejected(String),
}

/// Requests a first token, as any client with this kit does. A fault of `ruhui.toml` may fail it; the sandbox serves all
/// the same.
async fn first_token(kit: &Kit, has_faults: bool, language: Language) -> anyhow::Result<First> {
    let value = |name: &str| {
        kit.value(name)
            .with_context(|| language.pick(format!("the kit has no {name}"), format!("kit 中没有 {name}")))
    };
    let failed = |error: &dyn std::fmt::Display| {
        language.say_of(language.pick("the first token", "获取第一个 token"), error)
    };
    let mut builder = ruhui::Client::partner(
        value("RUHUI_MCHID")?,
        value("RUHUI_SERIAL_NO")?,
        value("RUHUI_PRIVATE_KEY")?,
        value("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?,
        value("RUHUI_WECHATPAY_PUBLIC_KEY")?,
    )
    .map_err(|error| failed(&error))?
    .hosts(value("RUHUI_BASE_URL")?, value("RUHUI_BACKUP_URL")?)
    .user_agent(SANDBOX_AGENT)
    .accept_language(language.pick("en", "zh-CN"));
    if let Some(ca) = kit.value("RUHUI_CA_CERTIFICATE") {
        builder = builder.ca_certificate(ca);
    }
    let call = CreatePreAuthToken {
        brand_id: value("RUHUI_BRAND_ID")?.parse().map_err(|error| failed(&error))?,
        card_id: value("RUHUI_CARD_ID")?.parse().map_err(|error| failed(&error))?,
        openid: value("RUHUI_OPENID")?.parse().map_err(|error| failed(&error))?,
    };
    let client = builder.build().map_err(|error| failed(&error))?;
    match client.create_pre_auth_token(&call).await {
        Ok(token) => Ok(First::Token(token)),
        Err(ruhui::Error::Api(rejection)) => {
            let advice = advice::on_user(&rejection, call.openid.as_str(), NEW_USER, language);
            let advice = advice.unwrap_or_else(|| {
                language
                    .pick(
                        "check the kit's merchant, brand, template and user in ruhui.toml",
                        "请检查 ruhui.toml 中 kit 所用的商户、品牌、模板与用户",
                    )
                    .to_owned()
            });
            let mark = language.pick("; ", "；");
            Ok(First::Rejected(format!("{}{mark}{advice}", language.say(&ruhui::Error::Api(rejection)))))
        }
        Err(error) if has_faults => {
            let why = language.pick("; ruhui.toml has faults", "；ruhui.toml 中有故障规则");
            Ok(First::Rejected(format!("{}{why}", language.say(&error))))
        }
        Err(error) => Err(anyhow!(failed(&error))),
    }
}

fn show(shown: Shown<'_>, first: &First, how: Output, language: Language) -> anyhow::Result<()> {
    match how {
        Output::Text => show_text(shown, first, language),
        Output::Json => show_json(shown, first),
    }
}

/// Prints one JSON object on one line for programs, once the sandbox serves. The keys of a temporary sandbox are
/// published, so the line has its variables, too.
fn show_json(Shown { kit, config }: Shown<'_>, first: &First) -> anyhow::Result<()> {
    let value = |name| kit.value(name);
    let mut shown = json!({
        "main": value("RUHUI_BASE_URL"),
        "backup": value("RUHUI_BACKUP_URL"),
        "operations": value("RUHUI_OPERATIONS_URL"),
        "notify": value("RUHUI_NOTIFY_URL"),
        "proxy": value("RUHUI_PROXY_URL"),
        "kit": kit.folder,
        "config": config,
        "ca_certificate": value("RUHUI_CA_CERTIFICATE").map(|_| kit.folder.join("ca.pem")),
    });
    match first {
        First::Token(token) => {
            shown["token"] = json!(token.token);
            shown["expire_time"] = json!(token.expire_time);
            shown["query_string"] = json!(Launch::new(token).query_string());
        }
        First::Rejected(why) => shown["no_token"] = json!(why),
    }
    if config.is_none() {
        let variables = kit.variables.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        shown["variables"] = serde_json::Value::Object(variables.collect());
    }
    output::line(&shown.to_string())?;
    Ok(())
}

fn show_text(Shown { kit, config }: Shown<'_>, first: &First, language: Language) -> anyhow::Result<()> {
    match first {
        First::Token(token) => {
            output::line(
                language.pick("A first token, signed and verified:", "第一个 token（已签名并验签）："),
            )?;
            output::line("")?;
            output::pairs(&[
                ("token", token.token.as_str()),
                ("expire_time", &token.expire_time.to_string()),
                (language.pick("launch", "拉起参数"), Launch::new(token).query_string()),
            ])?;
        }
        First::Rejected(why) => output::line(
            &language.pick(format!("No first token: {why}"), format!("未获取到第一个 token：{why}")),
        )?,
    }
    let value = |name| kit.value(name).unwrap_or_default();
    let console = format!("{}/", value("RUHUI_OPERATIONS_URL"));
    let (folder, config) = (near(&kit.folder), config.map(near));
    output::line("")?;
    let mut pairs = vec![
        (language.pick("main host", "主域名"), value("RUHUI_BASE_URL")),
        (language.pick("backup host", "备域名"), value("RUHUI_BACKUP_URL")),
        (language.pick("console", "控制台"), console.as_str()),
    ];
    if value("RUHUI_NOTIFY_URL") != DEFAULT_NOTIFY_URL {
        pairs.push((language.pick("callbacks to", "回调地址"), value("RUHUI_NOTIFY_URL")));
    }
    let proxy = kit.value("RUHUI_PROXY_URL");
    pairs.extend(proxy.map(|url| (language.pick("proxy", "代理"), url)));
    pairs.push(("kit", folder.as_str()));
    pairs.extend(config.iter().map(|config| (language.pick("config", "配置"), config.as_str())));
    output::pairs(&pairs)?;
    output::line("")?;
    let tool = tool();
    let kit_option = kit_option(&kit.folder);
    let languages = "--for java|go|node|python|php|curl|rust|…";
    let lines = [
        (language.pick("Next, in another terminal:  ", "下一步，在另一个终端执行：  "), "token", ""),
        (language.pick("Or from your language:      ", "在您的语言中接入：          "), "kit", languages),
        (
            language.pick("To see what arrives:        ", "查看收到的请求：            "),
            "requests",
            "--follow",
        ),
    ];
    for (what, command, options) in lines {
        output::line(format!("{what}{tool} {command}{kit_option} {options}").trim_end())?;
    }
    if kit.value("RUHUI_CA_CERTIFICATE").is_some() {
        output::line(&language.pick(
            format!("Trust {folder}/ca.pem; it is good for the real host names and loopback only."),
            format!("请信任 {folder}/ca.pem，该 CA 仅对微信支付域名与本机有效。"),
        ))?;
        let how = format!("{tool} ca show{kit_option} --for {}", Runtime::NAMES);
        output::line(
            &language
                .pick(format!("The lines for your language:  {how}"), format!("各语言的配置命令：  {how}")),
        )?;
    }
    output::line(language.pick("Ctrl-C stops the sandbox.", "按 Ctrl-C 停止沙箱。"))?;
    Ok(())
}

/// Returns the path of this program, as a user in this folder would type it. A program that starts this one, such as the
/// script of the npm package, gives another command in `RUHUI_COMMAND`.
pub(super) fn tool() -> String {
    const NAME: &str = "ruhui";
    if let Some(command) = std::env::var_os("RUHUI_COMMAND") {
        return command.to_string_lossy().into_owned();
    }
    let Ok(program) = std::env::current_exe() else { return NAME.to_owned() };
    let search = std::env::var_os("PATH").unwrap_or_default();
    let first = std::env::split_paths(&search).map(|folder| folder.join(NAME)).find(|file| file.is_file());
    let is_this = first.and_then(|file| file.canonicalize().ok()) == program.canonicalize().ok();
    if is_this { NAME.to_owned() } else { quoted(&near(&program)) }
}

/// Returns the option that names the kit, or an empty text if the other commands find the kit without it.
pub(super) fn kit_option(folder: &Path) -> String {
    let found = std::env::current_dir().ok().and_then(|here| kit::near(&here));
    if found.and_then(|found| found.canonicalize().ok()).as_deref() == Some(folder) {
        String::new()
    } else {
        format!(" --kit {}", quoted(&near(folder)))
    }
}

//! Definition of the command line, from which help, completions and manual pages are generated.

mod ca;
mod clock;
mod conformance;
mod contents;
mod controls;
mod copy;
mod definition;
mod events;
mod fault;
mod help;
mod keys;
mod kit;
mod lang;
mod listen;
mod output;
mod ready;
mod request;
mod requests;
mod sandbox;
mod saved;
mod state;
mod store;
mod token;
mod trigger;
pub(crate) mod usage;

pub(crate) use ca::{CaArguments, CaCommand, Runtime, ShowCaArguments};
pub(crate) use clock::{ClockArguments, ClockCommand, seconds as duration, time as point_in_time};
pub(crate) use conformance::ConformanceArguments;
pub(crate) use contents::{
    CardState, ContentsArguments, ContentsCommand, PageArguments, TokenState, TokensArguments,
    UserCardsArguments,
};
pub(crate) use controls::{
    AboutArguments, ActArguments, AnswerArguments, ControlArguments, LaunchArguments, UserArguments,
    UserCommand,
};
pub(crate) use copy::{BackupArguments, RestoreArguments, WhichArguments};
pub(crate) use definition::{CompletionsArguments, ManArguments};
pub(crate) use events::{EventArguments, EventListArguments, EventsArguments, EventsCommand};
pub(crate) use fault::{AddArguments as AddFaultArguments, FaultArguments, FaultCommand};
pub(crate) use keys::{KeysArguments, KeysCommand, MerchantArguments};
pub(crate) use kit::KitArguments;
pub(crate) use listen::ListenArguments;
pub(crate) use output::{Output, OutputArguments};
pub(crate) use ready::ReadyArguments;
pub(crate) use request::{CallArguments, Request, RequestArguments, SignArguments};
pub(crate) use requests::{
    ClearArguments, ExportArguments, FilterArguments, ListArguments, ReplayArguments, RequestsArguments,
    RequestsCommand, ShowArguments, ShowFormat,
};
pub(crate) use sandbox::{SandboxArguments, ServeArguments};
pub(crate) use saved::{ExplainArguments, Moment, SavedArguments};
pub(crate) use state::{ResetArguments, RestoreStateArguments, SnapshotArguments, StateCommand};
pub(crate) use token::{TokenArguments, TokenPath};
pub(crate) use trigger::{CodeMode, TriggerArguments, What};

use crate::credentials::CredentialArguments;
use crate::language::Language;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use lang::LanguageParser;
use ruhui_core::bilingual::Bilingual;
use std::ffi::OsString;

/// WeChat Pay member cards (商家名片会员): sandbox, tokens, signatures / 微信支付商家名片会员：沙箱、token、签名
#[derive(Debug, Parser)]
#[command(
    name = "ruhui",
    version,
    propagate_version = true,
    after_help = "Exit status: 0 success, 1 rejected or failed, 2 wrong usage / 退出码：0 成功，1 被拒绝或失败，2 用法有误"
)]
pub(crate) struct Cli {
    /// Language of messages; by default that of the locale / 显示语言，默认取自系统区域设置
    #[arg(long, global = true, value_name = "LANGUAGE", env = "RUHUI_LANG", value_parser = LanguageParser, help_heading = GLOBAL)]
    lang: Option<Language>,

    /// Level of the log on stderr, such as `info` or `ruhui_server=debug` / stderr 的日志级别，例如 `info` 或 `ruhui_server=debug`
    #[arg(long, global = true, value_name = "FILTER", env = "RUHUI_LOG", default_value = DEFAULT_LOG, value_parser = log_filter, help_heading = GLOBAL)]
    log: String,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Default filter of the log. It leaves out the platform verifier, since the error already names the
/// certificate's fault.
const DEFAULT_LOG: &str = "warn,rustls_platform_verifier=off";

/// Default folder of a sandbox.
pub(crate) const DEFAULT_FOLDER: &str = "ruhui-sandbox";

/// Default configuration file of a service.
pub(crate) const DEFAULT_CONFIG: &str = "ruhui.toml";

/// Heading of the global options; help translates it.
const GLOBAL: &str = "Global options";

impl Cli {
    /// Returns the definition of the command line, with its texts in `language`.
    pub(crate) fn definition(language: Language) -> clap::Command {
        help::localized(Self::command(), language)
    }

    /// Returns the definition for completion scripts, which show the descriptions of values, too.
    pub(crate) fn for_completions(language: Language) -> clap::Command {
        help::with_localized_values(Self::definition(language), language)
    }

    /// Parses the command line. A mistake ends the process with status 2.
    pub(crate) fn read() -> Self {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let (language, output) = (Language::meant(&arguments), Output::meant(&arguments));
        let mut command = Self::command();
        let fail = |error: clap::Error| -> ! {
            // Only help shows the texts, and localizing them takes as long as parsing, so other commands skip it.
            let error = if usage::is_help(&error) {
                Self::definition(language).try_get_matches_from(&arguments).err().unwrap_or(error)
            } else {
                error
            };
            usage::exit(&error, output, language)
        };
        let matched = match command.try_get_matches_from_mut(&arguments) {
            Err(error) if usage::is_help(&error) => request::without_help(&mut command, &arguments)
                .unwrap_or(Err(error))
                .map(|matches| (matches, true)),
            matched => matched.map(|matches| (matches, false)),
        };
        let (matches, is_help) = matched.unwrap_or_else(|error| fail(error));
        let mut cli = Self::from_arg_matches(&matches).unwrap_or_else(|error| fail(error));
        if let (Command::Call(call), true) = (&mut cli.command, is_help) {
            call.ask_for_help();
        }
        if let (Some(request), Some((name, _))) = (cli.command.request_mut(), matches.subcommand())
            && let Some(command) = command.find_subcommand_mut(name)
        {
            request.check().unwrap_or_else(|mistake| mistake.exit(command, output, language));
        }
        if let (Some(credentials), Some((_, matches))) = (cli.command.credentials_mut(), matches.subcommand())
        {
            credentials.note_flags(matches);
        }
        if let (Command::Ready(ready), Some((_, matches))) = (&mut cli.command, matches.subcommand()) {
            ready.note_sources(matches);
        }
        if let Some(controls) = cli.command.controls_mut() {
            let mut matches = &matches;
            while let Some((_, below)) = matches.subcommand() {
                matches = below;
            }
            controls.note_sources(matches);
        }
        cli
    }

    /// Returns the filter of the log. The client under test causes the warnings of a sandbox on purpose, so `conformance`
    /// logs errors only, unless another level is asked for.
    pub(crate) fn log(&self) -> &str {
        match self.command {
            Command::Conformance(_) if self.log == DEFAULT_LOG => "error",
            _ => &self.log,
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.lang.unwrap_or_else(Language::of_system)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a local sandbox and show a first token / 启动本地沙箱并获取第一个 token
    Sandbox(SandboxArguments),
    /// Serve the API as a configuration file describes / 按配置文件提供服务
    Serve(ServeArguments),
    /// Ask whether a sandbox or a service is ready: exit status 0 or 1 / 检查沙箱或服务是否就绪：退出码 0 或 1
    Ready(ReadyArguments),
    /// Back up the embedded store to a file, also while the service runs / 将内嵌存储备份到文件（服务运行时也可）
    ///
    /// The store of any service, running or stopped, for a disaster. To go back to an earlier state of a running sandbox, `ruhui sandbox snapshot NAME` is the simpler way. / 备份任意服务的存储（无论是否在运行），用于灾难恢复。若要让运行中的沙箱回到之前的状态，用 `ruhui sandbox snapshot 名称` 更简单。
    Backup(BackupArguments),
    /// Replace the embedded store with a backup / 用备份恢复内嵌存储
    ///
    /// The service must be stopped. `ruhui sandbox restore NAME` puts a running sandbox back to a snapshot. / 须先停止服务。`ruhui sandbox restore 名称` 可将运行中的沙箱恢复到快照。
    Restore(RestoreArguments),
    /// Get a pre-auth token for the join component / 获取入会组件预授权 token
    Token(TokenArguments),
    /// Call an endpoint by its name, or any path, signed and verified / 按名称或路径调用接口（自动签名与验签）
    Call(CallArguments),
    /// Receive callbacks: verify, decrypt, print, forward / 接收回调通知：验签、解密、显示、转发
    Listen(ListenArguments),
    /// Act as a user in a sandbox: join, delete, points, pay / 在沙箱中模拟用户：入会、删除会员卡、积分、支付
    User(UserArguments),
    /// Show a sandbox's business clock, or change it / 查看或更改沙箱的业务时钟
    Clock(ClockArguments),
    /// Show a sandbox's keys; rotate them, or move to the public key / 查看、轮换沙箱的密钥，切换微信支付公钥
    Keys(KeysArguments),
    /// List a sandbox's events; resend, redirect or drop them / 查看、重发、改发或丢弃沙箱的事件
    Events(EventsArguments),
    /// Make a sandbox's responses, callbacks or hosts fail on purpose / 让沙箱的应答、回调通知或域名按规则出错
    Fault(FaultArguments),
    /// Look at the last requests that a sandbox received / 查看沙箱最近收到的请求
    Requests(RequestsArguments),
    /// Show what a sandbox has: merchants, templates, user cards, tokens / 查看沙箱中的商户、模板、会员卡与 token
    State(ContentsArguments),
    /// Bring about a member, a redemption or another state at once / 一步触发会员、积分兑换等状态
    Trigger(TriggerArguments),
    /// Sign a request and show what was signed / 对请求签名并显示待签名串
    Sign(SignArguments),
    /// Verify the signature of a saved response or callback / 验证应答或回调通知的签名
    Verify(SavedArguments),
    /// Find out why a saved request is rejected / 分析请求被拒绝的原因
    Explain(ExplainArguments),
    /// Judge a client by right and wrong responses and callbacks / 用正确与错误的应答和回调检验客户端
    Conformance(ConformanceArguments),
    /// Print a program that gets a first token or receives callbacks, in your language / 输出获取第一个 token 或接收回调通知的程序（按编程语言）
    Kit(KitArguments),
    /// Show a sandbox's CA, and how each runtime trusts it / 显示沙箱的 CA，以及各运行环境如何信任它
    Ca(CaArguments),
    /// Print a shell's completion script / 输出命令补全脚本
    ///
    /// In bash, `source <(ruhui completions bash)` turns completion on. / 在 bash 中执行 `source <(ruhui completions bash)` 即可启用补全。
    Completions(CompletionsArguments),
    /// Print a manual page, or write all of them to a folder / 输出手册页，或将全部手册页写入目录
    ///
    /// `ruhui man token | man -l -` shows the page of `token`. / `ruhui man token | man -l -` 可显示 `token` 的手册页。
    Man(ManArguments),
}

impl Command {
    fn request_mut(&mut self) -> Option<&mut RequestArguments> {
        match self {
            Self::Call(arguments) => Some(&mut arguments.request),
            Self::Sign(arguments) => Some(&mut arguments.request),
            _ => None,
        }
    }

    /// Returns the output format of the command.
    pub(crate) fn output(&self) -> Output {
        match self {
            Self::Sandbox(SandboxArguments { command: Some(command), .. }) => command.output(),
            Self::Sandbox(arguments) => arguments.output.output,
            Self::Serve(arguments) => arguments.output.output,
            Self::Ready(arguments) => arguments.output.output,
            Self::Backup(arguments) => arguments.output.output,
            Self::Restore(arguments) => arguments.output.output,
            Self::Token(arguments) => arguments.output.output,
            Self::Call(arguments) => arguments.output.output,
            Self::Listen(arguments) => arguments.output.output,
            Self::User(arguments) => arguments.command.output(),
            Self::Clock(arguments) => arguments.output(),
            Self::Keys(arguments) => arguments.output(),
            Self::Events(arguments) => arguments.output(),
            Self::Fault(arguments) => arguments.output(),
            Self::Requests(arguments) => arguments.output(),
            Self::State(arguments) => arguments.output(),
            Self::Trigger(arguments) => arguments.output.output,
            Self::Sign(arguments) => arguments.output.output,
            Self::Verify(arguments) => arguments.output.output,
            Self::Explain(arguments) => arguments.saved.output.output,
            Self::Conformance(arguments) => arguments.output.output,
            Self::Kit(arguments) => arguments.output.output,
            Self::Ca(arguments) => arguments.output(),
            Self::Completions(arguments) => arguments.output.output,
            Self::Man(arguments) => arguments.output.output,
        }
    }

    fn controls_mut(&mut self) -> Option<&mut ControlArguments> {
        Some(match self {
            Self::User(arguments) => match &mut arguments.command {
                UserCommand::New(_) => return None,
                UserCommand::Form(launch) | UserCommand::Pay(launch) | UserCommand::Join { launch, .. } => {
                    &mut launch.controls
                }
                UserCommand::Open { about, .. } => &mut about.controls,
                UserCommand::Redeem { about, .. }
                | UserCommand::Delete(about)
                | UserCommand::Points(about) => &mut about.controls,
            },
            Self::Sandbox(SandboxArguments { command: Some(command), .. }) => command.controls_mut(),
            Self::Clock(arguments) => &mut arguments.act_mut().controls,
            Self::Keys(arguments) => &mut arguments.act_mut().controls,
            Self::Events(arguments) => &mut arguments.act_mut().controls,
            Self::Fault(arguments) => &mut arguments.act_mut()?.controls,
            Self::Requests(arguments) => arguments.controls_mut(),
            Self::State(arguments) => &mut arguments.act_mut().controls,
            Self::Trigger(arguments) => &mut arguments.controls,
            _ => return None,
        })
    }

    fn credentials_mut(&mut self) -> Option<&mut CredentialArguments> {
        match self {
            Self::Token(arguments) => Some(&mut arguments.credentials),
            Self::Call(arguments) => Some(&mut arguments.credentials),
            Self::Listen(arguments) => Some(&mut arguments.credentials),
            Self::Sign(arguments) => Some(&mut arguments.credentials),
            Self::Verify(arguments) => Some(&mut arguments.credentials),
            Self::Explain(arguments) => Some(&mut arguments.saved.credentials),
            _ => None,
        }
    }
}

fn log_filter(text: &str) -> Result<String, Bilingual> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(Bilingual::new(
            "it must be a level (off, error, warn, info, debug, trace), or levels of modules such as \
             warn,ruhui_server=debug",
            "须为日志级别（off、error、warn、info、debug、trace），或各模块的级别，例如 warn,ruhui_server=debug",
        )),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_sound() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn a_wrong_command_line_is_reported_in_the_form_it_asks_for() {
        use super::Output;
        let meant = |line: &str| Output::meant(&line.split(' ').map(Into::into).collect::<Vec<_>>());
        for line in
            ["tokn -o json", "-ojson tokn", "tokn -o=json", "token --output json -x", "token --output=json"]
        {
            assert_eq!(meant(line), Output::Json, "{line}");
        }
        for line in ["tokn", "token -o text", "token --no json", "call x -- -o json", "token -o"] {
            assert_eq!(meant(line), Output::Text, "{line}");
        }
    }
}

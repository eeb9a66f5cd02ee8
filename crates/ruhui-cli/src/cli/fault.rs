//! Arguments of `fault`.

use crate::cli::{ActArguments, Output, OutputArguments, usage};
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, Args, Command, Subcommand, ValueEnum};
use ruhui_core::bilingual::Bilingual;
use ruhui_server::faults::{FAULTS, FaultKind};
use std::ffi::OsStr;

/// Without a command, the rules are listed. / 不带子命令时列出规则。
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct FaultArguments {
    #[command(subcommand)]
    command: Option<FaultCommand>,

    #[command(flatten)]
    act: ActArguments,
}

/// A look at the rules, or a change of them.
#[derive(Debug, Subcommand)]
pub(crate) enum FaultCommand {
    /// List the rules and how often each was played; this is the default / 列出规则及其触发次数（默认）
    List(ActArguments),
    /// Add a rule: requests or callbacks that match it get the fault / 添加规则：匹配的请求或回调通知将出现该故障
    Add(Box<AddArguments>),
    /// Remove rules by their ids, or all of them / 按编号移除规则，或全部移除
    Remove {
        /// Ids of rules, such as f1 / 规则编号，例如 f1
        #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<String>,

        /// All rules / 全部规则
        #[arg(long)]
        all: bool,

        #[command(flatten)]
        act: ActArguments,
    },
    /// List the kinds: what happens, and what a correct client does / 列出故障类型：发生什么，以及正确的客户端应如何处理
    Kinds(OutputArguments),
}

/// A rule.
#[derive(Debug, Args)]
pub(crate) struct AddArguments {
    /// The kind of the fault, such as `reset`; `ruhui fault kinds` lists all / 故障类型，例如 `reset`；`ruhui fault kinds` 可列出全部
    #[arg(value_name = "KIND", value_parser = KindParser, hide_possible_values = true)]
    pub(crate) kind: FaultKind,

    /// Before the commit (the request leaves no state) or after it / 在提交之前（请求不留下任何状态）或之后
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<At>,

    /// Only this path; `*` at its end stands for any rest / 仅该路径；末尾的 `*` 表示任意后续内容
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,

    /// Only this method, such as POST / 仅该 HTTP 方法，例如 POST
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,

    /// Only this caller, a mchid or a brand_id / 仅该调用方（mchid 或 brand_id）
    #[arg(long, value_name = "NUMBER")]
    pub(crate) caller: Option<String>,

    /// Only requests or events about this user / 仅与该用户有关的请求或事件
    #[arg(long)]
    pub(crate) openid: Option<String>,

    /// Only this host / 仅该域名
    #[arg(long, value_name = "HOST")]
    pub(crate) host: Option<Host>,

    /// Only events of this type, such as USER_CARD.CREATE / 仅该类型的事件，例如 USER_CARD.CREATE
    #[arg(long, value_name = "TYPE", value_parser = super::events::event_type)]
    pub(crate) event_type: Option<String>,

    /// From the match of this number on; without `--times`, only that one / 从第几次匹配起；未给出 `--times` 时仅该次
    #[arg(long, value_name = "NUMBER")]
    pub(crate) nth: Option<u64>,

    /// Only as many matches as this, then none / 仅触发若干次，之后不再触发
    #[arg(long, value_name = "NUMBER")]
    pub(crate) times: Option<u64>,

    /// Only some matches, each with this probability from 0 to 1 / 每次匹配以该概率（0 至 1）触发
    #[arg(long, value_name = "NUMBER")]
    pub(crate) probability: Option<f64>,

    /// The seed of the probability: the same seed gives the same sequence / 概率的种子，相同的种子得到相同的序列
    #[arg(long, value_name = "NUMBER", requires = "probability")]
    pub(crate) seed: Option<u64>,

    /// The delay of `delay` and `callback-late`, in milliseconds / `delay` 与 `callback-late` 的延迟毫秒数
    #[arg(long, value_name = "NUMBER")]
    pub(crate) delay_ms: Option<u64>,

    #[command(flatten)]
    pub(crate) act: ActArguments,
}

/// The moment of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum At {
    /// Nothing is committed / 未提交任何内容
    Before,
    /// The request was processed and its state is durable / 请求已处理，状态已持久化
    After,
}

impl At {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// A host of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Host {
    /// The main host / 主域名
    Main,
    /// The backup host / 备域名
    Backup,
}

impl Host {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Backup => "backup",
        }
    }
}

impl FaultArguments {
    /// Returns the command, which is `list` if none is given.
    pub(crate) fn command(self) -> FaultCommand {
        self.command.unwrap_or(FaultCommand::List(self.act))
    }

    /// Returns the arguments that name the sandbox. `None` for a command that needs no sandbox.
    pub(super) fn act_mut(&mut self) -> Option<&mut ActArguments> {
        match &mut self.command {
            None => Some(&mut self.act),
            Some(FaultCommand::List(act) | FaultCommand::Remove { act, .. }) => Some(act),
            Some(FaultCommand::Add(add)) => Some(&mut add.act),
            Some(FaultCommand::Kinds(_)) => None,
        }
    }

    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        match &self.command {
            None => self.act.output.output,
            Some(FaultCommand::List(act) | FaultCommand::Remove { act, .. }) => act.output.output,
            Some(FaultCommand::Add(add)) => add.act.output.output,
            Some(FaultCommand::Kinds(output)) => output.output,
        }
    }
}

/// Parser of the name of a kind. A mistake names the nearest one, since all names are too many for one message.
#[derive(Clone)]
struct KindParser;

/// Similarity from which a name is suggested.
const SIMILAR: f64 = 0.7;

impl TypedValueParser for KindParser {
    type Value = FaultKind;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<FaultKind, Error> {
        let text = StringValueParser::new().parse_ref(command, arg, value)?;
        if let Some(row) = FAULTS.iter().find(|row| row.name == text) {
            return Ok(row.kind);
        }
        let mut error = usage::wrong(ErrorKind::InvalidValue, command, arg);
        let wanted = text.to_lowercase().replace('_', "-");
        let likeness = |name: &str| strsim::jaro_winkler(&wanted, name);
        let nearest = FAULTS.iter().map(|row| row.name).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        if let Some(nearest) = nearest.filter(|name| likeness(name) >= SIMILAR) {
            error.insert(ContextKind::SuggestedValue, ContextValue::String(nearest.to_owned()));
        }
        error.insert(ContextKind::InvalidValue, ContextValue::String(text));
        let all =
            Bilingual::fixed("`ruhui fault kinds` lists all kinds", "`ruhui fault kinds` 可列出全部类型");
        usage::add_text(&mut error, &all);
        Err(error)
    }

    /// Returns the values that completions show.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            FAULTS.iter().map(|row| {
                PossibleValue::new(row.name).help(format!("{} / {}", row.what.en(), row.what.zh()))
            }),
        ))
    }
}

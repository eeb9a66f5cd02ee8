//! Arguments of `requests`, the request log of a sandbox.

use crate::cli::{ControlArguments, Output, OutputArguments};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Without a command, the last requests are listed, oldest first. / 不带子命令时列出最近的请求，最早的在前。
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RequestsArguments {
    #[command(subcommand)]
    pub(crate) command: Option<RequestsCommand>,

    #[command(flatten)]
    pub(crate) list: ListArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RequestsCommand {
    /// Show all of a request and its response / 查看一个请求及其应答的全部内容
    Show(ShowArguments),
    /// Write requests to a HAR file, masked / 将请求导出为 HAR 文件（已脱敏）
    Export(ExportArguments),
    /// Send a request again, with a new signature / 重新签名并再次发送请求
    Replay(ReplayArguments),
    /// Empty the log / 清空请求日志
    Clear(ClearArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    #[command(flatten)]
    pub(crate) filter: FilterArguments,

    /// Number of requests, at most 1000 / 请求条数，最多 1000
    #[arg(long, short = 'n', value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,

    /// Go on with the next requests as they arrive / 持续显示新到达的请求
    #[arg(long, short)]
    pub(crate) follow: bool,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

#[derive(Debug, Args)]
pub(crate) struct FilterArguments {
    /// Only this status: `401`, `4xx`, or `none` for no response / 仅该状态码：`401`、`4xx`，或 `none`（没有应答）
    #[arg(long, value_name = "STATUS")]
    pub(crate) status: Option<String>,

    /// Only this error code, such as `SIGN_ERROR` / 仅该错误码，例如 `SIGN_ERROR`
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,

    /// Only paths that contain this text / 仅路径中含有该文本的请求
    #[arg(long, value_name = "TEXT")]
    pub(crate) path: Option<String>,

    /// Only this caller, a mchid or a brand_id / 仅该调用方（mchid 或 brand_id）
    #[arg(long, value_name = "NUMBER")]
    pub(crate) mchid: Option<String>,

    /// Only requests about this openid / 仅与该 openid 有关的请求
    #[arg(long, value_name = "OPENID")]
    pub(crate) openid: Option<String>,

    /// Only requests that contain this text anywhere / 仅内容中含有该文本的请求
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Option<String>,

    /// Only requests with this fault, or `any` / 仅注入了该故障的请求，或 `any`
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Option<String>,

    /// Only requests, or only callbacks / 仅请求，或仅回调通知
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<ExchangeKind>,
}

/// Kind of an entry of the request log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExchangeKind {
    /// A request to the sandbox / 发往沙箱的请求
    Request,
    /// A callback of the sandbox / 沙箱发出的回调通知
    Callback,
}

impl FilterArguments {
    /// Returns the filters as parameters of the control's query.
    pub(crate) fn query(&self) -> Vec<(&'static str, String)> {
        let kind = self.kind.map(|kind| match kind {
            ExchangeKind::Request => "request".to_owned(),
            ExchangeKind::Callback => "callback".to_owned(),
        });
        let texts = [
            ("status", &self.status),
            ("code", &self.code),
            ("path", &self.path),
            ("mchid", &self.mchid),
            ("openid", &self.openid),
            ("text", &self.text),
            ("fault", &self.fault),
            ("kind", &kind),
        ];
        texts.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
    }
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The number of the request, or the Request-ID of its response / 请求编号，或其应答中的 Request-ID
    pub(crate) id: String,

    /// Print it as a curl command with a new signature, or as a HAR / 输出为带新签名的 curl 命令，或 HAR
    #[arg(long = "as", value_name = "FORMAT", conflicts_with = "output")]
    pub(crate) format: Option<ShowFormat>,

    /// Print openids, tokens, phone numbers and signatures in full / 完整显示 openid、token、手机号与签名
    #[arg(long)]
    pub(crate) show_sensitive: bool,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// A curl command, good for five minutes / curl 命令，五分钟内有效
    Curl,
    /// A HAR, for developer tools / HAR，供浏览器开发者工具使用
    Har,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The file to write / 要写入的文件
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Overwrite the file if it exists / 覆盖已有的文件
    #[arg(long)]
    pub(crate) force: bool,

    /// Write openids, tokens, phone numbers and signatures in full / 完整写入 openid、token、手机号与签名
    #[arg(long)]
    pub(crate) show_sensitive: bool,

    #[command(flatten)]
    pub(crate) filter: FilterArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// The number of the request, or the Request-ID of its response / 请求编号，或其应答中的 Request-ID
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ClearArguments {
    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

impl RequestsArguments {
    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        match &self.command {
            None => self.list.output.output,
            Some(RequestsCommand::Show(arguments)) => arguments.output.output,
            Some(RequestsCommand::Export(arguments)) => arguments.output.output,
            Some(RequestsCommand::Replay(arguments)) => arguments.output.output,
            Some(RequestsCommand::Clear(arguments)) => arguments.output.output,
        }
    }

    /// Returns the arguments that name the sandbox.
    pub(super) fn controls_mut(&mut self) -> &mut ControlArguments {
        match &mut self.command {
            None => &mut self.list.controls,
            Some(RequestsCommand::Show(arguments)) => &mut arguments.controls,
            Some(RequestsCommand::Export(arguments)) => &mut arguments.controls,
            Some(RequestsCommand::Replay(arguments)) => &mut arguments.controls,
            Some(RequestsCommand::Clear(arguments)) => &mut arguments.controls,
        }
    }
}

//! Arguments of `explain` and `verify`, the commands that judge saved messages.

use super::request::SECONDS;
use crate::cli::OutputArguments;
use crate::credentials::CredentialArguments;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use ruhui_core::Timestamp;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::programming_language::ProgrammingLanguage;
use std::num::NonZeroUsize;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct SavedArguments {
    /// A saved request, response or callback; `-` for standard input / 已保存的请求、应答或回调通知；`-` 表示标准输入
    ///
    /// Raw HTTP; the output of `curl -i`, `curl -v` or `curl --trace`; a curl command; a HAR file; a log of Apache
    /// HttpClient, OkHttp, Guzzle or Python's http.client; an Authorization header alone. Or the number or Request-ID
    /// of a request in the sandbox's log. / 可以是原始 HTTP 报文；`curl
    /// -i`、`curl -v`、`curl --trace` 的输出；curl 命令；HAR 文件；Apache HttpClient、OkHttp、Guzzle 或 Python http.client
    /// 的日志；单独的 Authorization 头。也可以是沙箱请求日志中的编号或 Request-ID。
    #[arg(value_name = "FILE|ID", required_unless_present = "last")]
    pub(crate) file: Option<PathBuf>,

    /// Instead of a file: the last request of the sandbox's log that was rejected, or else the last one / 代替文件：沙箱请求日志中最近一次被拒绝的请求，若无则为最近的请求
    #[arg(long, conflicts_with_all = ["file", "exchange"])]
    pub(crate) last: bool,

    /// The address of the sandbox's operations listener, for an ID or --last; the kit's by default / 沙箱的运维监听地址（用于 ID 或 --last），默认取自 kit
    #[arg(long, value_name = "URL", env = "RUHUI_OPERATIONS_URL")]
    pub(crate) operations_url: Option<String>,

    /// The time at which the message is judged: `own` (the message's own), `now`, Unix seconds, or RFC 3339 / 判断时刻：`own`（报文自身的时间）、`now`、Unix 秒或 RFC 3339
    #[arg(long, value_name = "TIME", default_value = "own", value_parser = moment)]
    pub(crate) at: Moment,

    /// The number of the exchange, if there are several; the last by default / 材料中有多次请求时取第几次，默认最后一次
    #[arg(long, value_name = "NUMBER")]
    pub(crate) exchange: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The programming language in which lines that do it right are printed / 输出正确写法所用的编程语言
    #[arg(long = "for", value_name = "LANGUAGE", value_parser = programming_language())]
    pub(crate) program: Option<ProgrammingLanguage>,

    #[command(flatten)]
    pub(crate) saved: SavedArguments,
}

fn programming_language() -> impl TypedValueParser<Value = ProgrammingLanguage> {
    PossibleValuesParser::new(ProgrammingLanguage::ALL.map(ProgrammingLanguage::as_str))
        .try_map(|name| name.parse::<ProgrammingLanguage>())
}

/// Time at which a saved message is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The time at which the message was signed.
    Own,
    /// The current time of this machine.
    Now,
    /// The time that `--at` gives.
    At(Timestamp),
}

fn moment(text: &str) -> Result<Moment, Bilingual> {
    let seconds = || text.parse().ok().filter(|seconds| SECONDS.contains(seconds));
    match text {
        "own" => Ok(Moment::Own),
        "now" => Ok(Moment::Now),
        _ => seconds()
            .and_then(|seconds: i64| Timestamp::from_second(seconds).ok())
            .or_else(|| text.parse().ok())
            .map(Moment::At)
            .ok_or_else(|| {
                Bilingual::new(
                    "give `own`, `now`, Unix seconds such as 1750752000, or a time such as \
                     2025-06-24T16:00:00+08:00",
                    "请使用 `own`、`now`、秒级 Unix 时间戳（例如 1750752000）或 2025-06-24T16:00:00+08:00 格式的时间",
                )
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_each_form() {
        let at = |seconds| Ok(Moment::At(Timestamp::from_second(seconds).unwrap()));
        assert_eq!(moment("own"), Ok(Moment::Own));
        assert_eq!(moment("now"), Ok(Moment::Now));
        assert_eq!(moment("1750752000"), at(1_750_752_000));
        assert_eq!(moment("2025-06-24T16:00:00+08:00"), at(1_750_752_000));
        for text in ["", "1750752000000", "yesterday", "-1", "2025-06-24"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}

//! Arguments of `conformance`.

use super::usage;
use crate::cli::OutputArguments;
use crate::command::conformance::{CaseKind, case_names};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{Error, ErrorKind};
use clap::{Arg, Args, Command};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = CONTRACT)]
pub(crate) struct ConformanceArguments {
    /// Run only this case; may be given several times / 仅运行该用例，可多次给出
    #[arg(long = "case", value_name = "NAME", value_parser = CaseParser, hide_possible_values = true)]
    pub(crate) cases: Vec<String>,

    /// Leave this case out; may be given several times / 跳过该用例，可多次给出
    #[arg(long = "except", value_name = "NAME", value_parser = CaseParser, hide_possible_values = true)]
    pub(crate) except: Vec<String>,

    /// Run only the cases of this kind / 仅运行该类用例
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<CaseKind>,

    /// List the cases, and what is right in each / 列出用例及正确做法
    #[arg(long)]
    pub(crate) list: bool,

    /// Also write the results to this file, as JUnit XML / 另将结果以 JUnit XML 写入该文件
    #[arg(long, value_name = "FILE", conflicts_with = "list")]
    pub(crate) junit: Option<PathBuf>,

    /// Time after which a client that has not ended is killed / 客户端超过该时间未结束则强制终止
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,

    /// Number of clients that run at the same time / 同时运行的客户端个数
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    /// The client, with its arguments; it runs once for each case / 客户端命令及其参数，每个用例运行一次
    #[arg(last = true, value_name = "COMMAND", required_unless_present = "list")]
    pub(crate) command: Vec<OsString>,
}

/// The contract with COMMAND, for its help.
const CONTRACT: &str = "\
COMMAND gets the variables of kit.env, and RUHUI_KIT (a folder with the kit), RUHUI_CASE, RUHUI_CASE_KIND and a new RUHUI_OPENID. \
If RUHUI_CASE_KIND is `request`, it requests one pre-auth token at RUHUI_BASE_URL; it prints the token and exits with 0 if it accepts the response, and with another status if not. \
If it is `callback`, it receives callbacks at RUHUI_NOTIFY_URL until its standard input is closed; it responds 200 or 204 to those that it accepts, and prints one line with the event's id for each event that it acts on. \
docs/guide/conformance.md has examples. / \
COMMAND 的环境变量包含 kit.env 的全部变量，以及 RUHUI_KIT（kit 目录）、RUHUI_CASE、RUHUI_CASE_KIND 和新的 RUHUI_OPENID。\
RUHUI_CASE_KIND 为 `request` 时，向 RUHUI_BASE_URL 请求一个预授权token；接受应答则输出 token 并以 0 退出，拒绝则以其他退出码退出。\
为 `callback` 时，在 RUHUI_NOTIFY_URL 接收回调通知，直到标准输入关闭；对接受的通知应答 200 或 204，每处理一个事件输出一行事件ID。\
示例见 docs/guide/conformance.zh-CN.md。";

/// Parser of the names of cases.
#[derive(Clone)]
struct CaseParser;

impl TypedValueParser for CaseParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        let parsed = PossibleValuesParser::new(case_names()).parse_ref(command, arg, value);
        parsed.map_err(|mut error| {
            if error.kind() == ErrorKind::InvalidValue {
                // There are too many names for one message.
                let list = (
                    "`ruhui conformance --list` shows all cases",
                    "`ruhui conformance --list` 可列出全部用例",
                );
                usage::add_text(&mut error, &list.into());
            }
            error
        })
    }

    /// Returns the values that completions show.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(case_names().into_iter().map(PossibleValue::new)))
    }
}

//! Arguments of `call` and `sign`: an endpoint by its name, or any method and path.

use super::usage::{self, Mistake};
use crate::calls;
use crate::cli::OutputArguments;
use crate::credentials::CredentialArguments;
use crate::fields::Field;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Args, Command, Error};
use http::Method;
use ruhui_core::api::EndpointName;
use ruhui_core::bilingual::Bilingual;
use std::ffi::{OsStr, OsString};

/// Range of a timestamp in seconds, up to the year 9999. A timestamp in milliseconds is outside of it.
pub(super) const SECONDS: std::ops::RangeInclusive<i64> = 0..=253_402_207_200;

#[derive(Debug, Args)]
#[command(
    override_usage = "ruhui call [OPTIONS] <NAME> [FIELD=VALUE]...\n       ruhui call [OPTIONS] <METHOD> <PATH>\n       ruhui call [OPTIONS] [--list]\n       ruhui call <NAME> --help\n       ruhui call <NAME> --example",
    mut_arg("data", |data| data.requires("first")),
    after_long_help = FIELDS
)]
pub(crate) struct CallArguments {
    #[command(flatten)]
    pub(crate) request: RequestArguments,

    /// List the endpoints, as without a name: name, method, path, summary, document / 列出所有接口（不指定接口名时亦然）：名称、方法、路径、说明、文档
    #[arg(long, conflicts_with_all = ["first", "data"])]
    pub(crate) list: bool,

    /// Print an example of the named endpoint, for a shell and a fresh sandbox / 输出该接口的示例命令，可在新沙箱中执行
    #[arg(long, requires = "first", conflicts_with_all = ["list", "data", "rest", "pick"])]
    pub(crate) example: bool,

    /// Print only this field of the response: `token`, `data.0.card_id` / 只输出应答中的该字段：`token`、`data.0.card_id`
    #[arg(long, value_name = "FIELD", requires = "first", conflicts_with_all = ["list", "output"])]
    pub(crate) pick: Option<String>,

    #[command(flatten)]
    pub(crate) defaults: DefaultArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,

    /// Whether the command line asks for the help of the named endpoint.
    #[arg(skip)]
    pub(crate) help: bool,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "ruhui sign [OPTIONS] <NAME> [FIELD=VALUE]...\n       ruhui sign [OPTIONS] <METHOD> <PATH>",
    mut_arg("first", |first| first.required(true)),
    after_long_help = FIELDS
)]
pub(crate) struct SignArguments {
    #[command(flatten)]
    pub(crate) request: RequestArguments,

    /// Unix seconds; now by default / 时间戳（Unix 秒），默认为当前时间
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(SECONDS))]
    pub(crate) timestamp: Option<i64>,

    /// 1 to 128 characters; random by default / 随机串（1 至 128 个字符），默认随机生成
    #[arg(long, value_name = "TEXT")]
    pub(crate) nonce_str: Option<String>,

    #[command(flatten)]
    pub(crate) defaults: DefaultArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,
}

impl CallArguments {
    /// Turns the arguments into a request for the help of the named endpoint, whatever fields there are.
    pub(super) fn ask_for_help(&mut self) {
        self.help = true;
        self.request.rest.clear();
    }
}

const FIELDS: &str = "\
Fields:
  card_id=pbLatjvWOi…                      a text, a number or a truth value
  valid_date_information.type=PERMANENT    a field of an object
  product_coupon_stock_list.0.stock_id=1   a field of a list's first item
  legal_agreement=@agreement.txt           the text in a file
  member_information:='{\"jump_appid\":…}'   JSON; `:=@FILE` reads it from a file
  file=@card.png                           the picture of upload_image

`ruhui call NAME --help` describes the fields of an endpoint. Fields are checked
before anything is sent. A required brand_id, card_id or openid that is missing
comes from --brand-id, --card-id, --openid or the kit. Two fields must be given:
card_id for invalidate_card_template, openid for import_user_card_by_openid.
Phone numbers and form answers are encrypted in requests, and decrypted in the
responses that are shown.
 / 
字段：
  card_id=pbLatjvWOi…                      文本、数字或布尔值
  valid_date_information.type=PERMANENT    对象的字段
  product_coupon_stock_list.0.stock_id=1   数组第一个元素的字段
  legal_agreement=@agreement.txt           文件中的文本
  member_information:='{\"jump_appid\":…}'   JSON；`:=@文件` 从文件读取
  file=@card.png                           upload_image 上传的图片

`ruhui call 接口名 --help` 说明该接口的字段。字段在发送前检查；必填的 brand_id、
card_id、openid 未给出时取自 --brand-id、--card-id、--openid 或 kit；
invalidate_card_template 的 card_id 与 import_user_card_by_openid 的 openid
必须写出。
手机号与用户填写的信息在发送时加密，并在显示的应答中解密。";

#[derive(Debug, Args)]
pub(crate) struct RequestArguments {
    /// An endpoint's name, or an HTTP method / 接口名，或 HTTP 方法
    #[arg(index = 1, value_name = FIRST, value_parser = FirstParser, hide_possible_values = true)]
    first: Option<First>,

    /// After a name: its fields. After a method: the path, with `?query` if any, percent-encoded / 接口名之后为字段；HTTP 方法之后为路径（可含 `?查询串`，须做百分号编码）
    #[arg(index = 2, value_name = "FIELD=VALUE|PATH")]
    rest: Vec<String>,

    /// The body, or all fields of a named endpoint, as JSON: text, `@file`, or `@-` for standard input / 请求体，或按名称调用时的全部字段（JSON）：文本、`@文件`，或 `@-`（标准输入）
    #[arg(long, short, value_name = "DATA")]
    data: Option<String>,

    /// Request that the arguments describe, once they are checked.
    #[arg(skip)]
    request: Option<Request>,
}

/// Values of required fields that a request by name lacks.
#[derive(Debug, Args)]
pub(crate) struct DefaultArguments {
    /// The card_id of a request that lacks it; the kit's by default / 未写出 card_id 字段时使用的值，默认取自 kit
    #[arg(long, env = "RUHUI_CARD_ID")]
    pub(crate) card_id: Option<String>,

    /// The openid of a request that lacks it; the kit's by default / 未写出 openid 字段时使用的值，默认取自 kit
    #[arg(long, env = "RUHUI_OPENID")]
    pub(crate) openid: Option<String>,
}

/// A request: an endpoint by its name, or any method and path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Request {
    Call { name: EndpointName, fields: Vec<Field>, data: Option<String> },
    Path { method: Method, target: String, data: Option<String> },
}

/// The first argument, which decides how the others are read.
#[derive(Debug, Clone, PartialEq)]
enum First {
    Name(EndpointName),
    Method(Method),
}

impl RequestArguments {
    /// Combines the arguments into one request.
    pub(super) fn check(&mut self) -> Result<(), Mistake> {
        let Some(first) = self.first.clone() else { return Ok(()) };
        let data = self.data.clone();
        self.request = Some(match (first, &self.rest[..]) {
            (First::Name(name), fields) => {
                let fields = fields.iter().map(|text| {
                    Field::parse(text).map_err(|why| Mistake::of_value(text, "`FIELD=VALUE`", &why.into()))
                });
                Request::Call { name, fields: fields.collect::<Result<_, _>>()?, data }
            }
            (First::Method(method), [path]) => {
                let target = target(path).map_err(|why| Mistake::of_value(path, "`PATH`", &why.into()))?;
                Request::Path { method, target, data }
            }
            (First::Method(_), []) => {
                return Err(Mistake(("`PATH` is missing after the method", "方法之后缺少 `PATH`").into()));
            }
            (First::Method(_), [_, second, ..]) => {
                return Err(Mistake(Bilingual::new(
                    format!("the argument `{second}` is not expected here: after a method there is one path"),
                    format!("此处不应出现参数 `{second}`：方法之后只有一个路径"),
                )));
            }
        });
        Ok(())
    }

    /// Returns the request, if there is one.
    pub(crate) fn request(self) -> Option<Request> {
        self.request
    }
}

/// Parses a command line that asks for help again, without `--help`: if it is `call` with the name of an endpoint, the
/// help is that of the endpoint. An error is returned if the name is wrong; `None` for all other command lines.
pub(super) fn without_help(
    command: &mut Command,
    arguments: &[OsString],
) -> Option<Result<ArgMatches, Error>> {
    let rest = arguments.iter().filter(|argument| *argument != "--help" && *argument != "-h");
    match command.try_get_matches_from_mut(rest) {
        Ok(matches) => {
            let (_, call) = matches.subcommand().filter(|(name, _)| *name == "call")?;
            let names_endpoint = matches!(call.get_one::<First>("first"), Some(First::Name(_)));
            names_endpoint.then_some(Ok(matches))
        }
        Err(error) => {
            let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string);
            let is_name = argument.is_some_and(|argument| argument.contains(FIRST));
            (is_name && error.kind() == ErrorKind::InvalidValue).then_some(Err(error))
        }
    }
}

/// Name of the first argument, as messages show it.
const FIRST: &str = "NAME|METHOD";

/// Parses the target of the request line. It is signed and sent unchanged, so it must already be
/// percent-encoded.
fn target(text: &str) -> Result<String, (&'static str, &'static str)> {
    if text.contains("://") {
        return Err((
            "only the path and query are signed: leave scheme and host out",
            "只对路径和查询参数签名：请去掉协议和域名",
        ));
    }
    if !text.starts_with('/') {
        return Err(("it must begin with `/`", "须以 `/` 开头"));
    }
    if text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        Ok(text.to_owned())
    } else {
        Err(("it holds characters that must be percent-encoded", "含有必须进行百分号编码的字符"))
    }
}

/// Methods that may be typed in lower case. They are in capitals on the wire and in the signed message.
const USUAL: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS];

/// Parser of the first argument: names are in lower case, and methods in capitals.
#[derive(Clone)]
struct FirstParser;

impl TypedValueParser for FirstParser {
    type Value = First;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<First, Error> {
        let text = StringValueParser::new().parse_ref(command, arg, value)?;
        if let Some(method) = USUAL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(&text)) {
            return Ok(First::Method(method));
        }
        if let Some(name) = EndpointName::find(&text) {
            return Ok(First::Name(name));
        }
        let is_capital = text.bytes().all(|byte| byte.is_ascii_uppercase());
        if let (true, Ok(method)) = (is_capital, text.parse()) {
            return Ok(First::Method(method));
        }
        let mut error = usage::wrong(ErrorKind::InvalidValue, command, arg);
        if let Some(nearest) = EndpointName::nearest(&text) {
            error.insert(ContextKind::SuggestedValue, ContextValue::String(nearest.to_owned()));
        }
        error.insert(ContextKind::InvalidValue, ContextValue::String(text));
        // There are too many names for one message.
        usage::add_text(
            &mut error,
            &("`ruhui call --list` shows all names", "`ruhui call --list` 可列出全部接口名").into(),
        );
        Err(error)
    }

    /// Returns the values that completions show.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = calls::plain().map(|call| PossibleValue::new(call.name).help(call.summary));
        Some(Box::new(names.chain([PossibleValue::new("GET"), PossibleValue::new("POST")])))
    }
}

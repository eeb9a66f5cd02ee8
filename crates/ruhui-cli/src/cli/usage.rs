//! Messages about a wrong command line, in the user's language.
//!
//! clap's messages are in English only. Its error also has the parts: the kind, the argument, the value and
//! the possible values. This module builds its messages from these parts.

use super::help;
use super::output::Output;
use crate::language::Language;
use crate::output;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, Command};
use ruhui_core::bilingual::Bilingual;
use serde_json::json;
use std::error::Error as _;
use std::io::IsTerminal as _;
use std::net::AddrParseError;
use std::num::{IntErrorKind, ParseIntError};

/// Options of earlier versions, and what has replaced them.
static FORMER: [(&str, Bilingual); 3] = [
    (
        "--edition",
        Bilingual::fixed(
            "`--edition` is now `--path`: `--path pre-auth-tokens` (`current` before, and the default now) or \
             `--path open-user-card-tokens` (`founding` before)",
            "`--edition` 已改为 `--path`：`--path pre-auth-tokens`（原 `current`，现为默认）或 `--path \
             open-user-card-tokens`（原 `founding`）",
        ),
    ),
    (
        "--advance",
        Bilingual::fixed(
            "`ruhui clock --advance 60s` is now `ruhui clock advance 60s`",
            "`ruhui clock --advance 60s` 已改为 `ruhui clock advance 60s`",
        ),
    ),
    (
        "--probe",
        Bilingual::fixed(
            "`ruhui events --probe` is now `ruhui events probe`",
            "`ruhui events --probe` 已改为 `ruhui events probe`",
        ),
    ),
];

/// Returns the replacement of an option of earlier versions.
fn former(argument: &str) -> Option<&'static Bilingual> {
    FORMER.iter().find(|(option, _)| argument.starts_with(option)).map(|(_, said)| said)
}

/// A mistake that is found only after the whole command line was parsed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mistake(pub(crate) Bilingual);

impl Mistake {
    /// Returns the mistake of a `value` that `argument` does not accept, with the reason.
    pub(super) fn of_value(value: &str, argument: &str, why: &Bilingual) -> Self {
        Self(Bilingual::new(
            format!("the value `{value}` of {argument} cannot be used: {why}"),
            format!("{argument} 的值 `{value}` 无效：{why:#}"),
        ))
    }

    /// Prints the mistake with the command's usage, and ends the process with status 2.
    pub(super) fn exit(&self, command: &mut Command, output: Output, language: Language) -> ! {
        let usage = command.render_usage().to_string();
        fail(&language.say(&self.0), Some(&usage), output, language)
    }
}

/// Whether `error` is a request for help.
pub(super) fn is_help(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand)
}

/// Prints the message about `error`, and ends the process with status 2. Help and the version are not
/// mistakes: they are printed as results, with clap's status.
pub(super) fn exit(error: &Error, output: Output, language: Language) -> ! {
    match error.kind() {
        _ if is_help(error) && language == Language::Chinese => show(error, language),
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.exit(),
        _ => {
            let what = language.say(&explain(error));
            let argument = one(error, ContextKind::InvalidArg);
            // clap's usage line would name another argument and contradict the message.
            let usage = error.get(ContextKind::Usage).filter(|_| former(&argument).is_none());
            let usage = usage.map(ToString::to_string);
            fail(&what, usage.as_deref(), output, language)
        }
    }
}

/// Prints the translated help that `error` contains, and ends the process with the error's status.
fn show(error: &Error, language: Language) -> ! {
    let is_terminal =
        if error.use_stderr() { std::io::stderr().is_terminal() } else { std::io::stdout().is_terminal() };
    let is_styled = is_terminal && std::env::var_os("NO_COLOR").is_none();
    let help = error.render();
    let help =
        help::translated(&if is_styled { help.ansi().to_string() } else { help.to_string() }, language);
    if error.use_stderr() {
        eprint!("{help}");
    } else {
        // A closed stdout does not change the status.
        let _ = output::bytes(help.as_bytes());
    }
    std::process::exit(error.exit_code())
}

/// Prints the message and the usage on stderr, and in JSON mode also the message as JSON on stdout.
fn fail(what: &str, usage: Option<&str>, output: Output, language: Language) -> ! {
    if output == Output::Json {
        // The exit status is 2 in any case, so a full or closed stdout changes nothing.
        let _ = output::json(&json!({ "error": { "message": what } }));
    }
    eprintln!("{}{what}", language.pick("error: ", "错误："));
    if let Some(usage) = usage.map(|usage| usage.trim().trim_start_matches("Usage:").trim_start()) {
        let aligned = usage.lines().map(str::trim_start).collect::<Vec<_>>();
        let between = language.pick("\n       ", "\n      ");
        eprintln!("\n{}{}", language.pick("Usage: ", "用法："), aligned.join(between));
    }
    eprintln!("\n{}", language.pick("`--help` says more.", "更多说明请用 `--help`。"));
    std::process::exit(2)
}

/// Creates the error of a value that the parser of `argument` rejects. The parser then adds the value and the
/// reason.
pub(crate) fn wrong(kind: ErrorKind, command: &Command, argument: Option<&Arg>) -> Error {
    let mut error = Error::new(kind).with_cmd(command);
    let argument = argument.map(ToString::to_string).unwrap_or_default();
    error.insert(ContextKind::InvalidArg, ContextValue::String(argument));
    error
}

/// Adds a text of the parser to an error: the reason for which it rejects the value, or where the possible
/// values are listed.
pub(crate) fn add_text(error: &mut Error, text: &Bilingual) {
    let both = vec![format!("{text}"), format!("{text:#}")];
    error.insert(ContextKind::Custom, ContextValue::Strings(both));
}

/// Returns the text that [`add_text`] added.
fn added_text(error: &Error) -> Option<Bilingual> {
    match all(error, ContextKind::Custom).as_slice() {
        [en, zh] => Some(Bilingual::new(en.as_str(), zh.as_str())),
        _ => None,
    }
}

/// Returns the message about an error of clap, in both languages.
pub(crate) fn explain(error: &Error) -> Bilingual {
    let argument = one(error, ContextKind::InvalidArg);
    let value = one(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = one(error, ContextKind::InvalidSubcommand);
            let (en, zh) = near(error, ContextKind::SuggestedSubcommand);
            Bilingual::new(format!("the command `{name}` is unknown{en}"), format!("未知的命令 `{name}`{zh}"))
        }
        ErrorKind::UnknownArgument if let Some(said) = former(&argument) => said.clone(),
        ErrorKind::UnknownArgument => {
            let (en, zh) = near(error, ContextKind::SuggestedArg);
            Bilingual::new(
                format!("the argument `{argument}` is not expected here{en}"),
                format!("此处不应出现参数 `{argument}`{zh}"),
            )
        }
        ErrorKind::InvalidValue if value.is_empty() => Bilingual::new(
            format!("`{argument}` needs a value{}", possible(error).0),
            format!("`{argument}` 缺少值{}", possible(error).1),
        ),
        ErrorKind::InvalidValue => {
            let ((near_en, near_zh), (all_en, all_zh)) =
                (near(error, ContextKind::SuggestedValue), possible(error));
            Bilingual::new(
                format!("`{value}` is not a value of `{argument}`{near_en}{all_en}"),
                format!("`{argument}` 没有 `{value}` 这一取值{near_zh}{all_zh}"),
            )
        }
        ErrorKind::ValueValidation => {
            let why = reason(error);
            if value.is_empty() {
                // The error does not contain the value, which may be a password.
                Bilingual::new(
                    format!("the value of `{argument}` cannot be used: it {why}"),
                    format!("`{argument}` 的值无效：{why:#}"),
                )
            } else {
                Mistake::of_value(&value, &format!("`{argument}`"), &why).0
            }
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = all(error, ContextKind::InvalidArg);
            let is = if missing.len() == 1 { "is" } else { "are" };
            Bilingual::new(
                format!("{} {is} missing", Language::English.list(&quoted(&missing))),
                format!("缺少 {}", Language::Chinese.list(&quoted(&missing))),
            )
        }
        ErrorKind::MissingSubcommand => Bilingual::new("a command is missing", "缺少命令"),
        ErrorKind::ArgumentConflict => {
            let others = all(error, ContextKind::PriorArg);
            if others.is_empty() || others == [argument.clone()] {
                Bilingual::new(
                    format!("`{argument}` is given twice; give it once"),
                    format!("`{argument}` 出现了多次，只能给出一次"),
                )
            } else {
                Bilingual::new(
                    format!("`{argument}` cannot be used with {}", Language::English.list(&quoted(&others))),
                    format!("`{argument}` 不能与 {} 同时使用", Language::Chinese.list(&quoted(&others))),
                )
            }
        }
        ErrorKind::NoEquals => Bilingual::new(
            format!("`{argument}` wants `=` between it and its value"),
            format!("`{argument}` 与其值之间须有 `=`"),
        ),
        ErrorKind::TooManyValues => Bilingual::new(
            format!("`{value}` is one value too many for `{argument}`"),
            format!("`{argument}` 的值过多：`{value}`"),
        ),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => Bilingual::new(
            format!("`{argument}` has another number of values than it needs"),
            format!("`{argument}` 的值个数不对"),
        ),
        ErrorKind::InvalidUtf8 => {
            Bilingual::new("an argument is not text in UTF-8", "有一个参数不是 UTF-8 文本")
        }
        _ => Bilingual::new("the command line cannot be read", "无法识别该命令行"),
    }
}

/// Returns the reason for which a value's own parser rejected it.
fn reason(error: &Error) -> Bilingual {
    if let Some(text) = added_text(error) {
        return text;
    }
    let Some(source) = error.source() else {
        return Bilingual::new("the value is not possible", "取值无效");
    };
    if let Some(ours) = source.downcast_ref::<Bilingual>() {
        return ours.clone();
    }
    if source.is::<AddrParseError>() {
        return Bilingual::new(
            "it must be an IP address and a port, such as 127.0.0.1:7080",
            "须为 IP 地址加端口，例如 127.0.0.1:7080",
        );
    }
    if let Some(number) = source.downcast_ref::<ParseIntError>() {
        return match number.kind() {
            IntErrorKind::PosOverflow => Bilingual::new("the number is too large", "数字过大"),
            IntErrorKind::NegOverflow => Bilingual::new("the number is too small", "数字过小"),
            _ => Bilingual::new("it must be a whole number", "须为整数"),
        };
    }
    // clap reports a number outside a range as `… is not in LEAST..=MOST`.
    match source.to_string().split_once(" is not in ").and_then(|(_, range)| range.split_once("..=")) {
        Some((least, most)) => Bilingual::new(
            format!("it must be from {least} to {most}"),
            format!("须在 {least} 至 {most} 之间"),
        ),
        None => Bilingual::new("the value is not possible", "取值无效"),
    }
}

fn possible(error: &Error) -> (String, String) {
    if let Some(text) = added_text(error) {
        return (format!("; {text}"), format!("；{text:#}"));
    }
    let values = all(error, ContextKind::ValidValue);
    if values.is_empty() {
        (String::new(), String::new())
    } else {
        (
            format!("; it takes {}", quoted(&values).join(", ")),
            format!("；可用的有 {}", quoted(&values).join("、")),
        )
    }
}

fn near(error: &Error, kind: ContextKind) -> (String, String) {
    match all(error, kind).first() {
        Some(name) => (format!(" (did you mean `{name}`?)"), format!("（是否想用 `{name}`？）")),
        None => (String::new(), String::new()),
    }
}

fn quoted(names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("`{name}`")).collect()
}

fn one(error: &Error, kind: ContextKind) -> String {
    all(error, kind).into_iter().next().unwrap_or_default()
}

fn all(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

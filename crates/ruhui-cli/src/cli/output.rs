//! Output format of results: text or JSON.

use clap::{Args, ValueEnum};
use std::ffi::OsString;

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people / 供人阅读
    Text,
    /// For programs / 供程序读取
    Json,
}

impl Output {
    /// Returns the output format that a command line asks for, even if the command line has mistakes: the
    /// messages about them are in this format.
    pub(super) fn meant(arguments: &[OsString]) -> Self {
        let texts =
            arguments.iter().map(|argument| argument.to_string_lossy()).take_while(|text| text != "--");
        let texts: Vec<_> = texts.collect();
        let is_json = |(at, text): (usize, &std::borrow::Cow<'_, str>)| match text.as_ref() {
            "-o" | "--output" => texts.get(at + 1).is_some_and(|value| value == "json"),
            text => ["-ojson", "-o=json", "--output=json"].contains(&text),
        };
        if texts.iter().enumerate().any(is_json) { Self::Json } else { Self::Text }
    }
}

#[derive(Debug, Args)]
pub(crate) struct OutputArguments {
    /// Print for people or for programs / 输出格式
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: Output,
}

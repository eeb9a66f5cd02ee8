//! Help in the user's language, at most 80 columns wide.
//!
//! The definition of the command line has both languages in each text: `English / 中文`. [`localized`] leaves
//! one of them. clap wraps English; Chinese lines are broken before they reach clap.
//! [`translated`] replaces the words that clap itself writes into the rendered help, such as `Options:`.

use crate::language::Language;
use crate::wrap;
use clap::builder::{PossibleValuesParser, Resettable, StyledStr};
use clap::{Arg, ArgAction, Command};

/// Width of the help in columns of a terminal.
const WIDTH: usize = 80;
/// Columns by which clap indents the help of an argument.
const INDENT: usize = 10;
/// Columns that the list of commands needs for the names and the blanks around them.
const NAMES: usize = 16;

/// Words that clap writes into help, and their translations.
const WORDS: [(&str, &str); 8] = [
    ("Usage: ", "用法："),
    ("Usage:", "用法："),
    ("Commands:", "命令："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("全局选项:", "全局选项："),
    ("[default: ", "[默认值："),
    ("[env: ", "[环境变量："),
];

/// Returns `command` with the texts of `language`.
pub(super) fn localized(command: Command, language: Language) -> Command {
    let mut command = command.max_term_width(WIDTH);
    // Adds the arguments and the command that clap itself defines, whose texts are replaced below.
    command.build();
    localized_tree(command, language)
}

fn localized_tree(command: Command, language: Language) -> Command {
    let text = |text: Option<&StyledStr>, width| text.map(|text| wrapped(&text.to_string(), width, language));
    let (about, long_about) =
        (text(command.get_about(), WIDTH - NAMES), text(command.get_long_about(), WIDTH));
    let after = text(command.get_after_help(), WIDTH);
    let long_after = text(command.get_after_long_help(), WIDTH);
    let is_help = command.get_name() == "help";
    let about = if is_help {
        Some(picked("Print this help or the help of a command / 显示本帮助或某个命令的帮助", language))
    } else {
        about
    };
    let mut command = command;
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(about) = long_about {
        command = command.long_about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    if let Some(after) = long_after {
        command = command.after_long_help(after);
    }
    command
        .mut_args(|argument| localized_argument(argument, language))
        .mut_subcommands(|below| localized_tree(below, language))
}

fn localized_argument(argument: Arg, language: Language) -> Arg {
    let argument = match argument.get_id().as_str() {
        // clap would print a summary for `-h` and the long help for `--help`; both print the long help here.
        "help" => {
            argument.action(ArgAction::HelpLong).help("Print help / 显示帮助").long_help(Resettable::Reset)
        }
        "version" => argument.help("Print version / 显示版本"),
        _ => argument,
    };
    let text =
        |text: Option<&StyledStr>| text.map(|text| wrapped(&text.to_string(), WIDTH - INDENT, language));
    let (help, long_help) = (text(argument.get_help()), text(argument.get_long_help()));
    let is_global = argument.get_help_heading().is_some();
    let long_help = match (values(&argument, language), long_help.or_else(|| help.clone())) {
        (Some(values), Some(help)) => Some(format!("{help}\n\n{values}")),
        (None, help) => help,
        (values, None) => values,
    };
    let mut argument = argument.hide_possible_values(true);
    if let Some(help) = help {
        argument = argument.help(help);
    }
    if let Some(help) = long_help {
        argument = argument.long_help(help);
    }
    if is_global {
        argument = argument.help_heading(language.pick("Global options", "全局选项"));
    }
    argument
}

/// Returns the list of an argument's possible values. clap would print their descriptions in both languages.
fn values(argument: &Arg, language: Language) -> Option<String> {
    let values = argument.get_possible_values();
    if values.is_empty() || argument.is_hide_possible_values_set() {
        return None;
    }
    let mut text = picked("Possible values: / 可选值：", language);
    for value in values {
        text += &format!("\n- {}", value.get_name());
        if let Some(about) = value.get_help() {
            text += &format!("{}{}", language.pick(": ", "："), picked(&about.to_string(), language));
        }
    }
    Some(text)
}

/// Returns `command` with the descriptions of possible values in `language`, for completion scripts. It cannot parse
/// any more: each such argument accepts texts.
pub(super) fn with_localized_values(command: Command, language: Language) -> Command {
    let localized = |argument: Arg| {
        let values = argument.get_possible_values();
        if values.is_empty() {
            return argument;
        }
        let values = values.into_iter().map(|value| match value.get_help() {
            Some(about) => {
                let about = picked(&about.to_string(), language);
                value.help(about)
            }
            None => value,
        });
        argument.value_parser(PossibleValuesParser::new(values))
    };
    command.mut_args(localized).mut_subcommands(|below| with_localized_values(below, language))
}

/// Translates clap's own words in a rendered help.
pub(super) fn translated(help: &str, language: Language) -> String {
    match language {
        Language::English => help.to_owned(),
        Language::Chinese => {
            WORDS.iter().fold(help.to_owned(), |help, (english, chinese)| help.replace(english, chinese))
        }
    }
}

/// Returns `text` in `language`. Chinese is broken into lines of `width` columns.
fn wrapped(text: &str, width: usize, language: Language) -> String {
    let text = picked(text, language);
    match language {
        Language::English => text,
        Language::Chinese => wrap::wrapped(&text, width),
    }
}

/// Leaves one language of `text`: in each line that has both, or of two blocks with a line ` / ` between them.
fn picked(text: &str, language: Language) -> String {
    if let Some((english, chinese)) = text.split_once("\n / \n") {
        return language.pick(english, chinese).to_owned();
    }
    let picked = text.lines().map(|line| match line.rsplit_once(" / ") {
        Some((english, chinese)) if !chinese.is_ascii() => language.pick(english, chinese),
        _ => line,
    });
    picked.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory as _;
    use textwrap::core::display_width;

    /// Adds the rendered help of `command` and of all commands below it to `all`.
    fn helps(command: &mut Command, language: Language, all: &mut Vec<String>) {
        all.push(translated(&command.render_long_help().to_string(), language));
        for below in command.get_subcommands_mut() {
            helps(below, language, all);
        }
    }

    fn all(language: Language) -> Vec<String> {
        let mut all = Vec::new();
        helps(&mut localized(Cli::command(), language), language, &mut all);
        assert!(all.len() > 25, "{}", all.len());
        all
    }

    #[test]
    fn help_is_at_most_80_columns_wide_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            for line in all(language).iter().flat_map(|help| help.lines()) {
                assert!(display_width(line) <= WIDTH, "{} columns: {line}", display_width(line));
            }
        }
    }

    #[test]
    fn help_has_one_language() {
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for help in all(Language::English) {
            // The product's name and the name of the language are the same in both languages.
            let rest = help.replace("商家名片会员", "").replace("zh: 中文", "");
            assert!(!is_chinese(&rest), "{help}");
        }
        for help in all(Language::Chinese) {
            for (english, _) in WORDS {
                assert!(!help.contains(english), "{english} in {help}");
            }
            // A description without Chinese is not translated. Names, values and commands need no
            // translation.
            for line in help.lines().filter(|line| line.starts_with("          ")) {
                let is_prose =
                    line.split_whitespace().filter(|word| word.chars().all(|c| c.is_ascii_lowercase()));
                assert!(is_chinese(line) || is_prose.count() < 4, "{line} in {help}");
            }
        }
    }

    #[test]
    fn one_language_is_left_of_each_line() {
        let text = "One / 一\n\nhttps://a / b\n三";
        assert_eq!(picked(text, Language::English), "One\n\nhttps://a / b\n三");
        assert_eq!(picked(text, Language::Chinese), "一\n\nhttps://a / b\n三");
        let blocks = "a  one\nb  two\n / \na  一\nb  二";
        assert_eq!(picked(blocks, Language::English), "a  one\nb  two");
        assert_eq!(picked(blocks, Language::Chinese), "a  一\nb  二");
    }
}

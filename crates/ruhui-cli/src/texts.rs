//! Test of every text of the tool that people read, in both languages: wrong command lines, profiles, and the
//! texts in the source.
//!
//! A new variant of an enum does not compile here until it has a sample. Only this file has samples.

#![allow(clippy::unwrap_used, reason = "samples are made as in a test")]

#[path = "../../ruhui-core/src/texts/check.rs"]
mod check;

use crate::cli::{Cli, usage};
use crate::command::conformance;
use crate::command::listen::forward::Failed;
use crate::credentials::profile;
use check::{Texts, samples};
use clap::CommandFactory as _;
use ruhui_core::bilingual::Bilingual;
use std::path::Path;

fn forwards() -> Vec<Failed> {
    samples!(Failed {
        Failed::Late => Failed::Late,
        Failed::Unreachable => Failed::Unreachable,
        Failed::Lost => Failed::Lost,
        Failed::TooLarge => Failed::TooLarge,
    })
}

/// Returns the messages of command lines with one mistake each.
fn usages() -> Vec<Bilingual> {
    let lines: &[&[&str]] = &[
        &["tokn"],
        &["nothing"],
        &["token", "--nothing"],
        &["token", "--outptu", "json"],
        &["token", "--output", "xml"],
        &["token", "--output"],
        &["token", "--family", "both"],
        &["token", "--lang", "fr"],
        &["token", "--log", "a=b=c"],
        &["token", "--mchid", "1", "--mchid", "2"],
        &["call", "--list", "echo"],
        &["call", "qury_user_card"],
        &["verify"],
        &["verify", "a", "b"],
        &["user", "join"],
        &["user", "open", "--phone", "13900000000", "--field", "age=7"],
        &["user", "open", "--phone", "13900000000", "--choose", "x"],
        &["user", "open", "--phone", "1"],
        &["sandbox", "--main", "here"],
        &["sandbox", "--store", ""],
        &["sandbox", "--store", "mysql://db"],
        &["sandbox", "--store", "postgres://"],
        &["listen", "--forward-to", "here"],
        &["listen", "--forward-to", "ftp://here"],
        &["listen", "--plain"],
        &["sign", "GET", "/", "--timestamp", "now"],
        &["sign", "GET", "/", "--timestamp", "99999999999999999999"],
        &["sign", "GET", "/", "--timestamp", "1750752001000"],
        &["clock", "advance", "90"],
        &["clock", "advance", "-90s"],
        &["clock", "advance", "732d"],
        &["clock", "set", "tomorrow"],
        &["events", "--type", "USER_CARD"],
        &["events", "resend", "1234", "--times", "11"],
        &["listen", "--events", "USER_CARD.CREATE,NOTHING"],
        &["kit", "--for", "cobol"],
        &["kit", "--callbacks"],
        &["conformance", "--case", "forget", "true"],
        &["conformance", "--kind", "both", "--", "true"],
        &["conformance"],
        &["conformance", "--timeout", "0", "--", "true"],
        &["ca", "show", "--for", "cobol"],
        &["ca", "show", "--undo"],
        &["sandbox", "--proxy=here"],
        &["sandbox", "--proxy-beyond-loopback"],
        &["ready", "127.0.0.1:7082"],
        &["ready", "--wait", "30"],
        &["completions", "tcsh"],
        &["man", "token", "--to", "pages"],
    ];
    let explain = |line: &&[&str]| {
        let words = std::iter::once(&"ruhui").chain(*line);
        let error = Cli::command().try_get_matches_from(words).expect_err(&line.join(" "));
        usage::explain(&error)
    };
    lines.iter().map(explain).collect()
}

fn profiles() -> Vec<Bilingual> {
    let texts = ["[a]\nmchid = 1900000001\n", "mchid = \"1\"\n", "[a\n", "[a]\nmchid = \"1\n"];
    texts.map(|text| profile::parse(text).unwrap_err()).into()
}

#[test]
fn every_text_is_a_sentence_in_both_languages() {
    let mut texts = Texts::default();
    texts.add("Command lines", usages());
    texts.add("Profiles", profiles());
    texts.add("Passing callbacks on", forwards());
    texts.add("Cases of conformance", conformance::texts());
    insta::assert_snapshot!(texts.page());
}

/// Checks the texts in the source that no enum lists: a text with Chinese contains no English sentence.
#[test]
fn no_chinese_text_in_the_source_has_an_english_sentence_in_it() {
    let mut faults = Vec::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |file, text| {
        let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        // Help texts have both languages in one text, and the lines of a kit are programs.
        let is_both = text.contains(" / ") || text.contains('\n');
        if text.contains(is_chinese) && !is_both {
            faults.extend(
                check::fault_of_chinese(text).map(|fault| format!("{}: {fault}: {text}", file.display())),
            );
        }
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn visit(folder: &Path, look: &mut impl FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, look);
        } else if path.extension().is_some_and(|name| name == "rs") && !path.ends_with("src/texts.rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for text in literals(line) {
                    look(&path, &text);
                }
            }
        }
    }
}

/// Returns the string literals of a line, without their placeholders.
fn literals(line: &str) -> Vec<String> {
    let escaped = line.replace("\\\"", "`");
    let texts = escaped.split('"').skip(1).step_by(2);
    texts.map(|text| text.split(['{', '}']).step_by(2).collect::<Vec<_>>().join("``")).collect()
}

//! `ruhui conformance --list`: the cases, what is played, and what is right.

use super::case::Case;
use crate::cli::Output;
use crate::language::Language;
use crate::output;
use crate::wrap;
use serde_json::{Value, json};

/// Width of the list in columns of a terminal.
const WIDTH: usize = 80;
/// Columns before the texts of a case.
const INDENT: usize = 4;

pub(super) fn show(cases: &[&'static Case], output: Output, language: Language) -> anyhow::Result<()> {
    match output {
        Output::Json => output::json(&cases.iter().map(|case| described(case)).collect())?,
        Output::Text => {
            let blocks: Vec<String> = cases.iter().map(|case| block(case, language)).collect();
            output::line(blocks.join("\n").trim_end())?;
        }
    }
    Ok(())
}

/// Returns a case as JSON.
pub(super) fn described(case: &Case) -> Value {
    json!({
        "case": case.name,
        "kind": case.kind(),
        "played": case.played,
        "right": case.right,
        "document": case.source.url(),
    })
}

fn block(case: &Case, language: Language) -> String {
    let played = language.pick("played: ", "播放：").to_owned() + &language.say(&case.played);
    let right = language.pick("right: ", "正确：").to_owned() + &language.say(&case.right);
    let texts = [played, right, case.source.url()];
    let texts: String = texts.iter().map(|text| wrap::indented(text, INDENT, WIDTH)).collect();
    format!("{}\n{texts}", case.name)
}

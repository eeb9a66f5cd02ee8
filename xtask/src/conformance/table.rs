//! The tables of `docs/conformance.md`, one for each kind of case, in both languages.

use super::clients::Client;
use anyhow::{Context as _, Result};
use serde_json::Value;

const START: &str = "<!-- conformance: cargo xtask conformance --update -->";
const END: &str = "<!-- /conformance -->";

/// A document with the tables.
pub(super) struct Page {
    pub(super) file: &'static str,
    /// The words for the clients, their versions, and the project's own clients.
    words: [&'static str; 3],
    /// The headings of the tables, by kind.
    headings: [(&'static str, &'static str); 2],
    /// The words for judgements.
    judgements: [(&'static str, &'static str); 5],
}

pub(super) const PAGES: &[Page] = &[
    Page {
        file: "docs/conformance.md",
        words: ["Client", "Version", "this project's"],
        headings: [("request", "Requests"), ("callback", "Callbacks")],
        judgements: [
            ("passed", "✓"),
            ("accepted", "**accepted**"),
            ("broke", "**broke**"),
            ("retried", "**retried**"),
            ("answered", "**answered**"),
        ],
    },
    Page {
        file: "docs/conformance.zh-CN.md",
        words: ["客户端", "版本", "本项目自带"],
        headings: [("request", "请求"), ("callback", "回调通知")],
        judgements: [
            ("passed", "✓"),
            ("accepted", "**误接受**"),
            ("broke", "**无法处理**"),
            ("retried", "**重试有误**"),
            ("answered", "**应答有误**"),
        ],
    },
];

/// The results of one client.
#[derive(Debug)]
pub(super) struct Results {
    client: &'static Client,
    version: Option<String>,
    /// Kind, name and judgement of each case, in the order of the suite.
    pub(super) cases: Vec<[String; 3]>,
}

impl Results {
    /// Reads the report that the tool prints as JSON.
    pub(super) fn read(client: &'static Client, version: Option<String>, report: &Value) -> Result<Self> {
        let cases = report["cases"].as_array().context("it has no cases")?;
        let text = |case: &Value, name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let cases = cases.iter().map(|case| ["kind", "case", "judgement"].map(|name| text(case, name)));
        Ok(Self { client, version, cases: cases.collect() })
    }

    fn judgement(&self, case: &str) -> Option<&str> {
        let found = self.cases.iter().find(|[_, name, _]| name == case);
        found.map(|[_, _, judgement]| judgement.as_str())
    }
}

/// Returns `text` with the tables of these results between the two marker comments.
pub(super) fn with_table(text: &str, results: &[Results], page: &Page) -> Result<String> {
    let missing = |marker: &str| format!("{} has no `{marker}`", page.file);
    let (before, rest) = text.split_once(START).with_context(|| missing(START))?;
    let (_, after) = rest.split_once(END).with_context(|| missing(END))?;
    Ok(format!("{before}{START}\n{}\n{END}{after}", tables(results, page)))
}

fn tables(results: &[Results], page: &Page) -> String {
    let [client, version, ours] = page.words;
    let mut text = format!("\n| | {client} | {version} |\n|---|---|---|\n");
    for (index, result) in results.iter().enumerate() {
        let version = result.version.as_deref().unwrap_or(ours);
        text += &format!("| {} | {} | {version} |\n", letter(index), result.client.name);
    }
    // The first client takes part in every case.
    let cases = results.first().map(|first| first.cases.as_slice()).unwrap_or_default();
    for (kind, heading) in page.headings {
        let taking: Vec<(usize, &Results)> = results
            .iter()
            .enumerate()
            .filter(|(_, result)| result.cases.iter().any(|case| case[0] == kind))
            .collect();
        let letters: String = taking.iter().map(|(index, _)| format!(" {} |", letter(*index))).collect();
        text += &format!("\n## {heading}\n\n| |{letters}\n|---|{}\n", "---|".repeat(taking.len()));
        for [of_kind, name, _] in cases {
            if of_kind == kind {
                let cells =
                    taking.iter().map(|(_, result)| format!(" {} |", page.word(result.judgement(name))));
                text += &format!("| `{name}` |{}\n", cells.collect::<String>());
            }
        }
    }
    text
}

/// Returns the letter that stands for a client in the head of a table.
fn letter(index: usize) -> char {
    u8::try_from(index).map_or('?', |index| char::from(b'A' + index))
}

impl Page {
    fn word(&self, judgement: Option<&str>) -> &'static str {
        let known = self.judgements.iter().find(|(name, _)| Some(*name) == judgement);
        known.map_or("?", |(_, word)| word)
    }
}

/// Returns the first lines that differ, for a message.
pub(super) fn first_difference(found: &str, wanted: &str) -> String {
    let differing = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    match differing {
        Some((found, wanted)) => format!("it has `{found}`, the clients did `{wanted}`"),
        None => "it has another number of lines".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::clients::CLIENTS;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_has_a_column_for_each_client_that_takes_part() {
        let case = |name: &str, kind: &str, judgement: &str| json!({ "case": name, "kind": kind, "judgement": judgement });
        let all = json!({ "cases": [case("a", "request", "passed"), case("b", "callback", "answered")] });
        let one = json!({ "cases": [case("a", "request", "accepted")] });
        let client = |report| Results::read(&CLIENTS[0], Some("1.0".to_owned()), report).unwrap();
        let text =
            with_table(&format!("x\n{START}\nold\n{END}\ny\n"), &[client(&all), client(&one)], &PAGES[0])
                .unwrap();
        let tables = [
            "| | Client | Version |",
            "|---|---|---|",
            "| A | ruhui (Rust) | 1.0 |",
            "| B | ruhui (Rust) | 1.0 |",
            "",
            "## Requests",
            "",
            "| | A | B |",
            "|---|---|---|",
            "| `a` | ✓ | **accepted** |",
            "",
            "## Callbacks",
            "",
            "| | A |",
            "|---|---|",
            "| `b` | **answered** |",
        ];
        assert_eq!(text, format!("x\n{START}\n\n{}\n\n{END}\ny\n", tables.join("\n")));
        assert_eq!(with_table(&text, &[client(&all), client(&one)], &PAGES[0]).unwrap(), text);
        assert_eq!(first_difference("a\nb", "a\nc"), "it has `b`, the clients did `c`");
    }
}

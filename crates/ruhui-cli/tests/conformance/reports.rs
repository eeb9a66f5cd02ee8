//! The reports: a table, a list, and JUnit XML.

use crate::client::{program, run, run_in};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::BTreeMap;

#[test]
fn the_table_names_what_was_played_what_the_client_did_and_what_is_right() {
    let program = program();
    let output =
        run(&["--case", "stale", "--case", "sound", "--", program.to_str().unwrap(), "--flaw", "stale"]);
    let text = String::from_utf8(output.stdout).unwrap();
    // The times differ from run to run.
    let lines: Vec<&str> = text.lines().map(|line| line.split("   ").next().unwrap_or_default()).collect();
    assert!(
        lines[0].starts_with("sound  passed") && lines[1].starts_with("stale  wrongly accepted"),
        "{text}"
    );
    let (_, failed) = text.split_once("\n\n").unwrap();
    assert_eq!(
        failed,
        "stale: wrongly accepted\n    \
             played: a response that was correctly signed ten minutes ago\n    \
             client: it exited with 0 and printed the token of the response that it must\n    reject\n    \
             right: reject it: more than five minutes old\n    \
             document: https://pay.weixin.qq.com/doc/v3/partner/4013059030\n\n\
         1 of 2 cases passed, 1 failed\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_list_fits_a_terminal_and_says_what_is_right() {
    for language in ["en", "zh"] {
        let output = run_in(language, &["--list"]);
        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).unwrap();
        let columns = |line: &str| line.chars().map(|c| if c > '\u{2E7F}' { 2 } else { 1 }).sum::<usize>();
        assert!(text.lines().all(|line| columns(line) <= 80), "{text}");
    }
    let output = run(&["--list", "--case", "callback-forged-localhost"]);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "callback-forged-localhost\n    \
             played: a forged callback with the header `Host: localhost`\n    \
             right: 4xx or 5xx; do not act on it\n    \
             https://www.cve.org/CVERecord?id=CVE-2026-33661\n"
    );
}

/// An element with its attributes, and the text in it.
type Element = (String, BTreeMap<String, String>, String);

fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                open.push(elements.len());
                elements.push(element(&start));
            }
            Event::Empty(start) => elements.push(element(&start)),
            Event::Text(text) => {
                if let Some(index) = open.last() {
                    elements[*index].2 += &text;
                }
            }
            Event::GeneralRef(reference) => {
                let index = open.last().unwrap();
                elements[*index].2 += &format!("&{};", &*reference);
            }
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    elements
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let name = attribute.key.as_ref().to_owned();
        (name, attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned())
    });
    (start.name().as_ref().to_owned(), attributes.collect(), String::new())
}

#[test]
fn junit_is_well_formed_whatever_the_client_prints() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.xml");
    let script = r#"printf 'a <b> & "c" \033[31m \000 ]]> \377\n' >&2; exit 1"#;
    let cases = ["--case", "sound", "--case", "callback-sound", "--case", "callback-forged"];
    let junit = ["--junit", file.to_str().unwrap(), "--", "sh", "-c", script];
    let output = run(&[&cases[..], &junit[..]].concat());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let elements = elements(&std::fs::read_to_string(file).unwrap());
    let named = |name: &str| elements.iter().filter(|(known, ..)| known == name).collect::<Vec<_>>();
    let (_, all, _) = named("testsuites")[0];
    assert_eq!((all["tests"].as_str(), all["failures"].as_str()), ("3", "3"));
    let suites: Vec<_> =
        named("testsuite").iter().map(|(_, suite, _)| (&*suite["name"], &*suite["tests"])).collect();
    assert_eq!(suites, [("request", "1"), ("callback", "2")]);
    let (_, first, _) = named("testcase")[0];
    assert_eq!((first["name"].as_str(), first["classname"].as_str()), ("sound", "ruhui.conformance.request"));
    assert!(first["time"].parse::<f64>().is_ok());
    let (_, failure, text) = named("failure")[0];
    assert_eq!(failure["type"], "broke");
    assert!(text.contains(&failure["message"]), "{text}");
    let (_, _, stderr) = named("system-err")[0];
    assert!(stderr.contains("a &lt;b&gt; &amp; \"c\"") || stderr.contains("&quot;c&quot;"), "{stderr}");
    assert!(!stderr.contains(['\u{1b}', '\0']), "{stderr}");
}

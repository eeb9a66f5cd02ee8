//! JUnit XML, as CI systems read it: one suite for each kind of case.

use super::case::CaseKind;
use super::outcome::Outcome;
use crate::language::Language;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;
use std::time::Duration;

/// Returns the document with these outcomes.
///
/// # Errors
///
/// None that writing to memory can cause.
pub(super) fn document(outcomes: &[Outcome], language: Language) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = Counts::of(outcomes);
    let attributes = counts.attributes("ruhui conformance");
    let suites = writer.create_element("testsuites").with_attributes(borrowed(&attributes));
    suites.write_inner_content(|writer| {
        for kind in [CaseKind::Request, CaseKind::Callback] {
            let of_kind: Vec<&Outcome> =
                outcomes.iter().filter(|outcome| outcome.case.kind() == kind).collect();
            if !of_kind.is_empty() {
                suite(writer, kind, &of_kind, language)?;
            }
        }
        Ok(())
    })?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn suite(
    writer: &mut Writer<Vec<u8>>,
    kind: CaseKind,
    outcomes: &[&Outcome],
    language: Language,
) -> io::Result<()> {
    let counts = Counts::of(outcomes.iter().copied());
    let attributes = counts.attributes(kind.as_str());
    let suite = writer.create_element("testsuite").with_attributes(borrowed(&attributes));
    suite.write_inner_content(|writer| {
        outcomes.iter().try_for_each(|outcome| case(writer, outcome, language))
    })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, outcome: &Outcome, language: Language) -> io::Result<()> {
    let Outcome { case, ran, took } = outcome;
    let class = format!("ruhui.conformance.{}", case.kind().as_str());
    let time = seconds(*took);
    let attributes = [("name", case.name), ("classname", &class), ("time", &time)];
    let element = writer.create_element("testcase").with_attributes(attributes);
    if outcome.is_passed() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        let evidence = legal(&language.say(&ran.verdict.evidence));
        let judgement = ran.verdict.judgement.as_str();
        let attributes = [("message", evidence.as_str()), ("type", judgement)];
        let text =
            [language.say(&case.played), evidence.clone(), language.say(&case.right), case.source.url()];
        let failure = writer.create_element("failure").with_attributes(attributes);
        failure.write_text_content(BytesText::new(&text.join("\n")))?;
        if !ran.stderr.is_empty() {
            let stderr = legal(&ran.stderr);
            writer.create_element("system-err").write_text_content(BytesText::new(&stderr))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Replaces the characters that no XML document may have.
fn legal(text: &str) -> String {
    let is_legal = |c: char| matches!(c, '\t' | '\n' | ' '..) && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars().map(|c| if is_legal(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

struct Counts {
    tests: usize,
    failures: usize,
    time: Duration,
}

impl Counts {
    fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Self {
        let mut counts = Self { tests: 0, failures: 0, time: Duration::ZERO };
        for outcome in outcomes {
            counts.tests += 1;
            counts.failures += usize::from(!outcome.is_passed());
            counts.time += outcome.took;
        }
        counts
    }

    fn attributes(&self, name: &str) -> [(&'static str, String); 6] {
        [
            ("name", name.to_owned()),
            ("tests", self.tests.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", "0".to_owned()),
            ("skipped", "0".to_owned()),
            ("time", seconds(self.time)),
        ]
    }
}

fn borrowed<'a>(attributes: &'a [(&'static str, String)]) -> impl Iterator<Item = (&'a str, &'a str)> {
    attributes.iter().map(|(name, value)| (*name, value.as_str()))
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

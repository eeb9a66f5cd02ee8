//! An explanation of a signature, as pages show it: the proven cause, what to do, and the messages side by side.
//!
//! A page reads the control's `diagnosis`, makes an [`ExplanationView`] in a field named `explanation`, and includes
//! `explanation.html`.

mod rows;
mod texts;

use crate::language::{Both, Language};
pub(crate) use rows::PieceKind;
use rows::{RowView, Rows};
use ruhui_core::programming_language::ProgrammingLanguage;
use serde::Deserialize;
use std::collections::BTreeMap;
use texts::ExplanationTexts;

/// The `diagnosis` of a control.
#[derive(Deserialize)]
pub(crate) struct Diagnosis {
    verdict: String,
    findings: Vec<Finding>,
    remarks: Vec<Finding>,
    key: Option<Key>,
    comparison: Option<Comparison>,
    perhaps: Vec<Both>,
}

#[derive(Deserialize)]
struct Finding {
    name: Both,
    advice: Both,
    certainty: String,
    detail: Option<Both>,
    #[serde(default)]
    remedies: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Key {
    name: Both,
    is_callers: bool,
    serial_no: Option<String>,
    file: Option<String>,
}

#[derive(Deserialize)]
struct Comparison {
    you_signed_length: usize,
    service_built_length: usize,
    rows: Rows,
}

/// An explanation in the visitor's language.
pub(crate) struct ExplanationView {
    pub(crate) t: &'static ExplanationTexts,
    /// The overall result in a sentence.
    pub(crate) verdict: &'static str,
    pub(crate) is_accepted: bool,
    pub(crate) is_unexplained: bool,
    pub(crate) findings: Vec<FindingView>,
    pub(crate) remarks: Vec<String>,
    pub(crate) key: Option<KeyView>,
    pub(crate) comparison: Option<ComparisonView>,
    pub(crate) perhaps: Vec<String>,
    /// The programming languages, in order. Empty if no finding has a remedy.
    pub(crate) programs: Vec<ProgramView>,
    /// The message that the service built; shown if there is no comparison. Empty if it is not known.
    pub(crate) expected: Vec<RowView>,
    pub(crate) expected_length: usize,
}

/// A fault.
pub(crate) struct FindingView {
    pub(crate) cause: String,
    pub(crate) certainty: &'static str,
    /// Class of the certainty's badge.
    pub(crate) badge: &'static str,
    pub(crate) advice: String,
    /// Lines that do it right: the language's name for programs, its title, and the lines.
    pub(crate) remedies: Vec<RemedyView>,
}

pub(crate) struct RemedyView {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) lines: String,
}

/// A choice of the programming language.
pub(crate) struct ProgramView {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) is_chosen: bool,
}

/// The key that made the signature.
pub(crate) struct KeyView {
    pub(crate) name: String,
    pub(crate) is_callers: bool,
    pub(crate) serial_no: String,
    pub(crate) file: String,
}

/// The two messages next to each other.
pub(crate) struct ComparisonView {
    pub(crate) you_length: usize,
    pub(crate) service_length: usize,
    pub(crate) rows: Vec<RowView>,
}

impl ExplanationView {
    /// Makes the view. `program` is the programming language that the visitor has chosen; `expected` is the message that
    /// the service built, if a control has it.
    pub(crate) fn of(
        diagnosis: Diagnosis,
        language: Language,
        program: Option<&str>,
        expected: Option<&str>,
    ) -> Self {
        let t = ExplanationTexts::of(language);
        let Diagnosis { verdict, findings, remarks, key, comparison, perhaps } = diagnosis;
        let findings: Vec<_> = findings.into_iter().map(|finding| finding.view(t, language)).collect();
        let has_remedy = findings.iter().any(|finding| !finding.remedies.is_empty());
        let expected = expected.filter(|_| comparison.is_none());
        Self {
            t,
            verdict: t.verdict_of(&verdict),
            is_accepted: verdict == "accepted",
            is_unexplained: matches!(verdict.as_str(), "unexplained" | "unchecked" | "incomplete"),
            findings,
            remarks: remarks.iter().map(|remark| remark.cause(language)).collect(),
            key: key.map(|key| KeyView {
                name: key.name.of(&language).to_owned(),
                is_callers: key.is_callers,
                serial_no: key.serial_no.unwrap_or_default(),
                file: key.file.unwrap_or_default(),
            }),
            comparison: comparison.map(|comparison| ComparisonView {
                you_length: comparison.you_signed_length,
                service_length: comparison.service_built_length,
                rows: comparison.rows.views(t),
            }),
            perhaps: perhaps.iter().map(|words| words.of(&language).to_owned()).collect(),
            programs: if has_remedy { programs(program) } else { Vec::new() },
            expected_length: expected.map_or(0, str::len),
            expected: expected.map(|message| rows::of_one(message, t)).unwrap_or_default(),
        }
    }
}

impl Finding {
    fn cause(&self, language: Language) -> String {
        let name = self.name.of(&language);
        match &self.detail {
            Some(detail) => format!("{name}{}{}", language.pick(": ", "："), detail.of(&language)),
            None => name.to_owned(),
        }
    }

    fn view(self, t: &'static ExplanationTexts, language: Language) -> FindingView {
        let (certainty, badge) = match self.certainty.as_str() {
            "proven" => (t.proven, "badge-good"),
            "seen" => (t.seen, "badge-good"),
            _ => (t.likely, "badge-warning"),
        };
        let lines = |language: ProgrammingLanguage| {
            let (id, title) = (language.as_str(), language.title());
            Some(RemedyView { id, title, lines: self.remedies.get(id)?.clone() })
        };
        FindingView {
            cause: self.cause(language),
            certainty,
            badge,
            advice: self.advice.of(&language).to_owned(),
            remedies: ProgrammingLanguage::ALL.into_iter().filter_map(lines).collect(),
        }
    }
}

/// Returns the programming languages, with the chosen one, or the first.
pub(crate) fn programs(chosen: Option<&str>) -> Vec<ProgramView> {
    let chosen = chosen.and_then(|name| name.parse().ok()).unwrap_or(ProgrammingLanguage::ALL[0]);
    let view = |language: ProgrammingLanguage| ProgramView {
        id: language.as_str(),
        title: language.title(),
        is_chosen: language == chosen,
    };
    ProgrammingLanguage::ALL.map(view).into()
}

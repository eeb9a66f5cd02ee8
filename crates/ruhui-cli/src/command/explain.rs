//! `ruhui explain`: finds the reason for which a saved request is rejected.

use super::saved::{Saved, print_notes};
use crate::cli::{Output, SavedArguments};
use crate::credentials::{CredentialArguments, Family, Settings};
use crate::language::Language;
use crate::output;
use ruhui::key::PrivateKey;
use ruhui_core::explain::{
    Expected, Explanation, Extent, Keys, Remedy, SavedRequest, Verdict, expected, explain, explain_incomplete,
};
use ruhui_core::programming_language::ProgrammingLanguage;
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(
    sent: &SavedRequest,
    saved: &Saved,
    arguments: &SavedArguments,
    program: Option<ProgrammingLanguage>,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let family = if sent.is_brands() { Family::Brand } else { Family::Partner };
    let settings = arguments.credentials.resolve(&[], Some(family), language)?;
    let private = settings.private_key(language)?;
    let keys = keys(&settings, &private, &arguments.credentials, language)?;

    let explained = sent.explain(saved.time_of_request(), saved.now, |received, extent| match extent {
        Extent::Whole => explain(received, &keys),
        Extent::Headers => explain_incomplete(received, &keys),
    });
    let expected = explained.judged.and_then(|received| expected(&received, &private).ok());
    let explanation = explained.explanation;
    match arguments.output.output {
        Output::Json => output::json(&json!({
            "read": saved.notes, "explanation": explanation, "expected": expected,
        }))?,
        Output::Text => {
            print_notes(&saved.notes, language)?;
            show(&explanation, expected.as_ref(), language)?;
            if let Some(program) = program {
                show_remedies(&explanation, program, language)?;
            }
        }
    }
    Ok(match explanation.verdict {
        Verdict::Accepted => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn show(explanation: &Explanation, expected: Option<&Expected>, language: Language) -> std::io::Result<()> {
    output::line(language.say(explanation).trim_end())?;
    match (&explanation.comparison, expected) {
        // The comparison already shows both messages.
        (None, Some(expected)) => {
            output::line("")?;
            output::line(language.say(expected).trim_end())
        }
        _ => Ok(()),
    }
}

/// Prints for each finding the lines that do it right. Findings with the same lines have them once.
fn show_remedies(
    explanation: &Explanation,
    program: ProgrammingLanguage,
    language: Language,
) -> std::io::Result<()> {
    let mut shown: Vec<&Remedy> = Vec::new();
    for (index, finding) in explanation.findings.iter().enumerate() {
        let Some(remedy) = finding.remedy() else { continue };
        if shown.iter().any(|known| std::ptr::eq(*known, remedy)) {
            continue;
        }
        shown.push(remedy);
        let (number, title) = (index + 1, program.title());
        output::line(&language.pick(
            format!("\n{number}. The right way in {title}:\n"),
            format!("\n{number}. {title} 的正确写法：\n"),
        ))?;
        for line in remedy.lines(program).lines() {
            output::line(&format!("    {line}"))?;
        }
    }
    Ok(())
}

/// Collects the keys for the judgement: the caller's number and key, the platform's keys, and the other keys
/// of a sandbox's kit.
fn keys(
    settings: &Settings,
    private: &PrivateKey,
    credentials: &CredentialArguments,
    language: Language,
) -> anyhow::Result<Keys> {
    let mut keys = Keys::new();
    if let Some(id) = settings.caller_id() {
        keys = keys.of_caller(id);
    }
    keys = match settings.certificate() {
        Some(certificate) if settings.serial_no(language)?.as_ref() == Some(certificate.serial_no()) => {
            let validity = certificate.validity();
            keys.with_caller_within(certificate.serial_no().clone(), private.public_key(), validity)
        }
        _ => keys.with_caller(settings.serial_no(language)?, private.public_key()),
    };
    keys = platform(keys, settings, language)?;
    // The kit of a sandbox also has the other family's keys.
    let Some(other) = credentials.other_family_of_kit(settings, language) else {
        return Ok(keys);
    };
    if let Ok(key) = other.private_key(language) {
        keys = keys.with_other(other.caller_shown(), other.serial_no(language)?, key.public_key());
    }
    platform(keys, &other, language)
}

fn platform(mut keys: Keys, settings: &Settings, language: Language) -> anyhow::Result<Keys> {
    if let (id, Some(key)) = settings.public_key(language)? {
        keys = keys.with_platform(id, key);
    }
    if let Some(certificate) = settings.platform_certificate(language)? {
        let serial_no = Some(certificate.serial_no().clone());
        keys = keys.with_platform(serial_no, certificate.public_key().clone());
    }
    Ok(keys)
}

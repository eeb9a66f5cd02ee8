//! `ruhui explain` and `ruhui verify`: read a saved message, and judge it as a request or as a signed
//! message.
//!
//! Each command takes any saved message. Of a request with its response, `explain` judges the request and
//! `verify` the response.

use super::requests::logged::{self, Which};
use super::saved::{Judged, Saved};
use super::{explain, verify};
use crate::cli::{ControlArguments, SavedArguments};
use crate::controls::Controls;
use crate::input;
use crate::language::Language;
use ruhui_core::Timestamp;
use ruhui_core::capture::{self, Captured, Choice, Message};
use ruhui_core::explain::SavedRequest;
use ruhui_core::programming_language::ProgrammingLanguage;
use ruhui_server::env::{Clock as _, SystemClock};
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn run(
    arguments: SavedArguments,
    judged: Judged,
    program: Option<ProgrammingLanguage>,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let choice = arguments.exchange.map_or(Choice::Last, |number| Choice::Nth(number.get()));
    let (captured, arrived) = match (&arguments.file, arguments.last) {
        (Some(file), false) if !is_id(file) => (input::captured(file, choice, language)?, None),
        (file, _) => {
            let id = file.as_ref().map(|file| file.to_string_lossy());
            let which = id.as_deref().map_or(Which::Last, |id| Which::Id(id.trim_start_matches('#')));
            of_log(which, judged, &arguments, language).await?
        }
    };
    let saved = Saved {
        moment: arguments.at,
        date: arrived.or_else(|| captured.response().and_then(capture::Response::date)),
        now: SystemClock.now(),
        notes: match judged {
            Judged::Request => captured.notes(),
            Judged::Response => captured.notes_on_response(),
        },
    };
    let message = match captured.message {
        Message::Exchange(exchange) if judged == Judged::Response => Message::Response(exchange.response),
        message => message,
    };
    let signed = match SavedRequest::of(message) {
        Ok(request) => return explain::run(&request, &saved, &arguments, program, language),
        Err(Message::Request(callback)) => verify::Signed::callback(callback),
        Err(Message::Response(response)) => verify::Signed::response(response),
        Err(Message::Exchange(exchange)) => verify::Signed::response(exchange.response),
        Err(Message::Headers(headers)) => verify::Signed::headers(headers),
    };
    verify::run(&signed, &saved, &arguments, language)
}

/// Whether an argument names a request of the log: a number or a Request-ID, and no file of this name.
fn is_id(file: &Path) -> bool {
    let text = file.to_string_lossy();
    let number = text.strip_prefix('#').unwrap_or(&text);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_request_id = number.split_once('-').is_some_and(|(id, result)| {
        id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_number(result)
    });
    (is_number(number) || is_request_id) && !file.exists()
}

/// Reads a request from the sandbox's log: its message, and the time at which it arrived.
async fn of_log(
    which: Which<'_>,
    judged: Judged,
    arguments: &SavedArguments,
    language: Language,
) -> anyhow::Result<(Captured, Option<Timestamp>)> {
    let kit = arguments.credentials.kit().map(Path::to_owned);
    let at = ControlArguments::of(arguments.operations_url.clone(), kit);
    let controls = Controls::find(&at, language)?;
    let logged = logged::find(&controls, which, language).await?;
    eprintln!("{}", logged.title(language));
    let bytes = match judged {
        Judged::Response if !logged.is_callback => logged.response(language)?,
        _ => logged.request(language)?,
    };
    let captured = capture::read(&bytes).map_err(|why| language.say_of(logged.title(language), &why))?;
    Ok((captured, Some(logged.time)))
}

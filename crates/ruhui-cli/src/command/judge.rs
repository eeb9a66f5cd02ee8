//! `ruhui explain` and `ruhui verify`: read a saved message, and judge it as a request or as a signed
//! message.
//!
//! Each command takes any saved message. Of a request with its response, `explain` judges the request and
//! `verify` the response.

use super::saved::{Judged, Notes, Saved};
use super::{explain, verify};
use crate::cli::SavedArguments;
use crate::input;
use crate::language::Language;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use ruhui_core::capture::{Choice, Message, Request};
use ruhui_core::sign::header;
use ruhui_server::env::{Clock as _, SystemClock};
use std::process::ExitCode;

pub(crate) fn run(arguments: SavedArguments, judged: Judged, language: Language) -> anyhow::Result<ExitCode> {
    let choice = arguments.exchange.map_or(Choice::Last, |number| Choice::Nth(number.get()));
    let captured = input::captured(&arguments.file, choice, language)?;
    let saved = Saved {
        moment: arguments.at,
        date: captured.response().and_then(ruhui_core::capture::Response::date),
        now: SystemClock.now(),
        notes: Notes::of(&captured, judged),
    };
    match captured.message {
        Message::Exchange(exchange) if judged == Judged::Response => {
            verify::run(&verify::Signed::response(exchange.response), &saved, &arguments, language)
        }
        Message::Exchange(exchange) => request(exchange.request, &saved, &arguments, language),
        Message::Request(message) => request(message, &saved, &arguments, language),
        Message::Response(message) => {
            verify::run(&verify::Signed::response(message), &saved, &arguments, language)
        }
        Message::Headers(headers) if headers.headers.contains_key(header::SIGNATURE) => {
            verify::run(&verify::Signed::headers(headers), &saved, &arguments, language)
        }
        Message::Headers(headers) => {
            explain::run(&explain::Sent::headers(headers.headers), &saved, &arguments, language)
        }
    }
}

/// Judges a saved request. A request that WeChat Pay signed is a callback.
fn request(
    request: Request,
    saved: &Saved,
    arguments: &SavedArguments,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let has = |name: &http::HeaderName, headers: &HeaderMap| headers.contains_key(name);
    if has(&header::SIGNATURE, &request.headers) && !has(&AUTHORIZATION, &request.headers) {
        verify::run(&verify::Signed::callback(request), saved, arguments, language)
    } else {
        explain::run(&explain::Sent::request(request), saved, arguments, language)
    }
}

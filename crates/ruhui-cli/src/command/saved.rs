//! A saved message for `ruhui explain` and `ruhui verify`: the time to judge it at, and the notes on how it
//! was read.

use crate::cli::Moment;
use crate::language::Language;
use crate::output;
use ruhui_core::Timestamp;
use ruhui_core::capture::{BodyState, Format, Notes};

/// Which message of an exchange a command judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    Request,
    Response,
}

/// Time of a saved message, and the notes on it.
pub(crate) struct Saved {
    pub(super) moment: Moment,
    /// Time of the response to the saved request, if it is known.
    pub(super) date: Option<Timestamp>,
    pub(crate) now: Timestamp,
    pub(crate) notes: Notes,
}

impl Saved {
    /// Returns the time at which a request is judged. `None` stands for the request's own time.
    pub(crate) fn time_of_request(&self) -> Option<Timestamp> {
        match self.moment {
            Moment::Own => self.date,
            Moment::Now => Some(self.now),
            Moment::At(time) => Some(time),
        }
    }

    /// Returns the time at which a response or callback is judged. `None` stands for the message's own time.
    pub(crate) fn time_of_response(&self) -> Option<Timestamp> {
        match self.moment {
            Moment::Own => None,
            Moment::Now => Some(self.now),
            Moment::At(time) => Some(time),
        }
    }
}

/// Prints the notes and an empty line, if there are any.
pub(super) fn print_notes(notes: &Notes, language: Language) -> std::io::Result<()> {
    let mut lines = Vec::new();
    if !matches!(notes.format, Format::Raw | Format::Headers) {
        let format = language.say(&notes.format);
        lines.push(language.pick(format!("Read as {format}."), format!("读取格式：{format}。")));
    }
    let note = language.pick("Note: ", "提示：");
    lines.extend(notes.remarks.iter().map(|remark| format!("{note}{}", language.say(remark))));
    if lines.is_empty() {
        return Ok(());
    }
    output::line(&format!("{}\n", lines.join("\n")))
}

/// Returns true if the body of the message is available.
pub(crate) fn is_whole(state: BodyState) -> bool {
    state != BodyState::Missing
}

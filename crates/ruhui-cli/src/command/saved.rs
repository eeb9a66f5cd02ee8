//! A saved message for `ruhui explain` and `ruhui verify`: the time to judge it at, and the notes on how it
//! was read.

use crate::cli::Moment;
use crate::language::Language;
use crate::output;
use ruhui_core::Timestamp;
use ruhui_core::capture::{BodyState, Captured, Format, Message, Remark};
use serde_json::{Value, json};

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

/// Notes on the format of the material and on how it was read.
pub(crate) struct Notes {
    format: Format,
    remarks: Vec<(String, String)>,
}

impl Notes {
    /// Collects the notes on the material and on the message that is judged.
    pub(super) fn of(captured: &Captured, judged: Judged) -> Self {
        let own = match &captured.message {
            Message::Request(request) => &request.remarks,
            Message::Response(response) => &response.remarks,
            Message::Headers(headers) => &headers.remarks,
            Message::Exchange(exchange) if judged == Judged::Response => &exchange.response.remarks,
            Message::Exchange(exchange) => &exchange.request.remarks,
        };
        let both = |remark: &Remark| (format!("{remark}"), format!("{remark:#}"));
        let remarks = captured.remarks.iter().chain(own).map(both).collect();
        Self { format: captured.format, remarks }
    }

    /// Prints the notes and an empty line, if there are any.
    pub(crate) fn print(&self, language: Language) -> std::io::Result<()> {
        let mut lines = Vec::new();
        if !matches!(self.format, Format::Raw | Format::Headers) {
            let format = language.say(&self.format);
            lines.push(language.pick(format!("Read as {format}."), format!("读取格式：{format}。")));
        }
        let note = language.pick("Note: ", "提示：");
        lines.extend(self.remarks.iter().map(|(en, zh)| format!("{note}{}", language.pick(en, zh))));
        if lines.is_empty() {
            return Ok(());
        }
        output::line(&format!("{}\n", lines.join("\n")))
    }

    /// Returns the notes as JSON, for programs.
    pub(crate) fn json(&self) -> Value {
        let remarks = self.remarks.iter().map(|(en, zh)| json!({ "en": en, "zh": zh }));
        json!({
            "format": { "en": format!("{}", self.format), "zh": format!("{:#}", self.format) },
            "remarks": remarks.collect::<Vec<_>>(),
        })
    }
}

/// Returns true if the body of the message is available.
pub(crate) fn is_whole(state: BodyState) -> bool {
    state != BodyState::Missing
}

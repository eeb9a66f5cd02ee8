//! Notes on how captured material was read.

use super::message::{Captured, Format, Message};
use super::remark::Remark;
use crate::bilingual::Bilingual;
use serde::Serialize;

/// Notes on how captured material was read: its format, and the remarks on the material and on one message of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Notes {
    /// Format of the material.
    pub format: Format,
    /// Remarks on parts that were rebuilt, skipped or missing.
    pub remarks: Vec<Bilingual>,
}

impl Captured {
    /// Returns the notes for whoever reads the request of an exchange, or the only message.
    pub fn notes(&self) -> Notes {
        match &self.message {
            Message::Exchange(exchange) => self.notes_with(&exchange.request.remarks),
            Message::Request(request) => self.notes_with(&request.remarks),
            Message::Response(response) => self.notes_with(&response.remarks),
            Message::Headers(headers) => self.notes_with(&headers.remarks),
        }
    }

    /// Returns the notes for whoever reads the response of an exchange, or the only message.
    pub fn notes_on_response(&self) -> Notes {
        match &self.message {
            Message::Exchange(exchange) => self.notes_with(&exchange.response.remarks),
            _ => self.notes(),
        }
    }

    fn notes_with(&self, own: &[Remark]) -> Notes {
        let remarks = self.remarks.iter().chain(own).map(|remark| Bilingual::of(remark)).collect();
        Notes { format: self.format, remarks }
    }
}

impl Serialize for Format {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Bilingual::of(self).serialize(serializer)
    }
}

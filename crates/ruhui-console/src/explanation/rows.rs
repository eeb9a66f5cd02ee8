//! Rows of two messages next to each other.

use super::texts::ExplanationTexts;
use serde::Deserialize;

/// The rows of a control's comparison.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Rows(Vec<Row>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Row {
    LeftOut { lines_left_out: usize },
    Lines { you: Option<Vec<Piece>>, service: Option<Vec<Piece>> },
}

#[derive(Deserialize)]
struct Piece {
    text: Option<String>,
    invisible: Option<String>,
    left_out: Option<usize>,
    differs: bool,
}

/// A row as the page shows it.
pub(crate) struct RowView {
    /// Numbers of the line in both messages, or of the lines that are left out.
    pub(crate) number: String,
    pub(crate) differs: bool,
    /// Number of lines that are left out; 0 for a row of lines.
    pub(crate) left_out: usize,
    pub(crate) you: Option<Vec<PieceView>>,
    pub(crate) service: Option<Vec<PieceView>>,
}

/// A piece of a line as the page shows it.
pub(crate) struct PieceView {
    pub(crate) text: String,
    pub(crate) kind: PieceKind,
    pub(crate) differs: bool,
    /// Name of the character for which a sign stands; empty for a text.
    pub(crate) title: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PieceKind {
    Text,
    Sign,
    LeftOut,
}

impl Rows {
    pub(super) fn views(self, t: &ExplanationTexts) -> Vec<RowView> {
        let mut line = 0;
        let view = |row| match row {
            Row::LeftOut { lines_left_out } => {
                line += lines_left_out;
                RowView {
                    number: String::new(),
                    differs: false,
                    left_out: lines_left_out,
                    you: None,
                    service: None,
                }
            }
            Row::Lines { you, service } => {
                line += 1;
                let of_side = |side: Vec<Piece>| side.into_iter().map(|piece| piece.view(t)).collect();
                let differs = you.is_none()
                    || service.is_none()
                    || [&you, &service].iter().any(|side| side.iter().flatten().any(|piece| piece.differs));
                RowView {
                    number: line.to_string(),
                    differs,
                    left_out: 0,
                    you: you.map(of_side),
                    service: service.map(of_side),
                }
            }
        };
        self.0.into_iter().map(view).collect()
    }
}

impl Piece {
    fn view(self, t: &ExplanationTexts) -> PieceView {
        let Self { text, invisible, left_out, differs } = self;
        if let Some(sign) = invisible {
            let title = t.sign_of(&sign);
            return PieceView { text: sign, kind: PieceKind::Sign, differs, title };
        }
        match left_out {
            Some(characters) => {
                PieceView { text: characters.to_string(), kind: PieceKind::LeftOut, differs, title: "" }
            }
            None => PieceView { text: text.unwrap_or_default(), kind: PieceKind::Text, differs, title: "" },
        }
    }
}

/// Number of characters of a line that are shown.
const SHOWN: usize = 2_000;
/// Number of lines that are shown.
const LINES: usize = 100;

/// Returns the rows of one message, with its line feeds.
pub(super) fn of_one(message: &str, t: &ExplanationTexts) -> Vec<RowView> {
    let lines = message.split_inclusive('\n');
    let row = |(index, line): (usize, &str)| {
        let text = line.trim_end_matches('\n');
        let shown: String = text.chars().take(SHOWN).collect();
        let hidden = text.chars().count().saturating_sub(SHOWN);
        let plain = |text, kind, title| PieceView { text, kind, differs: false, title };
        let mut pieces = vec![plain(shown, PieceKind::Text, "")];
        if hidden > 0 {
            pieces.push(plain(hidden.to_string(), PieceKind::LeftOut, ""));
        }
        if line.ends_with('\n') {
            pieces.push(plain("⏎".to_owned(), PieceKind::Sign, t.sign_of("⏎")));
        }
        let number = (index + 1).to_string();
        RowView { number, differs: false, left_out: 0, you: None, service: Some(pieces) }
    };
    lines.enumerate().take(LINES).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use serde_json::json;

    #[test]
    fn rows_are_numbered_and_know_whether_they_differ() {
        let rows: Rows = serde_json::from_value(json!([
            { "you": [{ "text": "POST", "differs": false }], "service": [{ "text": "POST", "differs": false }] },
            { "lines_left_out": 7 },
            { "you": null, "service": [{ "invisible": "⏎", "differs": true }, { "left_out": 9, "differs": true }] },
        ]))
        .unwrap();
        let views = rows.views(ExplanationTexts::of(Language::English));
        let numbers: Vec<_> = views.iter().map(|view| (view.number.as_str(), view.differs)).collect();
        assert_eq!(numbers, [("1", false), ("", false), ("9", true)]);
        let pieces = views[2].service.as_ref().unwrap();
        assert_eq!((pieces[0].title, pieces[1].text.as_str()), ("line feed", "9"));
    }
}

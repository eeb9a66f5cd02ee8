//! The code of a member card, as a bar code and as a QR code.

use code128::Code128;
use qrcode::{Color, EcLevel, QrCode};
use serde_json::Value;

/// Height of a bar code, in modules.
const BAR_HEIGHT: usize = 56;
/// Width of the light border that a QR code needs, in modules.
const QUIET_ZONE: usize = 4;

/// Content of a card in the place of its code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CardCode {
    /// The template wants no code.
    None,
    /// The merchant has not allocated the code yet.
    Missing,
    /// A tap opens the merchant's mini-program, which shows the code.
    Jump(Jump),
    /// The code itself.
    Shown(ShownCode),
}

/// A page of a mini-program. WeChat opens it; the sandbox names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Jump {
    pub(crate) appid: String,
    pub(crate) path: String,
}

/// A code for the merchant's scanner.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShownCode {
    /// The code in groups of four characters.
    pub(crate) number: String,
    pub(crate) bars: Option<Drawing>,
    pub(crate) matrix: Option<Drawing>,
}

/// Dark modules as the path of an SVG, with the light border around them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Drawing {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) path: String,
}

impl CardCode {
    /// Returns what a card of this template shows for this code; the code is empty until it is allocated.
    pub(super) fn of(template: &Value, code: &str) -> Self {
        let kind = template["code_type"].as_str().unwrap_or_default();
        match kind {
            "NONE_CODE" => Self::None,
            "JUMP_MINI_PROGRAM" => {
                Jump::at(&template["code_jump_information"]).map_or(Self::None, Self::Jump)
            }
            _ if code.is_empty() => Self::Missing,
            _ => Self::Shown(ShownCode {
                number: grouped(code),
                bars: matches!(kind, "BAR_CODE" | "BAR_CODE_AND_QR_CODE").then(|| bars(code)).flatten(),
                matrix: matches!(kind, "QR_CODE" | "BAR_CODE_AND_QR_CODE").then(|| matrix(code)).flatten(),
            }),
        }
    }
}

impl Jump {
    /// Reads a jump of a template, if it has it.
    pub(super) fn at(information: &Value) -> Option<Self> {
        let text = |name: &str| information[name].as_str().map(str::to_owned);
        Some(Self { appid: text("jump_appid")?, path: text("jump_path")? })
    }
}

impl ShownCode {
    /// Returns a code as bar code and as QR code.
    pub(crate) fn both(code: &str) -> Self {
        Self { number: grouped(code), bars: bars(code), matrix: matrix(code) }
    }
}

/// Returns a text in groups of four characters, for people who read it out.
fn grouped(code: &str) -> String {
    let characters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// Draws a text as Code 128; `None` if it has characters outside of Latin 1.
fn bars(text: &str) -> Option<Drawing> {
    let code = Code128::encode_str(text)?;
    let bars = code.bar_coordinates().map(|bar| {
        let (x, width) = (bar.x, bar.width);
        format!("M{x} 0h{width}v{BAR_HEIGHT}h-{width}z")
    });
    Some(Drawing { width: code.len(), height: BAR_HEIGHT, path: bars.collect() })
}

/// Draws a text as a QR code, which is readable if 15 % of it are damaged; `None` if it is too long for one.
fn matrix(text: &str) -> Option<Drawing> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let size = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(size).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|left, right| left == right) {
            if run[0] == Color::Dark {
                let (x, y, width) = (column + QUIET_ZONE, row + QUIET_ZONE, run.len());
                path.push_str(&format!("M{x} {y}h{width}v1h-{width}z"));
            }
            column += run.len();
        }
    }
    let whole = size + 2 * QUIET_ZONE;
    Some(Drawing { width: whole, height: whole, path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Returns the dark modules of a drawing, row by row.
    fn modules(drawing: &Drawing) -> Vec<Vec<bool>> {
        let mut modules = vec![vec![false; drawing.width]; drawing.height];
        for part in drawing.path.split('M').skip(1) {
            let numbers: Vec<usize> =
                part.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            let [x, y, width, height, back] = numbers[..] else { panic!("{part}") };
            assert_eq!(width, back);
            for row in &mut modules[y..y + height] {
                row[x..x + width].fill(true);
            }
        }
        modules
    }

    #[test]
    fn bars_are_read_back() {
        for code in ["270281275473674879752720", "478515832665", "A-b~9", "!", &"x".repeat(32)] {
            let drawing = bars(code).unwrap();
            let modules = modules(&drawing);
            assert!(modules.iter().all(|row| row == &modules[0]), "every row is the same");
            let (left, right) =
                (modules[0].iter().position(|dark| *dark), modules[0].iter().rposition(|dark| *dark));
            assert_eq!((left, right), (Some(10), Some(drawing.width - 11)), "the quiet zone is 10 modules");
            // Without the quiet zones, the runs are bars and spaces in turn.
            let runs: Vec<u8> = modules[0][10..drawing.width - 10]
                .chunk_by(|a, b| a == b)
                .map(|run| run.len() as u8)
                .collect();
            let read: Vec<code128::Bar> = runs
                .chunks(2)
                .map(|pair| code128::Bar { width: pair[0], space: pair.get(1).copied().unwrap_or(0) })
                .collect();
            assert_eq!(code128::decode_str(&read).unwrap(), code);
        }
        assert_eq!(bars("会员"), None);
    }

    #[test]
    fn a_matrix_has_its_patterns_inside_of_the_quiet_zone() {
        let drawing = matrix("270281275473674879752720").unwrap();
        assert_eq!((drawing.width, drawing.height), (29, 29), "24 digits fit into version 1");
        let modules = modules(&drawing);
        let edge = |at: usize| (0..29).all(|other| !modules[at][other] && !modules[other][at]);
        assert!((0..4).chain(25..29).all(edge));
        // The corners' patterns are 7 modules wide; the fourth corner has none.
        for (row, column) in [(4, 4), (4, 18), (18, 4)] {
            assert!((0..7).all(|step| modules[row][column + step] && modules[row + step][column]));
            assert!(!modules[row + 1][column + 1] && modules[row + 3][column + 3]);
        }
        let text = QrCode::with_error_correction_level("270281275473674879752720", EcLevel::M).unwrap();
        let dark = text.to_colors().iter().filter(|color| **color == Color::Dark).count();
        assert_eq!(modules.iter().flatten().filter(|dark| **dark).count(), dark);
    }

    #[test]
    fn the_type_of_the_code_decides_what_is_shown() {
        let of = |kind: &str, code: &str| {
            let jump = json!({ "jump_appid": "wxea9c30a90fs8d3fe", "jump_path": "/pages/code/code" });
            CardCode::of(&json!({ "code_type": kind, "code_jump_information": jump }), code)
        };
        assert_eq!(of("NONE_CODE", "123456"), CardCode::None);
        let jump = Jump { appid: "wxea9c30a90fs8d3fe".to_owned(), path: "/pages/code/code".to_owned() };
        assert_eq!(of("JUMP_MINI_PROGRAM", "123456"), CardCode::Jump(jump));
        assert_eq!(of("BAR_CODE", ""), CardCode::Missing);
        for (kind, has_bars, has_matrix) in
            [("BAR_CODE", true, false), ("QR_CODE", false, true), ("BAR_CODE_AND_QR_CODE", true, true)]
        {
            let CardCode::Shown(code) = of(kind, "123456") else { panic!("{kind}") };
            assert_eq!(code.number, "1234 56");
            assert_eq!((code.bars.is_some(), code.matrix.is_some()), (has_bars, has_matrix), "{kind}");
        }
        // A kind that this release does not know.
        let CardCode::Shown(code) = of("HOLOGRAM", "123456") else { panic!() };
        assert_eq!((code.number.as_str(), code.bars, code.matrix), ("1234 56", None, None));
    }
}

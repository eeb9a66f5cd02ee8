//! Characters of a message, and the signs for those that are not visible.

/// Character of a message, or a byte of it that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Unit {
    Character(char),
    Byte(u8),
}

/// Splits bytes into characters, and bytes that belong to none.
pub(super) fn units(bytes: &[u8]) -> Vec<Unit> {
    let mut units = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        units.extend(chunk.valid().chars().map(Unit::Character));
        units.extend(chunk.invalid().iter().copied().map(Unit::Byte));
    }
    units
}

impl Unit {
    /// Returns the character; `None` for a byte.
    pub(super) fn character(self) -> Option<char> {
        match self {
            Self::Character(character) => Some(character),
            Self::Byte(_) => None,
        }
    }

    /// Returns the sign that stands for the unit if it is not visible. A plain blank has one if `of_blank`.
    pub(super) fn sign(self, of_blank: bool) -> Option<String> {
        let character = match self {
            Self::Byte(byte) => return Some(format!("\\x{byte:02X}")),
            Self::Character(character) => character,
        };
        // Many fonts lack the signs of the block Control Pictures, such as that of a carriage return.
        let sign = match character {
            '\n' => "⏎",
            '\r' => "CR",
            '\t' => "⇥",
            ' ' if of_blank => "␣",
            ' ' => return None,
            '\0' => "NUL",
            '\u{7F}' => "DEL",
            '\u{A0}' => "NBSP",
            '\u{200B}' => "ZWSP",
            '\u{200C}' => "ZWNJ",
            '\u{200D}' => "ZWJ",
            '\u{FEFF}' => "BOM",
            _ if is_invisible(character) => return Some(format!("U+{:04X}", u32::from(character))),
            _ => return None,
        };
        Some(sign.to_owned())
    }
}

/// Whether a character shows nothing, looks like a blank, or changes the direction of the text around it.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

//! Random texts: short ones, and ones at the limit of their type.

use super::{Choices, Drawn};
use ruhui_core::encryption::{ApiV3Key, EncryptedResource, ResourceNonce};
use ruhui_core::types::{
    AppId, BrandId, CardId, CardTitle, ChosenValue, Color, DateTime, EchoText, FeedCell, FormValue,
    LegalAgreement, NotifyUrl, OpenId, OutRequestNo, PhoneNumber, SerialNo, Text, Token, UserCardCode,
};
use std::ops::RangeInclusive;

type Letters = &'static [RangeInclusive<char>];

/// Letters of one, two and three bytes, and characters with a meaning in JSON and in addresses.
const ANY: Letters = &['a'..='~', ' '..='`', '一'..='万', 'é'..='ÿ', '\u{fffd}'..='\u{fffd}'];
const ASCII: Letters = &['a'..='~', '!'..='`'];
const TITLE: Letters = &['一'..='万', 'A'..='z', '0'..='9', '·'..='·', '（'..='）'];
const NUMBER: Letters = &['0'..='9', 'a'..='z', 'A'..='Z', '-'..='-', '_'..='_'];
/// Characters that only sensitive texts contain, so that a test can search for them.
const SECRET: RangeInclusive<char> = '\u{9f00}'..='\u{9fa5}';

/// Returns whether `written` contains a part of a sensitive text.
pub(crate) fn shows_sensitive(written: &str) -> bool {
    written.contains(|c| SECRET.contains(&c))
}

fn nth(letters: Letters, index: usize) -> char {
    let size = |range: &RangeInclusive<char>| *range.end() as usize - *range.start() as usize + 1;
    let mut index = index % letters.iter().map(size).sum::<usize>();
    for range in letters {
        if index < size(range) {
            return char::from_u32(*range.start() as u32 + u32::try_from(index).unwrap()).unwrap();
        }
        index -= size(range);
    }
    unreachable!("the index is below the number of letters")
}

impl Choices {
    fn length(&mut self, limit: usize) -> usize {
        match self.below(4) {
            0 => 1,
            1 => limit,
            2 => limit.saturating_sub(1).max(1),
            _ => 1 + self.below(limit),
        }
    }

    fn letters(&mut self, length: usize, letters: Letters) -> String {
        let (first, step) = (self.below(1000), self.below(50));
        (0..length).map(|index| nth(letters, first + index * step)).collect()
    }

    fn text(&mut self, limit: usize, letters: Letters) -> String {
        let length = self.length(limit);
        self.letters(length, letters)
    }

    /// Draws a sensitive text of at most 214 bytes, the most that a 2048-bit key encrypts.
    fn sensitive(&mut self, limit: usize) -> String {
        let length = self.length(limit);
        let secret = nth(&[SECRET], self.below(100));
        let letters = self.letters(length, ASCII);
        letters.chars().enumerate().map(|(index, c)| if index % 4 == 0 { secret } else { c }).collect()
    }
}

macro_rules! texts {
    ($($name:ident: $letters:ident,)*) => {$(
        impl Drawn for $name {
            fn draw(choices: &mut Choices) -> Self {
                Self::new(choices.text(Self::LIMIT, $letters)).unwrap()
            }
        }
    )*};
}

macro_rules! sensitive {
    ($($name:ident)*) => {$(
        impl Drawn for $name {
            fn draw(choices: &mut Choices) -> Self {
                Self::new(choices.sensitive(Self::LIMIT)).unwrap()
            }
        }
    )*};
}

texts! {
    AppId: ANY, BrandId: ANY, CardId: ANY, OpenId: ANY, Token: ANY,
    CardTitle: TITLE, UserCardCode: ASCII, OutRequestNo: NUMBER,
}
sensitive! { PhoneNumber FormValue ChosenValue EchoText }

impl<const LIMIT: usize> Drawn for Text<LIMIT> {
    fn draw(choices: &mut Choices) -> Self {
        Self::new(choices.text(LIMIT, ANY)).unwrap()
    }
}

/// Draws a text without a stated limit.
impl Drawn for String {
    fn draw(choices: &mut Choices) -> Self {
        choices.text(300, ANY)
    }
}

impl Drawn for LegalAgreement {
    fn draw(choices: &mut Choices) -> Self {
        let text = choices.text(Self::LIMIT, ANY);
        Self::new(text.replace(['/', ' '], "\n")).unwrap()
    }
}

impl Drawn for SerialNo {
    fn draw(choices: &mut Choices) -> Self {
        let key = format!("PUB_KEY_ID_{}", choices.text(64 - 11, &['0'..='9']));
        Self::new(choices.of(&["5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "0", &key])).unwrap()
    }
}

impl Drawn for Color {
    fn draw(choices: &mut Choices) -> Self {
        Self::new(choices.of(&["#FFFF00", "#ffff00", "#012aBc"])).unwrap()
    }
}

impl Drawn for NotifyUrl {
    fn draw(choices: &mut Choices) -> Self {
        let start = choices.of(&["https://shop.example/", "http://127.0.0.1:8080/", "HTTPS://[::1]/%2F"]);
        let rest = choices.text(Self::LIMIT - start.len(), &['a'..='z', '/'..='9']);
        Self::new(format!("{start}{rest}")).unwrap()
    }
}

impl Drawn for FeedCell {
    fn draw(choices: &mut Choices) -> Self {
        let longest = format!("12345{}_12", "_一二三四五六七".repeat(15));
        assert_eq!(longest.chars().count(), Self::LIMIT);
        Self::new(choices.of(&["15_1200_1", "0", &longest])).unwrap()
    }
}

/// Draws a time in one of its two forms.
impl Drawn for DateTime {
    fn draw(choices: &mut Choices) -> Self {
        let times = [
            "2015-05-20T13:29:35+08:00",
            "2020-05-20T13:29:35.120+08:00",
            "2026-01-01T00:00:00.000+08:00",
            "1969-12-31T23:59:59.999Z",
        ];
        choices.of(&times).parse().unwrap()
    }
}

impl Drawn for EncryptedResource {
    fn draw(choices: &mut Choices) -> Self {
        let key = ApiV3Key::new("0123456789abcdef0123456789abcdef").unwrap();
        let plain: String = choices.draw();
        Self::encrypt(&key, ResourceNonce::new("0123456789ab").unwrap(), "certificate", plain.as_bytes())
    }
}

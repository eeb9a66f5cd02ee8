//! Damage to the text of a signature between the signer and the verifier, such as URL-safe Base64 or lost
//! padding. The same rules hold for requests, responses and callbacks.

use super::decode_signature;
use percent_encoding::percent_decode_str;
use std::fmt;

/// Damage to the text of a signature. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// The text is percent-encoded.
    PercentEncoded,
    /// A `%` follows the text: zsh prints one where a line end is missing.
    PercentSign,
    /// The text has quotes around it, as programs print strings.
    Quoted,
    /// The text is broken into lines.
    Wrapped,
    /// The text has blanks in place of `+`, as form decoding leaves them.
    Blanks,
    /// The text is in URL-safe Base64.
    UrlSafe,
    /// The padding at the text's end is missing.
    Unpadded,
    /// The text is in Base64 twice.
    Base64Twice,
    /// The text is in hexadecimal.
    Hexadecimal,
    /// The text is a digest as APIv2 makes them: MD5 or HMAC-SHA256.
    OldApi,
    /// The text is Base64, but of a length that is not that of the key's signatures.
    Length {
        /// Number of characters in the text.
        characters: usize,
        /// Number of bytes after decoding.
        bytes: usize,
        /// Number of bytes in the key's signatures.
        wanted: usize,
    },
    /// The text is not Base64.
    NotBase64 {
        /// Number of characters in the text.
        characters: usize,
        /// Number of bytes in the key's signatures.
        wanted: usize,
    },
}

/// Texts of a [`Damage`], without its numbers.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DamageText {
    /// Name for programs: unique, in `snake_case`.
    pub id: &'static str,
    /// Name of the cause that `explain` reports when a response's signature has this damage.
    pub(crate) response_id: &'static str,
    /// Description of the damage, in English and in Chinese.
    pub name: (&'static str, &'static str),
    /// Advice, in English and in Chinese.
    pub advice: (&'static str, &'static str),
}

macro_rules! texts {
    ($($constant:ident = $id:literal, $en:literal, $zh:literal, $advice_en:literal, $advice_zh:literal;)*) => {
        $(static $constant: DamageText =
            DamageText {
                id: $id,
                response_id: concat!("response_", $id),
                name: ($en, $zh),
                advice: ($advice_en, $advice_zh),
            };)*
        static TEXTS: &[&DamageText] = &[$(&$constant),*];
    };
}

texts! {
    PERCENT_ENCODED = "signature_percent_encoded",
        "the signature is percent-encoded", "签名值被做了百分号编码",
        "Put the Base64 into the header as it is.", "请把 Base64 原样放入 HTTP 头。";
    PERCENT_SIGN = "signature_percent_sign",
        "a % follows the signature: zsh's mark for a missing line end", "签名值末尾多了 %：这是 zsh 对缺少换行的提示符",
        "Leave the % out when copying from a terminal.", "从终端复制时请去掉末尾的 %。";
    QUOTED = "signature_quoted",
        "the signature has quotes around it, as programs print texts (b'...' in Python)", "签名值两端带有引号，是程序打印文本的形式（如 Python 的 b'...'）",
        "Turn the bytes into text (decode() in Python) instead of printing them.", "请将字节转换为文本（Python 用 decode()），不要直接打印。";
    WRAPPED = "signature_wrapped",
        "the signature is broken into lines", "签名值被折行",
        "Encode it on one line: base64 -w0, or openssl base64 -A.", "请输出为一行：base64 -w0，或 openssl base64 -A。";
    BLANKS = "signature_blanks",
        "the signature has blanks where + was: it went through form decoding", "签名值中的 + 变成了空格：经过了表单解码",
        "Do not pass the signature through a form or a query.", "请勿将签名值经过表单或查询串传递。";
    URL_SAFE = "signature_url_safe",
        "the signature is in URL-safe Base64, with - and _", "签名值使用了 URL 安全的 Base64（含 - 和 _）",
        "Use the standard alphabet, with + and /.", "请使用标准 Base64 字母表（+ 和 /）。";
    UNPADDED = "signature_unpadded",
        "the signature lacks the = at its end", "签名值缺少末尾的 =",
        "Keep the padding: 344 characters for a key of 2048 bits.", "请保留填充：2048 位密钥的签名为 344 个字符。";
    BASE64_TWICE = "signature_base64_twice",
        "the signature is in Base64 twice", "签名值被 Base64 编码了两次",
        "Encode the signature's bytes once.", "请只对签名字节编码一次。";
    HEXADECIMAL = "signature_hex",
        "the signature is in hexadecimal", "签名值是十六进制",
        "Encode the signature's bytes in Base64.", "请对签名字节做 Base64 编码。";
    OLD_API = "signature_of_v2",
        "the signature is a digest of APIv2 (MD5 or HMAC-SHA256)", "签名值是旧版（V2）接口的 MD5 或 HMAC-SHA256 摘要",
        "APIv3 signs with a private key: SHA-256 with RSA.", "APIv3 使用私钥签名：SHA256 with RSA。";
    LENGTH = "signature_length",
        "the signature is not whole, or not a signature", "签名值不完整，或不是签名",
        "Take the whole Base64 of the signature, 344 characters for a key of 2048 bits.",
        "请使用完整的 Base64 签名值，2048 位密钥为 344 个字符。";
}

impl Damage {
    /// Returns the texts of every kind of damage.
    pub fn texts() -> impl Iterator<Item = &'static DamageText> {
        TEXTS.iter().copied()
    }

    /// Returns the texts of this damage.
    pub fn text(&self) -> &'static DamageText {
        match self {
            Self::PercentEncoded => &PERCENT_ENCODED,
            Self::PercentSign => &PERCENT_SIGN,
            Self::Quoted => &QUOTED,
            Self::Wrapped => &WRAPPED,
            Self::Blanks => &BLANKS,
            Self::UrlSafe => &URL_SAFE,
            Self::Unpadded => &UNPADDED,
            Self::Base64Twice => &BASE64_TWICE,
            Self::Hexadecimal => &HEXADECIMAL,
            Self::OldApi => &OLD_API,
            Self::Length { .. } | Self::NotBase64 { .. } => &LENGTH,
        }
    }

    /// Returns the numbers of this damage in English and in Chinese; `None` for damage without numbers.
    pub fn numbers(&self) -> Option<(String, String)> {
        match self {
            Self::Length { characters, bytes, wanted } => {
                let wanted_characters = wanted.div_ceil(3) * 4;
                Some((
                    format!(
                        "{characters} characters ({bytes} bytes), {wanted_characters} ({wanted} bytes) are needed"
                    ),
                    format!(
                        "共 {characters} 个字符（{bytes} 字节），应为 {wanted_characters} 个字符（{wanted} 字节）"
                    ),
                ))
            }
            Self::NotBase64 { characters, wanted } => {
                let wanted_characters = wanted.div_ceil(3) * 4;
                Some((
                    format!("{characters} characters that are not Base64, {wanted_characters} are needed"),
                    format!("共 {characters} 个字符，不是 Base64，应为 {wanted_characters} 个字符"),
                ))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (en, zh) = self.text().name;
        match (f.alternate(), self.numbers()) {
            (false, None) => f.write_str(en),
            (true, None) => f.write_str(zh),
            (false, Some((numbers, _))) => write!(f, "{en}: {numbers}"),
            (true, Some((_, numbers))) => write!(f, "{zh}：{numbers}"),
        }
    }
}

/// A kind of damage, with the function that undoes it.
type Undo = (Damage, fn(&str) -> String);

/// Kinds of damage in the order in which they are undone: the damage done last is undone first.
const UNDO: [Undo; 8] = [
    (Damage::Quoted, unquote),
    (Damage::PercentEncoded, |text| percent_decode_str(text).decode_utf8_lossy().into_owned()),
    (Damage::PercentSign, |text| text.trim_end_matches('%').to_owned()),
    (Damage::Wrapped, unwrap_lines),
    (Damage::Blanks, |text| text.replace(' ', "+")),
    (Damage::UrlSafe, |text| text.replace('-', "+").replace('_', "/")),
    (Damage::Unpadded, |text| format!("{text}{}", "=".repeat(text.len().next_multiple_of(4) - text.len()))),
    (Damage::Base64Twice, |text| {
        let inner = decode_signature(text).and_then(|bytes| String::from_utf8(bytes).ok());
        inner.unwrap_or_else(|| text.to_owned())
    }),
];

/// Decodes the text of a signature, and undoes the damage to it. `lengths` are the lengths in bytes that the
/// keys' signatures have.
///
/// Returns the bytes, and the damage found. The bytes are `None` if the damage cannot be undone.
///
/// An undamaged text returns no damage:
///
/// ```
/// use ruhui_core::sign::{Damage, read_signature};
///
/// assert_eq!(read_signature("AAEC", &[3]), (Some(vec![0, 1, 2]), vec![]));
/// assert_eq!(read_signature("000102", &[3]), (Some(vec![0, 1, 2]), vec![Damage::Hexadecimal]));
/// let (bytes, damage) = read_signature("AAE", &[3]);
/// assert_eq!(bytes, None);
/// assert_eq!(damage[0].to_string(), "the signature is not whole, or not a signature: 3 characters that are not Base64, 4 are needed");
/// ```
pub fn read_signature(text: &str, lengths: &[usize]) -> (Option<Vec<u8>>, Vec<Damage>) {
    let fits = |bytes: &Vec<u8>| lengths.contains(&bytes.len());
    if let Some(bytes) = decode_signature(text).filter(fits) {
        return (Some(bytes), Vec::new());
    }
    // Hexadecimal is tried before Base64 repairs, since hexadecimal digits are Base64 characters too.
    if let Some(bytes) = hex::decode(text.trim()).ok().filter(fits) {
        return (Some(bytes), vec![Damage::Hexadecimal]);
    }
    // If replacing every blank by a plus gives a signature of the right length, no blank was a line end.
    if let Some(bytes) = decode_signature(&text.replace(' ', "+")).filter(fits) {
        return (Some(bytes), vec![Damage::Blanks]);
    }
    // A signature in Base64 twice, percent-encoded and broken into lines, is shorter than this limit.
    let longest = lengths.iter().max().map_or(0, |length| 8 * length);
    if text.len() > longest {
        return (None, vec![unreadable(text, lengths)]);
    }
    let mut found = Vec::new();
    let mut current = text.to_owned();
    for (damage, undo) in UNDO {
        let before = undo(&current);
        if before != current {
            found.push(damage);
            current = before;
        }
        if let Some(bytes) = decode_signature(&current).filter(fits) {
            return (Some(bytes), found);
        }
    }
    (None, vec![unreadable(text, lengths)])
}

fn unreadable(text: &str, lengths: &[usize]) -> Damage {
    let text = text.trim();
    let digest = matches!(text.len(), 32 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let decoded = decode_signature(text);
    if digest || decoded.as_ref().is_some_and(|bytes| matches!(bytes.len(), 16 | 32)) {
        return Damage::OldApi;
    }
    let (characters, wanted) = (text.chars().count(), lengths.first().copied().unwrap_or_default());
    match decoded {
        Some(bytes) => Damage::Length { characters, bytes: bytes.len(), wanted },
        None => Damage::NotBase64 { characters, wanted },
    }
}

fn unquote(text: &str) -> String {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '\u{201C}' | '\u{201D}');
    let bare = text.trim();
    let bare = bare.strip_prefix('b').filter(|rest| rest.starts_with(is_quote)).unwrap_or(bare);
    if bare.starts_with(is_quote) || bare.ends_with(is_quote) {
        bare.trim_matches(is_quote).to_owned()
    } else {
        text.to_owned()
    }
}

/// Joins the lines of a text. Line ends may be real, written as two characters (`\n`), or blanks that a
/// header made of them.
fn unwrap_lines(text: &str) -> String {
    let joined = text.replace("\\r", "").replace("\\n", "").replace(['\r', '\n', '\t'], "");
    let joined = joined.trim();
    let pieces: Vec<&str> = joined.split(' ').collect();
    // Lines have 64 or 76 characters; a blank that was a plus can be at any position.
    let lines = pieces.len() > 1
        && pieces[..pieces.len() - 1].iter().all(|piece| piece.len() == pieces[0].len() && piece.len() >= 60);
    if lines { pieces.concat() } else { joined.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_length_is_judged() {
        for text in ["A".repeat(70_001), "%".repeat(70_001), "A B".repeat(70_001), "=".repeat(70_001)] {
            let (bytes, damage) = read_signature(&text, &[256]);
            assert_eq!((bytes, damage.len()), (None, 1));
        }
    }

    #[test]
    fn a_blank_that_was_a_plus_is_no_line_end_wherever_it_stands() {
        for place in [0, 64, 76, 200, 343] {
            let mut text = "A".repeat(344);
            text.replace_range(place..=place, " ");
            assert_eq!(read_signature(&text, &[258]).1, [Damage::Blanks], "{place}");
        }
        let wrapped =
            ["A".repeat(76), "A".repeat(76), "A".repeat(76), "A".repeat(76), "A".repeat(40)].join(" ");
        assert_eq!(read_signature(&wrapped, &[258]).1, [Damage::Wrapped]);
    }
}

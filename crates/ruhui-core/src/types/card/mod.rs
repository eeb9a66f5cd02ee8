//! The texts of member cards for which the documents require a form, not only a limit of the length.

use super::check::{Invalid, check_length, check_text, kept, named, reject_character};
use super::string_type::string_type;
use http::Uri;
use http::uri::Scheme;

string_type! {
    /// The title of a card template (会员卡标题), `string(10)`: Han and Latin letters, digits and punctuation.
    ///
    /// ```
    /// # use ruhui_core::types::CardTitle;
    /// assert!(CardTitle::new("金卡·VIP会员").is_ok());
    /// assert!(CardTitle::new("★会员").is_err());
    /// ```
    CardTitle, 10, check_title, shown kept
}
string_type! {
    /// The agreement that a user accepts (会员协议), `string(20480)`: plain text without links; `\n` ends a line.
    LegalAgreement, 20480, check_agreement, shown kept
}
string_type! {
    /// The code of a user card (用户会员卡编号), `string(32)`, unique within its template: half-width digits, letters
    /// and punctuation, no space.
    UserCardCode, 32, check_code, shown named, "^[!-~]+$"
}
string_type! {
    /// The caller's number for a request (商户请求单号), `string(128)`: digits, letters, `-` and `_`.
    OutRequestNo, 128, check_request_no, shown kept, "^[0-9A-Za-z_-]+$"
}
string_type! {
    /// A colour as `#RRGGBB`, `string(7)`.
    Color, 7, check_color, shown kept, "^#[0-9A-Fa-f]{6}$"
}
string_type! {
    /// The URL to which callbacks are sent (回调地址), `string(256)`: a full http or https URL without user, query and
    /// fragment.
    ///
    /// The service decides at each delivery whether it may send callbacks to the host.
    ///
    /// ```
    /// # use ruhui_core::types::NotifyUrl;
    /// let url = NotifyUrl::new("https://shop.example/notify")?;
    /// assert_eq!(url.uri().unwrap().host(), Some("shop.example"));
    /// assert!(NotifyUrl::new("https://shop.example/notify?a=1").is_err());
    /// # Ok::<(), ruhui_core::types::Invalid>(())
    /// ```
    NotifyUrl, 256, check_url, shown kept, "^[Hh][Tt][Tt][Pp][Ss]?://[^?#@]+$"
}
string_type! {
    /// The content of an item of member news (动态内容), `string(128)`: the id of a news template and its values, such
    /// as `15_1200_1` (partner page 4015534755).
    FeedCell, 128, check_cell, shown kept, "^[0-9A-Za-z]{1,5}(_[^_\\[\\]]{1,7})*$"
}

impl NotifyUrl {
    /// Returns the parsed URL; `None` for a received value that is not a URL.
    pub fn uri(&self) -> Option<Uri> {
        self.as_str().parse().ok()
    }
}

impl FeedCell {
    /// Returns the id of the news template.
    pub fn template(&self) -> &str {
        self.as_str().split('_').next().unwrap_or_default()
    }
}

fn check_title(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    reject_character(text, |c| !(is_letter_or_digit(c) || is_punctuation(c)))
}

/// Whether `c` is a Han or Latin letter or a digit, of half or of full width.
fn is_letter_or_digit(c: char) -> bool {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' => true,
        '×' | '÷' => false,
        // Latin with accents; the Han iteration mark and zero; Han, its extension A and its compatibility forms.
        'À'..='ɏ' | '々' | '〇' | '㐀'..='䶿' | '一'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => true,
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => true,
        _ => false,
    }
}

/// Whether `c` is a punctuation mark of half or of full width, or a space.
fn is_punctuation(c: char) -> bool {
    match c {
        ' '..='~' | '·' | '\u{3000}' => true,
        // Dashes, quotes, the ellipsis and similar marks, except separators and marks of direction.
        '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' => true,
        '、'..='〃' | '〈'..='】' | '〔'..='〟' => true,
        '\u{fe30}'..='\u{fe4f}' | '\u{fe50}'..='\u{fe6b}' | '！'..='｠' | '｡'..='･' | '￥' => true,
        _ => false,
    }
}

fn check_agreement(text: &str, limit: usize) -> Result<(), Invalid> {
    check_length(text, limit)?;
    reject_character(text, |c| c > '\u{FFFF}' || (c.is_control() && c != '\n'))?;
    let lower = text.to_ascii_lowercase();
    if lower.contains("http://") || lower.contains("https://") {
        Err(Invalid::Form { zh: "不允许包含链接", en: "must not contain links" })
    } else {
        Ok(())
    }
}

fn check_code(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    reject_character(text, |c| !c.is_ascii_graphic())
}

fn check_request_no(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    reject_character(text, |c| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
}

fn check_color(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    let is_color = text
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_color {
        Ok(())
    } else {
        Err(Invalid::Form {
            zh: "须为 # 和六位十六进制数，例如 #FFFF00",
            en: "must be # and six hexadecimal digits, such as #FFFF00",
        })
    }
}

fn check_url(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    let form = |zh, en| Err(Invalid::Form { zh, en });
    if text.contains('?') {
        return form("通知地址不能携带参数", "must have no query");
    }
    if text.contains('#') {
        return form("通知地址不能携带片段（#）", "must have no fragment");
    }
    // `Uri` drops a fragment and accepts any scheme, so both are checked here.
    let is_address = text.parse::<Uri>().is_ok_and(|uri| {
        let is_web = [&Scheme::HTTP, &Scheme::HTTPS].into_iter().any(|scheme| uri.scheme() == Some(scheme));
        let host_alone = uri.authority().is_some_and(|authority| match authority.port_u16() {
            Some(port) => authority.as_str() == format!("{}:{port}", authority.host()),
            None => authority.as_str() == authority.host(),
        });
        is_web && host_alone && uri.host().is_some_and(|host| !host.is_empty())
    });
    if is_address {
        Ok(())
    } else {
        form(
            "须为完整的 http 或 https 地址，例如 https://www.example.com/notify",
            "must be a full http or https address, such as https://www.example.com/notify",
        )
    }
}

fn check_cell(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    reject_character(text, |c| c == '[' || c == ']')?;
    let mut parts = text.split('_');
    let template = parts.next().unwrap_or_default();
    let is_template =
        (1..=5).contains(&template.len()) && template.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_template && parts.all(|part| (1..=7).contains(&part.chars().count())) {
        Ok(())
    } else {
        Err(Invalid::Form {
            zh: "须为模板ID（1至5位数字或字母）和以 _ 分隔的变量（每个1至7个字符），例如 15_1200_1",
            en: "must be a template id of 1 to 5 digits or letters, and values of 1 to 7 characters after _, \
                 such as 15_1200_1",
        })
    }
}

#[cfg(test)]
mod tests;

//! The identifiers of the API, each with its documented limit.

use super::check::{Invalid, check_text, kept, named, reject_character};
use super::string_type::string_type;

fn check_nonce(text: &str, limit: usize) -> Result<(), Invalid> {
    check_text(text, limit)?;
    // The header puts the nonce in quotes, so the nonce cannot contain one.
    reject_character(text, |c| !(' '..='~').contains(&c) || c == '"')
}

string_type! {
    /// A merchant's id (商户号), `string(32)`, such as `1900000001`.
    ///
    /// ```
    /// # use ruhui_core::types::MchId;
    /// assert_eq!(MchId::new("1900000001")?.as_str(), "1900000001");
    /// assert_eq!(MchId::new("").unwrap_err().to_string(), "must not be empty");
    /// # Ok::<(), ruhui_core::types::Invalid>(())
    /// ```
    MchId, 32, check_text, shown named
}
string_type! {
    /// A brand's id (品牌ID), `string(32)`, such as `1004`.
    BrandId, 32, check_text, shown named
}
string_type! {
    /// A card template's id (会员卡模板ID), `string(32)`.
    CardId, 32, check_text, shown named
}
string_type! {
    /// The id of an official account or mini-program (AppID), `string(32)`.
    AppId, 32, check_text, shown kept
}
string_type! {
    /// A user's id under one AppID (openid, 用户标识), `string(128)`. Its `Debug` hides it.
    ///
    /// ```
    /// # use ruhui_core::types::OpenId;
    /// let openid = OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA")?;
    /// assert!(openid.is_well_formed());
    /// assert_eq!(format!("{openid:?}"), "OpenId(redacted)");
    /// # Ok::<(), ruhui_core::types::Invalid>(())
    /// ```
    OpenId, 128, check_text, hidden named
}
string_type! {
    /// A pre-auth token (预授权token), `string(32)`. Its `Debug` hides it.
    Token, 32, check_text, hidden named
}
string_type! {
    /// The `nonce_str` of a signature: 1 to 128 printable ASCII characters except `"`.
    NonceStr, 128, check_nonce, shown named
}

impl OpenId {
    /// Whether the openid has the form that WeChat issues: `o` and 27 of `[0-9A-Za-z_-]`.
    pub fn is_well_formed(&self) -> bool {
        self.0.len() == 28
            && self.0.starts_with('o')
            && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_and_not_bytes() {
        assert!(BrandId::new("会".repeat(32)).is_ok());
        assert_eq!(BrandId::new("会".repeat(33)), Err(Invalid::TooLong { limit: 32, actual: 33 }));
        assert!(OpenId::new("o".repeat(128)).is_ok());
        assert_eq!(OpenId::new("o".repeat(129)), Err(Invalid::TooLong { limit: 128, actual: 129 }));
    }

    #[test]
    fn four_byte_and_control_characters_are_rejected() {
        for text in ["a😀", "a\n", "a\u{7f}"] {
            assert!(matches!(CardId::new(text), Err(Invalid::Character { position: 1, .. })), "{text:?}");
        }
    }

    #[test]
    fn nonces_are_printable_and_have_no_quote() {
        assert!(NonceStr::new("a").is_ok());
        assert!(NonceStr::new("a.b-c d".repeat(18)).is_ok());
        assert!(NonceStr::new("a\"b").is_err());
        assert!(NonceStr::new("会").is_err());
        assert!(NonceStr::new("a".repeat(129)).is_err());
    }

    #[test]
    fn errors_speak_both_languages() {
        let error = CardId::new("x".repeat(33)).unwrap_err();
        assert_eq!(error.to_string(), "has 33 characters, the limit is 32");
        assert_eq!(format!("{error:#}"), "字符数 33，大于最大值 32");
    }
}

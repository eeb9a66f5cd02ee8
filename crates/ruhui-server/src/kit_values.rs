//! Values of the kit that the documents' samples have, too.

/// The merchant of the documents' samples.
pub const MCHID: &str = "1900000001";
/// The brand of the documents' samples.
pub const BRAND_ID: &str = "1004";
/// The card template of the documents' samples.
pub const CARD_ID: &str = "pbLatjvWOibDc5-TBnbUk1pD12o0";
/// The user of the documents' samples.
pub const OPENID: &str = "obLatjnx9gnqzS4myYGmLZ7LgLBA";

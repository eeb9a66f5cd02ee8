//! The arguments with which a page opens the join component (入会组件).
//!
//! H5, inside WeChat, after loading `jweixin-1.5.0.js`: `wx.invoke('openBusinessView', parameters, callback)`
//! (partner page 4015331476). Mini-program: `wx.openBusinessView({...parameters, success, fail, complete})`
//! (partner page 4015273633). The parameters are the same; send them to the page as JSON.
//!
//! The component's result does not prove that the user joined. Only the card does, by query or by
//! event.

use ruhui_core::api::card_member::PreAuthToken;
use ruhui_core::percent;
use serde::Serialize;
use std::fmt;

/// `businessType` of the join component.
pub const BUSINESS_TYPE: &str = "wxpayCardMember";

/// `scene` in the query string.
pub const SCENE: &str = "CARD_MEMBER";

/// A launch of the join component. Its `Debug` hides the token.
///
/// ```
/// use ruhui::launch::Launch;
/// # use ruhui::{api::card_member::PreAuthToken, types::Token};
/// # let token = PreAuthToken::new(Token::new("A1b2C3")?, "2025-07-01T12:00:00+08:00".parse()?);
///
/// let launch = Launch::new(&token);
/// assert_eq!(launch.query_string(), "token=A1b2C3&scene=CARD_MEMBER");
/// assert_eq!(
///     serde_json::to_string(&launch.h5())?,
///     r#"{"businessType":"wxpayCardMember","queryString":"token=A1b2C3&scene=CARD_MEMBER"}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Launch {
    query_string: String,
}

impl Launch {
    /// A launch with this token. It works as long as the token does: an hour from its issue.
    pub fn new(token: &PreAuthToken) -> Self {
        let token = percent::encode(token.token.as_str());
        Self { query_string: format!("token={token}&scene={SCENE}") }
    }

    /// `businessType`.
    pub fn business_type(&self) -> &'static str {
        BUSINESS_TYPE
    }

    /// `queryString`: token and scene, URL-encoded.
    pub fn query_string(&self) -> &str {
        &self.query_string
    }

    /// The second argument of `wx.invoke('openBusinessView', ...)`.
    pub fn h5(&self) -> Parameters<'_> {
        Parameters { business_type: BUSINESS_TYPE, query_string: &self.query_string }
    }

    /// The argument of `wx.openBusinessView(...)`, to which the page adds its callbacks.
    pub fn mini_program(&self) -> Parameters<'_> {
        self.h5()
    }
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Launch(redacted)")
    }
}

/// The parameters of `openBusinessView`, to be serialized for the page. Its `Debug` hides the token.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Parameters<'a> {
    /// Always [`BUSINESS_TYPE`].
    pub business_type: &'a str,
    /// Token and scene, URL-encoded.
    pub query_string: &'a str,
}

impl fmt::Debug for Parameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parameters(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruhui_core::types::Token;

    #[test]
    fn the_token_is_url_encoded() {
        let token =
            PreAuthToken::new(Token::new("a+b/c=&会").unwrap(), "2025-07-01T12:00:00+08:00".parse().unwrap());
        let launch = Launch::new(&token);
        assert_eq!(launch.query_string(), "token=a%2Bb%2Fc%3D%26%E4%BC%9A&scene=CARD_MEMBER");
        assert_eq!(launch.h5(), launch.mini_program());
        assert_eq!(format!("{launch:?} {:?}", launch.h5()), "Launch(redacted) Parameters(redacted)");
    }
}

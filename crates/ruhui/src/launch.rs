//! Parameters with which an H5 page or a mini-program opens the join component (入会组件).
//!
//! H5, inside WeChat, after loading `jweixin-1.5.0.js`: `wx.invoke('openBusinessView', parameters, callback)`
//! (partner page 4015331476). Mini-program: `wx.openBusinessView({...parameters, success, fail, complete})`
//! (partner page 4015273633). The parameters are the same in both; send them to the page as JSON.
//!
//! The component's result does not prove that the user joined. Only the card proves it, by a query or by an
//! event.

use ruhui_core::api::card_member::PreAuthToken;
use ruhui_core::percent;
use serde::Serialize;
use std::fmt;

/// `businessType` of the join component: `wxpayCardMember`.
pub const BUSINESS_TYPE: &str = "wxpayCardMember";

/// `scene` in the join component's query string: `CARD_MEMBER`.
pub const SCENE: &str = "CARD_MEMBER";

/// One launch of the join component with a pre-auth token. Its `Debug` hides the token.
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
    /// Creates a launch with this token. The launch works until the token expires, an hour after its issue.
    pub fn new(token: &PreAuthToken) -> Self {
        let token = percent::encode(token.token.as_str());
        Self { query_string: format!("token={token}&scene={SCENE}") }
    }

    /// Returns `businessType`.
    pub fn business_type(&self) -> &'static str {
        BUSINESS_TYPE
    }

    /// Returns `queryString`: the token and the scene, URL-encoded.
    pub fn query_string(&self) -> &str {
        &self.query_string
    }

    /// Returns the second argument of `wx.invoke('openBusinessView', ...)`.
    pub fn h5(&self) -> Parameters<'_> {
        Parameters { business_type: BUSINESS_TYPE, query_string: &self.query_string }
    }

    /// Returns the argument of `wx.openBusinessView(...)`, to which the mini-program adds its callbacks.
    pub fn mini_program(&self) -> Parameters<'_> {
        self.h5()
    }
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Launch(redacted)")
    }
}

/// Parameters of `openBusinessView`, to be serialized for the page. Their `Debug` hides the token.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Parameters<'a> {
    /// `businessType`, always [`BUSINESS_TYPE`].
    pub business_type: &'a str,
    /// `queryString`: the token and the scene, URL-encoded.
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

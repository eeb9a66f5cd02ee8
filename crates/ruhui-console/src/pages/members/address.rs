//! The address of a member.

use crate::controls::segment;

/// Returns the path of a user's cards of a template.
pub(super) fn path(card_id: &str, openid: &str) -> String {
    format!("/members/{}/{}", segment(card_id), segment(openid))
}

//! Addresses of the sheets of the join component.

use crate::controls::with_query;
use crate::visit::Visit;

/// The path of the form.
pub(super) const JOIN: &str = "/component/card-member";

/// The path of the card after the user has agreed.
pub(super) const JOINED: &str = "/component/card-member/joined";

/// The parameters with which a page launches the component. `openid` is the user who holds the phone: with it, the sandbox
/// plays a user who opens another user's token. It never chooses the user, who is the token's.
const LAUNCH: [&str; 3] = ["token", "scene", "openid"];

/// Returns the address of the form, as the page launched it.
pub(super) fn join(visit: &Visit) -> String {
    with_query(JOIN, &LAUNCH.map(|name| (name, visit.query(name))))
}

/// Returns the address of the form for the token of the present address.
pub(super) fn join_again(visit: &Visit) -> String {
    with_query(JOIN, &[("token", visit.query("token")), ("scene", "CARD_MEMBER")])
}

/// Returns the address of the card for the token of the present address.
pub(super) fn joined(visit: &Visit) -> String {
    with_query(JOINED, &[("token", visit.query("token"))])
}

//! Names of members in earlier editions of the documents that the current edition does not have.
//!
//! A request with such a member is rejected, like any other with an undefined member. The sandbox's log names the
//! member of the current edition.

/// A member of a request that an earlier edition of an endpoint's page had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Earlier {
    /// The endpoint's name, without `brand_`.
    pub endpoint: &'static str,
    /// The member's name in the earlier edition.
    pub name: &'static str,
    /// The earlier edition, as far as its date is known.
    pub edition: &'static str,
    /// The member's name in the current edition; `None` if that edition does not have the member.
    pub now: Option<&'static str>,
}

const fn earlier(
    endpoint: &'static str,
    name: &'static str,
    edition: &'static str,
    now: Option<&'static str>,
) -> Earlier {
    Earlier { endpoint, name, edition, now }
}

/// Every known member of an earlier edition.
pub const ALL: &[Earlier] = &[
    earlier("open_user_card_token", "user_card_code", "2025-07-14", None),
    earlier("create_pre_auth_token", "user_card_code", "2025-07-14", None),
    earlier("create_user_feed", "cell_message", "2025-07", Some("cell")),
    earlier("confirm_point_exchange", "fail_reason", "2025-07", Some("reject_reason")),
    earlier("confirm_user_card", "membership_number", "2025-06", Some("user_card_code")),
    earlier("import_user_card_by_openid", "membership_number", "2025-06", Some("user_card_code")),
    earlier("modify_user_card", "membership_number", "2025-06", Some("user_card_code")),
];

/// Returns the member that an earlier edition of the endpoint's page called `name`.
///
/// ```
/// use ruhui_core::api::earlier;
///
/// assert_eq!(earlier::find("brand_create_user_feed", "cell_message").unwrap().now, Some("cell"));
/// assert_eq!(earlier::find("create_user_feed", "cell"), None);
/// ```
pub fn find(endpoint: &str, name: &str) -> Option<&'static Earlier> {
    let endpoint = endpoint.strip_prefix("brand_").unwrap_or(endpoint);
    ALL.iter().find(|earlier| (earlier.endpoint, earlier.name) == (endpoint, name))
}

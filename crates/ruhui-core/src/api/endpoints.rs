//! The list of endpoints, the only one in the project.

use super::endpoint::Endpoint;

/// Calls a macro with the type of every endpoint, in the order of the documentation: `$each!(Type)`.
///
/// Use it where an endpoint needs more than the trait [`Endpoint`], such as a handler in a router. Elsewhere,
/// [`visit`] is enough.
///
/// ```
/// use ruhui_core::api::Endpoint;
///
/// let mut names = Vec::new();
/// macro_rules! name {
///     ($endpoint:ty) => {
///         names.push(<$endpoint as Endpoint>::NAME)
///     };
/// }
/// ruhui_core::for_each_endpoint!(name);
/// assert!(names.contains(&"open_user_card_token"));
/// ```
#[macro_export]
macro_rules! for_each_endpoint {
    ($each:ident) => {
        $crate::for_each_endpoint! { @list $each:
            partner card_member::OpenUserCardToken;
            both    card_member::CreatePreAuthToken;
            partner card_member::CreatePayViewToken;

            both    card_member::UploadImage;
            both    card_member::CreateCardTemplate;
            both    card_member::ListCardTemplates;
            both    card_member::QueryCardTemplate;
            both    card_member::ModifyCardTemplate;
            both    card_member::InvalidateCardTemplate;

            both    card_member::QueryUserCard;
            both    card_member::ListUserCards;
            both    card_member::ModifyUserCard;
            both    card_member::InvalidateUserCard;
            both    card_member::ConfirmUserCard;
            both    card_member::ImportUserCardByOpenid;
            partner card_member::ImportUserCardByPhone;

            both    card_member::CreateUserFeed;
            both    card_member::SyncUserPoints;
            both    card_member::ConfirmPointExchange;

            partner card_member::CreateMembershipActivity;
            partner card_member::ListMembershipActivities;
            partner card_member::QueryMembershipActivity;
            partner card_member::ModifyMembershipActivity;
            partner card_member::TerminateMembershipActivity;

            partner certificates::ListCertificates;
            partner security::Echo;
        }
    };
    (@list $each:ident: $($families:ident $module:ident::$endpoint:ident;)*) => {
        $($crate::for_each_endpoint!(@$families $each $module::$endpoint);)*
    };
    (@partner $each:ident $module:ident::$endpoint:ident) => {
        $each!($crate::api::$module::$endpoint)
    };
    (@both $each:ident $module:ident::$endpoint:ident) => {
        $each!($crate::api::$module::$endpoint);
        $each!($crate::api::$module::$endpoint<$crate::api::Brand>)
    };
}

/// An operation on every endpoint, for [`visit`].
pub trait Visitor {
    /// Handles the endpoint `E`. [`visit`] calls this once for each endpoint, in the order of the documentation.
    fn endpoint<E: Endpoint>(&mut self);
}

/// Calls `visitor` once for each endpoint, in the order of the documentation.
///
/// ```
/// use ruhui_core::api::{self, Endpoint, Visitor};
///
/// struct Paths(Vec<&'static str>);
/// impl Visitor for Paths {
///     fn endpoint<E: Endpoint>(&mut self) {
///         self.0.push(E::PATH);
///     }
/// }
/// let mut paths = Paths(Vec::new());
/// api::visit(&mut paths);
/// assert!(paths.0.contains(&"/v3/brand/partner/card-member/open-user-card-tokens"));
/// ```
pub fn visit(visitor: &mut impl Visitor) {
    macro_rules! show {
        ($endpoint:ty) => {
            visitor.endpoint::<$endpoint>()
        };
    }
    for_each_endpoint!(show);
}

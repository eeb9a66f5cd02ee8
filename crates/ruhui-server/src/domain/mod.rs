//! Business rules, pure and synchronous: a rule takes state, a request and a time, and returns a new state or
//! an error row.

pub mod activity;
mod brand;
mod catalog;
pub mod component;
mod control_host;
pub mod feed;
pub mod form;
pub mod image;
mod key_stage;
pub mod member;
mod merchant;
pub mod page;
mod page_origin;
pub mod pre_auth;
pub mod rate;
mod reach;
pub mod redemption;
pub mod rights;
#[cfg(test)]
mod sample;
mod stored;
pub mod template;
mod token;
mod user;

pub use activity::{Activity, ActivityCount};
pub use brand::{Brand, Feature};
pub use catalog::{Catalog, Claim};
pub use control_host::ControlHost;
pub use feed::Feed;
pub use image::{Media, PublicUrl};
pub use key_stage::{CallbackShare, KeyStage, ResponseKey};
pub use member::{HeldCard, Member};
pub use merchant::Merchant;
pub use page_origin::PageOrigin;
pub use reach::AddressPolicy;
pub use redemption::Redemption;
pub use template::Template;
pub(crate) use template::check_notify_url;
pub use token::{Answer, Purpose, TokenRecord};
pub use user::{UnknownOpenids, User, UserState};

//! The rules: pure and synchronous. State, a request and a time go in; a new state or a refusal comes out.

mod brand;
mod catalog;
pub mod form;
pub mod member;
mod merchant;
pub mod pre_auth;
pub mod rate;
pub mod rights;
#[cfg(test)]
mod sample;
mod template;
mod token;
mod user;

pub use brand::{Brand, Feature};
pub use catalog::{Catalog, Claim};
pub use member::{HeldCard, Member};
pub use merchant::{Merchant, ReplyKey};
pub use template::Template;
pub use token::{Answer, Purpose, TokenRecord};
pub use user::{User, UserState};

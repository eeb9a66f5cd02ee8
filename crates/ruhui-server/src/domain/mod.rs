//! The rules: pure and synchronous. State, a request and a time go in; a new state or a refusal comes out.

mod brand;
mod merchant;
pub mod pre_auth;
pub mod rate;
mod template;
mod token;
mod user;

pub use brand::{Brand, Feature};
pub use merchant::{Merchant, ReplyKey};
pub use template::{Template, TemplateState};
pub use token::{Answer, TokenRecord};
pub use user::{User, UserState};

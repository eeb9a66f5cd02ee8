//! 商家名片会员: member cards of brands.

mod pre_auth_token;

pub use pre_auth_token::{CreateBrandPreAuthToken, CreatePreAuthToken, OpenUserCardToken, PreAuthToken};

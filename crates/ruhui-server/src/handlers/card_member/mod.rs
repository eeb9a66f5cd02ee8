//! 商家名片会员.

mod pre_auth_token;

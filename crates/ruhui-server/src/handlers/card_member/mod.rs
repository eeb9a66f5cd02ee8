//! 商家名片会员.

mod card_template;
mod catalog;
mod image;
mod membership_activity;
mod pre_auth_token;

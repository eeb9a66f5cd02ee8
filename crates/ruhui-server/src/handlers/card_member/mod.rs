//! 商家名片会员: the handlers of the card-member endpoints.

mod card_state;
mod card_template;
mod catalog;
mod image;
mod membership_activity;
mod pre_auth_token;
mod user_card;
mod user_feed;
mod user_points;

//! Members: a list with filters, and one user's cards of a template with their life; acts of the user and of the merchant.

mod address;
mod badge;
mod card;
mod list;
mod merchant_acts;
mod show;
mod texts;
mod timeline;
mod user_acts;

use crate::controls::InProcess;
use axum::Router;
use axum::routing::{get, post};

pub(crate) fn router() -> Router<InProcess> {
    Router::new()
        .route("/members", get(list::show))
        .route("/members/open", post(user_acts::open))
        .route("/members/{card_id}/{openid}", get(show::show))
        .route("/members/{card_id}/{openid}/delete", post(user_acts::delete))
        .route("/members/{card_id}/{openid}/points", post(user_acts::view_points))
        .route("/members/{card_id}/{openid}/redeem", post(user_acts::redeem))
        .route("/members/{card_id}/{openid}/card", get(card::show))
        .route("/members/{card_id}/{openid}/card/points", post(card::act_view_points))
        .route("/members/{card_id}/{openid}/card/redeem", post(card::act_redeem))
        .route("/members/{card_id}/{openid}/card/delete", post(card::act_delete))
        .route("/members/{card_id}/{openid}/confirm", post(merchant_acts::confirm))
        .route("/members/{card_id}/{openid}/redemption", post(merchant_acts::answer_redemption))
        .route("/members/{card_id}/{openid}/modify", post(merchant_acts::modify))
        .route("/members/{card_id}/{openid}/balance", post(merchant_acts::set_points))
        .route("/members/{card_id}/{openid}/invalidate", post(merchant_acts::invalidate))
}

//! Controls that show the contents of the store: what is provisioned, and what callers and users have made.
//!
//! | | Query | |
//! |---|---|---|
//! | `GET /sandbox/state/merchants` | | merchants, with brands, certificates and key stage |
//! | `GET /sandbox/state/brands` | | brands, with their merchants, templates and activities |
//! | `GET /sandbox/state/templates` | `count_cards` | card templates, newest first, with the number of cards |
//! | `GET /sandbox/state/templates/{card_id}` | `count_cards` | a card template, with its activity |
//! | `GET /sandbox/state/user-cards` | `card_id`, `openid`, `state`, `after`, `limit`, `show_sensitive` | user cards, in the order of openids |
//! | `GET /sandbox/state/user-cards/{card_id}/{openid}` | `show_sensitive` | a user's cards of a template, with redemptions, news and their life |
//! | `GET /sandbox/state/users` | `after`, `limit` | users: provisioned ones, and those that have cards |
//! | `GET /sandbox/state/tokens` | `card_id`, `openid`, `state`, `limit` | tokens, newest first |
//! | `GET /sandbox/state/tokens/{token}` | | a token |
//! | `GET /sandbox/state/activities` | `card_id`, `brand_id`, `state`, `limit` | activities, newest first |
//! | `GET /sandbox/state/activities/{activity_id}` | | an activity |
//!
//! A response rests on at most [`MOST_READ`](scan::MOST_READ) records of a kind, and says so if there are more. Phone
//! numbers and form answers are masked unless `show_sensitive` is true. Ids are not: they name the things in other
//! requests.

mod activities;
mod callers;
mod card;
mod life;
mod scan;
mod templates;
mod tokens;
mod user_cards;
mod user_records;
mod users;

use super::context::Controls;
use axum::Router;
use axum::routing::get;

pub(super) fn router() -> Router<Controls> {
    Router::new()
        .route("/sandbox/state/merchants", get(callers::merchants))
        .route("/sandbox/state/brands", get(callers::brands))
        .route("/sandbox/state/templates", get(templates::list))
        .route("/sandbox/state/templates/{card_id}", get(templates::show))
        .route("/sandbox/state/user-cards", get(user_cards::list))
        .route("/sandbox/state/user-cards/{card_id}/{openid}", get(user_cards::show))
        .route("/sandbox/state/users", get(users::list))
        .route("/sandbox/state/tokens", get(tokens::list))
        .route("/sandbox/state/tokens/{token}", get(tokens::show))
        .route("/sandbox/state/activities", get(activities::list))
        .route("/sandbox/state/activities/{activity_id}", get(activities::show))
}

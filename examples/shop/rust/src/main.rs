//! The backend of the shop in Rust: axum and the SDK `ruhui`.

mod failure;
mod settings;
mod web;

use axum::extract::{FromRef, State};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use failure::Failure;
use ruhui::Client;
use ruhui::api::card_member::{
    ConfirmUserCard, CreatePreAuthToken, ListUserCards, PageLimit, PageOffset, UserCard,
    UserCardConfirmState, UserCardState,
};
use ruhui::api::event::{Event, UserCardEvent};
use ruhui::notify::axum::{Notified, Rejected};
use ruhui::notify::{CallbackResponse, Inbox, MemoryJournal, Receiver};
use ruhui::types::{BrandId, CardId, OpenId, UserCardCode};
use serde_json::{Value, json};
use settings::Settings;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Clone)]
struct Shop {
    client: Client,
    receiver: Receiver,
    /// Handles each event once. Over a `Journal` of your database it also survives a restart.
    inbox: Arc<Inbox<MemoryJournal>>,
    brand_id: BrandId,
    card_id: CardId,
}

impl FromRef<Shop> for Receiver {
    fn from_ref(shop: &Shop) -> Self {
        shop.receiver.clone()
    }
}

impl Shop {
    /// Returns the newest card that a user has of the template. WeChat Pay's record is the truth, not the page's.
    async fn card_of(&self, openid: OpenId) -> Result<Option<UserCard>, ruhui::Error> {
        let call = ListUserCards {
            brand_id: self.brand_id.clone(),
            openid,
            user_card_state: None,
            offset: PageOffset::START,
            limit: PageLimit::MAX,
        };
        let cards = self.client.send(&call).await?;
        Ok(cards.data.into_iter().rfind(|card| card.card_id == self.card_id))
    }

    /// Confirms the card that a user has opened, which makes the user a member. A card that was confirmed before the
    /// last restart stays as it is.
    async fn confirm(
        &self,
        created: &UserCardEvent,
        event_id: &str,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let card = self.card_of(created.openid.clone()).await?;
        if card.is_none_or(|card| card.user_card_state != UserCardState::Unactivated) {
            return Ok(());
        }
        let code = match &created.user_card_code {
            Some(code) => code.clone(),
            // The merchant allocates the codes of such a template: use your member number.
            None => UserCardCode::new(event_id.replace('-', ""))?,
        };
        let (brand_id, card_id, openid) =
            (created.brand_id.clone(), created.card_id.clone(), created.openid.clone());
        let success = UserCardConfirmState::CreateCardSuccess;
        self.client.send(&ConfirmUserCard::new(brand_id, card_id, openid, code, success)).await?;
        Ok(())
    }
}

/// `POST /token`: requests a token, with which the page opens the join component.
async fn token(State(shop): State<Shop>, headers: HeaderMap) -> Result<Json<Value>, Failure> {
    let (brand_id, card_id, openid) = (shop.brand_id.clone(), shop.card_id.clone(), visitor(&headers)?);
    let token = shop.client.create_pre_auth_token(&CreatePreAuthToken { brand_id, card_id, openid }).await?;
    Ok(Json(json!({ "token": token.token.as_str(), "expire_time": token.expire_time.to_string() })))
}

/// `GET /member`: returns the user's card, or null.
async fn member(State(shop): State<Shop>, headers: HeaderMap) -> Result<Json<Value>, Failure> {
    let card = shop.card_of(visitor(&headers)?).await?.map(|card| {
        json!({
            "user_card_state": card.user_card_state,
            "user_card_code": card.user_card_code,
            "level": card.level,
            "pickup_time": card.pickup_time,
        })
    });
    Ok(Json(json!({ "card": card })))
}

/// `POST /notify`: handles a verified and decrypted callback. A callback that does not verify gets 401.
async fn notify(State(shop): State<Shop>, notified: Result<Notified, Rejected>) -> Response {
    let received = match notified {
        Ok(Notified(received)) => received,
        Err(rejected) => {
            eprintln!("a callback was rejected: {rejected}");
            return rejected.into_response();
        }
    };
    let handled = shop.inbox.handle(&received, async {
        match &received.event {
            Event::UserCardCreated(card) if card.card_id == shop.card_id => {
                shop.confirm(card, &received.id).await
            }
            _ => Ok(()),
        }
    });
    let handled = handled.await;
    if let Err(error) = &handled {
        eprintln!("event {}: {error}", received.id);
    }
    CallbackResponse::from(handled).into_response()
}

/// Returns the user's openid. The cookie stands for your session: see web/visitor.js.
fn visitor(headers: &HeaderMap) -> Result<OpenId, Failure> {
    let cookies = headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
    let openid = cookies.split("; ").find_map(|cookie| cookie.strip_prefix("shop_openid="));
    OpenId::new(openid.unwrap_or_default()).map_err(Failure::visitor)
}

async fn serve() -> Result<(), Box<dyn Error + Send + Sync>> {
    let settings = Settings::read()?;
    let listener = tokio::net::TcpListener::bind(&settings.address)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", settings.address))?;
    println!("the shop: http://{}/", settings.address);
    let shop = Shop {
        client: settings.client,
        receiver: settings.receiver,
        inbox: Arc::new(Inbox::new(MemoryJournal::new())),
        brand_id: settings.brand_id,
        card_id: settings.card_id,
    };
    let routes = Router::new()
        .route("/token", post(token))
        .route("/member", get(member))
        .route("/notify", post(notify))
        .with_state(shop);
    Ok(axum::serve(listener, routes.merge(web::files(&settings.script))).await?)
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

//! From an event to a member: receives callbacks, and confirms each card that a user opened.
//!
//! `ruhui-sandbox/kit/kit.env` says who calls; see docs/from-token-to-member.md.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::post;
use ruhui::api::card_member::{ConfirmUserCard, UserCardConfirmState};
use ruhui::api::event::{Event, UserCardEvent};
use ruhui::notify::axum::Notified;
use ruhui::notify::{Answer, Inbox, Memory, Receiver};
use ruhui::types::UserCardCode;
use ruhui::{Client, Error};
use std::sync::Arc;

#[derive(Clone)]
struct App {
    client: Client,
    receiver: Receiver,
    inbox: Arc<Inbox<Memory>>,
}

impl FromRef<App> for Receiver {
    fn from_ref(app: &App) -> Self {
        app.receiver.clone()
    }
}

/// What comes here is verified and opened; all else was refused already.
async fn callback(State(app): State<App>, Notified(received): Notified) -> Answer {
    let handled = app.inbox.handle(&received, async {
        match &received.event {
            Event::UserCardCreated(card) => confirm(&app.client, card).await,
            _ => Ok(()),
        }
    });
    handled.await.into()
}

/// Makes the card effective: before that the user is no member.
async fn confirm(client: &Client, card: &UserCardEvent) -> Result<(), Error> {
    // Your member number, if the template lets you allocate it; else the code that WeChat Pay has allocated.
    let code = card.user_card_code.clone().unwrap_or_else(|| UserCardCode::new("M0001").expect("a code"));
    let (brand_id, card_id, openid) = (card.brand_id.clone(), card.card_id.clone(), card.openid.clone());
    let mut call =
        ConfirmUserCard::new(brand_id, card_id, openid, code, UserCardConfirmState::CreateCardSuccess);
    call.phone_number = card.phone_number.clone(); // sealed on the wire, whatever you do
    let confirmed = client.send(&call).await?;
    println!("{}: {}", call.user_card_code, confirmed.user_card_state);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[allow(clippy::disallowed_methods, reason = "an example has no other place for its settings")]
    let kit = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let client = Client::partner(
        kit("RUHUI_MCHID")?,
        kit("RUHUI_SERIAL_NO")?,
        kit("RUHUI_PRIVATE_KEY")?,
        kit("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?,
        kit("RUHUI_WECHATPAY_PUBLIC_KEY")?,
    )?
    .hosts(kit("RUHUI_BASE_URL")?, kit("RUHUI_BACKUP_URL")?)
    .build()?;
    let receiver = client.receiver(kit("RUHUI_APIV3_KEY")?)?.build()?;
    let app = App { client, receiver, inbox: Arc::new(Inbox::new(Memory::new())) };

    let listener = tokio::net::TcpListener::bind("127.0.0.1:7083").await?;
    println!("callbacks at http://{}/notify", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/notify", post(callback)).with_state(app)).await?;
    Ok(())
}

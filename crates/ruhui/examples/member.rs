//! From an event to a member: receives callbacks, and confirms each card that a user opened.
//!
//! `ruhui-sandbox/kit/kit.env` sets the caller's ids and keys; see docs/from-token-to-member.md. Every
//! failure is reported on stderr.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use ruhui::Client;
use ruhui::api::card_member::{ConfirmUserCard, UserCardConfirmState};
use ruhui::api::event::{Event, UserCardEvent};
use ruhui::notify::axum::{Notified, Rejected};
use ruhui::notify::{CallbackResponse, Inbox, MemoryJournal, Receiver};
use ruhui::types::UserCardCode;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Clone)]
struct App {
    client: Client,
    receiver: Receiver,
    inbox: Arc<Inbox<MemoryJournal>>,
}

impl FromRef<App> for Receiver {
    fn from_ref(app: &App) -> Self {
        app.receiver.clone()
    }
}

/// Handles a verified and decrypted callback. A callback that does not verify is rejected, and the reason is reported.
async fn callback(State(app): State<App>, notified: Result<Notified, Rejected>) -> Response {
    let received = match notified {
        Ok(Notified(received)) => received,
        Err(rejected) => {
            // `{}` is the error in English, `{:#}` in Chinese.
            eprintln!("rejected: {rejected}");
            return rejected.into_response();
        }
    };
    let handled = app.inbox.handle(&received, async {
        match &received.event {
            Event::UserCardCreated(card) => confirm(&app.client, card, &received.id).await,
            // WeChat Pay would resend the same bytes, so the event is reported and accepted.
            Event::Invalid(_) => {
                eprintln!(
                    "event {}: it does not match the documents: {:?}",
                    received.id, received.invalid_fields
                );
                Ok(())
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

/// Confirms the card, which makes it effective. Until then the user is not a member.
async fn confirm(
    client: &Client,
    card: &UserCardEvent,
    id: &str,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    // The code that WeChat Pay allocated. If the merchant allocates the codes, use your member number here.
    // This example uses the event's id, which differs for each event and is the same for each retry.
    let code = match &card.user_card_code {
        Some(code) => code.clone(),
        None => UserCardCode::new(id.replace('-', ""))?,
    };
    let (brand_id, card_id, openid) = (card.brand_id.clone(), card.card_id.clone(), card.openid.clone());
    let mut call =
        ConfirmUserCard::new(brand_id, card_id, openid, code, UserCardConfirmState::CreateCardSuccess);
    call.phone_number = card.phone_number.clone(); // encrypted on the wire in any case
    let confirmed = client.send(&call).await?;
    println!("{}: {}", call.user_card_code, confirmed.user_card_state);
    Ok(())
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

async fn serve() -> Result<(), Box<dyn Error + Send + Sync>> {
    #[allow(clippy::disallowed_methods, reason = "an example has no other place for its settings")]
    let kit = |name: &str| std::env::var(name).map_err(|_| format!("the variable {name} is not set"));
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
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:7083".to_owned());
    let listener = tokio::net::TcpListener::bind(&address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    println!("callbacks at http://{}/notify", listener.local_addr()?);
    axum::serve(listener, router(client, receiver)).await?;
    Ok(())
}

pub(crate) fn router(client: Client, receiver: Receiver) -> Router {
    let app = App { client, receiver, inbox: Arc::new(Inbox::new(MemoryJournal::new())) };
    Router::new().route("/notify", post(callback)).with_state(app)
}

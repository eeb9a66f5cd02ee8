//! This SDK as a client of `ruhui conformance`: requests a token, or receives callbacks, as the case asks for.
//!
//! ```sh
//! ruhui conformance -- target/debug/examples/conformance
//! ```

use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use ruhui::Client;
use ruhui::api::card_member::CreatePreAuthToken;
use ruhui::notify::axum::{Notified, Rejected};
use ruhui::notify::{CallbackResponse, Inbox, MemoryJournal, Receiver};
use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Clone)]
struct App {
    receiver: Receiver,
    inbox: Arc<Inbox<MemoryJournal>>,
}

impl FromRef<App> for Receiver {
    fn from_ref(app: &App) -> Self {
        app.receiver.clone()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error + Send + Sync>> {
    let client = Client::partner(
        kit("RUHUI_MCHID")?,
        kit("RUHUI_SERIAL_NO")?,
        kit("RUHUI_PRIVATE_KEY")?,
        kit("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?,
        kit("RUHUI_WECHATPAY_PUBLIC_KEY")?,
    )?
    .platform_certificate(kit("RUHUI_WECHATPAY_CERTIFICATE")?)
    .hosts(kit("RUHUI_BASE_URL")?, kit("RUHUI_BACKUP_URL")?)
    .build()?;
    if kit("RUHUI_CASE_KIND")? == "callback" {
        return receive(&client).await;
    }
    let call = CreatePreAuthToken {
        brand_id: kit("RUHUI_BRAND_ID")?.parse()?,
        card_id: kit("RUHUI_CARD_ID")?.parse()?,
        openid: kit("RUHUI_OPENID")?.parse()?,
    };
    println!("{}", client.create_pre_auth_token(&call).await?.token.as_str());
    Ok(())
}

/// Receives callbacks until standard input is closed.
async fn receive(client: &Client) -> Result<(), Box<dyn Error + Send + Sync>> {
    let receiver = client.receiver(kit("RUHUI_APIV3_KEY")?)?.build()?;
    let app = App { receiver, inbox: Arc::new(Inbox::new(MemoryJournal::new())) };
    let url = kit("RUHUI_NOTIFY_URL")?;
    let address = url.trim_start_matches("http://").trim_end_matches("/notify");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let router = Router::new().route("/notify", post(callback)).with_state(app);
    let served = tokio::spawn(async move { axum::serve(listener, router).await });
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    served.abort();
    Ok(())
}

/// Handles a callback: each event once, and only if it was verified and decrypted.
async fn callback(State(app): State<App>, notified: Result<Notified, Rejected>) -> Response {
    let received = match notified {
        Ok(Notified(received)) => received,
        Err(rejected) => {
            eprintln!("rejected: {rejected}");
            return rejected.into_response();
        }
    };
    let handled = app.inbox.handle(&received, async { writeln!(std::io::stdout(), "{}", received.id) });
    CallbackResponse::from(handled.await).into_response()
}

fn kit(name: &str) -> Result<String, String> {
    #[allow(clippy::disallowed_methods, reason = "an example has no other place for its settings")]
    std::env::var(name).map_err(|_| format!("the variable {name} is not set"))
}

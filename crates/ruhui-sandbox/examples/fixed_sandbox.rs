//! A sandbox whose times, ids and keys are the same at each start, for tests that compare screenshots or whole messages.
//!
//! The first line of standard input is JSON with the options. The program responds with one line: the variables of
//! `kit.env`. Each further line is a request for the SDK, and gets one line as its response. The program ends when
//! standard input is closed.
//!
//! ```sh
//! cargo run -p ruhui-sandbox --example fixed_sandbox
//! {"seed":1,"time":"2026-11-28T07:04:00Z"}
//! {"token_for":"oUser000000000000000000000001"}
//! ```

use ruhui::api::card_member::CreatePreAuthToken;
use ruhui::types::{NotifyUrl, OpenId};
use ruhui_sandbox::{Addresses, Sandbox};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::io::BufRead as _;
use std::net::SocketAddr;

/// The first line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    seed: u64,
    /// The time at which both clocks stand, in RFC 3339.
    time: String,
    /// Entries of `ruhui.toml`.
    #[serde(default)]
    provision: String,
    /// The receiver of callbacks. By default every attempt fails.
    notify_url: Option<String>,
    /// The address of the operations listener. By default the system chooses a port.
    operations: Option<SocketAddr>,
}

/// Any other line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The user for whom the SDK requests a token.
    token_for: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut lines = std::io::stdin().lock().lines();
    let first = lines.next().ok_or("the first line of standard input has the options, as JSON")??;
    let sandbox = start(serde_json::from_str(&first)?).await?;
    let kit: Map<_, _> =
        sandbox.variables().iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    println!("{}", Value::Object(kit));
    for line in lines {
        let Line { token_for } = serde_json::from_str(&line?)?;
        println!("{}", request_token(&sandbox, OpenId::new(token_for)?).await);
    }
    Ok(())
}

async fn start(options: Options) -> Result<Sandbox, Box<dyn Error>> {
    let Options { seed, time, provision, notify_url, operations } = options;
    let time = time.parse()?;
    let notify_url = notify_url.map(NotifyUrl::new).transpose()?;
    let builder = Sandbox::builder().seed(seed).wire_time(time).business_time(time).provision(&provision);
    Ok(builder.addresses(Addresses { operations, notify_url, ..Addresses::default() }).start().await?)
}

/// Requests a token by a new client, which retries as the SDK does by default.
async fn request_token(sandbox: &Sandbox, openid: OpenId) -> Value {
    let request = CreatePreAuthToken { brand_id: sandbox.brand_id(), card_id: sandbox.card_id(), openid };
    match sandbox.client().create_pre_auth_token(&request).await {
        Ok(token) => json!({ "token": token.token }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}

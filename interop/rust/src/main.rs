//! Gets one token with the unmodified crate `wxpay-rs`; with `--calls N`, gets N tokens and prints the cost of each.

mod calls;
mod local;

use std::env;
use std::error::Error;
use std::fs;
use std::process::ExitCode;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wxpay_rs::auth::Sha256RsaSigner;
use wxpay_rs::http::{HttpMethod, ReqwestHttpClient};
use wxpay_rs::services::transport::ServiceTransport;
use wxpay_rs::{WxPayConfig, WxPayError};

const PATH: &str = "/v3/brand/partner/card-member/pre-auth-tokens";

/// The request's body, with its members in an order that no document shows, since JSON ignores the order.
#[derive(Serialize)]
struct Request {
    openid: String,
    card_id: String,
    brand_id: String,
}

#[derive(Deserialize)]
struct Reply {
    token: String,
    expire_time: String,
}

#[derive(Serialize)]
struct Line {
    client: String,
    token: String,
    expire_time: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = get_token().await else {
        return ExitCode::SUCCESS;
    };
    match error.downcast_ref() {
        Some(WxPayError::SignatureVerificationFailed | WxPayError::InvalidSignatureFormat(_)) => {
            eprintln!("the response's signature was not accepted: {error}")
        }
        _ => eprintln!("no token: {error}"),
    }
    ExitCode::FAILURE
}

async fn get_token() -> Result<(), Box<dyn Error>> {
    let mut config = WxPayConfig::builder()
        .app_id("unused") // The crate requires it; this request does not use it.
        .merchant_id(env::var("RUHUI_MCHID")?)
        .cert_serial_number(env::var("RUHUI_SERIAL_NO")?)
        .private_key(pem("RUHUI_PRIVATE_KEY")?)
        .api_v3_key(env::var("RUHUI_APIV3_KEY")?)
        .platform_public_key(env::var("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?, pem("RUHUI_WECHATPAY_PUBLIC_KEY")?);
    // A certificate next to the public key, as during the migration.
    if env::var_os("RUHUI_WECHATPAY_CERTIFICATE").is_some() {
        config = config.platform_certificate(pem("RUHUI_WECHATPAY_CERTIFICATE")?);
    }
    let config = config.build()?;
    let signer =
        Sha256RsaSigner::new(&config.merchant_id, config.private_key_pem(), &config.cert_serial_number)?;
    let http = local::Redirect {
        from: config.base_url().to_owned(),
        to: env::var("RUHUI_BASE_URL")?,
        inner: ReqwestHttpClient::builder().build()?,
    };
    let transport = ServiceTransport::new(Arc::new(config), Arc::new(http), Arc::new(signer));

    let transport = Arc::new(transport);

    let body = serde_json::to_string(&Request {
        openid: env::var("RUHUI_OPENID")?,
        card_id: env::var("RUHUI_CARD_ID")?,
        brand_id: env::var("RUHUI_BRAND_ID")?,
    })?;
    if let Some(count) = number_of_calls()? {
        let body = Arc::<str>::from(body);
        let call = move || {
            let (transport, body) = (transport.clone(), body.clone());
            async move {
                let reply: Reply =
                    transport.request(HttpMethod::Post, PATH, Some(&body), "pre_auth_tokens").await?;
                if reply.token.is_empty() { Err("an empty token".into()) } else { Ok(()) }
            }
        };
        println!("{}", calls::measure(count, call).await?);
        return Ok(());
    }
    let reply: Reply = transport.request(HttpMethod::Post, PATH, Some(&body), "pre_auth_tokens").await?;

    let line = Line {
        client: format!("wxpay-rs {}", wxpay_rs::version()),
        token: reply.token,
        expire_time: reply.expire_time,
    };
    println!("{}", serde_json::to_string(&line)?);
    Ok(())
}

/// Returns the key in a variable: PEM text with `\n` for each line end, or the path of a file.
fn pem(name: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let given = env::var(name)?;
    if given.contains("-----BEGIN") {
        return Ok(given.replace(r"\n", "\n").into_bytes());
    }
    Ok(fs::read(given)?)
}

/// Returns the number after `--calls`.
fn number_of_calls() -> Result<Option<usize>, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => Ok(None),
        (Some("--calls"), Some(count)) => Ok(Some(count.parse()?)),
        _ => Err("the arguments are none, or --calls and a number".into()),
    }
}

//! Callbacks in axum 0.8: an extractor that verifies and decrypts, and responses from errors.
//!
//! A complete receiver of callbacks:
//!
//! ```
//! use axum::Router;
//! use axum::extract::{FromRef, State};
//! use axum::routing::post;
//! use ruhui::api::event::{Event, UserCardEvent};
//! use ruhui::notify::axum::Notified;
//! use ruhui::notify::{CallbackResponse, Inbox, MemoryJournal, Receiver};
//! use std::sync::Arc;
//!
//! #[derive(Clone)]
//! struct App {
//!     receiver: Receiver,
//!     inbox: Arc<Inbox<MemoryJournal>>, // over your own `Journal`, to survive restarts
//! }
//!
//! /// Gives the extractor its keys.
//! impl FromRef<App> for Receiver {
//!     fn from_ref(app: &App) -> Self {
//!         app.receiver.clone()
//!     }
//! }
//!
//! /// Runs for callbacks of WeChat Pay only: others were rejected before.
//! async fn callback(State(app): State<App>, Notified(received): Notified) -> CallbackResponse {
//!     let handled = app.inbox.handle(&received, async {
//!         match &received.event {
//!             Event::UserCardCreated(card) => confirm_later(card).await,
//!             _ => Ok(()),
//!         }
//!     });
//!     handled.await.into() // 204; or 5xx, and WeChat Pay retries
//! }
//!
//! /// Records the card for another task, which confirms it: WeChat Pay waits for 5 seconds only.
//! async fn confirm_later(card: &UserCardEvent) -> Result<(), std::io::Error> {
//!     println!("to be confirmed: {}", card.card_id);
//!     Ok(())
//! }
//!
//! # const APIV3_KEY: &str = "0123456789abcdef0123456789abcdef";
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000000012025062400000000000001";
//! # const PUBLIC_KEY: &str = include_str!("../../../../vectors/keys/platform_pub.pem");
//! let receiver = Receiver::partner(PUBLIC_KEY_ID, PUBLIC_KEY, APIV3_KEY)?.build()?;
//! let inbox = Arc::new(Inbox::new(MemoryJournal::new()));
//! let router: Router = Router::new().route("/callback", post(callback)).with_state(App { receiver, inbox });
//! # // What follows plays WeChat Pay.
//! # use ruhui::api::event::{EventKind, Notification};
//! # use ruhui::{env::{Clock, SystemClock}, key::PrivateKey, encryption::{ApiV3Key, ResourceNonce}, sign::{ResponseSigner, Scheme}, types};
//! # use tower::ServiceExt as _;
//! # let (kind, family) = (EventKind::SyncUserPoint, types::Family::Partner);
//! # let plain = br#"{"brand_id":"1077","card_id":"pbLatjvWOibDc5","openid":"obLatjnxgnqzS4myYGmLZ7LgLBA","user_card_code":"478515832665"}"#;
//! # let now = SystemClock.now();
//! # let notification = Notification::encrypt(&ApiV3Key::new(APIV3_KEY)?, ResourceNonce::new("j9g1wAzF9Xn1")?, "8b33f79f", types::DateTime::seconds(now),
//! #     kind.event_type(family), kind.original_type(), kind.summary(), plain);
//! # let body = serde_json::to_vec(&notification)?;
//! # let key = PrivateKey::from_pem(include_str!("../../../../vectors/keys/platform_key.pem"))?;
//! # let signer = ResponseSigner::new(types::SerialNo::new(PUBLIC_KEY_ID)?, key);
//! # let mut request = http::Request::post("/callback").body(axum::body::Body::from(body.clone()))?;
//! # signer.sign(request.headers_mut(), Scheme::Merchant, now, &types::NonceStr::new("c5ac7061")?, &body);
//! # let mut forged = http::Request::post("/callback").body(axum::body::Body::from(body))?;
//! # *forged.headers_mut() = request.headers().clone();
//! # forged.headers_mut().insert("wechatpay-nonce", "c5ac7062".parse()?);
//! # assert_eq!(router.clone().oneshot(request).await?.status(), 204);
//! # let rejected = router.oneshot(forged).await?;
//! # assert_eq!(rejected.status(), 401);
//! # assert_eq!(rejected.headers()["content-type"], "application/json");
//! # Ok(()) }
//! ```
//!
//! To log rejected callbacks, take `Result<Notified, Rejected>`: the text of a [`Rejected`] says what to do.

use super::{CallbackResponse, NotifyError, Received, Receiver};
use ::axum::body::Body;
use ::axum::extract::rejection::BytesRejection;
use ::axum::extract::{DefaultBodyLimit, FromRef, FromRequest, Request};
use ::axum::response::{IntoResponse, Response};
use bytes::Bytes;
use std::fmt;

/// Maximum size of a callback's body in bytes. A notification has a few thousand bytes.
pub const BODY_LIMIT: usize = 256 << 10;

/// Extractor of a verified and decrypted notification. The state must give a [`Receiver`] by `FromRef`.
#[derive(Debug, Clone)]
#[allow(clippy::exhaustive_structs, reason = "made to be taken apart")]
pub struct Notified(pub Received);

/// Reason for which a callback is rejected. It converts into the documented failure response. `{}` prints
/// English, `{:#}` prints Chinese.
#[derive(Debug)]
#[non_exhaustive]
pub enum Rejected {
    /// The body was not read: the connection broke off, or the body is larger than [`BODY_LIMIT`].
    Body(BytesRejection),
    /// The notification was rejected.
    Notify(NotifyError),
}

impl<S> FromRequest<S> for Notified
where
    S: Send + Sync,
    Receiver: FromRef<S>,
{
    type Rejection = Rejected;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Rejected> {
        DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, state).await.map_err(Rejected::Body)?;
        Receiver::from_ref(state).receive(&headers, &body).map(Self).map_err(Rejected::Notify)
    }
}

impl Rejected {
    /// Returns the documented response.
    pub fn response(&self) -> CallbackResponse {
        match self {
            Self::Body(error) => CallbackResponse::reject(error.status(), "请求体无法读取"),
            Self::Notify(error) => error.response(),
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(error) if f.alternate() => {
                write!(f, "请求体无法读取：过大，或连接中断（HTTP {}）", error.status().as_u16())
            }
            Self::Body(error) => write!(
                f,
                "the body was not read: it is too large, or the connection broke off ({})",
                error.body_text()
            ),
            Self::Notify(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Rejected {}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        self.response().into_response()
    }
}

impl IntoResponse for CallbackResponse {
    fn into_response(self) -> Response {
        http::Response::from(self).map(Body::from)
    }
}

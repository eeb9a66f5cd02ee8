//! `ruhui listen`: receives callbacks, prints the events, and forwards them.

pub(crate) mod forward;
mod show;

use super::serve::Stop;
use crate::cli::ListenArguments;
use crate::credentials::{APIV3_KEY, Family, NOTIFY_URL, Settings};
use crate::input;
use crate::language::Language;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use forward::Forward;
use http::{Method, StatusCode};
use ruhui::encryption::ApiV3Key;
use ruhui::notify::axum::BODY_LIMIT;
use ruhui::notify::{CallbackResponse, NotifyError, Received, Receiver};
use ruhui::sign::{Scheme, VerifyError};
use ruhui::types;
use ruhui_core::api::event::EventTypeName;
use ruhui_core::api::rows::Id;
use ruhui_core::bilingual::OsError;
use ruhui_server::http::{Limits, Listener, Tls, read_body};
use show::Show;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

struct Listening {
    receiver: Receiver,
    forward: Option<Forward>,
    /// Names of the event types that are printed and forwarded; all if there is none.
    events: Vec<EventTypeName>,
    show: Show,
    language: Language,
}

pub(crate) async fn run(arguments: ListenArguments, language: Language) -> anyhow::Result<ExitCode> {
    let ListenArguments {
        address,
        notify_url,
        forward_to,
        plain,
        events,
        show_sensitive,
        apiv3_key,
        output,
        credentials,
        ..
    } = arguments;
    let settings =
        credentials.resolve(&[(APIV3_KEY, &apiv3_key), (NOTIFY_URL, &notify_url)], None, language)?;
    let receiver = receiver(&settings, language)?;
    let forward = forward_to.map(|url| Forward::new(url, plain)).transpose()?;
    let show = Show { output: output.output, show_sensitive, language };
    let address = address.unwrap_or_else(|| settings.listen_address());
    let listener = Listener::bind(address, Tls::Off).await.map_err(|error| {
        let why = OsError::from(error);
        language
            .say_of(language.pick(format!("cannot listen on {address}"), format!("无法监听 {address}")), &why)
    })?;
    let stop = Stop::listen()?;
    greet(listener.address()?, &settings, language);
    let listening = Arc::new(Listening { receiver, forward, events, show, language });
    let router = Router::new().fallback(callback).with_state(listening);
    listener.serve(router, Limits::default(), stop.wait()).await;
    Ok(ExitCode::SUCCESS)
}

fn receiver(settings: &Settings, language: Language) -> anyhow::Result<Receiver> {
    let keys = settings.platform_keys(language)?;
    let [given] = settings.required([APIV3_KEY], language)?;
    let text = match given.strip_prefix('@') {
        Some(path) => input::text(path.as_ref(), language)?.trim_end().to_owned(),
        None => given.to_owned(),
    };
    let apiv3_key = ApiV3Key::new(&text).map_err(|error| language.say_of(APIV3_KEY.flag(), &error))?;
    let family = match settings.family() {
        Family::Partner => types::Family::Partner,
        Family::Brand => types::Family::Brand,
    };
    let mut builder = Receiver::with_keys(family, keys, apiv3_key);
    // Without the private key, encrypted fields inside an event stay encrypted.
    if let Some(key) = settings.known_private_key(language)? {
        builder = builder.private_key(key);
    }
    builder.build().map_err(|error| anyhow::anyhow!(language.say(&error)))
}

/// Handles a request to any path as a callback, since the user chooses the path of `notify_url`.
async fn callback(State(listening): State<Arc<Listening>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if head.method != Method::POST {
        let method = head.method;
        return listening.reject(
            format!("{method} is no callback; WeChat Pay sends POST"),
            format!("{method} 不是回调通知，微信支付使用 POST"),
            CallbackResponse::reject(StatusCode::METHOD_NOT_ALLOWED, "仅接受 POST"),
        );
    }
    let body = match read_body(&head, body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(row) if row.id == Id::BODY_TOO_LARGE => {
            return listening.reject(
                format!("the body has more than {BODY_LIMIT} bytes"),
                format!("请求体超过 {BODY_LIMIT} 字节"),
                CallbackResponse::reject(StatusCode::PAYLOAD_TOO_LARGE, "请求体过大"),
            );
        }
        Err(row) => {
            let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::BAD_REQUEST);
            return listening.reject(
                row.en.to_owned(),
                row.zh.to_owned(),
                CallbackResponse::reject(status, row.zh),
            );
        }
    };
    let received = match listening.receiver.receive(&head.headers, &body) {
        Ok(received) => received,
        Err(error) => {
            let (en, zh) = explained(&error);
            return listening.reject(en, zh, error.response());
        }
    };
    if !listening.takes(&received.event_type) {
        eprintln!("{}", listening.skipped(&received));
        return CallbackResponse::accept().into_response();
    }
    // The event is printed before it is forwarded: WeChat Pay may disconnect while the target is slow.
    if let Err(error) = listening.show.event(&received) {
        eprintln!("{error}");
    }
    match &listening.forward {
        None => CallbackResponse::accept().into_response(),
        Some(forward) => {
            let passed = forward.pass(&head.headers, &body, &received).await;
            eprintln!("{}", listening.language.say(&forward.said(&received, &passed)));
            passed.unwrap_or_else(|failed| failed.response().into_response())
        }
    }
}

/// Returns the library's message, or a message about the tool's options where the library's names its own
/// types.
fn explained(error: &NotifyError) -> (String, String) {
    match error {
        NotifyError::UnverifiedResponse {
            error: error @ VerifyError::WrongAlgorithm { wanted, found },
            ..
        } if !found.contains("SM2") => match wanted {
            Scheme::Merchant => (
                format!("{error}; this is a brand's callback: `--family brand`"),
                format!("{error:#}；这是品牌的回调：`--family brand`"),
            ),
            Scheme::Brand => (
                format!("{error}; this is a service provider's callback: `--family partner`"),
                format!("{error:#}；这是服务商的回调：`--family partner`"),
            ),
        },
        error => (format!("{error}"), format!("{error:#}")),
    }
}

impl Listening {
    fn takes(&self, event_type: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|name| name.matches(event_type))
    }

    /// Returns the line about an event that `--events` does not name.
    fn skipped(&self, received: &Received) -> String {
        let Received { id, event_type, .. } = received;
        self.language.pick(
            format!("{id}: {event_type} accepted; --events does not name it"),
            format!("{id}：{event_type} 已接受，不在 --events 之列"),
        )
    }

    fn reject(&self, en: String, zh: String, answer: CallbackResponse) -> Response {
        let status = answer.status().as_u16();
        eprintln!(
            "{}",
            self.language.pick(format!("rejected with {status}: {en}"), format!("已拒绝（{status}）：{zh}"))
        );
        answer.into_response()
    }
}

/// Prints the greeting on stderr, since stdout has the events only.
fn greet(address: SocketAddr, settings: &Settings, language: Language) {
    let caller = settings.caller_shown();
    eprintln!(
        "{}",
        language.pick(
            format!("listening on http://{address}/ for the callbacks of {caller}"),
            format!("正在监听 http://{address}/ ，接收 {caller} 的回调通知"),
        )
    );
    eprintln!(
        "{}",
        language.pick(
            format!("notify_url for a sandbox on this machine: http://{address}/ (any path will do)"),
            format!("本机沙箱的 notify_url：http://{address}/ （路径任意）"),
        )
    );
    eprintln!("{}", language.pick(
        "notify_url for WeChat Pay: a public https:// address, without a query, that leads here (a tunnel)",
        "微信支付的 notify_url：可从公网访问并转到此处的 https:// 地址（如内网穿透），不可带查询串",
    ));
    eprintln!("{}", language.pick("Ctrl-C stops", "按 Ctrl-C 停止"));
}

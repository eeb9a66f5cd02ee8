//! A request of the log that is sent again: by the sandbox, or as a curl command. Both have a new signature, and all
//! else as it was.

use super::{by_id, log, read};
use crate::http::controls::call::{Unsigned, leave_out_of_log, send, signer};
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::{Failure, answer};
use crate::http::controls::request::empty;
use crate::http::diagnosis::Logged;
use crate::http::in_process::InProcess;
use crate::request_log::{Exchange, ListenerName, Way};
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, TE,
    TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use http::{HeaderMap, HeaderName};
use ruhui_core::api::{self, Endpoint, RetrySafety, Visitor};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::capture::shell_word;
use ruhui_core::env::nonce_str;
use ruhui_core::sign::Signer;
use ruhui_core::types::{BrandId, Caller, Family, MchId, NonceStr};
use serde_json::json;

/// Headers that belong to one connection or one signature. The next client writes its own.
const LEFT_OUT: [HeaderName; 10] = [
    AUTHORIZATION,
    HOST,
    CONTENT_LENGTH,
    CONNECTION,
    TRANSFER_ENCODING,
    EXPECT,
    ACCEPT_ENCODING,
    USER_AGENT,
    TE,
    UPGRADE,
];

/// A request of the log, ready to be signed again.
struct Again {
    signer: Signer,
    unsigned: Unsigned,
    /// Whether a second request does no harm.
    is_idempotent: bool,
}

pub(super) async fn replay(
    State(controls): State<Controls>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let visitor = request.headers().clone();
    leave_out_of_log(&request);
    answer(controls, request, |controls, request| async move {
        empty(request).await?;
        let Again { signer, unsigned, is_idempotent } = again(&controls, &id)?;
        let mut shown = send(&controls, &signer, unsigned, &visitor).await?.view();
        shown["idempotent"] = json!(is_idempotent);
        Ok(shown)
    })
    .await
}

pub(super) async fn curl(
    State(controls): State<Controls>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    answer(controls, request, |controls, _| async move {
        let Again { signer, unsigned, is_idempotent } = again(&controls, &id)?;
        Ok(json!({ "command": command(&controls, &signer, &unsigned)?, "idempotent": is_idempotent }))
    })
    .await
}

fn again(controls: &Controls, id: &str) -> Result<Again, Failure> {
    let exchange = by_id(log(controls)?, id)?;
    let number = exchange.id;
    match exchange.way {
        Way::Callback(_) => return Err(is_callback(number)),
        Way::Received { listener: ListenerName::Operations, .. } => return Err(is_control(number)),
        Way::Received { .. } if exchange.request.is_head_cut() => return Err(head_not_kept(number)),
        Way::Received { .. } => {}
    }
    let Logged { method, target, mut headers, body, .. } =
        read::logged(&exchange).ok_or_else(|| not_http(number))?;
    let content_type = headers.get(CONTENT_TYPE);
    if content_type.is_some_and(|value| value.as_bytes().starts_with(b"multipart/")) {
        return Err(is_upload());
    }
    let body = body.ok_or_else(|| body_not_kept(number))?;
    for name in LEFT_OUT {
        headers.remove(name);
    }
    let is_path = target.starts_with('/');
    let (Ok(method), Some(path)) = (method.parse(), target.parse().ok().filter(|_| is_path)) else {
        return Err(not_http(number));
    };
    let (caller, family) = caller(controls, &exchange, &target);
    let signer = signer(controls, caller, family)?;
    let is_idempotent = exchange.notes.endpoint.is_none_or(|(name, _)| is_idempotent(name));
    Ok(Again {
        signer,
        unsigned: Unsigned { method, target: path, headers, body, meta: None },
        is_idempotent,
    })
}

/// Returns the caller that the request names if it is provisioned, and its family. Otherwise the kit's caller stands in:
/// the name may have been the mistake.
fn caller(controls: &Controls, exchange: &Exchange, target: &str) -> (Option<Caller>, Family) {
    let named = match read::caller(exchange) {
        Some(("mchid", id)) => MchId::new(id).ok().map(Caller::Merchant),
        Some((_, id)) => BrandId::new(id).ok().map(Caller::Brand),
        None => None,
    };
    let of_path = if target.starts_with("/brand/") { Family::Brand } else { Family::Partner };
    let family = named.as_ref().map_or(of_path, Caller::family);
    (named.filter(|caller| controls.service.directory().caller(caller).is_some()), family)
}

/// Returns a curl command with a new signature. It is valid for as long as the signature's time.
fn command(controls: &Controls, signer: &Signer, unsigned: &Unsigned) -> Result<String, Failure> {
    let Unsigned { method, target, headers, body, meta: _ } = unsigned;
    let Ok(body_text) = std::str::from_utf8(body) else { return Err(body_not_text()) };
    let env = &controls.service.env;
    let nonce = NonceStr::new(nonce_str(&*env.entropy)).expect("32 letters and digits are a nonce");
    let authorization =
        signer.authorize(method.as_str(), target.as_str(), env.wire.now(), &nonce, unsigned.signed_body());
    let main_url = controls.api.as_ref().map(InProcess::main_url).unwrap_or_default();
    let url = format!("{main_url}{target}");
    let mut words = vec![format!("curl -i -X {} {}", shell_word(method.as_str()), shell_word(&url))];
    words.push(header("Authorization", &authorization));
    words.extend(written(headers));
    if !body.is_empty() {
        // Unlike `--data-binary`, this reads no file if the body begins with `@`.
        words.push(format!("--data-raw {}", shell_word(body_text)));
    }
    Ok(words.join(" \\\n  "))
}

fn written(headers: &HeaderMap) -> impl Iterator<Item = String> {
    headers.iter().map(|(name, value)| header(name.as_str(), &String::from_utf8_lossy(value.as_bytes())))
}

fn header(name: &str, value: &str) -> String {
    format!("-H {}", shell_word(&format!("{name}: {value}")))
}

/// Whether the endpoint of this name is idempotent.
fn is_idempotent(name: &str) -> bool {
    struct Find<'a> {
        name: &'a str,
        is_idempotent: bool,
    }
    impl Visitor for Find<'_> {
        fn endpoint<E: Endpoint>(&mut self) {
            if E::NAME == self.name {
                self.is_idempotent = E::RETRY_SAFETY == RetrySafety::Idempotent;
            }
        }
    }
    let mut find = Find { name, is_idempotent: true };
    api::visit(&mut find);
    find.is_idempotent
}

fn conflict(code: &'static str, en: String, zh: String) -> Failure {
    Failure::Conflict { code, what: Bilingual::new(en, zh) }
}

fn is_callback(number: u64) -> Failure {
    conflict(
        "IS_CALLBACK",
        format!("{number} is a callback of the sandbox; `ruhui events resend` sends it again"),
        format!("{number} 是沙箱发出的回调通知；可用 `ruhui events resend` 重新发送"),
    )
}

fn is_control(number: u64) -> Failure {
    conflict(
        "IS_CONTROL",
        format!(
            "{number} is a request to the sandbox's controls, which are not signed; send it to the operations listener yourself"
        ),
        format!("{number} 是对沙箱控制接口的请求，无需签名；请自行发送到运维监听地址"),
    )
}

fn not_http(number: u64) -> Failure {
    conflict(
        "NOT_HTTP",
        format!("{number} is not an HTTP request, so it cannot be sent again"),
        format!("{number} 不是 HTTP 请求，无法重新发送"),
    )
}

fn is_upload() -> Failure {
    conflict(
        "IS_UPLOAD",
        "an upload is not signed over its bytes; send it again with `ruhui call upload_image file=@FILE`"
            .to_owned(),
        "上传接口的签名不覆盖整个包体；请用 `ruhui call upload_image file=@文件` 重新上传".to_owned(),
    )
}

fn head_not_kept(number: u64) -> Failure {
    conflict(
        "HEAD_NOT_KEPT",
        format!(
            "the log does not have all headers of request {number}: other large requests were in progress at the same time; send it again where it came from"
        ),
        format!("日志中没有请求 {number} 的全部请求头：当时有其他大请求正在处理；请从原发送端重新发送"),
    )
}

fn body_not_kept(number: u64) -> Failure {
    conflict(
        "BODY_NOT_KEPT",
        format!(
            "the log does not have the whole body of request {number}: it is too large, or did not arrive to its end; send it again where it came from"
        ),
        format!("日志中没有请求 {number} 的完整包体：包体过大，或未全部到达；请从原发送端重新发送"),
    )
}

fn body_not_text() -> Failure {
    conflict(
        "NOT_TEXT",
        "the body is not text, so no command line can have it; `ruhui requests replay` sends it again"
            .to_owned(),
        "包体不是文本，无法写入命令行；可用 `ruhui requests replay` 重新发送".to_owned(),
    )
}

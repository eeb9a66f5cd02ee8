//! A request of the log that is sent again: by this tool, or as a curl command. Both have a new signature.

use super::logged::{Logged, Which, find};
use crate::cli::{ControlArguments, ReplayArguments};
use crate::command::call::{send, show};
use crate::controls::Controls;
use crate::credentials::{BASE_URL, CredentialArguments, Settings};
use crate::language::Language;
use crate::output::quoted;
use anyhow::{anyhow, bail};
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST,
    TRANSFER_ENCODING, USER_AGENT,
};
use http::{HeaderName, Method};
use ruhui::api::{self, Endpoint, RetrySafety, Visitor};
use ruhui::types::NonceStr;
use ruhui_core::capture::{self, Message, Request};
use ruhui_server::env::{Clock as _, SystemClock, SystemEntropy};

/// Sends a request of the log again.
pub(super) async fn replay(arguments: ReplayArguments, language: Language) -> anyhow::Result<()> {
    let ReplayArguments { id, output: how, controls: which } = arguments;
    let controls = Controls::find(&which, language)?;
    let logged = find(&controls, Which::Id(&id), language).await?;
    let (request, settings) = prepared(&logged, &which, language)?;
    if !is_repeatable(&logged) {
        eprintln!(
            "{}",
            language.pick(
                "note: this endpoint is not idempotent, so the request may take effect a second time",
                "提示：该接口不是幂等的，重新发送可能再次生效",
            )
        );
    }
    let method: Method = request.method.parse()?;
    let response = send(&settings, method, &request.target, request.body, language).await?;
    show(&response, None, how.output)
}

/// Returns a curl command that sends a request of the log again.
pub(super) async fn curl(
    controls: &Controls<'_>,
    which: &ControlArguments,
    id: &str,
    language: Language,
) -> anyhow::Result<String> {
    let logged = find(controls, Which::Id(id), language).await?;
    let (request, settings) = prepared(&logged, which, language)?;
    let signer = settings.signer(language)?;
    let nonce = NonceStr::new(ruhui_core::env::nonce_str(&SystemEntropy))?;
    let authorization =
        signer.authorize(&request.method, &request.target, SystemClock.now(), &nonce, &request.body);
    let [base_url] = settings.required([BASE_URL], language)?;
    let mut words = vec![format!(
        "curl -i -X {} {}",
        quoted(&request.method),
        quoted(&format!("{base_url}{}", request.target))
    )];
    words.push(format!("-H {}", quoted(&format!("Authorization: {authorization}"))));
    // curl writes these itself, or the new signature replaces them.
    const LEFT_OUT: [HeaderName; 8] = [
        AUTHORIZATION,
        HOST,
        CONTENT_LENGTH,
        CONNECTION,
        TRANSFER_ENCODING,
        EXPECT,
        ACCEPT_ENCODING,
        USER_AGENT,
    ];
    for (name, value) in request.headers.iter().filter(|(name, _)| !LEFT_OUT.contains(name)) {
        let value = String::from_utf8_lossy(value.as_bytes());
        words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    if !request.body.is_empty() {
        let body = String::from_utf8(request.body).map_err(|_| {
            anyhow!(language.pick(
                "the body is not text, so no command line can have it; `ruhui requests replay` sends it again",
                "包体不是文本，无法写入命令行；可用 `ruhui requests replay` 重新发送",
            ))
        })?;
        // Unlike `--data-binary`, this reads no file if the body begins with `@`.
        words.push(format!("--data-raw {}", quoted(&body)));
    }
    Ok(words.join(" \\\n  "))
}

/// Returns the request and the settings of its caller. The settings are those of the sandbox's kit.
fn prepared(
    logged: &Logged,
    which: &ControlArguments,
    language: Language,
) -> anyhow::Result<(Request, Settings)> {
    let id = logged.id;
    if logged.is_callback {
        bail!(language.pick(
            format!("{id} is a callback of the sandbox; `ruhui events resend` sends it again"),
            format!("{id} 是沙箱发出的回调通知；可用 `ruhui events resend` 重新发送"),
        ));
    }
    let bytes = logged.request(language)?;
    let captured = capture::read(&bytes).map_err(|why| language.say_of(logged.title(language), &why))?;
    let Message::Request(request) = captured.message else {
        bail!(language.pick(
            format!("{id} is not an HTTP request, so it cannot be sent again"),
            format!("{id} 不是 HTTP 请求，无法重新发送"),
        ));
    };
    let is_form =
        request.headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"multipart/"));
    if is_form {
        bail!(language.pick(
            "an upload is not signed over its bytes; send it again with `ruhui call upload_image file=@FILE`",
            "上传接口的签名不覆盖整个包体；请用 `ruhui call upload_image file=@文件` 重新上传",
        ));
    }
    let settings =
        CredentialArguments::of_kit_at(which.kit.clone()).resolve(&[], Some(logged.family), language)?;
    Ok((request, settings))
}

/// Whether the endpoint is idempotent. A path without an endpoint changes nothing.
fn is_repeatable(logged: &Logged) -> bool {
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
    let Some(name) = &logged.endpoint else { return true };
    let mut find = Find { name, is_idempotent: true };
    api::visit(&mut find);
    find.is_idempotent
}

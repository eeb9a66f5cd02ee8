//! Cases about failures, and about what is sent again.

use crate::command::conformance::case::{Case, Script, Source};
use crate::command::conformance::request::{Expect, RequestScript, Resend, Step};
use ruhui_core::bilingual::Bilingual;
use std::time::Duration;

/// The page with the statuses of responses.
const STATUSES: Source = Source::Page("4012081727");
/// Least pause after a 429 or a 5xx. The documents say to retry later; a client that waits less does not wait.
const PAUSE: Duration = Duration::from_millis(500);

const fn script(steps: &'static [Step], expect: Expect, resend: Resend) -> Script {
    Script::Request(RequestScript { steps, expect, resend })
}

pub(super) static CASES: &[Case] = &[
    Case {
        name: "signed-error",
        played: Bilingual::fixed("a signed 400 INVALID_REQUEST", "带签名的 400 INVALID_REQUEST"),
        right: Bilingual::fixed("report the error; send the request only once", "报告错误；不重发请求"),
        source: STATUSES,
        script: script(&[Step::SignedError], Expect::Reject, Resend::Never),
    },
    Case {
        name: "sign-error",
        played: Bilingual::fixed("a 401 SIGN_ERROR, unsigned", "401 SIGN_ERROR，不带签名"),
        right: Bilingual::fixed("report the error; send the request only once", "报告错误；不重发请求"),
        source: STATUSES,
        script: script(&[Step::SignError], Expect::Reject, Resend::Never),
    },
    Case {
        name: "rate-limited",
        played: Bilingual::fixed("429 to every request", "所有请求均返回 429"),
        right: Bilingual::fixed(
            "report the error; before another request, wait at least half a second",
            "报告错误；如需重发，至少间隔半秒",
        ),
        source: STATUSES,
        script: script(&[Step::RateLimited], Expect::Reject, Resend::Later(PAUSE)),
    },
    Case {
        name: "bad-gateway",
        played: Bilingual::fixed(
            "502 with an HTML page to every request",
            "所有请求均返回带 HTML 页面的 502",
        ),
        right: Bilingual::fixed(
            "report the error; before another request to the same host, wait at least half a second",
            "报告错误；如需向同一域名重发，至少间隔半秒",
        ),
        source: STATUSES,
        script: script(&[Step::BadGateway], Expect::Reject, Resend::LaterToSameHost(PAUSE)),
    },
    Case {
        name: "system-error",
        played: Bilingual::fixed(
            "500 SYSTEM_ERROR, signed; then sound responses",
            "先返回带签名的 500 SYSTEM_ERROR，之后返回正确的应答",
        ),
        right: Bilingual::fixed(
            "report the error, or send the request again after at least half a second",
            "报告错误，或至少间隔半秒后重发请求",
        ),
        source: STATUSES,
        script: script(&[Step::SystemError, Step::Sound], Expect::Either, Resend::LaterToSameHost(PAUSE)),
    },
    Case {
        name: "reset",
        played: Bilingual::fixed(
            "the connection is reset before the response; then sound responses",
            "应答前连接被重置，之后返回正确的应答",
        ),
        right: Bilingual::fixed(
            "report the error, or send the request again; to the same host, with a new signature",
            "报告错误，或重发请求；向同一域名重发时须重新签名",
        ),
        source: Source::Page("4012082567"),
        script: script(&[Step::Reset, Step::Sound], Expect::Either, Resend::Renewed),
    },
    Case {
        name: "redirect",
        played: Bilingual::fixed(
            "307 to another host, which responds with an unsigned token",
            "307 重定向到另一域名，该域名返回未签名的 token",
        ),
        right: Bilingual::fixed(
            "reject it; the other host must not see the Authorization",
            "拒绝；不得向另一域名发送 Authorization",
        ),
        source: Source::Rfc("rfc9110#section-15.4"),
        script: script(&[Step::Redirect], Expect::Reject, Resend::Allowed),
    },
];

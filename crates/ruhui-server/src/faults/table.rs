//! The table of faults: the name of each kind, what happens, and what a correct client does.

use super::kind::{FaultGroup, FaultKind};
use ruhui_core::bilingual::Bilingual;

/// A row of the table.
#[derive(Debug)]
#[non_exhaustive]
pub struct FaultRow {
    /// The kind.
    pub kind: FaultKind,
    /// The name in rules.
    pub name: &'static str,
    /// The part of the service that the fault breaks.
    pub group: FaultGroup,
    /// The effect of the fault.
    pub what: Bilingual,
    /// The behaviour of a correct client.
    pub client: Bilingual,
}

impl FaultKind {
    /// The row of this kind.
    pub fn row(self) -> &'static FaultRow {
        // The rows are in the order of the kinds, as a test checks.
        &FAULTS[self as usize]
    }
}

const fn row(
    kind: FaultKind,
    name: &'static str,
    group: FaultGroup,
    what: (&'static str, &'static str),
    client: (&'static str, &'static str),
) -> FaultRow {
    FaultRow {
        kind,
        name,
        group,
        what: Bilingual::fixed(what.0, what.1),
        client: Bilingual::fixed(client.0, client.1),
    }
}

/// The right behaviour of a client that cannot know whether a write was carried out.
const UNKNOWN_OUTCOME: (&str, &str) = (
    "takes the outcome as unknown: it retries an idempotent request, and queries the state before it repeats another one",
    "视结果为未知：幂等请求可以重试；其他请求须先查询状态，再决定是否重新发送",
);

/// The right behaviour on a response whose signature does not verify.
const NOT_VERIFIED: (&str, &str) = (
    "rejects the response before it reads the body, takes the outcome as unknown, and reports a signature error",
    "在读取包体之前拒绝该应答，视结果为未知，并报告验签失败",
);

/// The right behaviour on a callback whose signature does not verify.
const CALLBACK_NOT_VERIFIED: (&str, &str) = (
    "responds 4xx or 5xx, does not act on it, and accepts the correct callback of a later attempt",
    "应答 4xx 或 5xx，不作任何处理，并接受之后重试的正确回调通知",
);

/// Every kind, in the order of [`FaultKind`].
pub static FAULTS: [FaultRow; 34] = [
    row(
        FaultKind::Delay,
        "delay",
        FaultGroup::Request,
        (
            "the response comes `delay_ms` later: the service waits before it processes the request, or after the commit",
            "应答推迟 `delay_ms` 毫秒：服务在处理请求之前等待，或在提交之后等待",
        ),
        (
            "waits up to its own time-out, then takes the outcome as unknown, as after a reset",
            "等待至自身的超时时间，之后视结果为未知，与连接被重置相同",
        ),
    ),
    row(
        FaultKind::SystemError,
        "system-error",
        FaultGroup::Request,
        ("500 SYSTEM_ERROR, correctly signed", "返回 500 SYSTEM_ERROR，应答签名正确"),
        (
            "takes the outcome as unknown; it retries an idempotent request after a pause, a few times",
            "视结果为未知；幂等请求稍后重试，并限制次数",
        ),
    ),
    row(
        FaultKind::BadGateway,
        "bad-gateway",
        FaultGroup::Request,
        (
            "502 with an HTML page and without a signature, as a proxy in front of the service sends it",
            "返回 502 与 HTML 页面，没有应答签名，与服务前的代理所返回的相同",
        ),
        (
            "does not parse the page as JSON, and takes the outcome as unknown, as after a reset",
            "不把该页面当作 JSON 解析，视结果为未知，与连接被重置相同",
        ),
    ),
    row(
        FaultKind::Reset,
        "reset",
        FaultGroup::Request,
        (
            "the connection is reset (TCP RST) without a byte of a response",
            "连接被重置（TCP RST），没有返回任何字节",
        ),
        UNKNOWN_OUTCOME,
    ),
    row(
        FaultKind::Close,
        "close",
        FaultGroup::Request,
        (
            "the connection is closed (TCP FIN) without a byte of a response",
            "连接被正常关闭（TCP FIN），没有返回任何字节",
        ),
        UNKNOWN_OUTCOME,
    ),
    row(
        FaultKind::RateLimited,
        "rate-limited",
        FaultGroup::Request,
        (
            "429 FREQUENCY_LIMITED with `Retry-After: 1`, correctly signed",
            "返回 429 FREQUENCY_LIMITED 与 `Retry-After: 1`，应答签名正确",
        ),
        (
            "sends fewer requests, and retries this one after `Retry-After`",
            "降低请求频率，并在 `Retry-After` 之后重试",
        ),
    ),
    row(
        FaultKind::Redirect,
        "redirect",
        FaultGroup::Request,
        ("302 to the same path, without a signature", "返回 302，指向相同路径，没有应答签名"),
        (
            "does not follow it, since the API has no redirects and one may lead to another host; takes it as an error",
            "不跟随重定向（接口没有重定向，且可能指向其他主机），按错误处理",
        ),
    ),
    row(
        FaultKind::StoreFailure,
        "store-failure",
        FaultGroup::Store,
        (
            "the service's store fails during the commit: the commit is rejected, or it is durable and its result is lost; the response is 500 SYSTEM_ERROR",
            "服务的存储在提交时出错：提交失败，或已持久化但结果丢失；应答为 500 SYSTEM_ERROR",
        ),
        UNKNOWN_OUTCOME,
    ),
    row(
        FaultKind::Cut,
        "cut",
        FaultGroup::Response,
        (
            "the head and half of the body arrive, then the connection is reset",
            "只返回应答头与一半包体，随后连接被重置",
        ),
        UNKNOWN_OUTCOME,
    ),
    row(
        FaultKind::Truncated,
        "truncated",
        FaultGroup::Response,
        (
            "half of the body arrives, although `Content-Length` is that of the whole body, then the connection is closed",
            "`Content-Length` 为完整长度，但只返回一半包体，随后连接正常关闭",
        ),
        UNKNOWN_OUTCOME,
    ),
    row(
        FaultKind::EmptyBody,
        "empty-body",
        FaultGroup::Response,
        (
            "the status and the signature of the whole response, with an empty body",
            "状态码与签名均为完整应答的，但包体为空",
        ),
        NOT_VERIFIED,
    ),
    row(
        FaultKind::Unsigned,
        "unsigned",
        FaultGroup::Response,
        ("the response has no Wechatpay-* headers", "应答没有 Wechatpay-* 头"),
        NOT_VERIFIED,
    ),
    row(
        FaultKind::Forged,
        "forged",
        FaultGroup::Response,
        (
            "the response is signed by another key, under the right serial number",
            "应答由其他密钥签名，但序列号正确",
        ),
        NOT_VERIFIED,
    ),
    row(
        FaultKind::Altered,
        "altered",
        FaultGroup::Response,
        ("a value of the body is changed after signing", "签名之后，包体中的一个值被改动"),
        NOT_VERIFIED,
    ),
    row(
        FaultKind::Stale,
        "stale",
        FaultGroup::Response,
        (
            "the response is correctly signed with a timestamp of ten minutes ago, as in a replay",
            "应答签名正确，但时间戳为十分钟之前，如同重放",
        ),
        (
            "rejects the response: the timestamp is more than five minutes from its clock",
            "拒绝该应答：时间戳与本地时钟相差超过五分钟",
        ),
    ),
    row(
        FaultKind::Ahead,
        "ahead",
        FaultGroup::Response,
        (
            "the response is correctly signed with a timestamp ten minutes ahead",
            "应答签名正确，但时间戳超前十分钟",
        ),
        (
            "rejects the response: the timestamp is more than five minutes from its clock",
            "拒绝该应答：时间戳与本地时钟相差超过五分钟",
        ),
    ),
    row(
        FaultKind::UnknownSerial,
        "unknown-serial",
        FaultGroup::Response,
        (
            "`Wechatpay-Serial` names a key of the right form that nobody knows",
            "`Wechatpay-Serial` 的格式正确，但为未知的序列号",
        ),
        NOT_VERIFIED,
    ),
    row(
        FaultKind::SignatureProbe,
        "signature-probe",
        FaultGroup::Response,
        (
            "the signature is wrong and begins with WECHATPAY/SIGNTEST/, as WeChat Pay probes whether clients verify",
            "签名错误且以 WECHATPAY/SIGNTEST/ 开头，即微信支付探测客户端是否验签",
        ),
        NOT_VERIFIED,
    ),
    row(
        FaultKind::WrongContentType,
        "wrong-content-type",
        FaultGroup::Response,
        (
            "`Content-Type` is text/plain; body and signature are right",
            "`Content-Type` 为 text/plain；包体与签名正确",
        ),
        (
            "accepts the response, since the signature is right, or rejects it with an error that names the type",
            "签名正确，因此可以接受该应答；或拒绝，并在错误中说明类型",
        ),
    ),
    row(
        FaultKind::Compressed,
        "compressed",
        FaultGroup::Response,
        (
            "the body is compressed by gzip although the request did not ask for it; the signature is that of the plain body",
            "请求未要求压缩，但包体经 gzip 压缩；签名为压缩前包体的签名",
        ),
        (
            "verifies the decompressed body, or rejects the response because it did not ask for compression",
            "对解压后的包体验签；或因未要求压缩而拒绝",
        ),
    ),
    row(
        FaultKind::DoubledHeaders,
        "doubled-headers",
        FaultGroup::Response,
        (
            "each Wechatpay-* header comes twice, and the second Wechatpay-Signature has another value",
            "每个 Wechatpay-* 头出现两次，且第二个 Wechatpay-Signature 的值不同",
        ),
        (
            "rejects the response, since it cannot know which value is meant",
            "拒绝该应答，因为无法确定以哪个值为准",
        ),
    ),
    row(
        FaultKind::UnknownFields,
        "unknown-fields",
        FaultGroup::Response,
        ("the body has additional members, and is correctly signed", "包体含有额外的字段，签名正确"),
        (
            "accepts the response and ignores the members: WeChat Pay adds members without notice",
            "接受该应答并忽略这些字段：微信支付会直接新增字段",
        ),
    ),
    row(
        FaultKind::CallbackLate,
        "callback-late",
        FaultGroup::Callback,
        ("the callback is sent `delay_ms` later", "回调通知推迟 `delay_ms` 毫秒发送"),
        (
            "does not rely on the callback's time: it queries the state when it needs it earlier",
            "不依赖回调通知的时间；需要时主动查询状态",
        ),
    ),
    row(
        FaultKind::CallbackTwice,
        "callback-twice",
        FaultGroup::Callback,
        ("the callback is sent twice", "同一回调通知发送两次"),
        (
            "acts once: the `id` of the event is the same, and both get 200 or 204",
            "只处理一次（两次的事件 `id` 相同），两次都应答 200 或 204",
        ),
    ),
    row(
        FaultKind::CallbackLost,
        "callback-lost",
        FaultGroup::Callback,
        (
            "the attempt is not sent and counts as failed; the next one follows the schedule",
            "该次回调通知不发送，按失败计；之后按计划重试",
        ),
        (
            "accepts the later attempt, and queries the state if no callback comes",
            "接受之后的重试；若始终未收到，则主动查询状态",
        ),
    ),
    row(
        FaultKind::CallbackUnsigned,
        "callback-unsigned",
        FaultGroup::Callback,
        ("the callback has no Wechatpay-* headers", "回调通知没有 Wechatpay-* 头"),
        CALLBACK_NOT_VERIFIED,
    ),
    row(
        FaultKind::CallbackForged,
        "callback-forged",
        FaultGroup::Callback,
        (
            "the callback is signed by another key, under the right serial number",
            "回调通知由其他密钥签名，但序列号正确",
        ),
        CALLBACK_NOT_VERIFIED,
    ),
    row(
        FaultKind::CallbackAltered,
        "callback-altered",
        FaultGroup::Callback,
        ("a value of the body is changed after signing", "签名之后，包体中的一个值被改动"),
        CALLBACK_NOT_VERIFIED,
    ),
    row(
        FaultKind::CallbackStale,
        "callback-stale",
        FaultGroup::Callback,
        (
            "the callback is correctly signed with a timestamp of ten minutes ago, as in a replay",
            "回调通知签名正确，但时间戳为十分钟之前，如同重放",
        ),
        CALLBACK_NOT_VERIFIED,
    ),
    row(
        FaultKind::CallbackAhead,
        "callback-ahead",
        FaultGroup::Callback,
        (
            "the callback is correctly signed with a timestamp ten minutes ahead",
            "回调通知签名正确，但时间戳超前十分钟",
        ),
        CALLBACK_NOT_VERIFIED,
    ),
    row(
        FaultKind::CallbackUnknownSerial,
        "callback-unknown-serial",
        FaultGroup::Callback,
        (
            "`Wechatpay-Serial` names a key of the right form that nobody knows",
            "`Wechatpay-Serial` 的格式正确，但为未知的序列号",
        ),
        CALLBACK_NOT_VERIFIED,
    ),
    row(
        FaultKind::CallbackWrongKey,
        "callback-wrong-key",
        FaultGroup::Callback,
        (
            "the resource is encrypted with another APIv3 key; the signature is right",
            "资源由其他 APIv3密钥加密；签名正确",
        ),
        (
            "responds 5xx, does not act on it, and reports that the APIv3 key does not decrypt it",
            "应答 5xx，不作任何处理，并报告 APIv3密钥无法解密",
        ),
    ),
    row(
        FaultKind::CallbackOutOfOrder,
        "callback-out-of-order",
        FaultGroup::Callback,
        (
            "the callback is held until the owner's next event was sent, for ten seconds at most",
            "该回调通知暂缓发送，直到同一接收方的下一事件已发送，最长十秒",
        ),
        (
            "orders events by their `create_time`, or queries the state",
            "按事件的 `create_time` 排序，或主动查询状态",
        ),
    ),
    row(
        FaultKind::HostDown,
        "host-down",
        FaultGroup::Host,
        ("the host refuses connections as long as the rule exists", "规则存在期间，该主机拒绝连接"),
        (
            "retries at the other host: nothing was sent, so this is safe for every request",
            "改用另一主机重试：请求并未发出，因此任何请求都可以安全重试",
        ),
    ),
];

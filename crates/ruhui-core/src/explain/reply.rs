//! Why does a response or a callback not verify?
//!
//! The checks are those of [`verify_reply`](crate::sign::verify_reply). What is looked for is what happens on the
//! way: headers changed, the body written anew, compressed, cut, or replaced.

use super::block::Block;
use super::explanation::{Certainty, Finding};
use super::parts::{Layout, Parts, Stage};
use super::words::{Cause, Words, cause};
use super::{body, shape, signature, text};
use crate::key::{PlatformKeys, PublicKey};
use crate::sign::{PROBE_PREFIX, ReplyHeaders, Scheme, VerifyError, header, verify_reply_at};
use crate::types::SerialNo;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use jiff::Timestamp;
use std::fmt;

/// A response or callback as it came.
#[derive(Clone, Copy)]
pub struct ReceivedReply<'a> {
    headers: &'a HeaderMap,
    body: &'a [u8],
    scheme: Scheme,
    now: Option<Timestamp>,
}

impl<'a> ReceivedReply<'a> {
    /// Takes all headers, the body byte for byte, and the scheme that the receiver's family uses. It is judged at its
    /// own time.
    pub fn new(headers: &'a HeaderMap, body: &'a [u8], scheme: Scheme) -> Self {
        Self { headers, body, scheme, now: None }
    }

    /// Judges it at this time.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        Self { now: Some(now), ..self }
    }
}

/// Shows no byte of the body.
impl fmt::Debug for ReceivedReply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceivedReply({} bytes of body)", self.body.len())
    }
}

/// Why a response or callback does not verify, or that it does. `{}` prints English, `{:#}` Chinese. Nothing of the
/// body is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplyExplanation {
    /// The check that failed, if one did.
    pub error: Option<VerifyError>,
    /// The causes that were found, the most specific first.
    pub findings: Vec<Finding>,
}

impl fmt::Display for ReplyExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.error, f.alternate()) {
            (Some(error), _) => error.fmt(f)?,
            (None, false) => f.write_str("verified: the signature fits")?,
            (None, true) => f.write_str("验签通过")?,
        }
        write_findings(&self.findings, f)
    }
}

/// Writes `; the cause: its detail. The advice.` for each finding, in the formatter's language.
///
/// # Errors
///
/// Those of the formatter.
pub fn write_findings(findings: &[Finding], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let zh = f.alternate();
    for finding in findings {
        f.write_str(if zh { "；" } else { "; " })?;
        fmt::Display::fmt(finding, f)?;
        f.write_str(if zh { "。" } else { ". " })?;
        let advice = if zh { &finding.cause.advice.zh } else { &finding.cause.advice.en };
        f.write_str(advice.trim_end_matches(['.', '。']))?;
    }
    Ok(())
}

const RAW: (&str, &str) = (
    "Verify the body's raw bytes, before a framework, a gateway or a logger reads them.",
    "请在框架、网关或日志组件读取之前，使用包体的原始字节验签。",
);
const HEADER: (&str, &str) =
    ("Let proxies and frameworks hand the header on as it is.", "代理和框架须原样传递该 HTTP 头。");
const NOT_WECHAT_PAY: (&str, &str) = (
    "Find out who answers: look at the address, at proxies and at firewalls on the way.",
    "请检查请求地址以及途中的代理和防火墙，确认是谁在应答。",
);
const KEYS: (&str, &str) = (
    "Download the WeChat Pay public key anew from the merchant platform, and give it together with its id.",
    "请在商户平台重新下载微信支付公钥，并与其公钥ID一起配置。",
);

static HTML: Cause = cause(
    "reply_html_page",
    (
        "the body is an HTML page: a proxy, a firewall or the network's login page wrote it, not WeChat Pay",
        "包体是 HTML 页面，来自代理、防火墙或网络认证页面，不是微信支付的应答",
    ),
    NOT_WECHAT_PAY,
);
static DOWNLOAD: Cause = cause(
    "reply_download",
    (
        "this looks like the download of a bill or a file, which WeChat Pay does not sign",
        "这像是账单或文件下载的应答，微信支付对下载内容不签名",
    ),
    (
        "Downloads cannot be fetched with this client: it returns verified responses only. Fetch the file with an HTTP client and compare its hash with the one that the signed response before it named.",
        "本客户端只返回验签通过的应答，不支持下载；请用普通 HTTP 客户端下载，并与此前已验签应答中的摘要核对。",
    ),
);
static EMPTY: Cause = cause(
    "reply_empty",
    ("the response is empty and has no signature", "应答为空，且没有签名"),
    NOT_WECHAT_PAY,
);
static HEADERS_DROPPED: Cause = cause(
    "reply_headers_dropped",
    (
        "other headers of the signature are there, so this one was dropped on the way",
        "签名的其他 HTTP 头仍在，该头在途中被丢弃",
    ),
    HEADER,
);
static MILLISECONDS: Cause = cause(
    "reply_timestamp_milliseconds",
    ("the timestamp is in milliseconds", "时间戳的单位是毫秒"),
    (
        "WeChat Pay writes seconds: look for who rewrote the header, or made this response.",
        "微信支付使用秒：请检查是谁改写了该头或构造了该应答。",
    ),
);
static NOT_SECONDS: Cause = cause(
    "reply_timestamp_not_seconds",
    ("the timestamp is no number of seconds", "时间戳不是以秒为单位的整数"),
    (
        "WeChat Pay writes Unix time in seconds: look for who rewrote the header, or made this response.",
        "微信支付使用 Unix 时间（秒）：请检查是谁改写了该头或构造了该应答。",
    ),
);
static OTHER_FAMILY: Cause = cause(
    "reply_other_family",
    (
        "it was signed for the other family: service providers or brands",
        "这是另一类商户（服务商或品牌）的签名类型",
    ),
    (
        "Service providers and brands have their own keys, receivers and `notify_url`: use those of the family that is named.",
        "服务商与品牌各有密钥、接收方与 notify_url：请使用对应的一类。",
    ),
);
static SM2: Cause = cause(
    "reply_signed_with_sm2",
    ("it is signed with SM2", "应答使用国密 SM2 签名"),
    (
        "Call with the RSA scheme and name an RSA key in Wechatpay-Serial.",
        "请使用 RSA 签名方式调用，并在 Wechatpay-Serial 中指定 RSA 公钥。",
    ),
);
static SERIAL_OF_OTHER_KEY: Cause = cause(
    "reply_serial_of_other_key",
    (
        "another configured key than the one that the response names made the signature",
        "签名由另一个已配置的密钥生成，与应答中的序列号不符",
    ),
    (
        "Compare each key with its id or serial: two may have been exchanged.",
        "请核对各公钥与其公钥ID或证书序列号，可能配置颠倒。",
    ),
);
static OWN_KEY: Cause = cause(
    "reply_signed_by_own_key",
    (
        "the merchant's own private key made the signature, not WeChat Pay",
        "签名由商户自己的私钥生成，不是微信支付",
    ),
    (
        "A server of your own answers: WeChat Pay signs with its own key.",
        "应答来自您自己的程序：微信支付使用微信支付私钥签名。",
    ),
);
static KEY_UNKNOWN: Cause = cause(
    "reply_key_unknown",
    ("none of the configured keys made the signature", "签名不是由任何已配置的微信支付公钥对应的私钥生成的"),
    KEYS,
);
static OTHER_BYTES: Cause = cause(
    "reply_other_bytes",
    (
        "the named key made the signature, over other bytes than those that came",
        "签名确由该密钥生成，但签名的内容与收到的不同",
    ),
    RAW,
);
static COMPRESSED: Cause = cause(
    "reply_compressed",
    (
        "the body came compressed, which this client did not ask for: a proxy did it",
        "包体在途中被压缩，而客户端并未要求压缩：来自途中的代理",
    ),
    (
        "Turn compression off at the proxy, or decompress before verifying if the signed bytes are the plain ones.",
        "请在代理上关闭压缩；如果签名针对未压缩的字节，请先解压再验签。",
    ),
);
static CUT: Cause = cause(
    "reply_body_cut",
    ("the body is shorter than Content-Length says", "包体长度小于 Content-Length"),
    ("Read the whole body before verifying.", "请读完整个包体后再验签。"),
);
static CHARACTERS_LOST: Cause = cause(
    "reply_characters_lost",
    (
        "the body has replacement characters: it was decoded in a wrong charset",
        "包体含有替换字符：曾按错误的字符集解码",
    ),
    RAW,
);

/// What the rules for a signature's text mean where a response carries it.
static DAMAGE: [(&str, Cause); 9] = [
    (
        "signature_percent_encoded",
        damage(
            "reply_signature_percent_encoded",
            ("the signature is percent-encoded", "签名值被做了百分号编码"),
        ),
    ),
    (
        "signature_percent_sign",
        damage("reply_signature_percent_sign", ("a % follows the signature", "签名值末尾多了 %")),
    ),
    (
        "signature_wrapped",
        damage("reply_signature_wrapped", ("the signature is broken into lines", "签名值被折行")),
    ),
    (
        "signature_blanks",
        damage(
            "reply_signature_blanks",
            (
                "the signature has blanks where + was: it went through form decoding",
                "签名值中的 + 变成了空格：经过了表单解码",
            ),
        ),
    ),
    (
        "signature_url_safe",
        damage(
            "reply_signature_url_safe",
            (
                "the signature is in URL-safe Base64, with - and _",
                "签名值被改成 URL 安全的 Base64（含 - 和 _）",
            ),
        ),
    ),
    (
        "signature_unpadded",
        damage("reply_signature_unpadded", ("the signature lacks the = at its end", "签名值缺少末尾的 =")),
    ),
    (
        "signature_base64_twice",
        damage(
            "reply_signature_base64_twice",
            ("the signature is in Base64 twice", "签名值被 Base64 编码了两次"),
        ),
    ),
    (
        "signature_hex",
        damage("reply_signature_hex", ("the signature is in hexadecimal", "签名值被改成十六进制")),
    ),
    ("signature_length", damage("reply_signature_length", ("the signature is not whole", "签名值不完整"))),
];

const fn damage(id: &'static str, name: (&'static str, &'static str)) -> Cause {
    cause(id, name, HEADER)
}

/// A way in which a body is changed on the way: from the body that came to those that may have been signed.
struct Rewriting {
    stage: Stage,
    signed: fn(&Parts) -> Vec<Parts>,
    cause: Cause,
}

/// The more frequent first.
static REWRITINGS: &[Rewriting] = &[
    rewriting(
        Stage::BodyEnd,
        ends,
        (
            "reply_end_changed",
            "blanks or a line feed at the body's end were added or taken away",
            "包体末尾的空白或换行被增删",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        styles,
        (
            "reply_rewritten",
            "the JSON was read and written anew: blanks and line ends differ",
            "JSON 被解析后重新写出：空白或换行不同",
        ),
    ),
    rewriting(
        Stage::BodyEscape,
        escapes,
        (
            "reply_escapes_changed",
            "the JSON was read and written anew: characters are escaped in another way",
            "JSON 被解析后重新写出：字符的转义方式不同",
        ),
    ),
    rewriting(
        Stage::BodyOrder,
        body::sorted_members,
        (
            "reply_order_changed",
            "the JSON was read and written anew: its members are in another order",
            "JSON 被解析后重新写出：字段顺序不同",
        ),
    ),
    rewriting(
        Stage::BodyOrder,
        body::other_order,
        (
            "reply_order_changed",
            "the JSON was read and written anew: its members are in another order",
            "JSON 被解析后重新写出：字段顺序不同",
        ),
    ),
    rewriting(
        Stage::BodyEncoding,
        text::byte_order_mark,
        (
            "reply_byte_order_mark",
            "a byte order mark was added or taken away",
            "包体开头的字节顺序标记（BOM）被增删",
        ),
    ),
    rewriting(
        Stage::BodyEncoding,
        charsets,
        (
            "reply_charset_changed",
            "the body was decoded in one charset and encoded in another",
            "包体按一种字符集解码后又按另一种编码",
        ),
    ),
    rewriting(
        Stage::BodyMembers,
        body::scalars_rewritten,
        (
            "reply_values_rewritten",
            "the JSON was read and written anew: numbers are written in another way",
            "JSON 被解析后重新写出：数字的写法不同",
        ),
    ),
    rewriting(
        Stage::BodyMembers,
        members,
        (
            "reply_members_changed",
            "empty members were added to the JSON, or left out",
            "JSON 中的空字段被增删",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        body::empty,
        (
            "reply_body_of_other",
            "an empty body was signed: this body belongs to another response, or was put there on the way",
            "签名的是空包体：该包体属于另一个应答，或在途中被加入",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        body::json_once,
        (
            "reply_json_twice",
            "the body was written as a JSON string: it is encoded twice",
            "包体被作为 JSON 字符串再次编码",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        unchunked,
        (
            "reply_chunk_framing",
            "the sizes of chunked transfer are still in the body",
            "包体中残留分块传输的长度标记",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        percent_decoded,
        ("reply_percent_encoded", "the body is percent-encoded", "包体被做了百分号编码"),
    ),
    rewriting(
        Stage::BodyStyle,
        shape::form_sent,
        ("reply_form", "the JSON was turned into a form", "JSON 被转换为表单格式"),
    ),
    rewriting(
        Stage::BodyEscape,
        text::html_entities_sent,
        (
            "reply_html_entities",
            "characters of the body were replaced by HTML entities",
            "包体中的字符被替换为 HTML 实体",
        ),
    ),
    rewriting(
        Stage::BodyEnd,
        body::line_ends,
        ("reply_line_ends", "the body's line ends were changed", "包体的换行符被改动"),
    ),
];

const fn rewriting(
    stage: Stage,
    signed: fn(&Parts) -> Vec<Parts>,
    (id, en, zh): (&'static str, &'static str, &'static str),
) -> Rewriting {
    Rewriting { stage, signed, cause: cause(id, (en, zh), RAW) }
}

fn all(parts: &Parts, each: &[fn(&Parts) -> Vec<Parts>]) -> Vec<Parts> {
    each.iter().flat_map(|variants| variants(parts)).collect()
}

fn ends(parts: &Parts) -> Vec<Parts> {
    all(parts, &[body::newline_less, body::newline_more])
}

fn styles(parts: &Parts) -> Vec<Parts> {
    all(
        parts,
        &[body::compact, body::indented, body::python_separators, body::jackson_printer, body::other_blanks],
    )
}

fn escapes(parts: &Parts) -> Vec<Parts> {
    all(
        parts,
        &[
            text::unescaped,
            text::escaped_slashes,
            text::escaped_unicode,
            text::escaped_slashes_and_unicode,
            text::escaped_html,
            text::escaped_dot_net,
        ],
    )
}

fn charsets(parts: &Parts) -> Vec<Parts> {
    all(parts, &[text::utf_8_twice_sent, text::gbk_sent, text::gbk, text::latin_1, text::utf_16])
}

fn members(parts: &Parts) -> Vec<Parts> {
    all(parts, &[body::member_not_signed, body::empty_member_signed])
}

/// `1a\r\n...\r\n0\r\n\r\n` without its sizes.
fn unchunked(parts: &Parts) -> Vec<Parts> {
    let mut rest = &*parts.body;
    let mut whole = Vec::new();
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n").filter(|end| (1..=8).contains(end))
    {
        let size =
            std::str::from_utf8(&rest[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(chunk) = size.and_then(|size| rest.get(end + 2..end + 2 + size)) else { return Vec::new() };
        if chunk.is_empty() {
            return body::bodies(parts, [whole]);
        }
        whole.extend_from_slice(chunk);
        rest = &rest[end + 2 + chunk.len()..];
        let Some(after) = rest.strip_prefix(b"\r\n") else { return Vec::new() };
        rest = after;
    }
    Vec::new()
}

fn percent_decoded(parts: &Parts) -> Vec<Parts> {
    let decoded: Vec<u8> = percent_encoding::percent_decode(&parts.body).collect();
    let plus: Vec<u8> = parts.body.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    body::bodies(parts, [decoded, percent_encoding::percent_decode(&plus).collect()])
}

/// Longer bodies are not written anew: no response of this API comes near.
const REWRITTEN_BYTES: usize = 64 << 10;
/// The most messages that are hashed, and the most bytes of them.
const TRIALS: usize = 1_500;
const BYTES: usize = 8 << 20;

/// Says why a response or callback does not verify, or that it does. `own` is the receiver's own public key: that a
/// signature is made with it shows a mix-up.
///
/// It costs some milliseconds at most and is not for the ordinary way of a response: [`verify_reply`](crate::sign::verify_reply) is. Nothing that it
/// names makes a response genuine.
///
/// # Example
///
/// ```
/// use http::HeaderMap;
/// use ruhui_core::explain::{ReceivedReply, explain_reply};
/// use ruhui_core::key::{PlatformKeys, PrivateKey};
/// use ruhui_core::sign::{ReplySigner, Scheme};
/// use ruhui_core::types::{NonceStr, SerialNo};
///
/// # let key = PrivateKey::from_pem(include_str!("../../../../vectors/keys/platform_key.pem"))?;
/// let keys = PlatformKeys::new().with_public_key(SerialNo::new("PUB_KEY_ID_1")?, key.public_key());
/// let mut headers = HeaderMap::new();
/// let now = jiff::Timestamp::from_second(1_750_723_200)?;
/// let signer = ReplySigner::new(SerialNo::new("PUB_KEY_ID_1")?, key);
/// signer.sign(&mut headers, Scheme::Merchant, now, &NonceStr::new("N")?, br#"{"a":1}"#);
///
/// // A framework has read the JSON and written it anew.
/// let received = ReceivedReply::new(&headers, br#"{ "a": 1 }"#, Scheme::Merchant).at(now);
/// let explanation = explain_reply(&received, &keys, None);
/// assert_eq!(explanation.findings[0].cause.id, "reply_rewritten");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain_reply(
    received: &ReceivedReply<'_>,
    keys: &PlatformKeys,
    own: Option<&PublicKey>,
) -> ReplyExplanation {
    let ReceivedReply { headers, body, scheme, now } = *received;
    let error = verify_reply_at(headers, body, scheme, keys, now).err();
    let findings = match &error {
        None => Vec::new(),
        Some(VerifyError::Probe) => Vec::new(),
        Some(error) => look(received, error, keys, own),
    };
    ReplyExplanation { error, findings }
}

/// Every cause that [`explain_reply`] can name.
pub fn reply_causes() -> impl Iterator<Item = &'static Cause> {
    let rewritings = REWRITINGS.iter().map(|rewriting| &rewriting.cause);
    [
        &HTML,
        &DOWNLOAD,
        &EMPTY,
        &HEADERS_DROPPED,
        &MILLISECONDS,
        &NOT_SECONDS,
        &OTHER_FAMILY,
        &SM2,
        &SERIAL_OF_OTHER_KEY,
        &OWN_KEY,
        &KEY_UNKNOWN,
        &OTHER_BYTES,
        &COMPRESSED,
        &CUT,
        &CHARACTERS_LOST,
    ]
    .into_iter()
    .chain(DAMAGE.iter().map(|(_, cause)| cause))
    .chain(rewritings)
}

fn look(
    received: &ReceivedReply<'_>,
    error: &VerifyError,
    keys: &PlatformKeys,
    own: Option<&PublicKey>,
) -> Vec<Finding> {
    let ReceivedReply { headers, body, .. } = *received;
    if let VerifyError::MissingHeader(_) = error {
        return unsigned(headers, body).into_iter().collect();
    }
    let mut findings = Vec::new();
    if let VerifyError::WrongAlgorithm { found, .. } = error {
        findings.push(Finding::seen(if found.contains("SM2") { &SM2 } else { &OTHER_FAMILY }));
        return findings;
    }
    let Ok(said) = ReplyHeaders::read(headers) else { return findings };
    if matches!(said.timestamp.len(), 13) && said.timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        findings.push(Finding::seen(&MILLISECONDS));
    } else if *error == VerifyError::MalformedHeader(header::TIMESTAMP) {
        let shown: String = said.timestamp.chars().take(40).collect();
        let detail = Some(Words::said(format!("`{shown}`"), format!("`{shown}`")));
        findings.push(Finding { detail, ..Finding::seen(&NOT_SECONDS) });
    }
    if said.signature.starts_with(PROBE_PREFIX) || (findings.is_empty() && is_of_time(error)) {
        return findings;
    }
    findings.extend(of_signature(received, &said, keys, own));
    findings
}

/// Whether the time alone is the fault: then the signature was not looked at, and it may be right.
fn is_of_time(error: &VerifyError) -> bool {
    matches!(error, VerifyError::TooOld { .. } | VerifyError::TooFarAhead { .. })
}

/// Whose an answer without a signature is.
fn unsigned(headers: &HeaderMap, body: &[u8]) -> Option<Finding> {
    let signs = [header::TIMESTAMP, header::NONCE, header::SIGNATURE, header::SERIAL];
    if signs.iter().any(|name| headers.contains_key(name)) {
        return Some(Finding::seen(&HEADERS_DROPPED));
    }
    if is_html(headers, body) {
        return Some(Finding::seen(&HTML));
    }
    if is_download(headers, body) {
        return Some(Finding { certainty: Certainty::Likely, ..Finding::seen(&DOWNLOAD) });
    }
    body.is_empty().then(|| Finding::seen(&EMPTY))
}

/// The value of a header, in lower case.
fn value(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a body is a page for browsers, by its type or its first characters.
pub fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    let start: Vec<u8> = body.trim_ascii_start().iter().take(14).map(u8::to_ascii_lowercase).collect();
    let content_type = value(headers, CONTENT_TYPE);
    content_type.starts_with("text/html")
        || content_type.starts_with("application/xhtml")
        || start.starts_with(b"<!doctype html")
        || start.starts_with(b"<html")
}

fn is_download(headers: &HeaderMap, body: &[u8]) -> bool {
    let content_type = value(headers, CONTENT_TYPE);
    let is_file = ["gzip", "zip", "octet-stream", "csv", "excel", "pdf", "xlsx", "spreadsheet"]
        .iter()
        .any(|kind| content_type.contains(kind));
    is_file || body.starts_with(&[0x1f, 0x8b]) || body.starts_with(b"PK\x03\x04") || body.starts_with(b"%PDF")
}

fn of_signature(
    received: &ReceivedReply<'_>,
    said: &ReplyHeaders,
    keys: &PlatformKeys,
    own: Option<&PublicKey>,
) -> Vec<Finding> {
    let ReceivedReply { headers, body, .. } = *received;
    let mut known: Vec<(Option<&SerialNo>, &PublicKey)> = keys
        .serials()
        .filter_map(|serial| Some((Some(serial), keys.find(serial.as_str())?)))
        .chain(own.map(|own| (None, own)))
        .collect();
    // A public key and a certificate may hold the same key: the one that the response names comes first.
    known.sort_by_key(|(serial, _)| !serial.is_some_and(|serial| serial.is_written(&said.serial)));
    let mut lengths: Vec<usize> = known.iter().map(|(_, key)| key.inner().signature_length()).collect();
    lengths.dedup();
    let (bytes, damage) = signature::read(&said.signature, &lengths);
    let mut findings: Vec<Finding> = damage.iter().map(|found| damaged(found, said, &lengths)).collect();
    let Some(bytes) = bytes else { return findings };

    let parts = Parts {
        method: String::new(),
        target: Vec::new(),
        host: None,
        timestamp: said.timestamp.clone(),
        nonce: said.nonce.clone(),
        body: body.into(),
        form: None,
        layout: Layout { lines: vec![2, 3, 4], ..Layout::documented() },
    };
    let message = parts.message();
    let opened = known.iter().find_map(|(serial, key)| Some((serial, Block::open(key, &bytes, &message)?)));
    let Some((serial, block)) = opened else {
        findings.push(Finding::proven(&KEY_UNKNOWN));
        return findings;
    };
    match serial {
        None => {
            findings.push(Finding::proven(&OWN_KEY));
            return findings;
        }
        Some(serial) if !serial.is_written(&said.serial) => {
            let named = || format!("{} -> {serial}", said.serial);
            findings.push(Finding {
                detail: Some(Words::said(named(), named())),
                ..Finding::proven(&SERIAL_OF_OTHER_KEY)
            });
        }
        Some(_) => {}
    }
    if block.is_of(&message) {
        return findings;
    }
    findings.extend(of_body(headers, &parts, &block));
    findings
}

/// What is wrong with the signature's text, in the words for a response.
fn damaged(found: &Finding, said: &ReplyHeaders, lengths: &[usize]) -> Finding {
    let cause = DAMAGE.iter().find(|(id, _)| *id == found.cause.id).map(|(_, cause)| cause);
    let count = said.signature.chars().count();
    // Four characters for each three bytes.
    let wanted = lengths.first().map_or(344, |length| length.div_ceil(3) * 4);
    let is_base64 = said.signature.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
    let detail = match cause {
        Some(_) if found.cause.id != "signature_length" => None,
        _ if !is_base64 => Some(Words::fixed("it is not Base64", "不是 Base64")),
        _ if count < wanted => Some(Words::said(
            format!("{count} characters, {wanted} are wanted: cut on the way"),
            format!("共 {count} 个字符，应为 {wanted} 个：在途中被截断"),
        )),
        _ => Some(Words::said(
            format!("{count} characters, {wanted} are wanted"),
            format!("共 {count} 个字符，应为 {wanted} 个"),
        )),
    };
    let whole = || DAMAGE.last().map_or(&OTHER_BYTES, |(_, cause)| cause);
    Finding { detail, ..Finding::seen(cause.unwrap_or_else(whole)) }
}

/// What happened to the body, where a configured key signed another one.
fn of_body(headers: &HeaderMap, parts: &Parts, block: &Block) -> Vec<Finding> {
    let came = parts.body.len();
    if let Some(causes) = rewritten(parts, block) {
        return causes.into_iter().map(Finding::proven).collect();
    }
    let mut findings = Vec::new();
    let encoding = value(headers, CONTENT_ENCODING);
    if !encoding.is_empty() && encoding != "identity" {
        let shown: String = encoding.chars().take(20).collect();
        let detail = format!("Content-Encoding: {shown}");
        findings.push(Finding {
            detail: Some(Words::said(detail.clone(), detail)),
            ..Finding::seen(&COMPRESSED)
        });
    } else if parts.body.starts_with(&[0x1f, 0x8b]) {
        findings.push(Finding::seen(&COMPRESSED));
    }
    let announced = value(headers, CONTENT_LENGTH).parse::<usize>().ok();
    if let Some(announced) = announced.filter(|announced| *announced > came) {
        let detail = Words::said(
            format!("{came} bytes of {announced}"),
            format!("共 {announced} 字节，收到 {came} 字节"),
        );
        findings.push(Finding { detail: Some(detail), ..Finding::seen(&CUT) });
    }
    if parts.text().is_some_and(|text| text.contains('\u{FFFD}') || text.contains("??")) {
        findings.push(Finding { certainty: Certainty::Likely, ..Finding::seen(&CHARACTERS_LOST) });
    }
    if findings.is_empty() {
        findings.push(Finding::proven(&OTHER_BYTES));
    }
    findings
}

/// One rewriting, or two or three that come together, under which the body is the one that was signed.
fn rewritten(parts: &Parts, block: &Block) -> Option<Vec<&'static Cause>> {
    if parts.body.len() > REWRITTEN_BYTES {
        return None;
    }
    let mut work = Work { block, trials: 0, bytes: 0 };
    (1..=3).find_map(|depth| work.search(parts, None, depth))
}

struct Work<'a> {
    block: &'a Block,
    trials: usize,
    bytes: usize,
}

impl Work<'_> {
    fn search(&mut self, parts: &Parts, after: Option<Stage>, depth: usize) -> Option<Vec<&'static Cause>> {
        for rewriting in REWRITINGS.iter().filter(|each| after.is_none_or(|after| after < each.stage)) {
            for changed in (rewriting.signed)(parts) {
                if self.trials >= TRIALS || self.bytes >= BYTES {
                    return None;
                }
                self.trials += 1;
                self.bytes += changed.body.len();
                if depth > 1 {
                    if let Some(mut causes) = self.search(&changed, Some(rewriting.stage), depth - 1) {
                        causes.insert(0, &rewriting.cause);
                        return Some(causes);
                    }
                } else if self.block.is_of(&changed.message()) {
                    return Some(vec![&rewriting.cause]);
                }
            }
        }
        None
    }
}

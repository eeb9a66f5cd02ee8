//! Tables of causes for which a response or a callback fails verification: changes to its headers, its
//! signature or its body.

use super::super::parts::{Parts, Stage};
use super::super::{body, shape, text};
use super::section::section;
use crate::explain::cause::{Cause, cause};

const RAW: (&str, &str) = (
    "Verify the body's raw bytes, before a framework, a gateway or a logger reads them.",
    "请在框架、网关或日志组件读取之前，使用包体的原始字节验签。",
);
pub(super) const HEADER: (&str, &str) =
    ("Let proxies and frameworks hand the header on as it is.", "代理和框架须原样传递该 HTTP 头。");
const NOT_WECHAT_PAY: (&str, &str) = (
    "Find out what responds: check the address, and the proxies and firewalls on the way.",
    "请检查请求地址以及途中的代理和防火墙，确认是谁在应答。",
);
const KEYS: (&str, &str) = (
    "Download the WeChat Pay public key again from the merchant platform, and configure it together with its id.",
    "请在商户平台重新下载微信支付公钥，并与其公钥ID一起配置。",
);

section! {
    HTML = "response_html_page",
    (
        "the body is an HTML page: a proxy, a firewall or the network's login page wrote it, not WeChat Pay",
        "包体是 HTML 页面，来自代理、防火墙或网络认证页面，不是微信支付的应答",
    ),
    NOT_WECHAT_PAY;
    DOWNLOAD = "response_download",
    (
        "this looks like the download of a bill or a file, which WeChat Pay does not sign",
        "这像是账单或文件下载的应答，微信支付对下载内容不签名",
    ),
    (
        "Downloads cannot be fetched with this client: it returns verified responses only. Fetch the file with an HTTP client and compare its hash with the one that the signed response before it named.",
        "本客户端只返回验签通过的应答，不支持下载；请用普通 HTTP 客户端下载，并与此前已验签应答中的摘要核对。",
    );
    EMPTY = "response_empty",
    ("the response is empty and has no signature", "应答为空，且没有签名"),
    NOT_WECHAT_PAY;
    HEADERS_DROPPED = "response_headers_dropped",
    (
        "the other signature headers are present, so this one was dropped on the way",
        "签名的其他 HTTP 头仍在，该头在途中被丢弃",
    ),
    HEADER;
    MILLISECONDS = "response_timestamp_milliseconds",
    ("the timestamp is in milliseconds", "时间戳的单位是毫秒"),
    (
        "WeChat Pay writes seconds: look for who rewrote the header, or made this response.",
        "微信支付使用秒：请检查是谁改写了该头或构造了该应答。",
    );
    NOT_SECONDS = "response_timestamp_not_seconds",
    ("the timestamp is not a number of seconds", "时间戳不是以秒为单位的整数"),
    (
        "WeChat Pay writes Unix time in seconds: look for who rewrote the header, or made this response.",
        "微信支付使用 Unix 时间（秒）：请检查是谁改写了该头或构造了该应答。",
    );
    OTHER_FAMILY = "response_other_family",
    (
        "it was signed for the other family: service providers or brands",
        "这是另一类商户（服务商或品牌）的签名类型",
    ),
    (
        "Service providers and brands have their own keys, receivers and `notify_url`: use those of the family that is named.",
        "服务商与品牌各有密钥、接收方与 notify_url：请使用对应的一类。",
    );
    SM2 = "response_signed_with_sm2",
    ("it is signed with SM2", "应答使用国密 SM2 签名"),
    (
        "Call with the RSA scheme and name an RSA key in Wechatpay-Serial.",
        "请使用 RSA 签名方式调用，并在 Wechatpay-Serial 中指定 RSA 公钥。",
    );
    SERIAL_OF_OTHER_KEY = "response_serial_of_other_key",
    (
        "a configured key made the signature, but not the one that the response names",
        "签名由另一个已配置的密钥生成，与应答中的序列号不符",
    ),
    (
        "Compare each key with its id or serial: two may have been exchanged.",
        "请核对各公钥与其公钥ID或证书序列号，可能配置颠倒。",
    );
    OWN_KEY = "response_signed_by_own_key",
    (
        "the merchant's own private key made the signature, not WeChat Pay",
        "签名由商户自己的私钥生成，不是微信支付",
    ),
    (
        "The response comes from your own server: WeChat Pay signs with its own key.",
        "应答来自您自己的程序：微信支付使用微信支付私钥签名。",
    );
    KEY_UNKNOWN = "response_key_unknown",
    ("none of the configured keys made the signature", "签名不是由任何已配置的微信支付公钥对应的私钥生成的"),
    KEYS;
    OTHER_BYTES = "response_other_bytes",
    (
        "the named key made the signature, but over bytes that differ from those received",
        "签名确由该密钥生成，但签名的内容与收到的不同",
    ),
    RAW;
    COMPRESSED = "response_compressed",
    (
        "the body came compressed, which this client did not ask for: a proxy did it",
        "包体在途中被压缩，而客户端并未要求压缩：来自途中的代理",
    ),
    (
        "Turn compression off at the proxy, or decompress before verifying if the signed bytes are the plain ones.",
        "请在代理上关闭压缩；如果签名针对未压缩的字节，请先解压再验签。",
    );
    CUT = "response_body_cut",
    ("the body is shorter than Content-Length says", "包体长度小于 Content-Length"),
    ("Read the whole body before verifying.", "请读完整个包体后再验签。");
    BODY_LOST = "response_body_lost",
    ("the body is empty, but the signature covers one that is not", "包体为空，而签名的内容含有包体"),
    (
        "Read the raw body once, before a framework does, and verify those bytes.",
        "请在框架读取之前一次性读取原始包体，并用这些字节验签。",
    );
    CHARACTERS_LOST = "response_characters_lost",
    (
        "the body has replacement characters: it was decoded in a wrong charset",
        "包体含有替换字符：曾按错误的字符集解码",
    ),
    RAW;
}

/// Change to a body on the way. `signed` returns the bodies that may have been signed, given the received
/// one.
pub(in crate::explain) struct Rewriting {
    pub(in crate::explain) stage: Stage,
    pub(in crate::explain) signed: fn(&Parts) -> Vec<Parts>,
    pub(in crate::explain) cause: Cause,
}

/// Changes to a body, the more frequent first.
pub(in crate::explain) static REWRITINGS: &[Rewriting] = &[
    rewriting(
        Stage::BodyEnd,
        ends,
        (
            "response_end_changed",
            "blanks or a line feed at the body's end were added or taken away",
            "包体末尾的空白或换行被增删",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        styles,
        (
            "response_rewritten",
            "the JSON was parsed and written again: blanks and line ends differ",
            "JSON 被解析后重新写出：空白或换行不同",
        ),
    ),
    rewriting(
        Stage::BodyEscape,
        escapes,
        (
            "response_escapes_changed",
            "the JSON was parsed and written again: characters are escaped in another way",
            "JSON 被解析后重新写出：字符的转义方式不同",
        ),
    ),
    rewriting(
        Stage::BodyOrder,
        body::sorted_members,
        (
            "response_order_changed",
            "the JSON was parsed and written again: its members are in another order",
            "JSON 被解析后重新写出：字段顺序不同",
        ),
    ),
    rewriting(
        Stage::BodyOrder,
        body::other_order,
        (
            "response_order_changed",
            "the JSON was parsed and written again: its members are in another order",
            "JSON 被解析后重新写出：字段顺序不同",
        ),
    ),
    rewriting(
        Stage::BodyEncoding,
        text::byte_order_mark,
        (
            "response_byte_order_mark",
            "a byte order mark was added or taken away",
            "包体开头的字节顺序标记（BOM）被增删",
        ),
    ),
    rewriting(
        Stage::BodyEncoding,
        charsets,
        (
            "response_charset_changed",
            "the body was decoded in one charset and encoded in another",
            "包体按一种字符集解码后又按另一种编码",
        ),
    ),
    rewriting(
        Stage::BodyMembers,
        body::scalars_rewritten,
        (
            "response_values_rewritten",
            "the JSON was parsed and written again: numbers are written in another way",
            "JSON 被解析后重新写出：数字的写法不同",
        ),
    ),
    rewriting(
        Stage::BodyMembers,
        members,
        (
            "response_members_changed",
            "empty members were added to the JSON, or left out",
            "JSON 中的空字段被增删",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        body::empty,
        (
            "response_body_of_other",
            "an empty body was signed: this body belongs to another response, or was put there on the way",
            "签名的是空包体：该包体属于另一个应答，或在途中被加入",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        body::json_once,
        (
            "response_json_twice",
            "the body was written as a JSON string: it is encoded twice",
            "包体被作为 JSON 字符串再次编码",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        unchunked,
        (
            "response_chunk_framing",
            "the sizes of chunked transfer are still in the body",
            "包体中残留分块传输的长度标记",
        ),
    ),
    rewriting(
        Stage::BodyStyle,
        percent_decoded,
        ("response_percent_encoded", "the body is percent-encoded", "包体被做了百分号编码"),
    ),
    rewriting(
        Stage::BodyStyle,
        shape::form_sent,
        ("response_form", "the JSON was turned into a form", "JSON 被转换为表单格式"),
    ),
    rewriting(
        Stage::BodyEscape,
        text::html_entities_sent,
        (
            "response_html_entities",
            "characters of the body were replaced by HTML entities",
            "包体中的字符被替换为 HTML 实体",
        ),
    ),
    rewriting(
        Stage::BodyEnd,
        body::line_ends,
        ("response_line_ends", "the body's line ends were changed", "包体的换行符被改动"),
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

/// Removes the chunk sizes from a body such as `1a\r\n...\r\n0\r\n\r\n`.
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

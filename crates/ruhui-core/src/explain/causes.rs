//! The table of mistakes about the message. To add one: a row here, a function beside its kin, a case in
//! `tests/explain.rs`.
//!
//! The order matters twice: what is more frequent is tried first, and where two mistakes give the same bytes
//! the earlier one is named. So the body's own line end comes before the message's.

use super::parts::{Mistake, Stage, Trial};
use super::words::cause;
use super::{body, lines, target};

/// One row: the part that changes, when it is tried, the name for programs, the variants, the advice, and
/// what went wrong in English and Chinese.
macro_rules! mistakes {
    ($($stage:ident $trial:ident $id:ident = $variants:path, $advice:ident, $en:literal, $zh:literal;)*) => {
        pub(super) static MISTAKES: &[Mistake] = &[$(Mistake {
            stage: Stage::$stage,
            trial: Trial::$trial,
            variants: $variants,
            cause: cause(stringify!($id), ($en, $zh), $advice),
        }),*];
    };
}

mistakes! {
    BodyEnd Frequent body_newline_signed = body::newline_more, SIGN_WHAT_YOU_SEND,
        "you signed one line end more after the body than was sent",
        "您签名的内容在请求体后比实际发送的多一个换行";
    BodyEnd Frequent body_newline_sent = body::newline_less, SIGN_WHAT_YOU_SEND,
        "the body was sent with blanks or line ends around it that you did not sign",
        "实际发送的请求体首尾带有空白或换行，您签名时没有";
    Layout Frequent last_line_feed_missing = lines::no_last_line_feed, LINE_FEEDS,
        "the last line feed is missing from what you signed",
        "您的签名串缺少最后一个换行符";
    Layout Frequent line_feed_too_many = lines::extra_line_feed, LINE_FEEDS,
        "what you signed ends in one line feed too many",
        "您的签名串末尾多了一个换行符";
    Layout Frequent carriage_returns = lines::carriage_returns, LINE_FEEDS,
        "you ended lines with CR LF",
        "您的签名串使用了 CRLF 换行";
    Layout Frequent literal_line_feeds = lines::literal_line_feeds, DOUBLE_QUOTES,
        "you signed a backslash and the letter n instead of line feeds",
        "您的签名串中是反斜杠加字母 n，而不是换行符";
    BodyStyle Frequent body_left_out = body::empty, SIGN_WHAT_YOU_SEND,
        "you signed an empty body and sent another",
        "您按空请求体签名，却发送了请求体";
    BodyStyle Alone empty_json_signed = body::empty_json, EMPTY_LAST_LINE,
        "you signed {} or null as the body",
        "您把 {} 或 null 当作请求体签名";
    BodyStyle Frequent body_compact_signed = body::compact, SIGN_WHAT_YOU_SEND,
        "you signed the JSON without blanks and sent it with blanks",
        "您签名的是紧凑 JSON，发送的是带空白的 JSON";
    BodyStyle Frequent body_indented_signed = body::indented, SIGN_WHAT_YOU_SEND,
        "you signed indented JSON and sent it otherwise",
        "您签名的是缩进格式的 JSON，发送的不是";
    BodyStyle Frequent body_python_separators_signed = body::python_separators, DATA_NOT_JSON,
        "you signed JSON with a blank after commas and colons (Python's json.dumps), and sent it otherwise",
        "您签名的 JSON 在逗号和冒号后带空格（Python json.dumps 的默认格式），发送的不是";
    BodyStyle Frequent body_jackson_printer_signed = body::jackson_printer, SIGN_WHAT_YOU_SEND,
        "you signed JSON as Jackson's pretty printer writes it, and sent it otherwise",
        "您签名的是 Jackson 美化输出的 JSON，发送的不是";
    BodyEscape Frequent body_html_escapes_signed = body::escaped_html, SIGN_WHAT_YOU_SEND,
        "you signed JSON with <, >, & written as \\u003c ... (Go, Gson, Rails), and sent it without",
        "您签名的 JSON 把 <、>、& 写成了 \\u003c 等（Go、Gson、Rails 的默认行为），发送的没有";
    BodyEscape Frequent body_slash_escapes_signed = body::escaped_slashes, SIGN_WHAT_YOU_SEND,
        "you signed JSON with / written as \\/ (PHP), and sent it without",
        "您签名的 JSON 把 / 写成了 \\/（PHP 默认行为），发送的没有";
    BodyEscape Frequent body_unicode_escapes_signed = body::escaped_unicode, SIGN_WHAT_YOU_SEND,
        "you signed JSON with Chinese written as \\uXXXX, and sent it as UTF-8",
        "您签名的 JSON 把中文写成了 \\uXXXX，发送的是 UTF-8 原文";
    BodyEscape Frequent body_php_escapes_signed = body::escaped_slashes_and_unicode, SIGN_WHAT_YOU_SEND,
        "you signed JSON with \\/ and \\uXXXX (PHP's json_encode), and sent it without",
        "您签名的 JSON 含 \\/ 和 \\uXXXX（PHP json_encode 默认行为），发送的没有";
    BodyEscape Frequent body_escapes_sent = body::unescaped, SIGN_WHAT_YOU_SEND,
        "you sent JSON with \\/, \\u003c or \\uXXXX and signed it without",
        "您发送的 JSON 含 \\/、\\u003c 或 \\uXXXX，签名的没有";
    BodyOrder Frequent body_sorted_signed = body::sorted_members, SIGN_WHAT_YOU_SEND,
        "you signed the JSON with its members sorted, and sent it otherwise",
        "您签名的 JSON 字段按名称排序，发送的顺序不同";
    BodyOrder Frequent body_order_changed = body::other_order, SIGN_WHAT_YOU_SEND,
        "you signed the JSON's members in another order than you sent them",
        "您签名的 JSON 字段顺序与发送的不同";
    Target Frequent host_signed = target::with_scheme_and_host, SIGN_THE_REQUEST_LINE,
        "you signed the whole address with its host",
        "您的签名串第二行包含了域名";
    Target Frequent query_left_out = target::without_query, SIGN_THE_REQUEST_LINE,
        "you signed the path without its query",
        "您的签名串第二行缺少查询串";
    Target Frequent trailing_slash = target::trailing_slash, SIGN_THE_REQUEST_LINE,
        "a slash at the path's end is in one of the two and not in the other",
        "签名与请求的路径末尾斜杠不一致";
    Target Frequent version_left_out = target::without_version, SIGN_THE_REQUEST_LINE,
        "you signed the path without /v3",
        "您的签名串第二行缺少 /v3";
    Target Frequent target_decoded = target::decoded, SIGN_THE_REQUEST_LINE,
        "you signed the address decoded and sent it percent-encoded",
        "您签名的 URL 未做百分号编码，发送的做了编码";
    Target Frequent target_encoded = target::encoded, SIGN_THE_REQUEST_LINE,
        "you signed the address percent-encoded and sent it otherwise",
        "您签名的 URL 做了百分号编码，发送的没有或编码次数不同";
    Target Alone target_encoding_form = target::encoding_form, SIGN_THE_REQUEST_LINE,
        "you signed another form of percent-encoding: %e4 for %E4, or + for %20",
        "签名与发送的百分号编码形式不同：大小写，或 + 与 %20";
    Target Alone leading_slash_missing = target::without_leading_slash, SIGN_THE_REQUEST_LINE,
        "you signed the path without its first slash",
        "您的签名串第二行缺少开头的斜杠";
    Target Alone doubled_slash = target::doubled_slash, SIGN_THE_REQUEST_LINE,
        "a doubled slash is in one of the two paths and not in the other",
        "签名与请求的路径中双斜杠不一致";
    Target Alone query_order_changed = target::query_order, SIGN_THE_REQUEST_LINE,
        "you signed the query's parameters in another order than you sent them",
        "您签名的查询参数顺序与发送的不同";
    Target Alone query_signed_as_body = target::query_as_body, SIGN_THE_REQUEST_LINE,
        "you signed the query as if it were the body",
        "您把查询串当作请求体签名";
    Target Alone trailing_question_mark = target::trailing_question_mark, SIGN_THE_REQUEST_LINE,
        "a question mark at the end is in one of the two addresses and not in the other",
        "签名与请求的 URL 末尾问号不一致";
    Target Alone path_prefix = target::prefix, SIGN_THE_REQUEST_LINE,
        "the path arrived with a prefix that you did not sign: a proxy, or a base address with a path",
        "请求路径带有您未签名的前缀：可能经过代理，或基础地址含路径";
    Target Alone target_lower_cased = target::lower_cased, SIGN_THE_REQUEST_LINE,
        "you signed the address in lower case",
        "您签名的 URL 被转成了小写";
    Target Frequent path_of_another_call = target::other_path, SIGN_THE_REQUEST_LINE,
        "you signed the path of another call",
        "您签名的是另一个接口的路径";
    Method Frequent method_case = lines::method_case, CAPITALS,
        "you signed the method in another case",
        "您签名的请求方法大小写不同";
    Method Alone other_method = lines::other_method, FIVE_LINES,
        "you signed another method than you sent",
        "您签名的请求方法与实际发送的不同";
    Clock Alone seconds_signed = lines::seconds_signed, ONE_TIMESTAMP,
        "you signed seconds and sent milliseconds in the header",
        "您签名的时间戳为秒，请求头中却是毫秒";
    Clock Alone clock_read_twice = lines::clock_read_twice, ONE_CLOCK,
        "the timestamp that you signed is another than the header's, by seconds",
        "您签名的时间戳与请求头中的相差数秒";
    Clock Last milliseconds_signed = lines::milliseconds_signed, ONE_TIMESTAMP,
        "you signed milliseconds and sent seconds in the header",
        "您签名的时间戳为毫秒，请求头中却是秒";
    Nonce Alone nonce_form = lines::nonce_form, ONE_NONCE,
        "you signed the nonce in another form: case, dashes or blanks",
        "您签名的随机串与请求头中的形式不同：大小写、连字符或空格";
    Layout Alone nonce_before_timestamp = lines::nonce_before_timestamp, FIVE_LINES,
        "you signed the nonce before the timestamp",
        "您的签名串中随机串在时间戳之前";
    Layout Alone timestamp_first = lines::timestamp_first, FIVE_LINES,
        "you signed timestamp and nonce before method and URL",
        "您的签名串中时间戳和随机串在方法和 URL 之前";
    Layout Alone reply_lines_signed = lines::reply_lines, FIVE_LINES,
        "you signed the three lines of a reply: timestamp, nonce, body",
        "您签名的是应答的三行：时间戳、随机串、报文主体";
    Layout Alone body_line_missing = lines::no_body_line, FIVE_LINES,
        "you signed four lines, without one for the body",
        "您只签了四行，缺少请求体一行";
    Layout Alone blanks_at_line_ends = lines::blanks_at_line_ends, LINE_FEEDS,
        "you signed blanks around the line feeds",
        "您的签名串在换行符前后有空格";
    Layout Alone line_feeds_missing = lines::no_line_feeds, LINE_FEEDS,
        "you signed the parts without line feeds between them",
        "您的签名串各部分之间没有换行符";
    Layout Alone digest_signed = lines::digest_signed, NO_OWN_HASH,
        "you hashed the message yourself and signed the hash",
        "您先自行计算了摘要，再对摘要签名";
    BodyStyle Alone json_twice_signed = body::json_twice, SIGN_WHAT_YOU_SEND,
        "you signed the body encoded as JSON twice",
        "您签名的请求体被 JSON 编码了两次";
    BodyStyle Alone body_digest_signed = body::digest_of_body, FIVE_LINES,
        "you signed the body's SHA-256 instead of the body",
        "您签名的是请求体的 SHA-256，而不是请求体";
    BodyEscape Alone body_html_entities_signed = body::html_entities, SIGN_WHAT_YOU_SEND,
        "you signed the body with & written as &amp;",
        "您签名的请求体把 & 写成了 &amp;";
    BodyEscape Alone body_latin_1_signed = body::latin_1, NAME_UTF_8,
        "you signed the body in Latin-1: Chinese became question marks, or was encoded twice",
        "您签名时请求体按 Latin-1 处理：中文变成了问号，或被二次编码";
    BodyEnd Alone body_line_ends = body::line_ends, SIGN_WHAT_YOU_SEND,
        "the line ends inside the body were changed between signing and sending",
        "请求体内部的换行符在签名与发送之间被改变";
    BodyEnd Alone body_byte_order_mark = body::byte_order_mark, NO_MARK,
        "a byte order mark is in one of the two bodies and not in the other",
        "签名与发送的请求体一个带 BOM，一个不带";
}

/// Advice that holds for every body that was written twice.
const SIGN_WHAT_YOU_SEND: (&str, &str) = (
    "Write the body once, sign these bytes and send the same bytes; give the HTTP library bytes, not an object.",
    "请求体只序列化一次，对同一份字节签名并发送；传给 HTTP 库的应是字节，而不是对象。",
);
/// Advice that holds for every address that was put together twice.
const SIGN_THE_REQUEST_LINE: (&str, &str) = (
    "Sign what stands on the request line, byte for byte: path, and ? and query if there is one.",
    "签名串第二行须与 HTTP 请求行逐字节一致：路径，以及（如有）? 和查询串。",
);
const LINE_FEEDS: (&str, &str) = (
    "End each of the five lines with one line feed (0x0A), the last one too, even when the body is empty.",
    "五行中的每一行都以一个换行符（0x0A）结尾，包括最后一行；请求体为空时也一样。",
);
const FIVE_LINES: (&str, &str) = (
    "A request's message is: method, URL, timestamp, nonce, body, in this order.",
    "请求签名串依次为：请求方法、URL、时间戳、随机串、请求体。",
);
const DOUBLE_QUOTES: (&str, &str) = (
    "Use double quotes in PHP, $'\\n' or printf in a shell.",
    "PHP 请使用双引号；shell 请使用 $'\\n' 或 printf。",
);
const EMPTY_LAST_LINE: (&str, &str) = (
    "Sign an empty body when none is sent: the last line is then empty.",
    "没有请求体时，签名串最后一行为空行。",
);
const DATA_NOT_JSON: (&str, &str) = (
    "Pass data=body, not json=obj, with body = json.dumps(obj).encode() made once.",
    "请先 body = json.dumps(obj).encode()，签名后以 data=body 发送，不要用 json=obj。",
);
const CAPITALS: (&str, &str) = ("Write the method in capitals.", "请求方法须为大写。");
const ONE_TIMESTAMP: (&str, &str) =
    ("Put the same text into both: seconds.", "两处须使用同一时间戳文本，单位为秒。");
const ONE_CLOCK: (&str, &str) = (
    "Read the clock once and put the same text into the message and into the header.",
    "时间只读取一次，签名串和请求头使用同一文本。",
);
const ONE_NONCE: (&str, &str) =
    ("Put the same text into the message and into the header.", "签名串和请求头须使用同一随机串文本。");
const NO_OWN_HASH: (&str, &str) = (
    "SHA256withRSA hashes by itself: give it the message.",
    "SHA256withRSA 会自行计算摘要，请直接传入签名串。",
);
const NAME_UTF_8: (&str, &str) = (
    "Take the body's bytes with UTF-8 named outright (getBytes(StandardCharsets.UTF_8)).",
    "取字节时请显式指定 UTF-8，例如 getBytes(StandardCharsets.UTF_8)。",
);
const NO_MARK: (&str, &str) = ("Write UTF-8 without a byte order mark.", "请使用不带 BOM 的 UTF-8。");

//! Table of mistakes in the canonical message (待签名串).
//!
//! To add one, add a row here, a function next to similar ones, and a case in `tests/explain.rs`.
//!
//! The order matters twice: more frequent mistakes are tried first, and if two mistakes give the same bytes,
//! the earlier one is named. So the body's line end comes before the message's. A row's sentence must be true
//! of each variant: the signature proves the bytes, and the sentence says what they are.

use crate::explain::cause::{Cause, cause};
use crate::explain::parts::{Mistake, Stage, Trial};
use crate::explain::remedy::{self, Remedy};
use crate::explain::{body, lines, shape, target, text};

/// Makes a row: the part that changes, when the mistake is tried, the name for programs, the variants, the
/// advice with its remedy, and a sentence in English and in Chinese.
macro_rules! mistakes {
    ($($stage:ident $trial:ident $id:ident = $variants:path, $advice:ident, $en:literal, $zh:literal;)*) => {
        pub(in crate::explain) static MISTAKES: &[Mistake] = &[$(Mistake {
            stage: Stage::$stage,
            trial: Trial::$trial,
            variants: $variants,
            cause: $advice.of(stringify!($id), ($en, $zh)),
        }),*];
    };
}

mistakes! {
    BodyEnd Frequent body_newline_signed = body::newline_more, SIGN_WHAT_YOU_SEND,
        "you signed a line end, a blank or a NUL more after the body than was sent",
        "您签名的内容在请求体末尾比实际发送的多一个换行、空格或 NUL 字符";
    BodyEnd Frequent body_newline_sent = body::newline_less, SIGN_WHAT_YOU_SEND,
        "the body was sent with blanks or line ends around it that you did not sign",
        "实际发送的请求体首尾带有空白或换行，您签名时没有";
    Layout Frequent last_line_feed_missing = lines::no_last_line_feed, LINE_FEEDS,
        "the last line feed is missing from what you signed",
        "您的待签名串缺少最后一个换行符";
    Layout Frequent line_feed_too_many = lines::extra_line_feed, LINE_FEEDS,
        "what you signed ends in one line feed too many",
        "您的待签名串末尾多了一个换行符";
    Layout Alone first_line_feed = lines::first_line_feed, LINE_FEEDS,
        "what you signed begins with a line feed or a blank",
        "您的待签名串开头多了换行或空格";
    Layout Frequent carriage_returns = lines::carriage_returns, LINE_FEEDS,
        "you ended lines with CR LF",
        "您的待签名串使用了 CRLF 换行";
    Layout Frequent literal_line_feeds = lines::literal_line_feeds, DOUBLE_QUOTES,
        "you signed a backslash and the letter n instead of line feeds",
        "您的待签名串中是反斜杠加字母 n，而不是换行符";
    BodyStyle Frequent body_left_out = body::empty, SIGN_WHAT_YOU_SEND,
        "you signed an empty body and sent another",
        "您按空请求体签名，却发送了请求体";
    BodyStyle Alone empty_json_signed = body::empty_json, EMPTY_LAST_LINE,
        "you signed {}, null or another word for nothing as the body",
        "您把 {}、null 等表示空值的文字当作请求体签名";
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
    BodyStyle Alone body_other_blanks_signed = body::other_blanks, SIGN_WHAT_YOU_SEND,
        "you signed JSON with other blanks between its tokens than you sent",
        "您签名的 JSON 各符号之间的空格与发送的不同";
    BodyStyle Alone body_blanks_removed = body::blanks_removed, SIGN_WHAT_YOU_SEND,
        "you signed the body with the blanks inside its texts removed",
        "您签名的请求体去掉了文本值中的空格";
    BodyEscape Frequent body_html_escapes_signed = text::escaped_html, SIGN_WHAT_YOU_SEND,
        "you signed JSON with characters such as <, >, & or = written as \\u003c and the like (Go, Gson, Rails), and sent it without",
        "您签名的 JSON 把 <、>、&、= 等字符写成了 \\u003c 等（Go、Gson、Rails 的默认行为），发送的没有";
    BodyEscape Frequent body_slash_escapes_signed = text::escaped_slashes, SIGN_WHAT_YOU_SEND,
        "you signed JSON with / written as \\/ (PHP), and sent it without",
        "您签名的 JSON 把 / 写成了 \\/（PHP 默认行为），发送的没有";
    BodyEscape Frequent body_unicode_escapes_signed = text::escaped_unicode, SIGN_WHAT_YOU_SEND,
        "you signed JSON with characters outside ASCII, such as Chinese, written as \\uXXXX, and sent it as UTF-8",
        "您签名的 JSON 把中文等非 ASCII 字符写成了 \\uXXXX，发送的是 UTF-8 原文";
    BodyEscape Frequent body_php_escapes_signed = text::escaped_slashes_and_unicode, SIGN_WHAT_YOU_SEND,
        "you signed JSON with \\/ and \\uXXXX (PHP's json_encode), and sent it without",
        "您签名的 JSON 含 \\/ 和 \\uXXXX（PHP json_encode 默认行为），发送的没有";
    BodyEscape Frequent body_escapes_sent = text::unescaped, SIGN_WHAT_YOU_SEND,
        "you sent JSON with \\/, \\u003c or \\uXXXX and signed it without",
        "您发送的 JSON 含 \\/、\\u003c 或 \\uXXXX，签名的没有";
    BodyEscape Alone body_dot_net_escapes_signed = text::escaped_dot_net, SIGN_WHAT_YOU_SEND,
        "you signed JSON with <, >, &, ' or + written as \\u003C and the like (.NET's System.Text.Json), and sent it without",
        "您签名的 JSON 把 <、>、&、' 或 + 写成了 \\u003C 等（.NET System.Text.Json 的默认行为），发送的没有";
    BodyOrder Frequent body_sorted_signed = body::sorted_members, SIGN_WHAT_YOU_SEND,
        "you signed the JSON with its members sorted, and sent it otherwise",
        "您签名的 JSON 字段按名称排序，发送的顺序不同";
    BodyOrder Frequent body_order_changed = body::other_order, SIGN_WHAT_YOU_SEND,
        "the JSON's members that you signed are in another order than those that you sent",
        "您签名的 JSON 字段顺序与发送的不同";
    BodyMembers Alone body_member_not_signed = body::member_not_signed, SIGN_WHAT_YOU_SEND,
        "the body was sent with a member that is not in what you signed",
        "发送的请求体中有字段不在您签名的内容里";
    BodyMembers Alone body_empty_member_signed = body::empty_member_signed, SIGN_WHAT_YOU_SEND,
        "you signed members that are null or empty, and they were left out on sending",
        "您签名的 JSON 含有 null 或空字符串字段，发送时这些字段被去掉了";
    BodyMembers Alone body_values_rewritten = body::scalars_rewritten, SIGN_WHAT_YOU_SEND,
        "you signed numbers, texts or truth values in another form than you sent: 1.0 for 1, \"1\" for 1",
        "您签名的数字、文本或布尔值与发送的写法不同，例如 1.0 与 1、\"1\" 与 1";
    Target Frequent host_signed = target::with_scheme_and_host, SIGN_THE_REQUEST_LINE,
        "you signed the whole address with its host",
        "您的待签名串第二行包含了域名";
    Target Frequent placeholder_signed = target::placeholder, SIGN_THE_REQUEST_LINE,
        "you signed the path with its placeholder, such as {card_id}, not filled in",
        "您签名的路径中占位符（例如 {card_id}）没有替换为实际值";
    Target Frequent query_left_out = target::without_query, SIGN_THE_REQUEST_LINE,
        "you signed the path without its query",
        "您的待签名串第二行缺少查询串";
    Target Frequent trailing_slash = target::trailing_slash, SIGN_THE_REQUEST_LINE,
        "a slash at the path's end is in one of the two and not in the other",
        "签名与请求的路径末尾斜杠不一致";
    Target Frequent version_left_out = target::without_version, SIGN_THE_REQUEST_LINE,
        "you signed the path without /v3",
        "您的待签名串第二行缺少 /v3";
    Target Frequent target_decoded = target::decoded, SIGN_THE_REQUEST_LINE,
        "you signed the address decoded and sent it percent-encoded",
        "您签名的 URL 未做百分号编码，发送的做了编码";
    Target Frequent target_encoded = target::encoded, SIGN_THE_REQUEST_LINE,
        "you signed the address percent-encoded and sent it otherwise",
        "您签名的 URL 做了百分号编码，发送的没有或编码次数不同";
    Target Alone target_encoding_form = target::encoding_form, SIGN_THE_REQUEST_LINE,
        "you signed another form of percent-encoding: %e4 for %E4, + for %20, or other marks encoded",
        "签名与发送的百分号编码形式不同：大小写，+ 与 %20，或被编码的标点";
    Target Alone leading_slash_missing = target::without_leading_slash, SIGN_THE_REQUEST_LINE,
        "you signed the path without its first slash",
        "您的待签名串第二行缺少开头的斜杠";
    Target Alone doubled_slash = target::doubled_slash, SIGN_THE_REQUEST_LINE,
        "one of the two paths has a double slash where the other has a single one",
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
    Target Alone path_end_signed = target::path_end, SIGN_THE_REQUEST_LINE,
        "you signed only the end of the path, without what the base address adds",
        "您只签了路径的后半段，没有包含基础地址中的路径";
    Target Alone longer_path_signed = target::longer_path, SIGN_THE_REQUEST_LINE,
        "you signed the path with a prefix that did not arrive: a proxy took it away, or the base address has it",
        "您签名的路径带有前缀，到达服务端时已没有：可能被代理去掉，或来自基础地址";
    Target Alone query_parameter_not_signed = target::parameter_not_signed, SIGN_THE_REQUEST_LINE,
        "the query was sent with a parameter that is not in what you signed",
        "发送的查询串中有参数不在您签名的内容里";
    Target Alone target_end_mark = target::trailing_mark, SIGN_THE_REQUEST_LINE,
        "a & or # at the end is in one of the two addresses and not in the other",
        "签名与请求的 URL 末尾的 & 或 # 不一致";
    Target Alone target_html_entities = target::html_entities, SIGN_THE_REQUEST_LINE,
        "the parameters are joined by &amp; in one of the two addresses and by & in the other",
        "签名与请求的 URL 中，参数一处以 &amp; 连接，另一处以 & 连接";
    Target Alone target_gbk_signed = target::gbk, SIGN_THE_REQUEST_LINE,
        "you signed the address with its Chinese in GBK and sent it in UTF-8",
        "您签名的 URL 中文按 GBK 编码，发送的是 UTF-8 编码";
    Target Alone target_lower_cased = target::lower_cased, SIGN_THE_REQUEST_LINE,
        "you signed the address in lower case",
        "您签名的 URL 被转成了小写";
    Target Alone path_of_another_call = target::other_path, SIGN_THE_REQUEST_LINE,
        "you signed the path of another request",
        "您签名的是另一个接口的路径";
    Method Frequent method_case = lines::method_case, CAPITALS,
        "you signed the method in another case",
        "您签名的请求方法大小写不同";
    Method Alone other_method = lines::other_method, FIVE_LINES,
        "the method that you signed differs from the one that you sent",
        "您签名的请求方法与实际发送的不同";
    Clock Alone seconds_signed = lines::seconds_signed, ONE_TIMESTAMP,
        "you signed seconds and sent milliseconds in the header",
        "您签名的时间戳为秒，请求头中却是毫秒";
    Clock Alone clock_read_twice = lines::clock_read_twice, ONE_CLOCK,
        "the timestamp that you signed differs from the header's by some seconds",
        "您签名的时间戳与请求头中的相差数秒";
    Clock Last milliseconds_signed = lines::milliseconds_signed, ONE_TIMESTAMP,
        "you signed milliseconds and sent seconds in the header",
        "您签名的时间戳为毫秒，请求头中却是秒";
    Nonce Alone nonce_form = lines::nonce_form, ONE_NONCE,
        "you signed the nonce in another form: case, dashes or blanks",
        "您签名的随机串与请求头中的形式不同：大小写、连字符或空格";
    Nonce Alone nonce_or_time_empty = lines::without_nonce_or_time, ONE_NONCE,
        "you signed an empty line where the timestamp or the nonce belongs",
        "您的待签名串中时间戳或随机串一行为空";
    Layout Alone nonce_before_timestamp = lines::nonce_before_timestamp, FIVE_LINES,
        "you signed the nonce before the timestamp",
        "您的待签名串中随机串在时间戳之前";
    Layout Alone timestamp_first = lines::timestamp_first, FIVE_LINES,
        "you signed timestamp and nonce before method and URL",
        "您的待签名串中时间戳和随机串在方法和 URL 之前";
    Layout Alone response_lines_signed = lines::response_lines, FIVE_LINES,
        "you signed the three lines of a response: timestamp, nonce, body",
        "您签名的是应答的三行：时间戳、随机串、报文主体";
    Layout Alone body_line_missing = lines::no_body_line, FIVE_LINES,
        "you signed four lines, without one for the body",
        "您只签了四行，缺少请求体一行";
    Layout Alone body_alone_signed = lines::body_alone, FIVE_LINES,
        "you signed the body alone",
        "您只签了请求体";
    Layout Alone line_missing = lines::line_missing, FIVE_LINES,
        "lines are missing from what you signed",
        "您的待签名串缺少若干行";
    Layout Alone line_twice = lines::line_twice, FIVE_LINES,
        "what you signed contains a line twice",
        "您的待签名串中有一行重复";
    Layout Alone empty_message_signed = lines::empty_message, FIVE_LINES,
        "you signed an empty text",
        "您签名的内容为空";
    Layout Alone blanks_at_line_ends = lines::blanks_at_line_ends, LINE_FEEDS,
        "you signed blanks around the line feeds",
        "您的待签名串在换行符前后有空格";
    Layout Alone line_feeds_missing = lines::no_line_feeds, LINE_FEEDS,
        "you signed the parts without line feeds between them",
        "您的待签名串各部分之间没有换行符";
    Layout Alone other_separators = lines::other_separators, LINE_FEEDS,
        "you signed the lines with something else between them than one line feed",
        "您的待签名串各行之间不是单个换行符";
    Layout Alone lines_reordered = lines::other_order, FIVE_LINES,
        "you signed the five lines in another order",
        "您的待签名串五行的顺序不对";
    Layout Alone digest_signed = lines::digest_signed, NO_OWN_HASH,
        "you hashed the message yourself and signed the hash",
        "您先自行计算了摘要，再对摘要签名";
    Layout Alone message_encoded = lines::message_encoded, NO_OWN_HASH,
        "you encoded the message before you signed it: Base64, hexadecimal, UTF-16 or percent-encoding",
        "您在签名前对待签名串做了编码：Base64、十六进制、UTF-16 或百分号编码";
    BodyStyle Alone json_twice_signed = body::json_twice, SIGN_WHAT_YOU_SEND,
        "you signed the body encoded as JSON twice",
        "您签名的请求体被 JSON 编码了两次";
    BodyStyle Alone json_twice_sent = body::json_once, SIGN_WHAT_YOU_SEND,
        "you sent the body encoded as JSON twice and signed it encoded once",
        "您发送的请求体被 JSON 编码了两次，签名的只编码了一次";
    BodyStyle Alone body_form_signed = shape::form, SIGN_WHAT_YOU_SEND,
        "you signed the fields as a form (a=1&b=2) and sent JSON",
        "您签名的是表单（a=1&b=2），发送的是 JSON";
    BodyStyle Alone body_form_sent = shape::form_sent, SEND_JSON,
        "you sent the fields as a form (a=1&b=2) and signed JSON",
        "您发送的是表单（a=1&b=2），签名的是 JSON";
    BodyStyle Alone body_map_printed = shape::printed, SIGN_WHAT_YOU_SEND,
        "you signed the object as your language prints it, not the JSON that you sent",
        "您签名的是对象打印出来的文本，而不是发送的 JSON";
    BodyEscape Alone body_percent_encoded_signed = shape::percent_encoded, SIGN_WHAT_YOU_SEND,
        "you signed the body percent-encoded",
        "您签名的请求体做了百分号编码";
    BodyStyle Alone form_signed = body::form_signed, SIGN_THE_META,
        "you signed the whole form of the upload",
        "您对整个上传表单签名";
    BodyStyle Alone file_signed = body::file_signed, SIGN_THE_META,
        "you signed the file of the upload",
        "您对上传的文件内容签名";
    BodyStyle Alone body_digest_signed = body::digest_of_body, FIVE_LINES,
        "you signed a digest or the Base64 of the body instead of the body",
        "您签名的是请求体的摘要或 Base64，而不是请求体";
    BodyEscape Alone body_html_entities_signed = text::html_entities, SIGN_WHAT_YOU_SEND,
        "you signed the body with characters such as & or quotes written as &amp;, &quot; and the like",
        "您签名的请求体把 &、引号等字符写成了 &amp;、&quot; 等";
    BodyEscape Alone body_html_entities_sent = text::html_entities_sent, SIGN_WHAT_YOU_SEND,
        "you sent the body with &amp;, &lt; or &quot; and signed it without",
        "您发送的请求体含 &amp;、&lt; 或 &quot;，签名的没有";
    BodyEncoding Alone body_utf_8_twice_sent = text::utf_8_twice_sent, SEND_UTF_8,
        "you sent the body with its UTF-8 encoded a second time, and signed it encoded once",
        "您发送的请求体被二次 UTF-8 编码，签名的只编码了一次";
    BodyEncoding Alone body_latin_1_signed = text::latin_1, NAME_UTF_8,
        "you signed the body in Latin-1: characters such as Chinese became question marks, or were encoded twice",
        "您签名时请求体按 Latin-1 处理：中文等字符变成了问号，或被二次编码";
    BodyEncoding Alone body_gbk_signed = text::gbk, NAME_UTF_8,
        "you signed the body in GBK or another Chinese encoding, and sent it in UTF-8",
        "您签名的请求体为 GBK 等编码，发送的是 UTF-8";
    BodyEncoding Alone body_read_as_gbk_signed = text::read_as_gbk, NAME_UTF_8,
        "you signed the body after its UTF-8 had been read as GBK",
        "您签名前把请求体的 UTF-8 字节按 GBK 解码，签名的是乱码";
    BodyEncoding Alone body_gbk_sent = text::gbk_sent, SEND_UTF_8,
        "you sent the body in GBK or another Chinese encoding, and signed it in UTF-8",
        "您发送的请求体为 GBK 等编码，签名的是 UTF-8";
    BodyEncoding Alone body_utf_16_signed = text::utf_16, NAME_UTF_8,
        "you signed the body in UTF-16",
        "您签名的请求体为 UTF-16 编码";
    BodyEnd Alone body_line_ends = body::line_ends, SIGN_WHAT_YOU_SEND,
        "the line ends inside the body were changed between signing and sending",
        "请求体内部的换行符在签名与发送之间被改变";
    BodyEncoding Alone body_byte_order_mark = text::byte_order_mark, NO_MARK,
        "a byte order mark is in one of the two bodies and not in the other",
        "签名与发送的请求体一个带 BOM，一个不带";
}

/// Advice in English and in Chinese, and the lines of a program that follow it.
struct Advice((&'static str, &'static str), &'static Remedy);

impl Advice {
    const fn of(self, id: &'static str, name: (&'static str, &'static str)) -> Cause {
        let Self(text, remedy) = self;
        cause(id, name, text).with_remedy(remedy)
    }
}

/// Advice for every body that was serialised twice.
const SIGN_WHAT_YOU_SEND: Advice = Advice(
    (
        "Write the body once, sign these bytes and send the same bytes; give the HTTP library bytes, not an object.",
        "请求体只序列化一次，对同一份字节签名并发送；传给 HTTP 库的应是字节，而不是对象。",
    ),
    &remedy::SIGN_WHAT_YOU_SEND,
);
/// Advice for every address that was built twice.
const SIGN_THE_REQUEST_LINE: Advice = Advice(
    (
        "Sign the target of the request line, byte for byte: the path, and ? and the query if there is one.",
        "待签名串第二行须与 HTTP 请求行逐字节一致：路径，以及（如有）? 和查询串。",
    ),
    &remedy::SIGN_THE_REQUEST_LINE,
);
const LINE_FEEDS: Advice = Advice(
    (
        "End each of the five lines with one line feed (0x0A), the last one too, even when the body is empty.",
        "五行中的每一行都以一个换行符（0x0A）结尾，包括最后一行；请求体为空时也一样。",
    ),
    &remedy::LINE_FEEDS,
);
const FIVE_LINES: Advice = Advice(
    (
        "A request's message is: method, URL, timestamp, nonce, body, in this order.",
        "请求待签名串依次为：请求方法、URL、时间戳、随机串、请求体。",
    ),
    &remedy::LINE_FEEDS,
);
const DOUBLE_QUOTES: Advice = Advice(
    (
        "Use double quotes in PHP, $'\\n' or printf in a shell.",
        "PHP 请使用双引号；shell 请使用 $'\\n' 或 printf。",
    ),
    &remedy::LINE_FEEDS,
);
const EMPTY_LAST_LINE: Advice = Advice(
    (
        "Sign an empty body when none is sent: the last line is then empty.",
        "没有请求体时，待签名串最后一行为空行。",
    ),
    &remedy::EMPTY_LAST_LINE,
);
const DATA_NOT_JSON: Advice = Advice(
    (
        "Pass data=body, not json=obj, with body = json.dumps(obj).encode() made once.",
        "请先 body = json.dumps(obj).encode()，签名后以 data=body 发送，不要用 json=obj。",
    ),
    &remedy::SIGN_WHAT_YOU_SEND,
);
const CAPITALS: Advice = Advice(("Write the method in capitals.", "请求方法须为大写。"), &remedy::CAPITALS);
const ONE_TIMESTAMP: Advice = Advice(
    ("Put the same text into both: seconds.", "两处须使用同一时间戳文本，单位为秒。"),
    &remedy::ONE_TEXT,
);
const ONE_CLOCK: Advice = Advice(
    (
        "Read the clock once and put the same text into the message and into the header.",
        "时间只读取一次，待签名串和请求头使用同一文本。",
    ),
    &remedy::ONE_TEXT,
);
const ONE_NONCE: Advice = Advice(
    ("Put the same text into the message and into the header.", "待签名串和请求头须使用同一随机串文本。"),
    &remedy::ONE_TEXT,
);
const NO_OWN_HASH: Advice = Advice(
    (
        "SHA256withRSA hashes by itself: give it the message.",
        "SHA256withRSA 会自行计算摘要，请直接传入待签名串。",
    ),
    &remedy::SIGN,
);
const NAME_UTF_8: Advice = Advice(
    (
        "Take the body's bytes with UTF-8 named outright (getBytes(StandardCharsets.UTF_8)).",
        "取字节时请显式指定 UTF-8，例如 getBytes(StandardCharsets.UTF_8)。",
    ),
    &remedy::UTF_8,
);
const SEND_UTF_8: Advice = Advice(
    (
        "Send the body as UTF-8 bytes, the very ones that were signed.",
        "请以 UTF-8 字节发送请求体，且与签名的字节完全相同。",
    ),
    &remedy::UTF_8,
);
const SEND_JSON: Advice = Advice(
    (
        "Send the JSON itself, as application/json: give the HTTP library the text that was signed, not the fields.",
        "请以 application/json 发送 JSON 本身：传给 HTTP 库的应是签名用的文本，而不是各个字段。",
    ),
    &remedy::SEND_JSON,
);
const SIGN_THE_META: Advice = Advice(
    (
        "Of an upload, sign the JSON text of the part meta alone, exactly as it is sent.",
        "上传接口只对 meta 部分的 JSON 文本签名，须与发送的完全一致。",
    ),
    &remedy::SIGN_THE_META,
);
const NO_MARK: Advice =
    Advice(("Write UTF-8 without a byte order mark.", "请使用不带 BOM 的 UTF-8。"), &remedy::NO_MARK);

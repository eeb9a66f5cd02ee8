//! Recognizes material without an HTTP message.

use super::lines;
use std::fmt;

/// Reason for which material has no HTTP message: the kind of material that it looks like. `{}` prints
/// English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotHttp {
    /// The material is empty or blank.
    Empty,
    /// The material has more than [`LONGEST`](super::LONGEST) bytes.
    TooLarge,
    /// The material is the body of an error response.
    ErrorBody,
    /// The material is the body of a callback.
    CallbackBody,
    /// The material is other JSON.
    Json,
    /// The material is a key or a certificate.
    Pem,
    /// The material is an HTML page.
    Html,
    /// The material is XML, as in the V2 API.
    Xml,
    /// The material is a canonical message (待签名串): method, target, timestamp, nonce and body, each on a line.
    SignMessage,
    /// The material is the error that curl prints if it gets no response.
    CurlError,
    /// The curl command has no URL.
    CurlWithoutUrl,
    /// The curl command has an unclosed quote.
    UnclosedQuote,
    /// The material is a PowerShell command.
    PowerShell,
    /// The material is only a URL.
    Url,
    /// The material is only Base64, such as a signature.
    Base64,
    /// The material is a compressed file.
    Compressed,
    /// The material is not text.
    Binary,
    /// The HAR file has no entries.
    HarWithoutEntries,
    /// The chosen entry of a HAR file has no readable request.
    HarEntryMalformed {
        /// Number of the entry, counted from 1.
        entry: usize,
    },
    /// The URL of the chosen entry of a HAR file has a scheme other than HTTP, such as `data:` or `wss:`.
    HarUrlNotHttp {
        /// Number of the entry, counted from 1.
        entry: usize,
    },
    /// The material has fewer exchanges than the number asked for.
    NoSuchExchange {
        /// Number asked for.
        asked: usize,
        /// Number of exchanges in the material.
        of: usize,
    },
    /// The material is other text.
    Text,
}

impl NotHttp {
    /// Recognizes the kind of a text that has no HTTP message.
    pub(super) fn of(text: &[u8]) -> Self {
        let trimmed = text.trim_ascii();
        if trimmed.is_empty() {
            return Self::Empty;
        }
        if is_compressed(text) {
            return Self::Compressed;
        }
        let Ok(words) = std::str::from_utf8(trimmed) else {
            return Self::Binary;
        };
        if words.contains('\0') {
            return Self::Binary;
        }
        if words.contains("-----BEGIN ") {
            return Self::Pem;
        }
        match words.as_bytes()[0] {
            b'{' | b'[' => return Self::of_json(words),
            b'<' => return Self::of_markup(words),
            _ => {}
        }
        Self::of_words(words)
    }

    fn of_json(text: &str) -> Self {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
            return Self::Json;
        };
        let has = |name: &str| value.get(name).is_some();
        if has("code") && has("message") {
            Self::ErrorBody
        } else if has("event_type") && has("resource") {
            Self::CallbackBody
        } else {
            Self::Json
        }
    }

    fn of_markup(text: &str) -> Self {
        let start: String = text.chars().take(200).collect::<String>().to_ascii_lowercase();
        if start.contains("<!doctype html") || start.contains("<html") { Self::Html } else { Self::Xml }
    }

    fn of_words(words: &str) -> Self {
        let first = String::from_utf8_lossy(lines::first(words.as_bytes())).into_owned();
        let one_word = !words.contains(|c: char| c.is_whitespace());
        let lower = first.to_ascii_lowercase();
        if words.lines().any(|line| line.trim_start().starts_with("curl: (")) {
            Self::CurlError
        } else if is_sign_message(words) {
            Self::SignMessage
        } else if lower.contains("invoke-webrequest") || lower.contains("invoke-restmethod") {
            Self::PowerShell
        } else if one_word && (lower.starts_with("https://") || lower.starts_with("http://")) {
            Self::Url
        } else if is_base64(words) {
            Self::Base64
        } else {
            Self::Text
        }
    }
}

fn is_compressed(text: &[u8]) -> bool {
    let magic: [&[u8]; 6] =
        [b"\x1F\x8B", b"PK\x03\x04", b"\x28\xB5\x2F\xFD", b"BZh", b"\xFD7zXZ", b"7z\xBC\xAF"];
    magic.iter().any(|magic| text.starts_with(magic))
}

/// Returns whether a text is a canonical message, by its first lines: method, target and timestamp.
fn is_sign_message(text: &str) -> bool {
    let mut lines = text.lines();
    let mut next = || lines.next().unwrap_or_default().trim();
    let (method, target, timestamp) = (next(), next(), next());
    let is_method = (3..=7).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_time = timestamp.len() >= 8 && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    is_method && target.starts_with('/') && is_time
}

fn is_base64(text: &str) -> bool {
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\r\n".contains(&byte);
    text.len() >= 64 && text.bytes().all(alphabet)
}

impl fmt::Display for NotHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { self.chinese(f) } else { self.english(f) }
    }
}

impl NotHttp {
    fn english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Empty => {
                "The input is empty. Give the request or response with its start line, headers and body."
            }
            Self::TooLarge => "The input is longer than 16 MiB. Cut it down to one request or response.",
            Self::ErrorBody => {
                "This is the body of an error response. Add the status line and the headers, as `curl -i` prints them; to find a mistake in a signature, give the request."
            }
            Self::CallbackBody => {
                "This is the body of a callback. Its signature is in the headers: add the request line and the Wechatpay headers."
            }
            Self::Json => {
                "This is JSON and not an HTTP message. Add the request line or status line and the headers in front of it."
            }
            Self::Pem => {
                "This is a key or a certificate (PEM) and not an HTTP message. Do not paste a private key anywhere."
            }
            Self::Html => {
                "This is an HTML page and not an HTTP message. A proxy or a gateway may have returned it: give its status line and headers too, as `curl -i` prints them."
            }
            Self::Xml => {
                "This is XML and not an HTTP message. The V2 API uses XML; the APIv3 uses JSON and signs with the Authorization header."
            }
            Self::SignMessage => {
                "This is a message to be signed and not an HTTP message. Give the request that was sent; the message to be signed is built from it."
            }
            Self::CurlError => {
                "curl received no response: the connection failed, so there is nothing to judge. The line that begins with `curl:` says why."
            }
            Self::CurlWithoutUrl => "The curl command has no URL.",
            Self::UnclosedQuote => {
                "The curl command has a quote that is not closed; a part of it is missing."
            }
            Self::PowerShell => {
                "This is a PowerShell command. Choose \"copy as cURL\" in the browser, or give the request as raw HTTP."
            }
            Self::Url => {
                "This is a URL and not an HTTP message. Give the request with its method, headers and body, or the curl command."
            }
            Self::Base64 => {
                "This is Base64, such as a signature, and not an HTTP message. Give the request with its Authorization header."
            }
            Self::Compressed => "This file is compressed. Decompress it first.",
            Self::Binary => "These bytes are not text and not an HTTP message.",
            Self::HarWithoutEntries => "The HAR file has no entries: no request was recorded.",
            Self::HarEntryMalformed { entry } => {
                return write!(
                    f,
                    "Entry {entry} of the HAR file cannot be read: its request has no method, no URL, or a value of a wrong type. Choose another entry, or export the file again."
                );
            }
            Self::HarUrlNotHttp { entry } => {
                return write!(
                    f,
                    "Entry {entry} of the HAR file is not an HTTP request: its URL does not begin with https:// or http://. Choose another entry."
                );
            }
            Self::NoSuchExchange { asked, of } => {
                return write!(f, "Exchange {asked} was asked for, and there are {of}.");
            }
            Self::Text => {
                "This is not an HTTP message. A request begins with a line such as `POST /v3/... HTTP/1.1`, a response with `HTTP/1.1 200 OK`. Output of `curl -v` and `curl --trace`, a curl command, a HAR file, and logs of Apache HttpClient, OkHttp and Python are read too."
            }
        };
        f.write_str(text)
    }

    fn chinese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Empty => "输入为空。请提供包含起始行、头部和主体的请求或应答。",
            Self::TooLarge => "输入超过 16 MiB。请只保留一个请求或应答。",
            Self::ErrorBody => {
                "这是错误应答的报文主体。请连同状态行和头部一起提供（`curl -i` 的输出）；若要查找签名错误，请提供请求报文。"
            }
            Self::CallbackBody => {
                "这是回调通知的报文主体。签名在 HTTP 头中：请连同请求行和 Wechatpay 头一起提供。"
            }
            Self::Json => "这是 JSON，不是 HTTP 报文。请在前面补上请求行或状态行，以及头部。",
            Self::Pem => "这是密钥或证书（PEM），不是 HTTP 报文。请勿在任何地方粘贴私钥。",
            Self::Html => {
                "这是 HTML 页面，不是 HTTP 报文，可能由代理或网关返回。请连同状态行和头部一起提供（`curl -i` 的输出）。"
            }
            Self::Xml => {
                "这是 XML，不是 HTTP 报文。V2 接口使用 XML；APIv3 使用 JSON，签名在 Authorization 头中。"
            }
            Self::SignMessage => "这是待签名串，不是 HTTP 报文。请提供实际发送的请求，待签名串会由它构造。",
            Self::CurlError => "curl 没有收到应答：连接失败，没有可判断的内容。原因见以 `curl:` 开头的一行。",
            Self::CurlWithoutUrl => "curl 命令中没有 URL。",
            Self::UnclosedQuote => "curl 命令中有未闭合的引号，命令不完整。",
            Self::PowerShell => "这是 PowerShell 命令。请在浏览器中选择“复制为 cURL”，或提供原始 HTTP 报文。",
            Self::Url => "这是 URL，不是 HTTP 报文。请提供包含方法、头部和主体的请求，或 curl 命令。",
            Self::Base64 => "这是 Base64 文本（例如签名），不是 HTTP 报文。请提供带 Authorization 头的请求。",
            Self::Compressed => "这是压缩文件，请先解压。",
            Self::Binary => "这些字节不是文本，也不是 HTTP 报文。",
            Self::HarWithoutEntries => "HAR 文件中没有 entries：没有记录到请求。",
            Self::HarEntryMalformed { entry } => {
                return write!(
                    f,
                    "无法读取 HAR 文件的第 {entry} 个条目：其 request 缺少 method 或 url，或有值的类型不正确。请选择其他条目，或重新导出文件。"
                );
            }
            Self::HarUrlNotHttp { entry } => {
                return write!(
                    f,
                    "HAR 文件的第 {entry} 个条目不是 HTTP 请求：其 URL 不以 https:// 或 http:// 开头。请选择其他条目。"
                );
            }
            Self::NoSuchExchange { asked, of } => {
                return write!(f, "要求第 {asked} 次请求，而材料中只有 {of} 次。");
            }
            Self::Text => {
                "这不是 HTTP 报文。请求以 `POST /v3/... HTTP/1.1` 这样的行开头，应答以 `HTTP/1.1 200 OK` 开头。也可以提供 `curl -v`、`curl --trace` 的输出、curl 命令、HAR 文件，以及 Apache HttpClient、OkHttp、Python 的日志。"
            }
        };
        f.write_str(text)
    }
}

impl std::error::Error for NotHttp {}

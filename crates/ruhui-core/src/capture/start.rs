//! Recognizes start lines of HTTP messages and parses them.

/// Start line of an HTTP message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Start {
    Request {
        method: String,
        target: String,
        host: Option<String>,
    },
    /// `CONNECT host:443`, with which a client asks a proxy for a tunnel.
    Connect,
    Status(u16),
}

/// Largest length of a line that may be a start line.
const LONGEST: usize = 16 << 10;

pub(super) fn is_start(line: &[u8]) -> bool {
    read(line).is_some()
}

/// Parses a request line or a status line.
///
/// A request line is a method in capital letters and a target that begins with `/` or is a URL. With a
/// version at the end there is no doubt, so the method may have small letters and the target blanks.
pub(super) fn read(line: &[u8]) -> Option<Start> {
    if line.len() > LONGEST {
        return None;
    }
    let line = std::str::from_utf8(line).ok()?.trim();
    status(line).map(Start::Status).or_else(|| request(line))
}

/// Returns the status code of `HTTP/1.1 200 OK` or `HTTP/2 200`.
fn status(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    if !is_version(version) {
        return None;
    }
    let code = rest.trim_start().split(' ').next()?;
    let digits = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    code.parse().ok().filter(|code| digits && (100..1000).contains(code))
}

fn is_version(word: &str) -> bool {
    let number = word.get(..5).filter(|name| name.eq_ignore_ascii_case("HTTP/")).map(|_| &word[5..]);
    number.is_some_and(|number| {
        !number.is_empty()
            && number.len() <= 3
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

fn request(line: &str) -> Option<Start> {
    let (method, rest) = line.split_once([' ', '\t'])?;
    let (rest, has_version) = match rest.trim().rsplit_once([' ', '\t']) {
        Some((target, version)) if is_version(version) || version == "h2" => (target.trim(), true),
        _ => (rest.trim(), false),
    };
    let letters =
        |is: fn(&u8) -> bool| (2..=20).contains(&method.len()) && method.bytes().all(|byte| is(&byte));
    let named = if has_version {
        letters(u8::is_ascii_alphabetic)
    } else {
        letters(u8::is_ascii_uppercase) && !rest.contains([' ', '\t'])
    };
    if !named {
        return None;
    }
    if method == "CONNECT" && has_version && rest.contains(':') {
        return Some(Start::Connect);
    }
    let (target, host) = target(rest)?;
    Some(Start::Request { method: method.to_owned(), target, host })
}

/// Returns the path and query of a target, and the host if the target is a URL.
pub(super) fn target(text: &str) -> Option<(String, Option<String>)> {
    if text.starts_with('/') {
        return Some((text.to_owned(), None));
    }
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let rest = match lower {
        scheme if scheme.starts_with("https://") => &text[8..],
        scheme if scheme.starts_with("http://") => &text[7..],
        _ => return None,
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host.is_empty() {
        return None;
    }
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Some((path, Some(host.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, target: &str, host: Option<&str>) -> Option<Start> {
        Some(Start::Request { method: method.into(), target: target.into(), host: host.map(Into::into) })
    }

    #[test]
    fn three_words_are_not_a_request_line() {
        for line in [
            "hello my world",
            "Authorization: WECHATPAY2-SHA256-RSA2048 mchid=",
            "--> POST https://api.mch.weixin.qq.com/v3/certificates HTTP/1.1",
            "curl -X POST",
            "POST",
            "POST body /v3",
            "GET the /v3/certificates",
            "HTTP/1.1",
            "HTTP/1.1 20 OK",
            "HTTP/x 200 OK",
            "",
        ] {
            assert_eq!(read(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn request_lines_and_status_lines_are_read() {
        let v3 = "/v3/certificates";
        assert_eq!(read(b"GET /v3/certificates HTTP/1.1\r"), request("GET", v3, None));
        assert_eq!(read(b"GET /v3/certificates"), request("GET", v3, None));
        assert_eq!(read(b"get /v3/certificates HTTP/1.1"), request("get", v3, None));
        assert_eq!(read(b"GET /a b HTTP/1.1"), request("GET", "/a b", None));
        let host = Some("api.mch.weixin.qq.com");
        assert_eq!(read(b"GET https://api.mch.weixin.qq.com/v3/certificates h2"), request("GET", v3, host));
        assert_eq!(read(b"GET HTTP://a:1?b#c HTTP/1.1"), request("GET", "/?b", Some("a:1")));
        assert_eq!(read(b"CONNECT a:443 HTTP/1.1"), Some(Start::Connect));
        for (line, status) in [("HTTP/1.1 200 OK", 200), ("HTTP/2 401 ", 401), ("HTTP/1.0 502", 502)] {
            assert_eq!(read(line.as_bytes()), Some(Start::Status(status)), "{line}");
        }
    }
}

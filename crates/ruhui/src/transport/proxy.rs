//! The proxy that the environment names. The error names it if a connection through it fails.

use super::{NetworkCause, Proxy};
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The environment's proxies, by the rules of the HTTP library.
pub(crate) struct Proxies {
    matcher: Matcher,
    variables: Vec<&'static str>,
}

/// A proxy on the way to a host.
pub(crate) struct OnTheWay {
    pub(crate) shown: Proxy,
    /// `host:port`, if the client speaks plain HTTP to the proxy.
    address: Option<String>,
    authorization: Option<HeaderValue>,
}

/// The variables of each scheme, in the order in which the HTTP library looks for a proxy.
const VARIABLES: [(&str, [&str; 4]); 2] = [
    ("https", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
    ("http", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]),
];

impl Proxies {
    pub(crate) fn of_environment() -> Self {
        let names = VARIABLES.iter().flat_map(|(_, names)| names).copied();
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self { matcher: Matcher::from_env(), variables: names.filter(is_set).collect() }
    }

    /// The proxy for a request to `uri`.
    pub(crate) fn find(&self, uri: &Uri) -> Option<OnTheWay> {
        let intercept = self.matcher.intercept(uri)?;
        let (_, names) = VARIABLES.iter().find(|(scheme, _)| uri.scheme_str() == Some(scheme))?;
        let variable = names.iter().find(|name| self.variables.contains(name))?;
        let host = intercept.uri().host()?;
        let default_port = if intercept.uri().scheme_str() == Some("https") { 443 } else { 80 };
        let address = format!("{host}:{}", intercept.uri().port_u16().unwrap_or(default_port));
        let is_plain = intercept.uri().scheme_str() == Some("http");
        Some(OnTheWay {
            shown: Proxy::new(address.clone(), variable),
            address: is_plain.then_some(address),
            authorization: intercept.basic_auth().cloned(),
        })
    }
}

/// The bytes of a response to CONNECT after which no more is read for its status.
const STATUS_LINE: usize = 256;

/// Sends CONNECT for `uri`'s host to the proxy once more, for the status of its response. The host gets nothing.
pub(crate) async fn ask(proxy: &OnTheWay, uri: &Uri, limit: Duration) -> NetworkCause {
    let unknown = NetworkCause::ProxyRejected(None);
    let (Some(address), Some(host)) = (&proxy.address, uri.host()) else { return unknown };
    let to = format!("{host}:{}", uri.port_u16().unwrap_or(443));
    let mut request = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n").into_bytes();
    if let Some(authorization) = &proxy.authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(&request).await?;
        let mut line = Vec::new();
        while line.len() < STATUS_LINE && !line.contains(&b'\n') {
            if stream.read_buf(&mut line).await? == 0 {
                break;
            }
        }
        Ok::<_, std::io::Error>(line)
    };
    match tokio::time::timeout(limit, exchange).await {
        Ok(Ok(line)) if line.is_empty() => NetworkCause::ProxyClosed,
        Ok(Ok(line)) => match status(&line) {
            Some(407) => NetworkCause::ProxyAuthentication,
            // The proxy accepts this time, or its response has no status.
            Some(200..=299) | None => unknown,
            Some(status) => NetworkCause::ProxyRejected(Some(status)),
        },
        Ok(Err(_)) | Err(_) => unknown,
    }
}

/// The status in a line such as `HTTP/1.1 400 Bad Request`.
fn status(line: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(line.split(|byte| *byte == b'\n').next()?).ok()?;
    let mut words = text.strip_prefix("HTTP/")?.split_whitespace();
    words.nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_stands_in_the_first_line() {
        assert_eq!(status(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Some(400));
        assert_eq!(status(b"HTTP/1.0 502\r\n"), Some(502));
        for line in ["SSH-2.0-OpenSSH\r\n", "HTTP/1.1\r\n", "HTTP/1.1 abc\r\n", ""] {
            assert_eq!(status(line.as_bytes()), None, "{line}");
        }
    }

    fn on_the_way(address: String) -> OnTheWay {
        let authorization = Some(HeaderValue::from_static("Basic dTpw"));
        OnTheWay { shown: Proxy::new(address.clone(), "HTTPS_PROXY"), address: Some(address), authorization }
    }

    #[tokio::test]
    async fn what_a_proxy_answers_to_connect_is_named() {
        for (answer, wanted) in [
            (
                &b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"[..],
                NetworkCause::ProxyRejected(Some(400)),
            ),
            (b"HTTP/1.0 502 Bad Gateway\r\n\r\n", NetworkCause::ProxyRejected(Some(502))),
            (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", NetworkCause::ProxyAuthentication),
            (b"SSH-2.0-OpenSSH\r\n", NetworkCause::ProxyRejected(None)),
            (b"HTTP/1.1 200 OK\r\n\r\n", NetworkCause::ProxyRejected(None)),
            (b"", NetworkCause::ProxyClosed),
        ] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let proxy = on_the_way(listener.local_addr().unwrap().to_string());
            let serving = async {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4096];
                let count = stream.read(&mut request).await.unwrap();
                stream.write_all(answer).await.unwrap();
                String::from_utf8(request[..count].to_vec()).unwrap()
            };
            let uri = Uri::from_static("https://api.mch.weixin.qq.com/v3/secret?openid=o");
            let (cause, request) = tokio::join!(ask(&proxy, &uri, Duration::from_secs(60)), serving);
            assert_eq!(cause, wanted, "{}", answer.escape_ascii());
            assert_eq!(
                request,
                "CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: api.mch.weixin.qq.com:443\r\n\
                 Proxy-Authorization: Basic dTpw\r\n\r\n"
            );
        }
    }

    #[test]
    fn a_proxy_is_shown_without_its_password_and_with_its_variable() {
        let proxies = Proxies {
            matcher: Matcher::builder()
                .all("http://user:secret@127.0.0.1:3128")
                .no("internal.example")
                .build(),
            variables: vec!["all_proxy"],
        };
        let proxy = proxies.find(&Uri::from_static("https://api.mch.weixin.qq.com/")).unwrap();
        assert_eq!(proxy.shown, Proxy::new("127.0.0.1:3128", "all_proxy"));
        assert!(proxy.authorization.is_some());
        assert!(proxies.find(&Uri::from_static("https://internal.example/")).is_none());
    }
}

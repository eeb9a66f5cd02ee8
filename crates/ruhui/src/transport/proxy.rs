//! Proxies that environment variables name. An error of a connection through a proxy names the proxy.

use super::{NetworkCause, Proxy};
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Proxies of the environment, by the rules of the HTTP library.
pub(crate) struct Proxies {
    matcher: Matcher,
    variables: Vec<&'static str>,
}

/// The proxy of a request.
pub(crate) struct OnTheWay {
    pub(crate) shown: Proxy,
    protocol: Protocol,
    authorization: Option<HeaderValue>,
}

/// Protocol of a proxy, by the scheme of its URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Http,
    Https,
    Socks,
}

impl Protocol {
    fn of(scheme: Option<&str>) -> Self {
        match scheme {
            Some("https") => Self::Https,
            Some(scheme) if scheme.starts_with("socks") => Self::Socks,
            _ => Self::Http,
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks => 1080,
        }
    }
}

/// Environment variables of each scheme, in the order in which the HTTP library reads them.
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

    /// Uses one proxy for all requests, as if `variable` named it.
    #[cfg(test)]
    pub(crate) fn of_all(url: &str, variable: &'static str) -> Self {
        let matcher = Matcher::builder().all(url).no("internal.example").build();
        Self { matcher, variables: vec![variable] }
    }

    /// Returns the proxy for a request to `uri`.
    pub(crate) fn find(&self, uri: &Uri) -> Option<OnTheWay> {
        let intercept = self.matcher.intercept(uri)?;
        let (_, names) = VARIABLES.iter().find(|(scheme, _)| uri.scheme_str() == Some(scheme))?;
        let variable = names.iter().find(|name| self.variables.contains(name))?;
        let host = intercept.uri().host()?;
        let protocol = Protocol::of(intercept.uri().scheme_str());
        let port = intercept.uri().port_u16().unwrap_or_else(|| protocol.default_port());
        Some(OnTheWay {
            shown: Proxy::new(format!("{host}:{port}"), variable),
            protocol,
            authorization: intercept.basic_auth().cloned(),
        })
    }
}

/// Maximum number of bytes read from a response to CONNECT for its status line.
const STATUS_LINE: usize = 256;

impl OnTheWay {
    /// Returns the cause of a failed connection to `uri` through this proxy. `why` is the cause that the HTTP
    /// library reports. The library does not report the proxy's response to CONNECT, which it sends for https
    /// only.
    pub(crate) async fn cause(&self, why: NetworkCause, uri: &Uri, limit: Duration) -> NetworkCause {
        match (why, self.protocol) {
            (NetworkCause::Other, Protocol::Socks) => NetworkCause::ProxySocks,
            (NetworkCause::Other, _) if uri.scheme_str() == Some("https") => self.ask(uri, limit).await,
            (why, _) => why,
        }
    }

    fn connect(&self, to: &str) -> Vec<u8> {
        let mut request = format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n").into_bytes();
        if let Some(authorization) = &self.authorization {
            request.extend_from_slice(b"Proxy-Authorization: ");
            request.extend_from_slice(authorization.as_bytes());
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        request
    }

    /// Sends CONNECT for `uri`'s host to the proxy again, to learn the status of its response. Nothing
    /// reaches the host.
    async fn ask(&self, uri: &Uri, limit: Duration) -> NetworkCause {
        let unknown = NetworkCause::ProxyRejected(None);
        let (Protocol::Http, Some(host)) = (self.protocol, uri.host()) else { return unknown };
        let request = self.connect(&format!("{host}:{}", uri.port_u16().unwrap_or(443)));
        match tokio::time::timeout(limit, first_line(&self.shown.address, &request)).await {
            Ok(Ok(line)) if line.is_empty() => NetworkCause::ProxyClosed,
            Ok(Ok(line)) => match status(&line) {
                Some(407) => NetworkCause::ProxyAuthentication,
                // The proxy accepted this time, or its response has no status.
                Some(200..=299) | None => unknown,
                Some(status) => NetworkCause::ProxyRejected(Some(status)),
            },
            Ok(Err(_)) | Err(_) => unknown,
        }
    }
}

/// Reads the first bytes of the response to `request`, up to the end of its first line.
async fn first_line(address: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request).await?;
    let mut line = Vec::new();
    while line.len() < STATUS_LINE && !line.contains(&b'\n') {
        if stream.read_buf(&mut line).await? == 0 {
            break;
        }
    }
    Ok(line)
}

/// Parses the status in a line such as `HTTP/1.1 400 Bad Request`.
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
        OnTheWay { shown: Proxy::new(address, "HTTPS_PROXY"), protocol: Protocol::Http, authorization }
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
            let (cause, request) =
                tokio::join!(proxy.cause(NetworkCause::Other, &uri, Duration::from_secs(60)), serving);
            assert_eq!(cause, wanted, "{}", answer.escape_ascii());
            assert_eq!(
                request,
                "CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: api.mch.weixin.qq.com:443\r\n\
                 Proxy-Authorization: Basic dTpw\r\n\r\n"
            );
        }
    }

    #[tokio::test]
    async fn a_proxy_is_asked_for_https_alone_and_only_for_a_cause_that_is_not_known() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = on_the_way(listener.local_addr().unwrap().to_string());
        for (why, uri) in [
            (NetworkCause::Other, "http://api.mch.weixin.qq.com/"),
            (NetworkCause::Refused, "https://api.mch.weixin.qq.com/"),
        ] {
            let uri: Uri = uri.parse().unwrap();
            let cause = proxy.cause(why, &uri, Duration::from_secs(60));
            tokio::select! {
                cause = cause => assert_eq!(cause, why, "{uri}"),
                _ = listener.accept() => panic!("the proxy was asked about {uri}"),
            }
        }
    }

    #[tokio::test]
    async fn a_socks_proxy_is_named_as_such() {
        for scheme in ["socks4", "socks4a", "socks5", "socks5h"] {
            let proxies = Proxies::of_all(&format!("{scheme}://127.0.0.1"), "ALL_PROXY");
            for uri in ["http://api.mch.weixin.qq.com/", "https://api.mch.weixin.qq.com/"] {
                let uri = uri.parse().unwrap();
                let proxy = proxies.find(&uri).unwrap();
                assert_eq!(proxy.shown, Proxy::new("127.0.0.1:1080", "ALL_PROXY"));
                let cause = proxy.cause(NetworkCause::Other, &uri, Duration::from_secs(60)).await;
                assert_eq!(cause, NetworkCause::ProxySocks);
            }
        }
    }

    #[test]
    fn a_proxy_is_shown_without_its_password_and_with_its_variable() {
        let proxies = Proxies::of_all("http://user:secret@127.0.0.1:3128", "all_proxy");
        let proxy = proxies.find(&Uri::from_static("https://api.mch.weixin.qq.com/")).unwrap();
        assert_eq!(proxy.shown, Proxy::new("127.0.0.1:3128", "all_proxy"));
        assert!(proxy.authorization.is_some());
        assert!(proxies.find(&Uri::from_static("https://internal.example/")).is_none());
    }
}

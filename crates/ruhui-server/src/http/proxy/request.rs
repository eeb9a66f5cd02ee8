//! Requests to a proxy, and the responses to those that get no tunnel.

use super::hosts::{Host, Hosts};
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::Full;
use hyper::ext::ReasonPhrase;
use ruhui_core::bilingual::Bilingual;

/// The port of HTTPS, and the only one that WeChat Pay serves.
const PORT: u16 = 443;

/// A response of the proxy.
pub(super) type Response = http::Response<Full<Bytes>>;

/// The meaning of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A tunnel to a host of the sandbox.
    Tunnel(Host),
    /// A tunnel to another host or port.
    OtherTunnel,
    /// CONNECT without a host and a port.
    NoTarget,
    /// A request for a whole URL, which the proxy would have to forward.
    Forwarding {
        /// Whether the URL is of HTTPS and names a host of the sandbox.
        is_of_wechat_pay: bool,
    },
    /// A request for a path, as to a web server.
    Page,
}

impl Asked {
    pub(super) fn of<B>(request: &Request<B>, hosts: &Hosts) -> Self {
        let uri = request.uri();
        let host = uri.host().unwrap_or_default();
        let known = hosts.find(host);
        if request.method() != Method::CONNECT {
            let is_https = uri.scheme_str() == Some("https");
            return match uri.scheme() {
                Some(_) => Self::Forwarding { is_of_wechat_pay: is_https && known.is_some() },
                None => Self::Page,
            };
        }
        match (uri.port_u16(), known) {
            (None, _) => Self::NoTarget,
            (Some(PORT), Some(host)) => Self::Tunnel(host),
            (Some(_), _) => Self::OtherTunnel,
        }
    }
}

/// Returns the response that opens a tunnel.
pub(super) fn established() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(ReasonPhrase::from_static(b"Connection established"));
    response
}

/// Returns the response to a request for a tunnel to a host that is down.
pub(super) fn unreachable(host: Host) -> Response {
    let (en, zh) = match host {
        Host::Main => ("main", "主域名"),
        Host::Backup => ("backup", "备域名"),
    };
    let why = Bilingual::new(
        format!(
            "the {en} host of the sandbox refuses connections; `ruhui fault` shows whether a fault took it down"
        ),
        format!("沙箱的{zh}拒绝连接；`ruhui fault` 可查看是否有故障规则将其停用"),
    );
    response(StatusCode::BAD_GATEWAY, &why)
}

/// Returns the response to a request that gets no tunnel.
pub(super) fn rejection(asked: Asked, hosts: &Hosts) -> Response {
    let serves =
        format!("this is the proxy of a ruhui sandbox, and it serves CONNECT to {hosts} on port {PORT} only");
    let serves_zh = format!("这是 ruhui 沙箱的代理，只接受对 {hosts} 的 {PORT} 端口的 CONNECT 请求");
    let (status, why) = match asked {
        // No request for a tunnel of the sandbox is rejected.
        Asked::Tunnel(_) | Asked::OtherTunnel => (
            StatusCode::FORBIDDEN,
            Bilingual::new(
                format!("{serves}; list other hosts in NO_PROXY"),
                format!("{serves_zh}；其他域名请列入 NO_PROXY"),
            ),
        ),
        Asked::NoTarget => (
            StatusCode::BAD_REQUEST,
            Bilingual::new(
                format!("CONNECT needs a host and a port; {serves}"),
                format!("CONNECT 须给出主机名和端口；{serves_zh}"),
            ),
        ),
        Asked::Forwarding { is_of_wechat_pay: true } => (
            StatusCode::FORBIDDEN,
            Bilingual::new(
                format!(
                    "the client sent an https:// URL without a tunnel, which would be unencrypted; {serves}; use an \
                     agent that sends CONNECT, such as https-proxy-agent for Node.js"
                ),
                format!(
                    "客户端未建立隧道，直接以明文发送了 https:// 请求；{serves_zh}；请使用支持 CONNECT 的代理组件，例如 \
                     Node.js 的 https-proxy-agent"
                ),
            ),
        ),
        Asked::Forwarding { is_of_wechat_pay: false } => (
            StatusCode::FORBIDDEN,
            Bilingual::new(
                format!("{serves}; WeChat Pay's API is HTTPS; list other hosts in NO_PROXY"),
                format!("{serves_zh}；微信支付接口仅支持 HTTPS；其他域名请列入 NO_PROXY"),
            ),
        ),
        Asked::Page => (
            StatusCode::BAD_REQUEST,
            Bilingual::new(
                format!("{serves}; set it as HTTPS_PROXY, and see `ruhui ca show --for LANGUAGE`"),
                format!("{serves_zh}；请将其设为 HTTPS_PROXY，参见 `ruhui ca show --for 语言`"),
            ),
        ),
    };
    let mut response = response(status, &why);
    if matches!(asked, Asked::Forwarding { .. } | Asked::Page) {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("CONNECT"));
    }
    response
}

/// Returns a response with the reason in its body, and in English in its status line: most clients show the status line
/// of a rejected CONNECT, and drop the body.
fn response(status: StatusCode, why: &Bilingual) -> Response {
    let text = format!("{why}\n{why:#}\n");
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let phrase = format!("{}: {why}", status.canonical_reason().unwrap_or_default());
    if let Ok(phrase) = ReasonPhrase::try_from(phrase) {
        response.extensions_mut().insert(phrase);
    }
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, target: &str) -> Asked {
        let hosts = Hosts::among(&["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"]);
        Asked::of(&Request::builder().method(method).uri(target).body(()).unwrap(), &hosts)
    }

    #[test]
    fn a_tunnel_has_a_host_of_wechat_pay_and_the_port_of_https() {
        assert_eq!(asked("CONNECT", "api.mch.weixin.qq.com:443"), Asked::Tunnel(Host::Main));
        assert_eq!(asked("CONNECT", "API2.mch.weixin.qq.com.:443"), Asked::Tunnel(Host::Backup));
        for other in ["api.mch.weixin.qq.com:80", "127.0.0.1:443", "[::1]:443", "example.com:443"] {
            assert_eq!(asked("CONNECT", other), Asked::OtherTunnel, "{other}");
        }
        assert_eq!(asked("CONNECT", "api.mch.weixin.qq.com"), Asked::NoTarget);
        let forwarding = |is_of_wechat_pay| Asked::Forwarding { is_of_wechat_pay };
        assert_eq!(asked("POST", "https://api.mch.weixin.qq.com/v3"), forwarding(true));
        assert_eq!(asked("POST", "http://api.mch.weixin.qq.com/v3"), forwarding(false));
        assert_eq!(asked("GET", "http://example.com/"), forwarding(false));
        assert_eq!(asked("GET", "/"), Asked::Page);
    }
}

//! Parts of a kit's addresses, for programs that set host and port separately.

use std::collections::BTreeMap;

/// Port that a program receives callbacks on.
const NOTIFY_PORT: &str = "RUHUI_NOTIFY_PORT";
/// Host of the proxy. It exists only if the sandbox has a proxy.
pub(super) const PROXY_HOST: &str = "RUHUI_PROXY_HOST";
/// Port of the proxy. It exists only if the sandbox has a proxy.
pub(super) const PROXY_PORT: &str = "RUHUI_PROXY_PORT";

/// Port for callbacks whose URL has none: something in front of the program receives them.
const DEFAULT_NOTIFY_PORT: &str = "7083";

/// Returns the values with the parts of their addresses.
pub(super) fn added(values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut values = values.clone();
    let part = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let notify = values.get("RUHUI_NOTIFY_URL").and_then(|url| host_and_port(url));
    let mut parts = vec![part(NOTIFY_PORT, notify.map_or(DEFAULT_NOTIFY_PORT, |(_, port)| port))];
    if let Some((host, port)) = values.get("RUHUI_PROXY_URL").and_then(|url| host_and_port(url)) {
        parts.extend([part(PROXY_HOST, host), part(PROXY_PORT, port)]);
    }
    values.extend(parts);
    values
}

/// Returns host and port of a URL. `None` if it names no port.
fn host_and_port(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_taken_from_a_url() {
        assert_eq!(host_and_port("http://127.0.0.1:7083/notify"), Some(("127.0.0.1", "7083")));
        assert_eq!(host_and_port("http://[::1]:80"), Some(("[::1]", "80")));
        for url in ["https://example.com/notify", "http://[::1]/", "127.0.0.1:7083", ""] {
            assert_eq!(host_and_port(url), None, "{url}");
        }
    }
}

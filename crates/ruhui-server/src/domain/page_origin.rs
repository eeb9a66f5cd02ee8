//! An origin of web pages that may open the join component of a sandbox, next to those on loopback.

use super::control_host::is_host_name;
use ruhui_core::bilingual::Bilingual;
use serde::{Deserialize, Deserializer};

/// An origin in the form in which browsers send it: lower case, without the scheme's own port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOrigin(String);

impl PageOrigin {
    /// Parses an origin.
    ///
    /// # Errors
    ///
    /// The reason why `text` is not an origin, in both languages.
    pub fn new(text: &str) -> Result<Self, Bilingual> {
        parse(&text.to_ascii_lowercase()).map(Self).ok_or_else(|| {
            Bilingual::new(
                "it must be an origin, such as https://shop.example or http://192.168.1.5:3000: http or https, a host name or an IPv4 address, and a port if it has one; without a path, a slash at the end, and `*`",
                "须为网页的源（origin），例如 https://shop.example 或 http://192.168.1.5:3000：由 http 或 https、主机名或 IPv4 地址、端口（如有）组成，不含路径、末尾的斜杠与 `*`",
            )
        })
    }

    /// Returns the origin as browsers send it in `Origin`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn parse(text: &str) -> Option<String> {
    let (scheme, authority) = text.split_once("://")?;
    let own_port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(parse_port(port)?)),
        None => (authority, None),
    };
    if !is_host_name(host) {
        return None;
    }
    Some(match port.filter(|port| *port != own_port) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

fn parse_port(text: &str) -> Option<u16> {
    // `parse` alone would take a sign.
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port != 0)
}

impl<'de> Deserialize<'de> for PageOrigin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        for (text, sent) in [
            ("https://shop.example", "https://shop.example"),
            ("HTTPS://Shop.Example:443", "https://shop.example"),
            ("http://shop.example:80", "http://shop.example"),
            ("http://shop.example:443", "http://shop.example:443"),
            ("http://192.168.1.5:3000", "http://192.168.1.5:3000"),
        ] {
            assert_eq!(PageOrigin::new(text).unwrap().as_str(), sent, "{text}");
        }
    }

    #[test]
    fn a_text_that_would_be_more_than_one_origin_is_rejected() {
        for text in [
            "",
            "shop.example",
            "*",
            "null",
            "https://",
            "https://*.example",
            "https://shop.example/",
            "https://shop.example/pay",
            "https://shop.example:",
            "https://shop.example:0",
            "https://shop.example:+80",
            "https://shop.example:65536",
            "https://user@shop.example",
            "https://a.example https://b.example",
            "https://a.example; script-src *",
            "https://商店.example",
            "https://[::1]:3000",
            "ftp://shop.example",
            "https://shop.example\r\n",
        ] {
            assert!(PageOrigin::new(text).is_err(), "{text}");
        }
    }
}

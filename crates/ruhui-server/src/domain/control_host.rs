//! A host name under which the controls of a sandbox may be requested, next to IP addresses and `localhost`.

use ruhui_core::bilingual::Bilingual;
use serde::{Deserialize, Deserializer};

/// A host name in lower case, without a port: the name of a compose service, or `host.docker.internal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlHost(String);

impl ControlHost {
    /// Parses a name.
    ///
    /// # Errors
    ///
    /// The reason why `text` is not a host name, in both languages.
    pub fn new(text: &str) -> Result<Self, Bilingual> {
        if is_host_name(text) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err(Bilingual::new(
            "it must be a host name without scheme, port and `*`, such as host.docker.internal",
            "须为主机名，不含协议、端口与 `*`，例如 host.docker.internal",
        ))
    }

    /// Whether a request names this host. Case does not count.
    pub(crate) fn is_named(&self, host: &str) -> bool {
        self.0.eq_ignore_ascii_case(host)
    }
}

/// Whether a text is a host name: labels of letters, digits, hyphens and underscores. An IPv4 address is one, too.
pub(super) fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (1..=63).contains(&label.len()) && label.bytes().all(is_allowed)
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

impl<'de> Deserialize<'de> for ControlHost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_and_a_url_a_port_or_a_pattern_is_not() {
        for name in ["sandbox", "Host.Docker.Internal", "my_service-1"] {
            assert!(ControlHost::new(name).unwrap().is_named(&name.to_uppercase()), "{name}");
        }
        for name in ["", "http://sandbox", "sandbox:7082", "*.internal", "a..b", ".", "名", &"a".repeat(64)]
        {
            assert!(ControlHost::new(name).is_err(), "{name}");
        }
        assert!(!ControlHost::new("sandbox").unwrap().is_named("sandbox.evil.example"));
    }
}

//! Quotas: a total, the share of each address in it, and the trusted proxies that have no share.
//!
//! An address is that of the connection's peer. Neither `X-Forwarded-For` nor the PROXY protocol is read, so a proxy
//! counts as one address unless it is trusted.

use serde::{Deserialize, Deserializer};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// A limit on a total, and on the share of one address in it.
///
/// The share limits an address only once three quarters of the total are used. A machine that tests the service, or
/// an office with one address, may use nearly all of it while no other address needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Maximum of all addresses together.
    pub total: usize,
    /// Maximum of one address while less than a quarter of the total is free.
    pub per_address: usize,
}

impl Quota {
    /// Whether a peer that holds `held` may take `more` while `used` of the total are in use.
    pub(super) fn allows(self, used: usize, peer: Peer, held: usize, more: usize) -> bool {
        let after = used.saturating_add(more);
        let is_ample = after <= self.total - self.total / 4;
        after <= self.total
            && (is_ample || !peer.has_share() || held.saturating_add(more) <= self.per_address)
    }
}

/// The peer of a connection, as far as quotas distinguish it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Peer {
    /// An IPv4 address, or the first 64 bits of an IPv6 address: one subscriber has all addresses with that prefix.
    Address(IpAddr),
    /// A trusted proxy, which speaks for many clients and has no share.
    TrustedProxy,
}

impl Peer {
    pub(super) fn of(address: SocketAddr, trusted_proxies: &[Network]) -> Self {
        let address = address.ip().to_canonical();
        if trusted_proxies.iter().any(|network| network.contains(address)) {
            return Self::TrustedProxy;
        }
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(whole) => Ipv6Addr::from_bits(whole.to_bits() & !u128::from(u64::MAX)).into(),
        })
    }

    pub(super) fn has_share(self) -> bool {
        matches!(self, Self::Address(_))
    }
}

/// An IP address, or a network such as `10.0.0.0/8`.
///
/// ```
/// use ruhui_server::http::Network;
///
/// let network: Network = "10.0.0.0/8".parse().unwrap();
/// assert!(network.contains("10.1.2.3".parse().unwrap()));
/// assert!(!network.contains("11.1.2.3".parse().unwrap()));
/// assert!("10.0.0.0/33".parse::<Network>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Whether `address` is in the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (network, address, width) = match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (u128::from(network.to_bits()), u128::from(address.to_bits()), 32)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits(), address.to_bits(), 128),
            _ => return false,
        };
        // Shifting by the whole width would overflow; such a network has every address of its family.
        let differing = (network ^ address).checked_shr(width - self.prefix).unwrap_or(0);
        differing == 0
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(prefix)),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix: u32 = match prefix {
            None => width,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| NetworkError)?
            }
            Some(_) => return Err(NetworkError),
        };
        if prefix > width {
            return Err(NetworkError);
        }
        // IPv4 addresses mapped into IPv6 are compared as IPv4.
        match address.to_canonical() {
            IpAddr::V4(mapped) if address.is_ipv6() => {
                let prefix = prefix.checked_sub(96).ok_or(NetworkError)?;
                Ok(Self { address: mapped.into(), prefix })
            }
            _ => Ok(Self { address, prefix }),
        }
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The error for a text that is neither an IP address nor a network. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkError;

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() {
            "须为 IP 地址或网段，如 10.0.0.5 或 10.0.0.0/8"
        } else {
            "must be an IP address or a network, such as 10.0.0.5 or 10.0.0.0/8"
        })
    }
}

impl std::error::Error for NetworkError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Peer {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        Peer::of(SocketAddr::new(address.parse().unwrap(), 1), &trusted)
    }

    #[test]
    fn an_ipv6_subscriber_is_one_address_and_a_mapped_address_is_itself() {
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::ffff:0:1"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
    }

    #[test]
    fn trusted_proxies_are_known_by_address_and_network() {
        for address in ["10.0.0.1", "10.255.255.255", "fd12::1", "::ffff:10.0.0.1"] {
            assert_eq!(peer(address), Peer::TrustedProxy, "{address}");
        }
        for address in ["11.0.0.1", "9.255.255.255", "fe80::1"] {
            assert!(peer(address).has_share(), "{address}");
        }
        let mapped: Network = "::ffff:192.0.2.0/120".parse().unwrap();
        assert!(
            mapped.contains("192.0.2.9".parse().unwrap()) && !mapped.contains("192.0.3.9".parse().unwrap())
        );
        assert!("::ffff:192.0.2.0/64".parse::<Network>().is_err());
        let all = |network: &str| network.parse::<Network>().unwrap().contains("192.0.2.1".parse().unwrap());
        assert!(all("0.0.0.0/0") && all("192.0.2.1") && all("192.0.2.1/32") && !all("::/0"));
    }

    #[test]
    fn a_network_that_is_none_is_rejected() {
        for text in
            ["", "10", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "localhost"]
        {
            assert_eq!(text.parse::<Network>(), Err(NetworkError), "{text}");
        }
    }

    #[test]
    fn a_share_limits_its_address_only_while_the_total_is_nearly_used_up() {
        let quota = Quota { total: 100, per_address: 10 };
        let address = peer("192.0.2.1");
        assert!(quota.allows(74, address, 74, 1));
        assert!(!quota.allows(75, address, 75, 1));
        assert!(quota.allows(75, address, 9, 1));
        assert!(quota.allows(75, Peer::TrustedProxy, 75, 1));
        for (used, more) in [(100, 1), (99, 2), (1, usize::MAX)] {
            assert!(!quota.allows(used, Peer::TrustedProxy, 0, more));
        }
    }
}

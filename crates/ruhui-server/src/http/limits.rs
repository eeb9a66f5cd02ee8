//! The limits of a listener.

use super::quota::Network;
use std::time::Duration;

/// The limits of a listener. Whatever exceeds one is answered with an error or closed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at once. For one more, the oldest idle connection of the address that holds most is closed.
    pub connections: usize,
    /// Connections of one address, once three quarters of `connections` are open.
    pub connections_per_address: usize,
    /// Bytes that nobody has signed for, of all listeners of a service together: bodies, heads beyond 8 KiB, and
    /// pictures on their way. A body that finds no room waits.
    pub unsigned_bytes: usize,
    /// Unsigned bytes of one address, once three quarters of `unsigned_bytes` are taken.
    pub unsigned_bytes_per_address: usize,
    /// Addresses that speak for many clients, and to which the shares of an address do not apply.
    pub trusted_proxies: Vec<Network>,
    /// Bytes of a request's head; a larger one is answered 431.
    pub head: usize,
    /// How long a head may take, and a connection may be idle: the real service's 8 seconds.
    pub idle: Duration,
    /// How long a body may take; a slower one is answered 408.
    pub body: Duration,
    /// The time for which a client may read nothing of a response.
    pub write: Duration,
    /// The time for which a client may go on sending after the last response.
    pub linger: Duration,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long requests in flight may take once the service is told to stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 1_000,
            unsigned_bytes: 64 << 20,
            unsigned_bytes_per_address: 8 << 20,
            trusted_proxies: Vec::new(),
            head: 32 << 10,
            idle: Duration::from_secs(8),
            body: Duration::from_secs(10),
            write: Duration::from_secs(10),
            linger: Duration::from_secs(5),
            handshake: Duration::from_secs(5),
            farewell: Duration::from_secs(10),
        }
    }
}

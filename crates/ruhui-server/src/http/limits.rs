//! Limits of a listener: connections, memory, sizes and time-outs.

use super::quota::Network;
use std::time::Duration;

/// The limits of a listener. A request that exceeds one gets an error response, or its connection is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Number of open connections. To accept one more, the oldest idle connection of the address that holds most is
    /// closed.
    pub connections: usize,
    /// Number of connections of one address, once three quarters of `connections` are open.
    pub connections_per_address: usize,
    /// Bytes in memory that no verified signature covers, of all listeners of a service together: bodies, heads
    /// beyond 8 KiB, and pictures being sent. A body that exceeds the limit waits.
    pub unsigned_bytes: usize,
    /// Unsigned bytes of one address, once three quarters of `unsigned_bytes` are in use.
    pub unsigned_bytes_per_address: usize,
    /// Addresses of proxies that speak for many clients. The limits per address do not apply to them.
    pub trusted_proxies: Vec<Network>,
    /// Size of a request's head in bytes. A larger head is rejected with 431.
    pub head: usize,
    /// Time that a head may take, and for which a connection may be idle: 8 seconds, as at the live service.
    pub idle: Duration,
    /// Time that a body may take. A slower body is rejected with 408.
    pub body: Duration,
    /// Time for which a client may read nothing of a response before its connection is closed.
    pub write: Duration,
    /// Time for which a client may continue to send after the last response.
    pub linger: Duration,
    /// Time that a TLS handshake may take.
    pub handshake: Duration,
    /// Time that requests in flight may take to finish in a graceful shutdown.
    pub drain_timeout: Duration,
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
            drain_timeout: Duration::from_secs(10),
        }
    }
}

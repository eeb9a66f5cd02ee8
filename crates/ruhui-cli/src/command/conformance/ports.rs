//! Free ports for receivers of callbacks.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// The ports that are tried. Systems take the ports of outgoing connections from above, so that none of these is in
/// use for one when the client binds it.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

/// Returns an address on this machine that is free now, and that no other case of this process has got.
///
/// # Errors
///
/// `AddrInUse` if all ports are in use.
pub(super) fn free() -> io::Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Runs at the same time begin at different ports.
    let start = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap_or_default();
    for _ in 0..COUNT {
        let offset = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
        let port = FIRST + (start + offset) % COUNT;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

//! Free ports for receivers of callbacks.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

/// The ports that are tried. Systems take the ports of outgoing connections from above, so that none of these is in
/// use for one when the client binds it.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

/// A port on this machine that is free for the client of one case.
#[derive(Debug)]
pub(super) struct FreePort {
    pub(super) address: SocketAddr,
    /// The UDP port of the same number is held as a lease, so that no other case takes the port before the client has
    /// bound it: neither one of this process nor one of another run.
    _lease: UdpSocket,
}

impl FreePort {
    /// Finds a free port.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if all ports are in use.
    pub(super) fn find() -> io::Result<Self> {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        // Runs at the same time begin at different ports.
        let start = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap_or_default();
        for _ in 0..COUNT {
            let offset = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
            let port = FIRST + (start + offset) % COUNT;
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            if let (Ok(lease), Ok(_)) = (UdpSocket::bind(address), TcpListener::bind(address)) {
                return Ok(Self { address, _lease: lease });
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_to_one_case_only_and_can_be_bound() {
        let ports = [(); 20].map(|()| FreePort::find().unwrap());
        let numbers: std::collections::BTreeSet<u16> = ports.iter().map(|port| port.address.port()).collect();
        assert_eq!(numbers.len(), ports.len());
        for port in &ports {
            assert!(UdpSocket::bind(port.address).is_err(), "the lease is held");
            TcpListener::bind(port.address).unwrap();
        }
    }
}

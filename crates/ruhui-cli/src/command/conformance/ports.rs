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
            if let Some(port) = Self::lease(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
                return Ok(port);
            }
        }
        Err(io::ErrorKind::AddrInUse.into())
    }

    /// Takes this port, unless another case or another program has it.
    fn lease(address: SocketAddr) -> Option<Self> {
        // The TCP port is tried only under the lease: a trial binds it for a moment, in which the client of the case that
        // has the lease could not.
        let lease = UdpSocket::bind(address).ok()?;
        TcpListener::bind(address).ok()?;
        Some(Self { address, _lease: lease })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

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

    #[test]
    fn a_search_never_holds_the_port_of_another_case() {
        let port = FreePort::find().unwrap();
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // Another run looks for a port at the same time.
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    assert!(FreePort::lease(port.address).is_none(), "the lease is held");
                }
            });
            let refused = (0..2000).filter(|_| TcpListener::bind(port.address).is_err()).count();
            is_over.store(true, Ordering::Relaxed);
            assert_eq!(refused, 0, "of 2000 times that the client binds its port");
        });
    }
}

//! The connections that come by the proxy of a sandbox. Their peer is the proxy, and the log names its client.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The open connections from the proxy to a listener, with the proxy's clients.
#[derive(Debug, Default)]
pub(super) struct ProxiedConnections {
    clients: Mutex<HashMap<SocketAddr, SocketAddr>>,
    /// Number of entries, so that a request of a sandbox without a proxy costs no lock.
    number: AtomicUsize,
}

/// An open connection of the proxy. Its drop removes the note.
#[derive(Debug)]
pub(crate) struct Proxied<'a> {
    connections: &'a ProxiedConnections,
    peer: SocketAddr,
}

impl ProxiedConnections {
    /// Notes that the connection whose listener sees `peer` is that of `client`.
    pub(super) fn note(&self, peer: SocketAddr, client: SocketAddr) -> Proxied<'_> {
        let mut clients = self.clients();
        clients.insert(peer, client);
        self.number.store(clients.len(), Ordering::Release);
        Proxied { connections: self, peer }
    }

    /// Returns the client of the proxy's connection that a listener sees as `peer`.
    pub(super) fn client_of(&self, peer: SocketAddr) -> Option<SocketAddr> {
        if self.number.load(Ordering::Acquire) == 0 {
            return None;
        }
        self.clients().get(&peer).copied()
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<SocketAddr, SocketAddr>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Proxied<'_> {
    fn drop(&mut self) {
        let mut clients = self.connections.clients();
        clients.remove(&self.peer);
        self.connections.number.store(clients.len(), Ordering::Release);
    }
}

//! The connection limit of a listener, in total and by address.
//!
//! A listener at its limit closes the oldest idle connection of the address that holds most, rather than reject an
//! address that holds less.

use super::connection::{Connection, Phase};
use super::quota::{Peer, Quota};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The open connections of a listener.
#[derive(Debug)]
pub(super) struct OpenConnections {
    quota: Quota,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    count: usize,
    by_peer: HashMap<Peer, Vec<Arc<Connection>>>,
}

/// The slot of an open connection, freed on drop.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    open_connections: Arc<OpenConnections>,
    connection: Arc<Connection>,
}

impl OpenConnections {
    pub(super) fn new(quota: Quota) -> Arc<Self> {
        Arc::new(Self { quota, open: Mutex::default() })
    }

    /// Admits a new connection, or returns `None` when its address is at its limit.
    pub(super) fn admit(self: &Arc<Self>, connection: Arc<Connection>) -> Option<ConnectionSlot> {
        let peer = connection.peer;
        let mut open = self.open();
        let held = open.held(peer);
        if !self.quota.allows(open.count, peer, held, 1) {
            let is_share_used_up = peer.has_share() && held >= self.quota.per_address;
            if is_share_used_up {
                return None;
            }
            // A trusted proxy speaks for many clients, so its own connections do not count against it.
            let victim = open.victim(if peer.has_share() { held } else { 0 })?;
            open.remove(&victim);
            victim.close();
        }
        open.count += 1;
        open.by_peer.entry(peer).or_default().push(connection.clone());
        Some(ConnectionSlot { open_connections: self.clone(), connection })
    }

    /// Closes all connections.
    pub(super) fn close_all(&self) {
        self.open().by_peer.values().flatten().for_each(|connection| connection.close());
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn held(&self, peer: Peer) -> usize {
        self.by_peer.get(&peer).map_or(0, Vec::len)
    }

    /// The connection to close for a new one: the one that has been idle longest, of the addresses that hold most, if
    /// they hold more than `held`.
    fn victim(&self, held: usize) -> Option<Arc<Connection>> {
        let shared = || self.by_peer.iter().filter(|(peer, _)| peer.has_share());
        let most = shared().map(|(_, connections)| connections.len()).max()?;
        if most <= held {
            return None;
        }
        let connections = shared().map(|(_, connections)| connections).filter(|some| some.len() == most);
        let waiting = connections.flatten().map(|connection| (connection.phase(), connection));
        let waiting = waiting.filter(|((phase, _), _)| *phase < Phase::Working);
        waiting.min_by_key(|(phase, _)| *phase).map(|(_, connection)| connection.clone())
    }

    /// Removes a connection, unless it was closed for another one before.
    fn remove(&mut self, connection: &Arc<Connection>) {
        let Some(connections) = self.by_peer.get_mut(&connection.peer) else { return };
        let Some(index) = connections.iter().position(|other| Arc::ptr_eq(other, connection)) else { return };
        connections.swap_remove(index);
        if connections.is_empty() {
            self.by_peer.remove(&connection.peer);
        }
        self.count -= 1;
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.open_connections.open().remove(&self.connection);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Limits;
    use super::super::connection::Common;
    use super::*;
    use futures_util::FutureExt as _;
    use std::net::IpAddr;

    fn open_connections() -> Arc<OpenConnections> {
        OpenConnections::new(Quota { total: 8, per_address: 2 })
    }

    fn connection(last: u8) -> Arc<Connection> {
        let peer = match last {
            0 => Peer::TrustedProxy,
            last => Peer::Address(IpAddr::from([192, 0, 2, last])),
        };
        let limits = Limits::default();
        let connection = Arc::new(Connection::new(peer, Common::new(&limits), &limits));
        connection.enter(Phase::Idle);
        connection
    }

    fn is_closed(connection: &Arc<Connection>) -> bool {
        connection.closed().now_or_never().is_some()
    }

    #[test]
    fn an_address_alone_fills_all_but_a_quarter_and_others_find_room() {
        let open_connections = open_connections();
        let seats: Vec<_> = (0..8).filter_map(|_| open_connections.admit(connection(1))).collect();
        assert_eq!(seats.len(), 6);
        let others: Vec<_> = (0..4).filter_map(|_| open_connections.admit(connection(2))).collect();
        assert_eq!(others.len(), 2);
        drop(seats);
        assert!(open_connections.admit(connection(2)).is_some());
        drop(others);
        assert_eq!(open_connections.open().by_peer.len(), 0);
        assert_eq!(open_connections.open().count, 0);
    }

    #[test]
    fn a_full_listener_closes_the_oldest_idle_connection_of_the_address_that_holds_most() {
        let open_connections = open_connections();
        let held: Vec<_> = (0..6).map(|_| connection(1)).collect();
        let _seats: Vec<_> = held.iter().map(|held| open_connections.admit(held.clone()).unwrap()).collect();
        let others = [connection(2), connection(2)];
        let _others = others.each_ref().map(|other| open_connections.admit(other.clone()).unwrap());
        held[0].enter(Phase::Working);
        held[1].enter(Phase::Receiving);
        held[2].enter(Phase::Idle);

        assert!(open_connections.admit(connection(1)).is_none());
        let _third = open_connections.admit(connection(3)).unwrap();
        assert_eq!(held.each_closed(), [false, false, false, true, false, false]);
        let _fourth = open_connections.admit(connection(4)).unwrap();
        assert_eq!(held.each_closed(), [false, false, false, false, true, false]);
        assert!(others.iter().all(|other| !is_closed(other)));
        assert_eq!(open_connections.open().count, 8);
    }

    #[test]
    fn a_connection_that_is_worked_at_is_not_closed_for_another() {
        let open_connections = open_connections();
        let held: Vec<_> = (0..6).map(|_| connection(1)).collect();
        let _seats: Vec<_> = held.iter().map(|held| open_connections.admit(held.clone()).unwrap()).collect();
        let _others = [2, 3].map(|last| open_connections.admit(connection(last)).unwrap());
        held.iter().for_each(|held| held.enter(Phase::Working));
        assert!(open_connections.admit(connection(4)).is_none());
        held[5].enter(Phase::Receiving);
        assert!(open_connections.admit(connection(4)).is_some());
        assert!(is_closed(&held[5]));
    }

    #[test]
    fn a_trusted_proxy_may_have_all_and_is_never_closed_for_another() {
        let open_connections = open_connections();
        let _seats: Vec<_> = (0..8).map(|_| open_connections.admit(connection(0)).unwrap()).collect();
        assert!(open_connections.admit(connection(0)).is_none());
        assert!(open_connections.admit(connection(1)).is_none());
    }

    trait EachClosed {
        fn each_closed(&self) -> Vec<bool>;
    }

    impl EachClosed for Vec<Arc<Connection>> {
        fn each_closed(&self) -> Vec<bool> {
            self.iter().map(is_closed).collect()
        }
    }
}

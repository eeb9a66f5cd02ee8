//! Downtime of a host: its socket is closed, and bound again at the same address afterwards.

use super::listen::{BACKLOG, bound};
use crate::host_switch::{HostSwitches, PortTaken, SwitchedListener};
use crate::request_log::ListenerName;
use ruhui_core::bilingual::OsError;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};

/// Pause between attempts to bind a port that another program uses.
const PAUSE: Duration = Duration::from_millis(250);

/// The downtimes of a listener, as the switch of its host asks for them.
#[derive(Debug)]
pub(super) struct Downtime(Option<(ListenerName, SwitchedListener)>);

impl Downtime {
    /// The downtime of a listener that is always up.
    pub(super) fn never() -> Self {
        Self(None)
    }

    /// The downtimes of a host.
    pub(super) fn of(switches: &HostSwitches, name: ListenerName) -> Self {
        Self(switches.of(name).map(|switch| (name, switch.serve())))
    }

    /// Waits until the host is to be down.
    pub(super) async fn begins(&mut self) {
        match &mut self.0 {
            Some((_, switched)) => switched.down().await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the host is to be up again, after its socket was closed, and binds its address.
    pub(super) async fn ends(&mut self, address: SocketAddr) -> TcpListener {
        let Some((name, switched)) = &mut self.0 else { return std::future::pending().await };
        let host = name.as_str();
        // A socket that is bound and does not listen refuses connections, and keeps the port from being given away.
        let mut reserved = bound(address).ok();
        switched.is_closed();
        tracing::info!("the {host} host is down: {address} refuses connections");
        loop {
            switched.up().await;
            match listen(reserved.take(), address) {
                Ok(socket) => {
                    switched.is_bound();
                    tracing::info!("the {host} host is up again at {address}");
                    return socket;
                }
                Err(error) => {
                    let taken = PortTaken { host, address, error: OsError::from(&error) };
                    let text = taken.to_string();
                    if switched.cannot_bind(taken) {
                        tracing::error!("{text}");
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = switched.down() => switched.is_closed(),
            }
        }
    }
}

fn listen(reserved: Option<TcpSocket>, address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match reserved {
        Some(reserved) => reserved,
        None => bound(address)?,
    };
    socket.listen(BACKLOG)
}

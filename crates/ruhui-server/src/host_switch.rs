//! Switches that take the main or the backup host down: the listener's socket is closed, so that connections to its
//! port are refused, and is bound again at the same address later.
//!
//! A switch has two ends. [`HostSwitches::follow`] asks for a state and waits until the listener has it; the listener
//! follows with [`SwitchedListener`]. A host without a running listener has no socket, and its switch responds at once.

use crate::request_log::ListenerName;
use ruhui_core::bilingual::OsError;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The switches of the two hosts. The operations listener has none: it serves the controls that bring a host back.
#[derive(Debug, Default)]
pub(crate) struct HostSwitches {
    main: Arc<HostSwitch>,
    backup: Arc<HostSwitch>,
    /// Held while the hosts are asked, so that an older answer does not overwrite a newer one.
    asking: Mutex<()>,
}

/// The switch of one host.
#[derive(Debug, Default)]
pub(crate) struct HostSwitch {
    is_down: watch::Sender<bool>,
    state: watch::Sender<HostState>,
}

/// The state of a host's listener.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum HostState {
    /// No listener of the host runs.
    #[default]
    NotServed,
    /// The listener accepts connections.
    Up,
    /// The socket is closed.
    Down,
    /// The socket cannot be bound again. The listener keeps trying.
    PortTaken(PortTaken),
}

/// A host that cannot come back: its port cannot be bound. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortTaken {
    /// The name of the host.
    pub(crate) host: &'static str,
    /// The address to bind.
    pub(crate) address: SocketAddr,
    /// The system's error.
    pub(crate) error: OsError,
}

/// The listener's end of a switch. When it is dropped, the host is no longer served.
#[derive(Debug)]
pub(crate) struct SwitchedListener {
    switch: Arc<HostSwitch>,
    is_down: watch::Receiver<bool>,
}

impl HostSwitches {
    /// The switch of a listener.
    pub(crate) fn of(&self, name: ListenerName) -> Option<&Arc<HostSwitch>> {
        match name {
            ListenerName::Main => Some(&self.main),
            ListenerName::Backup => Some(&self.backup),
            ListenerName::Operations => None,
        }
    }

    /// Takes the main and the backup host down or up, as `are_down` says, and waits until they are.
    ///
    /// # Errors
    ///
    /// [`PortTaken`] if a host cannot come back yet. Its listener keeps trying.
    pub(crate) async fn follow(&self, are_down: impl FnOnce() -> [bool; 2]) -> Result<(), PortTaken> {
        {
            let _alone = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
            let [main, backup] = are_down();
            self.main.is_down.send_replace(main);
            self.backup.is_down.send_replace(backup);
        }
        // Both listeners are told before either is waited for.
        let main = self.main.settled().await;
        self.backup.settled().await.and(main)
    }
}

impl HostSwitch {
    /// Begins to serve the host.
    pub(crate) fn serve(self: &Arc<Self>) -> SwitchedListener {
        let is_down = self.is_down.subscribe();
        self.state.send_replace(HostState::Up);
        SwitchedListener { switch: self.clone(), is_down }
    }

    /// Waits until the listener has the state that is asked for.
    async fn settled(&self) -> Result<(), PortTaken> {
        let mut state = self.state.subscribe();
        let settled = state.wait_for(|state| match state {
            HostState::NotServed => true,
            HostState::Up => !*self.is_down.borrow(),
            HostState::Down => *self.is_down.borrow(),
            HostState::PortTaken(_) => !*self.is_down.borrow(),
        });
        match settled.await.as_deref() {
            Ok(HostState::PortTaken(taken)) => Err(taken.clone()),
            // The sender is a part of this switch, so the channel is open.
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

impl SwitchedListener {
    /// Waits until the host is to be down.
    pub(crate) async fn down(&mut self) {
        self.wait_for(true).await;
    }

    /// Waits until the host is to be up.
    pub(crate) async fn up(&mut self) {
        self.wait_for(false).await;
    }

    async fn wait_for(&mut self, is_down: bool) {
        if self.is_down.wait_for(|now| *now == is_down).await.is_err() {
            // The switch is held by this end, so the channel is open.
            std::future::pending::<()>().await;
        }
    }

    /// Notes that the socket is closed.
    pub(crate) fn is_closed(&self) {
        self.switch.state.send_replace(HostState::Down);
    }

    /// Notes that the socket is bound again.
    pub(crate) fn is_bound(&self) {
        self.switch.state.send_replace(HostState::Up);
    }

    /// Notes that the socket cannot be bound. Returns `true` the first time since the socket was closed.
    pub(crate) fn cannot_bind(&self, taken: PortTaken) -> bool {
        let before = self.switch.state.send_replace(HostState::PortTaken(taken));
        !matches!(before, HostState::PortTaken(_))
    }
}

impl Drop for SwitchedListener {
    fn drop(&mut self) {
        self.switch.state.send_replace(HostState::NotServed);
    }
}

impl fmt::Display for PortTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, address, error } = self;
        if f.alternate() {
            write!(f, "{host} 无法恢复监听 {address}：{error:#}；请停止占用该端口的程序，沙箱会持续重试")
        } else {
            write!(
                f,
                "the {host} host cannot listen on {address} again: {error}; stop the program that uses the port, the sandbox keeps trying"
            )
        }
    }
}

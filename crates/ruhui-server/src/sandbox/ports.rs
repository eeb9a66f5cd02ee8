//! The ports of a sandbox that are chosen together: main host, backup host, operations, receiver of callbacks, proxy.

use crate::start::{Addresses, on};
use ruhui_core::types::NotifyUrl;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// Five ports on loopback: of the main host, the backup host, the operations, the receiver of callbacks, and the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports([u16; 5]);

impl Ports {
    /// The highest port that four others can follow.
    pub const LAST: u16 = u16::MAX - 4;

    /// Five ports in a row from `first` on; `None` beyond [`LAST`](Self::LAST), or for 0.
    pub fn from(first: u16) -> Option<Self> {
        (1..=Self::LAST).contains(&first).then(|| Self([0, 1, 2, 3, 4].map(|further| first + further)))
    }

    /// Five ports that are free at the moment.
    ///
    /// # Errors
    ///
    /// The operating system's error.
    pub fn free() -> std::io::Result<Self> {
        // All are held at once, so that they differ.
        let held = [(); 5].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
        let mut ports = [0; 5];
        for (port, listener) in ports.iter_mut().zip(held) {
            *port = listener?.local_addr()?.port();
        }
        Ok(Self(ports))
    }

    /// The addresses with these ports.
    pub fn addresses(self) -> Addresses {
        let [main, backup, operations, notify, proxy] =
            self.0.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let notify_url = NotifyUrl::new(format!("http://{notify}/notify")).expect("a URL to notify");
        Addresses {
            main: Some(main),
            backup: Some(backup),
            operations: Some(operations),
            proxy: Some(proxy),
            notify_url: Some(notify_url),
            bind: None,
            control_hosts: Vec::new(),
        }
    }

    /// The addresses with these ports, except for those that `given` has. The IP address is `given.bind`, if any.
    pub fn completing(self, given: Addresses) -> Addresses {
        let own = self.addresses();
        let bound = |address: Option<SocketAddr>| address.map(|address| on(given.bind, address));
        Addresses {
            main: given.main.or_else(|| bound(own.main)),
            backup: given.backup.or_else(|| bound(own.backup)),
            operations: given.operations.or_else(|| bound(own.operations)),
            proxy: given.proxy.or(own.proxy),
            notify_url: given.notify_url.or(own.notify_url),
            bind: given.bind,
            control_hosts: given.control_hosts,
        }
    }

    /// Puts these ports in place of the default ones into the text of a new `ruhui.toml`.
    pub(super) fn written_into(self, text: &str) -> String {
        let defaults = [7080, 7081, 7082, 7083, 7084].map(|port: u16| format!("127.0.0.1:{port}"));
        let own = self.0.map(|port| format!("127.0.0.1:{port}"));
        // Each is replaced by a mark first: the new ports may be among the default ones.
        let marks = [0, 1, 2, 3, 4].map(|index| format!("\u{0}{index}"));
        let marked =
            defaults.iter().zip(&marks).fold(text.to_owned(), |text, (port, mark)| text.replace(port, mark));
        marks.iter().zip(&own).fold(marked, |text, (mark, port)| text.replace(mark, port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SANDBOX_TEMPLATE;

    #[test]
    fn a_new_file_has_all_ports_and_none_of_the_default_ones() {
        let text = Ports::from(7281).unwrap().written_into(SANDBOX_TEMPLATE);
        for line in [
            "main = \"127.0.0.1:7281\"",
            "backup = \"127.0.0.1:7282\"",
            "operations = \"127.0.0.1:7283\"",
            "notify_url = \"http://127.0.0.1:7284/notify\"",
            "proxy = \"127.0.0.1:7285\"",
        ] {
            assert!(text.contains(line), "{line}");
        }
        assert!(!text.contains(":708"), "{text}");
    }

    #[test]
    fn ports_next_to_the_default_ones_are_not_replaced_twice() {
        let text = Ports::from(7081).unwrap().written_into("127.0.0.1:7080 127.0.0.1:7081 127.0.0.1:7083");
        assert_eq!(text, "127.0.0.1:7081 127.0.0.1:7082 127.0.0.1:7084");
    }

    #[test]
    fn five_ports_fit_below_the_highest_one() {
        assert_eq!((Ports::from(0), Ports::from(65532)), (None, None));
        assert_eq!(Ports::from(65531), Some(Ports([65531, 65532, 65533, 65534, 65535])));
        let Ports(free) = Ports::free().unwrap();
        assert!(
            free.iter().all(|port| *port > 0)
                && free.iter().collect::<std::collections::BTreeSet<_>>().len() == 5
        );
    }
}

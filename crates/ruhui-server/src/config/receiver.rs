//! The receiver of callbacks that a configuration need not name.

use ruhui_core::types::NotifyUrl;

/// The default address of `ruhui listen`, where callbacks go if the file names no other.
pub(super) fn default_notify_url() -> NotifyUrl {
    NotifyUrl::new("http://127.0.0.1:7083/notify").expect("an address to notify")
}

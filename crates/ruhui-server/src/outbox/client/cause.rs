//! Causes of failed callbacks, derived from the errors of the HTTP and TLS libraries.

use ruhui_core::network::NetworkCause;
use std::error::Error;

/// Returns the cause of a failed callback, from the types of the errors and not from their texts.
pub(super) fn cause(error: &(dyn Error + 'static)) -> NetworkCause {
    NetworkCause::of(error, of_library)
}

fn of_library(error: &(dyn Error + 'static)) -> Option<NetworkCause> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(NetworkCause::of_tls(error));
    }
    match error.downcast_ref::<hyper::Error>()? {
        error if error.is_parse() => Some(NetworkCause::NotHttp),
        error if error.is_incomplete_message() || error.is_closed() => Some(NetworkCause::Closed),
        _ => None,
    }
}

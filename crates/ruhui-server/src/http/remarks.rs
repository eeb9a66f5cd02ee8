//! In a sandbox, the log says what is odd about a request that is accepted: the live service may change its mind
//! about it, or the caller means something else.
//!
//! A remark names members and headers, and never what they hold.

use crate::service::Service;
use http::request::Parts;
use ruhui_core::head;
use ruhui_core::sign::Authorization;

/// A text in English and in Chinese.
pub(super) type Remark = (String, String);

/// Writes the remarks about one request to the log; only in a sandbox.
pub(super) fn log(service: &Service, parts: &Parts, remarks: impl IntoIterator<Item = Remark>) {
    if !service.policy.diagnose {
        return;
    }
    let (method, path) = (&parts.method, parts.uri.path());
    for (en, zh) in remarks {
        tracing::warn!("{method} {path}: {en} / {zh}");
    }
}

/// What is odd about how a verified caller names its certificate.
pub(super) fn of_serial(parts: &Parts, authorization: &Authorization) -> Option<Remark> {
    let written = head::text(&parts.headers, http::header::AUTHORIZATION)?;
    (!written.contains(authorization.serial_no().as_str())).then(|| {
        (
            "serial_no is in lower case; it is accepted, since case does not count. The documents write it in upper case."
                .to_owned(),
            "serial_no 为小写，比较时不区分大小写，因此已接受。官方文档使用大写。".to_owned(),
        )
    })
}

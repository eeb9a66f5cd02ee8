//! Idempotency key: identifies one signed request, so that a resend is recognised.

use ruhui_core::sign::Authorization;

/// The idempotency key of one signed request. Keys sort by the request's timestamp.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RequestId {
    timestamp: i64,
    digest: [u8; 32],
}

impl RequestId {
    /// Computes the id of a request whose signature was verified. PKCS#1 v1.5 signatures are deterministic, so equal
    /// messages under one serial are equal requests.
    pub(crate) fn of(authorization: &Authorization, message: &[u8]) -> Self {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for line in
            [authorization.caller().field(), authorization.caller().id(), authorization.serial_no().as_str()]
        {
            context.update(line.as_bytes());
            context.update(b"\n");
        }
        context.update(message);
        let digest = context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
        Self { timestamp: authorization.timestamp_seconds(), digest }
    }

    /// The id as a text that sorts by time.
    pub(crate) fn to_text(&self) -> String {
        format!("{:012}{}", self.timestamp, hex::encode(&self.digest[..20]))
    }

    /// The request's timestamp, in seconds since 1970.
    pub(crate) fn timestamp(&self) -> i64 {
        self.timestamp
    }

    /// SHA-256 of the signer and the signature message.
    pub(crate) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    #[cfg(test)]
    pub(crate) fn for_test(timestamp: i64, byte: u8) -> Self {
        Self { timestamp, digest: [byte; 32] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time() {
        let times = [0, 61, 62, 1_750_000_000, 1_750_000_001, 9_999_999_999];
        assert!(times.map(|at| RequestId::for_test(at, 7).to_text()).is_sorted());
    }
}

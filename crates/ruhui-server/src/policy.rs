//! The operator's decisions: limits, and the points that the documents leave open.

use crate::domain::UnknownOpenids;
use crate::domain::rate::Rate;
use crate::domain::{PublicUrl, Reach};
use ruhui_core::wire::UnknownMembers;

/// The decisions that are left to the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The treatment of openids that are not registered.
    pub unknown_openids: UnknownOpenids,
    /// Whether calls are limited.
    pub rate_limit: RateLimit,
    /// Requests in hand at once; one more is answered 500 with Retry-After, unverified.
    pub in_flight: usize,
    /// The response of `/v3/certificates`.
    pub certificates: CertificateDownload,
    /// The treatment of request members that the endpoint's page does not name.
    pub unknown_members: UnknownMembers,
    /// True if the log explains rejected signatures, and responses say why sensitive fields do not decrypt.
    /// Only a sandbox sets it: it costs tens of milliseconds, and is a padding oracle.
    pub diagnose: bool,
    /// Where callbacks may go.
    pub reach: Reach,
    /// Where pictures are found.
    pub public_url: PublicUrl,
}

/// The response of `/v3/certificates`. New merchants have the public key only, and have got each of the two errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateDownload {
    /// The platform certificates.
    #[default]
    On,
    /// The error 404 RESOURCE_NOT_EXISTS.
    Off,
    /// The error 403 NO_AUTH.
    Forbidden,
}

/// The rate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// They are not.
    Off,
    /// So many a second for each call and caller.
    On {
        /// For merchants (10 in the current editions).
        partner: Rate,
        /// For brands (5).
        brand: Rate,
        /// For `/v3/certificates` (1,000).
        certificates: Rate,
    },
}

impl RateLimit {
    /// The documents' limits: for merchants, for brands, for `/v3/certificates`.
    pub const DOCUMENTED_RATES: [Rate; 3] =
        [Rate { per_second: 10 }, Rate { per_second: 5 }, Rate { per_second: 1000 }];
    /// The documents' limits.
    pub const DOCUMENTED: Self = {
        let [partner, brand, certificates] = Self::DOCUMENTED_RATES;
        Self::On { partner, brand, certificates }
    };
}

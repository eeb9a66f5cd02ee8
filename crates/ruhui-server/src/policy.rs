//! Policy: the limits that an operator sets, and the points that the documents leave open.

use crate::domain::UnknownOpenids;
use crate::domain::rate::Rate;
use crate::domain::{AddressPolicy, ControlHost, PageOrigin, PublicUrl};
use ruhui_core::wire::UnknownMembers;

/// The operator's decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The treatment of openids that are not registered.
    pub unknown_openids: UnknownOpenids,
    /// The rate limits.
    pub rate_limit: RateLimit,
    /// The in-flight limit. A request beyond it is rejected unverified, with status 500 and `Retry-After`.
    pub in_flight: usize,
    /// The response of `/v3/certificates`.
    pub certificates: CertificateDownload,
    /// The treatment of request members that the endpoint's page does not name.
    pub unknown_members: UnknownMembers,
    /// Whether the log explains rejected signatures, and responses say why sensitive fields do not decrypt. Only a
    /// sandbox sets this: an explanation costs tens of milliseconds, and the responses are a padding oracle.
    pub diagnose: bool,
    /// Whether the service keeps its last requests in memory, byte for byte, for people to look at. A sandbox does.
    pub request_log: bool,
    /// The addresses that callbacks may be sent to.
    pub reach: AddressPolicy,
    /// The URL under which uploaded pictures are served.
    pub public_url: PublicUrl,
    /// Host names under which the controls of a sandbox may be requested.
    pub control_hosts: Vec<ControlHost>,
    /// Origins of web pages that may open the join component of a sandbox.
    pub page_origins: Vec<PageOrigin>,
}

/// The response of `/v3/certificates`. New merchants have only the public key, and live responses to them were either
/// of the two errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateDownload {
    /// The response has the platform certificates.
    #[default]
    On,
    /// The response is the error 404 RESOURCE_NOT_EXISTS.
    Off,
    /// The response is the error 403 NO_AUTH.
    Forbidden,
}

/// The rate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// Requests are not limited.
    Off,
    /// Each caller may send this many requests per second to each endpoint.
    On {
        /// Limit of a merchant (10 in the current editions).
        partner: Rate,
        /// Limit of a brand (5).
        brand: Rate,
        /// Limit of `/v3/certificates` (1,000).
        certificates: Rate,
    },
}

impl RateLimit {
    /// The documented limits of merchants, of brands, and of `/v3/certificates`.
    pub const DOCUMENTED_RATES: [Rate; 3] =
        [Rate { per_second: 10 }, Rate { per_second: 5 }, Rate { per_second: 1000 }];
    /// Rate limiting with the documented limits.
    pub const DOCUMENTED: Self = {
        let [partner, brand, certificates] = Self::DOCUMENTED_RATES;
        Self::On { partner, brand, certificates }
    };
}

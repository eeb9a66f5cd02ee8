//! The properties of an endpoint, which the pipeline reads without knowing its types.

use crate::handlers::{DefaultSigner, Handle};
use crate::limiter::LimitClass;
use ruhui_core::api::{Document, FamilyMarker as _};
use ruhui_core::types::Family;

/// The properties of an endpoint, as [`Endpoint`](ruhui_core::api::Endpoint) and [`Handle`] describe them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Properties {
    pub(super) name: &'static str,
    pub(super) document: Document,
    pub(super) family: Family,
    pub(super) limit: LimitClass,
    pub(super) default_signer: DefaultSigner,
    pub(super) uploads_file: bool,
    pub(super) has_encrypted_fields: bool,
}

impl Properties {
    pub(super) const fn of<E: Handle>() -> Self {
        Self {
            name: E::NAME,
            document: E::DOCUMENT,
            family: E::Family::FAMILY,
            limit: E::LIMIT,
            default_signer: E::DEFAULT_SIGNER,
            uploads_file: E::UPLOADS_FILE,
            has_encrypted_fields: E::HAS_ENCRYPTED_FIELDS,
        }
    }
}

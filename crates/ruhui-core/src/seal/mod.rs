//! Hiding and opening: AES-256-GCM resources and RSA-OAEP fields.

mod diagnosis;
mod field;
mod resource;
mod unopenable;

pub use diagnosis::{FieldKeys, diagnose_field};
pub use field::{OpenFieldError, SealFieldError, is_sealed_field, open_field, seal_field};
pub use resource::{ALGORITHM, ApiV3Key, OpenError, ResourceNonce, Sealed};
pub use unopenable::{FieldCharset, FieldEncoding, FieldHash, FieldPadding, KeyRole, Unopenable};

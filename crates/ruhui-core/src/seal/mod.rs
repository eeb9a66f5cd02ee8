//! Hiding and opening: AES-256-GCM resources and RSA-OAEP fields.

mod field;
mod resource;

pub use field::{OpenFieldError, SealFieldError, open_field, seal_field};
pub use resource::{ALGORITHM, ApiV3Key, OpenError, Sealed};

//! Hiding and opening: AES-256-GCM resources and RSA-OAEP fields.

mod decrypt_failure;
mod diagnosis;
mod field;
mod resource;

pub use decrypt_failure::{DecryptFailure, FieldCharset, FieldEncoding, FieldHash, FieldPadding, KeyRole};
pub use diagnosis::{FieldKeys, diagnose_field};
pub use field::{DecryptFieldError, EncryptFieldError, decrypt_field, encrypt_field, is_encrypted_field};
pub use resource::{ALGORITHM, ApiV3Key, DecryptResourceError, EncryptedResource, ResourceNonce};

//! Hiding and opening: AES-256-GCM resources and RSA-OAEP fields.

mod diagnosis;
mod field;
mod resource;
mod decrypt_failure;

pub use diagnosis::{FieldKeys, diagnose_field};
pub use field::{DecryptFieldError, EncryptFieldError, is_encrypted_field, decrypt_field, encrypt_field};
pub use resource::{ALGORITHM, ApiV3Key, DecryptResourceError, ResourceNonce, Encrypted};
pub use decrypt_failure::{FieldCharset, FieldEncoding, FieldHash, FieldPadding, KeyRole, DecryptFailure};

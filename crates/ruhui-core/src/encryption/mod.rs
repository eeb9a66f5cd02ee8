//! Encryption and decryption: sensitive fields (敏感信息字段) with RSA-OAEP, and resources of callbacks and
//! certificates with AES-256-GCM.

mod decrypt_failure;
mod diagnosis;
mod field;
mod resource;

pub use decrypt_failure::{DecryptFailure, FieldCharset, FieldEncoding, FieldHash, FieldPadding, KeyRole};
pub use diagnosis::{FieldKeys, diagnose_field};
pub use field::{DecryptFieldError, EncryptFieldError, decrypt_field, encrypt_field, is_encrypted_field};
pub use resource::{ALGORITHM, ApiV3Key, DecryptResourceError, EncryptedResource, ResourceNonce};

//! The life of keys in a sandbox: stages of the move to the public key, rotation of certificates, a changed APIv3 key.
//!
//! The keys of `ruhui.toml` are the beginning. Changes by the controls are records of the store, so they survive a
//! restart, belong to a snapshot, and end with a reset.

mod error;
mod merchant;
mod rotate;
mod rotation;

pub(crate) use error::KeyLifeError;
pub(crate) use merchant::{IssuedCertificate, MerchantChange, change, issue_for};
pub(crate) use rotate::change_rotation;
pub(crate) use rotation::{PlatformRotation, RotationRecord};

//! Backup: a copy of a store while a service writes to it.

use super::connect::real;
use super::copy::{Copied, Draft, ExistingFile, exists, is_same};
use super::copy_error::CopyError;
use super::lock::with_suffix;
use crate::env::Entropy;
use crate::store::StoreError;
use std::path::Path;

/// Copies the embedded store in the file `store` to the file `to`. The copy has every commit that completed
/// before the backup began, and no partial commit. A service may use the store meanwhile, in this process or
/// another; the backup does not block it. When this returns, the copy is checked and on disk. Until then `to`
/// is unchanged. Only the file's owner may read the copy.
///
/// The random source names the temporary file next to `to` in which the copy is made.
///
/// # Errors
///
/// [`CopyError`]; `to` is then unchanged.
pub fn back_up(
    store: &Path,
    to: &Path,
    existing: ExistingFile,
    entropy: &dyn Entropy,
) -> Result<Copied, CopyError> {
    let (store, to) = (real(store), real(to));
    if !store.is_file() {
        return Err(CopyError::Missing { file: store });
    }
    if is_same(&store, &to) {
        return Err(CopyError::Same { file: to });
    }
    // Replacing the file of a store in use would destroy that store, so `existing` does not allow it either.
    if let Some(log) =
        ["-wal", "-journal"].map(|suffix| with_suffix(&to, suffix)).into_iter().find(|log| exists(log))
    {
        return Err(CopyError::Occupied { file: to, log });
    }
    if existing == ExistingFile::Keep && exists(&to) {
        return Err(CopyError::Exists { file: to });
    }
    let draft = Draft::copy(&store, &to, entropy).map_err(|error| match error {
        CopyError::Unsound { file, why } => {
            StoreError::Damaged { place: file.display().to_string(), why }.into()
        }
        error => error,
    })?;
    draft.put(&to)
}

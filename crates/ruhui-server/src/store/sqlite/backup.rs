//! A copy of a store while a service writes to it.

use super::connect::real;
use super::copy::{Copied, Draft, ExistingFile, is_same, is_there};
use super::copy_error::CopyError;
use super::lock::beside;
use crate::env::Entropy;
use crate::store::StoreError;
use std::path::Path;

/// Copies the embedded store in the file `store` to the file `to`. All that was committed before it began is in the copy,
/// and nothing in part. A service may be using the store, in this process or another: it is not held up. When this
/// returns, the copy has been looked through and is on disk; before, nothing has the name `to` that had not. Its owner
/// alone may read it.
///
/// The random source names the file that the copy is made in, beside `to`.
///
/// # Errors
///
/// [`CopyError`]; `to` is then as it was.
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
    // To put a file under the name of a store that is in use would be its end, whoever says so.
    if let Some(log) =
        ["-wal", "-journal"].map(|suffix| beside(&to, suffix)).into_iter().find(|log| is_there(log))
    {
        return Err(CopyError::Occupied { file: to, log });
    }
    if existing == ExistingFile::Stays && is_there(&to) {
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

//! The private keys with which a sandbox can sign requests of its own callers: those of its kit, and those that it has
//! issued since its start.

use crate::directory::Directory;
use crate::files::Files;
use jiff::Timestamp;
use ruhui_core::key::PrivateKey;
use ruhui_core::sign::Signer;
use ruhui_core::types::{Caller, Family};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Number of issued keys that are kept; the oldest leave first.
const ISSUED: usize = 100;

/// The files of the kit that hold private keys.
const KEYS_OF_KIT: [&str; 2] = ["apiclient_key.pem", "brand_key.pem"];

/// The private keys that a sandbox has of its callers. Clones share them.
#[derive(Clone)]
pub(crate) struct KitKeys {
    files: Files,
    folder: PathBuf,
    issued: Arc<Mutex<Vec<PrivateKey>>>,
}

impl KitKeys {
    /// The keys in the kit of the sandbox in `root`, among `files`.
    pub(crate) fn of(files: Files, root: &Path) -> Self {
        Self { files, folder: root.join("kit"), issued: Arc::default() }
    }

    /// No keys, for a service without a kit.
    pub(crate) fn none() -> Self {
        Self::of(Files::in_memory([]), Path::new(""))
    }

    /// Keeps a key that the sandbox has issued a certificate for. It is lost when the sandbox stops.
    pub(crate) fn add_issued(&self, pem: &str) {
        let Ok(key) = PrivateKey::from_pem(pem) else { return };
        let mut issued = self.issued();
        if issued.len() == ISSUED {
            issued.remove(0);
        }
        issued.push(key);
    }

    /// Returns a signer for `caller`: a key that belongs to one of its certificates, one that is valid now if there is
    /// one. `None` if the sandbox has no such key.
    pub(crate) fn signer(&self, directory: &Directory, caller: &Caller, now: Timestamp) -> Option<Signer> {
        let certificates = || directory.caller(caller).into_iter().flat_map(|entry| entry.certificates());
        let mut expired = None;
        for key in self.keys() {
            let public_key = key.public_key();
            for (serial_no, certificate) in certificates().filter(|(_, own)| own.public_key == public_key) {
                let signer = Signer::new(caller.clone(), serial_no.clone(), key.clone());
                if certificate.validity.check(now).is_ok() {
                    return Some(signer);
                }
                expired.get_or_insert(signer);
            }
        }
        expired
    }

    /// Returns the caller of `family` that the kit is of.
    pub(crate) fn own_caller(&self, directory: &Directory, family: Family) -> Option<Caller> {
        let callers = |key: &PrivateKey| {
            let public_key = key.public_key();
            let mut of_family = directory.callers().filter(|(caller, _)| caller.family() == family);
            let found = of_family.find(|(_, entry)| {
                entry.certificates().any(|(_, certificate)| certificate.public_key == public_key)
            });
            found.map(|(caller, _)| caller.clone())
        };
        self.keys().iter().find_map(callers)
    }

    /// Returns the callers that have a signer.
    pub(crate) fn callers(&self, directory: &Directory) -> Vec<Caller> {
        let public_keys: Vec<_> = self.keys().iter().map(PrivateKey::public_key).collect();
        let signing = directory.callers().filter(|(_, entry)| {
            entry.certificates().any(|(_, certificate)| public_keys.contains(&certificate.public_key))
        });
        signing.map(|(caller, _)| caller.clone()).collect()
    }

    /// All keys, those of the kit first. The files are read each time, since a user may exchange them.
    fn keys(&self) -> Vec<PrivateKey> {
        let of_kit = KEYS_OF_KIT.iter().filter_map(|name| {
            let pem = self.files.read(&self.folder.join(name)).ok()?;
            PrivateKey::from_bytes(&pem).ok()
        });
        of_kit.chain(self.issued().iter().cloned()).collect()
    }

    fn issued(&self) -> MutexGuard<'_, Vec<PrivateKey>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hides the keys.
impl fmt::Debug for KitKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KitKeys({}, {} issued)", self.folder.display(), self.issued().len())
    }
}

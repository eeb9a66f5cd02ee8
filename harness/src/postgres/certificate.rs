//! Creates the TLS certificate of a temporary PostgreSQL server.

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::path::Path;

/// Writes a certificate authority to a file, and a certificate for `name` with its key into the server's data folder.
/// The files belong to `owner`, if the server runs as another user.
pub(super) fn write(name: &str, authority: &Path, data: &Path, owner: Option<u32>) -> Result<()> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "the authority of a throw-away server");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate()?;
    std::fs::write(authority, params.self_signed(&key)?.pem())?;
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new([name.to_owned()])?.signed_by(&key, &issuer)?;
    for (file, text) in [("server.crt", certificate.pem()), ("server.key", key.serialize_pem())] {
        let file = data.join(file);
        std::fs::write(&file, text)?;
        // PostgreSQL rejects a key that other users may read.
        #[cfg(unix)]
        {
            use std::os::unix::fs::{PermissionsExt as _, chown};
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
            chown(&file, owner, None)?;
        }
    }
    Ok(())
}

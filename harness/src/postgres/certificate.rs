//! The certificate of a throw-away server.

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::path::Path;

/// Writes an authority to a file, and a key and a certificate of its for a name to where a server with this data looks
/// for them; it runs as `owner`, if not as we do.
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
        // PostgreSQL takes no key that others may read.
        #[cfg(unix)]
        {
            use std::os::unix::fs::{PermissionsExt as _, chown};
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
            chown(&file, owner, None)?;
        }
    }
    Ok(())
}

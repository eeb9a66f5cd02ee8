//! TLS for the real host names: the sandbox's CA, kept in the kit and valid for those names only.

use super::kit::{read, write, write_private};
use crate::env::Env;
use crate::http::{ProxyClients, Tls};
use crate::issue::{serial, validity};
use crate::start::{Making, ProxyPlan, StartError};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256,
};
use ruhui_core::bilingual::Bilingual;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::Path;
use std::sync::Arc;

/// The host names in the documents' samples, and the names of a local port.
const NAMES: [&str; 5] = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "localhost", "127.0.0.1", "::1"];

/// The host names that WeChat Pay's libraries use when the main names fail.
const FALLBACK_NAMES: [&str; 2] = ["api.wechatpay.cn", "api2.wechatpay.cn"];

/// The domain of [`FALLBACK_NAMES`], as it stands in the CA's name constraints.
const FALLBACK_DOMAIN: &str = "wechatpay.cn";

/// The TLS settings of a sandbox.
pub(super) struct ServerTls {
    pub(super) config: Arc<rustls::ServerConfig>,
    /// The names on the certificate.
    pub(super) names: Vec<&'static str>,
}

/// Makes the TLS settings of a sandbox over the folder `root`, with the CA of its kit.
pub(super) fn server_config(root: &Path, env: &Env) -> Result<ServerTls, StartError> {
    let (ca, ca_der) = provide_ca(root, env)?;
    let names = names(&ca_der, root);
    Ok(ServerTls { config: certified(&ca, ca_der, &names, env)?, names })
}

/// Makes the TLS settings of a sandbox without a folder, with a new CA. Returns the CA's certificate as PEM, too.
pub(super) fn server_config_of_new_ca(env: &Env) -> Result<(ServerTls, String), StartError> {
    let failed = |error: rcgen::Error| StartError::Key { what: Making::Authority, why: error.to_string() };
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
    let certificate = ca_params(env).self_signed(&key).map_err(failed)?;
    let (pem, der) = (certificate.pem(), certificate.der().clone());
    let ca = Issuer::from_ca_cert_der(&der, key).map_err(failed)?;
    let names: Vec<_> = NAMES.into_iter().chain(FALLBACK_NAMES).collect();
    Ok((ServerTls { config: certified(&ca, der, &names, env)?, names }, pem))
}

/// Returns the way in which a sandbox with these settings serves. A proxy needs TLS, since a tunnel carries it.
pub(super) fn serving(tls: Option<ServerTls>, proxy: Option<ProxyClients>) -> (Tls, Option<ProxyPlan>) {
    match tls {
        None => (Tls::Off, None),
        Some(ServerTls { config, names }) => {
            (Tls::On(config), proxy.map(|clients| ProxyPlan { clients, names }))
        }
    }
}

/// Makes a certificate for the names, at each start: P-256 takes a millisecond and needs no file.
fn certified(
    ca: &Ca,
    ca_der: rustls::pki_types::CertificateDer<'static>,
    names: &[&str],
    env: &Env,
) -> Result<Arc<rustls::ServerConfig>, StartError> {
    let failed = |error: rcgen::Error| StartError::Key { what: Making::Certificate, why: error.to_string() };
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
    let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        .map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, NAMES[0]);
    params.serial_number = Some(serial(&*env.entropy));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let (not_before, not_after) = validity(env);
    // Some platforms reject server certificates of more than 398 days.
    (params.not_before, params.not_after) =
        (not_before, not_after.min(not_before + time::Duration::days(397)));
    let certificate = params.signed_by(&key, ca).map_err(failed)?;

    let chain = vec![certificate.der().clone(), ca_der];
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // The provider is named, since a process-wide default panics when a second one is set.
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
            .map_err(|error| StartError::Key { what: Making::Tls, why: error.to_string() })?;
    Ok(Arc::new(config))
}

/// The names that a certificate of this CA may have. A CA of an earlier version does not permit the fallback names,
/// and one name that it does not permit makes the whole certificate invalid. Such a CA stays, since programs trust
/// it.
fn names(ca: &[u8], root: &Path) -> Vec<&'static str> {
    let mut names = NAMES.to_vec();
    // The name constraints have each domain in plain ASCII, and no other part of this CA has a domain.
    if ca.windows(FALLBACK_DOMAIN.len()).any(|part| part == FALLBACK_DOMAIN.as_bytes()) {
        names.extend(FALLBACK_NAMES)
    } else {
        let (key, certificate) = (root.join("platform/ca_key.pem"), root.join("kit/ca.pem"));
        let (key, certificate) = (key.display(), certificate.display());
        tracing::warn!(
            "the CA in {certificate} does not permit api.wechatpay.cn and api2.wechatpay.cn, to which WeChat Pay's \
                 libraries fall back; delete {key} and {certificate}, start again, and trust the new CA / {certificate} \
                 中的 CA 不允许 api.wechatpay.cn 与 api2.wechatpay.cn（微信支付官方库的备用域名）；请删除 {key} 与 {certificate}，\
                 重新启动后信任新的 CA"
        );
    }
    names
}

type Ca = Issuer<'static, KeyPair>;

fn provide_ca(
    root: &Path,
    env: &Env,
) -> Result<(Ca, rustls::pki_types::CertificateDer<'static>), StartError> {
    let failed = |error: rcgen::Error| StartError::Key { what: Making::Authority, why: error.to_string() };
    let (key_path, path) = (root.join("platform/ca_key.pem"), root.join("kit/ca.pem"));
    if !(key_path.exists() && path.exists()) {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
        let certificate = ca_params(env).self_signed(&key).map_err(failed)?;
        write_private(&key_path, &key.serialize_pem())?;
        write(&path, &certificate.pem())?;
    }
    let unusable = |path: &Path| {
        let (key, certificate) = (key_path.display(), path.display());
        let why = Bilingual::new(
            format!(
                "the sandbox's CA is damaged; delete {key} and {certificate}, and the next start makes a new one"
            ),
            format!("沙箱的 CA 已损坏；请删除 {key} 与 {certificate}，下次启动时会重新生成"),
        );
        StartError::Unusable { path: path.to_owned(), why }
    };
    let key = KeyPair::from_pem(&read(&key_path)?).map_err(|_| unusable(&path))?;
    let pem = read(&path)?;
    let der =
        rustls::pki_types::pem::PemObject::from_pem_slice(pem.as_bytes()).map_err(|_| unusable(&path))?;
    Ok((Issuer::from_ca_cert_der(&der, key).map_err(|_| unusable(&path))?, der))
}

/// Parameters of the CA, limited to the names above, so that programs can trust it without further risk.
fn ca_params(env: &Env) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "ruhui sandbox CA");
    params.serial_number = Some(serial(&*env.entropy));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("mch.weixin.qq.com".to_owned()),
            GeneralSubtree::DnsName(FALLBACK_DOMAIN.to_owned()),
            GeneralSubtree::DnsName("localhost".to_owned()),
            GeneralSubtree::IpAddress(CidrSubnet::V4([127, 0, 0, 0], [255, 0, 0, 0])),
            GeneralSubtree::IpAddress(CidrSubnet::V6(
                [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                [255; 16],
            )),
        ],
        excluded_subtrees: Vec::new(),
    });
    (params.not_before, params.not_after) = validity(env);
    params
}

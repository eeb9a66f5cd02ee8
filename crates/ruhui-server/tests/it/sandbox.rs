//! Tests of the sandbox: creation in an empty folder, later starts, TLS, and the errors that stop its start.

use crate::common::*;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, GeneralSubtree, IsCa, KeyPair, NameConstraints,
    PKCS_ECDSA_P256_SHA256,
};
use ruhui::Client;
use ruhui::api::card_member::CreatePreAuthToken;
use ruhui_server::domain::TokenRecord;
use ruhui_server::env::Env;
use ruhui_server::sandbox::{self, Options, Sandbox};
use ruhui_server::start::Addresses;
use ruhui_server::store::{SqliteStore, StoreExt as _};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use tokio::sync::oneshot;

fn anywhere(tls: bool) -> Options {
    let any: Option<SocketAddr> = Some("127.0.0.1:0".parse().unwrap());
    let addresses = Addresses { main: any, backup: any, operations: any, ..Addresses::default() };
    Options { tls, addresses, ..Options::default() }
}

/// Opens a sandbox with the real clock, which TLS requires.
async fn open(root: &Path, tls: bool) -> Sandbox {
    sandbox::open(root, Env::system(), anywhere(tls)).await.unwrap()
}

/// Lets a client act that has only the kit, then stops the sandbox.
async fn visit<T>(sandbox: Sandbox, act: impl AsyncFnOnce(Client) -> T) -> T {
    let kit = sandbox.kit().clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(sandbox.run(async {
        let _ = stopped.await;
    }));
    let value = |name: &str| kit.value(name).unwrap().to_owned();
    let mut builder = Client::partner(
        value("RUHUI_MCHID"),
        value("RUHUI_SERIAL_NO"),
        value("RUHUI_PRIVATE_KEY"),
        value("RUHUI_WECHATPAY_PUBLIC_KEY_ID"),
        value("RUHUI_WECHATPAY_PUBLIC_KEY"),
    )
    .unwrap()
    .hosts(value("RUHUI_BASE_URL"), value("RUHUI_BACKUP_URL"));
    if kit.value("RUHUI_CA_CERTIFICATE").is_some() {
        builder = builder.ca_certificate(value("RUHUI_CA_CERTIFICATE"));
    }
    let result = act(builder.build().unwrap()).await;
    let _ = stop.send(());
    running.await.unwrap();
    result
}

fn call() -> CreatePreAuthToken {
    CreatePreAuthToken {
        brand_id: sandbox::BRAND_ID.parse().unwrap(),
        card_id: sandbox::CARD_ID.parse().unwrap(),
        openid: sandbox::OPENID.parse().unwrap(),
    }
}

async fn token(client: Client) -> String {
    client.create_pre_auth_token(&call()).await.unwrap().token.as_str().to_owned()
}

fn files(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for folder in ["kit", "platform"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.push((name, std::fs::read(path).unwrap()));
        }
    }
    files.sort();
    files
}

#[tokio::test]
async fn an_empty_folder_becomes_a_sandbox_and_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("new/sandbox");
    let first = visit(open(&root, false).await, token).await;
    let made = files(&root);
    let names: Vec<&str> = made.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "kit/apiclient_cert.pem",
            "kit/apiclient_key.pem",
            "kit/apiv3_key.txt",
            "kit/brand_api_key.txt",
            "kit/brand_cert.pem",
            "kit/brand_key.pem",
            "kit/brand_wxp_pub.pem",
            "kit/kit.env",
            "kit/wxp_cert.pem",
            "kit/wxp_pub.pem",
            "platform/brand_wxp_key.pem",
            "platform/wxp_cert_key.pem",
            "platform/wxp_key.pem",
        ]
    );
    let certificate = std::fs::read_to_string(root.join("kit/apiclient_cert.pem")).unwrap();
    let certificate = ruhui_core::key::Certificate::from_pem(&certificate).unwrap();
    assert_eq!(certificate.common_name(), Some(MCHID));
    let serial = certificate.serial_no().as_str();
    assert!(serial.len() == 40 && ('1'..='7').contains(&serial.chars().next().unwrap()), "{serial}");
    let key = std::fs::read_to_string(root.join("kit/apiclient_key.pem")).unwrap();
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"));
    #[cfg(unix)]
    for (name, _) in made.iter().filter(|(name, _)| name.contains("key") || name.ends_with(".env")) {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(root.join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }

    let second = visit(open(&root, false).await, token).await;
    let ports_aside = |files: Vec<(String, Vec<u8>)>| -> Vec<(String, Vec<u8>)> {
        files.into_iter().filter(|(name, _)| name != "kit/kit.env").collect()
    };
    assert!(ports_aside(files(&root)) == ports_aside(made), "a second start makes nothing anew");
    let store = SqliteStore::open(root.join("ruhui.db")).unwrap();
    let rows = store.read_all::<TokenRecord>().await.unwrap();
    let rows: Vec<_> = rows.iter().map(|loaded| loaded.record.token.as_str()).collect();
    assert!(rows.len() == 2 && rows.contains(&first.as_str()) && rows.contains(&second.as_str()));
}

/// Missing files are created; existing ones stay unchanged.
#[tokio::test]
async fn a_sandbox_whose_making_was_interrupted_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let before = files(folder.path());
    visit(open(folder.path(), false).await, token).await;
    let after = files(folder.path());
    assert!(before.iter().all(|file| after.contains(file)));
    assert!(after.len() > before.len());
}

#[tokio::test]
async fn an_edited_file_is_what_counts_on_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    visit(open(folder.path(), false).await, token).await;
    let path = folder.path().join("ruhui.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        text.replacen("card_id = \"pb", "card_id = \"other", 1).replace("cards = [\"pb", "cards = [\"other"),
    )
    .unwrap();
    let error = visit(open(folder.path(), false).await, async |client| {
        client.create_pre_auth_token(&call()).await.unwrap_err()
    })
    .await;
    assert_eq!(error.code().unwrap().as_str(), "NOT_FOUND");
}

#[tokio::test]
async fn tls_is_trusted_through_the_kit_and_not_without_it() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let sandbox = open(folder.path(), true).await;
    let url = sandbox.kit().value("RUHUI_BASE_URL").unwrap().to_owned();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let ca = std::fs::read(folder.path().join("kit/ca.pem")).unwrap();
    visit(sandbox, async |client| {
        assert_eq!(client.echo("会员").await.unwrap(), "会员");
        let stranger = Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, PUBLIC_KEY_ID, PLATFORM_PUB).unwrap();
        let error = stranger.host(&url).build().unwrap().echo("").await.unwrap_err();
        assert!(error.to_string().contains("certificate"), "{error}");
    })
    .await;
    // The certificate authority is kept, so programs that trust it need no change.
    visit(open(folder.path(), true).await, token).await;
    assert!(std::fs::read(folder.path().join("kit/ca.pem")).unwrap() == ca);
}

/// Returns whether a client that trusts only the kit's CA accepts the sandbox under this name.
async fn accepts_name(kit: &sandbox::Kit, name: &str) -> bool {
    let ca = kit.value("RUHUI_CA_CERTIFICATE").unwrap().replace("\\n", "\n").into_bytes();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&ca).unwrap()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
    let address = kit.value("RUHUI_BASE_URL").unwrap().strip_prefix("https://").unwrap().to_owned();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from(name.to_owned()).unwrap();
    tokio_rustls::TlsConnector::from(std::sync::Arc::new(config)).connect(name, stream).await.is_ok()
}

const NAMES: [&str; 4] =
    ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "api.wechatpay.cn", "api2.wechatpay.cn"];

/// Returns the names of [`NAMES`] under which a client accepts the sandbox in `root`.
async fn accepted_names(root: &Path) -> Vec<&'static str> {
    let sandbox = open(root, true).await;
    let kit = sandbox.kit().clone();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(sandbox.run(async {
        let _ = stopped.await;
    }));
    let mut accepted = Vec::new();
    for name in NAMES {
        if accepts_name(&kit, name).await {
            accepted.push(name);
        }
    }
    let _ = stop.send(());
    running.await.unwrap();
    accepted
}

/// WeChat Pay's library for Java falls back to `api2.wechatpay.cn`.
#[tokio::test]
async fn the_certificate_covers_the_hosts_that_libraries_fall_back_to() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    assert_eq!(accepted_names(folder.path()).await, NAMES);
}

/// The CA of an earlier version permits fewer names. Programs trust it, so it stays, and the sandbox serves only its
/// names.
#[tokio::test]
async fn a_ca_of_an_earlier_version_serves_the_names_that_it_permits() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let names = ["mch.weixin.qq.com", "localhost"].map(|name| GeneralSubtree::DnsName(name.to_owned()));
    let loopback = [
        GeneralSubtree::IpAddress(CidrSubnet::V4([127, 0, 0, 0], [255, 0, 0, 0])),
        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(std::net::Ipv6Addr::LOCALHOST.into(), 128)),
    ];
    let permitted_subtrees = names.into_iter().chain(loopback).collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    let ca = params.self_signed(&key).unwrap().pem();
    std::fs::write(folder.path().join("kit/ca.pem"), &ca).unwrap();
    std::fs::write(folder.path().join("platform/ca_key.pem"), key.serialize_pem()).unwrap();
    assert_eq!(accepted_names(folder.path()).await, NAMES[..2]);
    assert_eq!(std::fs::read_to_string(folder.path().join("kit/ca.pem")).unwrap(), ca);
}

#[tokio::test]
async fn a_file_that_was_deleted_is_reported_as_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    assert!(open(folder.path(), false).await.remade().is_empty(), "a first start makes everything");
    assert!(open(folder.path(), false).await.remade().is_empty());
    for name in ["kit/apiv3_key.txt", "kit/apiclient_cert.pem", "ruhui.toml"] {
        let path = folder.path().canonicalize().unwrap().join(name);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(open(folder.path(), false).await.remade(), [path]);
    }
}

/// A kit with a swapped key cannot sign or verify, and the responses do not show why.
#[tokio::test]
async fn a_key_that_was_swapped_is_named() {
    for (file, other, private) in [
        ("kit/wxp_pub.pem", "kit/brand_wxp_pub.pem", "platform/wxp_key.pem"),
        ("kit/apiclient_cert.pem", "kit/brand_cert.pem", "kit/apiclient_key.pem"),
        ("kit/apiclient_key.pem", "kit/brand_key.pem", "kit/apiclient_key.pem"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path(), false).await);
        std::fs::copy(folder.path().join(other), folder.path().join(file)).unwrap();
        let [english, chinese] = refusal(folder.path(), anywhere(false)).await;
        let private = folder.path().canonicalize().unwrap().join(private);
        let said =
            format!("it does not belong to the private key {}; put the right one back", private.display());
        assert!(english.contains(&said), "{english}");
        assert!(chinese.contains(&format!("与私钥 {} 不匹配；", private.display())), "{chinese}");
    }
}

/// `0.0.0.0` stands for all addresses, so no client can connect to it.
#[tokio::test]
async fn a_kit_names_an_address_that_can_be_called() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let mut options = anywhere(false);
    options.addresses.main = Some("0.0.0.0:0".parse().unwrap());
    let sandbox = sandbox::open(folder.path(), Env::system(), options).await.unwrap();
    let url = sandbox.kit().value("RUHUI_BASE_URL").unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
}

/// 192.0.2.0/24 is an example network, so no machine has this address.
#[tokio::test]
async fn an_address_of_another_machine_is_not_in_use() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let mut options = anywhere(false);
    options.addresses.main = Some("192.0.2.1:7080".parse().unwrap());
    let [english, chinese] = refusal(folder.path(), options).await;
    assert!(english.contains("no network interface of this machine has this address"), "{english}");
    assert!(!english.contains("another program") && !english.contains("stop what uses it"), "{english}");
    assert!(chinese.contains("本机没有该地址") && !chinese.contains("占用"), "{chinese}");
}

async fn refusal(root: &Path, options: Options) -> [String; 2] {
    let error = sandbox::open(root, Env::system(), options).await.unwrap_err();
    [error.to_string(), format!("{error:#}")]
}

#[tokio::test]
async fn a_port_in_use_is_named_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for key in ["main", "backup", "operations"] {
        let mut options = anywhere(false);
        *match key {
            "main" => &mut options.addresses.main,
            "backup" => &mut options.addresses.backup,
            _ => &mut options.addresses.operations,
        } = Some(address);
        let [english, chinese] = refusal(folder.path(), options).await;
        assert!(
            english
                .starts_with(&format!("cannot listen on {address}: another program listens there already")),
            "{english}"
        );
        assert!(
            english.contains(&format!("`service.{key}`")) && english.contains(&format!("`--{key}`")),
            "{english}"
        );
        assert!(chinese.starts_with(&format!("无法监听 {address}")), "{chinese}");
    }
}

#[tokio::test]
async fn a_file_in_the_place_of_the_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("file");
    std::fs::write(&root, "").unwrap();
    let [english, chinese] = refusal(&root, anywhere(false)).await;
    assert!(english.starts_with(&format!("the folder {} cannot be written: ", root.display())), "{english}");
    assert!(english.ends_with("or keep nothing with `ruhui sandbox --store memory`"), "{english}");
    assert!(chinese.starts_with(&format!("目录 {} 无法写入", root.display())), "{chinese}");
}

#[tokio::test]
async fn a_broken_configuration_is_named_with_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    drop(open(folder.path(), false).await);
    let path = folder.path().join("ruhui.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("\"accept\"", "\"perhaps\"", 1)).unwrap();
    let [english, chinese] = refusal(folder.path(), anywhere(false)).await;
    let line = 1 + text.lines().position(|line| line.starts_with("unknown_openids")).unwrap();
    let wanted = format!(
        "{}, line {line}, `service.unknown_openids`: `perhaps` is not a value of it; it takes `accept`, `reject`",
        path.canonicalize().unwrap().display()
    );
    assert_eq!(english, wanted);
    assert!(
        chinese.ends_with("`service.unknown_openids`：没有 `perhaps` 这一取值；可用的有 `accept`、`reject`"),
        "{chinese}"
    );
}

#[tokio::test]
async fn a_store_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let path = folder.path().join("ruhui.db");
    let notes = "these are notes, and long enough to have a header of their own".repeat(9);
    std::fs::write(&path, &notes).unwrap();
    let [english, _] = refusal(folder.path(), anywhere(false)).await;
    assert!(english.contains("ruhui.db` is not a ruhui store"), "{english}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), notes);
}

#[tokio::test]
async fn debug_shows_no_secret_of_the_kit() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = open(folder.path(), false).await;
    let secret = sandbox.kit().value("RUHUI_APIV3_KEY").unwrap();
    assert!(!format!("{sandbox:?}").contains(secret));
}

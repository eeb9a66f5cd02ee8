//! Tests the loading of keys: the accepted forms, and the error of each wrong one.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use ruhui_core::encryption::ApiV3Key;
use ruhui_core::key::{Algorithm, Certificate, KeyError, PrivateKey, PublicKey};
use std::path::Path;

/// Returns the text of a file in `vectors/keys`.
fn pem(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/keys").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The kind of key that a text should contain.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Private,
    Public,
    Certificate,
}

fn load(wanted: Wanted, text: &str) -> Result<(), KeyError> {
    match wanted {
        Wanted::Private => PrivateKey::from_pem(text).map(drop),
        Wanted::Public => PublicKey::from_pem(text).map(drop),
        Wanted::Certificate => Certificate::from_pem(text).map(drop),
    }
}

#[test]
fn each_right_kind_loads() {
    let public = PublicKey::from_pem(&pem("merchant_pub.pem")).unwrap();
    assert_eq!(PublicKey::from_pem(&pem("merchant_pub_pkcs1.pem")).unwrap(), public);
    assert_eq!(PublicKey::from_pem(&public.to_pem()).unwrap(), public);
    assert_eq!(public.to_pem(), pem("merchant_pub.pem"));
    for name in ["merchant_key.pem", "merchant_key_pkcs1.pem"] {
        assert_eq!(PrivateKey::from_pem(&pem(name)).unwrap().public_key(), public, "{name}");
    }
    let certificate = Certificate::from_pem(&pem("merchant_cert.pem")).unwrap();
    assert_eq!(certificate.public_key(), &public);
    assert_eq!(certificate.serial_no().as_str(), "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C");
    assert_eq!(certificate.common_name(), Some("1900000001"));
    assert!(certificate.not_before() < certificate.not_after());
}

#[test]
fn both_forms_of_a_private_key_sign_alike() {
    let [pkcs8, pkcs1] = ["merchant_key.pem", "merchant_key_pkcs1.pem"]
        .map(|name| PrivateKey::from_pem(&pem(name)).unwrap().sign(b"message"));
    assert_eq!(pkcs8, pkcs1);
}

/// Text around a section is ignored: a mail, a Windows editor, `openssl x509 -text`, and a bundle add some.
#[test]
fn what_stands_around_a_section_does_not_matter() {
    let key = pem("merchant_key.pem");
    let indented: String = key.lines().map(|line| format!("  {line}\n")).collect();
    for text in [
        key.replace('\n', "\r\n"),
        key.trim_end().to_owned(),
        format!("subject=CN = 1900000001\n\n{key}"),
        format!("\u{feff}{key}"),
        format!("{key}{}", pem("merchant_cert.pem")),
        indented,
    ] {
        assert!(PrivateKey::from_pem(&text).is_ok(), "{}", &text[..60]);
    }
}

#[test]
fn each_wrong_kind_says_what_it_is_and_what_is_wanted() {
    use Wanted::{Certificate, Private, Public};
    let legacy = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    let request = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n";
    let sec1 = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
    let cases: Vec<(&str, Wanted, String, &str, &str)> = vec![
        (
            "certificate as private key",
            Private,
            pem("merchant_cert.pem"),
            "this is a certificate, a private key is needed",
            "这是证书，此处需要私钥",
        ),
        (
            "public key as private key",
            Private,
            pem("merchant_pub.pem"),
            "this is a public key, a private key is needed",
            "这是公钥，此处需要私钥",
        ),
        (
            "encrypted private key",
            Private,
            pem("encrypted_key.pem"),
            "this is an encrypted private key, a private key is needed: decrypt it first: `openssl pkcs8 -in encrypted.pem -out apiclient_key.pem`",
            "这是加密的私钥，此处需要私钥：请先解密：`openssl pkcs8 -in encrypted.pem -out apiclient_key.pem`",
        ),
        (
            "encrypted private key, old form",
            Private,
            legacy.to_owned(),
            "this is an encrypted private key, a private key is needed: decrypt it first: `openssl pkcs8 -in encrypted.pem -out apiclient_key.pem`",
            "这是加密的私钥，此处需要私钥：请先解密：`openssl pkcs8 -in encrypted.pem -out apiclient_key.pem`",
        ),
        (
            "elliptic key, old form",
            Private,
            sec1.to_owned(),
            "this is a PEM section `EC PRIVATE KEY`, a private key is needed",
            "这是名为 `EC PRIVATE KEY` 的 PEM 段，此处需要私钥",
        ),
        (
            "private key as public key",
            Public,
            pem("platform_key.pem"),
            "this is a private key, a public key is needed",
            "这是私钥，此处需要公钥",
        ),
        (
            "platform certificate as public key",
            Public,
            pem("platform_cert.pem"),
            "this is a certificate, a public key is needed",
            "这是证书，此处需要公钥",
        ),
        (
            "encrypted private key as public key",
            Public,
            legacy.to_owned(),
            "this is an encrypted private key, a public key is needed",
            "这是加密的私钥，此处需要公钥",
        ),
        (
            "public key as certificate",
            Certificate,
            pem("platform_pub.pem"),
            "this is a public key, a certificate is needed",
            "这是公钥，此处需要证书",
        ),
        (
            "private key as certificate",
            Certificate,
            pem("merchant_key_pkcs1.pem"),
            "this is a private key, a certificate is needed",
            "这是私钥，此处需要证书",
        ),
        (
            "certificate request as certificate",
            Certificate,
            request.to_owned(),
            "this is a certificate signing request (CSR), a certificate is needed: download the certificate that was issued for it from the merchant platform",
            "这是证书请求（CSR），此处需要证书：请从商户平台下载据此签发的证书",
        ),
    ];
    for (case, wanted, text, en, zh) in cases {
        let error = load(wanted, &text).unwrap_err();
        assert_eq!(error.to_string(), en, "{case}");
        assert_eq!(format!("{error:#}"), zh, "{case}");
    }
}

#[test]
fn weak_and_foreign_keys_are_rejected() {
    let small = KeyError::TooSmall { bits: 1024 };
    let cases = [
        (Wanted::Private, "small_key.pem", small.clone()),
        (Wanted::Public, "small_pub.pem", small.clone()),
        (Wanted::Certificate, "small_cert.pem", small.clone()),
        (Wanted::Private, "ec_key.pem", KeyError::NotRsa(Algorithm::Ec)),
        (Wanted::Public, "ec_pub.pem", KeyError::NotRsa(Algorithm::Ec)),
        (Wanted::Certificate, "ec_cert.pem", KeyError::NotRsa(Algorithm::Ec)),
    ];
    for (wanted, name, error) in cases {
        assert_eq!(load(wanted, &pem(name)), Err(error), "{name}");
    }
    assert_eq!(small.to_string(), "an RSA key of 1024 bits; at least 2048 are needed");
    assert_eq!(format!("{small:#}"), "RSA 密钥只有 1024 位，至少需要 2048 位");
    let elliptic = KeyError::NotRsa(Algorithm::Ec);
    assert_eq!(
        elliptic.to_string(),
        "this is a key of the kind elliptic-curve (EC), not an RSA key; WeChat Pay's schemes use RSA"
    );
    assert_eq!(format!("{elliptic:#}"), "这是椭圆曲线（EC）密钥，不是 RSA 密钥；微信支付使用 RSA");
}

#[test]
fn what_is_no_pem_or_damaged_is_rejected() {
    for (wanted, name) in [
        (Wanted::Private, "merchant_key.pem"),
        (Wanted::Private, "merchant_key_pkcs1.pem"),
        (Wanted::Public, "merchant_pub.pem"),
        (Wanted::Public, "merchant_pub_pkcs1.pem"),
        (Wanted::Certificate, "merchant_cert.pem"),
    ] {
        let good = pem(name);
        assert_eq!(load(wanted, "merchant_key.pem"), Err(KeyError::NotPem), "{name}");
        assert_eq!(load(wanted, ""), Err(KeyError::Empty), "{name}");
        let lines: Vec<_> = good.lines().collect();
        let without = |from: usize, to: usize| [&lines[..from], &lines[to..]].concat().join("\n");
        let damaged = [
            ("cut", good[..good.len() / 2].to_owned()),
            ("a line is missing", without(2, 3)),
            ("half is missing", without(lines.len() / 2, lines.len() - 1)),
            ("no contents", without(1, lines.len() - 1)),
            ("not Base64", good.replacen("MI", "M*", 1)),
            ("starts otherwise", good.replacen("MI", "AI", 1)),
        ];
        for (how, text) in damaged {
            match load(wanted, &text) {
                Err(KeyError::Damaged(_)) => {}
                other => panic!("{name}, {how}: {other:?}"),
            }
        }
    }
}

/// A wrong byte never causes a panic. It never loads a private key that signs differently either, because the numbers
/// of the key must belong together.
#[test]
fn a_private_key_with_one_wrong_character_does_not_load_as_another() {
    let good = pem("merchant_key.pem");
    let public = PrivateKey::from_pem(&good).unwrap().public_key();
    let start = good.find('\n').unwrap() + 1;
    for at in (start..good.len() - 30).step_by(97) {
        let mut text = good.clone().into_bytes();
        if text[at] == b'\n' {
            continue;
        }
        text[at] = if text[at] == b'A' { b'B' } else { b'A' };
        if let Ok(key) = PrivateKey::from_pem(std::str::from_utf8(&text).unwrap()) {
            assert_eq!(key.public_key(), public, "byte {at}");
            assert!(public.verifies(b"message", &key.sign(b"message")), "byte {at}");
        }
    }
}

#[test]
fn debug_and_errors_show_nothing_of_a_key() {
    let text = pem("merchant_key.pem");
    let key = PrivateKey::from_pem(&text).unwrap();
    assert_eq!(format!("{key:?}"), "PrivateKey(redacted)");
    assert_eq!(format!("{key:#?}"), "PrivateKey(redacted)");
    let secret = "0123456789abcdef0123456789abcdef";
    assert_eq!(format!("{:?}", ApiV3Key::new(secret).unwrap()), "ApiV3Key(redacted)");

    let public = format!("{:?}", key.public_key());
    assert!(public.starts_with("PublicKey(sha256 ") && public.len() < 40, "{public}");

    let error = PrivateKey::from_pem(&text[..text.len() / 2]).unwrap_err();
    let shown = format!("{error} {error:#} {error:?}");
    assert!(text.lines().filter(|line| line.len() == 64).all(|line| !shown.contains(line)), "{shown}");
    let error = ApiV3Key::new(&secret[..31]).unwrap_err();
    assert!(!format!("{error} {error:#} {error:?}").contains(&secret[..8]));
}

//! Tests of wrong parameters: each error names the parameter, what it contains and what belongs there.

use crate::support::*;
use ruhui::error::{KeyMixup, Parameter, UsageError};
use ruhui::key::serial::SerialError;
use ruhui::key::{KeyError, Kind};
use ruhui::transport::Detail;
use ruhui::types::Invalid;
use ruhui::{Client, Error, Pem};
use std::path::{Path, PathBuf};

/// Builds a client from the five parameters, with one of them replaced, and returns the error.
fn with(parameter: Parameter, value: &str) -> UsageError {
    let mut five = [MCHID, SERIAL_NO, MERCHANT_KEY, PUBLIC_KEY_ID, PLATFORM_PUB];
    let place = match parameter {
        Parameter::MchId => 0,
        Parameter::SerialNo => 1,
        Parameter::PrivateKey => 2,
        Parameter::PublicKeyId => 3,
        Parameter::PublicKey => 4,
        other => panic!("{other}"),
    };
    five[place] = value;
    let [mchid, serial_no, private_key, public_key_id, public_key] = five;
    misuse(Client::partner(mchid, serial_no, private_key, public_key_id, public_key).unwrap_err())
}

fn misuse(error: Error) -> UsageError {
    assert!(!error.is_retryable() && !error.may_have_taken_effect());
    match error {
        Error::Usage(misuse) => misuse,
        other => panic!("{other:?}"),
    }
}

fn mixup(parameter: Parameter, mixup: KeyMixup) -> UsageError {
    UsageError::KeyMixup { parameter, path: None, mixup }
}

fn wrong_kind(parameter: Parameter, found: Kind, wanted: Kind) -> UsageError {
    UsageError::Key { parameter, path: None, error: KeyError::WrongKind { found, wanted } }
}

fn serial(error: SerialError) -> UsageError {
    UsageError::Serial { parameter: Parameter::SerialNo, error }
}

/// The serial number of the merchant's certificate in decimal, as some programs print it.
const DECIMAL: &str = "170518961404394360138998218675655307300760402572";

#[test]
fn a_serial_is_read_as_tools_print_it() {
    let lower = SERIAL_NO.to_lowercase();
    for text in
        [format!("serial={SERIAL_NO}\n"), lower.clone(), format!("0x{lower}"), format!(" {SERIAL_NO}\r\n")]
    {
        let built = Client::partner(MCHID, text.as_str(), MERCHANT_KEY, PUBLIC_KEY_ID, PLATFORM_PUB);
        assert!(format!("{:?}", built.unwrap()).contains(SERIAL_NO), "{text:?}");
    }
    let built = Client::partner(MCHID, SERIAL_NO, MERCHANT_KEY, format!("{PUBLIC_KEY_ID}\n"), PLATFORM_PUB);
    assert!(built.is_ok());
}

#[test]
fn a_pem_with_backslash_n_written_out_is_read() {
    let [key, public] = [MERCHANT_KEY, PLATFORM_PUB].map(|pem| pem.replace('\n', "\\n"));
    assert!(Client::partner(MCHID, SERIAL_NO, key, PUBLIC_KEY_ID, public).is_ok());
}

#[test]
fn a_key_is_read_from_a_der_file_and_a_p12_is_named() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/keys-as-found");
    let build = |name: &str| {
        Client::partner(MCHID, SERIAL_NO, found.join(name), PUBLIC_KEY_ID, PLATFORM_PUB).map(drop)
    };
    assert!(build("pkcs8.der").is_ok());
    assert!(build("pkcs1.der").is_ok());
    let error = misuse(build("apiclient_cert.p12").unwrap_err());
    assert!(
        error.to_string().contains("this is a PKCS#12 file (.p12, .pfx), a private key is needed"),
        "{error}"
    );
    assert!(format!("{error:#}").contains("请使用同一压缩包中的 apiclient_key.pem"), "{error:#}");
}

#[test]
fn a_file_that_cannot_be_read_is_told_in_our_words() {
    let build = |path: &Path| {
        misuse(Client::partner(MCHID, SERIAL_NO, path, PUBLIC_KEY_ID, PLATFORM_PUB).unwrap_err())
    };
    let error = build(Path::new("nowhere/apiclient_key.pem"));
    assert_eq!(
        format!("{error:#}"),
        "private_key（nowhere/apiclient_key.pem）：文件或目录不存在（os error 2）"
    );
    let error = build(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(error.to_string().contains("it is a folder, a file is needed"), "{error}");
}

#[test]
fn each_mistake_is_named() {
    use Parameter::{MchId, PrivateKey, PublicKey, PublicKeyId, SerialNo};
    let table = [
        (MchId, "", UsageError::Invalid { parameter: MchId, invalid: Invalid::Empty }),
        (MchId, "1900\"000001", UsageError::Header { parameter: MchId }),
        (MchId, "商户", UsageError::Header { parameter: MchId }),
        (SerialNo, PUBLIC_KEY_ID, mixup(SerialNo, KeyMixup::SerialIsPublicKeyId)),
        (SerialNo, MCHID, mixup(SerialNo, KeyMixup::SerialIsCaller)),
        (SerialNo, "SERIAL", serial(SerialError::Character { character: 'S' })),
        (
            SerialNo,
            "1DDE55AD98E",
            serial(SerialError::OddDigits { digits: 11, padded: "01DDE55AD98E".into() }),
        ),
        (SerialNo, DECIMAL, serial(SerialError::Decimal { hexadecimal: SERIAL_NO.to_owned() })),
        (SerialNo, MERCHANT_CERT, serial(SerialError::Pem)),
        (PrivateKey, MERCHANT_CERT, wrong_kind(PrivateKey, Kind::Certificate, Kind::PrivateKey)),
        (PrivateKey, MERCHANT_PUB, wrong_kind(PrivateKey, Kind::PublicKey, Kind::PrivateKey)),
        (PublicKeyId, SERIAL_NO, mixup(PublicKeyId, KeyMixup::PublicKeyIdIsSerial)),
        (PublicKey, MERCHANT_CERT, mixup(PublicKey, KeyMixup::OwnCertificate)),
        (PublicKey, MERCHANT_PUB, mixup(PublicKey, KeyMixup::OwnPublicKey)),
        (PublicKey, PLATFORM_CERT, mixup(PublicKey, KeyMixup::CertificateForPublicKey)),
        (PublicKey, MERCHANT_KEY, wrong_kind(PublicKey, Kind::PrivateKey, Kind::PublicKey)),
    ];
    for (parameter, value, wanted) in table {
        let found = with(parameter, value);
        assert_eq!(found, wanted);
        assert!(found.to_string().starts_with(parameter.as_str()), "{found}");
        assert_ne!(found.to_string(), format!("{found:#}"));
    }
}

#[test]
fn a_mistake_in_a_file_names_the_file() {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/keys");
    let build = |key: &Path| {
        Client::partner(MCHID, SERIAL_NO, key, PUBLIC_KEY_ID, keys.join("platform_pub.pem").as_path())
    };
    assert!(build(&keys.join("merchant_key.pem")).is_ok());

    let path = keys.join("small_key.pem");
    let error = misuse(build(&path).unwrap_err());
    assert!(
        matches!(&error, UsageError::Key { path: Some(p), error: KeyError::TooSmall { .. }, .. } if *p == path)
    );

    let error = misuse(build(Path::new("nowhere/apiclient_key.pem")).unwrap_err());
    assert!(matches!(&error, UsageError::Unreadable { .. }));
    assert!(error.to_string().starts_with("private_key (nowhere/apiclient_key.pem): "), "{error}");
    assert!(format!("{error:#}").starts_with("private_key（nowhere/apiclient_key.pem）："), "{error:#}");
}

#[test]
fn a_key_without_its_frame_is_not_printed_as_a_path() {
    let bare: String = MERCHANT_KEY.lines().filter(|line| !line.starts_with("-----")).collect();
    assert!(Client::partner(MCHID, SERIAL_NO, bare.as_str(), PUBLIC_KEY_ID, PLATFORM_PUB).is_ok());
    for text in
        [format!("{}\n{}", &bare[..64], &bare[64..128]), bare[..40].to_owned(), bare[200..240].to_owned()]
    {
        let error = with(Parameter::PrivateKey, &text);
        assert!(!format!("{error} {error:#} {error:?}").contains(&text[..12]), "{error}");
    }
    let parameter = Parameter::PrivateKey;
    // An empty text is no key and no path, and neither is a secret of another kind.
    for text in ["", "0123456789abcdef0123456789abcdef"] {
        assert_eq!(with(parameter, text), UsageError::NeitherPemNorPath { parameter });
    }
    // The operating system rejects a text that is too long for a name, and a text with a NUL, before it looks for
    // a file.
    let [too_long, utf16] =
        ["aB3!".repeat(75), bare[40..80].chars().flat_map(|c| [c, '\0']).collect::<String>()];
    for text in [too_long, utf16] {
        assert_eq!(with(parameter, &text), UsageError::NeitherPemNorPath { parameter });
    }
    assert_eq!(format!("{:?}", Pem::from(bare)), "Pem(redacted)");
}

#[test]
fn pem_is_taken_in_every_form() {
    let path: PathBuf = "a/b.pem".into();
    let forms = [
        Pem::from("a/b.pem"),
        Pem::from("a/b.pem".to_owned()),
        Pem::from(&"a/b.pem".to_owned()),
        Pem::from(path.as_path()),
        Pem::from(&path),
        Pem::from(path.clone()),
    ];
    for form in forms {
        assert_eq!(format!("{form:?}"), r#"Pem("a/b.pem")"#);
    }
}

#[test]
fn platform_certificates_are_checked_too() {
    let parameter = Parameter::PlatformCertificate;
    let table = [
        (PLATFORM_PUB, mixup(parameter, KeyMixup::PublicKeyForCertificate)),
        (MERCHANT_CERT, mixup(parameter, KeyMixup::OwnCertificate)),
        (PLATFORM_KEY, wrong_kind(parameter, Kind::PrivateKey, Kind::Certificate)),
    ];
    for (pem, wanted) in table {
        assert_eq!(misuse(builder().platform_certificate(pem).build().unwrap_err()), wanted);
    }
}

/// The serial number of WeChat Pay's certificate, given as the caller's, does not make that certificate the caller's.
#[test]
fn a_serial_that_is_the_platforms_is_named_and_not_the_certificate() {
    let serial = "7132D72A03E93CDDF8C03BBD1F37EEDF1F2D1B4C";
    let build = |public_key: &str| Client::partner(MCHID, serial, MERCHANT_KEY, PUBLIC_KEY_ID, public_key);
    let error = misuse(build(PLATFORM_PUB).unwrap().platform_certificate(PLATFORM_CERT).build().unwrap_err());
    assert!(matches!(&error, UsageError::KeyMixup { parameter: Parameter::SerialNo, .. }), "{error}");
    let error = misuse(build(PLATFORM_CERT).unwrap_err());
    assert_eq!(error, mixup(Parameter::PublicKey, KeyMixup::CertificateForPublicKey));
}

#[test]
fn a_callers_number_is_named_whatever_its_length() {
    let error = misuse(Client::brand("10004", " 10004", BRAND_KEY, PUBLIC_KEY_ID, PLATFORM_PUB).unwrap_err());
    assert_eq!(error, mixup(Parameter::SerialNo, KeyMixup::SerialIsCaller));
}

#[test]
fn hosts_and_headers_are_checked() {
    let error = misuse(builder().hosts("https://a.example", "b.example").build().unwrap_err());
    assert_eq!(error.to_string(), "host `b.example`: it must start with https:// or http://");
    let error = misuse(builder().user_agent("a\nb").build().unwrap_err());
    assert_eq!(error, UsageError::Header { parameter: Parameter::UserAgent });
    let error = misuse(builder().accept_language("").build().unwrap_err());
    assert_eq!(error, UsageError::Header { parameter: Parameter::AcceptLanguage });
}

#[cfg(feature = "reqwest")]
#[test]
fn a_ca_certificate_must_be_one() {
    let error = misuse(builder().ca_certificate(PLATFORM_PUB).build().unwrap_err());
    assert_eq!(error, wrong_kind(Parameter::CaCertificate, Kind::PublicKey, Kind::Certificate));
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(
        misuse(builder().ca_certificate(damaged).build().unwrap_err()),
        UsageError::Tls { .. } | UsageError::Key { .. }
    ));
}

#[test]
fn the_cause_of_a_tls_error_is_its_source_and_not_in_its_text() {
    let detail = Detail::new(std::io::Error::other("the library's words"));
    let error = Error::from(UsageError::Tls { detail });
    let source = std::error::Error::source(&error).expect("the library's error");
    assert_eq!(source.to_string(), "the library's words");
    for text in [format!("{error}"), format!("{error:#}")] {
        assert!(text.contains("ca_certificate") && !text.contains("--") && !text.contains("words"), "{text}");
    }
}

#[test]
fn the_defaults_are_wechat_pays_hosts() {
    let client = builder().transport(Script::new([])).build().unwrap();
    let shown = format!("{client:?}");
    assert!(shown.contains("https://api.mch.weixin.qq.com"), "{shown}");
    assert!(shown.contains("https://api2.mch.weixin.qq.com"), "{shown}");
}

//! Tests keys in the forms in which tools, portals and secret stores provide them: the accepted forms, and the error of
//! each other form.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::key::{
    Algorithm, ApiV3Form, Certificate, Damage, KeyError, Kind, PrivateKey, PublicKey, is_text_of_key,
    may_be_secret,
};
use std::path::Path;

fn file(folder: &str, name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors").join(folder).join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns a file that OpenSSL, keytool, OpenSSH or GnuPG wrote.
fn found(name: &str) -> Vec<u8> {
    file("keys-as-found", name)
}

/// Returns the text of a file in `vectors/keys`.
fn pem(name: &str) -> String {
    String::from_utf8(file("keys", name)).unwrap()
}

fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

/// Returns this PEM text in every form in which users write it down.
fn written(pem: &str) -> Vec<(&'static str, Vec<u8>)> {
    let text = |how, text: String| (how, text.into_bytes());
    let json = serde_json::to_string(pem).unwrap();
    let bom = |bytes: [u8; 2], unit| [bytes.to_vec(), utf16(pem, unit)].concat();
    let base64 = bare(pem);
    let label = pem.split("-----").nth(1).unwrap().trim_start_matches("BEGIN ");
    vec![
        text("\\n written out", pem.replace('\n', "\\n")),
        text("\\r\\n written out", pem.replace('\n', "\\r\\n")),
        text("\\\\n, escaped twice", pem.replace('\n', "\\\\n")),
        text("\\n written out and kept", pem.replace('\n', "\\n\n")),
        text("one line", pem.replace('\n', "")),
        text("blanks for line ends", pem.replace('\n', " ")),
        text("tabs for line ends", pem.replace('\n', "\t")),
        text("CRLF", pem.replace('\n', "\r\n")),
        text("CR", pem.replace('\n', "\r")),
        text("BOM", format!("\u{feff}{pem}")),
        text("empty lines between", pem.replace('\n', "\n\n")),
        ("UTF-16, little end first", bom([0xff, 0xfe], u16::to_le_bytes)),
        ("UTF-16, big end first", bom([0xfe, 0xff], u16::to_be_bytes)),
        ("UTF-16 without a mark", utf16(pem, u16::to_le_bytes)),
        ("UTF-16 without a mark, big end first", utf16(pem, u16::to_be_bytes)),
        text("double quotes", format!("\"{pem}\"")),
        text("single quotes", format!("'{}'\n", pem.trim_end())),
        text("a JSON string", json.clone()),
        text("a member of JSON", format!("{{\"mchid\":\"1900000001\",\"key\":{json}}}")),
        text("a JSON string of a JSON string", serde_json::to_string(&json).unwrap()),
        text("JSON with \\/ and \\u002b", json.replace('/', "\\/").replace('+', "\\u002b")),
        text("a line of .env", format!("PRIVATE_KEY={json}\nMCHID=1900000001\n")),
        text("export in a shell", format!("export WX_KEY='{pem}'\n")),
        text("YAML", format!("wechatpay:\n  key: |\n{}", indented(pem, "    "))),
        text("tabs in front", indented(pem, "\t")),
        text("a mail's quote", indented(pem, "> ")),
        text("a comment", indented(pem, "# ")),
        text("a text put together in Java", joined(pem, "\" +\n    \"")),
        text("a text put together in PHP", joined(pem, "\" .\n  \"")),
        text("an array in JSON", joined(pem, "\",\n  \"")),
        text("continued lines of a shell", pem.replace('\n', "\\\n")),
        text(
            "attributes in front",
            format!("Bag Attributes\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n{pem}"),
        ),
        text("a remark in Chinese", format!("商户密钥\n{pem}")),
        ("a remark in GBK", [&b"\xc9\xcc\xbb\xa7\n"[..], pem.as_bytes()].concat()),
        text("a form", pem.replace('+', "%2B").replace('=', "%3D").replace('\n', "%0A").replace(' ', "+")),
        text("a URL", pem.replace('\n', "%0A").replace(' ', "%20")),
        text("XML", format!("<key><![CDATA[{pem}]]></key>")),
        text("HTML", pem.replace('\n', "<br>\n")),
        text("XML, line ends written out", pem.replace('\n', "&#10;").replace('+', "&#x2B;")),
        text("an attribute of XML", format!("<key value=\"{}\"/>", pem.replace('\n', "&#xA;"))),
        text("numbers of an editor", numbered(pem, " ")),
        text("cat -n", numbered(pem, "\t")),
        text("grep -n", numbered(pem, ":")),
        text("dashes of an editor", pem.replace("-----", "\u{2014}\u{2014}-")),
        text("a dash less", pem.replace("-----", "----")),
        text("blanks that do not break", pem.replace('\n', "\u{a0}\n")),
        text("marks that cannot be seen", pem.replace('\n', "\u{200b}\n")),
        text("no padding", pem.replace('=', "")),
        text("the END line is missing, the rest is whole", pem[..pem.find("-----END").unwrap()].to_owned()),
        text("the dashes before END are missing", pem.replace("-----END", "END")),
        text("END says another label", pem.replace(&format!("END {label}"), "END KEY")),
        text("pasted twice", pem.repeat(2)),
        text(
            "pasted twice between one BEGIN and END",
            pem.replace(&base64, "").replacen("-----\n", &format!("-----\n{base64}\n{base64}\n"), 1),
        ),
        text("Base64 of the file", STANDARD.encode(pem)),
        text("Base64 of the file, wrapped", wrapped(&STANDARD.encode(pem), 76)),
        text("Base64 of the file in .env", format!("KEY_B64={}", STANDARD.encode(pem))),
        text("a Kubernetes secret", format!("data:\n  apiclient_key.pem: {}\n", STANDARD.encode(pem))),
        text("Base64 of Base64", STANDARD.encode(STANDARD.encode(pem))),
        text("without BEGIN and END", base64.clone()),
        text("without BEGIN and END, wrapped", wrapped(&base64, 64)),
        text("without BEGIN and END, CRLF written out", wrapped(&base64, 64).replace('\n', "\\r\\n")),
        text("without BEGIN and END, in .env", format!("WX_KEY={base64}")),
        text("without BEGIN and END, in properties", format!("wx.pay.key: {base64}")),
        text("without BEGIN and END, quoted", format!("\"{base64}\"")),
        text("without BEGIN and END, in JSON", format!("{{\"key\":\"{base64}\"}}")),
        text("for URLs, without padding", URL_SAFE_NO_PAD.encode(STANDARD.decode(&base64).unwrap())),
        text("hexadecimal", hex::encode(STANDARD.decode(&base64).unwrap())),
        ("DER", STANDARD.decode(&base64).unwrap()),
        ("DER and a line end", [STANDARD.decode(&base64).unwrap(), b"\n".to_vec()].concat()),
    ]
}

fn indented(pem: &str, with: &str) -> String {
    pem.lines().map(|line| format!("{with}{line}\n")).collect()
}

fn joined(pem: &str, between: &str) -> String {
    format!("[\"{}\"]", pem.trim_end().replace('\n', between))
}

fn wrapped(text: &str, width: usize) -> String {
    text.as_bytes().chunks(width).map(|line| format!("{}\n", str::from_utf8(line).unwrap())).collect()
}

#[test]
fn a_key_is_read_however_it_was_written_down() {
    let public = PublicKey::from_pem(&pem("merchant_pub.pem")).unwrap();
    for name in ["merchant_key.pem", "merchant_key_pkcs1.pem"] {
        for (how, bytes) in written(&pem(name)) {
            let read = PrivateKey::from_bytes(&bytes).map(|key| key.public_key());
            assert_eq!(read.as_ref(), Ok(&public), "{name}, {how}");
        }
    }
    for name in ["merchant_pub.pem", "merchant_pub_pkcs1.pem"] {
        for (how, bytes) in written(&pem(name)) {
            assert_eq!(PublicKey::from_bytes(&bytes).as_ref(), Ok(&public), "{name}, {how}");
        }
    }
    let certificate = Certificate::from_pem(&pem("merchant_cert.pem")).unwrap();
    for (how, bytes) in written(&pem("merchant_cert.pem")) {
        assert_eq!(Certificate::from_bytes(&bytes).as_ref(), Ok(&certificate), "{how}");
    }
}

#[test]
fn a_text_of_a_key_is_not_taken_for_a_path() {
    for name in ["merchant_key.pem", "merchant_key_pkcs1.pem", "merchant_pub.pem", "merchant_cert.pem"] {
        for (how, bytes) in written(&pem(name)) {
            if let Ok(text) = str::from_utf8(&bytes)
                && !text.contains('\0')
            {
                assert!(is_text_of_key(text), "{name}, {how}");
            }
        }
    }
    for path in
        ["apiclient_key.pem", "./kit/apiclient_key.pem", "/etc/wechatpay/MII.pem", "C:\\keys\\key.pem", ""]
    {
        assert!(!is_text_of_key(path), "{path}");
    }
}

#[test]
fn a_part_of_a_secret_is_told_from_the_path_of_a_file() {
    for name in ["merchant_key.pem", "merchant_key_pkcs1.pem", "platform_key.pem"] {
        let key: String = pem(name).lines().filter(|line| !line.starts_with("-----")).collect();
        for length in [32, 40, 63, 255, 256, 512] {
            for at in 0..key.len() - length {
                assert!(may_be_secret(&key[at..at + length]), "{name}, {length} characters from {at}");
            }
        }
        // An escaped line end is not the separator of a path.
        assert!(may_be_secret(&format!("{}\\n{}", &key[64..90], &key[90..116])));
        assert!(may_be_secret(&format!("/home/shop/.config/ruhui/{}", &key[64..104])));
    }
    let spread: String = pem("merchant_key.pem")[40..80].chars().flat_map(|c| [c, '\0']).collect();
    for secret in ["0123456789abcdef0123456789abcdef", spread.as_str()] {
        assert!(may_be_secret(secret), "{secret:?}");
    }
    for path in [
        "",
        "apiclient_key",
        "/home/shop/wechatpay/keys/1900000001/apiclient_key",
        "/Users/Shop/Library/Keys/1900000001/private",
        "C:\\Users\\Shop\\Documents\\Wechatpay\\Keys\\private",
        "/etc/wechatPay/Merchant1900000001/apiclient_key.pem",
        "merchants/1900000001/1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C.pem",
    ] {
        assert!(!may_be_secret(path), "{path}");
    }
}

#[test]
fn a_key_under_the_label_of_another_form_is_read() {
    let public = PublicKey::from_pem(&pem("merchant_pub.pem")).unwrap();
    let relabelled = |name: &str, from: &str, to: &str| pem(name).replace(from, to);
    for text in [
        relabelled("merchant_key.pem", "PRIVATE KEY", "RSA PRIVATE KEY"),
        relabelled("merchant_key_pkcs1.pem", "RSA PRIVATE KEY", "PRIVATE KEY"),
        relabelled("merchant_key.pem", "PRIVATE KEY", "KEY"),
        relabelled("merchant_key.pem", "PRIVATE KEY", "PUBLIC KEY"),
        relabelled("merchant_key.pem", "BEGIN PRIVATE KEY", "BEGINPRIVATEKEY"),
    ] {
        assert_eq!(
            PrivateKey::from_pem(&text).map(|key| key.public_key()),
            Ok(public.clone()),
            "{}",
            &text[..40]
        );
    }
    for text in [
        relabelled("merchant_pub.pem", "PUBLIC KEY", "RSA PUBLIC KEY"),
        relabelled("merchant_pub_pkcs1.pem", "RSA PUBLIC KEY", "PUBLIC KEY"),
    ] {
        assert_eq!(PublicKey::from_pem(&text), Ok(public.clone()), "{}", &text[..40]);
    }
}

#[test]
fn der_of_each_form_is_read() {
    let public = PublicKey::from_pem(&pem("merchant_pub.pem")).unwrap();
    for name in ["pkcs8.der", "pkcs1.der", "with_bag_attributes.pem"] {
        assert_eq!(
            PrivateKey::from_bytes(&found(name)).map(|key| key.public_key()),
            Ok(public.clone()),
            "{name}"
        );
    }
    for name in ["spki.der", "rsa_public.der"] {
        assert_eq!(PublicKey::from_bytes(&found(name)), Ok(public.clone()), "{name}");
    }
    let certificate = Certificate::from_bytes(&found("certificate.der"));
    assert_eq!(certificate, Certificate::from_pem(&pem("merchant_cert.pem")));
}

#[test]
fn of_several_things_in_one_file_the_one_that_is_wanted_is_read() {
    let [key, certificate, public] = ["merchant_key.pem", "merchant_cert.pem", "merchant_pub.pem"].map(pem);
    let all = format!("{certificate}{public}{key}");
    assert!(PrivateKey::from_pem(&all).is_ok());
    assert!(PublicKey::from_pem(&all).is_ok());
    assert!(Certificate::from_pem(&all).is_ok());
    // One key in two forms counts as one key.
    assert!(PrivateKey::from_pem(&format!("{key}{}", pem("merchant_key_pkcs1.pem"))).is_ok());

    let two = format!("{key}{}", pem("brand_key.pem"));
    let error = PrivateKey::from_pem(&two).unwrap_err();
    assert_eq!(error, KeyError::Several { wanted: Kind::PrivateKey, count: 2 });
    assert_eq!(
        error.to_string(),
        "the text holds 2 different keys, and a private key is needed: keep one of them"
    );
    assert_eq!(format!("{error:#}"), "其中有 2 个不同的密钥，而此处需要一个私钥：请只保留一个");
}

#[test]
fn a_chain_is_read_in_either_order() {
    let chain = String::from_utf8(found("chain_issuer_first.pem")).unwrap();
    let at = chain.rfind("-----BEGIN").unwrap();
    let turned = format!("{}{}", &chain[at..], &chain[..at]);
    for text in [chain, turned] {
        assert_eq!(Certificate::from_pem(&text).unwrap().common_name(), Some("1900000001"));
    }
}

/// Returns the text with a number before each line.
fn numbered(text: &str, separator: &str) -> String {
    text.lines().enumerate().map(|(index, line)| format!("{:>6}{separator}{line}\n", index + 1)).collect()
}

/// Tests texts that stand in place of a key because an earlier step was left out or another secret was used.
#[test]
fn another_secret_and_a_key_that_never_arrived_are_named() {
    for (text, kind) in [
        ("0123456789abcdef0123456789ABCDEF", Kind::ApiV3Key),
        ("1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C", Kind::SerialNo),
        ("serial=1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C\n", Kind::SerialNo),
        ("PUB_KEY_ID_0119000000012025062400382111002222", Kind::SerialNo),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1704\n", Kind::GitLfsPointer),
        ("$ANSIBLE_VAULT;1.1;AES256\n6231336539\n", Kind::EncryptedSecret),
        ("ENC(aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=)", Kind::EncryptedSecret),
        ("ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ=,type:str]", Kind::EncryptedSecret),
        ("${WECHATPAY_PRIVATE_KEY}", Kind::Placeholder),
        ("$WECHATPAY_PRIVATE_KEY", Kind::Placeholder),
        ("{{ wechatpay.private_key }}", Kind::Placeholder),
        ("%WECHATPAY_KEY%", Kind::Placeholder),
        ("<your private key>", Kind::Placeholder),
    ] {
        let error = PrivateKey::from_bytes(text.as_bytes()).map(drop).unwrap_err();
        assert_eq!(error, KeyError::WrongKind { found: kind, wanted: Kind::PrivateKey }, "{text}");
        assert!(!format!("{error} {error:#}").contains(text), "{error}");
    }
    // Words that are neither a key nor another secret.
    for text in ["apiclient_key", "a/b.pem", "0123456789"] {
        assert_eq!(PrivateKey::from_bytes(text.as_bytes()).map(drop), Err(KeyError::NotPem), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_what_to_do() {
    let private = |bytes: &[u8]| PrivateKey::from_bytes(bytes).map(drop).unwrap_err();
    let login = b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>";
    let jwk = br#"{"kty":"RSA","n":"s4v7","e":"AQAB"}"#;
    let xml = b"<RSAKeyValue><Modulus>s4v7</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>";
    let ppk = b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n";
    let p12_by_java = [
        0x30, 0x80, 2, 1, 3, 0x30, 0x80, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0xd, 1, 7, 1, 0xa0, 0x80, 0x24,
        0x80, 4, 0x82, 3, 0xe8, 0x30, 0x80, 0, 0, 0, 0, 0,
    ];
    let cases: Vec<(&str, Vec<u8>, Kind, &str, &str)> = vec![
        (
            "p12",
            found("apiclient_cert.p12"),
            Kind::Pkcs12,
            "take apiclient_key.pem from the same archive, or convert it with `openssl pkcs12 -in apiclient_cert.p12 -nocerts -nodes",
            "请使用同一压缩包中的 apiclient_key.pem",
        ),
        (
            "p12 in Base64",
            STANDARD.encode(found("apiclient_cert.p12")).into_bytes(),
            Kind::Pkcs12,
            "(the password is the mchid)",
            "（密码为商户号）",
        ),
        ("p12 of Java", p12_by_java.to_vec(), Kind::Pkcs12, "apiclient_key.pem", "apiclient_key.pem"),
        (
            "encrypted",
            pem("encrypted_key.pem").into_bytes(),
            Kind::EncryptedPrivateKey,
            "`openssl pkcs8 -in encrypted.pem -out apiclient_key.pem`",
            "请先解密：`openssl pkcs8",
        ),
        (
            "encrypted, DER",
            found("encrypted_pkcs8.der"),
            Kind::EncryptedPrivateKey,
            "decrypt it first",
            "请先解密",
        ),
        (
            "encrypted, bare",
            bare(&pem("encrypted_key.pem")).into_bytes(),
            Kind::EncryptedPrivateKey,
            "decrypt it first",
            "请先解密",
        ),
        (
            "encrypted, old form",
            found("encrypted_pkcs1.pem"),
            Kind::EncryptedPrivateKey,
            "decrypt it first",
            "请先解密",
        ),
        (
            "encrypted, old form, \\n written out",
            String::from_utf8(found("encrypted_pkcs1.pem")).unwrap().replace('\n', "\\n").into_bytes(),
            Kind::EncryptedPrivateKey,
            "decrypt it first",
            "请先解密",
        ),
        ("request", found("request.pem"), Kind::CertificateRequest, "the public half only", "其中只有公钥"),
        (
            "request, bare",
            bare(&String::from_utf8(found("request.pem")).unwrap()).into_bytes(),
            Kind::CertificateRequest,
            "the public half only",
            "其中只有公钥",
        ),
        ("p7b", found("certificates.p7b"), Kind::Pkcs7, "apiclient_key.pem", "apiclient_key.pem"),
        (
            "p7b, bare",
            bare(&String::from_utf8(found("certificates.p7b")).unwrap()).into_bytes(),
            Kind::Pkcs7,
            "apiclient_key.pem",
            "apiclient_key.pem",
        ),
        ("crl", found("revocation_list.pem"), Kind::RevocationList, "apiclient_key.pem", "apiclient_key.pem"),
        (
            "crl, bare",
            bare(&String::from_utf8(found("revocation_list.pem")).unwrap()).into_bytes(),
            Kind::RevocationList,
            "apiclient_key.pem",
            "apiclient_key.pem",
        ),
        (
            "OpenSSH",
            found("openssh_key"),
            Kind::OpensshPrivateKey,
            "`ssh-keygen -p -m PKCS8 -f key`",
            "微信支付的私钥文件是 apiclient_key.pem",
        ),
        (
            "OpenSSH, bare",
            bare(&String::from_utf8(found("openssh_key")).unwrap()).into_bytes(),
            Kind::OpensshPrivateKey,
            "ssh-keygen",
            "ssh-keygen",
        ),
        (
            "SSH public",
            found("openssh_key.pub"),
            Kind::SshPublicKey,
            "apiclient_key.pem",
            "apiclient_key.pem",
        ),
        ("SSH2 public", found("ssh2.pub"), Kind::SshPublicKey, "apiclient_key.pem", "apiclient_key.pem"),
        ("PuTTY", ppk.to_vec(), Kind::PuttyKey, "puttygen", "puttygen"),
        ("PGP", found("pgp_private.asc"), Kind::Pgp, "apiclient_key.pem", "apiclient_key.pem"),
        ("JKS", found("store.jks"), Kind::JavaKeyStore, "keytool -importkeystore", "keytool -importkeystore"),
        (
            "JCEKS",
            found("store.jceks"),
            Kind::JavaKeyStore,
            "keytool -importkeystore",
            "keytool -importkeystore",
        ),
        (
            "DH parameters",
            found("dh_parameters.pem"),
            Kind::Parameters,
            "the key is missing below it",
            "其后缺少密钥",
        ),
        ("zip", found("archive.zip"), Kind::Zip, "unpack it", "请解压"),
        (
            "zip in Base64",
            STANDARD.encode(found("archive.zip")).into_bytes(),
            Kind::Zip,
            "unpack it",
            "请解压",
        ),
        ("login page", login.to_vec(), Kind::Html, "download it again", "重新下载"),
        ("JWK", jwk.to_vec(), Kind::Jwk, "write the key as PEM", "导出为 PEM"),
        ("XML of .NET", xml.to_vec(), Kind::XmlKey, "write the key as PEM", "导出为 PEM"),
        (
            "picture",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0".to_vec(),
            Kind::Binary,
            "apiclient_key.pem",
            "apiclient_key.pem",
        ),
        (
            "JSON",
            br#"{"code":"PARAM_ERROR","message":"x"}"#.to_vec(),
            Kind::Json,
            "apiclient_key.pem",
            "apiclient_key.pem",
        ),
        (
            "certificate",
            pem("merchant_cert.pem").into_bytes(),
            Kind::Certificate,
            "this is a certificate, a private key is needed",
            "这是证书，此处需要私钥",
        ),
        (
            "public key, bare",
            bare(&pem("merchant_pub.pem")).into_bytes(),
            Kind::PublicKey,
            "this is a public key, a private key is needed",
            "这是公钥，此处需要私钥",
        ),
    ];
    for (case, bytes, kind, en, zh) in cases {
        let error = private(&bytes);
        assert_eq!(error, KeyError::WrongKind { found: kind, wanted: Kind::PrivateKey }, "{case}");
        assert!(error.to_string().contains(en), "{case}: {error}");
        assert!(format!("{error:#}").contains(zh), "{case}: {error:#}");
    }
}

#[test]
fn keys_of_other_algorithms_are_named() {
    for (name, algorithm, en, zh) in [
        ("ec_with_parameters.pem", Algorithm::Ec, "elliptic-curve (EC)", "椭圆曲线（EC）"),
        ("sm2_with_parameters.pem", Algorithm::Sm2, "this is an SM2 key", "这是国密 SM2 密钥"),
        ("sm2.pem", Algorithm::Sm2, "WECHATPAY2-SHA256-RSA2048", "WECHATPAY2-SHA256-RSA2048"),
        ("ed25519.pem", Algorithm::Edwards, "Ed25519", "Ed25519"),
        ("dsa.pem", Algorithm::Dsa, "DSA", "DSA"),
        ("rsa_pss.pem", Algorithm::RsaPss, "RSASSA-PSS", "RSASSA-PSS"),
    ] {
        let error = PrivateKey::from_bytes(&found(name)).unwrap_err();
        assert_eq!(error, KeyError::NotRsa(algorithm), "{name}");
        assert!(error.to_string().contains(en), "{name}: {error}");
        assert!(format!("{error:#}").contains(zh), "{name}: {error:#}");
    }
}

#[test]
fn damage_is_told_by_what_is_missing() {
    let key = pem("merchant_key.pem");
    let lines: Vec<_> = key.lines().collect();
    let damage = |text: &str| match PrivateKey::from_pem(text).unwrap_err() {
        KeyError::Damaged(damage) => damage,
        other => panic!("{other:?}"),
    };
    let without = |from: usize, to: usize| [&lines[..from], &lines[to..]].concat().join("\n");
    assert_eq!(damage(&without(3, 5)), Damage::Cut { found: 1121, wanted: 1217 });
    assert_eq!(damage(&lines[..9].join("\n")), Damage::EndMissing);
    assert_eq!(damage(&without(1, lines.len() - 1)), Damage::Empty);
    assert_eq!(damage("-----BEGIN PRIVATE KEY"), Damage::BeginCut);
    assert_eq!(damage(&key.replace('\n', "/n")), Damage::SlashN);
    assert_eq!(damage(&key.replacen("MII", "M!I", 1)), Damage::NotBase64 { character: Some('!') });
    assert_eq!(damage(&bare(&key)[..900]), Damage::Cut { found: 675, wanted: 1217 });
    assert_eq!(damage(&key.replacen("MII", "AII", 1)), Damage::Malformed);
    assert_eq!(PrivateKey::from_bytes(b"").unwrap_err(), KeyError::Empty);
    assert_eq!(PrivateKey::from_bytes(b"\xef\xbb\xbf \r\n").unwrap_err(), KeyError::Empty);
    assert_eq!(PrivateKey::from_bytes(b"apiclient_key.pem").unwrap_err(), KeyError::NotPem);
}

#[test]
fn an_apiv3_key_is_read_or_named() {
    let key = "0123456789abcdef0123456789ABCDEF";
    for text in [
        key.to_owned(),
        format!("{key}\n"),
        format!(" {key}\r\n"),
        format!("\"{key}\""),
        format!("\u{feff}{key}"),
    ] {
        assert!(ApiV3Key::new(&text).is_ok(), "{text:?}");
    }
    // Quotes and blanks may be part of a key if it has the right length with them.
    assert!(ApiV3Key::new(&format!("\"{}\"", &key[2..])).is_ok());
    for (text, form) in [
        (" \n".to_owned(), ApiV3Form::Empty),
        (hex::encode(key), ApiV3Form::Hexadecimal),
        (STANDARD.encode(key), ApiV3Form::Base64),
        (key.repeat(2), ApiV3Form::Twice),
        (pem("merchant_key.pem"), ApiV3Form::Pem),
    ] {
        assert_eq!(ApiV3Key::new(&text).unwrap_err(), KeyError::ApiV3Key(form));
    }
    assert_eq!(ApiV3Key::new("short").unwrap_err(), KeyError::ApiV3KeyLength { bytes: 5 });
}

/// DER whose length exceeds any memory is damage.
#[test]
fn a_length_without_bounds_is_damage() {
    for length in [u64::MAX - 9, u64::MAX - 8, u64::MAX, u64::MAX / 2, 1 << 62] {
        let der = [&[0x30, 0x88][..], &length.to_be_bytes(), &[0; 40]].concat();
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(&der));
        for bytes in [der.clone(), pem.into_bytes(), STANDARD.encode(&der).into_bytes()] {
            assert!(matches!(PrivateKey::from_bytes(&bytes), Err(KeyError::Damaged(_))), "{length:x}");
        }
        assert!(PublicKey::from_bytes(&der).is_err() && Certificate::from_bytes(&der).is_err());
    }
}

/// No cut and no change of a key causes a panic, and no error shows a line of the key.
#[test]
fn no_error_shows_key_material() {
    let key = pem("merchant_key.pem");
    for (how, bytes) in written(&key) {
        for at in (0..bytes.len()).step_by(257) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x15;
            for input in [&bytes[..at], &changed] {
                let Err(error) = PrivateKey::from_bytes(input) else { continue };
                let shown = format!("{error} {error:#} {error:?}");
                let leaks = bare(&key)
                    .as_bytes()
                    .windows(12)
                    .any(|window| shown.contains(str::from_utf8(window).unwrap()));
                assert!(!leaks, "{how}, {at}: {shown}");
            }
        }
    }
}

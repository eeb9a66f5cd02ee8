//! Tests of why a sensitive field cannot be decrypted, over ciphertexts that OpenSSL made with the merchant key of the
//! known answers (`openssl pkeyutl -encrypt`, and `-sign` for the private key).

#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

use ruhui_core::encryption::{
    DecryptFailure, FieldCharset, FieldEncoding, FieldHash, FieldKeys, FieldPadding, KeyRole, diagnose_field,
    encrypt_field,
};
use ruhui_core::key::PrivateKey;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const PHONE: &str = "13900000000";

static KEY: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::from_pem(include_str!("../../../vectors/keys/merchant_key.pem")).unwrap());
static OTHER: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::from_pem(include_str!("../../../vectors/keys/platform_key.pem")).unwrap());
static CIPHERTEXTS: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("diagnose_field/ciphertexts.json")).unwrap());

fn diagnosed(text: &str) -> Option<DecryptFailure> {
    diagnose_field(text, FieldKeys::new(&KEY))
}

#[test]
fn a_field_padded_otherwise_is_named_by_its_padding() {
    use FieldHash::{Sha1, Sha224, Sha256, Sha384, Sha512};
    let oaep = |hash, mask| FieldPadding::Oaep { hash, mask };
    for (name, padding) in [
        ("oaep_sha256", oaep(Sha256, Sha256)),
        // Java's OAEPWithSHA-256AndMGF1Padding.
        ("oaep_sha256_mgf1_sha1", oaep(Sha256, Sha1)),
        ("oaep_sha1_mgf1_sha256", oaep(Sha1, Sha256)),
        ("oaep_sha512_mgf1_sha1", oaep(Sha512, Sha1)),
        ("oaep_sha384", oaep(Sha384, Sha384)),
        ("oaep_sha224", oaep(Sha224, Sha224)),
        ("oaep_label", FieldPadding::Label),
        ("oaep_sha256_gbk", oaep(Sha256, Sha256)),
        ("pkcs1", FieldPadding::Pkcs1),
        ("pkcs1_gbk", FieldPadding::Pkcs1),
        ("none", FieldPadding::None),
    ] {
        let why = diagnosed(&CIPHERTEXTS[name]);
        assert_eq!(why, Some(DecryptFailure::Padding(padding)), "{name}");
        // The owner of another key sees that a known key decrypts the field, and the role of that key.
        let others = [(KeyRole::PlatformCertificate, &*KEY)];
        let why = diagnose_field(&CIPHERTEXTS[name], FieldKeys::new(&OTHER).others(&others));
        assert_eq!(why, Some(DecryptFailure::OtherKey(KeyRole::PlatformCertificate)), "{name}");
        assert_eq!(
            diagnose_field(&CIPHERTEXTS[name], FieldKeys::new(&OTHER)),
            Some(DecryptFailure::UnknownKey),
            "{name}"
        );
    }
    assert_eq!(diagnosed(&CIPHERTEXTS["oaep_sha1"]), None);
}

#[test]
fn a_field_made_with_the_own_private_key_is_named() {
    let sender = KEY.public_key();
    let senders = [&sender];
    for text in [&CIPHERTEXTS["private_key_used"], &KEY.sign(PHONE.as_bytes())] {
        let why = diagnose_field(text, FieldKeys::new(&OTHER).senders(&senders));
        assert_eq!(why, Some(DecryptFailure::SenderKey));
    }
    // Without the sender's private key, a field encrypted for the sender's own public key cannot be told from one for
    // an unknown key.
    let encrypted = encrypt_field(&sender, PHONE).unwrap();
    let why = diagnose_field(&encrypted, FieldKeys::new(&OTHER).senders(&senders));
    assert_eq!(why, Some(DecryptFailure::UnknownOrSenderKey));
}

#[test]
fn a_field_encoded_otherwise_is_named_by_its_encoding() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    let encrypted = &CIPHERTEXTS["oaep_sha256"];
    let bytes = STANDARD.decode(encrypted).unwrap();
    assert!(encrypted.contains('+') && encrypted.contains('/'), "the slips show in this ciphertext");
    let lines = |end: &str| {
        encrypted
            .as_bytes()
            .chunks(76)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect::<Vec<_>>()
            .join(end)
    };
    for (text, encoding) in [
        (URL_SAFE.encode(&bytes), FieldEncoding::UrlSafe),
        (URL_SAFE_NO_PAD.encode(&bytes), FieldEncoding::UrlSafe),
        (STANDARD_NO_PAD.encode(&bytes), FieldEncoding::Unpadded),
        (lines("\n"), FieldEncoding::Wrapped),
        (lines("\r\n"), FieldEncoding::Wrapped),
        (lines("\\n"), FieldEncoding::Wrapped),
        (format!("{encrypted}\n"), FieldEncoding::Wrapped),
        (format!(" {encrypted}"), FieldEncoding::Wrapped),
        (encrypted.replace('+', " "), FieldEncoding::PlusLost),
        (encrypted.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D"), FieldEncoding::Percent),
        (format!("\"{encrypted}\""), FieldEncoding::Quoted),
        (STANDARD.encode(encrypted), FieldEncoding::Twice),
        (hex::encode(&bytes), FieldEncoding::Hex),
        (hex::encode_upper(&bytes), FieldEncoding::Hex),
    ] {
        assert_eq!(diagnosed(&text), Some(DecryptFailure::Encoding(encoding)), "{text}");
    }
}

#[test]
fn what_was_not_encrypted_or_not_kept_whole_is_named() {
    let encrypted = &CIPHERTEXTS["oaep_sha1"];
    let wrong = |bytes| DecryptFailure::WrongLength { bytes, wanted: 256 };
    for (text, why) in [
        ("", DecryptFailure::Empty),
        (" \n", DecryptFailure::Empty),
        (PHONE, DecryptFailure::Plain),
        ("139000000000", DecryptFailure::Plain),
        ("小会", DecryptFailure::Plain),
        ("{\"algorithm\":\"AEAD_AES_256_GCM\"}", DecryptFailure::Plain),
        (&"会".repeat(200), DecryptFailure::Plain),
        (&"?".repeat(344), DecryptFailure::NotBase64),
        // Values that are encoded but not encrypted. A name, a number and a mail address have the length of a short
        // ciphertext.
        ("MTM5MDAwMDAwMDA=", DecryptFailure::Plain),
        ("ZhangSanLiSiWangWuZhaoLiu1", DecryptFailure::Plain),
        ("139000000001390000000013", DecryptFailure::Plain),
        ("Zhang1990@example.com", DecryptFailure::Plain),
        // Encrypted with the APIv3 key, as resources of callbacks are.
        ("0J1xLg8bLCfRC3m5aGmbmwTn0+Yi7D4qAgjO", wrong(27)),
        (&encrypted[..256], wrong(192)),
        (&CIPHERTEXTS["two_blocks"], DecryptFailure::Blocks),
        (&format!("{}{}", &CIPHERTEXTS["two_blocks"][..680], "AAA="), DecryptFailure::Blocks),
        (&"A".repeat(684).replace("AA", "Bx"), wrong(513)),
        (&"Bx".repeat(172), wrong(258)),
        (&format!("{}{}", &encrypted[..340], "AA=="), DecryptFailure::UnknownKey),
        (&format!("{}=", "/".repeat(343)), DecryptFailure::NotBase64),
        (&format!("{}w==", "/".repeat(341)), DecryptFailure::UnknownKey),
    ] {
        assert_eq!(diagnosed(text), Some(why), "{text}");
    }
    assert_eq!(diagnosed(&CIPHERTEXTS["oaep_sha1_gbk"]), Some(DecryptFailure::Charset(FieldCharset::Gbk)));
    assert_eq!(
        diagnosed(&CIPHERTEXTS["oaep_sha1_utf16"]),
        Some(DecryptFailure::Charset(FieldCharset::Utf16))
    );
}

#[test]
fn a_changed_ciphertext_is_never_said_to_have_another_padding() {
    let bytes = CIPHERTEXTS["oaep_sha256"].clone();
    for at in (0..340).step_by(17) {
        let mut changed = bytes.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(diagnosed(&changed), Some(DecryptFailure::UnknownKey), "{at}");
    }
}

#[test]
fn no_text_shows_the_value_and_each_speaks_its_language() {
    for text in CIPHERTEXTS.values() {
        let Some(why) = diagnosed(text) else { continue };
        let (en, zh) = (format!("{why}"), format!("{why:#}"));
        assert!(en.is_ascii() && !zh.is_ascii() && !en.contains(PHONE), "{en} {zh}");
    }
    let java = DecryptFailure::Padding(FieldPadding::Oaep { hash: FieldHash::Sha256, mask: FieldHash::Sha1 });
    assert_eq!(
        java.to_string(),
        "it decrypts with OAEP-SHA256 and MGF1-SHA1: use RSAES-OAEP with SHA-1 and MGF1-SHA-1"
    );
    assert_eq!(
        format!("{java:#}"),
        "可以解密的填充方式是 OAEP-SHA256（MGF1 为 SHA1）：须使用 RSAES-OAEP，哈希与 MGF1 均为 SHA-1"
    );
}

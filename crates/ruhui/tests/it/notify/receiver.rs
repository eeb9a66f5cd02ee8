//! Tests of the receiver: verification and decryption of callbacks, and typed events.

use super::*;
use http::HeaderValue;
use http::header::HeaderName;
use ruhui::api::event::Event;
use ruhui::encryption::DecryptResourceError;
use ruhui::error::{Parameter, UsageError};
use ruhui::key::{Certificate, PlatformKeys, PrivateKey};
use ruhui::notify::NotifyError;
use ruhui::sign::{PROBE_PREFIX, VerifyError, header};
use ruhui::types::SerialNo;
use ruhui::{Client, Error};

#[test]
fn a_verified_notification_becomes_an_event() {
    let (headers, body) = callback(&user_card_created("8b33f79f"));
    let received = receiver().receive(&headers, &body).unwrap();
    assert_eq!((received.id.as_str(), received.summary.as_str()), ("8b33f79f", "摘要"));
    assert_eq!(received.event_type, "BRAND_MEMBER_CARD_SP.USER_CARD.CREATE");
    assert_eq!(received.create_time.unwrap().timestamp().as_second(), NOW);
    assert_eq!(received.resource(), USER_CARD.as_bytes());
    let Event::UserCardCreated(card) = &received.event else { panic!("{received:?}") };
    assert_eq!(card.phone_number.as_ref().unwrap().as_str(), PHONE);
    assert_eq!(card.user_card_code, None, "empty, since the merchant allocates");
    let shown = format!("{received:?}");
    assert!(!shown.contains(PHONE) && !shown.contains("obLatjnx"), "{shown}");
}

/// A real notification of another product, published by the Go SDK: its signature verifies. Its APIv3 key has
/// 16 bytes, which no merchant's key has, so its ciphertext is not decrypted here.
#[test]
fn the_published_notification_verifies() {
    let vector = include_str!("../../../../../vectors/public/go-sdk-notification-full.json");
    let vector: serde_json::Value = serde_json::from_str(vector).unwrap();
    let inputs = &vector["inputs"];
    let mut headers = HeaderMap::new();
    for (name, value) in inputs["headers"].as_object().unwrap() {
        let name: HeaderName = name.parse().unwrap();
        headers.insert(name, HeaderValue::from_str(value.as_str().unwrap()).unwrap());
    }
    let certificate = Certificate::from_pem(inputs["certificate_pem"].as_str().unwrap()).unwrap();
    let keys = PlatformKeys::new().with_certificate(&certificate);
    let then = vector["expected"]["freeze_clock_at"].as_i64().unwrap();
    let receiver = Receiver::with_keys(Family::Partner, keys, apiv3_key(APIV3_KEY));
    let receiver = receiver.clock(Standing::at(then)).build().unwrap();
    let body = inputs["body"].as_str().unwrap().as_bytes();
    assert_eq!(
        receiver.receive(&headers, body).unwrap_err(),
        NotifyError::Decrypt(DecryptResourceError::TagMismatch)
    );
    let error = receiver.receive(&headers, &body[..body.len() - 1]).unwrap_err();
    assert_eq!(unverified(&error), &VerifyError::Forged);
    headers.remove(header::NONCE);
    let error = receiver.receive(&headers, body).unwrap_err();
    assert_eq!(unverified(&error), &VerifyError::MissingHeader(header::NONCE));
}

#[test]
fn an_unknown_event_is_received_too() {
    let (headers, body) = callback(&notification_as("1", "BRAND_MEMBER_CARD_SP.NEW", r#"{"a":1}"#));
    let received = receiver().receive(&headers, &body).unwrap();
    assert!(matches!(&received.event, Event::Unknown(event) if event.resource["a"] == 1));
}

#[test]
fn a_brand_receives_under_its_own_scheme() {
    let kind = EventKind::SyncUserPoint;
    let sent = notification_as("1", kind.event_type(Family::Brand), SYNC_USER_POINT);
    let body = serde_json::to_vec(&sent).unwrap();
    let headers = headers_by(&platform(), Scheme::Brand, NOW, &body);
    let brand = Receiver::brand(PUBLIC_KEY_ID, PLATFORM_PUB, APIV3_KEY).unwrap().clock(Standing::at(NOW));
    let received = brand.build().unwrap().receive(&headers, &body).unwrap();
    assert_eq!(received.event.kind(), Some(kind));
    let error = receiver().receive(&headers, &body).unwrap_err();
    assert!(matches!(unverified(&error), VerifyError::WrongAlgorithm { .. }), "{error:?}");
}

#[test]
fn each_way_not_to_verify_is_told_apart_and_answered() {
    let (good, body) = callback(&user_card_created("1"));
    let without = |name: HeaderName| {
        let mut headers = good.clone();
        headers.remove(name);
        headers
    };
    let with = |name: HeaderName, value: &str| {
        let mut headers = good.clone();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    };
    let mut doubled = good.clone();
    doubled.append(header::NONCE, HeaderValue::from_static("other"));
    let signature = good[header::SIGNATURE].to_str().unwrap();
    let probe = format!("{PROBE_PREFIX}{}", &signature[PROBE_PREFIX.len()..]);
    let brand = Scheme::Brand.as_str().to_owned();
    let known = vec![SerialNo::new(PUBLIC_KEY_ID).unwrap()];
    let unknown = |serial: &str| VerifyError::UnknownSerial { serial: serial.into(), known: known.clone() };
    let at = |second| headers_by(&platform(), Scheme::Merchant, second, &body);

    let table = [
        (HeaderMap::new(), VerifyError::MissingHeader(header::TIMESTAMP)),
        (without(header::NONCE), VerifyError::MissingHeader(header::NONCE)),
        (without(header::SIGNATURE), VerifyError::MissingHeader(header::SIGNATURE)),
        (without(header::SERIAL), VerifyError::MissingHeader(header::SERIAL)),
        (doubled, VerifyError::DuplicateHeader(header::NONCE)),
        (with(header::TIMESTAMP, "soon"), VerifyError::MalformedHeader(header::TIMESTAMP)),
        (with(header::SERIAL, "7132D7"), unknown("7132D7")),
        (with(header::SERIAL, "PUB_KEY_ID_2"), unknown("PUB_KEY_ID_2")),
        (at(NOW - 301), VerifyError::TooOld { seconds: 301 }),
        (at(NOW + 301), VerifyError::TooFarAhead { seconds: 301 }),
        (
            with(header::SIGNATURE_TYPE, &brand),
            VerifyError::WrongAlgorithm { found: brand.clone(), wanted: Scheme::Merchant },
        ),
        (with(header::SIGNATURE, &probe), VerifyError::Probe),
        (with(header::SIGNATURE, "AAAA"), VerifyError::Forged),
        (with(header::NONCE, "another"), VerifyError::Forged),
    ];
    let mut advice = std::collections::BTreeSet::new();
    for (headers, wanted) in table {
        let error = receiver().receive(&headers, &body).unwrap_err();
        assert_eq!(unverified(&error), &wanted);
        assert_fails(&error, 401);
        assert!(!format!("{error:?}{error}").contains(signature));
        advice.insert(error.to_string());
    }
    assert_eq!(advice.len(), 14, "each says something of its own");
    for second in [NOW - 300, NOW + 300] {
        receiver().receive(&at(second), &body).unwrap();
    }
}

fn unverified(error: &NotifyError) -> &VerifyError {
    let NotifyError::UnverifiedResponse { error, .. } = error else { panic!("{error:?}") };
    error
}

/// Returns the ids of the causes that were found.
fn found(error: &NotifyError) -> Vec<&'static str> {
    let NotifyError::UnverifiedResponse { findings, .. } = error else { panic!("{error:?}") };
    findings.iter().map(|finding| finding.cause.id).collect()
}

/// Asserts that the response is `{"code":"FAIL","message":...}` without any key, and that both languages have
/// a text.
fn assert_fails(error: &NotifyError, status: u16) {
    assert_eq!(error.status(), status);
    let answer = error.response();
    assert_eq!(answer.status(), status);
    let body: serde_json::Value = serde_json::from_slice(&answer.body()).unwrap();
    assert_eq!(body["code"], "FAIL");
    let message = body["message"].as_str().unwrap();
    assert!(!message.is_empty() && !message.contains("PUB_KEY_ID") && !message.contains("7132D7"));
    let (en, zh) = (format!("{error}"), format!("{error:#}"));
    assert!(en.contains("; ") && zh.contains('；'), "{en} {zh}");
    assert!(!en.chars().any(|c| ('\u{4E00}'..'\u{9FFF}').contains(&c)), "{en}");
}

/// The response to a probe is the same as the response to a forgery, so the sender cannot distinguish them.
#[test]
fn a_probe_is_answered_as_a_forgery() {
    let answer = |error| NotifyError::UnverifiedResponse { error, findings: Vec::new() }.response();
    assert_eq!(answer(VerifyError::Probe), answer(VerifyError::Forged));
}

/// The most frequent mistake of receivers: a framework parses the JSON, and the receiver serialises it again.
#[test]
fn a_body_that_was_written_again_is_told() {
    let (headers, body) = callback(&user_card_created("1"));
    let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let rewritten = serde_json::to_vec_pretty(&value).unwrap();
    let error = receiver().receive(&headers, &rewritten).unwrap_err();
    assert_eq!(found(&error), ["response_rewritten"]);
    assert_fails(&error, 401);
    let error = receiver().receive(&headers, &[&body[..], b"\n"].concat()).unwrap_err();
    assert_eq!(found(&error), ["response_end_changed"]);

    let other = String::from_utf8(rewritten).unwrap().replace("摘要", "别的");
    let error = receiver().receive(&headers, other.as_bytes()).unwrap_err();
    assert_eq!(unverified(&error), &VerifyError::Forged);
}

/// Proxies and frameworks change the signature's header in these ways. The header is checked before body and key.
#[test]
fn a_signature_that_was_changed_on_the_way_is_named() {
    let (mut headers, body) = callback(&user_card_created("1"));
    let signature = headers[header::SIGNATURE].to_str().unwrap().to_owned();
    for (changed, cause) in [
        (signature.trim_end_matches('=').to_owned(), "response_signature_unpadded"),
        (signature[..256].to_owned(), "response_signature_length"),
        (signature.replace('+', " "), "response_signature_blanks"),
        (
            signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
            "response_signature_percent_encoded",
        ),
    ] {
        headers.insert(header::SIGNATURE, HeaderValue::from_str(&changed).unwrap());
        let error = receiver().receive(&headers, &body).unwrap_err();
        assert_eq!(found(&error), [cause], "{changed}");
        assert!(!error.to_string().contains("public key"), "{error}");
        assert_fails(&error, 401);
    }
}

#[test]
fn what_is_signed_and_no_notification_is_told_apart() {
    for (body, status, is_json) in [
        (&b""[..], 400, false),
        (b"\xEF\xBB\xBF{}", 400, true),
        (b"{\"id\":\"\xff\"}", 400, true),
        (b"id=1", 400, false),
        (b"[]", 400, true),
        (br#"{"code":"SUCCESS"}"#, 400, true),
        (br#"{"id":"1","create_time":"now","event_type":"X","resource":{}}"#, 400, true),
    ] {
        let error = receiver().receive(&headers(body), body).unwrap_err();
        match &error {
            NotifyError::NotJson(_) => assert!(!is_json, "{error:?}"),
            NotifyError::NotNotification(_) => assert!(is_json, "{error:?}"),
            other => panic!("{other:?}"),
        }
        assert_fails(&error, status);
    }
}

#[test]
fn each_way_not_to_open_is_told_apart() {
    let changed = |change: fn(&mut Notification)| {
        let mut notification = user_card_created("1");
        change(&mut notification);
        let (headers, body) = callback(&notification);
        receiver().receive(&headers, &body).unwrap_err()
    };
    for (error, wanted) in [
        (
            changed(|n| {
                n.resource.algorithm = "AEAD_SM4_GCM".into();
                n.resource.nonce = "another12345".into();
            }),
            DecryptResourceError::Algorithm("AEAD_SM4_GCM".into()),
        ),
        (changed(|n| n.resource.nonce.push('1')), DecryptResourceError::NonceLength(13)),
        (changed(|n| n.resource.ciphertext.push('%')), DecryptResourceError::NotBase64),
        (changed(|n| n.resource.associated_data = Some("other".into())), DecryptResourceError::TagMismatch),
    ] {
        // A retry can succeed once the receiver has the right key. It never succeeds after the other errors.
        assert_fails(&error, if wanted == DecryptResourceError::TagMismatch { 500 } else { 400 });
        assert_eq!(error, NotifyError::Decrypt(wanted));
    }
}

#[test]
fn while_the_apiv3_key_changes_both_open() {
    let (headers, body) = callback(&user_card_created("1"));
    let with =
        |key: &str| Receiver::partner(PUBLIC_KEY_ID, PLATFORM_PUB, key).unwrap().clock(Standing::at(NOW));
    let new_alone = with(OTHER_APIV3_KEY).build().unwrap();
    let error = new_alone.receive(&headers, &body).unwrap_err();
    assert_eq!(error, NotifyError::Decrypt(DecryptResourceError::TagMismatch));
    let both = with(OTHER_APIV3_KEY).former_apiv3_key(APIV3_KEY).unwrap().build().unwrap();
    both.receive(&headers, &body).unwrap();
    let other = with(APIV3_KEY).former_apiv3_key(OTHER_APIV3_KEY).unwrap().build().unwrap();
    other.receive(&headers, &body).unwrap();
}

#[test]
fn what_does_not_fit_is_reported_beside_the_event() {
    let plain = USER_CARD.replace("\"13900001234\"", "{\"new\":\"13900001234\"}");
    let (headers, body) = callback(&notification("8b33f79f", EventKind::UserCardCreated, &plain));
    let received = receiver().receive(&headers, &body).unwrap();
    let Event::UserCardCreated(card) = &received.event else { panic!("{received:?}") };
    assert_eq!(card.phone_number, None);
    assert_eq!(
        (received.invalid_fields.len(), received.invalid_fields[0].field.as_str()),
        (1, "/phone_number")
    );
    assert_eq!((received.resource(), received.envelope()), (plain.as_bytes(), &body[..]));
    assert!(
        !format!("{received:?} {} {:#}", received.invalid_fields[0], received.invalid_fields[0])
            .contains(PHONE)
    );

    for (kind, plain) in [(EventKind::PointExchange, SYNC_USER_POINT), (EventKind::SyncUserPoint, "no JSON")]
    {
        let (headers, body) = callback(&notification("1", kind, plain));
        let received = receiver().receive(&headers, &body).unwrap();
        assert!(matches!(received.event, Event::Invalid(_)) && !received.invalid_fields.is_empty());
        assert_eq!(received.resource(), plain.as_bytes());
    }
}

/// WeChat Pay promises no limits: a text may be longer than documented and have rare characters.
#[test]
fn a_member_with_a_rare_name_and_a_long_level_is_received() {
    let plain = USER_CARD
        .replace(
            "\"13900001234\"",
            "\"13900001234 13900001234 13900001234\",\"level\":\"王𬭎的一二三四五六七八\"",
        )
        .replace("\"1077\"", "1077");
    let (headers, body) = callback(&notification("1", EventKind::UserCardCreated, &plain));
    let received = receiver().receive(&headers, &body).unwrap();
    let Event::UserCardCreated(card) = &received.event else { panic!("{received:?}") };
    assert_eq!(card.brand_id.as_str(), "1077");
    assert_eq!(card.level.as_ref().unwrap().as_str(), "王𬭎的一二三四五六七八");
    assert_eq!(received.invalid_fields, []);
}

#[test]
fn a_phone_number_that_comes_encrypted_is_decrypted_with_the_own_key() {
    let own = PrivateKey::from_pem(MERCHANT_KEY).unwrap();
    let encrypted = ruhui::encryption::encrypt_field(&own.public_key(), PHONE).unwrap();
    let plain = USER_CARD.replace(PHONE, &encrypted);
    let (headers, body) = callback(&notification("1", EventKind::UserCardCreated, &plain));
    let phone_number = |receiver: Receiver| {
        let received = receiver.receive(&headers, &body).unwrap();
        assert_eq!(received.invalid_fields, []);
        let Event::UserCardCreated(card) = received.event else { panic!("another event") };
        card.phone_number.unwrap()
    };
    let client = crate::support::builder().transport(Script::new([])).build().unwrap();
    for receiver in [client.receiver(APIV3_KEY).unwrap(), builder().private_key(own)] {
        assert_eq!(phone_number(receiver.build().unwrap()).as_str(), PHONE);
    }
    let kept = phone_number(receiver());
    assert!(kept.is_encrypted() && kept.as_str() == encrypted);
    assert_eq!(format!("{kept:?}"), "PhoneNumber(redacted)");
}

#[test]
fn keys_are_those_of_a_client_or_given_by_name() {
    let (headers, body) = callback(&user_card_created("1"));
    let partner = crate::support::builder().transport(Script::new([])).build().unwrap();
    let receiver = partner.receiver(APIV3_KEY).unwrap().build().unwrap();
    receiver.receive(&headers, &body).unwrap();
    assert!(receiver.knows(&headers));

    let certificate = Certificate::from_pem(PLATFORM_CERT).unwrap();
    let serial = certificate.serial_no().clone();
    let signer = ResponseSigner::new(serial, PrivateKey::from_pem(PLATFORM_KEY).unwrap());
    let by_certificate = headers_by(&signer, Scheme::Merchant, NOW, &body);
    assert!(!receiver.knows(&by_certificate) && !receiver.knows(&HeaderMap::new()));
    let both = builder().platform_certificate(PLATFORM_CERT).build().unwrap();
    both.receive(&by_certificate, &body).unwrap();
    both.receive(&headers, &body).unwrap();
    let keys = PlatformKeys::new().with_certificate(&certificate);
    let certificate_alone = Receiver::with_keys(Family::Partner, keys, apiv3_key(APIV3_KEY));
    certificate_alone.clock(Standing::at(NOW)).build().unwrap().receive(&by_certificate, &body).unwrap();

    let brand = Client::brand("1004", SERIAL_NO, BRAND_KEY, PUBLIC_KEY_ID, PLATFORM_PUB).unwrap();
    let brand = brand.transport(Script::new([])).clock(Standing::at(NOW)).build().unwrap();
    let headers = headers_by(&platform(), Scheme::Brand, NOW, &body);
    brand.receiver(APIV3_KEY).unwrap().build().unwrap().receive(&headers, &body).unwrap();
}

#[test]
fn a_wrong_parameter_is_named() {
    let misuse = |made: Result<ReceiverBuilder, Error>| match made.and_then(ReceiverBuilder::build) {
        Err(Error::Usage(misuse)) => misuse,
        other => panic!("{other:?}"),
    };
    let short = misuse(Receiver::partner(PUBLIC_KEY_ID, PLATFORM_PUB, "short"));
    assert_eq!(short.to_string(), "apiv3_key: an APIv3 key has 32 bytes, this has 5");
    assert!(builder().former_apiv3_key(format!("{APIV3_KEY}\n")).is_ok());
    let twice = misuse(builder().former_apiv3_key(APIV3_KEY.repeat(2)));
    assert!(matches!(twice, UsageError::Key { parameter: Parameter::ApiV3Key, .. }), "{twice}");
    let serial = misuse(Receiver::partner("7132D72A03E93CDDF8C03BBD1F37EEDF", PLATFORM_PUB, APIV3_KEY));
    assert!(matches!(serial, UsageError::KeyMixup { parameter: Parameter::PublicKeyId, .. }), "{serial}");
    let certificate = misuse(Receiver::brand(PUBLIC_KEY_ID, PLATFORM_CERT, APIV3_KEY));
    assert!(
        matches!(certificate, UsageError::KeyMixup { parameter: Parameter::PublicKey, .. }),
        "{certificate}"
    );
    let key = misuse(Ok(builder().platform_certificate(PLATFORM_PUB)));
    assert!(matches!(key, UsageError::KeyMixup { parameter: Parameter::PlatformCertificate, .. }), "{key}");
}

#[test]
fn no_debug_shows_a_key() {
    let shown = format!("{:?} {:?}", builder(), receiver());
    assert!(shown.contains(PUBLIC_KEY_ID) && !shown.contains(APIV3_KEY), "{shown}");
}

proptest::proptest! {
    #[test]
    fn no_changed_byte_passes(at in 0_usize..600, bit in 0_u32..8) {
        let (headers, mut body) = callback(&notification("1", EventKind::SyncUserPoint, SYNC_USER_POINT));
        let at = at % body.len();
        body[at] ^= 1 << bit;
        let error = receiver().receive(&headers, &body).unwrap_err();
        proptest::prop_assert_eq!(unverified(&error), &VerifyError::Forged);
    }
}

//! Faults in the bytes of a response. Each comes after the commit, and a client that verifies rejects most of them.

use super::fixture::*;
use crate::common::*;
use ruhui_core::sign::{VerifyError, header};
use serde_json::{Value, json};

/// Sends a request that gets the fault once, checks that the token exists, and returns what came.
async fn played(sandbox: &Sandbox, fault: &str) -> Received {
    let request = sandbox.world.current().sign();
    let before = sandbox.tokens().await;
    let received = sandbox.send(&with_header(&request, &format!("{fault}; times=1"))).await;
    assert_eq!(sandbox.tokens().await, before + 1, "{fault}");
    // The replayed response is right.
    let token = sandbox.send(&request).await.token();
    assert_eq!(sandbox.tokens().await, before + 1, "{fault}");
    assert_eq!(token.len(), 32);
    received
}

#[tokio::test]
async fn the_signature_of_each_response_is_wrong_in_its_own_way() {
    let sandbox = Sandbox::start().await;
    let verified = |fault: &'static str| {
        let sandbox = &sandbox;
        async move {
            let received = played(sandbox, fault).await;
            assert_eq!((received.status(), received.end), (200, End::Closed), "{fault}");
            received
        }
    };
    let unsigned = verified("unsigned").await;
    assert_eq!(unsigned.verified(), Err(VerifyError::MissingHeader(header::TIMESTAMP)));
    assert!(!unsigned.response().1.keys().any(|name| name.as_str().starts_with("wechatpay")));

    let forged = verified("forged").await;
    assert_eq!(forged.verified(), Err(VerifyError::Forged));
    assert_eq!(forged.header("wechatpay-serial"), PUBLIC_KEY_ID);

    let altered = verified("altered").await;
    assert_eq!(altered.verified(), Err(VerifyError::Forged));
    let existing = sandbox.world.tokens().await;
    let token = altered.json()["token"].as_str().unwrap().to_owned();
    assert!(existing.iter().all(|record| record.token.as_str() != token), "a value is another one");

    assert_eq!(verified("stale").await.verified(), Err(VerifyError::TooOld { seconds: 600 }));
    assert_eq!(verified("ahead").await.verified(), Err(VerifyError::TooFarAhead { seconds: 600 }));

    let unknown = verified("unknown-serial").await;
    let serial = unknown.header("wechatpay-serial");
    assert!(serial.starts_with("PUB_KEY_ID_") && serial.len() == PUBLIC_KEY_ID.len(), "{serial}");
    assert!(matches!(unknown.verified(), Err(VerifyError::UnknownSerial { .. })));

    let probe = verified("signature-probe").await;
    assert_eq!(probe.verified(), Err(VerifyError::Probe));
    let [usual, wrong] = [&forged, &probe].map(|received| received.header("wechatpay-signature").len());
    assert_eq!(usual, wrong);

    let doubled = verified("doubled-headers").await;
    assert_eq!(doubled.verified(), Err(VerifyError::DuplicateHeader(header::TIMESTAMP)));
    let headers = doubled.response().1;
    for name in ["timestamp", "nonce", "serial", "signature", "signature-type"] {
        let values: Vec<_> = headers.get_all(format!("wechatpay-{name}")).iter().collect();
        assert_eq!((values.len(), values[0] == values[1]), (2, name != "signature"), "{name}");
    }
}

#[tokio::test]
async fn a_stale_response_is_right_but_for_its_time() {
    let sandbox = Sandbox::start().await;
    for (fault, seconds) in [("stale", -600), ("ahead", 600)] {
        let mut received = played(&sandbox, fault).await;
        received.now = at(received.now.as_second() + seconds);
        assert_eq!(received.verified(), Ok(()), "{fault}");
    }
}

#[tokio::test]
async fn a_body_ends_too_early() {
    let sandbox = Sandbox::start().await;
    let whole = sandbox.send(&sandbox.world.current().sign()).await.response().2.len();
    for (fault, end) in [("cut", End::Reset), ("truncated", End::Closed)] {
        let received = played(&sandbox, fault).await;
        let (status, headers, body) = received.response();
        assert_eq!((status, received.end), (200, end), "{fault}");
        assert_eq!(headers["content-length"], whole.to_string(), "{fault}");
        assert_eq!(body.len(), whole / 2, "{fault}");
        assert!(headers.contains_key("wechatpay-signature"));
    }
    let received = played(&sandbox, "empty-body").await;
    assert_eq!((received.status(), received.end), (200, End::Closed));
    assert_eq!((received.header("content-length"), received.response().2.len()), ("0".to_owned(), 0));
    assert_eq!(received.verified(), Err(VerifyError::Forged));
}

#[tokio::test]
async fn a_body_has_another_type_another_coding_and_more_members() {
    let sandbox = Sandbox::start().await;
    let typed = played(&sandbox, "wrong-content-type").await;
    assert_eq!(typed.header("content-type"), "text/plain; charset=utf-8");
    typed.token();

    let compressed = played(&sandbox, "compressed").await;
    assert_eq!(compressed.header("content-encoding"), "gzip");
    assert_eq!(compressed.verified(), Err(VerifyError::Forged), "the signature is that of the plain body");
    let (_, _, body) = compressed.response();
    let plain = body[15..body.len() - 8].to_vec();
    let plain = Received { bytes: [head_of(&compressed), &plain[..]].concat(), ..compressed };
    plain.token();

    let more = played(&sandbox, "unknown-fields").await;
    more.token();
    let members = more.json();
    for name in ["unknown_text", "unknown_number", "unknown_list", "unknown_object"] {
        assert!(!members[name].is_null(), "{members}");
    }
}

fn head_of(received: &Received) -> &[u8] {
    let body = received.response().2.len();
    &received.bytes[..received.bytes.len() - body]
}

#[tokio::test]
async fn a_rejection_gets_the_fault_too_and_one_without_a_signature_gets_none() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(json!({ "fault": "forged" })).await;
    let unknown = sandbox.send(&sandbox.world.current().member("card_id", "pNothing").sign()).await;
    assert_eq!((unknown.status(), unknown.verified()), (404, Err(VerifyError::Forged)));
    let general = sandbox.send(&sandbox.world.current().member("card_id", Value::Null).sign()).await;
    assert_eq!((general.status(), general.header("wechatpay-signature")), (400, String::new()));
}

#[tokio::test]
async fn a_read_gets_the_fault_too() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(json!({ "fault": "altered", "method": "GET" })).await;
    let received = sandbox.send(&sandbox.world.certificates().sign()).await;
    assert_eq!((received.status(), received.verified()), (200, Err(VerifyError::Forged)));
    sandbox.send(&sandbox.world.current().sign()).await.token();
}

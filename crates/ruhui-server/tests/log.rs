//! Test of a sandbox's log about rejected requests and about uploads. It needs its own process, because a process has
//! only one log.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

#[path = "it/common/mod.rs"]
mod common;

use common::*;
use http::header::{CONTENT_TYPE, HeaderName};
use ruhui_core::api::rows;
use serde_json::json;
use std::fmt::Debug;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Sends the message of each warning to a channel.
struct Log(Sender<String>);

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let _ = self.0.send(message.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

const MESSAGE: &str = "POST /v3/marketing/favor/media/image-upload: ";

fn next(log: &Receiver<String>) -> String {
    log.recv_timeout(Duration::from_secs(20)).expect("the log says something")
}

/// This file has only one test, since a process has one log.
#[tokio::test]
async fn the_log_says_why_a_request_is_rejected() {
    let (sender, log) = mpsc::channel();
    tracing::subscriber::set_global_default(Log(sender)).unwrap();
    let world = TestService::new().await;
    let upload = || world.upload("card.png", PNG);
    let meta = upload().body;
    let with_form = |form: Vec<u8>| upload().with(|draft| draft.sent = Some(form));
    let good = upload().sent.unwrap();
    let quoted = format!("multipart/form-data; boundary=\"{BOUNDARY}\"");

    // The service cannot parse these forms. No log line says "no body", since the service received one.
    for (draft, begin) in [
        (upload().header(CONTENT_TYPE, quoted.as_str()), "the boundary in the Content-Type header is quoted"),
        (
            upload().header(CONTENT_TYPE, "multipart/form-data; boundary=x"),
            "the boundary in the body differs",
        ),
        (upload().header(CONTENT_TYPE, "application/json"), "the Content-Type header of an upload must be"),
        (upload().without(CONTENT_TYPE), "the Content-Type header of an upload must be"),
        (
            with_form(String::from_utf8_lossy(&good).replace("\r\n", "\n").into()),
            "the lines of the form end with LF",
        ),
        (with_form(form(&[("file", None, PNG)])), "the form has no part `meta`: `file`"),
        (
            with_form(form(&[("meta", Some("meta.json"), &meta), ("file", None, PNG)])),
            "the part `meta` has a file name",
        ),
        (with_form(form(&[("meta", None, &meta), ("meta", None, &meta)])), "a part of the form occurs twice"),
        (with_form(good[..good.len() - 9].to_vec()), "the form ends without its closing boundary"),
        (
            with_form(meta.clone()),
            "the Content-Type header says multipart/form-data, and the body is not a form",
        ),
    ] {
        world.send(draft.sign()).await.answers(&rows::SIGNATURE_MISMATCH);
        let said = next(&log);
        assert!(said.starts_with(&format!("{MESSAGE}{begin}")), "{begin}: {said}");
        assert!(said.contains(" / ") && !said.contains("no body"), "{said}");
    }

    world.send(upload().body(good.clone()).sign()).await.answers(&rows::SIGNATURE_MISMATCH);
    let said = next(&log);
    assert!(said.starts_with(&format!("{MESSAGE}you signed the whole form")), "{said}");

    // The log names the owner of a certificate, and says that the certificate has expired.
    let begins = |said: &str, begin: &str| {
        let path = "POST /v3/brand/partner/card-member/open-user-card-tokens: ";
        assert!(said.starts_with(&format!("{path}{begin}")), "{begin}: {said}");
    };
    let founding = || world.founding();
    for caller in ["1900000777", OTHER_MCHID] {
        world.send(founding().with(|draft| draft.caller = ("mchid", caller.to_owned())).sign()).await;
        begins(
            &next(&log),
            "the mchid (or brand_id) is not the one that the certificate in serial_no was issued to",
        );
    }
    let late = TestService::new().await;
    late.pass(86_401);
    let draft =
        late.founding().by_other_merchant().with(|draft| draft.timestamp = (NOW + 86_401).to_string());
    late.send(draft.sign()).await.answers(&rows::CERTIFICATE_EXPIRED);
    begins(&next(&log), "the certificate in serial_no has expired: ");
    // No known mistake explains this request. The log says what is certain, and what the request alone cannot show.
    let draft = founding().with(|draft| draft.sent = Some(br#"{"openid":"another"}"#.to_vec()));
    world.send(draft.sign()).await.answers(&rows::SIGNATURE_MISMATCH);
    begins(&next(&log), "this key made the signature, but over a message that differs");
    begins(&next(&log), "the request alone does not show which of these it is: ");

    // The service accepts these forms and logs a remark.
    for (draft, status, begin) in [
        (
            upload().header(CONTENT_TYPE, "multipart/form-data"),
            200,
            "the Content-Type header has no boundary",
        ),
        (
            with_form(form(&[("meta", None, &meta), ("file", None, PNG)])),
            200,
            "the part `file` has no file name",
        ),
        (with_form(form(&[("meta", None, &meta)])), 400, "the form has no part `file`"),
        (
            with_form(form(&[("meta", None, &meta), ("file", Some("a.png"), b"")])),
            400,
            "the part `file` is empty",
        ),
    ] {
        assert_eq!(world.send(draft.sign()).await.status, status, "{begin}");
        let said = next(&log);
        assert!(said.starts_with(&format!("{MESSAGE}{begin}")), "{begin}: {said}");
    }

    // The log names `key_stage` once for a merchant that downloads certificates but gets responses signed with the
    // public key.
    let ask = async |nonce: &str| {
        let draft = founding().with(|draft| draft.nonce_str = nonce.to_owned());
        let response = world.send(draft.without(HeaderName::from_static("wechatpay-serial")).sign()).await;
        assert_eq!(response.status, 200, "{response:?}");
    };
    ask("before").await;
    assert_eq!(world.send(world.certificates().sign()).await.status, 200);
    ask("first").await;
    ask("second").await;
    let said = next(&log);
    assert!(said.contains(": this caller has downloaded platform certificates, and "), "{said}");
    assert!(
        said.contains("key_stage = \"both_certificate\"") && said.contains("该调用方下载过平台证书"),
        "{said}"
    );

    // The response says only that an openid is invalid.
    let draft = world.current().with(|draft| draft.nonce_str = "openid".to_owned());
    world
        .send(draft.member("openid", "oTooLong000000000000000000000").sign())
        .await
        .answers(&rows::OPENID_INVALID);
    let said = next(&log);
    assert!(
        said.starts_with("the openid has 29 characters; ") && said.contains("openid 有 29 个字符"),
        "{said}"
    );

    // A service without diagnosis logs none of this.
    let service = TestService::with_policy(|policy| policy.diagnose = false).await;
    let draft = service.upload("card.png", PNG).header(CONTENT_TYPE, "multipart/form-data");
    assert_eq!(service.send(draft.sign()).await.status, 200);
    let draft = service.upload("card.png", PNG).header(CONTENT_TYPE, quoted.as_str());
    service.send(draft.sign()).await.answers(&rows::SIGNATURE_MISMATCH);
    // A log line about the uploads of this service would precede the line about this request.
    let marked = world.founding().with(|draft| draft.nonce_str = "marked".to_owned());
    world.send(marked.body(json!({}).to_string()).sign().map(|_| b"{ }".to_vec())).await;
    let said = next(&log);
    assert!(!said.contains("image-upload"), "{said}");
}

//! Tests of uploads: the form that is sent, and the part of it that is signed.

use crate::support::*;
use bytes::Bytes;
use http::Request;
use ruhui::api::card_member::UploadImage;
use ruhui::error::{Parameter, UsageError};
use ruhui::key::PrivateKey;
use ruhui::sign::Scheme;
use ruhui::transport::{NetworkCause, TransportError};
use ruhui::types::Text;
use ruhui::{Client, Error};
use serde_json::{Value, json};

/// A picture with bytes that must not end a part early.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\r\n--\r\n\xff";
const DIGEST: &str = "1d56de1a0d26e9af638ecd832b20af75cf3f2ffcda922d20be6915e9bb51cf2d";
const UPLOADED: &str = r#"{"media_url":"https://wxpaylogo.qpic.cn/1"}"#;

/// One part of a form: the lines of its headers, and its bytes.
struct Part {
    head: Vec<String>,
    bytes: Vec<u8>,
}

/// Splits a form into parts by the rules of RFC 2046, section 5.1.1.
fn parts(request: &Request<Bytes>) -> Vec<Part> {
    let kind = request.headers()["content-type"].to_str().unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert!(boundary.len() <= 70 && boundary.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{kind}");
    let body = [b"\r\n", &request.body()[..]].concat();
    let line = format!("\r\n--{boundary}").into_bytes();
    let mut between = split(&body, &line);
    assert!(between.remove(0).is_empty(), "nothing stands before the first part");
    assert_eq!(between.pop().unwrap(), b"--\r\n", "and nothing behind the last");
    let part = |bytes: &[u8]| {
        let bytes = bytes.strip_prefix(b"\r\n").unwrap();
        let at = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&bytes[..at]).unwrap();
        Part { head: head.lines().map(str::to_owned).collect(), bytes: bytes[at + 4..].to_vec() }
    };
    between.into_iter().map(part).collect()
}

fn split<'a>(mut text: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = text.windows(by.len()).position(|window| window == by) {
        pieces.push(&text[..at]);
        text = &text[at + by.len()..];
    }
    pieces.push(text);
    pieces
}

fn signed_over(request: &Request<Bytes>, content: &[u8], key: &str) -> bool {
    let key = PrivateKey::from_pem(key).unwrap().public_key();
    authorization(request).verify("POST", request.uri().path(), content, &key).is_ok()
}

#[tokio::test]
async fn a_picture_goes_beside_its_meta_which_alone_is_signed() {
    let script = Script::new([Ok(signed(200, UPLOADED))]);
    let uploaded = client(&script).upload_image("会员 \"1\".PNG", PICTURE).await.unwrap();
    assert_eq!(uploaded.media_url.as_str(), "https://wxpaylogo.qpic.cn/1");

    let request = script.requests().remove(0);
    assert_eq!(request.uri().path(), "/v3/marketing/favor/media/image-upload");
    let [meta, file] = <[Part; 2]>::try_from(parts(&request)).ok().unwrap();
    assert_eq!(
        meta.head,
        ["Content-Disposition: form-data; name=\"meta\"", "Content-Type: application/json"]
    );
    let said: Value = serde_json::from_slice(&meta.bytes).unwrap();
    assert_eq!(said, json!({ "filename": "会员 \"1\".PNG", "sha256": DIGEST }));
    assert_eq!(
        file.head,
        [
            "Content-Disposition: form-data; name=\"file\"; filename=\"会员 %221%22.PNG\"",
            "Content-Type: image/png"
        ]
    );
    assert_eq!(file.bytes, PICTURE);
    assert!(signed_over(&request, &meta.bytes, MERCHANT_KEY));
    assert!(!signed_over(&request, request.body(), MERCHANT_KEY));
}

#[tokio::test]
async fn a_brand_uploads_under_its_own_path_and_names() {
    let script = Script::new([Ok(signed_by(&platform(), Scheme::Brand, NOW, 200, UPLOADED))]);
    let client = Client::brand("1004", SERIAL_NO, BRAND_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(Standing::at(NOW))
        .transport(script.clone())
        .build()
        .unwrap();
    client.upload_image("a.jpg", PICTURE).await.unwrap();
    let request = script.requests().remove(0);
    assert_eq!(request.uri().path(), "/brand/card-member/media/image-upload");
    let [meta, file] = <[Part; 2]>::try_from(parts(&request)).ok().unwrap();
    assert_eq!(meta.bytes, format!(r#"{{"filename":"a.jpg","file_digest":"{DIGEST}"}}"#).as_bytes());
    assert_eq!(file.head[1], "Content-Type: image/jpeg");
    assert!(signed_over(&request, &meta.bytes, BRAND_KEY));
}

#[tokio::test]
async fn the_backup_host_gets_the_same_form() {
    let script = Script::new([Err(TransportError::lost(NetworkCause::Closed)), Ok(signed(200, UPLOADED))]);
    client(&script).upload_image("a.png", PICTURE).await.unwrap();
    let requests = script.requests();
    assert_eq!(requests[0].body(), requests[1].body());
    let signatures: Vec<_> =
        requests.iter().map(|request| authorization(request).signature().to_owned()).collect();
    assert_ne!(signatures[0], signatures[1]);
}

#[tokio::test]
async fn a_digest_of_the_callers_is_sent_as_it_is() {
    let script = Script::new([Ok(signed(200, UPLOADED))]);
    let mut meta = UploadImage::new(Text::new("a.png").unwrap(), PICTURE);
    meta.sha256 = Text::new("0".repeat(64)).unwrap();
    let response = client(&script).exchange_image(&meta, PICTURE).await.unwrap();
    assert_eq!((response.status().as_u16(), response.request_id()), (200, Some("08F78BB5-0")));
    let meta = parts(&script.requests()[0]).remove(0);
    assert!(String::from_utf8(meta.bytes).unwrap().contains(&"0".repeat(64)));
}

#[tokio::test]
async fn without_its_file_an_upload_is_not_sent() {
    let script = Script::new([]);
    let meta = UploadImage::new(Text::new("a.png").unwrap(), PICTURE);
    let error = client(&script).send(&meta).await.unwrap_err();
    assert!(matches!(error, Error::Usage(UsageError::Attachment { name: "upload_image" })), "{error:?}");
    assert_eq!(error.to_string(), "`upload_image` goes with a file: send it with `Client::upload_image`");
    assert_eq!(format!("{error:#}"), "`upload_image` 需要同时上传文件，请使用 `Client::upload_image`");

    let error = client(&script).upload_image("a\r\n.png", PICTURE).await.unwrap_err();
    let parameter = Parameter::Filename;
    assert!(matches!(&error, Error::Usage(UsageError::Invalid { parameter: p, .. }) if *p == parameter));
    assert!(error.to_string().starts_with("filename: "), "{error}");
    assert!(script.requests().is_empty());
}

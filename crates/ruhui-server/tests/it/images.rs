//! Tests of picture uploads, with forms made by hand, and of downloads.

use crate::common::*;
use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH};
use http::{Method, Request};
use jiff::SignedDuration;
use ruhui_core::api::card_member::{CreateCardTemplate, UploadImage};
use ruhui_core::api::{Brand, Endpoint as _, rows};
use ruhui_core::sign::Scheme;
use ruhui_server::RateLimit;
use ruhui_server::domain::{Media, PublicUrl};
use ruhui_server::env::Env;
use ruhui_server::sandbox::{self, Options};
use ruhui_server::start::Addresses;
use ruhui_server::store::{Key, Kind, StoreExt as _, Stored, Write};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn pictures(world: &TestService) -> Vec<Media> {
    world.store.read_all::<Media>().await.unwrap().into_iter().map(|loaded| loaded.record).collect()
}

/// Returns the request for a picture, by the path of its address.
fn look(method: Method, url: &str) -> Request<Vec<u8>> {
    let path = url.strip_prefix("http://127.0.0.1:7080").unwrap_or(url);
    Request::builder().method(method).uri(path).body(Vec::new()).unwrap()
}

/// Returns a good upload with another form in its body.
fn with_form(world: &TestService, form: Vec<u8>) -> Draft {
    world.upload("card.png", PNG).with(|draft| draft.sent = Some(form))
}

fn meta() -> Vec<u8> {
    json!(UploadImage::<ruhui_core::api::Partner>::new("card.png".parse().unwrap(), PNG))
        .to_string()
        .into_bytes()
}

#[tokio::test]
async fn a_picture_is_served_as_it_came_to_whoever_asks() {
    let world = TestService::new().await;
    for (name, head, media_type) in [
        ("a.png", b"\x89PNG\r\n\x1a\n".as_slice(), "image/png"),
        ("b.JPEG", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("会员.bmp", b"BM", "image/bmp"),
    ] {
        // The picture contains line ends, zeros and almost a boundary.
        let picture = [head, b"\r\n--boundary-by-han\r\n\0\xff\r\n--"].concat();
        let response = world.send(world.upload(name, &picture).sign()).await;
        response.signed_as(Scheme::Merchant);
        let url = response.json()["media_url"].as_str().unwrap().to_owned();
        assert!(url.starts_with("http://127.0.0.1:7080/media/"), "{url}");

        let response = world.send(look(Method::GET, &url)).await;
        assert_eq!((response.status.as_u16(), &response.body[..]), (200, &picture[..]), "{name}");
        response.unsigned();
        assert_eq!(response.header("content-type"), media_type);
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert_eq!(response.header("cache-control"), "public, max-age=31536000, immutable");
        let id = url.rsplit('/').next().unwrap().split('.').next().unwrap().to_owned();
        assert_eq!(response.header("etag"), format!("\"{id}\""));
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");

        let weak = format!("W/\"{id}\"");
        for known in [format!("\"{id}\""), format!("\"other\", \"{id}\""), weak, "*".to_owned()] {
            let mut request = look(Method::GET, &url);
            request.headers_mut().insert(IF_NONE_MATCH, known.parse().unwrap());
            let response = world.send(request).await;
            assert_eq!((response.status.as_u16(), response.body.len()), (304, 0), "{known}");
        }
    }
}

#[tokio::test]
async fn what_is_no_picture_is_not_found_and_only_get_is_answered() {
    let world = TestService::new().await;
    let url = world.picture().await;
    let id = url.strip_prefix("http://127.0.0.1:7080/media/").unwrap().strip_suffix(".png").unwrap();
    for path in [
        format!("/media/{id}"),
        format!("/media/{id}.jpg"),
        format!("/media/{id}.PNG"),
        format!("/media/{id}.png.png"),
        format!("/media/{id}.png/"),
        format!("/media/{}.png", "0".repeat(32)),
        format!("/media/{}.png", &id[..31]),
        format!("/media/{id}%2Epng"),
        format!("/media/..%2F{id}.png"),
        "/media/%FF.png".to_owned(),
        "/media/".to_owned(),
        "/media".to_owned(),
    ] {
        let response = world.send(look(Method::GET, &path)).await;
        assert_eq!((response.status.as_u16(), response.body.len()), (404, 0), "{path}");
        response.unsigned();
    }
    for method in [Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let response = world.send(look(method.clone(), &url)).await;
        assert_eq!((response.status.as_u16(), response.body.len()), (405, 0), "{method}");
    }
}

/// Starts a service with an uploaded picture. Returns it with the picture's address, its records, and a good template
/// that names it.
async fn with_picture() -> (TestService, String, [(Key, Stored); 2], Value) {
    let world = TestService::new().await;
    let template = world.template().await;
    let url = template["card_picture_url"].as_str().unwrap().to_owned();
    let id = url.rsplit('/').next().unwrap().split('.').next().unwrap().to_owned();
    let media = Key { kind: Kind::Media, id: id.clone() };
    let facts = Key { kind: Kind::Internal, id: format!("picture\u{1f}{id}") };
    let kept = world.store.load(&[media.clone(), facts.clone()]).await.unwrap();
    let [Some(of_media), Some(of_facts)] = &kept[..] else { panic!("{kept:?}") };
    let kept = [(media, of_media.clone()), (facts, of_facts.clone())];
    (world, url, kept, template)
}

/// Each card that names a picture is checked for the picture's existence, without reading its bytes.
#[tokio::test]
async fn a_card_may_name_a_picture_whose_bytes_nobody_reads() {
    let (world, _, [(key, media), _], template) = with_picture().await;
    let value = ruhui_server::store::Value("{}".to_owned());
    let unreadable = Write::Put { key, read: Some(media.version), value, expires: None };
    world.store.commit(vec![unreadable]).await.unwrap();
    world.done::<CreateCardTemplate>(&template).await;
}

#[tokio::test]
async fn a_picture_of_a_release_that_kept_nothing_else_is_known() {
    let (world, url, [_, (key, facts)], template) = with_picture().await;
    world.store.commit(vec![Write::Delete { key: key.clone(), read: facts.version }]).await.unwrap();
    world.done::<CreateCardTemplate>(&template).await;
    assert_eq!(world.picture().await, url, "it keeps its place");
    assert_eq!(world.store.load(&[key]).await.unwrap(), [Some(facts)]);
    assert_eq!(pictures(&world).await.len(), 1);
}

#[tokio::test]
async fn the_same_picture_keeps_its_place_and_each_caller_has_its_own() {
    let world = TestService::new().await;
    let url = world.picture().await;
    world.pass(60);
    assert_eq!(world.picture().await, url);
    assert_eq!(pictures(&world).await.len(), 1);

    let others = world.send(world.upload("card.png", PNG).by_other_merchant().sign()).await.json();
    let brands = world.send(brand_upload(&world, "file_digest").sign()).await;
    brands.signed_as(Scheme::Brand);
    let another = world.send(world.upload("card.png", &[PNG, b"!"].concat()).sign()).await.json();
    for url_of in [others, brands.json(), another] {
        assert_ne!(url_of["media_url"], url);
    }
    assert_eq!(pictures(&world).await.len(), 4);
}

/// Returns the brand's upload, with this name for the digest.
fn brand_upload(world: &TestService, digest: &str) -> Draft {
    let meta: Value = serde_json::from_slice(&meta()).unwrap();
    let meta = json!({ "filename": meta["filename"], digest: meta["sha256"] }).to_string();
    world
        .upload("card.png", PNG)
        .by_brand()
        .with(|draft| {
            draft.target = UploadImage::<Brand>::PATH.to_owned();
            draft.sent = Some(form(&[("meta", None, meta.as_bytes()), ("file", Some("card.png"), PNG)]));
        })
        .body(meta)
}

#[tokio::test]
async fn both_names_of_the_digest_are_read() {
    let world = TestService::new().await;
    for digest in ["file_digest", "sha256"] {
        let response = world.send(brand_upload(&world, digest).sign()).await;
        assert_eq!(response.status, 200, "{}", response.text());
    }
    let response = world.send(brand_upload(&world, "digest").sign()).await;
    response.answers(&rows::PARAMETER_WRONG);
}

#[tokio::test]
async fn the_same_signed_upload_acts_once() {
    let world = TestService::new().await;
    let draft = world.upload("card.png", PNG);
    let first = world.send(draft.sign()).await;
    let second = world.send(draft.sign()).await;
    assert_eq!((first.status, first.json()), (second.status, second.json()));
    assert_eq!(pictures(&world).await.len(), 1);
}

/// The signature does not cover the file, so a request that was rejected for its file may be sent again with the right
/// one.
#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let world = TestService::new().await;
    let draft = world.upload("card.png", PNG);
    let damaged = [PNG, b"!"].concat();
    let damaged = with_form(&world, form(&[("meta", None, &draft.body), ("file", None, &damaged)]))
        .with(|other| other.nonce_str.clone_from(&draft.nonce_str));
    assert_eq!(damaged.message(), draft.message());
    world.send(damaged.sign()).await.answers(&rows::FILE_DIGEST_WRONG);
    assert_eq!(world.send(draft.sign()).await.status, 200);
    // After it has succeeded, a resend succeeds with any file.
    assert_eq!(world.send(damaged.sign()).await.status, 200);
    assert_eq!(pictures(&world).await.len(), 1);
}

/// The form's bytes may vary as RFC 7578 and RFC 2046 allow.
#[tokio::test]
async fn odd_but_good_forms_pass() {
    let meta = meta();
    let disposition = "Content-Disposition: form-data; name=";
    let file_only =
        [b"--boundary-by-hand\r\n", disposition.as_bytes(), b"file\r\n\r\n", PNG, b"\r\n"].concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("the file first", form(&[("file", Some("card.png"), PNG), ("meta", None, &meta)])),
        (
            "other parts between",
            form(&[("a", None, b"1"), ("meta", None, &meta), ("b", None, b""), ("file", None, PNG)]),
        ),
        (
            "a preamble",
            [b"preamble\r\n".to_vec(), form(&[("meta", None, &meta), ("file", None, PNG)])].concat(),
        ),
        ("an epilogue", [form(&[("meta", None, &meta), ("file", None, PNG)]), b"epilogue".to_vec()].concat()),
        ("names without quotes", {
            let form = form(&[("meta", None, &meta)]);
            [&file_only[..], &form[..]].concat()
        }),
        ("no line end after the last boundary", {
            let mut form = form(&[("meta", None, &meta), ("file", None, PNG)]);
            form.truncate(form.len() - 2);
            form
        }),
    ];
    for (what, form) in cases {
        let world = TestService::new().await;
        let response = world.send(with_form(&world, form).sign()).await;
        assert_eq!(response.status, 200, "{what}: {}", response.text());
        assert_eq!(pictures(&world).await[0].file().as_deref(), Some(PNG), "{what}");
    }
    for content_type in [
        // PyPI's wechatpayv3 and wechatpay-java's Apache adapter send no boundary.
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data;boundary=boundary-by-hand",
        "Multipart/Form-Data; charset=utf-8; BOUNDARY=boundary-by-hand",
    ] {
        let world = TestService::new().await;
        let draft = world.upload("card.png", PNG).header(CONTENT_TYPE, content_type);
        assert_eq!(world.send(draft.sign()).await.status, 200, "{content_type}");
    }
}

/// A form that has no `meta` or cannot be parsed has no signed text. As on the live service, the signature is verified
/// over an empty body.
#[tokio::test]
async fn a_form_without_meta_is_checked_over_an_empty_body() {
    let world = TestService::new().await;
    let good = form(&[("meta", None, &meta()), ("file", None, PNG)]);
    let part = |bytes: &str| good.windows(bytes.len()).position(|window| window == bytes.as_bytes()).unwrap();
    let upload = || world.upload("card.png", PNG);
    let cases = [
        (
            "a quoted boundary",
            upload().header(CONTENT_TYPE, "multipart/form-data; boundary=\"boundary-by-hand\""),
        ),
        (
            "no boundary in a form without meta",
            with_form(&world, form(&[("file", None, PNG)])).header(CONTENT_TYPE, "multipart/form-data"),
        ),
        // On the live service, a part with a file name is not a field (wechatpay-axios-plugin, pull request 26).
        (
            "meta with a file name",
            with_form(&world, form(&[("meta", Some("meta.json"), &meta()), ("file", None, PNG)])),
        ),
        ("another boundary", upload().header(CONTENT_TYPE, "multipart/form-data; boundary=another")),
        ("another type", upload().header(CONTENT_TYPE, "multipart/mixed; boundary=boundary-by-hand")),
        ("JSON", upload().header(CONTENT_TYPE, "application/json").with(|draft| draft.sent = None)),
        ("no type", upload().without(CONTENT_TYPE)),
        ("no bytes", with_form(&world, Vec::new())),
        ("no parts", with_form(&world, form(&[]))),
        ("no meta", with_form(&world, form(&[("file", None, PNG)]))),
        (
            "meta twice",
            with_form(&world, form(&[("meta", None, &meta()), ("meta", None, &meta()), ("file", None, PNG)])),
        ),
        (
            "the file twice",
            with_form(&world, form(&[("meta", None, &meta()), ("file", None, PNG), ("file", None, PNG)])),
        ),
        ("Meta in capitals", with_form(&world, form(&[("Meta", None, &meta()), ("file", None, PNG)]))),
        (
            "line feeds alone",
            with_form(&world, String::from_utf8_lossy(&good).replace("\r\n", "\n").into_bytes()),
        ),
        ("cut off in meta", with_form(&world, good[..part("filename") + 3].to_vec())),
        ("cut off in the file", with_form(&world, good[..part("the picture") + 3].to_vec())),
    ];
    for (what, draft) in cases {
        println!("{what}");
        let response = world.send(draft.sign()).await;
        response.answers(&rows::SIGNATURE_MISMATCH);
        response.unsigned();
        let information = &response.json()["detail"]["sign_information"];
        let empty = draft.clone().body("").message();
        assert_eq!(information["sign_message_length"], empty.len(), "{what}: {information}");
        // A client that signed the empty body gets the fault of the form.
        let response = world.send(draft.body("").sign()).await;
        response.answers(&rows::UPLOAD_MALFORMED);
        response.signed_as(Scheme::Merchant);
    }
    assert_eq!(pictures(&world).await.len(), 0);
}

#[tokio::test]
async fn the_lengths_reported_for_a_quoted_boundary_are_those_of_an_empty_body() {
    let world = TestService::new().await;
    let quoted = "multipart/form-data; boundary=\"boundary-by-hand\"";
    let response = world.send(world.upload("card.png", PNG).header(CONTENT_TYPE, quoted).sign()).await;
    // Integrators report this value from the live service.
    assert_eq!(response.json()["detail"]["sign_information"]["sign_message_length"], 89);
}

#[tokio::test]
async fn the_whole_form_must_not_be_signed() {
    let world = TestService::new().await;
    let draft = world.upload("card.png", PNG);
    let form = draft.sent.clone().unwrap();
    world.send(draft.body(form).sign()).await.answers(&rows::SIGNATURE_MISMATCH);
    assert_eq!(pictures(&world).await.len(), 0);
}

#[tokio::test]
async fn upload_malformed() {
    let world = TestService::new().await;
    for form in [form(&[("meta", None, &meta())]), form(&[("meta", None, &meta()), ("File", None, PNG)])] {
        let response = world.send(with_form(&world, form).sign()).await;
        response.answers(&rows::UPLOAD_MALFORMED);
        assert!(response.text().contains("（表单中没有名为 `file` 的部分）"), "{}", response.text());
        response.signed_as(Scheme::Merchant);
    }
    assert_eq!(pictures(&world).await.len(), 0);
}

#[tokio::test]
async fn meta_is_checked_like_any_body() {
    let world = TestService::new().await;
    let digest = "0".repeat(64);
    let cases = [
        (json!({ "filename": "a.png" }), "/sha256"),
        (json!({ "sha256": digest }), "/filename"),
        (json!({ "filename": "", "sha256": digest }), "/filename"),
        (json!({ "filename": null, "sha256": digest }), "/filename"),
        (json!({ "filename": 7, "sha256": digest }), "/filename"),
        (json!({ "filename": "a\n.png", "sha256": digest }), "/filename"),
        (json!({ "filename": format!("{}.png", "x".repeat(125)), "sha256": digest }), "/filename"),
        (json!({ "filename": "a.png", "sha256": "0".repeat(257) }), "/sha256"),
    ];
    for (meta, field) in cases {
        let meta = meta.to_string().into_bytes();
        let form = form(&[("meta", None, &meta), ("file", None, PNG)]);
        let response = world.send(with_form(&world, form).body(meta).sign()).await;
        response.answers(&rows::PARAMETER_WRONG);
        assert_eq!(response.json()["detail"]["field"], field);
    }
    for name in ["x".repeat(124) + ".png", "会".repeat(124) + ".png"] {
        assert_eq!(world.send(world.upload(&name, PNG).sign()).await.status, 200);
    }
}

#[tokio::test]
async fn file_rows() {
    let world = TestService::new().await;
    let largest = [PNG, &vec![0; (2 << 20) - PNG.len()]].concat();
    assert_eq!(world.send(world.upload("a.png", &largest).sign()).await.status, 200);
    let wrong_digest = {
        let meta = json!({ "filename": "card.png", "sha256": "0".repeat(64) }).to_string().into_bytes();
        with_form(&world, form(&[("meta", None, &meta), ("file", None, PNG)])).body(meta)
    };
    for (draft, row) in [
        (world.upload("a.png", b""), &rows::FILE_EMPTY),
        (world.upload("a.png", &[&largest[..], b"!"].concat()), &rows::FILE_TOO_LARGE),
        (world.upload("a.gif", b"GIF89a"), &rows::FILE_TYPE_UNKNOWN),
        (world.upload("a.jpg", PNG), &rows::FILE_TYPE_UNKNOWN),
        (world.upload("a", PNG), &rows::FILE_TYPE_UNKNOWN),
        (wrong_digest, &rows::FILE_DIGEST_WRONG),
    ] {
        let response = world.send(draft.sign()).await;
        response.answers(row);
        response.signed_as(Scheme::Merchant);
    }
    assert_eq!(pictures(&world).await.len(), 1);
}

/// An upload may be three times as large as any other body.
#[tokio::test]
async fn a_form_of_more_than_3_mib_is_too_large() {
    let world = TestService::new().await;
    let around = form(&[("meta", None, &meta()), ("file", None, b"")]).len();
    let of_size = |size: usize| {
        let file = vec![0; size - around];
        with_form(&world, form(&[("meta", None, &meta()), ("file", None, &file)]))
    };
    let response = world.send(of_size(3 << 20).sign()).await;
    response.answers(&rows::FILE_TOO_LARGE);
    let response = world.send(of_size((3 << 20) + 1).sign()).await;
    response.answers(&rows::BODY_TOO_LARGE);
    response.unsigned();
    assert_eq!(response.header("connection"), "close");
}

#[tokio::test]
async fn an_upload_is_verified_and_counted_like_any_call() {
    let world = TestService::with_policy(|policy| policy.rate_limit = RateLimit::DOCUMENTED).await;
    world.send(world.upload("a.png", PNG).bare()).await.answers(&rows::AUTHORIZATION_MISSING);
    let request = world.upload("a.png", PNG).by_brand().sign();
    world.send(request).await.answers(&rows::SCHEME_WRONG);
    let forged = world.upload("a.png", PNG).with(|draft| draft.key = &BRAND);
    world.send(forged.sign()).await.answers(&rows::SIGNATURE_MISMATCH);
    assert_eq!(pictures(&world).await.len(), 0);
    for _ in 0..10 {
        assert_eq!(world.send(world.upload("a.png", PNG).sign()).await.status, 200);
    }
    world.send(world.upload("a.png", PNG).sign()).await.answers(&rows::FREQUENCY_LIMITED);
    // A download uses no quota and needs no Authorization.
    let url = format!("/media/{}", pictures(&world).await[0].file_name());
    for _ in 0..30 {
        let request = look(Method::GET, &url);
        assert!(!request.headers().contains_key(AUTHORIZATION));
        assert_eq!(world.send(request).await.status, 200);
    }
}

/// A card's picture must have been uploaded, have the address from the upload's response, be JPG or PNG, and be smaller
/// than 1 MB.
#[tokio::test]
async fn content_rejected() {
    let world = TestService::new().await;
    let template = world.template().await;
    let url = template["card_picture_url"].as_str().unwrap();
    let upload = async |name: &str, picture: &[u8]| {
        let response = world.send(world.upload(name, picture).sign()).await;
        response.json()["media_url"].as_str().unwrap().to_owned()
    };
    let megabyte = [PNG, &vec![0; (1 << 20) - PNG.len()]].concat();
    let rejected = [
        "https://example.com/card.png".to_owned(),
        url.replace("127.0.0.1:7080", "127.0.0.1:7081"),
        url.replace(".png", ".jpg"),
        format!("{}/{}.png", url.rsplit_once('/').unwrap().0, "0".repeat(32)),
        upload("a.bmp", b"BM...").await,
        upload("a.png", &megabyte).await,
        "x".repeat(256),
    ];
    for url in rejected {
        let draft =
            world.by_hand::<CreateCardTemplate>(&merged(&template, &json!({ "card_picture_url": url })));
        world.send(draft.sign()).await.answers(&rows::CONTENT_REJECTED);
    }
    let below = upload("a.png", &megabyte[..megabyte.len() - 1]).await;
    world.done::<CreateCardTemplate>(&merged(&template, &json!({ "card_picture_url": below }))).await;
}

#[tokio::test]
async fn the_public_url_stands_before_the_pictures() {
    let world = TestService::with_policy(|policy| {
        policy.public_url = PublicUrl::new("https://shop.example/cards/").unwrap();
    })
    .await;
    world.business.advance(SignedDuration::from_hours(1));
    let url = world.picture().await;
    assert!(url.starts_with("https://shop.example/cards/media/"), "{url}");
    world.create_template(&json!({})).await;
}

/// A picture's URL has the main listener's address and port, and the backup listener serves the picture, too.
#[tokio::test]
async fn a_picture_is_found_where_the_sandbox_listens() {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let any = Some("127.0.0.1:0".parse().unwrap());
    let addresses = Addresses { main: any, backup: any, operations: any, ..Addresses::default() };
    let options = Options { addresses, ..Options::default() };
    let sandbox = sandbox::open(folder.path(), Env::system(), options).await.unwrap();
    let kit = sandbox.kit().clone();
    let value = |name: &str| kit.value(name).unwrap().to_owned();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(sandbox.run(async {
        let _ = stopped.await;
    }));
    let client = ruhui::Client::partner(
        value("RUHUI_MCHID"),
        value("RUHUI_SERIAL_NO"),
        value("RUHUI_PRIVATE_KEY"),
        value("RUHUI_WECHATPAY_PUBLIC_KEY_ID"),
        value("RUHUI_WECHATPAY_PUBLIC_KEY"),
    );
    let client = client.unwrap().hosts(value("RUHUI_BASE_URL"), value("RUHUI_BACKUP_URL")).build().unwrap();

    let url = client.upload_image("card.png", PNG).await.unwrap().media_url.to_string();
    let path = url.strip_prefix(&value("RUHUI_BASE_URL")).unwrap();
    assert!(path.starts_with("/media/"), "{url}");
    for host in ["RUHUI_BASE_URL", "RUHUI_BACKUP_URL"] {
        let address = value(host).strip_prefix("http://").unwrap().to_owned();
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        assert!(response.starts_with(b"HTTP/1.1 200 OK\r\n") && response.ends_with(PNG), "{host}");
    }
    stop.send(()).unwrap();
    running.await.unwrap();
}

//! One test for each error row of an upload or a card's picture, with its name.

use super::*;
use crate::domain::sample;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
const JPG: &[u8] = b"\xff\xd8\xff\xe0 and so on";
const BMP: &[u8] = b"BM and so on";

fn upload(filename: &str, file: &[u8]) -> Result<ImageKind, &'static Row> {
    check_upload(filename, &hex::encode(digest(file)), file)
}

fn public_url() -> PublicUrl {
    PublicUrl::new("https://shop.example").unwrap()
}

fn media(kind: ImageKind, size: usize) -> Media {
    let uploader = Caller::Merchant(sample::mchid());
    Media::new("0".repeat(32), kind, uploader, sample::seconds(0), &vec![0; size])
}

#[test]
fn the_three_kinds_pass_under_their_names() {
    for (filename, file, kind) in [
        ("a.png", PNG, ImageKind::Png),
        ("卡面.PNG", PNG, ImageKind::Png),
        ("a.jpg", JPG, ImageKind::Jpg),
        ("a.b.JPeG", JPG, ImageKind::Jpg),
        (".bmp", BMP, ImageKind::Bmp),
    ] {
        assert_eq!(upload(filename, file), Ok(kind), "{filename}");
    }
    let digest = hex::encode_upper(digest(PNG));
    assert_eq!(check_upload("a.png", &digest, PNG), Ok(ImageKind::Png));
}

#[test]
fn file_empty() {
    assert_eq!(upload("a.png", b""), Err(&rows::FILE_EMPTY));
}

#[test]
fn file_too_large() {
    let mut file = PNG.to_vec();
    file.resize(LARGEST, 0);
    assert_eq!(upload("a.png", &file), Ok(ImageKind::Png));
    file.push(0);
    assert_eq!(upload("a.png", &file), Err(&rows::FILE_TOO_LARGE));
}

#[test]
fn file_type_unknown() {
    for (filename, file) in [
        ("a.gif", b"GIF89a".as_slice()),
        ("a.png", b"GIF89a"),
        ("a.gif", PNG),
        ("a.jpg", PNG),
        ("a.png", JPG),
        ("a.bmp", JPG),
        ("png", PNG),
        ("a.png.exe", PNG),
        ("a.png", &PNG[..7]),
    ] {
        assert_eq!(upload(filename, file), Err(&rows::FILE_TYPE_UNKNOWN), "{filename}");
    }
}

#[test]
fn file_digest_wrong() {
    for sha256 in ["0".repeat(64), hex::encode(digest(JPG)), hex::encode(digest(PNG))[..63].to_owned()] {
        assert_eq!(check_upload("a.png", &sha256, PNG), Err(&rows::FILE_DIGEST_WRONG));
    }
}

#[test]
fn content_rejected() {
    let check = |url: &str, picture: Option<&PictureFacts>| {
        check_card_picture(&Text::new(url).unwrap(), picture, &public_url()).map_err(|row| row.id)
    };
    let png = facts(ImageKind::Png, 1000);
    let url = public_url().of(&png);
    assert_eq!(check(url.as_str(), Some(&png)), Ok(()));
    assert_eq!(check(url.as_str(), Some(&facts(ImageKind::Png, LARGEST_FOR_CARD - 1))), Ok(()));

    let rejected = Err(rows::CONTENT_REJECTED.id);
    assert_eq!(check(url.as_str(), None), rejected, "not uploaded");
    assert_eq!(check(url.as_str(), Some(&facts(ImageKind::Jpg, 1000))), rejected, "another extension");
    assert_eq!(check(url.as_str(), Some(&facts(ImageKind::Png, LARGEST_FOR_CARD))), rejected, "1 MB");
    let bmp = facts(ImageKind::Bmp, 1000);
    assert_eq!(check(public_url().of(&bmp).as_str(), Some(&bmp)), rejected, "a bitmap");
    let elsewhere = url.as_str().replace("shop", "other");
    assert_eq!(check(&elsewhere, Some(&png)), rejected, "another host");
}

fn facts(kind: ImageKind, size: usize) -> PictureFacts {
    PictureFacts::from(&media(kind, size))
}

#[test]
fn the_id_stands_in_the_url() {
    let id = "0123456789abcdefghijKLMNOPQRSTUV";
    let of = |url: &str| public_url().media_id(&Text::new(url).unwrap()).map(ToOwned::to_owned);
    assert_eq!(of(&format!("https://shop.example/media/{id}.png")).as_deref(), Some(id));
    for url in [
        format!("https://shop.example/media/{id}"),
        format!("https://shop.example/media/{id}0.png"),
        format!("https://shop.example/media/x/{id}.png"),
        format!("https://shop.example/{id}.png"),
        format!("https://shop.example.evil/media/{id}.png"),
        format!("http://shop.example/media/{id}.png"),
        "https://shop.example/media/.png".to_owned(),
    ] {
        assert_eq!(of(&url), None, "{url}");
    }
}

#[test]
fn a_public_url_is_a_full_address() {
    for (text, kept) in [
        ("http://127.0.0.1:7080", "http://127.0.0.1:7080"),
        ("https://shop.example/", "https://shop.example"),
        ("https://shop.example/card/", "https://shop.example/card"),
    ] {
        assert_eq!(PublicUrl::new(text).unwrap().as_str(), kept);
    }
    let long = format!("https://shop.example/{}", "x".repeat(180));
    for text in ["", "shop.example", "ftp://shop.example", "https://shop.example?a=1", "https://", &long] {
        assert!(PublicUrl::new(text).is_err(), "{text}");
    }
}

#[test]
fn a_picture_is_kept_as_it_came_and_not_shown() {
    let media = Media::new(
        "0".repeat(32),
        ImageKind::Png,
        Caller::Merchant(sample::mchid()),
        sample::seconds(0),
        PNG,
    );
    assert_eq!(media.file().as_deref(), Some(PNG));
    assert_eq!(format!("{media:?}"), format!("Media({}.png, {} bytes)", "0".repeat(32), PNG.len()));
}

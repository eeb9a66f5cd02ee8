use super::*;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use proptest::prelude::*;

const META: &str = r#"{"filename":"a.png","sha256":"00"}"#;

fn headers(content_type: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
    headers
}

/// Makes a part, with its boundary.
fn part(disposition: &str, content: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
}

fn meta() -> String {
    part(r#"name="meta""#, META)
}

fn file() -> String {
    part(r#"name="file"; filename="a.png""#, "PNG")
}

fn form() -> String {
    meta() + &file() + "--B--\r\n"
}

struct Outcome {
    meta: bool,
    file: bool,
    meant: bool,
    oddities: Vec<&'static str>,
}

fn outcome(content_type: &str, body: &str) -> Outcome {
    let headers = headers(content_type);
    let upload = read(&headers, body.as_bytes());
    let is_meta = |text: Option<&[u8]>| text.inspect(|text| assert_eq!(*text, META.as_bytes())).is_some();
    Outcome {
        meta: is_meta(upload.meta),
        file: upload.file.is_some(),
        meant: is_meta(upload.meant),
        oddities: upload.oddities.iter().map(|oddity| oddity.text().id).collect(),
    }
}

const B: &str = "multipart/form-data; boundary=B";

#[test]
fn forms_as_clients_write_them_are_read() {
    let file_first = file() + &meta() + "--B--";
    let with_others = meta() + &part("name=x", "y") + &file() + "--B--\r\nan epilogue";
    let forms = [
        (B, form()),
        ("multipart/form-data; charset=UTF-8; boundary=B", form()),
        ("Multipart/Form-Data; Boundary= B ", form()),
        (B, file_first),
        (B, with_others),
        (B, format!("a preamble\r\n{}", form())),
        (B, format!("\r\n{}", form())),
        (B, form().replace("--B\r\n", "--B \t\r\n")),
        (B, form().replace("name=\"meta\"", "name=meta")),
        (B, form().replace("form-data; name=\"meta\"", "form-data;\r\n name=\"meta\"")),
        (B, form().replace("Content-Disposition: ", "content-disposition:")),
        (B, form().replace("\r\n\r\n{", "\r\nContent-Type: application/json\r\nX\r\n\r\n{")),
        (B, form().replace("a.png\"\r", "图\\\"片; name=meta.png\"\r")),
        (B, form().replace("PNG", "P\r\n--BN\r\n--\nG")),
        (B, form().replace("form-data; name", "form-data; Content-Transfer-Encoding: binary; name")),
    ];
    for (content_type, body) in forms {
        let outcome = outcome(content_type, &body);
        assert!(outcome.meta && outcome.file && outcome.oddities.is_empty(), "{body} {:?}", outcome.oddities);
    }
}

#[test]
fn a_content_type_without_a_boundary_is_read_from_the_first_line() {
    for content_type in
        ["multipart/form-data", "multipart/form-data; charset=utf-8", "multipart/form-data; boundary="]
    {
        let outcome = outcome(content_type, &form());
        assert!(outcome.meta && outcome.file, "{content_type}");
        assert_eq!(outcome.oddities, ["upload_boundary_missing"]);
    }
    // The other rules hold too.
    let outcome =
        outcome("multipart/form-data", &form().replace("name=\"meta\"", "name=\"meta\"; filename=\"m\""));
    assert_eq!(outcome.oddities, ["upload_boundary_missing", "upload_meta_has_file_name"]);
}

#[test]
fn forms_that_the_service_does_not_read_are_named() {
    let cases: [(&str, String, &str, bool); 23] = [
        ("multipart/form-data; boundary=\"B\"", form(), "upload_boundary_quoted", true),
        ("multipart/form-data; boundary=\"B", form(), "upload_boundary_quoted", true),
        (
            "multipart/form-data; boundary=\"B",
            format!("a preamble\r\n{}", form()),
            "upload_boundary_quoted",
            true,
        ),
        ("multipart/form-data; boundary=\"B\"; charset=utf-8", form(), "upload_boundary_quoted", true),
        ("application/json", form(), "upload_not_form", true),
        ("multipart/mixed; boundary=B", form(), "upload_not_form", true),
        ("application/json", META.to_owned(), "upload_not_form", false),
        ("multipart/form-data; boundary=C", form(), "upload_boundary_not_in_body", true),
        ("multipart/form-data; boundary=--B", form(), "upload_boundary_not_in_body", true),
        ("multipart/form-data; boundary='B'", form(), "upload_boundary_not_in_body", true),
        (B, META.to_owned(), "upload_no_parts", false),
        ("multipart/form-data", META.to_owned(), "upload_no_parts", false),
        (B, "name=meta&file=x".to_owned(), "upload_no_parts", false),
        (B, form().replace("\r\n", "\n"), "upload_line_feeds_only", true),
        (B, form().replace("--B--\r\n", ""), "upload_cut_off", true),
        (B, form().replace("--B--\r\n", "--B"), "upload_cut_off", true),
        (B, form().replace("--B--\r\n", "--B\r\n"), "upload_cut_off", true),
        (B, meta() + &form(), "upload_part_twice", true),
        (B, file() + &form(), "upload_part_twice", true),
        (B, form().replace("\"meta\"", "\"metadata\""), "upload_no_meta", false),
        (B, "--B--\r\n".to_owned(), "upload_no_meta", false),
        (
            B,
            form().replace("\"meta\"", "\"meta\"; filename=\"meta.json\""),
            "upload_meta_has_file_name",
            true,
        ),
        (B, form().replace("\"meta\"", "\"meta\"; filename*=utf-8''m"), "upload_meta_has_file_name", true),
    ];
    for (content_type, body, id, meant) in cases {
        let outcome = outcome(content_type, &body);
        assert!(!outcome.meta && !outcome.file, "{id} {body}");
        assert_eq!(outcome.oddities.first(), Some(&id), "{body}");
        assert_eq!(outcome.meant, meant, "{id} {body}");
    }
    assert_eq!(read(&HeaderMap::new(), form().as_bytes()).oddities[0].text().id, "upload_not_form");
    assert_eq!(read(&headers(B), b"").oddities, [Oddity::Empty]);
}

#[test]
fn an_empty_content_type_counts_as_missing() {
    let mut headers = headers("");
    assert_eq!(read(&headers, form().as_bytes()).oddities, [Oddity::NotForm { content_type: String::new() }]);
    headers.append(CONTENT_TYPE, HeaderValue::from_static(B));
    assert_eq!(read(&headers, form().as_bytes()).meta, Some(META.as_bytes()));
}

#[test]
fn what_is_wrong_with_the_file_leaves_meta_readable() {
    let without_file = meta() + "--B--";
    let empty = form().replace("PNG", "");
    let without_name = form().replace("; filename=\"a.png\"", "");
    let empty_without_name = without_name.replace("PNG", "");
    let base64 = form().replace("\"a.png\"\r\n", "\"a.png\"\r\nContent-Transfer-Encoding: base64\r\n");
    for (body, oddity, effect) in [
        (without_file, "upload_no_file", Effect::NoFile),
        (empty, "upload_file_empty", Effect::NoFile),
        (empty_without_name, "upload_file_empty", Effect::NoFile),
        (without_name, "upload_file_has_no_name", Effect::Accepted),
        (base64, "upload_part_encoded", Effect::Accepted),
    ] {
        let outcome = outcome(B, &body);
        assert!(outcome.meta, "{body}");
        assert_eq!(outcome.oddities, [oddity]);
        assert_eq!(read(&headers(B), body.as_bytes()).oddities[0].effect(), effect);
    }
}

#[test]
fn an_empty_part_is_empty_however_its_line_ends_are_shared() {
    let body = "--B\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n--B\r\n--B--";
    let upload = read(&headers(B), body.as_bytes()).meta;
    assert_eq!(upload, Some(&b""[..]));
}

#[test]
fn what_came_is_shown_cut_and_the_content_is_not() {
    let upload = read(&headers("application/json"), b"secret");
    assert_eq!(
        upload.oddities[0].to_string(),
        "the Content-Type header of an upload must be multipart/form-data: `application/json`"
    );
    let body = form().replace("\"meta\"", "\"me\u{1b}[31mta\"");
    let upload = read(&headers(B), body.as_bytes());
    assert_eq!(format!("{:#}", upload.oddities[0]), "表单中没有名为 `meta` 的部分：`me[31mta`, `file`");
    let body = form().replace("\"meta\"", &format!("\"{}\"", "长".repeat(500)));
    assert!(read(&headers(B), body.as_bytes()).oddities[0].to_string().len() < 400);
    assert!(!format!("{:?}", read(&headers(B), form().as_bytes())).contains("sha256"));
}

#[test]
fn every_oddity_has_its_own_name_and_both_languages() {
    let mut ids: Vec<_> = Oddity::TEXTS.iter().map(|text| text.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Oddity::TEXTS.len());
    for OddityText { name, advice, .. } in Oddity::TEXTS {
        for (en, zh) in [name, advice] {
            assert!(en.is_ascii() && !zh.is_ascii(), "{en} {zh}");
        }
    }
}

/// The largest upload that the service accepts, made of the pieces that take longest. If the time grew with
/// the square of the length, this test would not end.
#[test]
fn three_mebibytes_of_anything_are_read_in_one_pass() {
    for piece in ["\r\n--B", "\r\n--B\r\n", "\r\n--", "\r\n\r\n", "\r\n a:b", ";a=\"", "=\\\"", "a=;", "-"] {
        for start in [
            "",
            "--B\r\nContent-Disposition: form-data",
            "--B\r\nContent-Disposition: form-data; name=\"meta\"",
        ] {
            let body =
                [start.as_bytes(), &piece.as_bytes().repeat((3 << 20) / piece.len()), b"\r\n--B--"].concat();
            read(&headers(B), &body);
            read(&headers("multipart/form-data"), &body);
        }
    }
}

/// Random bytes in which every meaningful sequence is frequent.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] =
        &["--B", "--", "\r\n", "\n", "\"", "\\", ";", "=", ":", " ", "name", "meta", "file", "filename*"];
    let piece = prop_oneof![
        proptest::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        Just(b"Content-Disposition: form-data; name=\"meta\"\r\n\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read(body in bytes(), boundary in "B|\"B\"|C|", kind in "multipart/form-data|text/plain") {
        let headers = headers(&format!("{kind}; boundary={boundary}"));
        let upload = read(&headers, &body);
        // Only the oddities decide whether `meta` is read.
        let is_rejected = upload.oddities.iter().any(|oddity| oddity.effect() == Effect::NoMeta);
        prop_assert_eq!(upload.meta.is_none(), is_rejected);
        prop_assert!(upload.meta.is_some() || upload.file.is_none());
    }

    #[test]
    fn what_is_written_is_read(content in proptest::collection::vec(any::<u8>(), 0..200), swapped: bool) {
        let file = [b"--B0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n", &content[..], b"\r\n"].concat();
        let meta = b"--B0undary\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n".to_vec();
        let parts = if swapped { [file, meta] } else { [meta, file] };
        let body = [parts.concat(), b"--B0undary--".to_vec()].concat();
        let headers = headers("multipart/form-data; boundary=B0undary");
        let upload = read(&headers, &body);
        prop_assert_eq!(upload.meta, Some(&b"{}"[..]));
        prop_assert_eq!(upload.file, Some(&content[..]));
    }
}

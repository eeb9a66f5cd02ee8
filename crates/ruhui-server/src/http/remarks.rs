//! Remarks in the log of a sandbox on the form of a verified request. They name members that are accepted and
//! ignored, and suggest a known name for an unknown one.
//!
//! A remark names members and headers. It never shows their values.

use crate::service::Service;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::request::Parts;
use ruhui_core::api::Document;
use ruhui_core::api::earlier::{self, Earlier};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::head;
use ruhui_core::sign::{Authorization, header};
use ruhui_core::wire::{UnusedMember, UnusedReason};

/// Maximum number of remarks about one request.
const MOST: usize = 20;

/// Writes the remarks about one request to the log, in a sandbox only.
pub(super) fn log(service: &Service, parts: &Parts, remarks: impl IntoIterator<Item = Bilingual>) {
    if !service.diagnose {
        return;
    }
    let (method, path) = (&parts.method, parts.uri.path());
    for remark in remarks.into_iter().take(MOST) {
        tracing::warn!("{method} {path}: {remark} / {remark:#}");
    }
}

/// The remark on the serial number of a verified caller, if it is written in an unusual form.
pub(super) fn of_serial(parts: &Parts, authorization: &Authorization) -> Option<Bilingual> {
    let written = head::text(&parts.headers, http::header::AUTHORIZATION)?;
    (!written.contains(authorization.serial_no().as_str())).then(|| {
        Bilingual::new(
            "serial_no is in lower case; it is accepted, since case does not count. The documents write it in upper case.",
            "serial_no 为小写，比较时不区分大小写，因此已接受。官方文档使用大写。",
        )
    })
}

/// The remarks on headers of a verified request that ask for a treatment of the body which the service ignores.
pub(super) fn of_head(headers: &HeaderMap) -> Vec<Bilingual> {
    let mut remarks = Vec::new();
    let encoding =
        head::text(headers, CONTENT_ENCODING).filter(|encoding| !encoding.eq_ignore_ascii_case("identity"));
    if encoding.is_some() {
        remarks.push(Bilingual::new(
            "the header Content-Encoding is ignored: the signature covers the bytes as sent, and they are read as JSON. Send the body uncompressed.",
            "已忽略 Content-Encoding 请求头：签名针对实际发送的字节，且请求包体按 JSON 解析。请勿压缩请求包体。",
        ));
    }
    let charset = head::text(headers, CONTENT_TYPE).and_then(charset);
    if charset.is_some_and(|charset| !["utf-8", "utf8"].iter().any(|utf8| charset.eq_ignore_ascii_case(utf8)))
    {
        remarks.push(Bilingual::new(
            "the charset of the header Content-Type is ignored: JSON is read as UTF-8. Send UTF-8.",
            "已忽略 Content-Type 请求头中的 charset：JSON 按 UTF-8 解析。请使用 UTF-8 编码。",
        ));
    }
    if head::values(headers, header::SERIAL).nth(1).is_some() {
        remarks.push(Bilingual::new(
            "the header Wechatpay-Serial occurs more than once; the first one is used. Send it once.",
            "Wechatpay-Serial 请求头重复，已使用第一个。请只发送一个。",
        ));
    }
    remarks
}

fn charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.next().map(|(_, value)| value.trim().trim_matches('"'))
}

/// The remark on a member that the endpoint of this name and document does not read, with the reason.
pub(super) fn of_member(endpoint: &str, document: Document, unread: &UnusedMember) -> Bilingual {
    let UnusedMember { source, name, .. } = unread;
    let source = shown(source);
    let page = document.page;
    let unknown_en = format!("{source} is not defined by the document of this endpoint ({page})");
    let unknown_zh = format!("{source} 未在该接口的文档（{page}）中定义");
    match (&unread.why, earlier::find(endpoint, name)) {
        (UnusedReason::Undefined { .. }, Some(Earlier { edition, now: Some(now), .. })) => Bilingual::new(
            format!("{unknown_en}. It is from the edition of {edition}; the current edition calls it {now}."),
            format!("{unknown_zh}。它是 {edition} 版本的参数，现行版本为 {now}。"),
        ),
        (UnusedReason::Undefined { .. }, Some(Earlier { edition, now: None, .. })) => Bilingual::new(
            format!(
                "{unknown_en}. It is from the edition of {edition}; the current edition has no such parameter."
            ),
            format!("{unknown_zh}。它是 {edition} 版本的参数，现行版本已删除。"),
        ),
        (UnusedReason::Undefined { similar: Some(similar) }, None) => Bilingual::new(
            format!("{unknown_en}. Did you mean {similar}?"),
            format!("{unknown_zh}。是否应为 {similar}？"),
        ),
        (UnusedReason::Undefined { similar: None }, None) => {
            Bilingual::new(format!("{unknown_en}."), format!("{unknown_zh}。"))
        }
        (UnusedReason::Elsewhere { place }, _) => Bilingual::new(
            format!("{source} is ignored: the current edition has it as {place}."),
            format!("{source} 已忽略：现行文档中该参数为 {place}。"),
        ),
        // This arm covers a new variant of `UnusedReason` until the variant has its text.
        (_, _) => Bilingual::new(
            format!(
                "{source} is ignored: the document ({page}) has the name, but a request cannot set or change it."
            ),
            format!("{source} 已忽略：文档（{page}）中有此名称，但请求不能设置或修改它。"),
        ),
    }
}

/// A name that the caller has chosen, cut to a readable length and without the control characters that move a
/// terminal's cursor.
fn shown(source: &str) -> String {
    source
        .chars()
        .take(200)
        .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use http::header::AUTHORIZATION;
    use ruhui_core::api::Endpoint;
    use ruhui_core::api::card_member::{
        CreatePreAuthToken, CreateUserFeed, ModifyCardTemplate, ModifyUserCard, OpenUserCardToken,
    };
    use ruhui_core::wire::{self, UnknownMembers};

    /// The remarks about a request in English; each has a Chinese text too.
    fn remarks<E: Endpoint>(path: &[(&str, &str)], query: &str, body: &str) -> Vec<String> {
        let read = wire::read::<E>(path, Some(query), body.as_bytes(), None, UnknownMembers::Reject);
        let remarks = read.unread.iter().map(|unread| of_member(E::NAME, E::DOCUMENT, unread));
        remarks
            .map(|remark| {
                let (en, zh) = (remark.en(), remark.zh());
                assert!(en.is_ascii() && en.ends_with(['.', '?']), "{en}");
                assert!(!zh.is_ascii() && zh.ends_with(['。', '？']), "{zh}");
                en.to_owned()
            })
            .collect()
    }

    #[test]
    fn a_name_of_a_stranger_is_cut_and_cannot_write_lines() {
        let shown = shown(&format!("/body/a\n\u{1b}[31m{}", "x".repeat(1_000)));
        assert!(shown.starts_with("/body/a\\n\\u{1b}[31mx") && shown.len() < 220, "{shown}");
    }

    #[test]
    fn a_misspelt_member_is_told_what_was_meant() {
        assert_eq!(
            remarks::<OpenUserCardToken>(&[], "", r#"{"brandid":"1","card_id":"c","openid":"o","x":1}"#),
            [
                "/body/brandid is not defined by the document of this endpoint (4015336986). Did you mean brand_id?",
                "/body/x is not defined by the document of this endpoint (4015336986).",
            ]
        );
    }

    #[test]
    fn a_member_of_an_earlier_edition_is_told_where_it_is_now() {
        assert_eq!(
            remarks::<CreateUserFeed>(&[], "", r#"{"cell_message":"15_1"}"#),
            [
                "/body/cell_message is not defined by the document of this endpoint (4015336987). It is from the edition of 2025-07; the current edition calls it cell.",
            ]
        );
        assert_eq!(
            remarks::<CreatePreAuthToken>(&[], "", r#"{"user_card_code":"1"}"#),
            [
                "/body/user_card_code is not defined by the document of this endpoint (4015336986). It is from the edition of 2025-07-14; the current edition has no such parameter.",
            ]
        );
        assert_eq!(
            remarks::<ModifyUserCard>(&[("user_card_code", "1")], "card_id=c", "{}"),
            ["/query/card_id is ignored: the current edition has it as /body/card_id."]
        );
    }

    #[test]
    fn what_cannot_be_modified_is_said_to_be_ignored() {
        assert_eq!(
            remarks::<ModifyCardTemplate>(
                &[("card_id", "c")],
                "",
                r#"{"brand_id":"1","legal_agreement":"新"}"#
            ),
            [
                "/body/legal_agreement is ignored: the document (4015336977) has the name, but a request cannot set or change it.",
            ]
        );
    }

    #[test]
    fn headers_that_change_nothing_are_remarked_on() {
        let count = |headers: &[(&str, &str)]| {
            let mut builder = Request::builder();
            for (name, value) in headers {
                builder = builder.header(*name, *value);
            }
            let remarks = of_head(builder.body(()).unwrap().headers());
            assert!(remarks.iter().all(|remark| remark.en().is_ascii() && !remark.zh().is_ascii()));
            remarks.len()
        };
        for odd in [
            &[("content-encoding", "gzip")][..],
            &[("content-type", "application/json; charset=gbk")],
            &[("content-type", "application/json;Charset=\"GB18030\"")],
            &[("wechatpay-serial", "A"), ("wechatpay-serial", "B")],
        ] {
            assert_eq!(count(odd), 1, "{odd:?}");
        }
        for usual in [
            &[("content-type", "application/json; charset=UTF-8"), ("wechatpay-serial", "A")][..],
            &[("content-type", "application/json;charset=\"utf8\""), ("content-encoding", "identity")],
            &[("content-type", "multipart/form-data; boundary=charset")],
        ] {
            assert_eq!(count(usual), 0, "{usual:?}");
        }
    }

    #[test]
    fn a_lower_case_serial_is_remarked_on() {
        let value = |serial: &str| {
            format!(
                "WECHATPAY2-SHA256-RSA2048 mchid=\"1\",nonce_str=\"n\",signature=\"c2ln\",timestamp=\"1\",serial_no=\"{serial}\""
            )
        };
        for (serial, is_odd) in [("1dde", true), ("1DDE", false), ("1111", false)] {
            let (parts, ()) =
                Request::builder().header(AUTHORIZATION, value(serial)).body(()).unwrap().into_parts();
            let authorization = Authorization::parse(&value(serial)).unwrap();
            assert_eq!(of_serial(&parts, &authorization).is_some(), is_odd, "{serial}");
        }
    }
}

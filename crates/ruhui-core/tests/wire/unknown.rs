//! Tests members that the endpoint's page does not have, and members in a location where nothing reads them.

use crate::PLATFORM;
use crate::draw::Drawn;
use crate::every_call::{Taker, every_call};
use crate::samples::good;
use ruhui_core::api::card_member::{
    ConfirmUserCard, CreateCardTemplate, CreatePreAuthToken, CreateUserFeed, InvalidateCardTemplate,
    ListUserCards, ModifyCardTemplate, ModifyUserCard, OpenUserCardToken,
};
use ruhui_core::api::certificates::ListCertificates;
use ruhui_core::api::{Brand, Endpoint};
use ruhui_core::wire::{self, ParameterError, Reading, UnknownMembers, UnusedMember, UnusedReason};
use serde_json::{Value, json};
use std::fmt::Debug;

fn read<E: Endpoint>(path: &[(&str, &str)], query: Option<&str>, body: &Value) -> Reading<E> {
    let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
    wire::read::<E>(path, query, &body, Some(&PLATFORM.0), UnknownMembers::Reject)
}

/// Returns the members that the response lists, and asserts the rest of the response.
fn listed(fault: &ParameterError) -> Value {
    let body = fault.to_body(false);
    assert_eq!(body.code.as_str(), "PARAM_ERROR");
    assert_eq!(body.message, "请求中含有未在API文档中定义的参数", "{:?}", body.detail);
    let mut detail = body.detail.unwrap();
    let value = detail.as_object_mut().unwrap().remove("value").unwrap();
    assert_eq!(detail, json!({ "location": null }));
    assert!(fault.is_general() && fault.result_number() == 268_435_461);
    value
}

fn founding(more: Value) -> Value {
    let mut body = json!({ "brand_id": "1004", "card_id": "c", "openid": "o" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// The direct merchant's member in a partner's request, as in wechatpayv3 PR#87.
#[test]
fn every_unknown_member_is_listed_at_any_depth_and_in_arrays() {
    let more = json!({ "sub_openid": "x", "payer": { "openid": "o" }, "a/b": [{ "c": 1 }], "": 0 });
    let read = read::<OpenUserCardToken>(&[], None, &founding(more));
    let wanted = json!(["/body/sub_openid", "/body/payer", "/body/a~1b", "/body/"]);
    assert_eq!(listed(&read.call.unwrap_err()), wanted);

    let mut body = serde_json::to_value(good::<CreateCardTemplate>()).unwrap();
    body["member_information"]["jump_url"] = json!("x");
    body["user_information"] = json!({ "custom_field_list": [
        { "type": "RADIO", "name": "n", "values": ["v"] },
        { "type": "RADIO", "name": "n", "values": ["v"], "label": "l" },
    ] });
    let read = self::read::<CreateCardTemplate>(&[], None, &body);
    let wanted =
        json!(["/body/member_information/jump_url", "/body/user_information/custom_field_list/1/label"]);
    assert_eq!(listed(&read.call.unwrap_err()), wanted);
}

#[test]
fn an_unknown_query_parameter_is_listed_with_reads_and_with_writes() {
    let query = "brand_id=1&openid=o&offset=0&limit=1&sub_mch_id=1";
    let read = read::<ListUserCards>(&[], Some(query), &Value::Null);
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/query/sub_mch_id"]));
    let read = self::read::<OpenUserCardToken>(&[], Some("sub_mch_id=1&sub_mch_id=2"), &founding(json!({})));
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/query/sub_mch_id"]));
}

#[test]
fn query_and_body_are_listed_together() {
    let read = read::<OpenUserCardToken>(&[], Some("a=1&b"), &founding(json!({ "c": 1 })));
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/query/a", "/query/b", "/body/c"]));
}

/// Otherwise a misspelt required member would be reported as missing.
#[test]
fn unknown_members_come_before_what_is_missing_or_wrong() {
    let read = read::<OpenUserCardToken>(&[], None, &json!({ "brandId": "1004", "card_id": 7 }));
    let UnusedMember { why, .. } = &read.unread[0];
    assert_eq!(*why, UnusedReason::Undefined { similar: Some("brand_id") });
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/body/brandId"]));
}

#[test]
fn what_is_no_json_comes_first() {
    for body in ["{\"x\":1", "{\"x\":null}", "{\"x\":1,\"x\":2}"] {
        let fault = wire::decode::<OpenUserCardToken>(&[], None, body.as_bytes(), None).unwrap_err();
        assert!(!fault.to_string().contains("does not define"), "{fault}");
    }
}

#[test]
fn what_the_page_says_cannot_be_modified_is_ignored_and_noted() {
    let names = [
        ("appid", json!("wxea9c30890f48d5ae")),
        ("card_type", json!("NORMAL")),
        ("code_mode", json!("SYSTEM_ALLOCATE")),
        ("code_type", json!("QR_CODE")),
        ("init_level", json!("金")),
        ("legal_agreement", json!("a")),
        ("out_request_no", json!("1")),
    ];
    for (name, value) in names {
        let body = json!({ "brand_id": "1004", "card_title": "新标题", name: value });
        let read = read::<ModifyCardTemplate>(&[("card_id", "c")], None, &body);
        assert_eq!(read.call.unwrap().card_title.unwrap().as_str(), "新标题");
        let [UnusedMember { source, why, .. }] = &read.unread[..] else {
            panic!("{name}: {:?}", read.unread)
        };
        assert_eq!((source, why), (&format!("/body/{name}"), &UnusedReason::NotOfTheRequest));
    }
}

/// Earlier editions of the documents had card_id and brand_id in the query.
#[test]
fn a_name_of_the_page_in_another_place_is_ignored_and_noted() {
    let body = json!({ "brand_id": "1", "card_id": "c", "openid": "o" });
    let path = [("user_card_code", "1")];
    let read = read::<ModifyUserCard>(&path, Some("brand_id=1&card_id=c"), &body);
    assert!(read.call.is_ok());
    let places: Vec<_> = read.unread.iter().map(|unread| (unread.source.as_str(), &unread.why)).collect();
    let of_body = |name: &str| UnusedReason::Elsewhere { place: format!("/body/{name}") };
    assert_eq!(places, [("/query/brand_id", &of_body("brand_id")), ("/query/card_id", &of_body("card_id"))]);
    // A member that is only in the query is missing in the body, and the note gives the reason.
    let body = json!({ "brand_id": "1", "openid": "o" });
    let read = self::read::<ModifyUserCard>(&path, Some("card_id=c"), &body);
    assert_eq!(read.call.unwrap_err().to_string(), "/body/card_id is required");
    assert_eq!(read.unread[0].why, of_body("card_id"));
    // The path parameter's name in the body overrides nothing.
    let body = json!({ "brand_id": "1", "card_id": "c", "openid": "o", "user_card_code": "2" });
    let read = self::read::<ModifyUserCard>(&path, None, &body);
    assert_eq!(read.call.unwrap().user_card_code.as_str(), "1");
    let place = "/uri_template/user_card_code".to_owned();
    assert_eq!(read.unread[0].why, UnusedReason::Elsewhere { place });
}

#[test]
fn what_the_response_has_is_on_the_page() {
    let read = read::<OpenUserCardToken>(&[], None, &founding(json!({ "token": "t", "expire_time": [{}] })));
    assert!(read.call.is_ok());
    assert_eq!(read.unread.len(), 2);
    // An unknown name inside a misplaced member is also unknown.
    let read = self::read::<OpenUserCardToken>(&[], None, &founding(json!({ "token": [{ "x": 1 }] })));
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/body/token/0/x"]));
}

#[test]
fn names_of_earlier_editions_are_unknown() {
    let read = read::<CreatePreAuthToken>(&[], None, &founding(json!({ "user_card_code": "1" })));
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/body/user_card_code"]));
    let body = json!({ "brand_id": "1", "card_id": "c", "openid": "o", "user_card_code": "1",
        "out_request_no": "1", "cell_message": "15_1200_1" });
    let read = self::read::<CreateUserFeed>(&[], None, &body);
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/body/cell_message"]));
}

/// The pages of the brand family have no brand_id in requests, but most of their responses have it.
#[test]
fn a_brand_may_name_itself_where_its_page_has_the_name() {
    let read = read::<InvalidateCardTemplate<Brand>>(&[("card_id", "c")], None, &json!({ "brand_id": "1" }));
    assert!(read.call.is_ok() && read.unread[0].why == UnusedReason::NotOfTheRequest);
    let body = json!({ "brand_id": "1", "card_id": "c", "openid": "o" });
    let read = self::read::<CreatePreAuthToken<Brand>>(&[], None, &body);
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/body/brand_id"]));
}

#[test]
fn a_name_that_only_the_page_has_is_accepted() {
    assert!(read::<ListCertificates>(&[], Some("algorithm_type=RSA"), &Value::Null).call.is_ok());
    assert!(read::<ListCertificates>(&[], Some("algo=RSA"), &Value::Null).call.is_err());
}

#[test]
fn unknown_members_are_ignored_where_the_setting_says_so() {
    let body = serde_json::to_vec(&founding(json!({ "x": { "y": [1] } }))).unwrap();
    let read = wire::read::<OpenUserCardToken>(&[], Some("z=1"), &body, None, UnknownMembers::Accept);
    assert!(read.call.is_ok());
    let sources: Vec<_> = read.unread.iter().map(|unread| unread.source.as_str()).collect();
    assert_eq!(sources, ["/query/z", "/body/x"]);
}

/// The list of unknown members is limited, since a client can make it large. A long list or name does not hide an
/// unknown member.
#[test]
fn the_list_has_a_limit_and_nothing_passes_for_its_length() {
    let many: String = (0..5_000).map(|n| format!(",\"x{n}\":{{\"token\":1}}")).collect();
    let known = format!(",\"token\":[{}0]", "{\"token\":1},".repeat(2_000));
    let long = format!(",\"{}\":1", "x".repeat(200_000));
    for (more, wanted) in
        [(many.clone(), 1_000), (known.clone() + &many, 1_000), (known + &long, 1), (long, 1)]
    {
        let body = format!("{{\"brand_id\":\"1\",\"card_id\":\"c\",\"openid\":\"o\"{more}}}");
        let read = wire::read::<OpenUserCardToken>(&[], None, body.as_bytes(), None, UnknownMembers::Reject);
        assert_eq!(listed(&read.call.unwrap_err()).as_array().unwrap().len(), wanted);
        assert!(read.unread.len() <= 1_100);
    }
}

/// This project's requests have no unknown member, and every endpoint finds one in body and query.
#[test]
fn every_call_finds_an_unknown_member_and_sends_none() {
    struct Tries;
    impl Taker for Tries {
        fn take<E: Endpoint + Drawn + Clone + PartialEq + Debug>(&mut self) {
            let call = good::<E>();
            let encoded = wire::encode(&call, Some(&PLATFORM.1)).unwrap();
            let query = encoded.target.split_once('?').map(|(_, query)| query.to_owned());
            let fields = serde_json::to_value(&call).unwrap();
            let path: Vec<(&str, &str)> = E::PATH
                .split('/')
                .filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
                .map(|name| (name, fields[name].as_str().unwrap_or("1")))
                .collect();
            let read = |query: Option<&str>, body: &[u8]| {
                wire::read::<E>(&path, query, body, Some(&PLATFORM.0), UnknownMembers::Reject)
            };
            let right = read(query.as_deref(), &encoded.body);
            assert!(right.call.is_ok() && right.unread.is_empty(), "{}: {:?}", E::NAME, right.unread);
            let with = query.map_or_else(|| "no_such=1".to_owned(), |query| query + "&no_such=1");
            let fault = read(Some(&with), &encoded.body).call.unwrap_err();
            assert_eq!(listed(&fault), json!(["/query/no_such"]), "{}", E::NAME);
        }
    }
    every_call(&mut Tries);
}

#[test]
fn a_confirmation_with_an_older_members_name_is_told_where_it_stands() {
    let body = json!({ "brand_id": "1", "card_id": "c", "openid": "o",
        "user_card_confirm_state": "CREATE_CARD_SUCCESS", "confirm_state": "x" });
    let read = read::<ConfirmUserCard>(&[("user_card_code", "1")], None, &body);
    assert_eq!(listed(&read.call.unwrap_err()), json!(["/body/confirm_state"]));
}

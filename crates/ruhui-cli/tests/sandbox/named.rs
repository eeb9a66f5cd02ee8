//! Tests of `ruhui call` with the names of endpoints, against a running sandbox.

use crate::running::*;
use serde_json::Value;
use std::path::Path;

const CARD: &str = "card_id=pbLatjvWOibDc5-TBnbUk1pD12o0";
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

fn call(here: &Path, words: &[&str]) -> Said {
    say(here, &[&["call"], words].concat())
}

#[test]
fn either_family_goes_by_the_same_names() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    for family in [&[] as &[&str], &["--family", "brand"]] {
        let said = call(place.path(), &[&["query_card_template", CARD], family].concat());
        assert!(said.stderr.starts_with("200 OK Request-ID "), "{said:?}");
        let template: Value = serde_json::from_str(&said.good()).unwrap();
        assert_eq!(template["brand_id"], "1004", "the kit's brand");
        let list = ["list_card_templates", "offset=0", "limit=1", "-o", "json"];
        let listed = call(place.path(), &[&list, family].concat()).json();
        assert_eq!(listed["status"], 200);
        assert!(listed["request_id"].is_string());
        assert_eq!(listed["body"]["data"].as_array().unwrap().len(), 1);
    }
    let by_name = call(place.path(), &["brand_query_card_template", CARD]).good();
    assert!(by_name.contains("\"brand_id\": \"1004\""), "{by_name}");
    let other = call(place.path(), &["query_card_template", CARD, "brand_id=1006"]).error();
    assert!(other.starts_with("rejected: 403 NO_AUTH: "), "{other}");
    sandbox.stop();
}

/// Ids that a request requires and lacks come from the kit, the environment or an option, but none that would end
/// the kit's template or make the kit's user a member.
#[test]
fn missing_ids_come_from_the_kit_or_an_option() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let card = |more: &[&str]| {
        let said = call(place.path(), &[&["query_card_template", "--pick", "card_id"], more].concat());
        said.good().trim().to_owned()
    };
    assert_eq!(card(&[]), "pbLatjvWOibDc5-TBnbUk1pD12o0");
    assert_eq!(card(&["--card-id", "pInvalidTemplate000000000001"]), "pInvalidTemplate000000000001");
    let variable = ruhui(place.path(), &["call", "query_card_template", "--pick", "card_id"])
        .env("RUHUI_CARD_ID", "pInvalidTemplate000000000001")
        .output()
        .unwrap();
    assert_eq!(variable.stdout, b"pInvalidTemplate000000000001\n");
    let given = ["card_id=pInvalidTemplate000000000001", "--card-id", "pbLatjvWOibDc5-TBnbUk1pD12o0"];
    assert_eq!(card(&given), "pInvalidTemplate000000000001", "a field comes before an option");
    call(place.path(), &["create_pre_auth_token", "--family", "brand"]).good();

    let kept = call(place.path(), &["invalidate_card_template"]).error();
    assert!(kept.starts_with("card_id is missing; "), "{kept}");
    let kept = call(place.path(), &["import_user_card_by_openid", "user_card_code=1"]).error();
    assert!(kept.starts_with("openid is missing; "), "{kept}");
    sandbox.stop();
}

#[test]
fn a_picture_is_uploaded_and_put_on_a_card() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    std::fs::write(place.path().join("card.png"), PICTURE).unwrap();
    let upload = |more: &[&str]| call(place.path(), &[&["upload_image", "file=@card.png"], more].concat());
    for family in ["partner", "brand"] {
        let uploaded = upload(&["--family", family, "-o", "json"]).json();
        let picture = format!("card_picture_url={}", uploaded["body"]["media_url"].as_str().unwrap());
        let change = ["modify_card_template", CARD, &picture, "need_pinned=true", "-o", "json"];
        let changed = call(place.path(), &[&change[..], &["--family", family]].concat()).json();
        assert_eq!(changed["body"]["card_picture_url"], uploaded["body"]["media_url"]);
        assert_eq!(changed["body"]["need_pinned"], true);
    }
    let rejected = upload(&["sha256=00"]).error();
    assert!(rejected.starts_with("rejected: 403 REQUEST_BLOCKED: "), "{rejected}");
    let rejected = upload(&["--family", "brand", "file_digest=00"]).error();
    assert!(rejected.starts_with("rejected: 403 REQUEST_BLOCKED: "), "{rejected}");
    sandbox.stop();
}

/// Fields that are encrypted on the wire are typed and shown in plain text.
#[test]
fn sensitive_fields_are_typed_and_shown_plain() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let card =
        ["card_id=pMerchantCode000000000000001", "openid=oImported0000000000000000000", "user_card_code=M1"];
    let details = [
        "phone_number=13900001234",
        "user_information.common_field_list.0.name=USER_FORM_FLAG_NAME",
        "user_information.common_field_list.0.value=张三",
        "user_information.custom_field_list:=[{\"name\":\"喜好\",\"user_chosen_values\":[\"茶\"]}]",
        "brand_id=1007",
        "-o",
        "json",
    ];
    let import = [&["import_user_card_by_openid"], &card[..], &details[..]].concat();
    let imported = call(place.path(), &import).json()["body"].clone();
    let brand = ["--family", "brand", "--brand-id", "1007", "-o", "json"];
    let query = [&["query_user_card"], &card[..], &brand[..]].concat();
    let queried = call(place.path(), &query).json()["body"].clone();
    assert_eq!(imported, queried);
    assert_eq!(queried["phone_number"], "13900001234");
    assert_eq!(queried["user_information"]["common_field_list"][0]["value"], "张三");
    assert_eq!(queried["user_information"]["custom_field_list"][0]["user_chosen_values"][0], "茶");

    // A request by path decrypts nothing: the response is shown as received.
    let path = "/brand/card-member/user-cards/M1?card_id=pMerchantCode000000000000001&openid=oImported0000000000000000000";
    let raw = call(place.path(), &[&["GET", path], &brand[..]].concat()).json()["body"].clone();
    assert_eq!(raw["phone_number"].as_str().unwrap().len(), 344, "a encrypted text in Base64: {raw}");
    sandbox.stop();
}

/// The error names the field once, although both the service's message and its detail name it.
#[test]
fn a_refusal_names_its_field_once() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let path = "/v3/brand/partner/card-member/user-cards?brand_id=1004&openid=o&offset=0&limit=21";
    let error = call(place.path(), &["GET", path]).error();
    assert!(
        error.starts_with("rejected: 400 PARAM_ERROR: /query/limit must be at most 20; not signed, as "),
        "{error}"
    );
    sandbox.stop();
}

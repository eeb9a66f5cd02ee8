//! The form of the join component: its fields, and values at and over each limit.

use super::{Joining, extra_data};
use crate::visitor::HOSTILE;
use reqwest::StatusCode;

const NOT_JOINED: &str = r#"{"errcode":0,"msg":"","data":{"hasJoinCardMember":false}}"#;

/// Values for all fields that the control takes.
const GOOD: [(&str, &str); 8] = [
    ("USER_FORM_FLAG_SEX", "女"),
    ("USER_FORM_FLAG_NAME", "小会"),
    ("USER_FORM_FLAG_BIRTHDAY", "2000-02-29"),
    ("USER_FORM_FLAG_ADDRESS", "滨海大道1号"),
    ("USER_FORM_FLAG_EMAIL", "hui@example.com"),
    ("province", "广东省"),
    ("city", "深圳市"),
    ("custom:喜好", "一二三四五六七八"),
];

/// The good values, with some of them replaced.
fn with<'a>(other: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    let kept = GOOD.iter().filter(|(name, _)| !other.iter().any(|(known, _)| known == name));
    kept.copied().chain(other.iter().copied()).collect()
}

#[tokio::test]
async fn the_form_has_what_the_template_asks_for() {
    let joining = Joining::with_all_fields().await;
    let english = joining.visitor("en").open(&joining.address()).await;
    english.shows(
        StatusCode::OK,
        &["lang=\"en\"", "not WeChat", "全部字段", "Benefits", "Phone number", "Birthday", "Agree and join"],
    );
    for input in [
        "type=\"radio\" name=\"phone\" value=\"13900000000\" checked",
        "name=\"phone_typed\" type=\"tel\"",
        "name=\"USER_FORM_FLAG_SEX\" value=\"男\"",
        "name=\"USER_FORM_FLAG_NAME\" type=\"text\" maxlength=\"128\"",
        "name=\"USER_FORM_FLAG_BIRTHDAY\" type=\"date\"",
        "name=\"USER_FORM_FLAG_EMAIL\" type=\"email\" maxlength=\"128\"",
        "name=\"province\"",
        "name=\"city\"",
        "type=\"radio\" name=\"custom:喜好\" value=\"一二三四五六七八\"",
        "type=\"checkbox\" name=\"agreed\"",
    ] {
        assert!(english.text.contains(input), "{input} is missing in {}", english.text);
    }
    assert_eq!(extra_data(&english), NOT_JOINED);
    let chinese = joining.visitor("zh-CN").open(&joining.address()).await;
    chinese.shows(StatusCode::OK, &["lang=\"zh-CN\"", "并非微信", "会员权益", "手机号", "同意并开通"]);
    // The kit's template asks for nothing but the phone number.
    let plain = Joining::start().await;
    let page = plain.visitor("en").open(&plain.address()).await;
    assert!(page.text.contains("name=\"phone\"") && !page.text.contains("USER_FORM_FLAG"), "{}", page.text);
}

#[tokio::test]
async fn coupons_of_the_activity_in_force_are_shown() {
    let joining = Joining::start().await;
    let coupons: Vec<_> = (1..=7)
        .map(|number| serde_json::json!({ "product_coupon_id": format!("coupon-{number}"), "stock_id": "stock" }))
        .collect();
    let activity = serde_json::json!({ "name": "create_membership_activity", "fields": {
        "out_request_no": "a-1", "activity_channel": "MECHANT_APP_COMPONENT", "title": "入会礼", "sub_title": "两张券",
        "begin_time": "2020-01-01T00:00:00+08:00", "end_time": "2099-01-01T00:00:00+08:00", "apply_total": 5,
        "product_coupon_stock_list": coupons,
    }});
    let made = joining.sandbox.controls().post("call", &activity).await.unwrap();
    assert_eq!(made["status"], 200, "{made}");
    let page = joining.visitor("zh").open(&joining.address()).await;
    page.shows(StatusCode::OK, &["入会有礼", "入会礼", "两张券", "coupon-1", "coupon-5", "+ 2"]);
    assert!(!page.text.contains("coupon-6"), "{}", page.text);
}

#[tokio::test]
async fn values_at_each_limit_are_taken() {
    let name = "a".repeat(128);
    // 71 characters of three bytes, and one byte: 214 bytes, the most that RSA-2048 encrypts.
    let address = format!("{}a", "会".repeat(71));
    let email = format!("{}@e.cn", "a".repeat(123));
    let (province, city) = ("p".repeat(64), "c".repeat(63));
    let phone = "1".repeat(32);
    let fields = with(&[
        ("USER_FORM_FLAG_NAME", &name),
        ("USER_FORM_FLAG_ADDRESS", &address),
        ("USER_FORM_FLAG_EMAIL", &email),
        ("province", &province),
        ("city", &city),
        ("phone", "typed"),
        ("phone_typed", &phone),
    ]);
    let joining = Joining::with_all_fields().await;
    let sent = joining.agree("en", &fields).await;
    assert_eq!(sent.location.as_deref(), Some(&*joining.joined_address()), "{}", sent.text);
    let card = format!("state/user-cards/pAllFields000000000000000001/{}", joining.openid.as_str());
    let shown = joining.sandbox.controls().get(&card, &[("show_sensitive", "true")]).await.unwrap();
    let card = &shown["cards"][0]["user_card"];
    assert_eq!(card["phone_number"], phone);
    let values: Vec<&str> = card["user_information"]["common_field_list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["value"].as_str().unwrap())
        .collect();
    let place = format!("{province},{city}");
    assert_eq!(values, ["女", name.as_str(), "2000-02-29", &address, &email, &place]);
    assert_eq!(
        card["user_information"]["custom_field_list"][0]["user_chosen_values"],
        serde_json::json!(["一二三四五六七八"])
    );
}

/// Checks that a value is rejected, at its field, in both languages, and that the user can go on.
async fn is_rejected(
    fields: &[(&'static str, &str)],
    status: StatusCode,
    errcode: &str,
    marked: &str,
    texts: [&str; 2],
) {
    let joining = Joining::with_all_fields().await;
    for (language, text) in ["en", "zh"].into_iter().zip(texts) {
        let page = joining.agree(language, &with(fields)).await;
        page.shows(status, &[text, errcode, "role=\"alert\"", "aria-describedby=\"mistake\""]);
        assert_eq!(page.text.matches("id=\"mistake\"").count(), 1, "{}", page.text);
        // The mistake stands in the row of its field.
        let (before, after) = page.text.split_once("id=\"mistake\"").unwrap();
        let row = before.rfind("wrong\"").map(|start| &before[start..]).unwrap();
        assert!(row.contains(marked), "{marked} is not at the mistake: {row}");
        assert!(after.contains("</form>"), "{after}");
        let number = errcode.strip_prefix("errcode ");
        let wanted =
            number.map_or_else(|| "\"errcode\":0".to_owned(), |number| format!("\"errcode\":{number}"));
        assert!(extra_data(&page).contains(&wanted), "{}", extra_data(&page));
        // What was entered is still there.
        for (_, value) in fields.iter().filter(|(name, value)| !value.is_empty() && name.contains("FLAG")) {
            let is_line = !marked.contains("SEX");
            assert!(
                !is_line || page.text.contains(&format!("value=\"{value}\"")),
                "{value} in {}",
                page.text
            );
        }
    }
    let sent = joining.agree("en", &with(&[])).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
}

#[tokio::test]
async fn a_missing_value_is_marked_at_its_field() {
    let missing = ["Fill in this field.", "请填写此项。"];
    for (fields, marked) in [
        (&[("USER_FORM_FLAG_SEX", "")][..], "USER_FORM_FLAG_SEX"),
        (&[("USER_FORM_FLAG_NAME", " ")], "USER_FORM_FLAG_NAME"),
        (&[("USER_FORM_FLAG_BIRTHDAY", "")], "USER_FORM_FLAG_BIRTHDAY"),
        (&[("USER_FORM_FLAG_ADDRESS", "")], "USER_FORM_FLAG_ADDRESS"),
        (&[("USER_FORM_FLAG_EMAIL", "")], "USER_FORM_FLAG_EMAIL"),
        (&[("city", "")], "name=\"city\""),
        (&[("province", "")], "name=\"province\""),
    ] {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.trim())).collect();
        is_rejected(&fields, StatusCode::CONFLICT, "errcode 1302", marked, missing).await;
    }
    let phone = ["Choose or enter a phone number.", "请选择或填写手机号。"];
    let fields = [("phone", "typed"), ("phone_typed", "")];
    is_rejected(&fields, StatusCode::CONFLICT, "errcode 1301", "phone-typed", phone).await;
}

#[tokio::test]
async fn a_choice_that_is_missing_or_not_offered_is_marked() {
    let joining = Joining::with_all_fields().await;
    let without: Vec<_> = GOOD.into_iter().filter(|(name, _)| *name != "custom:喜好").collect();
    joining.agree("zh", &without).await.shows(StatusCode::CONFLICT, &["errcode 1302", "请填写此项。"]);
    for values in [&["茶"][..], &["咖啡", "一二三四五六七八"]] {
        let chosen = values.iter().map(|value| ("custom:喜好", *value));
        let fields: Vec<_> = without.iter().copied().chain(chosen).collect();
        joining.agree("en", &fields).await.shows(StatusCode::CONFLICT, &["errcode 1303", "id=\"mistake\""]);
    }
    let long: Vec<_> = without.iter().copied().chain([("custom:喜好", "一二三四五六七八九")]).collect();
    joining.agree("en", &long).await.shows(StatusCode::BAD_REQUEST, &["PARAM_ERROR", "id=\"mistake\""]);
}

#[tokio::test]
async fn a_wrong_value_is_marked_at_its_field() {
    for (field, value, texts) in [
        ("USER_FORM_FLAG_SEX", "x", ["neither 男 nor 女", "应为男或女"]),
        ("USER_FORM_FLAG_BIRTHDAY", "2001-02-29", ["birthday", "生日"]),
        ("USER_FORM_FLAG_EMAIL", "hui", ["e-mail", "邮箱"]),
    ] {
        is_rejected(&[(field, value)], StatusCode::CONFLICT, "errcode 1303", field, texts).await;
    }
}

#[tokio::test]
async fn a_value_over_its_limit_is_marked_at_its_field() {
    let bytes = ["at most 214 bytes", "最多214字节"];
    let (over, over_characters) = ("会".repeat(72), "a".repeat(129));
    for field in ["USER_FORM_FLAG_NAME", "USER_FORM_FLAG_ADDRESS"] {
        is_rejected(&[(field, &over)], StatusCode::CONFLICT, "errcode 1304", field, bytes).await;
        let characters = ["at most 128 characters", "最多128个字符"];
        is_rejected(&[(field, &over_characters)], StatusCode::BAD_REQUEST, "PARAM_ERROR", field, characters)
            .await;
    }
    is_rejected(&[("province", &over)], StatusCode::CONFLICT, "errcode 1304", "province", bytes).await;
    let phone = "1".repeat(33);
    let fields = [("phone", "typed"), ("phone_typed", &*phone)];
    is_rejected(
        &fields,
        StatusCode::BAD_REQUEST,
        "PARAM_ERROR",
        "phone-typed",
        ["at most 32 characters", "最多32个字符"],
    )
    .await;
    // The API's texts have no characters of four bytes.
    let emoji = [("USER_FORM_FLAG_NAME", "小会😀")];
    is_rejected(
        &emoji,
        StatusCode::BAD_REQUEST,
        "PARAM_ERROR",
        "USER_FORM_FLAG_NAME",
        ["is not allowed", "不允许"],
    )
    .await;
}

#[tokio::test]
async fn the_user_agrees_to_the_agreement_first() {
    let joining = Joining::start().await;
    for (language, text) in [("en", "Agree to the agreement to join."), ("zh", "请先阅读并同意协议。")]
    {
        let page = joining.visitor(language).submit(&joining.address(), &[("phone", "13900000002")]).await;
        page.shows(StatusCode::BAD_REQUEST, &[text, "value=\"13900000002\" checked"]);
        assert_eq!(extra_data(&page), NOT_JOINED);
    }
    assert_eq!(joining.agree("en", &[]).await.status, 303);
}

#[tokio::test]
async fn what_a_user_enters_runs_nothing() {
    let joining = Joining::with_all_fields().await;
    let hostile: Vec<_> = GOOD.iter().map(|(name, _)| (*name, HOSTILE)).collect();
    let fields: Vec<_> = hostile
        .into_iter()
        .chain([("phone", "typed"), ("phone_typed", HOSTILE), ("agreed", HOSTILE)])
        .collect();
    let page = joining.agree("en", &fields).await;
    assert_eq!(page.status, 400, "{}", page.text);
    page.is_harmless();
    let query =
        serde_urlencoded::to_string([("token", HOSTILE), ("scene", HOSTILE), ("openid", HOSTILE)]).unwrap();
    for path in ["/component/card-member", "/component/card-member/joined"] {
        joining.visitor("en").open(&format!("{path}?{query}")).await.is_harmless();
    }
}

//! A good request of every endpoint, with the documents' own values if they have some.
//!
//! Tests of other crates may include this file: it uses only `ruhui_core` and `serde_json`.

use ruhui_core::api::{Endpoint, FamilyMarker as _};
use ruhui_core::types::Family;
use serde_json::{Value, json};

/// Returns a good request.
#[allow(dead_code, reason = "not every test that takes this file in needs both")]
pub(crate) fn good<E: Endpoint>() -> E {
    serde_json::from_value(good_fields::<E>()).expect("a sample is read as its call")
}

/// Returns the fields of a good request, including those of path and query.
pub(crate) fn good_fields<E: Endpoint>() -> Value {
    let mut fields = fields(E::NAME.strip_prefix("brand_").unwrap_or(E::NAME));
    if let (Family::Brand, Value::Object(fields)) = (E::Family::FAMILY, &mut fields) {
        fields.retain(|name, _| name != "brand_id");
        if let Some(digest) = fields.remove("sha256") {
            fields.insert("file_digest".to_owned(), digest);
        }
    }
    fields
}

/// Returns the fields of a good request and all other fields, even those that are not valid together.
#[allow(dead_code, reason = "not every test that takes this file in needs both")]
pub(crate) fn all_fields<E: Endpoint>() -> Value {
    let mut all = good_fields::<E>();
    merge(&mut all, others(E::NAME.strip_prefix("brand_").unwrap_or(E::NAME)));
    all
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

const CARD_ID: &str = "pbLatjvWOibDc5-TBnbUk1pD12o0";
const OPENID: &str = "obLatjnx9gnqzS4myYGmLZ7LgLBA";
const CODE: &str = "478515832665";
const PICTURE: &str = "https://wxpaylogo.qpic.cn/wxpaylogo/PiajxSqBRaEIPAeia7Imvtsg/0";

fn jump(path: &str) -> Value {
    json!({ "jump_appid": "wxea9c30a90fs8d3fe", "jump_path": path })
}

fn form() -> Value {
    json!({
        "common_field_list": ["USER_FORM_FLAG_SEX", "USER_FORM_FLAG_NAME"],
        "custom_field_list": [{ "type": "RADIO", "name": "喜欢的口味", "values": ["甜的", "辣的"] }]
    })
}

fn answers() -> Value {
    json!({
        "common_field_list": [
            { "name": "USER_FORM_FLAG_SEX", "value": "男" },
            { "name": "USER_FORM_FLAG_NAME", "value": "张三" }
        ],
        "custom_field_list": [{ "name": "喜欢的口味", "user_chosen_values": ["甜的"] }]
    })
}

fn range() -> Value {
    json!({
        "type": "FIX_TIME_RANGE",
        "available_begin_time": "2015-05-20T13:29:35+08:00",
        "available_end_time": "2035-05-20T13:29:35.120+08:00"
    })
}

fn fields(name: &str) -> Value {
    match name {
        "open_user_card_token" | "create_pre_auth_token" | "create_pay_view_token" => {
            json!({ "brand_id": "1004", "card_id": CARD_ID, "openid": OPENID })
        }
        "upload_image" => json!({
            "filename": "filea.jpg",
            "sha256": "6aa1c3e7ad1db6ea8a9dc6a4ba8c5cb8c7d0c8f4d9a0e1c2b3a4958677869504"
        }),
        "create_card_template" => json!({
            "out_request_no": "100002322019090134234sfdf",
            "brand_id": "1004",
            "appid": "wxea9c30890f48d5ae",
            "card_type": "NORMAL",
            "card_title": "示例会员卡",
            "card_color": "#FFFF00",
            "card_picture_url": PICTURE,
            "code_mode": "SYSTEM_ALLOCATE",
            "code_type": "JUMP_MINI_PROGRAM",
            "code_jump_information": jump("/pages/code/code"),
            "benefits": "会员享九折优惠",
            "notify_url": "https://www.weixin.qq.com/wxpay/pay.php",
            "need_pinned": true,
            "need_display_level": true,
            "init_level": "普通会员",
            "service_phone": "010-8877xxxx",
            "legal_agreement": "第一条 会员须知\n第二条 会员权益",
            "valid_date_information": range(),
            "member_information": jump("/pages/member/member"),
            "points_information": jump("/pages/points/points"),
            "user_information": form()
        }),
        "list_card_templates" => {
            json!({ "brand_id": "1004", "state": "CARD_EFFECTIVE", "offset": 0, "limit": 20 })
        }
        "query_card_template" | "invalidate_card_template" => {
            json!({ "brand_id": "1004", "card_id": CARD_ID })
        }
        "modify_card_template" => json!({
            "brand_id": "1004",
            "card_id": CARD_ID,
            "card_title": "示例会员卡",
            "card_color": "#FFFF00",
            "card_picture_url": PICTURE,
            "code_jump_information": jump("/pages/code/code"),
            "benefits": "会员享八折优惠",
            "notify_url": "https://www.weixin.qq.com/wxpay/pay.php",
            "need_pinned": false,
            "need_display_level": true,
            "service_phone": "010-8877xxxx",
            "valid_date_information": range(),
            "member_information": jump("/pages/member/member"),
            "points_information": jump("/pages/points/points"),
            "user_information": form()
        }),
        "query_user_card" => {
            json!({ "brand_id": "1004", "card_id": CARD_ID, "openid": OPENID, "user_card_code": CODE })
        }
        "list_user_cards" => json!({
            "brand_id": "1004", "openid": OPENID, "user_card_state": "EFFECTIVE", "offset": 0, "limit": 20
        }),
        "modify_user_card" => json!({
            "brand_id": "1004",
            "card_id": CARD_ID,
            "openid": OPENID,
            "user_card_code": CODE,
            "card_color": "#FFFF00",
            "card_picture_url": PICTURE,
            "phone_number": "12345678999",
            "level": "钻石会员",
            "valid_date_information": range(),
            "user_information": answers(),
            "attach": "自定义数据说明"
        }),
        "invalidate_user_card" => json!({
            "brand_id": "1004", "card_id": CARD_ID, "openid": OPENID, "user_card_code": CODE,
            "invalid_reason": "用户主动注销"
        }),
        "confirm_user_card" => json!({
            "brand_id": "1004",
            "card_id": CARD_ID,
            "openid": OPENID,
            "user_card_code": CODE,
            "user_card_confirm_state": "CREATE_CARD_SUCCESS",
            "card_color": "#FFFF00",
            "card_picture_url": PICTURE,
            "phone_number": "12345678999",
            "level": "钻石会员",
            "valid_date_information": range(),
            "user_information": answers(),
            "attach": "自定义数据说明"
        }),
        "import_user_card_by_openid" | "import_user_card_by_phone" => {
            let mut fields = json!({
                "brand_id": "1004",
                "card_id": CARD_ID,
                "openid": OPENID,
                "user_card_code": CODE,
                "card_color": "#FFFF00",
                "card_picture_url": PICTURE,
                "phone_number": "12345678999",
                "level": "钻石会员",
                "valid_date_information": { "type": "FIX_TERM", "available_day_after_receive": 365 },
                "user_information": answers(),
                "pickup_time": "2020-05-20T13:29:35.120+08:00"
            });
            if name == "import_user_card_by_phone" {
                fields.as_object_mut().expect("fields").retain(|name, _| name != "openid");
            }
            fields
        }
        "create_user_feed" => json!({
            "brand_id": "1004",
            "card_id": CARD_ID,
            "openid": OPENID,
            "user_card_code": CODE,
            "out_request_no": "100002322019090134234sfdf",
            "cell": "15_1200_1"
        }),
        "sync_user_points" => json!({
            "out_request_no": "100002322019090134234sfdf",
            "brand_id": "1004",
            "card_id": CARD_ID,
            "openid": OPENID,
            "user_card_code": CODE,
            "point_balance": 1000
        }),
        "confirm_point_exchange" => json!({
            "record_id": "12345678",
            "exchange_coupon_template_id": "87654321",
            "brand_id": "1004",
            "card_id": CARD_ID,
            "openid": OPENID,
            "user_card_code": CODE,
            "result": "POINT_EXCHANGE_COUPON_ALLOW"
        }),
        "create_membership_activity" => json!({
            "out_request_no": "100002322019090134234sfdf",
            "brand_id": "1004",
            "card_id": CARD_ID,
            "activity_channel": "MECHANT_APP_COMPONENT",
            "title": "入会有礼",
            "sub_title": "入会即得优惠券",
            "begin_time": "2015-05-20T13:29:35+08:00",
            "end_time": "2035-05-20T13:29:35.120+08:00",
            "apply_total": 100,
            "product_coupon_stock_list": [{ "product_coupon_id": "1000000013", "stock_id": "1000000013001" }]
        }),
        "list_membership_activities" => json!({
            "brand_id": "1004", "card_id": CARD_ID, "activity_state": "MEMBERSHIP_ACTIVITY_EFFECTIVE",
            "offset": 0, "limit": 20
        }),
        "query_membership_activity" | "terminate_membership_activity" => {
            json!({ "brand_id": "1004", "activity_id": 25 })
        }
        "modify_membership_activity" => json!({
            "brand_id": "1004",
            "activity_id": 25,
            "title": "入会有礼",
            "sub_title": "入会即得优惠券",
            "begin_time": "2015-05-20T13:29:35+08:00",
            "end_time": "2035-05-20T13:29:35.120+08:00"
        }),
        "list_certificates" => json!({}),
        "echo" => json!({
            "notify_url": "https://www.weixin.qq.com/v3/test", "echo_message": "会员", "encrypted_echo_message": "秘密"
        }),
        other => panic!("there is no sample of {other}"),
    }
}

/// Returns members that a good request does not have: of another type of card, of validity, or of a rejection.
fn others(name: &str) -> Value {
    match name {
        "create_card_template" | "modify_card_template" => json!({
            "balance_information": jump("/pages/balance/balance"),
            "purchase_information": {
                "jump_appid": "wxea9c30a90fs8d3fe", "jump_path": "/pages/purchase/purchase", "price": 100
            },
            "valid_date_information": { "available_day_after_receive": 365 }
        }),
        "modify_user_card" | "confirm_user_card" => {
            json!({ "valid_date_information": { "available_day_after_receive": 365 } })
        }
        "import_user_card_by_openid" | "import_user_card_by_phone" => {
            json!({ "valid_date_information": range() })
        }
        "confirm_point_exchange" => json!({ "reject_reason": "积分不足" }),
        _ => json!({}),
    }
}

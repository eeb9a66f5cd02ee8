//! The forms of a template: a new one, and changes of one.

use super::texts::TemplatesTexts;
use crate::form::{Field, FieldKind, json_of};
use crate::frame::Frame;
use serde_json::{Value, json};

/// Members that seldom change: one field has all of them as JSON.
const MORE: [&str; 10] = [
    "need_pinned",
    "need_display_level",
    "init_level",
    "code_jump_information",
    "valid_date_information",
    "member_information",
    "points_information",
    "balance_information",
    "purchase_information",
    "user_information",
];

/// Returns the form of a new template. `example` is a template whose values the API has taken.
pub(super) fn new(t: &'static TemplatesTexts, frame: &Frame, example: &Value) -> Vec<Field> {
    let text = |name: &str| example[name].as_str().unwrap_or_default().to_owned();
    // Each request on the console gets another position, so the number is a new one.
    let number = format!("console-{}", frame.position);
    let mut more = json!({ "card_type": "NORMAL" });
    for name in MORE {
        if let Some(value) = example.get(name) {
            more[name] = value.clone();
        }
    }
    if more.get("user_information").is_none() {
        more["user_information"] = json!({
            "common_field_list": ["USER_FORM_FLAG_NAME"],
            "custom_field_list": [{ "type": "CHECK_BOX", "name": "喜好", "values": ["咖啡", "茶"] }],
        });
    }
    // A new template takes an uploaded picture only.
    let picture = Some(text("card_picture_url")).filter(|url| url.contains("/media/")).unwrap_or_default();
    let agreement = match text("legal_agreement") {
        empty if empty.is_empty() => "会员协议".to_owned(),
        agreement => agreement,
    };
    vec![
        Field::new("out_request_no", t.out_request_no, FieldKind::Text, number).required(),
        Field::new("brand_id", t.brand, FieldKind::Text, text("brand_id")).required(),
        Field::new("appid", t.appid, FieldKind::Text, text("appid")).required(),
        Field::new("card_title", t.card_title, FieldKind::Text, "新会员卡").required(),
        Field::new("card_color", t.card_color, FieldKind::Color, "#0b6e55"),
        Field::new("card_picture_url", t.picture_url, FieldKind::Text, picture),
        Field::new("benefits", t.benefits, FieldKind::Text, "入会享好礼").required(),
        Field::new(
            "code_mode",
            t.code_mode,
            FieldKind::Choice(&["SYSTEM_ALLOCATE", "MERCHANT_ALLOCATE"]),
            "SYSTEM_ALLOCATE",
        ),
        Field::new("code_type", t.code_type, FieldKind::Text, text("code_type")).required(),
        Field::new("notify_url", t.notify_url, FieldKind::Text, text("notify_url")).required(),
        Field::new("service_phone", t.service_phone, FieldKind::Text, text("service_phone")),
        Field::new("legal_agreement", t.agreement, FieldKind::Lines, agreement).required(),
        Field::new("more", t.more, FieldKind::Json, json_of(&more, &[&["card_type"], &MORE[..]].concat())),
    ]
}

/// Returns the form of the changes that the API allows.
pub(super) fn changes(t: &'static TemplatesTexts, template: &Value) -> Vec<Field> {
    let text = |name: &str| template[name].as_str().unwrap_or_default().to_owned();
    let more: Vec<&str> = MORE.into_iter().filter(|name| *name != "init_level").collect();
    vec![
        Field::new("card_title", t.card_title, FieldKind::Text, text("card_title")).required(),
        Field::new("card_color", t.card_color, FieldKind::Color, text("card_color")),
        Field::new("card_picture_url", t.picture_url, FieldKind::Text, text("card_picture_url")),
        Field::new("benefits", t.benefits, FieldKind::Text, text("benefits")).required(),
        Field::new("notify_url", t.notify_url, FieldKind::Text, text("notify_url")).required(),
        Field::new("service_phone", t.service_phone, FieldKind::Text, text("service_phone")),
        Field::new("more", t.more, FieldKind::Json, json_of(template, &more)),
    ]
}

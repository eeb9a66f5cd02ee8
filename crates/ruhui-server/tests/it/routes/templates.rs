//! Good requests about templates, pictures and activities, and the states that cause their errors.

use super::called;
use crate::common::*;
use ruhui_core::api::card_member::{
    CardType, CodeType, CreateMembershipActivity, UploadImage, ValidDateInformation,
};
use ruhui_core::api::rows::Id;
use ruhui_core::api::{Brand, Endpoint as _, Row};
use ruhui_core::types::Text;
use ruhui_server::domain::Template;
use serde_json::{Value, json};

/// Returns a good request to the endpoint `name` and creates the state that it needs; `None` if another file has the
/// endpoint.
pub(crate) async fn draft(world: &TestService, name: &str) -> Option<Draft> {
    if name.ends_with("upload_image") {
        return Some(upload(world, name, "card.png", PNG));
    }
    let parameters = parameters(world, name).await?;
    if name.ends_with("_membership_activity") && name != "create_membership_activity" {
        world.done::<CreateMembershipActivity>(&activity()).await;
    }
    Some(called(world, name, &parameters))
}

/// Creates the state of an error row, and returns the request that gets it; `None` if `main` handles the row.
pub(crate) async fn cause(world: &TestService, name: &str, row: &Row, draft: &Draft) -> Option<Draft> {
    if name.ends_with("upload_image") {
        return cause_upload(world, name, row, draft);
    }
    let good = parameters(world, name).await?;
    let changes = match row.id {
        Id::NOT_THE_CALLERS_BRAND => json!({ "brand_id": "1006" }),
        Id::TEMPLATE_NOT_FOUND | Id::ACTIVITY_TEMPLATE_UNKNOWN => json!({ "card_id": "unknown" }),
        Id::TEMPLATE_INVALID => json!({ "card_id": "pInvalidTemplate000000000001" }),
        Id::ACTIVITY_NOT_FOUND => json!({ "activity_id": 2 }),
        Id::ACTIVITY_NOT_OF_BRAND => json!({ "brand_id": "1005" }),
        Id::ACTIVITY_TIMES => json!({ "end_time": "2000-01-01T00:00:00+08:00" }),
        Id::ACTIVITY_STOCKS => json!({ "product_coupon_stock_list": [] }),
        Id::ACTIVITY_TOTAL => json!({ "apply_total": 0 }),
        Id::ACTIVITY_EXISTS => {
            world.done::<CreateMembershipActivity>(&merged(&good, &json!({ "out_request_no": "1" }))).await;
            json!({})
        }
        Id::ACTIVITY_ENDED => {
            world.pass(86_400 * 2);
            json!({})
        }
        Id::OUT_REQUEST_NO_REPEATED => {
            assert_eq!(world.send(draft.sign()).await.status, 200);
            json!({})
        }
        Id::TWO_TEMPLATES_PER_TYPE => {
            world.create_template(&json!({ "out_request_no": "1" })).await;
            json!({})
        }
        _ => parts(world, name, row).await?,
    };
    Some(called(world, name, &merged(&good, &changes)))
}

/// Returns the parameters of a good request.
async fn parameters(world: &TestService, name: &str) -> Option<Value> {
    let card = json!({ "brand_id": BRAND_ID, "card_id": CARD_ID });
    let activity_id = json!({ "brand_id": BRAND_ID, "activity_id": 1 });
    Some(match name.strip_prefix("brand_").unwrap_or(name) {
        "create_card_template" => world.template().await,
        "query_card_template" | "invalidate_card_template" => card,
        "modify_card_template" => merged(&card, &json!({ "benefits": "会员八折" })),
        "list_card_templates" | "list_membership_activities" => {
            json!({ "brand_id": BRAND_ID, "offset": 0, "limit": 20 })
        }
        "create_membership_activity" => activity(),
        "query_membership_activity" | "terminate_membership_activity" => activity_id,
        "modify_membership_activity" => {
            let names = ["title", "sub_title", "begin_time", "end_time"];
            names.into_iter().fold(activity_id, |all, name| merged(&all, &json!({ name: activity()[name] })))
        }
        _ => return None,
    })
}

fn activity() -> Value {
    json!({
        "out_request_no": "100002322019090134234sfdf",
        "brand_id": BRAND_ID,
        "card_id": CARD_ID,
        "activity_channel": "MECHANT_APP_COMPONENT",
        "title": "入会有礼",
        "sub_title": "满100减10",
        "begin_time": "2027-01-15T16:00:00+08:00",
        "end_time": "2027-01-16T16:00:00+08:00",
        "apply_total": 100,
        "product_coupon_stock_list": [{ "product_coupon_id": "1000000013", "stock_id": "1000000013001" }],
    })
}

/// Returns mistakes in a part of the template that is created or changed.
async fn parts(world: &TestService, name: &str, row: &Row) -> Option<Value> {
    let is_change = name.ends_with("modify_card_template");
    let jump = |appid: &str| json!({ "jump_appid": appid, "jump_path": "/a" });
    let (bound, unbound) = (jump(APPID), jump("wx0000000000000000"));
    let priced = |jump: &Value, price: i64| merged(jump, &json!({ "price": price }));
    // An existing template already has the members of its creation.
    let of_type = async |card_type: CardType| {
        if is_change {
            world.change::<Template>(CARD_ID, |template| template.card.card_type = card_type).await;
            json!({})
        } else {
            json!({ "card_type": card_type })
        }
    };
    let jumping = async || {
        if is_change {
            world
                .change::<Template>(CARD_ID, |template| template.card.code_type = CodeType::JumpMiniProgram)
                .await;
            json!({})
        } else {
            json!({ "code_type": CodeType::JumpMiniProgram })
        }
    };
    Some(match row.id {
        Id::CARD_TYPE_UNSUPPORTED => json!({ "card_type": "PURCHASE" }),
        Id::LEVEL_NOT_SHOWABLE => json!({ "need_display_level": true }),
        Id::INIT_LEVEL_MISSING => json!({ "need_display_level": true }),
        Id::INIT_LEVEL_FORBIDDEN => json!({ "init_level": "白银" }),
        Id::CODE_JUMP_MISSING => json!({ "code_type": "JUMP_MINI_PROGRAM" }),
        Id::CODE_JUMP_FORBIDDEN | Id::CODE_JUMP_NOT_MODIFIABLE => json!({ "code_jump_information": bound }),
        Id::BALANCE_FORBIDDEN => json!({ "balance_information": bound }),
        Id::PURCHASE_FORBIDDEN => json!({ "purchase_information": priced(&bound, 1) }),
        Id::PRICE_NOT_POSITIVE => {
            let paid = json!({ "purchase_information": priced(&bound, 0) });
            merged(&of_type(CardType::Purchase).await, &paid)
        }
        Id::APPID_NOT_BOUND => json!({ "appid": "wx0000000000000000" }),
        Id::MEMBER_APPID_NOT_BOUND => json!({ "member_information": unbound }),
        Id::CODE_APPID_NOT_BOUND => merged(&jumping().await, &json!({ "code_jump_information": unbound })),
        Id::POINTS_APPID_NOT_BOUND => json!({ "points_information": unbound }),
        Id::BALANCE_APPID_NOT_BOUND => {
            merged(&of_type(CardType::Balance).await, &json!({ "balance_information": unbound }))
        }
        Id::PURCHASE_APPID_NOT_BOUND => {
            let paid = json!({ "purchase_information": priced(&unbound, 1) });
            merged(&of_type(CardType::Purchase).await, &paid)
        }
        Id::CONTENT_REJECTED => json!({ "card_picture_url": "https://example.com/other.png" }),
        Id::NOTIFY_URL_PRIVATE => json!({ "notify_url": "http://192.168.1.1/notify" }),
        id if let Some(validity) = validity(id) => {
            if is_change && id != Id::VALIDITY_TYPE_DIFFERS {
                let kind = validity["type"].as_str().unwrap().into();
                let of_kind = ValidDateInformation::new(kind);
                world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = of_kind).await;
            }
            json!({ "valid_date_information": validity })
        }
        id => json!({ "user_information": form_of(id)? }),
    })
}

/// Returns a validity that the row rejects; `None` for a row about something else.
pub(crate) fn validity(row: Id) -> Option<Value> {
    let (earlier, later) = ("2027-02-01T00:00:00+08:00", "2027-03-01T00:00:00+08:00");
    let begin = json!({ "available_begin_time": earlier });
    let end = json!({ "available_end_time": later });
    let days = |days: i64| json!({ "available_day_after_receive": days });
    let of = |kind: &str, parts: &[&Value]| {
        parts.iter().fold(json!({ "type": kind }), |validity, part| merged(&validity, part))
    };
    Some(match row {
        Id::VALIDITY_TYPE_DIFFERS => of("FIX_TERM", &[&days(1)]),
        Id::VALIDITY_RANGE_INCOMPLETE => of("FIX_TIME_RANGE", &[&begin]),
        Id::VALIDITY_RANGE_WITH_DAYS => of("FIX_TIME_RANGE", &[&begin, &end, &days(1)]),
        Id::VALIDITY_BEGIN_AFTER_END => {
            of("FIX_TIME_RANGE", &[&json!({ "available_begin_time": later, "available_end_time": earlier })])
        }
        Id::VALIDITY_TERM_FIELDS => of("FIX_TERM", &[&days(1), &begin]),
        Id::VALIDITY_DAYS_NOT_POSITIVE => of("FIX_TERM", &[&days(0)]),
        Id::VALIDITY_DAYS_TOO_MANY => of("FIX_TERM", &[&days(10_959)]),
        Id::VALIDITY_PERMANENT_WITH_DAYS => of("PERMANENT", &[&days(1)]),
        Id::VALIDITY_PERMANENT_WITH_BEGIN => of("PERMANENT", &[&begin]),
        Id::VALIDITY_PERMANENT_WITH_END => of("PERMANENT", &[&end]),
        _ => return None,
    })
}

fn form_of(row: Id) -> Option<Value> {
    let choice = |name: &str, values: &[&str]| json!({ "type": "RADIO", "name": name, "values": values });
    Some(match row {
        Id::COMMON_FIELD_REPEATED => {
            json!({ "common_field_list": ["USER_FORM_FLAG_SEX", "USER_FORM_FLAG_SEX"] })
        }
        Id::CUSTOM_FIELD_REPEATED => {
            json!({ "custom_field_list": [choice("爱好", &["茶"]), choice("爱好", &["酒"])] })
        }
        Id::CUSTOM_FIELDS_TOO_MANY => {
            json!({ "custom_field_list": [choice("爱好", &["茶"]), choice("口味", &["甜"])] })
        }
        Id::CUSTOM_VALUES_COUNT => json!({ "custom_field_list": [choice("爱好", &[])] }),
        Id::CHOSEN_VALUE_ILLEGAL => json!({ "custom_field_list": [choice("爱好", &["茶", "茶"])] }),
        _ => return None,
    })
}

fn upload(world: &TestService, name: &str, filename: &str, picture: &[u8]) -> Draft {
    let draft = world.upload(filename, picture);
    match name {
        "upload_image" => draft,
        _ => {
            let meta = UploadImage::<Brand>::new(Text::new(filename).unwrap(), picture);
            with_meta(draft, &json!(meta), picture)
                .by_brand()
                .with(|draft| draft.target = UploadImage::<Brand>::PATH.to_owned())
        }
    }
}

fn with_meta(draft: Draft, meta: &Value, picture: &[u8]) -> Draft {
    let meta = meta.to_string();
    let form = form(&[("meta", None, meta.as_bytes()), ("file", Some("card.png"), picture)]);
    draft.body(meta).with(|draft| draft.sent = Some(form))
}

fn cause_upload(world: &TestService, name: &str, row: &Row, draft: &Draft) -> Option<Draft> {
    Some(match row.id {
        Id::UPLOAD_MALFORMED => {
            let form = form(&[("meta", None, &draft.body)]);
            draft.clone().with(|draft| draft.sent = Some(form))
        }
        Id::FILE_EMPTY => upload(world, name, "card.png", b""),
        Id::FILE_TOO_LARGE => upload(world, name, "card.png", &vec![0; (2 << 20) + 1]),
        Id::FILE_TYPE_UNKNOWN => upload(world, name, "card.gif", b"GIF89a"),
        Id::FILE_DIGEST_WRONG => {
            let meta = json!({ "filename": "card.png", "sha256": "0".repeat(64) });
            with_meta(draft.clone(), &meta, PNG)
        }
        _ => return None,
    })
}

//! Good calls about templates, pictures and activities, and the states behind their errors.

use crate::common::*;
use ruhui_core::api::card_member::{
    CardType, CodeType, CreateCardTemplate, CreateMembershipActivity, InvalidateCardTemplate,
    ListCardTemplates, ListMembershipActivities, ModifyCardTemplate, ModifyMembershipActivity,
    QueryCardTemplate, QueryMembershipActivity, TerminateMembershipActivity, UploadImage,
    ValidDateInformation,
};
use ruhui_core::api::{Brand, Endpoint as _, Row};
use ruhui_core::types::Text;
use ruhui_server::domain::Template;
use serde_json::{Value, json};

/// A good call of `name` and the state that it needs; `None` if the call is not of this file.
pub(crate) async fn draft(world: &World, name: &str) -> Option<Draft> {
    if name.ends_with("upload_image") {
        return Some(upload(world, name, "card.png", PNG));
    }
    let parameters = parameters(world, name).await?;
    if name.ends_with("_membership_activity") && name != "create_membership_activity" {
        world.done::<CreateMembershipActivity>(&activity()).await;
    }
    call(world, name, &parameters)
}

/// Brings about the state that a row tells of, and makes the call that meets it; `None` if `main` knows how.
pub(crate) async fn cause(world: &World, name: &str, row: &Row, draft: &Draft) -> Option<Draft> {
    if name.ends_with("upload_image") {
        return cause_upload(world, name, row, draft);
    }
    let good = parameters(world, name).await?;
    let changes = match row.name {
        "not_the_callers_brand" => json!({ "brand_id": "1006" }),
        "template_not_found" | "activity_template_unknown" => json!({ "card_id": "unknown" }),
        "template_invalid" => json!({ "card_id": "pInvalidTemplate000000000001" }),
        "activity_not_found" => json!({ "activity_id": 2 }),
        "activity_not_of_brand" => json!({ "brand_id": "1005" }),
        "activity_times" => json!({ "end_time": "2000-01-01T00:00:00+08:00" }),
        "activity_stocks" => json!({ "product_coupon_stock_list": [] }),
        "activity_total" => json!({ "apply_total": 0 }),
        "activity_exists" => {
            world.done::<CreateMembershipActivity>(&merged(&good, &json!({ "out_request_no": "1" }))).await;
            json!({})
        }
        "activity_over" => {
            world.pass(86_400 * 2);
            json!({})
        }
        "out_request_no_repeated" => {
            assert_eq!(world.send(draft.sign()).await.status, 200);
            json!({})
        }
        "two_templates_per_type" => {
            world.create_template(&json!({ "out_request_no": "1" })).await;
            json!({})
        }
        _ => parts(world, name, row).await?,
    };
    call(world, name, &merged(&good, &changes))
}

/// Whether no state leads to the row: a brand that calls is its own, and these calls name no user who could be
/// staged.
pub(crate) fn is_out_of_reach(name: &str, row: &Row) -> bool {
    row.name == "not_the_callers_brand" && name.starts_with("brand_") && name.contains("_card_template")
}

fn call(world: &World, name: &str, parameters: &Value) -> Option<Draft> {
    Some(match name {
        "create_card_template" => world.by_hand::<CreateCardTemplate>(parameters),
        "brand_create_card_template" => world.by_hand::<CreateCardTemplate<Brand>>(parameters),
        "list_card_templates" => world.by_hand::<ListCardTemplates>(parameters),
        "brand_list_card_templates" => world.by_hand::<ListCardTemplates<Brand>>(parameters),
        "query_card_template" => world.by_hand::<QueryCardTemplate>(parameters),
        "brand_query_card_template" => world.by_hand::<QueryCardTemplate<Brand>>(parameters),
        "modify_card_template" => world.by_hand::<ModifyCardTemplate>(parameters),
        "brand_modify_card_template" => world.by_hand::<ModifyCardTemplate<Brand>>(parameters),
        "invalidate_card_template" => world.by_hand::<InvalidateCardTemplate>(parameters),
        "brand_invalidate_card_template" => world.by_hand::<InvalidateCardTemplate<Brand>>(parameters),
        "create_membership_activity" => world.by_hand::<CreateMembershipActivity>(parameters),
        "list_membership_activities" => world.by_hand::<ListMembershipActivities>(parameters),
        "query_membership_activity" => world.by_hand::<QueryMembershipActivity>(parameters),
        "modify_membership_activity" => world.by_hand::<ModifyMembershipActivity>(parameters),
        "terminate_membership_activity" => world.by_hand::<TerminateMembershipActivity>(parameters),
        _ => return None,
    })
}

/// The parameters of a good call.
async fn parameters(world: &World, name: &str) -> Option<Value> {
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

/// What is wrong with a part of the template that is created, or changed.
async fn parts(world: &World, name: &str, row: &Row) -> Option<Value> {
    let is_change = name.ends_with("modify_card_template");
    let jump = |appid: &str| json!({ "jump_appid": appid, "jump_path": "/a" });
    let (bound, unbound) = (jump(APPID), jump("wx0000000000000000"));
    let priced = |jump: &Value, price: i64| merged(jump, &json!({ "price": price }));
    // What a creation says of itself, a template that is changed has already.
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
    Some(match row.name {
        "card_type_unsupported" => json!({ "card_type": "PURCHASE" }),
        "level_not_showable" => json!({ "need_display_level": true }),
        "init_level_missing" => json!({ "need_display_level": true }),
        "init_level_forbidden" => json!({ "init_level": "白银" }),
        "code_jump_missing" => json!({ "code_type": "JUMP_MINI_PROGRAM" }),
        "code_jump_forbidden" | "code_jump_not_modifiable" => json!({ "code_jump_information": bound }),
        "balance_forbidden" => json!({ "balance_information": bound }),
        "purchase_forbidden" => json!({ "purchase_information": priced(&bound, 1) }),
        "price_not_positive" => {
            let paid = json!({ "purchase_information": priced(&bound, 0) });
            merged(&of_type(CardType::Purchase).await, &paid)
        }
        "appid_not_bound" => json!({ "appid": "wx0000000000000000" }),
        "member_appid_not_bound" => json!({ "member_information": unbound }),
        "code_appid_not_bound" => merged(&jumping().await, &json!({ "code_jump_information": unbound })),
        "points_appid_not_bound" => json!({ "points_information": unbound }),
        "balance_appid_not_bound" => {
            merged(&of_type(CardType::Balance).await, &json!({ "balance_information": unbound }))
        }
        "purchase_appid_not_bound" => {
            let paid = json!({ "purchase_information": priced(&unbound, 1) });
            merged(&of_type(CardType::Purchase).await, &paid)
        }
        "content_refused" => json!({ "card_picture_url": "https://example.com/other.png" }),
        "notify_url_private" => json!({ "notify_url": "http://192.168.1.1/notify" }),
        name if name.starts_with("validity_") => {
            let validity = validity(name);
            if is_change && name != "validity_type_differs" {
                let kind = validity["type"].as_str().unwrap().into();
                let of_kind = ValidDateInformation { kind, ..ValidDateInformation::permanent() };
                world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = of_kind).await;
            }
            json!({ "valid_date_information": validity })
        }
        name => json!({ "user_information": form_of(name)? }),
    })
}

pub(crate) fn validity(row: &str) -> Value {
    let (earlier, later) = ("2027-02-01T00:00:00+08:00", "2027-03-01T00:00:00+08:00");
    let begin = json!({ "available_begin_time": earlier });
    let end = json!({ "available_end_time": later });
    let days = |days: i64| json!({ "available_day_after_receive": days });
    let of = |kind: &str, parts: &[&Value]| {
        parts.iter().fold(json!({ "type": kind }), |validity, part| merged(&validity, part))
    };
    match row {
        "validity_type_differs" => of("FIX_TERM", &[&days(1)]),
        "validity_range_incomplete" => of("FIX_TIME_RANGE", &[&begin]),
        "validity_range_with_days" => of("FIX_TIME_RANGE", &[&begin, &end, &days(1)]),
        "validity_begin_after_end" => {
            of("FIX_TIME_RANGE", &[&json!({ "available_begin_time": later, "available_end_time": earlier })])
        }
        "validity_term_fields" => of("FIX_TERM", &[&days(1), &begin]),
        "validity_days_not_positive" => of("FIX_TERM", &[&days(0)]),
        "validity_days_too_many" => of("FIX_TERM", &[&days(10_959)]),
        "validity_permanent_with_days" => of("PERMANENT", &[&days(1)]),
        "validity_permanent_with_begin" => of("PERMANENT", &[&begin]),
        "validity_permanent_with_end" => of("PERMANENT", &[&end]),
        other => panic!("no cause of {other} is known to this test"),
    }
}

fn form_of(row: &str) -> Option<Value> {
    let choice = |name: &str, values: &[&str]| json!({ "type": "RADIO", "name": name, "values": values });
    Some(match row {
        "common_field_repeated" => {
            json!({ "common_field_list": ["USER_FORM_FLAG_SEX", "USER_FORM_FLAG_SEX"] })
        }
        "custom_field_repeated" => {
            json!({ "custom_field_list": [choice("爱好", &["茶"]), choice("爱好", &["酒"])] })
        }
        "custom_fields_too_many" => {
            json!({ "custom_field_list": [choice("爱好", &["茶"]), choice("口味", &["甜"])] })
        }
        "custom_values_count" => json!({ "custom_field_list": [choice("爱好", &[])] }),
        "chosen_value_illegal" => json!({ "custom_field_list": [choice("爱好", &["茶", "茶"])] }),
        _ => return None,
    })
}

fn upload(world: &World, name: &str, filename: &str, picture: &[u8]) -> Draft {
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

fn cause_upload(world: &World, name: &str, row: &Row, draft: &Draft) -> Option<Draft> {
    Some(match row.name {
        "upload_malformed" => {
            let form = form(&[("meta", None, &draft.body)]);
            draft.clone().with(|draft| draft.sent = Some(form))
        }
        "file_empty" => upload(world, name, "card.png", b""),
        "file_too_large" => upload(world, name, "card.png", &vec![0; (2 << 20) + 1]),
        "file_type_unknown" => upload(world, name, "card.gif", b"GIF89a"),
        "file_digest_wrong" => {
            let meta = json!({ "filename": "card.png", "sha256": "0".repeat(64) });
            with_meta(draft.clone(), &meta, PNG)
        }
        _ => return None,
    })
}

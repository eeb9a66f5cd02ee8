//! Good calls about user cards, feeds, points and the payment code's tokens, and the states behind their errors.

use crate::common::*;
use crate::templates;
use ruhui_core::api::card_member::{
    CodeMode, ConfirmPointExchange, ConfirmUserCard, CreatePayViewToken, CreateUserFeed,
    ImportUserCardByOpenid, ImportUserCardByPhone, InvalidateUserCard, ListUserCards, ModifyUserCard,
    ProductCouponStockType, QueryUserCard, SyncUserPoints, ValidDateInformation,
};
use ruhui_core::api::{Brand, Row};
use ruhui_server::domain::{Feature, Redemption, Template};
use ruhui_server::simulator::{self, Coupon};
use ruhui_server::store::StoreExt as _;
use serde_json::{Value, json};

/// A good call of `name` and the state that it needs; `None` if the call is not of this file.
pub(crate) async fn draft(world: &World, name: &str) -> Option<Draft> {
    let parameters = parameters(world, name).await?;
    call(world, name, &parameters)
}

/// Brings about the state that a row tells of, and makes the call that meets it; `None` if `main` knows how.
pub(crate) async fn cause(world: &World, name: &str, row: &Row, draft: &Draft) -> Option<Draft> {
    let good = parameters(world, name).await?;
    let changes = match row.name {
        // A brand that calls is its own, so the brand family knows this row from a staged user only.
        "not_the_callers_brand" if name.starts_with("brand_") => {
            json!({ "openid": "oNoAuth000000000000000000000" })
        }
        "not_the_callers_brand" => json!({ "brand_id": "1006" }),
        "not_enabled" => feature(world, Feature::NotEnabled).await,
        "not_opened_yet" => feature(world, Feature::NotOpenedYet).await,
        "template_not_found" => json!({ "card_id": "unknown" }),
        "template_invalid" => json!({ "card_id": "pInvalidTemplate000000000001" }),
        "template_expired" => json!({ "card_id": "pExpiredTemplate000000000001" }),
        "openid_foreign" => json!({ "openid": "oForeign00000000000000000000" }),
        "openid_invalid" => json!({ "openid": "oInvalid00000000000000000000" }),
        "openid_wrong" => json!({ "openid": "none" }),
        "card_not_found" => json!({ "user_card_code": "unknown" }),
        "not_a_member" => json!({ "openid": OPENID }),
        "sealed_field_unreadable" => json!({ "phone_number": PHONE }),
        "content_refused" => json!({ "card_picture_url": "https://example.com/other.png" }),
        "feed_cell_illegal" => json!({ "cell": "15" }),
        "feed_not_permitted" => json!({ "cell": "18_1" }),
        "redemption_not_found" => json!({ "record_id": "unknown" }),
        "reject_reason_missing" => json!({ "result": "POINT_EXCHANGE_COUPON_REJECT" }),
        "redemption_answered" => {
            repeat(world, draft).await;
            json!({ "result": "POINT_EXCHANGE_COUPON_REJECT", "reject_reason": "积分不足" })
        }
        "card_not_pending" | "card_not_invalidatable" | "feed_exists" => {
            repeat(world, draft).await;
            json!({})
        }
        "card_not_effective" => {
            let code = world.opened(CARD_ID, OPENID).await;
            json!({ "openid": OPENID, "user_card_code": code })
        }
        "no_pending_card" => json!({ "openid": "o000000000000000000000000000" }),
        "code_not_changeable" => json!({ "user_card_code": "other" }),
        "code_taken" => {
            world.change::<Template>(CARD_ID, |it| it.card.code_mode = CodeMode::MerchantAllocate).await;
            json!({ "user_card_code": world.code(CARD_ID, MEMBER).await })
        }
        "member_pending" => {
            world.opened(CARD_ID, OPENID).await;
            json!({})
        }
        "member_effective" => json!({ "openid": MEMBER }),
        "member_deleted" => {
            let (card_id, openid) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
            simulator::delete_card(&world.service, &card_id, &openid).await.unwrap();
            json!({ "openid": MEMBER })
        }
        "pickup_time_forbidden" => json!({ "pickup_time": "2027-01-01T00:00:00+08:00" }),
        "pickup_time_missing" => of_days(world, json!({})).await,
        "pickup_time_in_future" => {
            of_days(world, json!({ "pickup_time": "2027-01-15T16:00:00+08:00" })).await
        }
        "card_expired" => of_days(world, json!({ "pickup_time": "2027-01-01T00:00:00+08:00" })).await,
        name if name.starts_with("validity_") => validity(world, name).await,
        name => {
            let answers = answers(name)?;
            asks(world).await;
            json!({ "user_information": answers })
        }
    };
    call(world, name, &merged(&good, &changes))
}

fn call(world: &World, name: &str, parameters: &Value) -> Option<Draft> {
    Some(match name {
        "query_user_card" => world.by_hand::<QueryUserCard>(parameters),
        "brand_query_user_card" => world.by_hand::<QueryUserCard<Brand>>(parameters),
        "list_user_cards" => world.by_hand::<ListUserCards>(parameters),
        "brand_list_user_cards" => world.by_hand::<ListUserCards<Brand>>(parameters),
        "modify_user_card" => world.by_hand::<ModifyUserCard>(parameters),
        "brand_modify_user_card" => world.by_hand::<ModifyUserCard<Brand>>(parameters),
        "invalidate_user_card" => world.by_hand::<InvalidateUserCard>(parameters),
        "brand_invalidate_user_card" => world.by_hand::<InvalidateUserCard<Brand>>(parameters),
        "confirm_user_card" => world.by_hand::<ConfirmUserCard>(parameters),
        "brand_confirm_user_card" => world.by_hand::<ConfirmUserCard<Brand>>(parameters),
        "import_user_card_by_openid" => world.by_hand::<ImportUserCardByOpenid>(parameters),
        "brand_import_user_card_by_openid" => world.by_hand::<ImportUserCardByOpenid<Brand>>(parameters),
        "import_user_card_by_phone" => world.by_hand::<ImportUserCardByPhone>(parameters),
        "create_user_feed" => world.by_hand::<CreateUserFeed>(parameters),
        "brand_create_user_feed" => world.by_hand::<CreateUserFeed<Brand>>(parameters),
        "sync_user_points" => world.by_hand::<SyncUserPoints>(parameters),
        "brand_sync_user_points" => world.by_hand::<SyncUserPoints<Brand>>(parameters),
        "confirm_point_exchange" => world.by_hand::<ConfirmPointExchange>(parameters),
        "brand_confirm_point_exchange" => world.by_hand::<ConfirmPointExchange<Brand>>(parameters),
        "create_pay_view_token" => world.by_hand::<CreatePayViewToken>(parameters),
        _ => return None,
    })
}

/// The parameters of a good call, whose state is there then. Asked twice, it does nothing more.
async fn parameters(world: &World, name: &str) -> Option<Value> {
    let user = |openid: &str, more: Value| {
        merged(&json!({ "brand_id": BRAND_ID, "card_id": CARD_ID, "openid": openid }), &more)
    };
    let card = async |more: Value| {
        merged(&user(MEMBER, json!({ "user_card_code": world.code(CARD_ID, MEMBER).await })), &more)
    };
    Some(match name.strip_prefix("brand_").unwrap_or(name) {
        "query_user_card" | "invalidate_user_card" => card(json!({})).await,
        "list_user_cards" => {
            json!({ "brand_id": BRAND_ID, "openid": MEMBER, "offset": 0, "limit": 20 })
        }
        "modify_user_card" => card(json!({ "level": "钻石会员", "phone_number": sealed(PHONE) })).await,
        "confirm_user_card" => {
            if world.member(CARD_ID, OPENID).await.is_none() {
                world.opened(CARD_ID, OPENID).await;
            }
            let code = world.code(CARD_ID, OPENID).await;
            let outcome = "CREATE_CARD_SUCCESS";
            user(OPENID, json!({ "user_card_code": code, "user_card_confirm_state": outcome }))
        }
        "import_user_card_by_openid" => user(OPENID, json!({ "user_card_code": "478515832665" })),
        "import_user_card_by_phone" => json!({
            "brand_id": BRAND_ID,
            "card_id": CARD_ID,
            "phone_number": sealed(PHONE),
            "user_card_code": "478515832665",
        }),
        "create_user_feed" => {
            card(json!({ "out_request_no": "100002322019090134234sfdf", "cell": "15_1200_1" })).await
        }
        "sync_user_points" => {
            card(json!({ "out_request_no": "100002322019090134234sfdf", "point_balance": 1000 })).await
        }
        "confirm_point_exchange" => {
            let Redemption { asked, .. } = redemption(world).await;
            card(json!({
                "record_id": asked.record_id,
                "exchange_coupon_template_id": asked.exchange_coupon_template_id,
                "result": "POINT_EXCHANGE_COUPON_ALLOW",
            }))
            .await
        }
        "create_pay_view_token" => user(MEMBER, json!({})),
        _ => return None,
    })
}

/// The member's redemption.
async fn redemption(world: &World) -> Redemption {
    let (card_id, openid) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
    let coupon = Coupon {
        exchange_coupon_template_id: "1001".parse().unwrap(),
        deduct_points: 100,
        product_coupon_id: "1000000013".parse().unwrap(),
        product_coupon_stock_type: ProductCouponStockType::BusiFavor,
        stock_id: "1000000013001".parse().unwrap(),
    };
    if world.store.read_all::<Redemption>().await.unwrap().is_empty() {
        simulator::redeem_points(&world.service, &card_id, &openid, &coupon).await.unwrap();
    }
    world.store.read_all::<Redemption>().await.unwrap().remove(0).record
}

/// Makes the good call before the one that is to meet what it left behind.
async fn repeat(world: &World, draft: &Draft) {
    let reply = world.send(draft.sign()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

async fn feature(world: &World, feature: Feature) -> Value {
    world.change::<ruhui_server::domain::Brand>(BRAND_ID, |brand| brand.feature = feature).await;
    json!({})
}

/// Cards of the template are valid for a week from pickup.
async fn of_days(world: &World, changes: Value) -> Value {
    let week = ValidDateInformation::days_after_receive(7);
    world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = week).await;
    changes
}

/// What a row says is wrong with a validity, of a template of its kind.
async fn validity(world: &World, row: &str) -> Value {
    let validity = templates::validity(row);
    if row != "validity_type_differs" {
        let kind = validity["type"].as_str().unwrap().into();
        let of_kind = ValidDateInformation::new(kind);
        world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = of_kind).await;
    }
    let pickup_time = match validity["type"].as_str() {
        Some("FIX_TERM") if row != "validity_type_differs" => json!("2027-01-15T00:00:00+08:00"),
        _ => Value::Null,
    };
    json!({ "valid_date_information": validity, "pickup_time": pickup_time })
}

/// The template asks for all that answers can be wrong about.
async fn asks(world: &World) {
    let form = serde_json::from_value(json!({
        "common_field_list": ["USER_FORM_FLAG_SEX", "USER_FORM_FLAG_BIRTHDAY", "USER_FORM_FLAG_EMAIL"],
        "custom_field_list": [{ "type": "CHECK_BOX", "name": "爱好", "values": ["茶", "酒"] }],
    }));
    world.change::<Template>(CARD_ID, |it| it.card.user_information = form.unwrap()).await;
}

/// What a row says is wrong with answers.
fn answers(row: &str) -> Option<Value> {
    let common =
        |name: &str, value: &str| json!({ "name": format!("USER_FORM_FLAG_{name}"), "value": sealed(value) });
    let chosen = |name: &str, values: &[&str]| {
        let values: Vec<_> = values.iter().map(|value| sealed(value)).collect();
        json!({ "name": name, "user_chosen_values": values })
    };
    let commons = |answers: &[Value]| json!({ "common_field_list": answers });
    let customs = |answers: &[Value]| json!({ "custom_field_list": answers });
    Some(match row {
        "common_field_repeated" => commons(&[common("SEX", "男"), common("SEX", "男")]),
        "common_field_undefined" => commons(&[common("CITY", "广东省,深圳市")]),
        "sex_format" => commons(&[common("SEX", "男性")]),
        "birthday_format" => commons(&[common("BIRTHDAY", "2001-02-29")]),
        "email_format" => commons(&[common("EMAIL", "a@b")]),
        "custom_field_repeated" => customs(&[chosen("爱好", &["茶"]), chosen("爱好", &["酒"])]),
        "custom_fields_too_many" => customs(&[chosen("爱好", &["茶"]), chosen("口味", &["甜"])]),
        "custom_field_undefined" => customs(&[chosen("口味", &["甜"])]),
        "custom_values_count" => customs(&[chosen("爱好", &[])]),
        "chosen_value_illegal" => customs(&[chosen("爱好", &["水"])]),
        _ => return None,
    })
}

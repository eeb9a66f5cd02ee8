//! Good requests about user cards, feeds, points and payment-code tokens, and the states that cause their errors.

use super::{called, templates};
use crate::common::*;
use ruhui_core::api::Row;
use ruhui_core::api::card_member::{CodeMode, ProductCouponStockType, ValidDateInformation};
use ruhui_core::api::rows::Id;
use ruhui_server::domain::{Feature, Redemption, Template};
use ruhui_server::simulator::{self, Coupon};
use ruhui_server::store::StoreExt as _;
use serde_json::{Value, json};

/// Returns a good request to the endpoint `name` and creates the state that it needs; `None` if another file has the
/// endpoint.
pub(crate) async fn draft(world: &TestService, name: &str) -> Option<Draft> {
    Some(called(world, name, &parameters(world, name).await?))
}

/// Creates the state of an error row, and returns the request that gets it; `None` if `main` handles the row.
pub(crate) async fn cause(world: &TestService, name: &str, row: &Row, draft: &Draft) -> Option<Draft> {
    let good = parameters(world, name).await?;
    let changes = match row.id {
        // A request of the brand family always names the caller's brand, so only a staged user causes this row.
        Id::NOT_THE_CALLERS_BRAND if name.starts_with("brand_") => {
            json!({ "openid": "oNoAuth000000000000000000000" })
        }
        Id::NOT_THE_CALLERS_BRAND => json!({ "brand_id": "1006" }),
        Id::NOT_ENABLED => feature(world, Feature::NotEnabled).await,
        Id::NOT_OPENED_YET => feature(world, Feature::NotOpenedYet).await,
        Id::TEMPLATE_NOT_FOUND => json!({ "card_id": "unknown" }),
        Id::TEMPLATE_INVALID => json!({ "card_id": "pInvalidTemplate000000000001" }),
        Id::TEMPLATE_EXPIRED => json!({ "card_id": "pExpiredTemplate000000000001" }),
        Id::OPENID_FOREIGN => json!({ "openid": "oForeign00000000000000000000" }),
        Id::OPENID_INVALID => json!({ "openid": "oInvalid00000000000000000000" }),
        Id::OPENID_WRONG => json!({ "openid": "none" }),
        Id::CARD_NOT_FOUND => json!({ "user_card_code": "unknown" }),
        Id::NOT_A_MEMBER => json!({ "openid": OPENID }),
        Id::ENCRYPTED_FIELD_UNREADABLE => json!({ "phone_number": PHONE }),
        Id::CONTENT_REJECTED => json!({ "card_picture_url": "https://example.com/other.png" }),
        Id::FEED_CELL_ILLEGAL => json!({ "cell": "15" }),
        Id::FEED_NOT_PERMITTED => json!({ "cell": "18_1" }),
        Id::REDEMPTION_NOT_FOUND => json!({ "record_id": "unknown" }),
        Id::REJECT_REASON_MISSING => json!({ "result": "POINT_EXCHANGE_COUPON_REJECT" }),
        Id::REDEMPTION_CONFIRMED => {
            repeat(world, draft).await;
            json!({ "result": "POINT_EXCHANGE_COUPON_REJECT", "reject_reason": "积分不足" })
        }
        Id::CARD_NOT_PENDING | Id::CARD_NOT_INVALIDATABLE | Id::FEED_EXISTS => {
            repeat(world, draft).await;
            json!({})
        }
        Id::CARD_NOT_EFFECTIVE => {
            let code = world.opened(CARD_ID, OPENID).await;
            json!({ "openid": OPENID, "user_card_code": code })
        }
        Id::NO_PENDING_CARD => json!({ "openid": "o000000000000000000000000000" }),
        Id::CODE_NOT_CHANGEABLE => json!({ "user_card_code": "other" }),
        Id::CODE_TAKEN => {
            world.change::<Template>(CARD_ID, |it| it.card.code_mode = CodeMode::MerchantAllocate).await;
            json!({ "user_card_code": world.code(CARD_ID, MEMBER).await })
        }
        Id::MEMBER_PENDING => {
            world.opened(CARD_ID, OPENID).await;
            json!({})
        }
        Id::MEMBER_EFFECTIVE => json!({ "openid": MEMBER }),
        Id::MEMBER_DELETED => {
            let (card_id, openid) = (CARD_ID.parse().unwrap(), MEMBER.parse().unwrap());
            simulator::delete_card(&world.service, &card_id, &openid).await.unwrap();
            json!({ "openid": MEMBER })
        }
        Id::PICKUP_TIME_FORBIDDEN => json!({ "pickup_time": "2027-01-01T00:00:00+08:00" }),
        Id::PICKUP_TIME_MISSING => of_days(world, json!({})).await,
        Id::PICKUP_TIME_IN_FUTURE => {
            of_days(world, json!({ "pickup_time": "2027-01-15T16:00:00+08:00" })).await
        }
        Id::CARD_EXPIRED => of_days(world, json!({ "pickup_time": "2027-01-01T00:00:00+08:00" })).await,
        id => match answers(id) {
            Some(answers) => {
                asks(world).await;
                json!({ "user_information": answers })
            }
            None => validity(world, id).await?,
        },
    };
    Some(called(world, name, &merged(&good, &changes)))
}

/// Returns the parameters of a good request, and creates its state. A second call changes nothing more.
async fn parameters(world: &TestService, name: &str) -> Option<Value> {
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
        "modify_user_card" => card(json!({ "level": "钻石会员", "phone_number": encrypted(PHONE) })).await,
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
            "phone_number": encrypted(PHONE),
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

/// Returns the member's redemption, which is created if it is missing.
async fn redemption(world: &TestService) -> Redemption {
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

/// Sends the good request first, so that the next one meets its effect.
async fn repeat(world: &TestService, draft: &Draft) {
    let response = world.send(draft.sign()).await;
    assert_eq!(response.status, 200, "{}", response.text());
}

async fn feature(world: &TestService, feature: Feature) -> Value {
    world.change::<ruhui_server::domain::Brand>(BRAND_ID, |brand| brand.feature = feature).await;
    json!({})
}

/// Makes cards of the template valid for a week from pickup.
async fn of_days(world: &TestService, changes: Value) -> Value {
    let week = ValidDateInformation::days_after_receive(7);
    world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = week).await;
    changes
}

/// Returns mistakes in a validity, by error row, for a template of its kind.
async fn validity(world: &TestService, row: Id) -> Option<Value> {
    let validity = templates::validity(row)?;
    if row != Id::VALIDITY_TYPE_DIFFERS {
        let kind = validity["type"].as_str().unwrap().into();
        let of_kind = ValidDateInformation::new(kind);
        world.change::<Template>(CARD_ID, |it| it.card.valid_date_information = of_kind).await;
    }
    let pickup_time = match validity["type"].as_str() {
        Some("FIX_TERM") if row != Id::VALIDITY_TYPE_DIFFERS => json!("2027-01-15T00:00:00+08:00"),
        _ => Value::Null,
    };
    Some(json!({ "valid_date_information": validity, "pickup_time": pickup_time }))
}

/// Makes the template ask for every kind of form answer that can be wrong.
async fn asks(world: &TestService) {
    let form = serde_json::from_value(json!({
        "common_field_list": ["USER_FORM_FLAG_SEX", "USER_FORM_FLAG_BIRTHDAY", "USER_FORM_FLAG_EMAIL"],
        "custom_field_list": [{ "type": "CHECK_BOX", "name": "爱好", "values": ["茶", "酒"] }],
    }));
    world.change::<Template>(CARD_ID, |it| it.card.user_information = form.unwrap()).await;
}

/// Returns mistakes in form answers, by error row.
fn answers(row: Id) -> Option<Value> {
    let common = |name: &str, value: &str| json!({ "name": format!("USER_FORM_FLAG_{name}"), "value": encrypted(value) });
    let chosen = |name: &str, values: &[&str]| {
        let values: Vec<_> = values.iter().map(|value| encrypted(value)).collect();
        json!({ "name": name, "user_chosen_values": values })
    };
    let commons = |answers: &[Value]| json!({ "common_field_list": answers });
    let customs = |answers: &[Value]| json!({ "custom_field_list": answers });
    Some(match row {
        Id::COMMON_FIELD_REPEATED => commons(&[common("SEX", "男"), common("SEX", "男")]),
        Id::COMMON_FIELD_UNDEFINED => commons(&[common("CITY", "广东省,深圳市")]),
        Id::SEX_FORMAT => commons(&[common("SEX", "男性")]),
        Id::BIRTHDAY_FORMAT => commons(&[common("BIRTHDAY", "2001-02-29")]),
        Id::EMAIL_FORMAT => commons(&[common("EMAIL", "a@b")]),
        Id::CUSTOM_FIELD_REPEATED => customs(&[chosen("爱好", &["茶"]), chosen("爱好", &["酒"])]),
        Id::CUSTOM_FIELDS_TOO_MANY => customs(&[chosen("爱好", &["茶"]), chosen("口味", &["甜"])]),
        Id::CUSTOM_FIELD_UNDEFINED => customs(&[chosen("口味", &["甜"])]),
        Id::CUSTOM_VALUES_COUNT => customs(&[chosen("爱好", &[])]),
        Id::CHOSEN_VALUE_ILLEGAL => customs(&[chosen("爱好", &["水"])]),
        _ => return None,
    })
}

//! Tests of the encoding of parameters: which endpoints put them in the path, in the query or in the body.

use crate::support::*;
use http::Method;
use ruhui::api::card_member::{
    ConfirmUserCard, InvalidateCardTemplate, ListUserCards, ModifyUserCard, PageLimit, PageOffset,
    QueryUserCard, UserCardConfirmState, UserCardState,
};
use ruhui::api::{Brand, CallersOwn, Endpoint};
use ruhui::error::{Foreign, Proof};
use ruhui::sign::Scheme;
use ruhui::types::UserCardCode;
use ruhui::{Client, Error};
use serde_json::json;
use std::sync::Arc;

const CARD: &str = r#"{"user_card_code":"A/1","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA","brand_id":"1004","card_type":"NORMAL","valid_date_information":{"type":"PERMANENT"},"pickup_time":"2025-06-24T08:00:00+08:00","user_card_state":"EFFECTIVE","create_time":"2025-06-24T08:00:00+08:00","modify_time":"2025-06-24T08:00:00+08:00"}"#;

fn code() -> UserCardCode {
    UserCardCode::new("A/1").unwrap()
}

fn brand(script: &Arc<Script>) -> Client<Brand> {
    Client::brand("1004", SERIAL_NO, BRAND_KEY, PUBLIC_KEY_ID, PLATFORM_PUB)
        .unwrap()
        .clock(Standing::at(NOW))
        .transport(script.clone())
        .build()
        .unwrap()
}

fn brand_signed(body: &str) -> Outcome {
    Ok(signed_by(&platform(), Scheme::Brand, NOW, 200, body))
}

#[tokio::test]
async fn a_query_has_its_parameters_in_path_and_query() {
    let script = Script::new([Ok(signed(200, CARD))]);
    let founding = call();
    let query = QueryUserCard {
        brand_id: founding.brand_id,
        card_id: founding.card_id,
        openid: founding.openid,
        user_card_code: code(),
    };
    let card = client(&script).query_user_card(&query).await.unwrap();
    assert_eq!(card.user_card_state, UserCardState::Effective);
    let request = script.requests().remove(0);
    assert_eq!(request.method(), Method::GET);
    assert_eq!(
        request.uri().path_and_query().unwrap(),
        "/v3/brand/partner/card-member/user-cards/A%2F1\
         ?brand_id=1004&card_id=pbLatjvWOibDc5-TBnbUk1pD12o0&openid=obLatjnx9gnqzS4myYGmLZ7LgLBA"
    );
    assert!(request.body().is_empty() && is_signed_as_sent(&request));
}

/// The documents' own example of a signed GET request.
#[tokio::test]
async fn a_brands_list_is_the_documents_example() {
    let script = Script::new([brand_signed(r#"{"data":[],"total_count":0,"offset":0,"limit":20}"#)]);
    let list = ListUserCards {
        brand_id: CallersOwn,
        openid: call().openid,
        user_card_state: Some(UserCardState::Effective),
        offset: PageOffset::START,
        limit: PageLimit::MAX,
    };
    let cards = brand(&script).send(&list).await.unwrap();
    assert_eq!((cards.data.len(), cards.total_count), (0, 0));
    assert_eq!(
        script.requests()[0].uri().path_and_query().unwrap(),
        "/brand/card-member/user-cards\
         ?openid=obLatjnx9gnqzS4myYGmLZ7LgLBA&user_card_state=EFFECTIVE&offset=0&limit=20"
    );
}

#[tokio::test]
async fn a_change_is_a_patch_of_what_it_names() {
    let script = Script::new([Ok(signed(200, CARD))]);
    let founding = call();
    let mut change = ModifyUserCard::new(founding.brand_id, founding.card_id, founding.openid, code());
    change.level = Some("钻石会员".parse().unwrap());
    client(&script).send(&change).await.unwrap();
    let request = script.requests().remove(0);
    assert_eq!(request.method(), Method::PATCH);
    assert_eq!(request.uri().path(), "/v3/brand/partner/card-member/user-cards/A%2F1");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(
        request.body(),
        r#"{"brand_id":"1004","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA","level":"钻石会员"}"#
    );
    assert!(is_signed_as_sent(&request));
}

#[tokio::test]
async fn a_confirmation_goes_under_the_cards_code() {
    let script = Script::new([brand_signed(CARD)]);
    let confirm: ConfirmUserCard<Brand> = serde_json::from_value(json!({
        "card_id": call().card_id,
        "openid": call().openid,
        "user_card_code": code(),
        "user_card_confirm_state": UserCardConfirmState::CreateCardSuccess,
    }))
    .unwrap();
    brand(&script).confirm_user_card(&confirm).await.unwrap();
    let request = script.requests().remove(0);
    assert_eq!(request.uri().path(), "/brand/card-member/user-cards/A%2F1/confirm");
    assert_eq!(
        request.body(),
        r#"{"card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA","user_card_confirm_state":"CREATE_CARD_SUCCESS"}"#
    );
}

/// A brand's request that ends a template has its parameter in the path only.
#[tokio::test]
async fn a_body_without_members_is_empty() {
    let template = r#"{"card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0"}"#;
    let script = Script::new([brand_signed(template)]);
    let end = InvalidateCardTemplate::<Brand> { brand_id: CallersOwn, card_id: call().card_id };
    let error = brand(&script).send(&end).await.unwrap_err();
    assert!(error.to_string().contains("/brand_id is required"), "a template has more: {error}");
    let request = script.requests().remove(0);
    assert_eq!(request.uri().path(), "/brand/card-member/cards/pbLatjvWOibDc5-TBnbUk1pD12o0/invalidate");
    assert!(request.body().is_empty());
}

#[tokio::test]
async fn a_response_is_had_beside_its_value() {
    let script = Script::new([Ok(signed(200, TOKEN))]);
    let response = client(&script).exchange(&call()).await.unwrap();
    assert_eq!((response.status().as_u16(), response.request_id()), (200, Some("08F78BB5-0")));
    assert_eq!(response.body(), TOKEN);
    let token: <ruhui::api::card_member::CreatePreAuthToken as Endpoint>::Response = response.json().unwrap();
    assert_eq!(token.token.as_str(), "Ab3dEfGh1jKlMn0pQrStUvWxYz012345");
}

#[tokio::test]
async fn a_202_that_is_no_api_error_is_named_by_its_headers() {
    for (name, value, wanted) in [
        ("content-encoding", "br", Foreign::Compressed),
        ("content-type", "text/html", Foreign::Page),
        ("content-type", "text/plain", Foreign::Other),
    ] {
        let mut response = signed(202, "accepted");
        response.headers_mut().insert(name, value.parse().unwrap());
        let error = client(&Script::new([Ok(response)])).create_pre_auth_token(&call()).await.unwrap_err();
        let Error::Api(refusal) = error else { panic!("{error:?}") };
        assert_eq!((refusal.foreign, refusal.proof), (Some(wanted), Proof::Signed), "{name}: {value}");
    }
}

/// A 202, accepted and not processed, is not a success.
#[tokio::test]
async fn a_202_is_a_refusal_of_a_call_and_of_an_upload() {
    for upload in [false, true] {
        let script = Script::new([Ok(signed(202, r#"{"code":"USERPAYING","message":"m"}"#))]);
        let client = client(&script);
        let error = if upload {
            client.upload_image("a.png", "").await.unwrap_err()
        } else {
            client.exchange(&call()).await.unwrap_err()
        };
        assert_eq!(error.status().unwrap().as_u16(), 202);
        assert!(error.is_retryable());
    }
}

//! Tests that requests are decoded strictly: unknown members and values are rejected.

use crate::PLATFORM;
use ruhui_core::api::card_member::{
    ConfirmUserCard, CreatePreAuthToken, ImportUserCardByOpenid, InvalidateCardTemplate, ListCardTemplates,
    ListUserCards, ModifyCardTemplate, ModifyUserCard, PageLimit, PageOffset, UserCardConfirmState,
};
use ruhui_core::api::{Brand, CallersOwn, Endpoint, FamilyMarker, Location, Partner};
use ruhui_core::types::{BrandId, CardId, OpenId, UserCardCode};
use ruhui_core::wire::{self, ParameterIssue};

#[test]
fn an_unknown_value_of_an_enum_is_rejected_and_the_known_ones_are_listed() {
    let query = "brand_id=1004&state=CARD_FROZEN&offset=0&limit=20";
    let fault = wire::decode::<ListCardTemplates>(&[], Some(query), b"", None).unwrap_err();
    assert_eq!((fault.location, fault.field.as_str()), (Location::Query, "state"));
    assert_eq!(fault.value.as_deref(), Some(&"CARD_FROZEN".into()));
    assert_eq!(fault.to_string(), r#"/query/state "CARD_FROZEN" is none of CARD_EFFECTIVE, CARD_INVALID"#);
    let body = br#"{"brand_id":"1","card_id":"c","openid":"o","valid_date_information":{"type":"NEVER"}}"#;
    let path = [("user_card_code", "1")];
    let fault = wire::decode::<ModifyUserCard>(&path, None, body, None).unwrap_err();
    assert_eq!(fault.field, "/valid_date_information/type");
    assert!(
        format!("{fault:#}").contains("不在枚举范围内：FIX_TIME_RANGE, FIX_TERM, PERMANENT"),
        "{fault:#}"
    );
}

#[test]
fn a_long_value_of_an_enum_is_said_back_in_part() {
    let body = format!(r#"{{"brand_id":"1","valid_date_information":{{"type":"{}"}}}}"#, "x".repeat(1 << 19));
    let path = [("card_id", "c")];
    let fault = wire::decode::<ModifyCardTemplate>(&path, None, body.as_bytes(), None).unwrap_err();
    let said = serde_json::to_string(&fault.to_body(false)).unwrap();
    assert!(said.len() < 1000 && said.contains(&"x".repeat(64)), "{} bytes", said.len());
}

#[test]
fn null_and_empty_are_rejected_where_something_may_be_absent() {
    let path = [("user_card_code", "1")];
    for (level, issue) in [("null", "must not be null"), ("\"\"", "must not be empty")] {
        let body = format!(r#"{{"brand_id":"1","card_id":"c","openid":"o","level":{level}}}"#);
        let fault = wire::decode::<ModifyUserCard>(&path, None, body.as_bytes(), None).unwrap_err();
        assert_eq!(fault.to_string(), format!("/body/level {issue}"));
    }
}

#[test]
fn a_four_byte_character_is_rejected_in_members_read_and_unread() {
    for member in [r#""attach":"a😀""#, r#""card_type":["😀"]"#] {
        let body = format!(r#"{{"brand_id":"1","card_id":"c","openid":"o",{member}}}"#);
        let path = [("user_card_code", "1")];
        let fault = wire::decode::<ModifyUserCard>(&path, None, body.as_bytes(), None).unwrap_err();
        assert_eq!(fault.issue, ParameterIssue::FourByteCharacter('😀'));
        assert!(fault.value.unwrap().as_str().unwrap().ends_with('😀'));
    }
}

#[test]
fn a_call_that_says_everything_in_its_path_has_no_body() {
    let card_id = CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0").unwrap();
    let call = InvalidateCardTemplate::<Brand> { brand_id: CallersOwn, card_id: card_id.clone() };
    let encoded = wire::encode(&call, None).unwrap();
    assert_eq!(encoded.target, "/brand/card-member/cards/pbLatjvWOibDc5-TBnbUk1pD12o0/invalidate");
    assert_eq!(encoded.body, b"");
    let path = [("card_id", card_id.as_str())];
    // A brand may nevertheless name itself.
    for body in ["", "{}", r#"{"brand_id":"1004"}"#] {
        let read: InvalidateCardTemplate<Brand> = wire::decode(&path, None, body.as_bytes(), None).unwrap();
        assert_eq!(read, call);
    }
    let fault = wire::decode::<InvalidateCardTemplate>(&path, None, b"", None).unwrap_err();
    assert_eq!(fault.issue, ParameterIssue::NoBody);
    let long = "x".repeat(33);
    let fault =
        wire::decode::<InvalidateCardTemplate<Brand>>(&[("card_id", &long)], None, b"", None).unwrap_err();
    assert_eq!((fault.location, fault.field.as_str()), (Location::Url, "card_id"));
}

/// `new` sets no optional member, because an update leaves absent members unchanged.
#[test]
fn what_is_new_has_required_members_only() {
    fn body<E: Endpoint>(call: &E) -> String {
        String::from_utf8(wire::encode(call, None).unwrap().body).unwrap()
    }
    fn bodies<F: FamilyMarker>(brand_id: F::BrandId) -> [String; 4] {
        let card_id = CardId::new("pbLatjvWOibDc5-TBnbUk1pD12o0").unwrap();
        let openid = OpenId::new("obLatjnx9gnqzS4myYGmLZ7LgLBA").unwrap();
        let code = UserCardCode::new("478515832665").unwrap();
        let parts = || (brand_id.clone(), card_id.clone(), openid.clone(), code.clone());
        let (brand, card, user, number) = parts();
        let user_card = body(&ModifyUserCard::<F>::new(brand, card, user, number));
        let (brand, card, user, number) = parts();
        let import = body(&ImportUserCardByOpenid::<F>::new(brand, card, user, number));
        let (brand, card, user, number) = parts();
        let state = UserCardConfirmState::CreateCardFail;
        let confirm = body(&ConfirmUserCard::<F>::new(brand, card, user, number, state));
        [body(&ModifyCardTemplate::<F>::new(brand_id.clone(), card_id.clone())), user_card, import, confirm]
    }
    let user = r#""card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA""#;
    let code = r#""user_card_code":"478515832665""#;
    let state = r#""user_card_confirm_state":"CREATE_CARD_FAIL""#;
    let brand = r#""brand_id":"1004""#;
    assert_eq!(
        bodies::<Partner>(BrandId::new("1004").unwrap()),
        [
            format!("{{{brand}}}"),
            format!("{{{brand},{user}}}"),
            format!("{{{brand},{user},{code}}}"),
            format!("{{{brand},{user},{state}}}"),
        ]
    );
    assert_eq!(
        bodies::<Brand>(CallersOwn),
        [String::new(), format!("{{{user}}}"), format!("{{{user},{code}}}"), format!("{{{user},{state}}}"),]
    );
}

#[test]
fn a_query_leaves_out_what_is_none() {
    let call: ListUserCards = ListUserCards {
        brand_id: BrandId::new("1004").unwrap(),
        openid: OpenId::new("o").unwrap(),
        user_card_state: None,
        offset: PageOffset::START,
        limit: PageLimit::MAX,
    };
    let encoded = wire::encode(&call, None).unwrap();
    assert_eq!(
        encoded.target,
        "/v3/brand/partner/card-member/user-cards?brand_id=1004&openid=o&offset=0&limit=20"
    );
}

#[test]
fn a_call_without_sensitive_fields_is_the_same_with_a_key_and_without() {
    let call = CreatePreAuthToken::<Brand> {
        brand_id: CallersOwn,
        card_id: CardId::new("c").unwrap(),
        openid: OpenId::new("o").unwrap(),
    };
    let encoded = wire::encode(&call, None).unwrap();
    assert_eq!(encoded, wire::encode(&call, Some(&PLATFORM.1)).unwrap());
    assert_eq!(encoded.body, br#"{"card_id":"c","openid":"o"}"#);
    assert_eq!(wire::encode_response(&call, None).unwrap(), encoded.body);
}

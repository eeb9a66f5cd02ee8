//! One test for each error row of the endpoints for activities, with its name.

use super::*;
use crate::domain::sample::{self, now, seconds, text};
use ruhui_core::api::card_member::{ActivityChannel, CardTemplateState, ProductCouponStock};
use ruhui_core::api::rows::Id;

fn stock() -> ProductCouponStock {
    ProductCouponStock::new(text("1"), text("2"))
}

fn asked() -> CreateMembershipActivity {
    CreateMembershipActivity {
        out_request_no: text("1"),
        brand_id: sample::brand_id(),
        card_id: sample::card_id(),
        activity_channel: ActivityChannel::MerchantAppComponent,
        title: text("入会有礼"),
        sub_title: text("满减券"),
        begin_time: seconds(100),
        end_time: seconds(200),
        apply_total: 10,
        product_coupon_stock_list: vec![stock()],
    }
}

fn activity() -> Activity {
    let template = sample::template();
    let creation = Creation { asked: &asked(), earlier: None, template: Some(&template), activities: &[] };
    create(creation, 25, now()).unwrap()
}

fn after(seconds: i64) -> Timestamp {
    sample::seconds(seconds).timestamp()
}

fn refusal(change: impl FnOnce(&mut CreateMembershipActivity)) -> Id {
    let mut asked = asked();
    change(&mut asked);
    check_creation(&asked).unwrap_err().id
}

fn creation(
    earlier: Option<&Claim>,
    template: Option<&Template>,
    activities: &[Activity],
) -> Result<Activity, Id> {
    create(Creation { asked: &asked(), earlier, template, activities }, 26, now()).map_err(|row| row.id)
}

#[test]
fn activity_times() {
    assert_eq!(check_creation(&asked()), Ok(()));
    assert_eq!(refusal(|asked| asked.end_time = asked.begin_time), Id::ACTIVITY_TIMES);
    assert_eq!(refusal(|asked| asked.end_time = seconds(0)), Id::ACTIVITY_TIMES);
    let modify_to = |begin_time, end_time| {
        let asked = ModifyMembershipActivity {
            brand_id: sample::brand_id(),
            activity_id: 25,
            title: text("a"),
            sub_title: text("b"),
            begin_time,
            end_time,
        };
        modify(&activity(), &asked, now()).map_err(|row| row.id)
    };
    assert_eq!(modify_to(seconds(2), seconds(2)), Err(Id::ACTIVITY_TIMES));
    let changed = modify_to(seconds(1), seconds(2)).unwrap().activity;
    assert_eq!((changed.title.as_str(), changed.sub_title.as_str()), ("a", "b"));
    assert_eq!((changed.begin_time, changed.end_time), (seconds(1), seconds(2)));
}

#[test]
fn activity_stocks() {
    assert_eq!(refusal(|asked| asked.product_coupon_stock_list.clear()), Id::ACTIVITY_STOCKS);
    assert_eq!(refusal(|asked| asked.product_coupon_stock_list = vec![stock(); 201]), Id::ACTIVITY_STOCKS);
    let most = CreateMembershipActivity { product_coupon_stock_list: vec![stock(); 200], ..asked() };
    assert_eq!(check_creation(&most), Ok(()));
}

#[test]
fn activity_total() {
    for apply_total in [0, -1, i64::MIN] {
        assert_eq!(refusal(|asked| asked.apply_total = apply_total), Id::ACTIVITY_TOTAL);
    }
}

#[test]
fn out_request_no_repeated() {
    let claim = Claim::out_request_no("call", &sample::brand_id(), "1");
    assert_eq!(creation(Some(&claim), None, &[activity()]), Err(Id::OUT_REQUEST_NO_REPEATED));
}

#[test]
fn activity_template_unknown() {
    assert_eq!(creation(None, None, &[]), Err(Id::ACTIVITY_TEMPLATE_UNKNOWN));
    let mut template = sample::template();
    template.card.brand_id = BrandId::new("1005").unwrap();
    assert_eq!(creation(None, Some(&template), &[]), Err(Id::ACTIVITY_TEMPLATE_UNKNOWN));
}

#[test]
fn template_invalid() {
    let mut template = sample::template();
    template.card.state = CardTemplateState::CardInvalid;
    assert_eq!(creation(None, Some(&template), &[]), Err(Id::TEMPLATE_INVALID));
}

#[test]
fn activity_exists() {
    let template = sample::template();
    assert_eq!(creation(None, Some(&template), &[activity()]), Err(Id::ACTIVITY_EXISTS));
    let of_another_template = {
        let mut activity = activity();
        activity.activity.card_id = "another".parse().unwrap();
        activity
    };
    let terminated = terminate(&activity(), now()).unwrap();
    let created = creation(None, Some(&template), &[of_another_template, terminated]).unwrap();
    assert_eq!((created.activity.activity_id, created.activity.apply_available), (26, 10));
}

#[test]
fn activity_not_found() {
    assert_eq!(of_brand(None, &sample::brand_id()), Err(&rows::ACTIVITY_NOT_FOUND));
}

#[test]
fn activity_not_of_brand() {
    let activity = activity();
    assert_eq!(of_brand(Some(&activity), &sample::brand_id()), Ok(&activity));
    let another = BrandId::new("1005").unwrap();
    assert_eq!(of_brand(Some(&activity), &another), Err(&rows::ACTIVITY_NOT_OF_BRAND));
}

#[test]
fn activity_ended() {
    let asked = ModifyMembershipActivity {
        brand_id: sample::brand_id(),
        activity_id: 25,
        title: text("a"),
        sub_title: text("b"),
        begin_time: seconds(300),
        end_time: seconds(400),
    };
    assert_eq!(modify(&activity(), &asked, after(200)), Err(&rows::ACTIVITY_ENDED));
    assert_eq!(terminate(&activity(), after(200)), Err(&rows::ACTIVITY_ENDED));
    let terminated = terminate(&activity(), after(199)).unwrap();
    assert_eq!(modify(&terminated, &asked, after(199)), Err(&rows::ACTIVITY_ENDED));
}

#[test]
fn the_state_follows_from_the_clock_unless_the_merchant_ended_it() {
    let activity = activity();
    for (second, state) in [
        (0, ActivityState::Created),
        (99, ActivityState::Created),
        (100, ActivityState::Effective),
        (199, ActivityState::Effective),
        (200, ActivityState::Expired),
    ] {
        assert_eq!(activity.shown(after(second)).activity_state, state, "{second}");
    }
    let terminated = terminate(&activity, after(100)).unwrap();
    assert_eq!(terminated.activity.modify_time, seconds(100));
    for second in [0, 150, 300] {
        assert_eq!(terminated.shown(after(second)).activity_state, ActivityState::Terminated);
        assert_eq!(terminate(&terminated, after(second)), Ok(terminated.clone()), "it stays as it is");
    }
}

//! Tests of a member's life from the template on, with SDK and service: the SDK sends requests and receives events. It
//! runs once in one process under clocks that the test sets, and once over real sockets.

mod ways;

use crate::common::*;
use jiff::SignedDuration;
use ruhui::api::card_member::*;
use ruhui::api::event::Event;
use ruhui::{Client, Error};
use ruhui_core::api::{Brand, CallersOwn, FamilyMarker, Partner, Row, rows};
use ruhui_core::types::*;
use ruhui_server::domain::Template;
use ruhui_server::domain::member::Filled;
use ruhui_server::simulator::{self, Coupon};
use ruhui_server::store::{Loaded, StoreExt as _};
use std::sync::Arc;
use ways::{Mailbox, brand, over_sockets, partner};

/// The smallest picture: one pixel.
const PICTURE: &[u8] = include_bytes!("pixel.png");
const APPID: &str = "wxea9c30890f48d5ae";
const PHONE: &str = "13900000000";

fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn filled() -> Filled {
    let name = CommonFieldValue::new(CommonFieldName::Name, parse("小会"));
    let user_information = UserInformation::new(vec![name], Vec::new());
    Filled { phone_number: parse(PHONE), user_information }
}

fn template<F: FamilyMarker>(
    brand_id: &F::BrandId,
    picture: UploadedImage,
    code_mode: CodeMode,
    notify_url: &str,
) -> CreateCardTemplate<F> {
    CreateCardTemplate {
        out_request_no: parse("100002322019090134234sfdf"),
        brand_id: brand_id.clone(),
        appid: parse(APPID),
        card_type: CardType::Normal,
        card_title: parse("会员卡"),
        card_color: parse("#FFFF00"),
        card_picture_url: picture.media_url,
        code_mode,
        code_type: CodeType::QrCode,
        code_jump_information: None,
        benefits: parse("会员专享优惠"),
        notify_url: parse(notify_url),
        need_pinned: None,
        need_display_level: None,
        init_level: None,
        service_phone: None,
        legal_agreement: parse("会员服务协议"),
        valid_date_information: ValidDateInformation::days_after_receive(30),
        member_information: JumpInformation::new(parse(APPID), parse("/pages/member/index")),
        points_information: None,
        balance_information: None,
        purchase_information: None,
        user_information: Some(UserForm::new(vec![CommonFieldName::Name], Vec::new())),
    }
}

fn rejected<T: std::fmt::Debug>(result: Result<T, Error>, row: &Row) {
    let Err(Error::Api(refusal)) = result else { panic!("{result:?} is not {}", row.name) };
    let said = (refusal.status().as_u16(), refusal.code.clone().unwrap());
    assert_eq!(said, (row.status, row.code.clone()), "{}", row.name);
    assert!(refusal.message.starts_with(row.zh), "{refusal}");
}

/// Ends the brand's templates, so that new ones are below the limit.
async fn make_room(world: &TestService) {
    for Loaded { record, .. } in world.store.read_all::<Template>().await.unwrap() {
        if record.card.brand_id.as_str() == BRAND_ID {
            let end = |template: &mut Template| template.card.state = CardTemplateState::CardInvalid;
            world.change::<Template>(record.card.card_id.as_str(), end).await;
        }
    }
}

/// The whole life of a member, in one of the families.
async fn life<F: FamilyMarker>(
    world: &TestService,
    client: &Client<F>,
    mailbox: &Mailbox,
    brand_id: F::BrandId,
    code_mode: CodeMode,
) {
    let openid: OpenId = parse("oMembership00000000000000000");
    let send_to = "https://merchant.example/notify";

    // A template with an uploaded picture.
    let picture = client.upload_image("card.png", PICTURE).await.unwrap();
    let created = client.send(&template::<F>(&brand_id, picture, code_mode.clone(), send_to)).await.unwrap();
    let card_id = created.card_id.clone();
    let query = QueryCardTemplate { brand_id: brand_id.clone(), card_id: card_id.clone() };
    assert_eq!(client.send(&query).await.unwrap(), created);

    // A token, the join component, an event.
    let asked =
        CreatePreAuthToken { brand_id: brand_id.clone(), card_id: card_id.clone(), openid: openid.clone() };
    let token = client.create_pre_auth_token(&asked).await.unwrap().token;
    simulator::join(&world.service, &token, None, &filled()).await.unwrap();
    rejected(client.create_pre_auth_token(&asked).await, &rows::ONE_VALID_CARD);
    world.service.outbox().deliver_due().await.unwrap();
    let Event::UserCardCreated(opened) = mailbox.only_event() else { panic!("not a new card") };
    assert_eq!(opened.user_card_state, UserCardState::Unactivated);
    assert_eq!(opened.phone_number.as_ref().unwrap().as_str(), PHONE);
    assert_eq!(opened.user_card_code.is_some(), code_mode == CodeMode::SystemAllocate);

    // The merchant confirms, with its own code if the template allows it, and with another phone number.
    let code = opened.user_card_code.clone().unwrap_or_else(|| parse("M-0001"));
    let success = UserCardConfirmState::CreateCardSuccess;
    let mut confirm =
        ConfirmUserCard::new(brand_id.clone(), card_id.clone(), openid.clone(), code.clone(), success);
    confirm.phone_number = Some(parse("13911111111"));
    confirm.level = Some(parse("钻石会员"));
    let card = client.send(&confirm).await.unwrap();
    assert_eq!(card.user_card_state, UserCardState::Effective);
    rejected(client.send(&confirm).await, &rows::CARD_NOT_PENDING);
    let query = QueryUserCard {
        brand_id: brand_id.clone(),
        card_id: card_id.clone(),
        openid: openid.clone(),
        user_card_code: code.clone(),
    };
    assert_eq!(client.send(&query).await.unwrap(), card);
    assert_eq!(card.phone_number.unwrap().as_str(), "13911111111");
    let answers = card.user_information.unwrap().common_field_list;
    assert_eq!(answers[0].value.as_str(), "小会");

    // A feed and points.
    let feed = CreateUserFeed {
        brand_id: brand_id.clone(),
        card_id: card_id.clone(),
        openid: openid.clone(),
        user_card_code: code.clone(),
        out_request_no: parse("feed-1"),
        cell: parse("15_1200_1"),
    };
    assert_eq!(client.send(&feed).await.unwrap().cell, feed.cell);
    rejected(client.send(&feed).await, &rows::FEED_EXISTS);
    simulator::view_points(&world.service, &card_id, &openid).await.unwrap();
    world.service.outbox().deliver_due().await.unwrap();
    let Event::SyncUserPoint(_) = mailbox.only_event() else { panic!("not a question for points") };
    let points = SyncUserPoints {
        out_request_no: parse("points-1"),
        brand_id: brand_id.clone(),
        card_id: card_id.clone(),
        openid: openid.clone(),
        user_card_code: code.clone(),
        point_balance: 1000,
    };
    assert_eq!(client.send(&points).await.unwrap().point_balance, 1000);
    redeem(world, client, mailbox, &points).await;

    // The card is valid for thirty calendar days, of which today is the first.
    world.business.advance(SignedDuration::from_hours(24 * 29));
    assert_eq!(client.send(&query).await.unwrap().user_card_state, UserCardState::Effective);
    leave(world, client, mailbox, &query, &asked).await;
}

/// The user redeems a coupon for points, and the merchant agrees.
async fn redeem<F: FamilyMarker>(
    world: &TestService,
    client: &Client<F>,
    mailbox: &Mailbox,
    points: &SyncUserPoints<F>,
) {
    let coupon = Coupon {
        exchange_coupon_template_id: parse("template"),
        deduct_points: 100,
        product_coupon_id: parse("coupon"),
        product_coupon_stock_type: ProductCouponStockType::BrandFavor,
        stock_id: parse("stock"),
    };
    simulator::redeem_points(&world.service, &points.card_id, &points.openid, &coupon).await.unwrap();
    world.service.outbox().deliver_due().await.unwrap();
    let Event::PointExchange(asked) = mailbox.only_event() else { panic!("not a redemption") };
    assert_eq!(asked.deduct_points, 100);
    let mut answer = ConfirmPointExchange {
        record_id: asked.record_id,
        exchange_coupon_template_id: asked.exchange_coupon_template_id,
        brand_id: points.brand_id.clone(),
        card_id: points.card_id.clone(),
        openid: points.openid.clone(),
        user_card_code: points.user_card_code.clone(),
        result: PointExchangeResult::Allow,
        reject_reason: None,
    };
    let exchanged = client.send(&answer).await.unwrap();
    assert_eq!(exchanged.state, PointExchangeState::Success);
    assert!(exchanged.coupon_code.is_some());
    answer.result = PointExchangeResult::Reject;
    answer.reject_reason = Some(parse("积分不足"));
    rejected(client.send(&answer).await, &rows::REDEMPTION_CONFIRMED);
}

/// The user deletes the card, and cannot join again.
async fn leave<F: FamilyMarker>(
    world: &TestService,
    client: &Client<F>,
    mailbox: &Mailbox,
    query: &QueryUserCard<F>,
    asked: &CreatePreAuthToken<F>,
) {
    simulator::delete_card(&world.service, &query.card_id, &query.openid).await.unwrap();
    world.service.outbox().deliver_due().await.unwrap();
    let Event::UserCardDeleted(deleted) = mailbox.only_event() else { panic!("not a deletion") };
    assert_eq!(deleted.user_card_state, UserCardState::Invalid);
    assert_eq!(deleted.user_card_code.as_ref(), Some(&query.user_card_code));
    assert_eq!(client.send(query).await.unwrap().user_card_state, UserCardState::Invalid);

    let token = client.create_pre_auth_token(asked).await.unwrap().token;
    simulator::join(&world.service, &token, None, &filled()).await.unwrap_err();
    let import = ImportUserCardByOpenid {
        pickup_time: Some("2026-12-01T00:00:00+08:00".parse().unwrap()),
        ..ImportUserCardByOpenid::new(
            query.brand_id.clone(),
            query.card_id.clone(),
            query.openid.clone(),
            parse("M-0002"),
        )
    };
    rejected(client.send(&import).await, &rows::MEMBER_DELETED);
}

#[tokio::test]
async fn a_merchant_makes_a_member_and_the_codes_are_wechat_pays() {
    let (world, mailbox) = Mailbox::of_merchant().await;
    make_room(&world).await;
    let client = partner(&world);
    life::<Partner>(&world, &client, &mailbox, parse(BRAND_ID), CodeMode::SystemAllocate).await;
}

#[tokio::test]
async fn a_merchant_makes_a_member_and_allocates_the_code() {
    let (world, mailbox) = Mailbox::of_merchant().await;
    make_room(&world).await;
    let client = partner(&world);
    life::<Partner>(&world, &client, &mailbox, parse(BRAND_ID), CodeMode::MerchantAllocate).await;
}

#[tokio::test]
async fn a_brand_makes_a_member_in_its_own_name() {
    let (world, mailbox) = Mailbox::of_brand().await;
    make_room(&world).await;
    let client = brand(&world);
    life::<Brand>(&world, &client, &mailbox, CallersOwn, CodeMode::SystemAllocate).await;
}

/// A failed handler runs again a minute later. A successful one does not.
#[tokio::test]
async fn an_event_is_handled_once_however_often_it_comes() {
    let (world, mailbox) = Mailbox::of_merchant().await;
    let openid: OpenId = parse("oMembership00000000000000000");
    let client = partner(&world);
    let asked = CreatePreAuthToken { brand_id: parse(BRAND_ID), card_id: parse(CARD_ID), openid };
    let token = client.create_pre_auth_token(&asked).await.unwrap().token;
    let filled = Filled { phone_number: parse(PHONE), user_information: UserInformation::default() };
    simulator::join(&world.service, &token, None, &filled).await.unwrap();

    mailbox.fail_next();
    world.service.outbox().deliver_due().await.unwrap();
    assert_eq!(mailbox.handled(), 0);
    world.service.outbox().deliver_due().await.unwrap();
    assert_eq!(mailbox.received(), 1, "nothing is due before a minute has passed");
    world.pass(60);
    world.service.outbox().deliver_due().await.unwrap();
    assert_eq!((mailbox.received(), mailbox.handled()), (2, 1));
    // The callback is delivered twice, as networks may do.
    mailbox.repeat_last().await;
    assert_eq!((mailbox.received(), mailbox.handled()), (3, 1));
}

/// The member's life over real sockets on this machine.
#[tokio::test]
async fn over_real_sockets() {
    let ends = over_sockets().await;
    let openid: OpenId = parse("oMembership00000000000000000");
    let asked = CreatePreAuthToken {
        brand_id: parse::<BrandId>(BRAND_ID),
        card_id: parse(CARD_ID),
        openid: openid.clone(),
    };
    let token = ends.client.create_pre_auth_token(&asked).await.unwrap().token;
    let filled = Filled { phone_number: parse(PHONE), user_information: UserInformation::default() };
    simulator::join(&ends.service, &token, None, &filled).await.unwrap();
    // The service's job sends the event, and the handler confirms the card over another connection.
    let code = ends.confirmed.await.unwrap();
    let query =
        QueryUserCard { brand_id: asked.brand_id, card_id: asked.card_id, openid, user_card_code: code };
    let card = ends.client.send(&query).await.unwrap();
    assert_eq!(card.user_card_state, UserCardState::Effective);
    assert_eq!(card.phone_number.unwrap().as_str(), PHONE);
    drop(ends.stop);
    ends.running.await.unwrap();
}

/// Clients can be shared between tasks.
#[test]
fn clients_go_between_threads() {
    fn is_shared<T: Send + Sync + Clone>() {}
    is_shared::<Client<Partner>>();
    is_shared::<Arc<Client<Brand>>>();
}

//! One test for each error row of these rules, with its name.

use super::*;
use crate::domain::sample::{self, NOW, held, now, seconds};
use crate::domain::{Feature, UserState};
use ruhui_core::api::card_member::{CardTemplateState, ValidDateInformation};

struct Situation {
    caller: Caller,
    openid: OpenId,
    brand: Option<Brand>,
    template: Option<Template>,
    user: Option<User>,
    member: Option<Member>,
    unknown_openids: UnknownOpenids,
}

/// One of the three rules that decide a token request.
type Decide = for<'a> fn(TokenRequest<'_>, TokenState<'a>, Timestamp) -> Result<&'a AppId, &'static Row>;

impl Situation {
    fn new() -> Self {
        Self {
            caller: Caller::Merchant(sample::mchid()),
            openid: sample::openid(),
            brand: Some(sample::brand()),
            template: Some(sample::template()),
            user: Some(sample::user()),
            member: None,
            unknown_openids: UnknownOpenids::Accept,
        }
    }

    fn decide(&self, decide: Decide) -> Result<&str, Id> {
        let (brand_id, card_id) = (sample::brand_id(), sample::card_id());
        let known = TokenState {
            brand: self.brand.as_ref(),
            template: self.template.as_ref(),
            user: self.user.as_ref(),
            member: self.member.as_ref(),
            unknown_openids: self.unknown_openids,
        };
        let asked = TokenRequest {
            caller: &self.caller,
            brand_id: &brand_id,
            card_id: &card_id,
            openid: &self.openid,
        };
        decide(asked, known, now()).map(AppId::as_str).map_err(|row| row.id)
    }

    fn template(&mut self) -> &mut Template {
        self.template.as_mut().unwrap()
    }

    fn user(&mut self) -> &mut User {
        self.user.as_mut().unwrap()
    }

    fn holds(&mut self, state: UserCardState) {
        self.member = Some(sample::member(vec![held(state)]));
    }
}

/// Returns the error rows on the current path and on the founding path.
fn ids(change: impl FnOnce(&mut Situation)) -> [Id; 2] {
    let mut situation = Situation::new();
    change(&mut situation);
    [situation.decide(decide).unwrap_err(), situation.decide(decide_founding).unwrap_err()]
}

fn unbound(situation: &mut Situation) {
    situation.brand.as_mut().unwrap().merchants.clear();
}

fn foreign(situation: &mut Situation) {
    situation.user().appid = AppId::new("wx0000000000000000").unwrap();
}

#[test]
fn a_valid_user_of_a_valid_template_is_granted() {
    for rule in [decide, decide_founding] as [Decide; 2] {
        assert_eq!(Situation::new().decide(rule), Ok("wxea9c30890f48d5ae"));
    }
}

#[test]
fn not_the_callers_brand() {
    let other = |situation: &mut Situation| situation.caller = Caller::Brand(BrandId::new("1005").unwrap());
    let changes: [fn(&mut Situation); 3] = [|situation| situation.brand = None, unbound, other];
    for change in changes {
        assert_eq!(ids(change), [Id::NOT_THE_CALLERS_BRAND, Id::TEMPLATE_NOT_OF_BRAND]);
    }
}

#[test]
fn template_not_found() {
    let changes: [fn(&mut Situation); 2] = [
        |situation| situation.template = None,
        |situation| situation.template().card.brand_id = BrandId::new("1005").unwrap(),
    ];
    for change in changes {
        assert_eq!(ids(change), [Id::TEMPLATE_NOT_FOUND, Id::TEMPLATE_NOT_OF_BRAND]);
    }
}

#[test]
fn template_not_of_brand() {
    assert_eq!(ids(unbound)[1], Id::TEMPLATE_NOT_OF_BRAND);
    assert_eq!(ids(|situation| situation.template = None)[1], Id::TEMPLATE_NOT_OF_BRAND);
}

#[test]
fn openid_invalid() {
    let malformed = |situation: &mut Situation| {
        situation.user = None;
        situation.openid = OpenId::new("12345").unwrap();
    };
    let unknown = |situation: &mut Situation| {
        situation.user = None;
        situation.unknown_openids = UnknownOpenids::Reject;
    };
    let changes: [fn(&mut Situation); 3] =
        [malformed, unknown, |situation| situation.user().state = UserState::Invalid];
    for change in changes {
        assert_eq!(ids(change), [Id::OPENID_INVALID, Id::OPENID_WRONG]);
    }
}

#[test]
fn openid_foreign() {
    assert_eq!(ids(foreign), [Id::OPENID_FOREIGN, Id::OPENID_WRONG]);
}

#[test]
fn openid_wrong() {
    assert_eq!(ids(foreign)[1], Id::OPENID_WRONG);
}

#[test]
fn not_enabled() {
    let answers = ids(|situation| situation.brand.as_mut().unwrap().feature = Feature::NotEnabled);
    assert_eq!(answers, [Id::NOT_ENABLED; 2]);
}

#[test]
fn not_opened_yet() {
    let answers = ids(|situation| situation.brand.as_mut().unwrap().feature = Feature::NotOpenedYet);
    assert_eq!(answers, [Id::NOT_OPENED_YET; 2]);
}

#[test]
fn template_invalid() {
    let answers = ids(|situation| situation.template().card.state = CardTemplateState::CardInvalid);
    assert_eq!(answers, [Id::TEMPLATE_INVALID; 2]);
}

#[test]
fn template_expired() {
    let until = |from_now| {
        move |situation: &mut Situation| {
            situation.template().card.valid_date_information =
                ValidDateInformation::range(seconds(-NOW), seconds(from_now));
        }
    };
    assert_eq!(ids(until(0)), [Id::TEMPLATE_EXPIRED; 2]);
    let mut situation = Situation::new();
    until(1)(&mut situation);
    assert!(situation.decide(decide).is_ok());
}

#[test]
fn one_valid_card() {
    for state in [UserCardState::Unactivated, UserCardState::Effective] {
        assert_eq!(ids(|situation| situation.holds(state)), [Id::ONE_VALID_CARD; 2]);
    }
    for state in [UserCardState::Expired, UserCardState::Invalid] {
        let mut situation = Situation::new();
        situation.holds(state);
        assert!(situation.decide(decide).is_ok(), "a card that is over is none");
    }
}

#[test]
fn not_a_member() {
    let mut situation = Situation::new();
    assert_eq!(situation.decide(decide_pay_view), Err(Id::NOT_A_MEMBER));
    situation.holds(UserCardState::Unactivated);
    assert_eq!(situation.decide(decide_pay_view), Err(Id::NOT_A_MEMBER));
    situation.holds(UserCardState::Effective);
    assert_eq!(situation.decide(decide_pay_view), Ok("wxea9c30890f48d5ae"));
    unbound(&mut situation);
    assert_eq!(situation.decide(decide_pay_view), Err(Id::NOT_THE_CALLERS_BRAND));
}

#[test]
fn a_staged_user_gets_the_staged_row_on_both_paths() {
    for row in [&rows::SYSTEM_ERROR, &rows::TEMPLATE_NOT_FOUND, &rows::NOT_THE_CALLERS_BRAND] {
        assert_eq!(ids(|situation| situation.user().refusal = Some(row.name.to_owned())), [row.id; 2]);
    }
}

#[test]
fn an_unknown_openid_of_good_form_is_accepted_where_the_policy_says_so() {
    let mut situation = Situation::new();
    situation.user = None;
    assert!(situation.decide(decide).is_ok());
}

#[test]
fn founding_answers_are_400_and_of_two_codes() {
    let changes: [fn(&mut Situation); 9] = [
        unbound,
        foreign,
        |situation| situation.template = None,
        |situation| situation.template().card.state = CardTemplateState::CardInvalid,
        |situation| {
            situation.template().card.valid_date_information =
                ValidDateInformation::range(seconds(-NOW), seconds(0));
        },
        |situation| situation.user().state = UserState::Invalid,
        |situation| situation.brand.as_mut().unwrap().feature = Feature::NotEnabled,
        |situation| situation.brand.as_mut().unwrap().feature = Feature::NotOpenedYet,
        |situation| situation.holds(UserCardState::Effective),
    ];
    for change in changes {
        let id = ids(change)[1];
        let row = rows::ALL.iter().find(|row| row.id == id).unwrap();
        let code = if id == Id::OPENID_WRONG { "PARAM_ERROR" } else { "INVALID_REQUEST" };
        assert_eq!((row.status, row.code.as_str()), (400, code), "{id:?}");
    }
}

//! Tests of each step: its effect, and the states it applies to.

use super::*;

#[test]
fn joining_makes_a_card_that_waits() {
    let Step { member, card, claim } = MemberState::new().join(None).unwrap();
    assert_eq!((&card.user_card_state, &card.user_card_code), (&Unactivated, &Some(code("2"))));
    assert_eq!(claim, Some(Claim::user_card_code(&card_id(), "2")));
    assert_eq!((card.phone_number.unwrap().as_str(), card.user_information), ("13900000000", None));
    assert_eq!([card.pickup_time, card.create_time, card.modify_time], [seconds(0); 3]);
    assert_eq!((member.cards.len(), member.cards[0].was_effective()), (1, false));

    let Step { card, claim, .. } = MemberState::merchants_codes().join(None).unwrap();
    assert_eq!((card.user_card_code, claim), (None, None), "the merchant gives the code when it confirms");
}

#[test]
fn who_may_join() {
    let tried = STATES.each_ref().map(|state| MemberState::new().join(Some(&with(state))).err());
    let expected = [Some(NotOpened::Pending), Some(NotOpened::Effective), Some(NotOpened::Former), None];
    assert_eq!(tried, expected, "whom the merchant rejected may try again");
}

#[test]
fn a_confirmation_ends_the_waiting() {
    use UserCardConfirmState::{CreateCardAlreadyExists, CreateCardFail, CreateCardSuccess};
    for (outcome, state) in
        [(CreateCardSuccess, Effective), (CreateCardFail, Invalid), (CreateCardAlreadyExists, Effective)]
    {
        let step = MemberState::new().confirm(&with(&Unactivated), &confirmation(outcome.clone())).unwrap();
        assert_eq!((&step.card.user_card_state, step.claim), (&state, None));
        let held = &step.member.cards[0];
        assert_eq!(held.was_effective(), state == Effective);
        assert_eq!(held.ended_by, (state == Invalid).then_some(EndedBy::Refusal));
        assert_eq!((held.card.modify_time, held.card.create_time), (seconds(0), seconds(-3600)));
        assert_eq!(held.card.invalid_time, (state == Invalid).then(|| seconds(0)));

        // Even after a rejection the card keeps the merchant's code.
        let mut waiting = with(&Unactivated);
        waiting.cards[0].card.user_card_code = None;
        let step = MemberState::merchants_codes().confirm(&waiting, &confirmation(outcome)).unwrap();
        assert_eq!((&step.card.user_card_state, step.card.user_card_code), (&state, Some(code("1"))));
        assert_eq!(step.claim, Some(Claim::user_card_code(&card_id(), "1")));
    }
}

#[test]
fn what_the_merchant_says_stands_on_the_card_and_nothing_else_changes() {
    let mut request = modification();
    request.level = Some(text("钻石会员"));
    request.card_color = Some("#000000".parse().unwrap());
    let before = with(&Effective);
    let step = MemberState::new().modify(&before, &request).unwrap();
    let mut expected = before.cards[0].card.clone();
    expected.level = Some(text("钻石会员"));
    expected.card_color = Some("#000000".parse().unwrap());
    expected.modify_time = seconds(0);
    assert_eq!(step.card, expected);
    assert_eq!(
        step.member,
        Member { cards: vec![HeldCard { card: expected, ..before.cards[0].clone() }], ..before }
    );
}

#[test]
fn a_merchant_ends_what_waits_or_is_in_force() {
    for state in [Unactivated, Effective] {
        let step = MemberState::new().invalidate(&with(&state)).unwrap();
        assert_eq!((&step.card.user_card_state, step.card.invalid_time), (&Invalid, Some(seconds(0))));
        assert_eq!(step.card.invalid_reason, Some(text("搬走了")));
        let held = &step.member.cards[0];
        assert_eq!((held.ended_by, held.was_effective()), (Some(EndedBy::Merchant), state == Effective));
    }
}

#[test]
fn a_user_deletes_what_is_in_force_and_nothing_else() {
    for state in &STATES {
        let step = delete(Some(&with(state)), now());
        assert_eq!(step.is_some(), *state == Effective, "{state}");
        if let Some(step) = step {
            assert_eq!(step.card.user_card_state, Invalid);
            assert_eq!(step.member.cards[0].ended_by, Some(EndedBy::User));
            assert_eq!(MemberState::new().join(Some(&step.member)), Err(NotOpened::Former));
        }
    }
    assert_eq!(delete(None, now()), None);
}

#[test]
fn an_imported_card_is_in_force_at_once() {
    let mut request = importation();
    request.phone_number = Some("13900000000".parse().unwrap());
    let Step { member, card, claim } = MemberState::new().import(None, &request).unwrap();
    assert_eq!((&card.user_card_state, &card.user_card_code), (&Effective, &Some(code("2"))));
    assert_eq!(claim, Some(Claim::user_card_code(&card_id(), "2")));
    assert_eq!(card.phone_number, request.phone_number);
    assert_eq!(card.card_picture_url, Some(MemberState::new().template.card.card_picture_url));
    assert!(member.cards[0].was_effective());
}

#[test]
fn who_was_a_member_can_be_imported_again_unless_the_user_has_left() {
    let ended_by_merchant = MemberState::new().invalidate(&with(&Effective)).unwrap().member;
    for member in [ended_by_merchant, with(&Expired), with(&Invalid)] {
        let step = MemberState::new().import(Some(&member), &importation()).unwrap();
        let states: Vec<_> = step.member.cards.iter().map(|held| held.state(now())).collect();
        assert_eq!((states.len(), &states[1]), (2, &Effective), "earlier cards stay");
        assert_eq!(step.member.valid_card(now()).unwrap().card, step.card);
    }
}

#[test]
fn a_level_is_the_templates_first_unless_the_merchant_says_another() {
    let mut scene = MemberState::new();
    scene.template.card.init_level = Some(text("普通"));
    assert_eq!(scene.join(None).unwrap().card.level, Some(text("普通")));
    assert_eq!(scene.import(None, &importation()).unwrap().card.level, Some(text("普通")));
    let mut request = importation();
    request.level = Some(text("金"));
    assert_eq!(scene.import(None, &request).unwrap().card.level, Some(text("金")));
}

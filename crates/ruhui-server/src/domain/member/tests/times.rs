//! A card becomes EXPIRED at its end time, and not a second earlier.

use super::*;
use jiff::{SignedDuration, ToSpan as _};

fn state(held: &HeldCard, at: &str) -> UserCardState {
    held.state(at.parse().unwrap())
}

#[test]
fn a_range_is_half_open() {
    let mut held = held(Effective);
    held.card.valid_date_information = ValidDateInformation::range(seconds(-60), seconds(60));
    let at = |seconds| held.state(now() + SignedDuration::from_secs(seconds));
    assert_eq!([at(-61), at(59), at(60), at(1_000_000)], [Effective, Effective, Expired, Expired]);
    assert_eq!(held.shown(now() + SignedDuration::from_secs(60)).user_card_state, Expired);
}

#[test]
fn days_are_beijings_and_the_pickups_is_the_first() {
    let mut held = held(Effective);
    held.card.valid_date_information = ValidDateInformation::days_after_receive(1);
    held.card.pickup_time = "2025-06-15T23:59:59+08:00".parse().unwrap();
    assert_eq!(state(&held, "2025-06-15T23:59:59.999+08:00"), Effective);
    assert_eq!(state(&held, "2025-06-16T00:00:00+08:00"), Expired);
    held.card.pickup_time = "2025-06-15T16:00:00Z".parse().unwrap();
    assert_eq!(
        state(&held, "2025-06-16T23:59:59+08:00"),
        Effective,
        "16:00 in London is the 16th in Beijing"
    );
    held.card.valid_date_information = ValidDateInformation::days_after_receive(10_958);
    let last = now() + (10_957 * 24).hours();
    assert_eq!(held.state(last), Effective);
}

#[test]
fn permanent_cards_and_cards_that_never_were_in_force_do_not_expire() {
    assert_eq!(held(Effective).state(Timestamp::MAX), Effective);
    let mut waiting = held(Unactivated);
    waiting.card.valid_date_information = ValidDateInformation::range(seconds(-60), seconds(-1));
    assert_eq!(waiting.state(now()), Unactivated);
    waiting.card.user_card_state = Invalid;
    assert_eq!(waiting.state(now()), Invalid);
}

#[test]
fn a_card_that_ran_out_is_no_longer_a_valid_one() {
    assert!(with(&Effective).valid_card(now()).is_some() && with(&Unactivated).valid_card(now()).is_some());
    assert!(with(&Expired).valid_card(now()).is_none() && with(&Invalid).valid_card(now()).is_none());
}

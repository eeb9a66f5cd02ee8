//! List V: one test for each row, with its name.

use super::*;
use ruhui_core::api::card_member::ValidDateType;

fn check(validity: &ValidDateInformation) -> Result<(), Id> {
    check_validity(validity, None).map_err(|row| row.id)
}

fn range() -> ValidDateInformation {
    ValidDateInformation::range(seconds(0), seconds(1))
}

fn days(days: i64) -> ValidDateInformation {
    ValidDateInformation::days_after_receive(days)
}

#[test]
fn good_ones_pass() {
    for validity in [range(), days(1), days(10_958), ValidDateInformation::permanent()] {
        assert_eq!(check(&validity), Ok(()));
        assert_eq!(check_validity(&validity, Some(&validity)), Ok(()));
    }
}

#[test]
fn validity_type_differs() {
    let all = [range(), days(1), ValidDateInformation::permanent()];
    for (one, other) in all.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
        let differs = check_validity(one, Some(other)).map_err(|row| row.id);
        assert_eq!(differs, if one.kind == other.kind { Ok(()) } else { Err(Id::VALIDITY_TYPE_DIFFERS) });
    }
}

fn with(
    mut validity: ValidDateInformation,
    change: impl FnOnce(&mut ValidDateInformation),
) -> ValidDateInformation {
    change(&mut validity);
    validity
}

#[test]
fn validity_range_incomplete() {
    for validity in [
        with(range(), |it| it.available_begin_time = None),
        with(range(), |it| it.available_end_time = None),
        ValidDateInformation::new(ValidDateType::FixTimeRange),
    ] {
        assert_eq!(check(&validity), Err(Id::VALIDITY_RANGE_INCOMPLETE));
    }
}

#[test]
fn validity_range_with_days() {
    let validity = with(range(), |it| it.available_day_after_receive = Some(1));
    assert_eq!(check(&validity), Err(Id::VALIDITY_RANGE_WITH_DAYS));
}

#[test]
fn validity_begin_after_end() {
    for end in [0, -1] {
        let validity = ValidDateInformation::range(seconds(0), seconds(end));
        assert_eq!(check(&validity), Err(Id::VALIDITY_BEGIN_AFTER_END));
    }
}

#[test]
fn validity_term_fields() {
    for validity in [
        with(days(1), |it| it.available_day_after_receive = None),
        with(days(1), |it| it.available_begin_time = Some(seconds(0))),
        with(days(1), |it| it.available_end_time = Some(seconds(0))),
    ] {
        assert_eq!(check(&validity), Err(Id::VALIDITY_TERM_FIELDS));
    }
}

#[test]
fn validity_days_not_positive() {
    for number in [0, -1, i64::MIN] {
        assert_eq!(check(&days(number)), Err(Id::VALIDITY_DAYS_NOT_POSITIVE));
    }
}

#[test]
fn validity_days_too_many() {
    for number in [10_959, i64::MAX] {
        assert_eq!(check(&days(number)), Err(Id::VALIDITY_DAYS_TOO_MANY));
    }
}

#[test]
fn validity_permanent_with_days() {
    let validity = with(ValidDateInformation::permanent(), |it| it.available_day_after_receive = Some(1));
    assert_eq!(check(&validity), Err(Id::VALIDITY_PERMANENT_WITH_DAYS));
}

#[test]
fn validity_permanent_with_begin() {
    let validity = with(ValidDateInformation::permanent(), |it| it.available_begin_time = Some(seconds(0)));
    assert_eq!(check(&validity), Err(Id::VALIDITY_PERMANENT_WITH_BEGIN));
}

#[test]
fn validity_permanent_with_end() {
    let validity = with(ValidDateInformation::permanent(), |it| it.available_end_time = Some(seconds(0)));
    assert_eq!(check(&validity), Err(Id::VALIDITY_PERMANENT_WITH_END));
}

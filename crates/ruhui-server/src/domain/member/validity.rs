//! Validity of a card, and the rules for setting it (list V of the documents).

use jiff::civil::Time;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};
use ruhui_core::api::card_member::{UserCard, ValidDateInformation, ValidDateType};
use ruhui_core::api::{Row, rows};

/// Largest number of days after pickup: thirty years. One sentence of the page says 10,957, the error's text
/// 10,958.
const MOST_DAYS: i64 = 10_958;

/// Returns the end of a card's validity; `None` if it never expires. The day of the pickup is the first of
/// its days, and days end at midnight in Beijing.
pub fn ends_at(card: &UserCard) -> Option<Timestamp> {
    let validity = &card.valid_date_information;
    match validity.kind {
        ValidDateType::FixTimeRange => validity.available_end_time.map(|end| end.timestamp()),
        ValidDateType::FixTerm => {
            let beijing = Offset::constant(8);
            let first = beijing.to_datetime(card.pickup_time.timestamp()).date();
            let after = first.checked_add(validity.available_day_after_receive?.days()).ok()?;
            beijing.to_timestamp(after.to_datetime(Time::midnight())).ok()
        }
        _ => None,
    }
}

/// Checks a validity by itself and, if a template is given, against the template's.
///
/// # Errors
///
/// The first row of list V that applies.
pub fn check_validity(
    validity: &ValidDateInformation,
    template: Option<&ValidDateInformation>,
) -> Result<(), &'static Row> {
    let ValidDateInformation {
        kind,
        available_begin_time: begin,
        available_end_time: end,
        available_day_after_receive: days,
        ..
    } = validity;
    if template.is_some_and(|template| template.kind != *kind) {
        return Err(&rows::VALIDITY_TYPE_DIFFERS);
    }
    match kind {
        ValidDateType::FixTimeRange => match (begin, end) {
            _ if days.is_some() => Err(&rows::VALIDITY_RANGE_WITH_DAYS),
            (Some(begin), Some(end)) if begin.timestamp() >= end.timestamp() => {
                Err(&rows::VALIDITY_BEGIN_AFTER_END)
            }
            (Some(_), Some(_)) => Ok(()),
            _ => Err(&rows::VALIDITY_RANGE_INCOMPLETE),
        },
        ValidDateType::FixTerm => match days {
            Some(_) if begin.is_some() || end.is_some() => Err(&rows::VALIDITY_TERM_FIELDS),
            None => Err(&rows::VALIDITY_TERM_FIELDS),
            Some(..=0) => Err(&rows::VALIDITY_DAYS_NOT_POSITIVE),
            Some(days) if *days > MOST_DAYS => Err(&rows::VALIDITY_DAYS_TOO_MANY),
            Some(_) => Ok(()),
        },
        _ if days.is_some() => Err(&rows::VALIDITY_PERMANENT_WITH_DAYS),
        _ if begin.is_some() => Err(&rows::VALIDITY_PERMANENT_WITH_BEGIN),
        _ if end.is_some() => Err(&rows::VALIDITY_PERMANENT_WITH_END),
        _ => Ok(()),
    }
}

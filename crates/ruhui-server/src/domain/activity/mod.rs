//! Activities: coupons that the join component shows (pages 4016464918, 4016588015 to 4016588044).
//!
//! The stored state only says whether the merchant terminated the activity; the rest follows from the clock.

use super::{Claim, Template, stored};
use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::{
    ActivityState, CreateMembershipActivity, MembershipActivity, ModifyMembershipActivity,
};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{BrandId, DateTime};
use serde::{Deserialize, Serialize};

/// Maximum number of coupon stocks in one activity.
const MOST_STOCKS: usize = 200;

/// An activity, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Activity {
    /// Activity as the API returns it. The stored state is TERMINATED, or else the clock decides; see
    /// [`Activity::shown`].
    #[serde(with = "stored")]
    pub activity: MembershipActivity,
}

impl Activity {
    /// Returns the state at `now`. The range of times is half-open.
    pub fn state(&self, now: Timestamp) -> ActivityState {
        let activity = &self.activity;
        match &activity.activity_state {
            ActivityState::Terminated => ActivityState::Terminated,
            _ if now < activity.begin_time.timestamp() => ActivityState::Created,
            _ if now < activity.end_time.timestamp() => ActivityState::Effective,
            _ => ActivityState::Expired,
        }
    }

    /// Returns the activity as the API shows it at `now`.
    pub fn shown(&self, now: Timestamp) -> MembershipActivity {
        let mut shown = self.activity.clone();
        shown.activity_state = self.state(now);
        shown
    }

    /// Whether the activity has not ended.
    pub fn is_running(&self, now: Timestamp) -> bool {
        matches!(self.state(now), ActivityState::Created | ActivityState::Effective)
    }
}

impl Record for Activity {
    const KIND: Kind = Kind::Activity;

    fn id(&self) -> String {
        self.activity.activity_id.to_string()
    }
}

/// Number of the newest activity. Activities of all brands are numbered from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityCount {
    /// Number of the newest activity.
    pub newest: u64,
}

impl ActivityCount {
    /// Id of the only record of this kind.
    pub const ID: &str = "activity_count";

    /// Returns the count increased by one.
    pub fn next(self) -> Self {
        Self { newest: self.newest + 1 }
    }
}

impl Record for ActivityCount {
    const KIND: Kind = Kind::Internal;

    fn id(&self) -> String {
        Self::ID.to_owned()
    }
}

/// Checks the parameters of a new activity by themselves.
///
/// # Errors
///
/// The first error row that applies.
pub fn check_creation(asked: &CreateMembershipActivity) -> Result<(), &'static Row> {
    check_times(asked.begin_time, asked.end_time)?;
    if !(1..=MOST_STOCKS).contains(&asked.product_coupon_stock_list.len()) {
        return Err(&rows::ACTIVITY_STOCKS);
    }
    if asked.apply_total <= 0 {
        return Err(&rows::ACTIVITY_TOTAL);
    }
    Ok(())
}

fn check_times(begin: DateTime, end: DateTime) -> Result<(), &'static Row> {
    if begin.timestamp() < end.timestamp() { Ok(()) } else { Err(&rows::ACTIVITY_TIMES) }
}

/// A creation with valid parameters, and the state that decides it.
#[derive(Debug, Clone, Copy)]
pub struct Creation<'a> {
    /// Request of the merchant.
    pub asked: &'a CreateMembershipActivity,
    /// The claim of the request's `out_request_no`, if it was used before.
    pub earlier: Option<&'a Claim>,
    /// Template that the request names.
    pub template: Option<&'a Template>,
    /// Activities of the brand.
    pub activities: &'a [Activity],
}

/// Decides whether an activity is created, and creates it.
///
/// # Errors
///
/// The first error row that applies.
pub fn create(
    Creation { asked, earlier, template, activities }: Creation<'_>,
    activity_id: u64,
    now: Timestamp,
) -> Result<Activity, &'static Row> {
    if earlier.is_some() {
        return Err(&rows::OUT_REQUEST_NO_REPEATED);
    }
    let template = template
        .filter(|template| template.card.brand_id == asked.brand_id)
        .ok_or(&rows::ACTIVITY_TEMPLATE_UNKNOWN)?;
    if !template.is_effective() {
        return Err(&rows::TEMPLATE_INVALID);
    }
    let of_template = |activity: &&Activity| activity.activity.card_id == asked.card_id;
    if activities.iter().filter(of_template).any(|activity| activity.is_running(now)) {
        return Err(&rows::ACTIVITY_EXISTS);
    }
    let activity = MembershipActivity::new(activity_id, asked.clone(), DateTime::seconds(now));
    Ok(Activity { activity })
}

/// Returns the activity if it belongs to the brand.
///
/// # Errors
///
/// 404 if the activity does not exist, 403 if it belongs to another brand.
pub fn of_brand<'a>(
    activity: Option<&'a Activity>,
    brand_id: &BrandId,
) -> Result<&'a Activity, &'static Row> {
    let activity = activity.ok_or(&rows::ACTIVITY_NOT_FOUND)?;
    if activity.activity.brand_id == *brand_id { Ok(activity) } else { Err(&rows::ACTIVITY_NOT_OF_BRAND) }
}

/// Returns the activity with new texts and times.
///
/// # Errors
///
/// The first error row that applies.
pub fn modify(
    activity: &Activity,
    asked: &ModifyMembershipActivity,
    now: Timestamp,
) -> Result<Activity, &'static Row> {
    check_times(asked.begin_time, asked.end_time)?;
    if !activity.is_running(now) {
        return Err(&rows::ACTIVITY_ENDED);
    }
    let mut changed = activity.activity.clone();
    changed.title = asked.title.clone();
    changed.sub_title = asked.sub_title.clone();
    changed.begin_time = asked.begin_time;
    changed.end_time = asked.end_time;
    changed.modify_time = DateTime::seconds(now);
    Ok(Activity { activity: changed })
}

/// Returns the activity, terminated before its end. Idempotent: a terminated activity is returned unchanged.
///
/// # Errors
///
/// The error row for an activity that has expired.
pub fn terminate(activity: &Activity, now: Timestamp) -> Result<Activity, &'static Row> {
    match activity.state(now) {
        ActivityState::Terminated => Ok(activity.clone()),
        ActivityState::Expired => Err(&rows::ACTIVITY_ENDED),
        _ => {
            let mut ended = activity.activity.clone();
            ended.activity_state = ActivityState::Terminated;
            ended.modify_time = DateTime::seconds(now);
            Ok(Activity { activity: ended })
        }
    }
}

#[cfg(test)]
mod tests;

//! Activities: coupons that the join component shows (pages 4016464918, 4016588015 to 4016588044).
//!
//! What is written of a state is whether the merchant ended the activity; the rest follows from the clock.

use super::{Claim, Template};
use crate::store::{Kind, Record};
use jiff::Timestamp;
use ruhui_core::api::card_member::{
    ActivityState, CreateMembershipActivity, MembershipActivity, ModifyMembershipActivity,
};
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{BrandId, DateTime};
use serde::{Deserialize, Serialize};

/// The most stocks of coupons in one activity.
const MOST_STOCKS: usize = 200;

/// An activity, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Activity {
    /// What the API says of it. Its state is TERMINATED, or else the clock's to say; see [`Activity::shown`].
    pub activity: MembershipActivity,
}

impl Activity {
    /// The state at `now`: the range is half-open.
    pub fn state(&self, now: Timestamp) -> ActivityState {
        let activity = &self.activity;
        match &activity.activity_state {
            ActivityState::Terminated => ActivityState::Terminated,
            _ if now < activity.begin_time.timestamp() => ActivityState::Created,
            _ if now < activity.end_time.timestamp() => ActivityState::Effective,
            _ => ActivityState::Expired,
        }
    }

    /// The activity as the API shows it at `now`.
    pub fn shown(&self, now: Timestamp) -> MembershipActivity {
        MembershipActivity { activity_state: self.state(now), ..self.activity.clone() }
    }

    /// Whether it is not over.
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

/// The number of the newest activity, of all brands: they count up from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityCount {
    /// The number.
    pub newest: u64,
}

impl ActivityCount {
    /// The record's id.
    pub const ID: &str = "activity_count";

    /// Counts one more.
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

/// Checks what a new activity is to be, for itself.
///
/// # Errors
///
/// The first row that applies.
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

/// A creation whose parameters are good, and what its fate depends on.
#[derive(Debug, Clone, Copy)]
pub struct Creation<'a> {
    /// What is asked for.
    pub asked: &'a CreateMembershipActivity,
    /// What is known of the request's number, if it was used before.
    pub earlier: Option<&'a Claim>,
    /// The template that it names.
    pub template: Option<&'a Template>,
    /// The brand's activities.
    pub activities: &'a [Activity],
}

/// Decides whether an activity is created, and makes it.
///
/// # Errors
///
/// The first row that applies.
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
    let asked = asked.clone();
    let activity = MembershipActivity {
        activity_id,
        out_request_no: asked.out_request_no,
        brand_id: asked.brand_id,
        card_id: asked.card_id,
        activity_channel: asked.activity_channel,
        title: asked.title,
        sub_title: asked.sub_title,
        begin_time: asked.begin_time,
        end_time: asked.end_time,
        apply_total: asked.apply_total,
        product_coupon_stock_list: asked.product_coupon_stock_list,
        apply_available: asked.apply_total,
        activity_state: ActivityState::Created,
        create_time: DateTime::seconds(now),
        modify_time: DateTime::seconds(now),
    };
    Ok(Activity { activity })
}

/// The activity, if it is the brand's.
///
/// # Errors
///
/// 404 for no activity, 403 for another brand's.
pub fn of_brand<'a>(
    activity: Option<&'a Activity>,
    brand_id: &BrandId,
) -> Result<&'a Activity, &'static Row> {
    let activity = activity.ok_or(&rows::ACTIVITY_NOT_FOUND)?;
    if activity.activity.brand_id == *brand_id { Ok(activity) } else { Err(&rows::ACTIVITY_NOT_OF_BRAND) }
}

/// The activity with new words and times.
///
/// # Errors
///
/// The first row that applies.
pub fn modify(
    activity: &Activity,
    asked: &ModifyMembershipActivity,
    now: Timestamp,
) -> Result<Activity, &'static Row> {
    check_times(asked.begin_time, asked.end_time)?;
    if !activity.is_running(now) {
        return Err(&rows::ACTIVITY_OVER);
    }
    let ModifyMembershipActivity { title, sub_title, begin_time, end_time, .. } = asked.clone();
    let modify_time = DateTime::seconds(now);
    let activity = activity.activity.clone();
    Ok(Activity {
        activity: MembershipActivity { title, sub_title, begin_time, end_time, modify_time, ..activity },
    })
}

/// The activity, ended before its time; one that was ended so stays as it is.
///
/// # Errors
///
/// The row for one whose time is over.
pub fn terminate(activity: &Activity, now: Timestamp) -> Result<Activity, &'static Row> {
    match activity.state(now) {
        ActivityState::Terminated => Ok(activity.clone()),
        ActivityState::Expired => Err(&rows::ACTIVITY_OVER),
        _ => Ok(Activity {
            activity: MembershipActivity {
                activity_state: ActivityState::Terminated,
                modify_time: DateTime::seconds(now),
                ..activity.activity.clone()
            },
        }),
    }
}

#[cfg(test)]
mod tests;

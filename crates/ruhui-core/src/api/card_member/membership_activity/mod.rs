//! 会员活动: the endpoints for membership activities, whose coupons the join component shows.

mod activity;
mod create;
mod list;
mod modify;

pub use activity::{ActivityChannel, ActivityState, MembershipActivity, ProductCouponStock};
pub use create::CreateMembershipActivity;
pub use list::{ListMembershipActivities, MembershipActivities, QueryMembershipActivity};
pub use modify::{ModifyMembershipActivity, TerminateMembershipActivity};

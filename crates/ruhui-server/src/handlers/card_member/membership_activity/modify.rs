//! 修改、终止会员活动: modifies and terminates an activity.

use crate::domain::rights::brand_of;
use crate::domain::{Activity, activity};
use crate::error::Error;
use crate::handlers::card_member::catalog::LoadedCatalog;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::StoreExt as _;
use crate::store::records::replace_or_create;
use jiff::Timestamp;
use ruhui_core::api::card_member::{
    MembershipActivity, ModifyMembershipActivity, TerminateMembershipActivity,
};
use ruhui_core::api::{Endpoint, Row};
use ruhui_core::types::BrandId;

impl Handle for ModifyMembershipActivity {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<MembershipActivity>, Error> {
        let Self { brand_id, activity_id, .. } = &call.request;
        let modify = |activity: &Activity, now| activity::modify(activity, &call.request, now);
        change(service, call, (brand_id, *activity_id), modify).await
    }
}

impl Handle for TerminateMembershipActivity {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<MembershipActivity>, Error> {
        let Self { brand_id, activity_id } = &call.request;
        change(service, call, (brand_id, *activity_id), activity::terminate).await
    }
}

async fn change<E: Endpoint<Response = MembershipActivity>>(
    service: &Service,
    call: &Call<E>,
    (brand_id, activity_id): (&BrandId, u64),
    decide: impl Fn(&Activity, Timestamp) -> Result<Activity, &'static Row>,
) -> Result<Decision<MembershipActivity>, Error> {
    let directory = service.directory();
    brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;
    let shelf = LoadedCatalog::of(service, brand_id).await?;
    let loaded = service.store.read::<Activity>(&activity_id.to_string()).await?;
    let activity = activity::of_brand(loaded.as_ref().map(|loaded| &loaded.record), brand_id)?;
    let now = service.env.business.now();
    let changed = decide(activity, now)?;
    let response = changed.shown(now);
    // While this request extends an activity that is about to end, another may create its successor. The commit then
    // fails, since the two would overlap.
    let batch = vec![replace_or_create(loaded.as_ref(), &changed), shelf.unchanged()];
    Ok(Decision::Commit(response, batch))
}

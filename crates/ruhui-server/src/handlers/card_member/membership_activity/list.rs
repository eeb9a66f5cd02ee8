//! 查询会员活动: lists activities.

use super::listed;
use crate::domain::page::page;
use crate::domain::rights::brand_of;
use crate::domain::{Activity, activity};
use crate::error::Error;
use crate::handlers::card_member::catalog::LoadedCatalog;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::StoreExt as _;
use ruhui_core::api::card_member::{
    ListMembershipActivities, MembershipActivities, MembershipActivity, QueryMembershipActivity,
};

impl Handle for ListMembershipActivities {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<MembershipActivities>, Error> {
        let Self { brand_id, card_id, activity_state, offset, limit } = &call.request;
        let directory = service.directory();
        brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;

        let shelf = LoadedCatalog::of(service, brand_id).await?;
        let now = service.env.business.now();
        let all = listed(service, &shelf.catalog).await?;
        let asked = all.iter().map(|loaded| loaded.record.shown(now)).filter(|activity| {
            card_id.as_ref().is_none_or(|card_id| activity.card_id == *card_id)
                && activity_state.as_ref().is_none_or(|state| activity.activity_state == *state)
        });
        let (data, total_count) = page(asked.collect(), *offset, *limit);
        let (offset, limit) = (offset.count() as u64, limit.count() as u64);
        Ok(Decision::Respond(MembershipActivities::new(data, total_count, offset, limit)))
    }
}

impl Handle for QueryMembershipActivity {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<MembershipActivity>, Error> {
        let Self { brand_id, activity_id } = &call.request;
        let directory = service.directory();
        brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;
        let loaded = service.store.read::<Activity>(&activity_id.to_string()).await?;
        let activity = activity::of_brand(loaded.as_ref().map(|loaded| &loaded.record), brand_id)?;
        Ok(Decision::Respond(activity.shown(service.env.business.now())))
    }
}

//! 创建会员活动: creates an activity.

use super::listed;
use crate::domain::activity::{self, Creation};
use crate::domain::rights::brand_of;
use crate::domain::{Activity, ActivityCount, Claim, Template};
use crate::error::Error;
use crate::handlers::card_member::catalog::LoadedCatalog;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::records::{put, replace_or_create};
use crate::store::{Loaded, Record as _, StoreExt as _};
use ruhui_core::api::Endpoint as _;
use ruhui_core::api::card_member::{ActivityState, CreateMembershipActivity, MembershipActivity};

impl Handle for CreateMembershipActivity {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<MembershipActivity>, Error> {
        let Self { brand_id, card_id, out_request_no, .. } = &call.request;
        let directory = service.directory();
        brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;
        activity::check_creation(&call.request)?;

        let claim = Claim::out_request_no(Self::PATH, brand_id, out_request_no.as_str());
        let earlier = service.store.read::<Claim>(&claim.id()).await?.map(|claim| claim.record);
        let template = service.store.read::<Template>(card_id.as_str()).await?;
        let count = service.store.read::<ActivityCount>(ActivityCount::ID).await?;
        let mut shelf = LoadedCatalog::of(service, brand_id).await?;
        let listed = listed(service, &shelf.catalog).await?;
        let activities: Vec<Activity> = listed.iter().map(|loaded| loaded.record.clone()).collect();
        let creation = Creation {
            asked: &call.request,
            earlier: earlier.as_ref(),
            template: template.as_ref().map(|template| &template.record),
            activities: &activities,
        };
        let newest = count.as_ref().map(|loaded| loaded.record).unwrap_or_default();
        let counted = newest.next();
        let now = service.env.business.now();
        let created = activity::create(creation, counted.newest, now)?;
        shelf.catalog.activities.push(counted.newest);
        let counter = replace_or_create(count.as_ref(), &counted);
        let mut batch = vec![put(&created, None), put(&claim, None), counter, shelf.write()];
        // If the template ends meanwhile, the commit fails, so that it gets no activity.
        batch.extend(template.as_ref().map(Loaded::unchanged));
        // If an expired activity is extended meanwhile, the commit fails too: it could overlap with the new one.
        let is_expired = |loaded: &&Loaded<Activity>| loaded.record.state(now) == ActivityState::Expired;
        batch.extend(listed.iter().filter(is_expired).map(Loaded::unchanged));
        let response = created.shown(now);
        Ok(Decision::Commit(response, batch))
    }
}

//! 创建会员动态: creates a news item for a member.

use super::card_state::{CardState, Subject};
use crate::domain::Feed;
use crate::domain::feed::{check_cell, check_member};
use crate::error::Error;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::Record as _;
use ruhui_core::api::card_member::{CreateUserFeed, UserFeed};
use ruhui_core::api::{FamilyMarker, rows};
use ruhui_core::types::DateTime;

impl<F: FamilyMarker> Handle for CreateUserFeed<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<UserFeed>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let Self { card_id, openid, user_card_code, out_request_no, cell, .. } = &call.request;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let id = Feed::id_of(brand_id, out_request_no.as_str());
        let state = CardState::load(service, subject, [Feed::key(&id)]).await?;
        state.check_openid(call.policy(), openid)?;
        let earlier = state.snapshot.record::<Feed>(&id)?;
        check_cell(&state.brand, cell, earlier.as_ref())?;
        if !state.template.is_effective() {
            return Err((&rows::TEMPLATE_INVALID).into());
        }
        check_member(state.member.as_ref(), user_card_code, state.now)?;
        let feed = UserFeed::new(
            brand_id.clone(),
            card_id.clone(),
            user_card_code.clone(),
            out_request_no.clone(),
            cell.clone(),
        );
        let create_time = DateTime::seconds(state.now);
        let record = Feed { feed: feed.clone(), openid: openid.clone(), create_time };
        let batch = state.snapshot.batch([state.snapshot.put(&record)]);
        Ok(Decision::Commit(feed, batch))
    }
}

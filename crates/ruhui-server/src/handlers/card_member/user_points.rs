//! 积分: sets a member's points, and confirms their exchange for a coupon.

use super::card_state::{CardState, Subject};
use crate::domain::{Redemption, member, redemption};
use crate::error::Error;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::Record as _;
use ruhui_core::api::card_member::{ConfirmPointExchange, PointExchange, SyncUserPoints, UserPoints};
use ruhui_core::api::{FamilyMarker, rows};
use ruhui_core::env::alphanumeric;
use ruhui_core::types::Text;

impl<F: FamilyMarker> Handle for SyncUserPoints<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<UserPoints>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let Self { out_request_no, card_id, openid, user_card_code, point_balance, .. } = &call.request;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let points = UserPoints::new(
            out_request_no.clone(),
            brand_id.clone(),
            card_id.clone(),
            openid.clone(),
            user_card_code.clone(),
            *point_balance,
        );
        let state = CardState::load(service, subject, []).await?;
        state.check_openid(call.policy(), openid)?;
        let member = member::with_points(state.member.as_ref(), user_card_code, *point_balance)?;
        let batch = state.snapshot.batch([state.snapshot.put(&member)]);
        Ok(Decision::Commit(points, batch))
    }
}

impl<F: FamilyMarker> Handle for ConfirmPointExchange<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<PointExchange>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let Self { record_id, card_id, openid, user_card_code, .. } = &call.request;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let state = CardState::load(service, subject, [Redemption::key(record_id.as_str())]).await?;
        state.check_openid(call.policy(), openid)?;
        let member = state.member.as_ref();
        member.and_then(|member| member.card(user_card_code)).ok_or(&rows::CARD_NOT_FOUND)?;
        let asked = state.snapshot.record::<Redemption>(record_id.as_str())?;
        let coupon_code = Text::new(alphanumeric(&*service.env.entropy, 20)).expect("20 characters");
        let (redemption, outcome) = redemption::answer(asked.as_ref(), &call.request, coupon_code)?;
        let batch = state.snapshot.batch([state.snapshot.put(&redemption)]);
        Ok(Decision::Commit(outcome, batch))
    }
}

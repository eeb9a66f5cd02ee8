//! 查询用户会员卡: lists a user's cards.

use crate::domain::member::in_order;
use crate::domain::page::page;
use crate::domain::rights::{brand_of, check_openid};
use crate::domain::{Member, User};
use crate::error::Error;
use crate::handlers::card_member::card_state::{CardState, Subject};
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::{Record as _, StoreError, StoreExt as _};
use ruhui_core::api::card_member::{ListUserCards, QueryUserCard, UserCard, UserCards};
use ruhui_core::api::{FamilyMarker, rows};
use ruhui_core::types::{AppId, OpenId};

impl<F: FamilyMarker> Handle for QueryUserCard<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<UserCard>, Error> {
        let Self { card_id, openid, user_card_code, .. } = &call.request;
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let state = CardState::load(service, subject, []).await?;
        state.check_openid(call.policy(), openid)?;
        let held = state.member.as_ref().and_then(|member| member.card(user_card_code));
        Ok(Decision::Respond(held.ok_or(&rows::CARD_NOT_FOUND)?.shown(state.now)))
    }
}

impl<F: FamilyMarker> Handle for ListUserCards<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<UserCards>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let directory = service.directory();
        let brand = brand_of(&call.caller, directory.brand(brand_id).map(|brand| &brand.record))?;
        let Self { openid, user_card_state, offset, limit, .. } = &call.request;
        let user = service.store.read::<User>(openid.as_str()).await?.map(|user| user.record);
        let appids: Vec<&AppId> = brand.appids.iter().collect();
        check_openid(openid, user.as_ref(), &appids, call.policy().unknown_openids)?;

        let members = members(service, openid).await?;
        let of_brand = members.iter().filter(|member| member.brand_id == *brand_id);
        let cards = in_order(of_brand, service.env.business.now()).into_iter();
        let is_asked =
            |card: &UserCard| user_card_state.as_ref().is_none_or(|state| card.user_card_state == *state);
        let (data, total_count) = page(cards.filter(is_asked).collect(), *offset, *limit);
        let (offset, limit) = (offset.count() as u64, limit.count() as u64);
        Ok(Decision::Respond(UserCards::new(data, total_count, offset, limit)))
    }
}

/// Reads all cards of a user, of whatever brand.
async fn members(service: &Service, openid: &OpenId) -> Result<Vec<Member>, StoreError> {
    /// Number of records read at once. A user nearly always has fewer cards.
    const AT_ONCE: usize = 100;
    let prefix = Member::prefix_of(openid);
    let mut all: Vec<Member> = Vec::new();
    loop {
        let after = all.last().map(|member| member.id()).unwrap_or_default();
        let read = service.store.read_page::<Member>(&prefix, &after, AT_ONCE).await?;
        let is_last = read.len() < AT_ONCE;
        all.extend(read.into_iter().map(|member| member.record));
        if is_last {
            return Ok(all);
        }
    }
}

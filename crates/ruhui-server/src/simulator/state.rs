//! The state that a simulated action rests on, with WeChat's own checks of it.

use super::SimulatorError;
use crate::domain::component::{Refusal, check_offer, check_token};
use crate::domain::{HeldCard, Purpose, Template, TokenRecord};
use crate::member_state::MemberState;
use crate::service::Service;
use crate::store::{Key, Record as _, StoreError, StoreExt as _};
use ruhui_core::api::card_member::UserCardState;
use ruhui_core::types::{CardId, OpenId, Token, UserCardCode};

/// Loads the state of a user and a template.
pub(super) async fn load(
    service: &Service,
    card_id: &CardId,
    openid: &OpenId,
    keys: impl IntoIterator<Item = Key>,
) -> Result<MemberState, StoreError> {
    MemberState::load(&*service.store, &*service.env.business, (card_id, openid), keys).await
}

/// Loads the state that a token gives access to, and the token, checked for this purpose. `openid` is the user who
/// holds the phone: by default the token's user.
pub(super) async fn of_token(
    service: &Service,
    token: &Token,
    purpose: Purpose,
    openid: Option<&OpenId>,
) -> Result<(MemberState, TokenRecord), SimulatorError> {
    let record = service.store.read::<TokenRecord>(token.as_str()).await?.map(|token| token.record);
    let now = service.env.business.now();
    let TokenRecord { card_id, openid: owner, .. } = check_token(record.as_ref(), purpose, openid, now)?;
    let state = load(service, card_id, owner, [TokenRecord::key(token.as_str())]).await?;
    // The token is checked again, as it was at the moment of all other records.
    let seen = state.snapshot.record::<TokenRecord>(token.as_str())?;
    let seen = check_token(seen.as_ref(), purpose, openid, state.now)?.clone();
    Ok((state, seen))
}

/// Returns the template, if the user can get a card of it now.
pub(super) fn offer<'a>(
    state: &'a MemberState,
    service: &Service,
    openid: &OpenId,
) -> Result<&'a Template, Refusal> {
    let directory = service.directory();
    let brand = state.template.as_ref().and_then(|template| directory.brand(&template.card.brand_id));
    let brand = brand.map(|brand| &brand.record);
    let user = (openid, state.user.as_ref());
    let unknown_openids = service.settings().policy.unknown_openids;
    check_offer(state.template.as_ref(), brand, user, unknown_openids, state.now)
}

/// Returns the user's card in force, with its template and its code.
pub(super) fn effective(state: &MemberState) -> Result<(&Template, &HeldCard, &UserCardCode), Refusal> {
    let template = state.template.as_ref().ok_or(Refusal::TemplateNotFound)?;
    let held = state.member.as_ref().and_then(|member| member.valid_card(state.now));
    let held = held.filter(|held| held.state(state.now) == UserCardState::Effective);
    let code = held.and_then(|held| Some((held, held.card.user_card_code.as_ref()?)));
    code.map(|(held, code)| (template, held, code)).ok_or(Refusal::NotAMember)
}

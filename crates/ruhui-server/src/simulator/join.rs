//! 开通会员卡: the user joins, in the join component with a token, or on the brand's 商家名片 without one.

use super::state;
use super::{SimulatorError, SimulatorOutcome, commit, event};
use crate::domain::component::spend;
use crate::domain::member::{self, Filled};
use crate::domain::{Activity, Catalog, Purpose};
use crate::env::Entropy;
use crate::member_state::MemberState;
use crate::service::Service;
use crate::store::{Batch, StoreError, StoreExt as _, Write};
use jiff::Timestamp;
use ruhui_core::api::card_member::{ActivityState, CardTemplate, MembershipActivity};
use ruhui_core::api::event::EventKind;
use ruhui_core::env::digits;
use ruhui_core::types::{CardId, DateTime, OpenId, Token, UserCardCode};
use serde::Serialize;

/// The form that the join component shows before the user agrees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct JoinForm {
    /// The template: its look, its benefits, its agreement, and in `user_information` the questions next to the phone
    /// number.
    pub card: CardTemplate,
    /// The user that the token is for.
    pub openid: OpenId,
    /// Time at which the token expires.
    pub expire_time: DateTime,
    /// The newest activity in force, whose coupons are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<MembershipActivity>,
}

/// Opens the join component, and returns its form. The token stays valid for joining. `openid` is the user who holds
/// the phone: by default the token's user.
///
/// # Errors
///
/// [`SimulatorError`] when WeChat would reject the action, or the store fails.
pub async fn join_form(
    service: &Service,
    token: &Token,
    openid: Option<&OpenId>,
) -> Result<JoinForm, SimulatorError> {
    let (state, record) = state::of_token(service, token, Purpose::Join, openid).await?;
    let template = state::offer(&state, service, &record.openid)?;
    member::may_join(state.member.as_ref(), state.now)?;
    Ok(JoinForm {
        card: template.card.clone(),
        openid: record.openid.clone(),
        expire_time: record.expire_time,
        activity: activity(service, &template.card, state.now).await?,
    })
}

/// Reads the newest activity of the template that is in force.
async fn activity(
    service: &Service,
    card: &CardTemplate,
    now: Timestamp,
) -> Result<Option<MembershipActivity>, StoreError> {
    let Some(catalog) = service.store.read::<Catalog>(card.brand_id.as_str()).await? else { return Ok(None) };
    let ids: Vec<String> = catalog.record.activities.iter().map(ToString::to_string).collect();
    let activities = service.store.read_many::<Activity>(&ids).await?.into_iter().flatten();
    let shown = activities.map(|loaded| loaded.record.shown(now));
    let is_meant = |shown: &MembershipActivity| {
        shown.card_id == card.card_id && shown.activity_state == ActivityState::Effective
    };
    Ok(shown.rev().find(is_meant))
}

/// Agrees in the join component: the token is spent, the card exists and waits for confirmation, and the event is
/// queued.
///
/// # Errors
///
/// [`SimulatorError`] when WeChat would reject the action, or the store fails.
pub async fn join(
    service: &Service,
    token: &Token,
    openid: Option<&OpenId>,
    filled: &Filled,
) -> Result<SimulatorOutcome, SimulatorError> {
    commit(service, || async move {
        let (state, record) = state::of_token(service, token, Purpose::Join, openid).await?;
        let spent = state.snapshot.put(&spend(&record, state.now));
        open(service, &state, &record.openid, filled, Some(spent))
    })
    .await
}

/// Joins from the brand's 商家名片, without a token. Otherwise the same happens as in [`join`].
///
/// # Errors
///
/// [`SimulatorError`] when WeChat would reject the action, or the store fails.
pub async fn open_from_business_card(
    service: &Service,
    card_id: &CardId,
    openid: &OpenId,
    filled: &Filled,
) -> Result<SimulatorOutcome, SimulatorError> {
    commit(service, || async move {
        let state = state::load(service, card_id, openid, []).await?;
        open(service, &state, openid, filled, None)
    })
    .await
}

/// Returns the batch that opens a card, and its outcome.
fn open(
    service: &Service,
    state: &MemberState,
    openid: &OpenId,
    filled: &Filled,
    spent: Option<Write>,
) -> Result<(Batch, SimulatorOutcome), SimulatorError> {
    let template = state::offer(state, service, openid)?;
    let code = code(&*service.env.entropy);
    let step = member::join(state.member.as_ref(), openid, filled, &template.card, &code, state.now)?;
    let resource = event::user_card(step.card.clone(), template);
    let delivery = event::tell(service, EventKind::UserCardCreated, template, &resource, state.now);
    let claim = step.claim.as_ref().map(|claim| state.snapshot.put(claim));
    let writes = [state.snapshot.put(&step.member), delivery.put()].into_iter().chain(claim).chain(spent);
    let batch = state.snapshot.batch(writes);
    Ok((batch, SimulatorOutcome { user_card: step.card, event_id: delivery.event_id }))
}

/// Makes a card code as WeChat Pay allocates it: 24 digits.
fn code(entropy: &dyn Entropy) -> UserCardCode {
    UserCardCode::new(digits(entropy, 24)).expect("24 digits are a code")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::SeededEntropy;

    #[test]
    fn a_code_is_24_digits() {
        let entropy = SeededEntropy::new(1);
        let codes: std::collections::BTreeSet<_> = (0..100).map(|_| code(&entropy)).collect();
        assert_eq!(codes.len(), 100);
        for code in codes {
            assert!(code.as_str().len() == 24 && code.as_str().bytes().all(|byte| byte.is_ascii_digit()));
        }
    }
}

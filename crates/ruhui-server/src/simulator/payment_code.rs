//! 出示付款码: the component that shows the payment code (page 4016834476).

use super::state;
use super::{SimulatorError, commit};
use crate::domain::Purpose;
use crate::domain::component::spend;
use crate::service::Service;
use ruhui_core::api::card_member::UserCard;
use ruhui_core::types::{DateTime, OpenId, Token};
use serde::Serialize;

/// The offer of the payment-code component, before it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PaymentCodeOffer {
    /// The card that the component would show.
    pub user_card: UserCard,
    /// Time at which the token expires.
    pub expire_time: DateTime,
}

/// Returns the card that the component would show for this token, with the checks of [`show_payment_code`]. The token
/// stays valid.
///
/// # Errors
///
/// [`SimulatorError`] when WeChat would reject the action, or the store fails.
pub async fn payment_code_offer(
    service: &Service,
    token: &Token,
    openid: Option<&OpenId>,
) -> Result<PaymentCodeOffer, SimulatorError> {
    let (state, record) = state::of_token(service, token, Purpose::PayView, openid).await?;
    state::offer(&state, service, &record.openid)?;
    let (_, held, _) = state::effective(&state)?;
    Ok(PaymentCodeOffer { user_card: held.shown(state.now), expire_time: record.expire_time })
}

/// Opens the component as the user, which spends the token. Returns the card that the component shows.
///
/// # Errors
///
/// [`SimulatorError`] when WeChat would reject the action, or the store fails.
pub async fn show_payment_code(
    service: &Service,
    token: &Token,
    openid: Option<&OpenId>,
) -> Result<UserCard, SimulatorError> {
    commit(service, || async move {
        let (state, record) = state::of_token(service, token, Purpose::PayView, openid).await?;
        state::offer(&state, service, &record.openid)?;
        let (_, held, _) = state::effective(&state)?;
        let batch = state.snapshot.batch([state.snapshot.put(&spend(&record, state.now))]);
        Ok((batch, held.shown(state.now)))
    })
    .await
}

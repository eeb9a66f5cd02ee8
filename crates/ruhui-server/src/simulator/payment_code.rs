//! 出示付款码: the component that shows the payment code (page 4016834476).

use super::{PlayError, commit};
use crate::domain::Purpose;
use crate::domain::component::spend;
use crate::member_state::Scene;
use crate::service::Service;
use ruhui_core::api::card_member::UserCard;
use ruhui_core::types::{OpenId, Token};

/// The user opens the component: the token is spent. What it shows belongs to this card.
///
/// # Errors
///
/// [`PlayError`].
pub async fn show_payment_code(
    service: &Service,
    token: &Token,
    openid: Option<&OpenId>,
) -> Result<UserCard, PlayError> {
    loop {
        let (scene, record) = Scene::behind(service, token, Purpose::PayView, openid).await?;
        scene.offer(service, &record.openid)?;
        let (_, held, _) = scene.effective()?;
        let batch = scene.snapshot.batch([scene.snapshot.put(&spend(&record, scene.now))]);
        if commit(service, batch).await? {
            return Ok(held.shown(scene.now));
        }
    }
}

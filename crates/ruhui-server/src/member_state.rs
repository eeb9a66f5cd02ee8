//! What an act rests on.

use crate::domain::component::{Refusal, check_offer, check_token};
use crate::domain::{Brand, HeldCard, Member, Purpose, Template, TokenRecord, User};
use crate::service::Service;
use crate::simulator::PlayError;
use crate::store::{Key, Record as _, Snapshot, StoreError, StoreExt as _};
use jiff::Timestamp;
use ruhui_core::api::card_member::UserCardState;
use ruhui_core::types::{CardId, OpenId, Token, UserCardCode};

/// The state at one moment.
pub(crate) struct Scene {
    pub(crate) snapshot: Snapshot,
    pub(crate) template: Option<Template>,
    pub(crate) brand: Option<Brand>,
    pub(crate) user: Option<User>,
    pub(crate) member: Option<Member>,
    pub(crate) now: Timestamp,
}

impl Scene {
    pub(crate) async fn load(
        service: &Service,
        card_id: &CardId,
        openid: &OpenId,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<Self, StoreError> {
        let member_id = Member::id_of(openid, card_id);
        let own = [Template::key(card_id.as_str()), User::key(openid.as_str()), Member::key(&member_id)];
        let keys: Vec<Key> = own.into_iter().chain(keys).collect();
        let snapshot = Snapshot::of(&*service.store, &keys).await?;
        let template = snapshot.record::<Template>(card_id.as_str())?;
        let directory = service.directory();
        let brand = template.as_ref().and_then(|template| directory.brand(&template.card.brand_id));
        Ok(Self {
            user: snapshot.record(openid.as_str())?,
            member: snapshot.record(&member_id)?,
            now: service.env.business.now(),
            brand: brand.map(|brand| brand.record.clone()),
            template,
            snapshot,
        })
    }

    /// The state that a token opens, and the token, which is good for this. `openid` is who holds the phone:
    /// whom the token is for, if it is not said.
    pub(crate) async fn behind(
        service: &Service,
        token: &Token,
        purpose: Purpose,
        openid: Option<&OpenId>,
    ) -> Result<(Self, TokenRecord), PlayError> {
        let record = service.store.read::<TokenRecord>(token.as_str()).await?.map(|token| token.record);
        let now = service.env.business.now();
        let TokenRecord { card_id, openid: owner, .. } = check_token(record.as_ref(), purpose, openid, now)?;
        let scene = Self::load(service, card_id, owner, [TokenRecord::key(token.as_str())]).await?;
        // Looked at again, together with all else.
        let seen = scene.snapshot.record::<TokenRecord>(token.as_str())?;
        let seen = check_token(seen.as_ref(), purpose, openid, scene.now)?.clone();
        Ok((scene, seen))
    }

    /// The template, if the user can get a card of it now.
    pub(crate) fn offer(&self, service: &Service, openid: &OpenId) -> Result<&Template, Refusal> {
        let user = (openid, self.user.as_ref());
        let policy = service.policy.unknown_openids;
        check_offer(self.template.as_ref(), self.brand.as_ref(), user, policy, self.now)
    }

    /// The user's card in force, with its template and its code.
    pub(crate) fn effective(&self) -> Result<(&Template, &HeldCard, &UserCardCode), Refusal> {
        let template = self.template.as_ref().ok_or(Refusal::TemplateNotFound)?;
        let held = self.member.as_ref().and_then(|member| member.valid_card(self.now));
        let held = held.filter(|held| held.state(self.now) == UserCardState::Effective);
        let code = held.and_then(|held| Some((held, held.card.user_card_code.as_ref()?)));
        code.map(|(held, code)| (template, held, code)).ok_or(Refusal::NotAMember)
    }
}

//! What every call about one user's cards of one template rests on.

use super::image::check_picture;
use crate::domain::member::Step;
use crate::domain::rights::{brand_of, check_openid};
use crate::domain::{Brand, Member, Template, User};
use crate::error::Error;
use crate::service::Service;
use crate::store::{Batch, Key, Record as _, Snapshot};
use jiff::Timestamp;
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{AppId, BrandId, Caller, CardId, OpenId, Text};

/// Whose cards of which template a call is about, and who calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) caller: &'a Caller,
    pub(super) brand_id: &'a BrandId,
    pub(super) card_id: &'a CardId,
    pub(super) openid: &'a OpenId,
}

/// The state as it was at one moment, after the caller's rights and the template were checked.
pub(super) struct Ground {
    pub(super) snapshot: Snapshot,
    pub(super) brand: Brand,
    pub(super) template: Template,
    pub(super) user: Option<User>,
    pub(super) member: Option<Member>,
    pub(super) now: Timestamp,
}

impl Ground {
    /// Loads template, user and member together with what `keys` name.
    ///
    /// # Errors
    ///
    /// NO_AUTH and the feature's rows; then the template that is not there or another brand's.
    pub(super) async fn load(
        service: &Service,
        subject: Subject<'_>,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<Self, Error> {
        let Subject { caller, brand_id, card_id, openid } = subject;
        let directory = service.directory();
        let brand = brand_of(caller, directory.brand(brand_id).map(|brand| &brand.record))?.clone();
        let member_id = Member::id_of(openid, card_id);
        let own = [Template::key(card_id.as_str()), User::key(openid.as_str()), Member::key(&member_id)];
        let keys: Vec<Key> = own.into_iter().chain(keys).collect();
        let snapshot = Snapshot::of(&*service.store, &keys).await?;
        let template = snapshot.record::<Template>(card_id.as_str())?;
        let of_brand = template.filter(|template| template.card.brand_id == *brand_id);
        Ok(Self {
            template: of_brand.ok_or(&rows::TEMPLATE_NOT_FOUND)?,
            user: snapshot.record(openid.as_str())?,
            member: snapshot.record(&member_id)?,
            now: service.env.business.now(),
            snapshot,
            brand,
        })
    }

    /// Whether the openid is one of the brand's users: the AppIDs bound to it, the template's among them.
    pub(super) fn check_openid(&self, service: &Service, openid: &OpenId) -> Result<(), &'static Row> {
        let bound = self.brand.appids.iter();
        let appids: Vec<&AppId> = bound.chain([&self.template.card.appid]).collect();
        check_openid(openid, self.user.as_ref(), &appids, service.policy.unknown_openids)
    }

    /// The batch that takes the step, on the condition that nothing of this has changed.
    pub(super) fn batch(&self, step: &Step) -> Batch {
        let claim = step.claim.as_ref().map(|claim| self.snapshot.put(claim));
        self.snapshot.batch([self.snapshot.put(&step.member)].into_iter().chain(claim))
    }
}

/// Whether a picture that a call names is one that an upload answered. Pictures stay, so no version is needed.
pub(super) async fn is_uploaded(service: &Service, picture: Option<&Text<256>>) -> Result<bool, Error> {
    let Some(picture) = picture else { return Ok(false) };
    match check_picture(service, picture, None).await {
        Ok(()) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

//! The state that a request about one user's cards of one template rests on, and the checks that every such request
//! needs.

use super::image::check_picture;
use crate::domain::member::Step;
use crate::domain::rights::{brand_of, check_openid};
use crate::domain::{Brand, Member, Template, User};
use crate::error::Error;
use crate::member_state::MemberState;
use crate::policy::Policy;
use crate::service::Service;
use crate::store::{Batch, Key, Snapshot};
use jiff::Timestamp;
use ruhui_core::api::{Row, rows};
use ruhui_core::types::{AppId, BrandId, Caller, CardId, OpenId, Text};

/// The caller, and the user and template that its request is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) caller: &'a Caller,
    pub(super) brand_id: &'a BrandId,
    pub(super) card_id: &'a CardId,
    pub(super) openid: &'a OpenId,
}

/// The state at one moment, of a template that is the brand's and that the caller may act on.
pub(super) struct CardState {
    pub(super) snapshot: Snapshot,
    pub(super) brand: Brand,
    pub(super) template: Template,
    pub(super) user: Option<User>,
    pub(super) member: Option<Member>,
    pub(super) now: Timestamp,
}

impl CardState {
    /// Loads template, user and member, and the records of `keys` with them.
    ///
    /// # Errors
    ///
    /// NO_AUTH and the feature's rows first; then the row for a template that is missing or another brand's.
    pub(super) async fn load(
        service: &Service,
        subject: Subject<'_>,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<Self, Error> {
        let Subject { caller, brand_id, card_id, openid } = subject;
        let directory = service.directory();
        let brand = brand_of(caller, directory.brand(brand_id).map(|brand| &brand.record))?.clone();
        let state =
            MemberState::load(&*service.store, &*service.env.business, (card_id, openid), keys).await?;
        let MemberState { snapshot, template, user, member, now } = state;
        let of_brand = template.filter(|template| template.card.brand_id == *brand_id);
        let template = of_brand.ok_or(&rows::TEMPLATE_NOT_FOUND)?;
        Ok(Self { snapshot, brand, template, user, member, now })
    }

    /// Checks that the openid belongs to a user of an AppID bound to the brand, the template's among them.
    pub(super) fn check_openid(&self, policy: &Policy, openid: &OpenId) -> Result<(), &'static Row> {
        let bound = self.brand.appids.iter();
        let appids: Vec<&AppId> = bound.chain([&self.template.card.appid]).collect();
        check_openid(openid, self.user.as_ref(), &appids, policy.unknown_openids)
    }

    /// Returns the batch that writes the step, on the condition that nothing of this state has changed.
    pub(super) fn batch(&self, step: &Step) -> Batch {
        let claim = step.claim.as_ref().map(|claim| self.snapshot.put(claim));
        self.snapshot.batch([self.snapshot.put(&step.member)].into_iter().chain(claim))
    }
}

/// Whether the picture that a request names was uploaded. Pictures are never deleted, so no version is checked.
pub(super) async fn is_uploaded(
    service: &Service,
    policy: &Policy,
    picture: Option<&Text<256>>,
) -> Result<bool, Error> {
    let Some(picture) = picture else { return Ok(false) };
    match check_picture(service, policy, picture, None).await {
        Ok(()) => Ok(true),
        Err(Error::Rejected(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

//! 修改、失效用户会员卡.

use crate::domain::member::{self, Setting};
use crate::error::Error;
use crate::handlers::card_member::card_state::{Ground, Subject, is_uploaded};
use crate::http::{Call, Handle};
use crate::service::Service;
use ruhui_core::api::card_member::{InvalidateUserCard, ModifyUserCard, UserCard};
use ruhui_core::api::{FamilyMarker, rows};

impl<F: FamilyMarker> Handle for ModifyUserCard<F> {
    async fn handle(service: &Service, call: Call<Self>) -> Result<UserCard, Error> {
        let request = &call.request;
        let Self { card_id, openid, card_picture_url, .. } = request;
        let brand_id = call.brand_id(&request.brand_id)?;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        let is_picture_uploaded = is_uploaded(service, card_picture_url.as_ref()).await?;
        loop {
            let ground = Ground::load(service, subject, []).await?;
            ground.check_openid(service, openid)?;
            let setting = Setting {
                template: &ground.template.card,
                is_code_taken: false,
                is_picture_uploaded,
                now: ground.now,
            };
            let step = member::modify(ground.member.as_ref(), request, setting)?;
            if service.settle(&call, ground.batch(&step), &step.card).await? {
                return Ok(step.card);
            }
        }
    }
}

impl<F: FamilyMarker> Handle for InvalidateUserCard<F> {
    async fn handle(service: &Service, call: Call<Self>) -> Result<UserCard, Error> {
        let request = &call.request;
        let Self { card_id, openid, .. } = request;
        let brand_id = call.brand_id(&request.brand_id)?;
        let subject = Subject { caller: &call.caller, brand_id, card_id, openid };
        loop {
            let ground = Ground::load(service, subject, []).await?;
            // This page alone has a row for an openid that is none at all, beside that for one that is no user's.
            if ground.user.is_none() && !openid.is_well_formed() {
                return Err((&rows::OPENID_WRONG).into());
            }
            ground.check_openid(service, openid)?;
            let step = member::invalidate(ground.member.as_ref(), request, ground.now)?;
            if service.settle(&call, ground.batch(&step), &step.card).await? {
                return Ok(step.card);
            }
        }
    }
}

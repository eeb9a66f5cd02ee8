//! 入会组件预授权, under its three paths.

use crate::domain::pre_auth::{Asked, Edition, Known, LIFE, decide};
use crate::domain::{TokenRecord, User};
use crate::error::Error;
use crate::http::{Call, Handle};
use crate::service::Service;
use crate::store::records::put;
use crate::store::{CommitError, Loaded, Record as _, StoreExt as _, Write};
use jiff::Timestamp;
use ruhui_core::api::card_member::{
    CreateBrandPreAuthToken, CreatePreAuthToken, OpenUserCardToken, PreAuthToken,
};
use ruhui_core::types::{BrandId, Caller, CardId, DateTime, OpenId};

impl Handle for OpenUserCardToken {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        let Self { brand_id, card_id, openid } = &call.request;
        issue(service, &call, Edition::Founding, brand_id, card_id, openid).await
    }
}

impl Handle for CreatePreAuthToken {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        let Self { brand_id, card_id, openid } = &call.request;
        issue(service, &call, Edition::Current, brand_id, card_id, openid).await
    }
}

impl Handle for CreateBrandPreAuthToken {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        let Caller::Brand(brand_id) = &call.caller else {
            return Err(Error::Bug("a merchant passed the brand scheme's check"));
        };
        let Self { card_id, openid } = &call.request;
        issue(service, &call, Edition::Current, brand_id, card_id, openid).await
    }
}

async fn issue<E>(
    service: &Service,
    call: &Call<E>,
    edition: Edition,
    brand_id: &BrandId,
    card_id: &CardId,
    openid: &OpenId,
) -> Result<PreAuthToken, Error> {
    loop {
        let directory = service.directory();
        let template = directory.template(card_id);
        let user = service.store.read::<User>(openid.as_str()).await?;
        let known = Known {
            brand: directory.brand(brand_id).map(|brand| &brand.record),
            template: template.map(|template| &template.record),
            user: user.as_ref().map(|user| &user.record),
            unknown_openids: service.policy.unknown_openids,
        };
        let now = service.env.business.now();
        let asked = Asked { caller: &call.caller, brand_id, card_id, openid };
        let appid = decide(asked, known, now).map_err(|refusal| refusal.row(edition))?;
        let token = TokenRecord {
            token: service.secret.token(&call.origin.id),
            expire_time: DateTime::milliseconds(now.saturating_add(LIFE).unwrap_or(Timestamp::MAX)),
            appid: appid.clone(),
            brand_id: brand_id.clone(),
            card_id: card_id.clone(),
            openid: openid.clone(),
            repeatable_until: call.origin.repeatable_until,
        };
        // Template and user as they were when this was decided, or the decision is made again.
        let user_unchanged =
            Write::Expect { key: User::key(openid.as_str()), read: user.as_ref().map(|user| user.version) };
        let template_unchanged = template.map(Loaded::unchanged);
        let batch = template_unchanged.into_iter().chain([user_unchanged, put(&token, None)]).collect();
        match service.store.commit(batch).await {
            Ok(()) => return Ok(token.answer()),
            Err(CommitError::Store(error)) => return Err(error.into()),
            Err(CommitError::Changed(_)) => {
                // Another replica had the same request, or template or user have changed.
                if let Some(earlier) = service.store.read::<TokenRecord>(token.token.as_str()).await? {
                    return Ok(earlier.record.answer());
                }
                service.reload().await?;
            }
        }
    }
}

//! 入会组件预授权 under its three paths, and 支付码组件预授权.

use crate::domain::pre_auth::{self, Asked, Known, LIFE, PAY_VIEW_LIFE};
use crate::domain::{Answer, Member, Purpose, Template, TokenRecord, User};
use crate::error::Error;
use crate::http::{Call, Handle};
use crate::service::Service;
use crate::store::records::{absent, put};
use crate::store::{CommitError, Kind, Loaded, Record as _, StoreError, Write};
use jiff::Timestamp;
use ruhui_core::api::card_member::{CreatePayViewToken, CreatePreAuthToken, OpenUserCardToken, PreAuthToken};
use ruhui_core::api::{FamilyMarker, Row};
use ruhui_core::types::{AppId, BrandId, CardId, DateTime, OpenId};

impl Handle for OpenUserCardToken {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        let Self { brand_id, card_id, openid } = &call.request;
        issue(service, &call, (brand_id, card_id, openid), Purpose::Join, pre_auth::decide_founding).await
    }
}

impl<F: FamilyMarker> Handle for CreatePreAuthToken<F> {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?;
        let Self { card_id, openid, .. } = &call.request;
        issue(service, &call, (brand_id, card_id, openid), Purpose::Join, pre_auth::decide).await
    }
}

impl Handle for CreatePayViewToken {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        let Self { brand_id, card_id, openid } = &call.request;
        issue(service, &call, (brand_id, card_id, openid), Purpose::PayView, pre_auth::decide_pay_view).await
    }
}

/// One of the rules: a grant is the AppID to bind to.
type Decide = for<'a> fn(Asked<'_>, Known<'a>, Timestamp) -> Result<&'a AppId, &'static Row>;

async fn issue<E>(
    service: &Service,
    call: &Call<E>,
    (brand_id, card_id, openid): (&BrandId, &CardId, &OpenId),
    purpose: Purpose,
    decide: Decide,
) -> Result<PreAuthToken, Error> {
    let life = match purpose {
        Purpose::Join => LIFE,
        Purpose::PayView => PAY_VIEW_LIFE,
    };
    let keys = [User::key(openid.as_str()), Member::key(&Member::id_of(openid, card_id))];
    loop {
        let directory = service.directory();
        let template = service.template(card_id).await?;
        let stored = service.store.load(&keys).await?;
        let [user, member] = &stored[..] else { return Err(Error::Bug("a store lost a key")) };
        let loaded_user = user.as_ref().map(Loaded::<User>::read).transpose()?;
        let loaded_member = member.as_ref().map(Loaded::<Member>::read).transpose()?;
        let known = Known {
            brand: directory.brand(brand_id).map(|brand| &brand.record),
            template: template.as_deref().map(|template| &template.record),
            user: loaded_user.as_ref().map(|user| &user.record),
            member: loaded_member.as_ref().map(|member| &member.record),
            unknown_openids: service.policy.unknown_openids,
        };
        let now = service.env.business.now();
        let asked = Asked { caller: &call.caller, brand_id, card_id, openid };
        let appid = match decide(asked, known, now) {
            Ok(appid) => appid.clone(),
            // A grant names the template's version; a refusal must not rest on a stale one either.
            Err(_) if is_stale(service, card_id, template.as_deref()).await? => continue,
            Err(row) => return Err(row.into()),
        };
        let token = TokenRecord {
            token: service.secret.token(&call.origin.id),
            expire_time: DateTime::milliseconds(now.saturating_add(life).unwrap_or(Timestamp::MAX)),
            appid,
            brand_id: brand_id.clone(),
            card_id: card_id.clone(),
            openid: openid.clone(),
            repeatable_until: call.origin.repeatable_until,
            purpose,
            spent: None,
        };
        // Template, user and member as they were when this was decided, or the decision is made again.
        let expect = |index: usize| Write::Expect {
            key: keys[index].clone(),
            read: stored[index].as_ref().map(|stored| stored.version),
        };
        let mut batch = vec![expect(0), expect(1), put(&token, None)];
        batch.extend(template.as_deref().map(Loaded::unchanged));
        // Another service may have refused the same request.
        batch.push(absent::<Answer>(&call.origin.id.to_text()));
        match service.store.commit(batch).await {
            Ok(()) => return Ok(token.answer()),
            Err(CommitError::Store(error)) => return Err(error.into()),
            Err(CommitError::Changed(key)) if [Kind::Token, Kind::Answer].contains(&key.kind) => {
                return Err(Error::Answered);
            }
            Err(CommitError::Changed(key)) => service.noticed(&key).await?,
        }
    }
}

/// Whether the copy of a template in memory was not the newest; it is then.
async fn is_stale(
    service: &Service,
    card_id: &CardId,
    known: Option<&Loaded<Template>>,
) -> Result<bool, StoreError> {
    let Some(known) = known else { return Ok(false) };
    let newest = service.reload_template(card_id).await?;
    Ok(newest.is_none_or(|newest| newest.version != known.version))
}

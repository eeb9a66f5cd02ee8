//! 入会组件预授权 under its three paths, and 支付码组件预授权.

use crate::domain::pre_auth::{self, Asked, Known, LIFE, PAY_VIEW_LIFE};
use crate::domain::{Answer, Member, Purpose, Template, TokenRecord, User};
use crate::error::Error;
use crate::http::{Begun, Call, Handle, Origin};
use crate::service::Service;
use crate::store::records::{absent, put};
use crate::store::{CommitError, Kind, Loaded, Record as _, StoreError, Submitted, Write};
use jiff::Timestamp;
use ruhui_core::api::card_member::{CreatePayViewToken, CreatePreAuthToken, OpenUserCardToken, PreAuthToken};
use ruhui_core::api::{FamilyMarker, Row};
use ruhui_core::types::{AppId, BrandId, Caller, CardId, DateTime, OpenId};

impl Handle for OpenUserCardToken {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        Self::begin(service, call).await?.settle().await
    }

    async fn begin(service: &Service, call: Call<Self>) -> Result<Begun<'_, PreAuthToken>, Error> {
        let Self { brand_id, card_id, openid } = call.request;
        let (caller, origin) = (call.caller, call.origin);
        let wanted = Wanted { caller, origin, brand_id, card_id, openid, purpose: Purpose::Join };
        issue(service, wanted, pre_auth::decide_founding).await
    }
}

impl<F: FamilyMarker> Handle for CreatePreAuthToken<F> {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        Self::begin(service, call).await?.settle().await
    }

    async fn begin(service: &Service, call: Call<Self>) -> Result<Begun<'_, PreAuthToken>, Error> {
        let brand_id = call.brand_id(&call.request.brand_id)?.clone();
        let Self { card_id, openid, .. } = call.request;
        let (caller, origin) = (call.caller, call.origin);
        let wanted = Wanted { caller, origin, brand_id, card_id, openid, purpose: Purpose::Join };
        issue(service, wanted, pre_auth::decide).await
    }
}

impl Handle for CreatePayViewToken {
    async fn handle(service: &Service, call: Call<Self>) -> Result<PreAuthToken, Error> {
        Self::begin(service, call).await?.settle().await
    }

    async fn begin(service: &Service, call: Call<Self>) -> Result<Begun<'_, PreAuthToken>, Error> {
        let Self { brand_id, card_id, openid } = call.request;
        let (caller, origin) = (call.caller, call.origin);
        let wanted = Wanted { caller, origin, brand_id, card_id, openid, purpose: Purpose::PayView };
        issue(service, wanted, pre_auth::decide_pay_view).await
    }
}

/// A token that is asked for.
struct Wanted {
    caller: Caller,
    origin: Origin,
    brand_id: BrandId,
    card_id: CardId,
    openid: OpenId,
    purpose: Purpose,
}

/// One of the rules: a grant is the AppID to bind to.
type Decide = for<'a> fn(Asked<'_>, Known<'a>, Timestamp) -> Result<&'a AppId, &'static Row>;

/// Decides, and sends the token on its way to the store. If something that the decision rests on has changed when it
/// arrives there, it is decided again.
async fn issue(service: &Service, wanted: Wanted, decide: Decide) -> Result<Begun<'_, PreAuthToken>, Error> {
    let (response, mut submitted) = submit(service, &wanted, decide).await?;
    let rest = async move {
        let mut other = None;
        loop {
            match submitted.await {
                Ok(()) => return Ok(other),
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(CommitError::Changed(key)) if [Kind::Token, Kind::Answer].contains(&key.kind) => {
                    return Err(Error::Answered);
                }
                Err(CommitError::Changed(key)) => service.noticed(&key).await?,
            }
            let (response, again) = submit(service, &wanted, decide).await?;
            (other, submitted) = (Some(response), again);
        }
    };
    Ok(Begun { response, rest: Some(Box::pin(rest)) })
}

async fn submit(
    service: &Service,
    wanted: &Wanted,
    decide: Decide,
) -> Result<(PreAuthToken, Submitted), Error> {
    let Wanted { caller, origin, brand_id, card_id, openid, purpose } = wanted;
    let life = match purpose {
        Purpose::Join => LIFE,
        Purpose::PayView => PAY_VIEW_LIFE,
    };
    loop {
        let keys = [User::key(openid.as_str()), Member::key(&Member::id_of(openid, card_id))];
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
        let asked = Asked { caller, brand_id, card_id, openid };
        let appid = match decide(asked, known, now) {
            Ok(appid) => appid.clone(),
            // A grant names the template's version; a refusal must not rest on a stale one either.
            Err(_) if is_stale(service, card_id, template.as_deref()).await? => continue,
            Err(row) => {
                say_if_malformed(service, openid);
                return Err(row.into());
            }
        };
        let token = TokenRecord {
            token: service.secret.token(&origin.id),
            expire_time: DateTime::milliseconds(now.saturating_add(life).unwrap_or(Timestamp::MAX)),
            appid,
            brand_id: brand_id.clone(),
            card_id: card_id.clone(),
            openid: openid.clone(),
            repeatable_until: origin.repeatable_until,
            purpose: *purpose,
            spent: None,
        };
        // Template, user and member as they were when this was decided, or the decision is made again.
        let versions = stored.iter().map(|stored| stored.as_ref().map(|stored| stored.version));
        let unchanged = keys.into_iter().zip(versions).map(|(key, read)| Write::Expect { key, read });
        let mut batch: Vec<_> = unchanged.chain([put(&token, None)]).collect();
        batch.extend(template.as_deref().map(Loaded::unchanged));
        // Another service may have refused the same request.
        batch.push(absent::<Answer>(&origin.id.to_text()));
        return Ok((token.answer(), service.store.submit(batch).await));
    }
}

/// Writes to the log of a sandbox what is wrong with an openid. The response says only that it is invalid, as the
/// live one does.
fn say_if_malformed(service: &Service, openid: &OpenId) {
    if service.policy.diagnose && !openid.is_well_formed() {
        let length = openid.as_str().chars().count();
        tracing::warn!(
            "the openid has {length} characters; an openid of WeChat's is `o` and 27 of 0-9, A-Z, a-z, _ and -; \
             `ruhui user new` prints one / openid 有 {length} 个字符；微信的 openid 以 `o` 开头，后接 27 个 0-9、A-Z、a-z、_ \
             或 -；`ruhui user new` 可生成一个"
        );
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

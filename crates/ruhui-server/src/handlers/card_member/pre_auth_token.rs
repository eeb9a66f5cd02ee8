//! 预授权token: 入会组件预授权 under its three paths, and 支付码组件预授权.

use crate::domain::pre_auth::{self, LIFE, PAY_VIEW_LIFE, TokenRequest, TokenState};
use crate::domain::{Member, Purpose, TokenRecord, User};
use crate::error::Error;
use crate::handlers::handle::{Call, Decision, Handle};
use crate::service::Service;
use crate::store::records::{decode, put};
use crate::store::{Loaded, Record as _, Write};
use jiff::Timestamp;
use ruhui_core::api::card_member::{CreatePayViewToken, CreatePreAuthToken, OpenUserCardToken, PreAuthToken};
use ruhui_core::api::{FamilyMarker, Row};
use ruhui_core::types::{AppId, DateTime, OpenId};

impl Handle for OpenUserCardToken {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<PreAuthToken>, Error> {
        let Self { brand_id, card_id, openid } = &call.request;
        let asked = TokenRequest { caller: &call.caller, brand_id, card_id, openid };
        issue(service, call, asked, Purpose::Join, pre_auth::decide_founding).await
    }
}

impl<F: FamilyMarker> Handle for CreatePreAuthToken<F> {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<PreAuthToken>, Error> {
        let Self { brand_id, card_id, openid } = &call.request;
        let asked =
            TokenRequest { caller: &call.caller, brand_id: call.brand_id(brand_id)?, card_id, openid };
        issue(service, call, asked, Purpose::Join, pre_auth::decide).await
    }
}

impl Handle for CreatePayViewToken {
    async fn decide(service: &Service, call: &Call<Self>) -> Result<Decision<PreAuthToken>, Error> {
        let Self { brand_id, card_id, openid } = &call.request;
        let asked = TokenRequest { caller: &call.caller, brand_id, card_id, openid };
        issue(service, call, asked, Purpose::PayView, pre_auth::decide_pay_view).await
    }
}

/// A rule that grants a token, and returns the AppID that the token is bound to.
type Rule = for<'a> fn(TokenRequest<'_>, TokenState<'a>, Timestamp) -> Result<&'a AppId, &'static Row>;

async fn issue<E>(
    service: &Service,
    call: &Call<E>,
    asked: TokenRequest<'_>,
    purpose: Purpose,
    rule: Rule,
) -> Result<Decision<PreAuthToken>, Error> {
    let TokenRequest { brand_id, card_id, openid, .. } = asked;
    let life = match purpose {
        Purpose::Join => LIFE,
        Purpose::PayView => PAY_VIEW_LIFE,
    };
    loop {
        let keys = [User::key(openid.as_str()), Member::key(&Member::id_of(openid, card_id))];
        let directory = service.directory();
        let template = service.registry.template(card_id).await?;
        let stored = service.store.load(&keys).await?;
        let [user, member] = &stored[..] else { return Err(Error::Bug("a store lost a key")) };
        let user: Option<User> = user.as_ref().map(|stored| decode(&keys[0].id, stored)).transpose()?;
        let member: Option<Member> = member.as_ref().map(|stored| decode(&keys[1].id, stored)).transpose()?;
        let known = TokenState {
            brand: directory.brand(brand_id).map(|brand| &brand.record),
            template: template.as_deref().map(|template| &template.record),
            user: user.as_ref(),
            member: member.as_ref(),
            unknown_openids: call.policy().unknown_openids,
        };
        let now = service.env.business.now();
        let appid = match rule(asked, known, now) {
            Ok(appid) => appid.clone(),
            Err(row) => {
                // A grant names the template's version, and its commit fails if that is stale. A rejection commits
                // nothing, so this checks it.
                if let Some(template) = template.as_deref()
                    && service.registry.is_stale(template).await?
                {
                    continue;
                }
                log_if_malformed(service, openid);
                return Err(row.into());
            }
        };
        let token = TokenRecord {
            token: service.idempotency.secret().token(&call.origin.id),
            expire_time: DateTime::milliseconds(now.saturating_add(life).unwrap_or(Timestamp::MAX)),
            appid,
            brand_id: brand_id.clone(),
            card_id: card_id.clone(),
            openid: openid.clone(),
            repeatable_until: call.origin.repeatable_until,
            purpose,
            spent: None,
        };
        // The commit fails unless template, user and member still have the versions that the decision rests on.
        let versions = stored.iter().map(|stored| stored.as_ref().map(|stored| stored.version));
        let unchanged = keys.into_iter().zip(versions).map(|(key, read)| Write::Expect { key, read });
        let mut batch: Vec<_> = unchanged.chain([put(&token, None)]).collect();
        batch.extend(template.as_deref().map(Loaded::unchanged));
        return Ok(Decision::CommitToken(token.response(), batch));
    }
}

/// Logs the fault of a malformed openid, in a sandbox only. The response says only that the openid is invalid, as the
/// live one does.
fn log_if_malformed(service: &Service, openid: &OpenId) {
    if service.diagnose && !openid.is_well_formed() {
        let length = openid.as_str().chars().count();
        tracing::warn!(
            "the openid has {length} characters; an openid of WeChat's is `o` and 27 of 0-9, A-Z, a-z, _ and -; \
             `ruhui user new` prints one / openid 有 {length} 个字符；微信的 openid 以 `o` 开头，后接 27 个 0-9、A-Z、a-z、_ \
             或 -；`ruhui user new` 可生成一个"
        );
    }
}

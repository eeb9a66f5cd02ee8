//! Controls of the life of keys: stages, rotation of certificates, a changed APIv3 key.
//!
//! | | Body | |
//! |---|---|---|
//! | `GET /sandbox/keys` | | shows the platform's keys, and each merchant's |
//! | `POST /sandbox/keys/stage` | `mchid`, `key_stage`, `public_key_callbacks` | moves a merchant to a stage |
//! | `POST /sandbox/keys/platform-certificates` | `{}` | issues a platform certificate, which is listed and does not sign yet |
//! | `POST /sandbox/keys/platform-certificates/use` | `serial_no` | lets a listed certificate sign |
//! | `DELETE /sandbox/keys/platform-certificates/{serial_no}` | | takes a certificate off the list |
//! | `POST /sandbox/keys/merchant-certificates` | `mchid` | issues an API certificate for a merchant, with its key |
//! | `DELETE /sandbox/keys/merchant-certificates/{mchid}/{serial_no}` | | revokes an API certificate |
//! | `POST /sandbox/keys/apiv3-key` | `mchid`, `apiv3_key` | replaces the APIv3 key |

use super::context::Controls;
use super::outcome::{Failure, answer, answer_inside};
use super::request::body;
use crate::domain::{CallbackShare, KeyStage, Merchant};
use crate::key_life::{self, IssuedCertificate, KeyLifeError, MerchantChange};
use crate::store::{Loaded, StoreError, StoreExt as _};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{delete, get, post};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::encryption::ApiV3Key;
use ruhui_core::env::alphanumeric;
use ruhui_core::key::Certificate;
use ruhui_core::types::{DateTime, MchId};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn router() -> Router<Controls> {
    Router::new()
        .route("/sandbox/keys", get(show))
        .route("/sandbox/keys/stage", post(stage))
        .route("/sandbox/keys/platform-certificates", post(issue_platform))
        .route("/sandbox/keys/platform-certificates/use", post(use_platform))
        .route("/sandbox/keys/platform-certificates/{serial_no}", delete(retire_platform))
        .route("/sandbox/keys/merchant-certificates", post(issue_merchant))
        .route("/sandbox/keys/merchant-certificates/{mchid}/{serial_no}", delete(revoke_merchant))
        .route("/sandbox/keys/apiv3-key", post(apiv3_key))
}

/// A body without members.
#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
struct Stage {
    mchid: MchId,
    key_stage: String,
    #[serde(default)]
    public_key_callbacks: Option<u8>,
}

#[derive(Deserialize)]
struct OfSerial {
    serial_no: String,
}

#[derive(Deserialize)]
struct OfMerchant {
    mchid: MchId,
}

#[derive(Deserialize)]
struct NewApiV3Key {
    mchid: MchId,
    #[serde(default)]
    apiv3_key: Option<String>,
}

async fn show(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, _| async move { Ok(view(&controls).await?) }).await
}

async fn stage(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let Stage { mchid, key_stage, public_key_callbacks } = body(request).await?;
        let known = KeyStage::ALL.into_iter().find(|stage| stage.name() == key_stage);
        let stage = known.ok_or_else(|| unknown_stage(&key_stage))?;
        let share = match public_key_callbacks {
            None => None,
            Some(percent) => Some(CallbackShare::new(percent).ok_or_else(|| not_a_percentage(percent))?),
        };
        change(&controls, &mchid, &MerchantChange::Stage(stage, share)).await?;
        Ok(view(&controls).await?)
    })
    .await
}

async fn issue_platform(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let Nothing {} = body(request).await?;
        let issued = key_life::issue_for("Tenpay.com sign".to_owned(), controls.service.env.clone()).await?;
        let _entered = controls.service.state_gate.enter().await;
        key_life::change_rotation(&controls.service, |rotation, _| {
            rotation.add(issued.certificate.clone(), issued.private_key.clone());
            Ok(())
        })
        .await?;
        Ok(json!({ "serial_no": issued.serial_no, "certificate": issued.certificate }))
    })
    .await
}

async fn use_platform(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let OfSerial { serial_no } = body(request).await?;
        let used = key_life::change_rotation(&controls.service, |rotation, listed| {
            rotation.sign_with(listed, &serial_no)
        });
        used.await?;
        Ok(view(&controls).await?)
    })
    .await
}

async fn retire_platform(
    State(controls): State<Controls>,
    Path(serial_no): Path<String>,
    request: Request,
) -> Response {
    answer_inside(controls, request, |controls, _| async move {
        let retired = key_life::change_rotation(&controls.service, |rotation, listed| {
            rotation.retire(listed, &serial_no)
        });
        retired.await?;
        Ok(view(&controls).await?)
    })
    .await
}

async fn issue_merchant(State(controls): State<Controls>, request: Request) -> Response {
    answer(controls, request, |controls, request| async move {
        let OfMerchant { mchid } = body(request).await?;
        let issued = key_life::issue_for(mchid.to_string(), controls.service.env.clone()).await?;
        let IssuedCertificate { serial_no, certificate, private_key } = issued;
        let _entered = controls.service.state_gate.enter().await;
        change(&controls, &mchid, &MerchantChange::AddCertificate(certificate.clone())).await?;
        controls.kit_keys.add_issued(&private_key);
        Ok(json!({
            "mchid": mchid, "serial_no": serial_no, "certificate": certificate, "private_key": private_key,
        }))
    })
    .await
}

async fn revoke_merchant(
    State(controls): State<Controls>,
    Path((mchid, serial_no)): Path<(String, String)>,
    request: Request,
) -> Response {
    answer_inside(controls, request, |controls, _| async move {
        let mchid = MchId::new(mchid.as_str())
            .map_err(|_| Failure::from(KeyLifeError::UnknownMerchant { mchid: mchid.clone() }))?;
        change(&controls, &mchid, &MerchantChange::Revoke(serial_no)).await?;
        Ok(view(&controls).await?)
    })
    .await
}

async fn apiv3_key(State(controls): State<Controls>, request: Request) -> Response {
    answer_inside(controls, request, |controls, request| async move {
        let NewApiV3Key { mchid, apiv3_key } = body(request).await?;
        let key = apiv3_key.unwrap_or_else(|| alphanumeric(&*controls.service.env.entropy, 32));
        if let Err(error) = ApiV3Key::new(&key) {
            return Err(Failure::Invalid { field: "apiv3_key", what: Bilingual::of(&error) });
        }
        change(&controls, &mchid, &MerchantChange::ApiV3Key(key.clone())).await?;
        Ok(json!({ "mchid": mchid, "apiv3_key": key }))
    })
    .await
}

async fn change(controls: &Controls, mchid: &MchId, change: &MerchantChange) -> Result<(), Failure> {
    Ok(key_life::change(&controls.service, mchid, change).await?)
}

/// The keys as they are now, without private keys and secrets.
async fn view(controls: &Controls) -> Result<Value, StoreError> {
    let settings = controls.service.settings();
    let platform = &settings.platform;
    let certificates = platform.partner.certificates.iter().enumerate().map(|(index, listed)| {
        let mut shown = facts(&listed.certificate);
        shown["signs"] = json!(index == 0);
        shown
    });
    let mut merchants = Vec::new();
    for Loaded { record, .. } in controls.service.store.read_all::<Merchant>().await? {
        merchants.push(of_merchant(&record));
    }
    Ok(json!({
        "platform": {
            "public_key_id": platform.partner.public_key.serial(),
            "brand_public_key_id": platform.brand.public_key.serial(),
            "certificates": certificates.collect::<Vec<_>>(),
        },
        "merchants": merchants,
    }))
}

/// Returns the stage and the certificates of a merchant, without secrets.
pub(super) fn of_merchant(merchant: &Merchant) -> Value {
    json!({
        "mchid": merchant.mchid,
        "key_stage": merchant.stage(),
        "public_key_callbacks": merchant.public_key_callbacks,
        "has_apiv3_key": merchant.apiv3_key.is_some(),
        "certificates": of_certificates(&merchant.certificates),
    })
}

/// Returns the serial number and the validity of API certificates in PEM.
pub(super) fn of_certificates(pems: &[String]) -> Vec<Value> {
    let parsed = pems.iter().filter_map(|pem| Certificate::from_pem(pem).ok());
    parsed.map(|certificate| facts(&certificate)).collect()
}

fn facts(certificate: &Certificate) -> Value {
    json!({
        "serial_no": certificate.serial_no(),
        "effective_time": DateTime::seconds(certificate.not_before()),
        "expire_time": DateTime::seconds(certificate.not_after()),
    })
}

fn unknown_stage(value: &str) -> Failure {
    let names = KeyStage::ALL.map(KeyStage::name);
    Failure::Invalid {
        field: "key_stage",
        what: Bilingual::new(
            format!("{value} is not a stage; the stages are {}", names.join(", ")),
            format!("{value} 不是有效的阶段；可用：{}", names.join("、")),
        ),
    }
}

fn not_a_percentage(percent: u8) -> Failure {
    Failure::Invalid {
        field: "public_key_callbacks",
        what: Bilingual::new(
            format!("{percent} is not a percentage; it must be 0 to 100"),
            format!("{percent} 不是百分比，须为 0 到 100"),
        ),
    }
}

impl From<KeyLifeError> for Failure {
    fn from(error: KeyLifeError) -> Self {
        let what = Bilingual::of(&error);
        match error {
            KeyLifeError::UnknownMerchant { .. } | KeyLifeError::UnknownSerial { .. } => {
                Self::NotFound { what }
            }
            KeyLifeError::InUse { .. } => Self::Conflict { code: "IN_USE", what },
            KeyLifeError::Last { .. } => Self::Conflict { code: "LAST_CERTIFICATE", what },
            KeyLifeError::NoCertificate => Self::Conflict { code: "NO_CERTIFICATE", what },
            KeyLifeError::NoShare { .. } => Self::Invalid { field: "public_key_callbacks", what },
            KeyLifeError::NotIssued { .. } => Self::File { what },
            KeyLifeError::Store(error) => Self::Store(error),
        }
    }
}

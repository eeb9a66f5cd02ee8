//! Acts on keys, by the controls of their life.

use super::list::{self, Issued};
use crate::controls::segment;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::Form;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Stage {
    #[serde(default)]
    mchid: String,
    #[serde(default)]
    key_stage: String,
    #[serde(default)]
    public_key_callbacks: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    mchid: String,
    #[serde(default)]
    serial_no: String,
}

pub(super) async fn stage(visit: Visit, Form(form): Form<Stage>) -> Response {
    let mut asked = json!({ "mchid": form.mchid, "key_stage": form.key_stage });
    let share = form.public_key_callbacks.trim();
    if !share.is_empty() {
        // A text that is no number goes to the control as it is, which names it in its error.
        asked["public_key_callbacks"] =
            share.parse::<u64>().map_or_else(|_| json!(share), |share| json!(share));
    }
    let staged = visit.controls.post("/sandbox/keys/stage", &asked).await;
    done(&visit, staged, "staged").await
}

pub(super) async fn revoke(visit: Visit, Form(form): Form<Which>) -> Response {
    let path =
        format!("/sandbox/keys/merchant-certificates/{}/{}", segment(&form.mchid), segment(&form.serial_no));
    let revoked = visit.controls.delete(&path).await;
    done(&visit, revoked, "revoked").await
}

pub(super) async fn use_platform(visit: Visit, Form(form): Form<Which>) -> Response {
    let asked = json!({ "serial_no": form.serial_no });
    let used = visit.controls.post("/sandbox/keys/platform-certificates/use", &asked).await;
    done(&visit, used, "used").await
}

pub(super) async fn retire_platform(visit: Visit, Form(form): Form<Which>) -> Response {
    let path = format!("/sandbox/keys/platform-certificates/{}", segment(&form.serial_no));
    let retired = visit.controls.delete(&path).await;
    done(&visit, retired, "retired").await
}

pub(super) async fn issue(visit: Visit, Form(form): Form<Which>) -> Response {
    made(&visit, "/sandbox/keys/merchant-certificates", json!({ "mchid": form.mchid })).await
}

pub(super) async fn issue_platform(visit: Visit) -> Response {
    made(&visit, "/sandbox/keys/platform-certificates", json!({})).await
}

pub(super) async fn apiv3_key(visit: Visit, Form(form): Form<Which>) -> Response {
    made(&visit, "/sandbox/keys/apiv3-key", json!({ "mchid": form.mchid })).await
}

/// Makes a key, and shows it on the page: no later page has it.
async fn made(visit: &Visit, control: &str, asked: Value) -> Response {
    match visit.controls.post::<Issued>(control, &asked).await {
        Ok(issued) => list::render(visit, Some(issued), None).await,
        Err(problem) => list::render(visit, None, Some(problem)).await,
    }
}

async fn done(visit: &Visit, acted: Result<Value, Problem>, done: &str) -> Response {
    match acted {
        Ok(_) => Redirect::to(&format!("/merchants?done={done}")).into_response(),
        Err(problem) => list::render(visit, None, Some(problem)).await,
    }
}

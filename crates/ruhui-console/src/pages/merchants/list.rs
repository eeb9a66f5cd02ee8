//! The page of merchants, brands and keys.

use super::texts::MerchantsTexts;
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

/// The stages of the move to the public key, in their order.
const STAGES: [&str; 4] = ["certificates", "both_certificate", "both_public_key", "public_key"];

#[derive(Template)]
#[template(path = "merchants/list.html")]
struct ListPage {
    frame: Frame,
    t: &'static MerchantsTexts,
    stages: [&'static str; 4],
    merchants: Vec<Merchant>,
    brands: Vec<Brand>,
    platform: Platform,
    issued: Option<Issued>,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

/// A key that was made. The sandbox shows it once.
#[derive(Deserialize)]
pub(super) struct Issued {
    #[serde(default)]
    serial_no: String,
    #[serde(default)]
    certificate: String,
    #[serde(default)]
    private_key: String,
    #[serde(default)]
    apiv3_key: String,
}

#[derive(Deserialize)]
struct Found<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Merchant {
    mchid: String,
    key_stage: String,
    public_key_callbacks: Option<u8>,
    has_apiv3_key: bool,
    certificates: Vec<Certificate>,
    brand_ids: Vec<String>,
}

#[derive(Deserialize)]
struct Brand {
    brand_id: String,
    name: String,
    merchants: Vec<String>,
    appids: Vec<String>,
    feature: String,
    acts_on_its_own: bool,
    certificates: Vec<Certificate>,
    has_api_key: bool,
    card_ids: Vec<String>,
}

#[derive(Deserialize)]
struct Keys {
    platform: Platform,
}

#[derive(Deserialize)]
struct Platform {
    public_key_id: String,
    brand_public_key_id: String,
    certificates: Vec<Certificate>,
}

#[derive(Deserialize)]
struct Certificate {
    serial_no: String,
    expire_time: String,
    #[serde(default)]
    signs: bool,
}

impl Certificate {
    fn expires(&self) -> String {
        time::long(&self.expire_time)
    }
}

impl Merchant {
    fn share(&self) -> String {
        self.public_key_callbacks.map_or_else(String::new, |percent| percent.to_string())
    }
}

pub(super) async fn show(visit: Visit) -> Response {
    render(&visit, None, None).await
}

/// Responds with the page, with a key that was made, or with the problem of an act.
pub(super) async fn render(visit: &Visit, issued: Option<Issued>, problem: Option<Problem>) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, issued, problem).await).await
}

async fn load(visit: &Visit, issued: Option<Issued>, problem: Option<Problem>) -> Result<ListPage, Problem> {
    let merchants: Found<Merchant> = visit.controls.get("/sandbox/state/merchants").await?;
    let brands: Found<Brand> = visit.controls.get("/sandbox/state/brands").await?;
    let Keys { platform } = visit.controls.get("/sandbox/keys").await?;
    let t = MerchantsTexts::of(visit.language);
    Ok(ListPage {
        frame: visit.frame(Nav::Merchants, t.title).await,
        t,
        stages: STAGES,
        merchants: merchants.data,
        brands: brands.data,
        platform,
        issued,
        done: t.done(visit.query("done")),
        problem,
    })
}

//! The form of the join component.

use super::mistake::{Mistake, Place};
use super::questions::{JoinForm, PHONES, TYPED};
use super::row::{Row, RowKind, rows};
use super::texts::JoinTexts;
use crate::card_templates;
use crate::component::card::CardTexts;
use crate::component::sheet::{ExtraData, Sheet};
use crate::component::{address, refused};
use crate::form::Entered;
use crate::frame::html;
use crate::pages::templates::card::{CardFace, Picture};
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

/// Most coupons that the sheet lists.
const COUPONS_SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "component/join.html")]
struct JoinPage {
    sheet: Sheet,
    t: &'static JoinTexts,
    t_card: &'static CardTexts,
    address: String,
    face: CardFace,
    activity: Option<Activity>,
    phones: [&'static str; 3],
    /// The test phone that is chosen, or [`TYPED`].
    phone: String,
    phone_typed: String,
    phone_mistake: Option<Mistake>,
    rows: Vec<Row>,
    agreement: String,
    service_phone: String,
    is_agreed: bool,
    agreement_mistake: Option<Mistake>,
    has_mistake: bool,
}

/// An offer of the component to the user.
pub(super) struct Offer {
    card: Value,
    pub(super) form: JoinForm,
    brand_name: String,
    activity: Option<Activity>,
}

#[derive(Deserialize)]
struct Shown {
    card: Value,
    activity: Option<Activity>,
}

#[derive(Deserialize)]
struct OfTemplate {
    brand_name: Option<String>,
}

#[derive(Deserialize)]
struct Activity {
    title: String,
    sub_title: String,
    apply_available: i64,
    product_coupon_stock_list: Vec<Coupon>,
}

#[derive(Deserialize)]
struct Coupon {
    product_coupon_id: String,
    stock_id: String,
}

impl Activity {
    fn coupons(&self) -> &[Coupon] {
        let all = &self.product_coupon_stock_list;
        all.get(..COUPONS_SHOWN).unwrap_or(all)
    }

    /// The number of coupons that are not listed.
    fn more(&self) -> usize {
        self.product_coupon_stock_list.len().saturating_sub(COUPONS_SHOWN)
    }
}

pub(in crate::component) async fn show(visit: Visit) -> Response {
    match read(&visit).await {
        Ok(offer) => {
            let entered = Entered::default();
            html(StatusCode::OK, &page(&visit, offer, &entered, None).await)
        }
        Err(problem) => refused::respond(&visit, problem, &address::join(&visit)).await,
    }
}

/// Responds with the form, the values that were entered, and a mistake at its field.
pub(super) async fn again(visit: &Visit, offer: Offer, entered: &Entered, mistake: Mistake) -> Response {
    let status = mistake.error.as_ref().map_or(StatusCode::BAD_REQUEST, |error| error.status);
    html(status, &page(visit, offer, entered, Some(mistake)).await)
}

/// Reads the offer for the token of the address.
///
/// # Errors
///
/// The rejection of the component.
pub(super) async fn read(visit: &Visit) -> Result<Offer, Problem> {
    let openid = Some(("openid", visit.query("openid"))).filter(|(_, openid)| !openid.is_empty());
    let launch = [("token", visit.query("token")), ("scene", visit.query("scene"))];
    let query = serde_urlencoded::to_string(launch.into_iter().chain(openid).collect::<Vec<_>>());
    let query = query.map_err(Problem::internal)?;
    let Shown { card, activity } = visit.controls.get(&format!("/sandbox/join?{query}")).await?;
    let form = serde_json::from_value::<Option<JoinForm>>(card["user_information"].clone());
    let form = form.map_err(Problem::internal)?.unwrap_or_default();
    let card_id = card["card_id"].as_str().unwrap_or_default();
    let OfTemplate { brand_name } = card_templates::one(visit, card_id).await?;
    Ok(Offer { card, form, brand_name: brand_name.unwrap_or_default(), activity })
}

async fn page(visit: &Visit, offer: Offer, entered: &Entered, mistake: Option<Mistake>) -> JoinPage {
    let t = JoinTexts::of(visit.language);
    let address = address::join(visit);
    let error = mistake.as_ref().and_then(|mistake| mistake.error.as_ref());
    let extra_data = match error.and_then(|error| Some((error.errcode?, &error.message))) {
        Some((errcode, message)) => ExtraData::rejected(errcode, message),
        None => ExtraData::joined(false),
    };
    let has_mistake = mistake.is_some();
    let mut mistake = mistake;
    let mut at = |place: Place| mistake.take_if(|mistake| mistake.place == place);
    let (phone_mistake, agreement_mistake) = (at(Place::Phone), at(Place::Agreement));
    let text = |name: &str| offer.card[name].as_str().unwrap_or_default().to_owned();
    let chosen = Some(entered.value("phone")).filter(|phone| !phone.is_empty());
    JoinPage {
        sheet: visit.sheet(t.title, &address, &extra_data).await,
        t,
        address,
        t_card: CardTexts::of(visit.language),
        face: CardFace::of(&offer.card, &offer.brand_name),
        activity: offer.activity,
        phones: PHONES,
        phone: chosen.unwrap_or(PHONES[0]).to_owned(),
        phone_typed: entered.value("phone_typed").to_owned(),
        phone_mistake,
        rows: rows(&offer.form, entered, &mut mistake, t),
        agreement: text("legal_agreement"),
        service_phone: text("service_phone"),
        is_agreed: !entered.value("agreed").is_empty(),
        agreement_mistake,
        has_mistake,
    }
}

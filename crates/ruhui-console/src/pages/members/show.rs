//! The page of one user's cards of a template.

use super::texts::MembersTexts;
use super::timeline::Entry;
use crate::card_templates;
use crate::controls::{segment, with_query};
use crate::form::{Entered, Field, FieldKind, json_of, refill};
use crate::frame::{Frame, Nav};
use crate::pages::templates::card::{CardFace, Picture};
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

#[derive(Template)]
#[template(path = "members/show.html")]
struct MemberPage {
    frame: Frame,
    t: &'static MembersTexts,
    path: String,
    card_id: String,
    openid: String,
    face: CardFace,
    cards: Vec<Held>,
    /// Redemptions that wait for the merchant's answer.
    waiting: Vec<Redemption>,
    timeline: Vec<Entry>,
    remarks: Vec<String>,
    fields: Vec<Field>,
    is_masked: bool,
    other_masking: String,
    done: Option<&'static str>,
    problem: Option<Problem>,
}

/// The response of the control.
#[derive(Deserialize)]
pub(super) struct Shown {
    pub(super) card_id: String,
    pub(super) openid: String,
    pub(super) brand_id: String,
    /// Newest first.
    pub(super) cards: Vec<Held>,
    redemptions: Vec<Redemption>,
    timeline: Vec<Entry>,
    remarks: Vec<String>,
}

/// A card, with the facts that the API does not show.
#[derive(Deserialize)]
pub(super) struct Held {
    pub(super) user_card: Value,
    point_balance: Option<i64>,
    #[serde(default)]
    expire_time: String,
}

/// A redemption of points for a coupon.
#[derive(Deserialize)]
struct Redemption {
    record_id: String,
    user_card_code: String,
    exchange_coupon_template_id: String,
    deduct_points: u64,
    /// `None` until the merchant has answered.
    #[serde(default)]
    outcome: Option<Value>,
}

#[derive(Deserialize)]
struct OfTemplate {
    card_template: Value,
    brand_name: Option<String>,
}

impl Held {
    pub(super) fn text(&self, name: &str) -> &str {
        self.user_card[name].as_str().unwrap_or_default()
    }

    fn badge(&self) -> &'static str {
        super::badge::badge(self.text("user_card_state"))
    }

    fn time(&self, name: &str) -> String {
        time::long(self.text(name))
    }

    fn expires(&self) -> String {
        time::long(&self.expire_time)
    }

    fn json(&self) -> String {
        serde_json::to_string_pretty(&self.user_card).unwrap_or_default()
    }

    /// Whether the card waits for the merchant's confirmation.
    fn is_pending(&self) -> bool {
        self.text("user_card_state") == "UNACTIVATED"
    }

    fn is_effective(&self) -> bool {
        self.text("user_card_state") == "EFFECTIVE"
    }
}

impl MemberPage {
    /// The newest card.
    fn newest(&self) -> Option<&Held> {
        self.cards.first()
    }
}

pub(super) async fn show(visit: Visit, Path((card_id, openid)): Path<(String, String)>) -> Response {
    render(&visit, (&card_id, &openid), None, &Entered::default()).await
}

/// Responds with the page of a user's cards, and with the problem of an act and the values that were entered.
pub(super) async fn render(
    visit: &Visit,
    ids: (&str, &str),
    problem: Option<Problem>,
    entered: &Entered,
) -> Response {
    let status = Problem::status_of(problem.as_ref());
    visit.respond_with(status, load(visit, ids, problem, entered).await).await
}

/// Reads a user's cards.
///
/// # Errors
///
/// The error of the control.
pub(super) async fn read(
    visit: &Visit,
    (card_id, openid): (&str, &str),
    show_sensitive: &str,
) -> Result<Shown, Problem> {
    let path = format!("/sandbox/state/user-cards/{}/{}", segment(card_id), segment(openid));
    visit.controls.get(&with_query(&path, &[("show_sensitive", show_sensitive)])).await
}

/// Returns the form of the changes of a card. Personal data is not filled in: the page may have it masked.
pub(super) fn changes(t: &'static MembersTexts, newest: Option<&Held>) -> Vec<Field> {
    let empty = Value::Null;
    let card = newest.map_or(&empty, |held| &held.user_card);
    let text = |name: &str| card[name].as_str().unwrap_or_default().to_owned();
    let more = json_of(card, &["card_picture_url", "valid_date_information"]);
    let color = match text("card_color") {
        empty if empty.is_empty() => "#000000".to_owned(),
        color => color,
    };
    vec![
        Field::new("level", t.level, FieldKind::Text, text("level")),
        Field::new("phone_number", t.phone, FieldKind::Text, ""),
        Field::new("attach", t.attach, FieldKind::Text, text("attach")),
        Field::new("card_color", t.color, FieldKind::Color, color),
        Field::new("more", t.more, FieldKind::Json, more),
    ]
}

async fn load(
    visit: &Visit,
    (card_id, openid): (&str, &str),
    problem: Option<Problem>,
    entered: &Entered,
) -> Result<MemberPage, Problem> {
    let sensitive = visit.query("show_sensitive");
    let shown = read(visit, (card_id, openid), sensitive).await?;
    let template: OfTemplate = card_templates::one(visit, card_id).await?;
    let t = MembersTexts::of(visit.language);
    let brand = template.brand_name.unwrap_or_default();
    let newest = shown.cards.first().map_or(&Value::Null, |newest| &newest.user_card);
    let face = CardFace::of_card(&template.card_template, newest, &brand);
    let mut fields = changes(t, shown.cards.first());
    refill(&mut fields, entered);
    let (is_masked, path) = (sensitive != "true", super::address::path(&shown.card_id, &shown.openid));
    Ok(MemberPage {
        frame: visit.frame_at(Nav::Members, shown.openid.clone(), &path).await,
        t,
        face,
        other_masking: with_query(&path, &[("show_sensitive", if is_masked { "true" } else { "" })]),
        path,
        card_id: shown.card_id,
        openid: shown.openid,
        cards: shown.cards,
        waiting: shown.redemptions.into_iter().filter(|redemption| redemption.outcome.is_none()).collect(),
        timeline: shown.timeline,
        remarks: shown.remarks,
        fields,
        is_masked,
        done: t.done(visit.query("done")),
        problem,
    })
}

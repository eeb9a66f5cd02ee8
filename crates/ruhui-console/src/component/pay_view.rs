//! The payment-code component (page 4016834476). To open it spends the token, so a GET shows what would open, and the form
//! that a script sends at once opens it: a page that is fetched ahead or again must not spend a token.

use super::card::{CardTexts, ShownCode};
use super::refused;
use super::sheet::{ExtraData, Sheet};
use crate::card_templates;
use crate::controls::with_query;
use crate::frame::html;
use crate::language::texts;
use crate::pages::templates::card::{CardFace, Picture};
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use std::hash::{DefaultHasher, Hasher as _};

/// The path of the component.
pub(super) const ADDRESS: &str = "/component/pay-view";

/// The parameters with which a page launches the component, as those of the join component.
const LAUNCH: [&str; 2] = ["token", "openid"];

texts! {
    /// Texts of the payment-code component.
    PayViewTexts {
        title: "Payment code", "付款码";
        lead: "Opening the component spends the token.", "打开组件后，token即失效。";
        show: "Show the payment code", "出示付款码";
        code: "Payment code", "付款码";
        code_hint: "A sample of the sandbox: it begins with 00, which no cashier takes. The token is spent.", "沙箱生成的示例付款码，以00开头，收银设备不会受理。token已失效。";
        code_bars: "Payment code as a bar code", "付款条形码";
        code_matrix: "Payment code as a QR code", "付款二维码";
    }
}

#[derive(Template)]
#[template(path = "component/pay_view.html")]
struct PayViewPage {
    sheet: Sheet,
    t: &'static PayViewTexts,
    t_card: &'static CardTexts,
    address: String,
    face: CardFace,
    level: String,
    /// The payment code, once the component is open.
    code: Option<ShownCode>,
}

/// The response of both controls.
#[derive(Deserialize)]
struct Shown {
    user_card: Value,
}

#[derive(Deserialize)]
struct OfTemplate {
    card_template: Value,
    brand_name: Option<String>,
}

/// Responds with the card for which the component would open.
pub(super) async fn show(visit: Visit) -> Response {
    let shown = visit.controls.get(&with_query("/sandbox/pay-view", &launch(&visit))).await;
    respond(&visit, shown, None).await
}

/// Opens the component.
pub(super) async fn open(visit: Visit) -> Response {
    let launch = launch(&visit).into_iter().filter(|(_, value)| !value.is_empty());
    let asked: Value = launch.map(|(name, value)| (name.to_owned(), json!(value))).collect();
    let shown = visit.controls.post("/sandbox/pay-view", &asked).await;
    let code = ShownCode::both(&payment_code(visit.query("token")));
    respond(&visit, shown, Some(code)).await
}

async fn respond(visit: &Visit, shown: Result<Shown, Problem>, code: Option<ShownCode>) -> Response {
    let loaded = match shown {
        Ok(shown) => load(visit, &shown.user_card, code).await,
        Err(problem) => Err(problem),
    };
    match loaded {
        Ok(page) => html(StatusCode::OK, &page),
        Err(problem) => refused::respond(visit, problem, &address(visit)).await,
    }
}

async fn load(visit: &Visit, card: &Value, code: Option<ShownCode>) -> Result<PayViewPage, Problem> {
    let card_id = card["card_id"].as_str().unwrap_or_default();
    let OfTemplate { card_template, brand_name } = card_templates::one(visit, card_id).await?;
    let level = if card_template["need_display_level"] == true { &card["level"] } else { &Value::Null };
    let (t, address) = (PayViewTexts::of(visit.language), address(visit));
    Ok(PayViewPage {
        sheet: visit.sheet(t.title, &address, &ExtraData::opened()).await,
        t,
        t_card: CardTexts::of(visit.language),
        address,
        face: CardFace::of_card(&card_template, card, &brand_name.unwrap_or_default()),
        level: level.as_str().unwrap_or_default().to_owned(),
        code,
    })
}

fn launch(visit: &Visit) -> [(&'static str, &str); 2] {
    LAUNCH.map(|name| (name, visit.query(name)))
}

fn address(visit: &Visit) -> String {
    with_query(ADDRESS, &launch(visit))
}

/// Makes the payment code for a token: 18 digits as those of WeChat, which begin with 10 to 15. This one begins with 00, so
/// nothing can be paid with it.
fn payment_code(token: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(token.as_bytes());
    format!("00{:016}", hasher.finish() % 10_u64.pow(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_code_has_18_digits_and_pays_nothing() {
        for token in ["", "a", "EhhEF0Jt0uDLPK6Cr70KCrJmkTtfPPE2"] {
            let code = payment_code(token);
            assert!(code.len() == 18 && code.starts_with("00"), "{code}");
            assert!(code.bytes().all(|byte| byte.is_ascii_digit()));
            assert_eq!(code, payment_code(token));
        }
        assert_ne!(payment_code("a"), payment_code("b"));
    }
}

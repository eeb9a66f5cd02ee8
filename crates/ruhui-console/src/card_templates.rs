//! Card templates, as far as pages about other things name them.

use crate::controls::segment;
use crate::problem::Problem;
use crate::visit::Visit;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A template that a form offers.
#[derive(Deserialize)]
pub(crate) struct CardTemplate {
    pub(crate) card_id: String,
    pub(crate) card_title: String,
}

/// Reads all templates, newest first. Their cards are not counted, since that reads them all.
///
/// # Errors
///
/// The error of the control.
pub(crate) async fn all(visit: &Visit) -> Result<Vec<CardTemplate>, Problem> {
    #[derive(Deserialize)]
    struct Templates {
        data: Vec<Listed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        card_template: CardTemplate,
    }
    let Templates { data } = visit.controls.get("/sandbox/state/templates?count_cards=false").await?;
    Ok(data.into_iter().map(|listed| listed.card_template).collect())
}

/// Reads one template. Its cards are not counted.
///
/// # Errors
///
/// The error of the control.
pub(crate) async fn one<T: DeserializeOwned>(visit: &Visit, card_id: &str) -> Result<T, Problem> {
    visit.controls.get(&format!("/sandbox/state/templates/{}?count_cards=false", segment(card_id))).await
}

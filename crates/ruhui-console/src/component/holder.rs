//! The holder of a token: the user and the template for which a sheet acts.

use crate::controls::segment;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::http::StatusCode;
use serde::Deserialize;

/// The holder of the token in the address of a sheet.
#[derive(Deserialize)]
pub(crate) struct Holder {
    pub(crate) card_id: String,
    pub(crate) openid: String,
    purpose: String,
    state: String,
}

impl Holder {
    /// Reads the holder; `None` for a token that was not issued here.
    ///
    /// # Errors
    ///
    /// The error of the control.
    pub(crate) async fn of(visit: &Visit) -> Result<Option<Self>, Problem> {
        let token = visit.query("token");
        if token.is_empty() {
            return Ok(None);
        }
        match visit.controls.get(&format!("/sandbox/state/tokens/{}", segment(token))).await {
            Ok(holder) => Ok(Some(holder)),
            Err(problem) if problem.status == StatusCode::NOT_FOUND => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// The template and the user.
    pub(crate) fn ids(&self) -> (&str, &str) {
        (&self.card_id, &self.openid)
    }

    /// Whether the user has agreed in the join component with this token.
    pub(crate) fn has_joined(&self) -> bool {
        self.purpose == "join" && self.state == "used"
    }
}

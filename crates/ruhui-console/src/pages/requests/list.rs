//! The list of the request log.

use super::texts::RequestsTexts;
use crate::controls::with_query;
use crate::frame::{Frame, Nav};
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;
use serde::Deserialize;

/// Number of rows of a page.
const ROWS: usize = 100;

/// The parameters that the list has in common with the control.
const FILTERS: [&str; 10] =
    ["text", "status", "kind", "method", "code", "path", "mchid", "openid", "fault", "before"];

#[derive(Template)]
#[template(path = "requests/list.html")]
struct ListPage {
    frame: Frame,
    t: &'static RequestsTexts,
    filter: Filter,
    rows: Vec<Row>,
    /// Address of the older rows; empty if there are none.
    older: String,
    /// Address of the newest rows; empty if the page has them.
    newest: String,
    har: String,
}

/// The filter as the form shows it.
struct Filter {
    text: String,
    status: String,
    kind: String,
    is_set: bool,
}

/// One row.
struct Row {
    id: u64,
    time: String,
    clock: String,
    status: Option<u16>,
    code: String,
    method: String,
    target: String,
    event_type: String,
    caller: String,
    took: String,
    fault: String,
    is_callback: bool,
    is_replayed: bool,
}

impl Row {
    /// Returns the class of the badge of the status.
    fn badge(&self) -> &'static str {
        super::badge::badge(self.status)
    }
}

/// The response of the control.
#[derive(Deserialize)]
struct Found {
    data: Vec<Summary>,
}

#[derive(Deserialize)]
struct Summary {
    id: u64,
    kind: String,
    time: String,
    method: String,
    target: String,
    status: Option<u16>,
    took_ms: Option<f64>,
    #[serde(default)]
    code: String,
    #[serde(default)]
    caller: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    event_type: String,
    #[serde(default)]
    replayed: bool,
    fault: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    fault: String,
}

pub(super) async fn show(visit: Visit) -> Response {
    let page = load(&visit).await;
    visit.respond(page).await
}

async fn load(visit: &Visit) -> Result<ListPage, Problem> {
    let given = FILTERS.map(|name| (name, visit.query(name)));
    // One more than is shown tells whether there are older ones.
    let limit = (ROWS + 1).to_string();
    let mut query = given.to_vec();
    query.push(("limit", &limit));
    let found: Found = visit.controls.get(&with_query("/sandbox/requests", &query)).await?;
    let has_older = found.data.len() > ROWS;
    let rows: Vec<Row> = found.data.into_iter().rev().take(ROWS).map(row).collect();
    let at = |before: &str| {
        let mut query = given.to_vec();
        query.retain(|(name, _)| *name != "before");
        query.push(("before", before));
        with_query("/requests", &query)
    };
    let last = rows.last().filter(|_| has_older).map(|row| row.id.to_string());
    let t = RequestsTexts::of(visit.language);
    Ok(ListPage {
        frame: visit.frame(Nav::Requests, t.title).await,
        t,
        older: last.map(|last| at(&last)).unwrap_or_default(),
        newest: if visit.query("before").is_empty() { String::new() } else { at("") },
        har: with_query("/sandbox/requests/har", &given),
        filter: Filter {
            text: visit.query("text").to_owned(),
            status: visit.query("status").to_owned(),
            kind: visit.query("kind").to_owned(),
            is_set: given.iter().any(|(_, value)| !value.is_empty()),
        },
        rows,
    })
}

fn row(summary: Summary) -> Row {
    let clock = time::clock(&summary.time).to_owned();
    Row {
        id: summary.id,
        clock,
        time: summary.time,
        status: summary.status,
        code: summary.code,
        method: summary.method,
        target: summary.target,
        event_type: summary.event_type,
        caller: summary.caller.into_values().next().unwrap_or_default(),
        took: summary.took_ms.map(time::millis).unwrap_or_default(),
        fault: summary.fault.map(|fault| fault.fault).unwrap_or_default(),
        is_callback: summary.kind == "callback",
        is_replayed: summary.replayed,
    }
}

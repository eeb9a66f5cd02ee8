//! The programs of the start page: one for each client library, for each of two tasks.

use super::texts::StartTexts;
use crate::problem::Problem;
use crate::visit::Visit;
use serde::Deserialize;

/// The client whose program a visitor sees first.
const FIRST: &str = "java";
/// The task of a program that receives callbacks, as the control names it.
const CALLBACKS: &str = "callbacks";

/// The programs of the page, one of which is shown.
pub(super) struct Programs {
    /// Clients whose programs CI runs.
    pub(super) run_in_ci: Vec<ClientTab>,
    /// The other clients.
    pub(super) not_run_in_ci: Vec<ClientTab>,
    pub(super) tasks: [TaskTab; 2],
    /// The program, or the reason why there is none.
    pub(super) shown: Result<Program, Problem>,
}

/// A link that shows the program of a client.
#[derive(Deserialize)]
pub(super) struct ClientTab {
    #[serde(rename = "client")]
    pub(super) id: String,
    pub(super) title: String,
    not_run_in_ci: Option<String>,
    #[serde(skip)]
    pub(super) is_chosen: bool,
}

/// A link that shows the program of a task.
pub(super) struct TaskTab {
    pub(super) title: &'static str,
    pub(super) target: String,
    pub(super) is_chosen: bool,
}

/// A program, as the control returns it.
#[derive(Deserialize)]
pub(super) struct Program {
    pub(super) file: Option<String>,
    pub(super) commands: Vec<String>,
    pub(super) program: String,
    pub(super) missing_files: Vec<String>,
}

#[derive(Deserialize)]
struct Clients {
    clients: Vec<ClientTab>,
}

/// Loads the clients, and the program that the visitor has chosen.
pub(super) async fn load(visit: &Visit, t: &'static StartTexts) -> Programs {
    let listed = visit.controls.get::<Clients>("/sandbox/kit/programs").await;
    let (mut clients, problem) = match listed {
        Ok(listed) => (listed.clients, None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    let wanted = visit.program().unwrap_or(FIRST);
    let is_known = clients.iter().any(|client| client.id == wanted);
    let chosen = if is_known { wanted } else { FIRST };
    for client in &mut clients {
        client.is_chosen = client.id == chosen;
    }
    let (run_in_ci, not_run_in_ci) = clients.into_iter().partition(|client| client.not_run_in_ci.is_none());

    let receives = visit.query("task") == CALLBACKS;
    let task = if receives { CALLBACKS } else { "first_token" };
    let tab = |title, task: &str, is_chosen| TaskTab {
        title,
        target: format!("/?for={chosen}{task}#program"),
        is_chosen,
    };
    let shown = match problem {
        Some(problem) => Err(problem),
        None => visit.controls.get(&format!("/sandbox/kit/programs/{chosen}?task={task}")).await,
    };
    Programs {
        run_in_ci,
        not_run_in_ci,
        tasks: [tab(t.task_token, "", !receives), tab(t.task_callbacks, "&task=callbacks", receives)],
        shown,
    }
}

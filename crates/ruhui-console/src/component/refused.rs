//! The sheet of a component that rejects the user: the reason, and the number that the page gets.

use super::sheet::{ExtraData, Sheet};
use crate::frame::html;
use crate::language::texts;
use crate::problem::Problem;
use crate::visit::Visit;
use askama::Template;
use axum::response::Response;

texts! {
    /// Texts of a rejection.
    RefusedTexts {
        title: "Rejected", "无法继续";
        lead: "The component does not open.", "组件无法打开。";
        number: "The page gets this number:", "页面收到的错误码：";
        numbers: "The numbers are those of the sandbox: the documents say only that 0 is success.", "错误码由沙箱自定：官方文档只说明 0 为成功。";
    }
}

/// The number for a token that has not the form of one: none such was issued.
const TOKEN_UNKNOWN: u32 = 1001;
/// The number for a failure of the sandbox itself.
const FAILED: u32 = 1000;

#[derive(Template)]
#[template(path = "component/refused.html")]
struct RefusedPage {
    sheet: Sheet,
    t: &'static RefusedTexts,
    problem: Problem,
    errcode: u32,
}

/// Responds with the sheet of a rejection.
pub(crate) async fn respond(visit: &Visit, problem: Problem, address: &str) -> Response {
    let t = RefusedTexts::of(visit.language);
    let otherwise = if problem.status.is_server_error() { FAILED } else { TOKEN_UNKNOWN };
    let errcode = problem.errcode.unwrap_or(otherwise);
    let sheet = visit.sheet(t.title, address, &ExtraData::rejected(errcode, &problem.message)).await;
    html(problem.status, &RefusedPage { sheet, t, problem, errcode })
}

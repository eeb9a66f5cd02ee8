//! The page that explains why a signature is rejected: of pasted material, of a file, or of a request in the log.

mod material;
mod texts;
mod view;

use crate::controls::InProcess;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use material::Material;

/// Largest form: material of 4 MiB, and the form around it.
const LIMIT: usize = (4 << 20) + (64 << 10);

pub(crate) fn router() -> Router<InProcess> {
    Router::new().route("/explain", get(show).post(explain).layer(DefaultBodyLimit::max(LIMIT)))
}

/// Shows the form, or the explanation of a request in the log.
async fn show(visit: Visit) -> Response {
    match visit.query("request") {
        "" => view::form(&visit, String::new(), None).await,
        id => view::of_logged(&visit, id).await,
    }
}

async fn explain(
    visit: Visit,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let Ok(body) = body else {
        let message = visit.language.pick("at most 4 MB can be explained", "最多可诊断 4 MB 的内容");
        let problem = Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", message);
        return view::form(&visit, String::new(), Some(problem)).await;
    };
    match Material::read(&headers, &body) {
        Some(material) => view::of_material(&visit, material).await,
        None => {
            let message = visit.language.pick(
                "the form has neither a text nor a file: paste a request, or choose a file",
                "未填写内容也未选择文件：请粘贴请求或选择文件",
            );
            let problem = Problem::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", message);
            view::form(&visit, String::new(), Some(problem)).await
        }
    }
}

//! The page that explains why a signature is rejected: of pasted material, of a file, or of a request in the log.

mod material;
mod texts;
mod view;

use crate::controls::InProcess;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart};
use axum::http::StatusCode;
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

async fn explain(visit: Visit, form: Result<Multipart, MultipartRejection>) -> Response {
    let read = match form {
        Ok(form) => Material::read(form).await,
        // A form of another type has no material.
        Err(_) => Ok(None),
    };
    let problem = match read {
        Ok(Some(material)) => return view::of_material(&visit, material).await,
        Ok(None) => {
            let message = visit.language.pick(
                "the form has neither a text nor a file: paste a request, or choose a file",
                "未填写内容也未选择文件：请粘贴请求或选择文件",
            );
            Problem::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", message)
        }
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let message = visit.language.pick("at most 4 MB can be explained", "最多可诊断 4 MB 的内容");
            Problem::new(error.status(), "BODY_TOO_LARGE", message)
        }
        Err(_) => {
            let message = visit
                .language
                .pick("the form broke off before its end: send it again", "表单在结束之前中断：请重新提交");
            Problem::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", message)
        }
    };
    view::form(&visit, String::new(), Some(problem)).await
}

//! The picture of a new template: a form that may have its file, and the upload.

use super::texts::TemplatesTexts;
use crate::call::{Caller, upload};
use crate::form::Entered;
use crate::problem::Problem;
use crate::visit::Visit;
use axum::extract::Multipart;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::http::StatusCode;
use bytes::Bytes;

/// Largest form: a picture a little over the API's 2 MB, so that the API can reject it, and the fields around it.
pub(super) const LIMIT: usize = (5 << 20) / 2;

/// The name of the field with the file.
const FIELD: &str = "picture";

/// A form as a browser has sent it.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) entered: Entered,
    /// Name and bytes of the file, if one was chosen.
    file: Option<(String, Bytes)>,
}

/// Reads the form. The fields that came before a fault are kept, so the page can show them again.
pub(super) async fn read(
    visit: &Visit,
    form: Result<Multipart, MultipartRejection>,
) -> (Sent, Result<(), Problem>) {
    let mut sent = Sent::default();
    let read = match form {
        Ok(form) => fill(&mut sent, form).await.map_err(|error| error.status()),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    };
    let t = TemplatesTexts::of(visit.language);
    let problem = |status| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "BODY_TOO_LARGE", t.picture_too_large),
        _ => Problem::new(StatusCode::BAD_REQUEST, "PARAM_ERROR", t.form_broken),
    };
    (sent, read.map_err(problem))
}

async fn fill(sent: &mut Sent, mut form: Multipart) -> Result<(), MultipartError> {
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == FIELD {
            let filename = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await?;
            // A browser sends an empty file without a name if none was chosen.
            sent.file = (!filename.is_empty()).then_some((filename, bytes));
        } else {
            sent.entered.set(&name, field.text().await?);
        }
    }
    Ok(())
}

impl Sent {
    /// Uploads the file, if there is one, and enters its URL.
    ///
    /// # Errors
    ///
    /// The rejection of the API.
    pub(super) async fn upload(&mut self, visit: &Visit, caller: &Caller) -> Result<(), Problem> {
        if let Some((filename, bytes)) = self.file.take() {
            let uploaded = upload(visit, caller, &filename, &bytes).await?;
            let url = uploaded["media_url"].as_str().unwrap_or_default();
            self.entered.set("card_picture_url", url.to_owned());
        }
        Ok(())
    }
}

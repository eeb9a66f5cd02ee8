//! The material in the page's form: a text that was pasted, or a file.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use bytes::Bytes;

/// Material to explain, and the number of the exchange in it.
pub(super) struct Material {
    pub(super) bytes: Bytes,
    /// The text field as it was sent, to show it again; empty for a file.
    pub(super) text: String,
    pub(super) exchange: String,
}

impl Material {
    /// Reads the form. A file comes before a text. `None` if the form has neither.
    ///
    /// # Errors
    ///
    /// The form is malformed or too large.
    pub(super) async fn read(mut form: Multipart) -> Result<Option<Self>, MultipartError> {
        let (mut file, mut text, mut exchange) = (Bytes::new(), Bytes::new(), String::new());
        while let Some(field) = form.next_field().await? {
            match field.name() {
                Some("file") => file = field.bytes().await?,
                Some("material") => text = with_line_feeds(&field.bytes().await?),
                Some("exchange") => exchange = field.text().await?.trim().to_owned(),
                _ => {}
            }
        }
        if !file.is_empty() {
            return Ok(Some(Self { bytes: file, text: String::new(), exchange }));
        }
        let shown = String::from_utf8_lossy(&text).into_owned();
        let has_text = !shown.trim().is_empty();
        Ok(has_text.then_some(Self { bytes: text, text: shown, exchange }))
    }
}

/// Browsers send each line end of a text field as CR LF, whatever was pasted. Bodies mostly have LF.
fn with_line_feeds(text: &Bytes) -> Bytes {
    let mut bytes = Vec::with_capacity(text.len());
    for (index, byte) in text.iter().enumerate() {
        if *byte != b'\r' || text.get(index + 1) != Some(&b'\n') {
            bytes.push(*byte);
        }
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::{FromRequest as _, Request};
    use axum::http::header::CONTENT_TYPE;

    async fn read(body: &[u8]) -> Option<Material> {
        let request = Request::builder().header(CONTENT_TYPE, "multipart/form-data; boundary=XX");
        let request = request.body(Body::from(body.to_vec())).unwrap();
        Material::read(Multipart::from_request(request, &()).await.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_is_read_byte_for_byte() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"material\"\r\n\r\n\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: text/plain\r\n\r\n\xff\r\n\r\n-\r\n--XX--\r\n";
        let material = read(body).await.unwrap();
        assert_eq!((&material.bytes[..], material.text.as_str()), (&b"\xff\r\n\r\n-"[..], ""));
    }

    #[tokio::test]
    async fn a_text_has_the_line_ends_that_were_pasted() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"exchange\"\r\n\r\n 2\r\n--XX\r\nContent-Disposition: form-data; name=\"material\"\r\n\r\nGET / HTTP/1.1\r\n\r\n\xe4\xb8\xad\r\n--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--XX--\r\n";
        let material = read(body).await.unwrap();
        assert_eq!(&material.bytes[..], "GET / HTTP/1.1\n\n中".as_bytes());
        assert_eq!(material.exchange, "2");
    }

    #[tokio::test]
    async fn a_form_without_either_is_nothing() {
        for body in [
            &b"--XX--\r\n"[..],
            b"--XX\r\nContent-Disposition: form-data; name=\"material\"\r\n\r\n \r\n--XX--\r\n",
        ] {
            assert!(read(body).await.is_none());
        }
    }
}

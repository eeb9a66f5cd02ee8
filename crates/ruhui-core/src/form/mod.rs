//! Uploads: reads a `multipart/form-data` request as the service does, and writes one.
//!
//! The signature of an upload covers only the text of the part `meta` (merchant page 4012365863), so
//! verifying or explaining it requires finding that part first. The service and [`explain`](crate::explain)
//! both call [`read`], which also reports the unusual properties of the form.
//!
//! Reading copies no part, and takes time in proportion to the length of the body.
//!
//! ```
//! use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
//! use ruhui_core::form;
//!
//! let body = b"--B\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n\
//!              --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nPNG\r\n--B--\r\n";
//! let mut headers = HeaderMap::new();
//! headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=B"));
//! let upload = form::read(&headers, body);
//! assert_eq!((upload.meta, upload.file), (Some(&b"{}"[..]), Some(&b"PNG"[..])));
//!
//! // The live service does not understand a quoted boundary and finds no `meta`.
//! headers.insert(CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=\"B\""));
//! let upload = form::read(&headers, body);
//! assert_eq!(upload.meta, None);
//! assert_eq!(upload.oddities, [form::Oddity::BoundaryQuoted]);
//! ```

mod header;
mod oddity;
mod parts;
#[cfg(test)]
mod tests;
mod write;

pub use oddity::{Advice, Effect, Oddity, OddityText};
pub use write::{Written, write};

use header::Declared;
use http::HeaderMap;
use parts::{LineEnd, Parts};

/// Upload, divided into its parts.
#[derive(Clone, Default)]
pub struct Upload<'a> {
    /// Part `meta`, which is the signed text; `None` if the service does not find it, and then verifies the
    /// signature over an empty body.
    pub meta: Option<&'a [u8]>,
    /// Part `file`; `None` if the service does not find it.
    pub file: Option<&'a [u8]>,
    /// Text that was meant as `meta`, if the service does not find it but the body shows it.
    pub meant: Option<&'a [u8]>,
    /// Unusual properties of the form. The first one that [rejects](Effect) the upload is the cause.
    pub oddities: Vec<Oddity>,
}

/// Hides the contents, which are the caller's.
impl std::fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let length = |part: Option<&[u8]>| part.map(<[u8]>::len);
        f.debug_struct("Upload")
            .field("meta", &length(self.meta))
            .field("file", &length(self.file))
            .field("meant", &length(self.meant))
            .field("oddities", &self.oddities)
            .finish()
    }
}

/// Reads an upload from its headers and its raw body, as the service does.
///
/// - The service does not understand a quoted boundary, as seen live.
/// - A `Content-Type: multipart/form-data` without a boundary is accepted. The boundary is then read from the
///   first line of the body, since two widely used clients send this.
/// - A part with a file name is a file. So a part `meta` with a file name is not read, as seen live.
pub fn read<'a>(headers: &HeaderMap, body: &'a [u8]) -> Upload<'a> {
    if body.is_empty() {
        return Upload { oddities: vec![Oddity::Empty], ..Upload::default() };
    }
    match header::declared(headers) {
        Declared::Boundary(boundary) => with_boundary(boundary, body),
        Declared::None => match parts::first_line(body) {
            Some(boundary) => {
                let mut upload = with_boundary(boundary, body);
                upload.oddities.insert(0, Oddity::BoundaryMissing);
                upload
            }
            None => rejected(Oddity::NoParts, None),
        },
        Declared::Quoted(boundary) => {
            // Try the boundary that the header means, without quotes, then the first line of the body.
            let meant = meant(Some(boundary), body).or_else(|| meant(parts::first_line(body), body));
            rejected(Oddity::BoundaryQuoted, meant)
        }
        Declared::NotForm(content_type) => {
            rejected(Oddity::NotForm { content_type }, meant(parts::first_line(body), body))
        }
    }
}

fn rejected(oddity: Oddity, meant: Option<&[u8]>) -> Upload<'_> {
    Upload { meant, oddities: vec![oddity], ..Upload::default() }
}

fn with_boundary<'a>(boundary: &[u8], body: &'a [u8]) -> Upload<'a> {
    let form = Parts::of(body, boundary, LineEnd::CrLf);
    if form.count == 0 {
        return without_parts(boundary, body);
    }
    let meant = form.meant();
    let mut oddities = Vec::new();
    if !form.is_closed {
        oddities.push(Oddity::CutOff);
    }
    if let Some(name) = form.twice {
        oddities.push(Oddity::PartTwice { name });
    }
    if form.meta.is_none() {
        oddities.push(match form.meta_with_file_name {
            Some(_) => Oddity::MetaHasFileName,
            None => Oddity::NoMeta { names: form.names },
        });
    }
    let is_read = form.is_closed && form.twice.is_none();
    let meta = form.meta.filter(|_| is_read);
    let file = form.file.filter(|_| meta.is_some());
    if meta.is_some() {
        oddities.extend(form.encoded.map(|encoding| Oddity::Encoded { encoding }));
        match (file, form.file_has_name) {
            (None, _) => oddities.push(Oddity::NoFile),
            (Some([]), _) => oddities.push(Oddity::FileEmpty),
            (Some(_), false) => oddities.push(Oddity::FileHasNoName),
            (Some(_), true) => {}
        }
    }
    Upload { meta, file, meant: meant.filter(|_| meta.is_none()), oddities }
}

/// Rejects a form in which the declared boundary ends no line of the body.
fn without_parts<'a>(boundary: &[u8], body: &'a [u8]) -> Upload<'a> {
    let with_line_feeds = Parts::of(body, boundary, LineEnd::Lf);
    if with_line_feeds.count > 0 {
        return rejected(Oddity::LineFeedsOnly, with_line_feeds.meant());
    }
    match parts::first_line(body) {
        Some(found) => rejected(Oddity::BoundaryNotInBody, meant(Some(found), body)),
        None => rejected(Oddity::NoParts, None),
    }
}

/// Returns the text of `meta` if `boundary` divides the body, with line ends of either kind.
fn meant<'a>(boundary: Option<&[u8]>, body: &'a [u8]) -> Option<&'a [u8]> {
    let boundary = boundary?;
    let read = |end| Parts::of(body, boundary, end).meant();
    read(LineEnd::CrLf).or_else(|| read(LineEnd::Lf))
}

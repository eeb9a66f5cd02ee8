//! Uploads: reads a `multipart/form-data` request as the service does.
//!
//! The signature of an upload covers the text of the part `meta` alone (merchant page 4012365863), so a reader
//! that verifies or explains it must find that part first. The service and [`explain`](crate::explain) both use
//! [`read`], which also says what is unusual about the form.
//!
//! Reading copies no part and takes time in proportion to the length of the body.
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

pub use oddity::{Advice, Effect, Oddity, OddityText};

use header::Declared;
use http::HeaderMap;
use parts::{LineEnd, Parts};

/// An upload, divided into its parts.
#[derive(Clone, Default)]
pub struct Upload<'a> {
    /// The part `meta` where the service finds it: the text that is signed. The service verifies over an empty body
    /// where it finds none.
    pub meta: Option<&'a [u8]>,
    /// The part `file` where the service finds it.
    pub file: Option<&'a [u8]>,
    /// The text that was meant as `meta`, where the service does not find it, and the body still shows it.
    pub meant: Option<&'a [u8]>,
    /// The unusual properties of the form. The first one that [rejects](Effect) the upload is the cause.
    pub oddities: Vec<Oddity>,
}

/// Shows no content: it is the caller's.
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
/// - A quoted boundary is not understood, as seen live.
/// - A `Content-Type: multipart/form-data` without a boundary is accepted, and the boundary is read from the first
///   line of the body: two widely used clients send this.
/// - A part with a file name is a file, so a part `meta` with one is not read, as seen live.
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
            // The quoted boundary is what the header means; the first line is what the body has.
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

/// The declared boundary ends no line of the body.
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

/// The text of `meta` that the body holds if `boundary` divides it, whatever its lines end with.
fn meant<'a>(boundary: Option<&[u8]>, body: &'a [u8]) -> Option<&'a [u8]> {
    let boundary = boundary?;
    let read = |end| Parts::of(body, boundary, end).meant();
    read(LineEnd::CrLf).or_else(|| read(LineEnd::Lf))
}

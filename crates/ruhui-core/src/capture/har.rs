//! Reads HAR files, as browsers and proxies export them.

use super::{
    BodyState, Captured, Choice, Exchange, Format, Message, NotHttp, Remark, Request, Response, start,
};
use base64::Engine as _;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct File {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Value>,
}

#[derive(Deserialize)]
struct Entry {
    request: HarRequest,
    response: Option<HarResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<Content>,
    #[serde(default)]
    body_size: Option<i64>,
}

#[derive(Deserialize)]
struct HarResponse {
    #[serde(default)]
    status: u16,
    #[serde(default)]
    headers: Vec<Header>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    params: Vec<Value>,
    #[serde(default)]
    size: Option<i64>,
}

/// Reads the chosen exchange of a HAR file; `None` if the text is not a HAR file.
pub(super) fn read(text: &[u8], choice: Choice) -> Option<Result<Captured, NotHttp>> {
    let trimmed = text.trim_ascii();
    if !trimmed.starts_with(b"{") {
        return None;
    }
    // An unreadable entry stays in the list, so that the others keep their numbers.
    let mut entries: Vec<Option<Entry>> = match serde_json::from_slice::<File>(trimmed) {
        Ok(File { log }) => log.entries.into_iter().map(|entry| serde_json::from_value(entry).ok()).collect(),
        // Browsers copy a single entry without the file around it.
        Err(_) => vec![Some(serde_json::from_slice(trimmed).ok()?)],
    };
    let of = entries.len();
    let at = match choice {
        _ if of == 0 => return Some(Err(NotHttp::HarWithoutEntries)),
        Choice::Last => last(&entries).unwrap_or(of - 1),
        Choice::Nth(number) if (1..=of).contains(&number) => number - 1,
        Choice::Nth(asked) => return Some(Err(NotHttp::NoSuchExchange { asked, of })),
    };
    let entry = entries.swap_remove(at).ok_or(NotHttp::HarEntryMalformed { entry: at + 1 });
    Some(entry.and_then(|entry| captured(entry, at + 1, of)))
}

/// Returns the position of the last entry of the API, or else of the last readable one.
fn last(entries: &[Option<Entry>]) -> Option<usize> {
    let of_api = entries.iter().rposition(|entry| entry.as_ref().is_some_and(is_of_api));
    of_api.or_else(|| entries.iter().rposition(Option::is_some))
}

/// Returns whether the path belongs to APIv3, or the request is signed.
fn is_of_api(entry: &Entry) -> bool {
    let path = start::target(&entry.request.url).map(|(path, _)| path).unwrap_or_default();
    path.starts_with("/v3/")
        || path.starts_with("/brand/")
        || entry.request.headers.iter().any(|header| header.value.starts_with("WECHATPAY"))
}

fn captured(entry: Entry, taken: usize, of: usize) -> Result<Captured, NotHttp> {
    let mut remarks = Vec::new();
    if of > 1 {
        remarks.push(Remark::Several { taken, of });
    }
    let Entry { request, response } = entry;
    let (target, host) = start::target(&request.url).ok_or(NotHttp::HarUrlNotHttp { entry: taken })?;
    let mut headers = headers(request.headers);
    if !headers.contains_key(http::header::HOST)
        && let Some(host) = host.and_then(|host| HeaderValue::from_str(&host).ok())
    {
        headers.insert(http::header::HOST, host);
    }
    let mut own = Vec::new();
    if !headers.contains_key(AUTHORIZATION) {
        own.push(Remark::Sanitised);
    }
    let (body, state) = body(request.post_data, request.body_size, &mut own);
    let request = Request { method: request.method, target, headers, body, body_state: state, remarks: own };
    // Browsers write the status 0 if no response came.
    let response = response.filter(|response| response.status >= 100).map(|response| {
        let size = response.content.as_ref().and_then(|content| content.size);
        let mut remarks = Vec::new();
        let (body, body_state) = self::body(response.content, size, &mut remarks);
        let headers = self::headers(response.headers);
        Response { status: response.status, headers, body, body_state, remarks }
    });
    let message = match response {
        Some(response) => Message::Exchange(Box::new(Exchange { request, response })),
        None => Message::Request(request),
    };
    Ok(Captured { format: Format::Har, message, remarks })
}

fn headers(list: Vec<Header>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for Header { name, value } in list.into_iter().take(1_000) {
        // Names that begin with a colon are HTTP/2's pseudo-headers, which a `HeaderName` rejects.
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
        {
            headers.append(name, value);
        }
    }
    headers
}

fn body(content: Option<Content>, size: Option<i64>, remarks: &mut Vec<Remark>) -> (Vec<u8>, BodyState) {
    let said = size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
    let not_shown = Remark::BodyNotShown(Format::Har);
    let Some(Content { text: Some(text), encoding, params, .. }) = content else {
        if said.is_none() {
            return (Vec::new(), BodyState::Exact);
        }
        remarks.push(not_shown);
        return (Vec::new(), BodyState::Missing);
    };
    let bytes = match encoding.as_deref() {
        Some("base64") => base64::engine::general_purpose::STANDARD.decode(&text).ok(),
        _ => Some(text.into_bytes()),
    };
    let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty() || params.is_empty()) else {
        remarks.push(not_shown);
        return (Vec::new(), BodyState::Missing);
    };
    if let Some(said) = said.filter(|said| *said != bytes.len()) {
        remarks.push(Remark::LengthDiffers { said, found: bytes.len() });
        return (bytes, BodyState::Rebuilt);
    }
    (bytes, BodyState::Exact)
}

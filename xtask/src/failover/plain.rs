//! A transport that keeps nothing open, and remembers what it met last.

use ruhui::bytes::Bytes;
use ruhui::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use ruhui::transport::{Sent, Transport, TransportError};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is remembered of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Met {
    pub(super) status: u16,
    pub(super) retry_after: bool,
}

/// One connection for each request. It blocks its thread, which has nothing else to do.
#[derive(Debug, Default)]
pub(super) struct Plain(Mutex<Option<Met>>);

impl Plain {
    /// The last answer, once.
    pub(super) fn last(&self) -> Option<Met> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[async_trait::async_trait]
impl Transport for Plain {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let bytes = send(&request)?;
        let response =
            read(&bytes).ok_or_else(|| TransportError::Lost { why: "no whole answer".to_owned() })?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Met {
            status: response.status().as_u16(),
            retry_after: response.headers().contains_key(header::RETRY_AFTER),
        });
        Ok(response)
    }
}

fn send(request: &Request<Bytes>) -> Result<Vec<u8>, TransportError> {
    let uri = request.uri();
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let mut bytes = format!(
        "{} {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Length: {}\r\n",
        request.method(),
        request.body().len()
    )
    .into_bytes();
    for (name, value) in request.headers().iter().filter(|(name, _)| *name != header::CONTENT_LENGTH) {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(request.body());
    let unreached = |error: std::io::Error| TransportError::Connect { why: error.to_string() };
    let mut stream = TcpStream::connect(authority).map_err(unreached)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(unreached)?;
    let mut answer = Vec::new();
    let mut exchange = || {
        stream.write_all(&bytes)?;
        stream.read_to_end(&mut answer)
    };
    exchange().map_err(|_| TransportError::Timeout { sent: Sent::Maybe })?;
    Ok(answer)
}

fn read(bytes: &[u8]) -> Option<Response<Bytes>> {
    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&bytes[..head]).ok()?;
    let mut lines = text.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse::<u16>().ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers.append(name.parse::<HeaderName>().ok()?, value.trim().parse::<HeaderValue>().ok()?);
    }
    let mut response = Response::new(Bytes::copy_from_slice(&bytes[head + 4..]));
    *response.status_mut() = status.try_into().ok()?;
    *response.headers_mut() = headers;
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_whole() {
        let response = read(b"HTTP/1.1 500 \r\nRetry-After: 1\r\nA: b: c\r\n\r\n{}").unwrap();
        assert_eq!((response.status().as_u16(), &response.body()[..]), (500, &b"{}"[..]));
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        assert_eq!(response.headers()["a"], "b: c");
        assert!(read(b"HTTP/1.1 500 ").is_none());
    }
}

//! The bytes that attackers send, all built before the attack starts.

use crate::load::requests::Maker;
use anyhow::{Context as _, Result};
use ruhui_core::api::Endpoint;
use ruhui_core::api::card_member::{CreatePreAuthToken, UploadImage};

const TOKENS: &str = <CreatePreAuthToken as Endpoint>::PATH;
const UPLOADS: &str = <UploadImage as Endpoint>::PATH;
const FORM: &str = "multipart/form-data; boundary=b";
const JSON: &str = "application/json";
/// Length of a large head, in bytes. The service's limit is above it.
const LARGE_HEAD: usize = 31_000;

/// The data that an attacker without a key has.
#[derive(Debug)]
pub(super) struct Material {
    /// The `Authorization` line of a captured request, whose sender has a key.
    authorization: String,
    /// The path of an uploaded picture.
    picture: String,
}

impl Material {
    pub(super) fn new(maker: &Maker, picture: &str) -> Result<Self> {
        let request = String::from_utf8(maker.request_of(maker.call())?)?;
        let line = request.lines().find(|line| line.starts_with("Authorization: "));
        Ok(Self {
            authorization: line.context("a signed request without Authorization")?.to_owned(),
            picture: picture.to_owned(),
        })
    }

    /// Returns a head without its end.
    pub(super) fn head_begun(&self) -> Vec<u8> {
        format!("POST {TOKENS} HTTP/1.1\r\nHost: a\r\nX-Slow: ").into_bytes()
    }

    /// Returns a head, and no byte of its body.
    pub(super) fn body_begun(&self) -> Vec<u8> {
        head(TOKENS, JSON, "Content-Length: 1000", None)
    }

    /// Returns a head without its end that is almost as large as the service's limit.
    pub(super) fn large_head(&self) -> Vec<u8> {
        let mut bytes = self.head_begun();
        bytes.resize(LARGE_HEAD, b'x');
        bytes
    }

    /// Returns a complete request without Authorization.
    pub(super) fn unsigned(&self) -> Vec<u8> {
        let mut bytes = head(TOKENS, JSON, "Content-Length: 2", None);
        bytes.extend_from_slice(b"{}");
        bytes
    }

    /// Returns a token request without Authorization, with a large body that lacks its last byte.
    pub(super) fn large_body(&self, size: usize) -> Vec<u8> {
        without_last_byte(TOKENS, JSON, size, None)
    }

    /// Returns an upload without Authorization and without its last byte.
    pub(super) fn large_upload(&self, size: usize) -> Vec<u8> {
        without_last_byte(UPLOADS, FORM, size, None)
    }

    /// Returns an upload without its last byte whose Authorization has a valid form, time and serial number.
    pub(super) fn large_upload_with_header(&self, size: usize) -> Vec<u8> {
        without_last_byte(UPLOADS, FORM, size, Some(&self.authorization))
    }

    /// Returns a complete request with the signature of another request.
    pub(super) fn badly_signed(&self, size: usize) -> Vec<u8> {
        let body = format!("{{\"a\":\"{}\"}}", "x".repeat(size));
        let length = format!("Content-Length: {}", body.len());
        let mut bytes = head(TOKENS, JSON, &length, Some(&self.authorization));
        bytes.extend_from_slice(body.as_bytes());
        bytes
    }

    /// Returns a request for a picture.
    pub(super) fn picture(&self) -> Vec<u8> {
        format!("GET {} HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n", self.picture)
            .into_bytes()
    }

    /// Returns a body in chunks of one byte, without its end.
    pub(super) fn one_byte_chunks(&self, count: usize) -> Vec<u8> {
        let mut bytes = chunked();
        bytes.extend(b"1\r\nx\r\n".iter().copied().cycle().take(count * 6));
        bytes
    }

    /// Returns data after which the client closes its direction: half a head, half a body, a complete request.
    pub(super) fn halves(&self) -> Vec<Vec<u8>> {
        vec![self.head_begun(), self.body_begun(), self.unsigned()]
    }

    /// Returns bodies with malformed chunks.
    pub(super) fn malformed_chunks(&self) -> Vec<Vec<u8>> {
        let chunks: [&[u8]; 6] = [
            b"zz\r\nx\r\n",
            b"-1\r\nx\r\n",
            b"1\r\nxyz\r\n0\r\n\r\n",
            b"ffffffffffffffffff\r\nx",
            b"1 1\r\nx\r\n0\r\n\r\n",
            b"1\nx\n0\n\n",
        ];
        chunks.iter().map(|chunks| [&chunked()[..], chunks].concat()).collect()
    }
}

fn chunked() -> Vec<u8> {
    head(TOKENS, JSON, "Transfer-Encoding: chunked", None)
}

fn without_last_byte(target: &str, kind: &str, size: usize, authorization: Option<&str>) -> Vec<u8> {
    let mut bytes = head(target, kind, &format!("Content-Length: {size}"), authorization);
    bytes.resize(bytes.len() + size - 1, b'x');
    bytes
}

fn head(target: &str, kind: &str, framing: &str, authorization: Option<&str>) -> Vec<u8> {
    let authorization = authorization.map(|line| format!("{line}\r\n")).unwrap_or_default();
    format!(
        "POST {target} HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nAccept: application/json\r\n\
         {authorization}Content-Type: {kind}\r\n{framing}\r\n\r\n"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material() -> Material {
        Material { authorization: "Authorization: A b".to_owned(), picture: "/media/p.png".to_owned() }
    }

    #[test]
    fn a_body_lacks_its_last_byte() {
        let bytes = material().large_upload_with_header(100);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Content-Length: 100") && head.contains("Authorization: A b"), "{head}");
        assert_eq!(body.len(), 99);
    }

    #[test]
    fn a_large_head_stays_below_the_limit_and_has_no_end() {
        let bytes = material().large_head();
        assert!(bytes.len() < 32 << 10 && !bytes.ends_with(b"\r\n\r\n"));
    }

    #[test]
    fn a_bad_signature_comes_with_a_whole_body() {
        let text = String::from_utf8(material().badly_signed(10)).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
    }
}

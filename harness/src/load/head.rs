//! Parses the head of a response, as far as a load generator needs it.

use anyhow::{Context as _, Result};

/// Status, length and connection of a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Length of the body.
    pub(crate) length: usize,
    /// Whether the connection stays open.
    pub(crate) keeps: bool,
}

impl Head {
    pub(crate) fn read(head: &[u8]) -> Result<Self> {
        let mut lines = std::str::from_utf8(head)?.lines();
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 "));
        let status = status.and_then(|rest| rest.get(..3)).context("a response without a status")?.parse()?;
        let (mut length, mut keeps) = (None, true);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse()?);
            } else if name.eq_ignore_ascii_case("connection") {
                keeps = !value.trim().eq_ignore_ascii_case("close");
            }
        }
        Ok(Self { status, length: length.context("a response without Content-Length")?, keeps })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_however_it_is_written() {
        let head = Head::read(b"HTTP/1.1 200 OK\r\nX: 1\r\ncontent-LENGTH:  12").unwrap();
        assert_eq!(head, Head { status: 200, length: 12, keeps: true });
        let head = Head::read(b"HTTP/1.1 500 \r\nConnection: Close\r\nContent-Length: 0").unwrap();
        assert_eq!(head, Head { status: 500, length: 0, keeps: false });
        assert!(Head::read(b"HTTP/1.1 200 OK\r\nX: 1").is_err());
        assert!(Head::read(b"220 smtp").is_err());
    }
}

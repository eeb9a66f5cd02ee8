//! Responses that are broken off on purpose: the bytes that still pass, and the end of the connection.

/// The place at which a response breaks off, and the end of its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BreakOff {
    /// The bytes that still pass.
    pub(super) pass: Pass,
    /// The end of the connection.
    pub(super) end: End,
}

/// The bytes of a response that pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// No byte.
    Nothing,
    /// The head, and this many bytes of the body.
    Head {
        /// Number of bytes of the body.
        body: usize,
    },
}

/// The end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The operating system sends a reset (RST).
    Reset,
    /// The sending side is closed (FIN), under TLS with its alert before it.
    Close,
}

const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A response that is being broken off.
#[derive(Debug)]
pub(super) struct Breaking {
    /// Number of bytes of [`END_OF_HEAD`] that have just passed; all of them once the head has.
    matched: usize,
    body: usize,
    has_passed: bool,
    end: End,
}

impl From<BreakOff> for Breaking {
    fn from(BreakOff { pass, end }: BreakOff) -> Self {
        let (matched, body) = match pass {
            Pass::Nothing => (END_OF_HEAD.len(), 0),
            Pass::Head { body } => (0, body),
        };
        Self { matched, body, has_passed: false, end }
    }
}

impl Breaking {
    /// The number of these bytes, the next of the response, that pass.
    pub(super) fn passing(&self, bytes: &[u8]) -> usize {
        let mut matched = self.matched;
        let mut head = 0;
        while matched < END_OF_HEAD.len() {
            let Some(byte) = bytes.get(head) else { return bytes.len() };
            matched = next(matched, *byte);
            head += 1;
        }
        bytes.len().min(head + self.body)
    }

    /// Notes that these bytes have passed.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        self.has_passed |= !bytes.is_empty();
        for byte in bytes {
            if self.matched < END_OF_HEAD.len() {
                self.matched = next(self.matched, *byte);
            } else {
                self.body -= self.body.min(1);
            }
        }
    }

    /// The end, and whether bytes came before it, once nothing passes any more.
    pub(super) fn end(&self) -> Option<(End, bool)> {
        (self.matched == END_OF_HEAD.len() && self.body == 0).then_some((self.end, self.has_passed))
    }
}

/// The number of matched bytes after one more byte of the head.
fn next(matched: usize, byte: u8) -> usize {
    match (END_OF_HEAD.get(matched), byte) {
        (Some(wanted), byte) if *wanted == byte => matched + 1,
        (_, b'\r') => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n{\"a\":\r\n\r\n1}";

    /// The bytes that pass when they are offered in pieces of this size.
    fn passed(pass: Pass, piece: usize) -> (Vec<u8>, Breaking) {
        let mut breaking = Breaking::from(BreakOff { pass, end: End::Reset });
        let mut passed = Vec::new();
        for bytes in RESPONSE.chunks(piece) {
            let length = breaking.passing(bytes);
            breaking.pass(&bytes[..length]);
            passed.extend_from_slice(&bytes[..length]);
        }
        (passed, breaking)
    }

    #[test]
    fn the_head_and_a_part_of_the_body_pass_however_they_are_written() {
        let head = RESPONSE.len() - b"{\"a\":\r\n\r\n1}".len();
        for piece in 1..=RESPONSE.len() {
            for body in [0, 1, 5, 8] {
                let (passed, breaking) = passed(Pass::Head { body }, piece);
                assert_eq!(passed, &RESPONSE[..head + body], "{piece} {body}");
                assert_eq!(breaking.end(), Some((End::Reset, true)));
            }
            let (passed, breaking) = passed(Pass::Nothing, piece);
            assert_eq!((passed.len(), breaking.end()), (0, Some((End::Reset, false))));
        }
    }

    #[test]
    fn a_response_that_has_not_come_so_far_goes_on() {
        let mut breaking = Breaking::from(BreakOff { pass: Pass::Head { body: 3 }, end: End::Close });
        breaking.pass(b"HTTP/1.1 200 OK\r\n");
        assert_eq!(breaking.end(), None);
        breaking.pass(b"\r\n12");
        assert_eq!(breaking.end(), None);
        breaking.pass(b"3");
        assert_eq!(breaking.end(), Some((End::Close, true)));
    }
}

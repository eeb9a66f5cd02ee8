//! Divides a body at its boundary (RFC 2046, section 5.1), and finds the parts of an upload.

use super::header::printable;
use memchr::memmem;

/// Line end of a form.
#[derive(Clone, Copy)]
pub(super) enum LineEnd {
    /// CR LF, as RFC 2046 requires.
    CrLf,
    /// LF without CR, which is read only to name the mistake.
    Lf,
}

impl LineEnd {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Lf => b"\n",
        }
    }
}

/// Parts of an upload.
#[derive(Default)]
pub(super) struct Parts<'a> {
    /// Number of lines that are the boundary.
    pub(super) count: usize,
    /// Whether the closing boundary exists.
    pub(super) is_closed: bool,
    /// First field `meta`.
    pub(super) meta: Option<&'a [u8]>,
    /// First part `meta` with a file name, which makes it a file.
    pub(super) meta_with_file_name: Option<&'a [u8]>,
    /// First part `file`.
    pub(super) file: Option<&'a [u8]>,
    pub(super) file_has_name: bool,
    /// Name of a part that exists more than once.
    pub(super) twice: Option<&'static str>,
    /// Content-Transfer-Encoding of a part that the service would have to decode.
    pub(super) encoded: Option<String>,
    /// Names of the first parts.
    pub(super) names: Vec<String>,
}

/// Largest number of part names that are kept for a message.
const NAMES: usize = 6;

impl<'a> Parts<'a> {
    pub(super) fn of(body: &'a [u8], boundary: &[u8], end: LineEnd) -> Self {
        let mut parts = Self::default();
        let mut part_begins = None;
        for mark in marks(body, boundary, end) {
            parts.count += 1;
            if let Some(begin) = part_begins {
                // One line end can end a boundary and begin the next: then the part between them is empty.
                parts.take(&body[mark.begin.min(begin)..mark.begin], end);
            }
            if mark.closes {
                parts.is_closed = true;
                break;
            }
            part_begins = Some(mark.end);
        }
        parts
    }

    /// Returns the text that was meant as `meta`, as a field or as a file.
    pub(super) fn meant(&self) -> Option<&'a [u8]> {
        self.meta.or(self.meta_with_file_name)
    }

    fn take(&mut self, part: &'a [u8], end: LineEnd) {
        let (head, content) = split_head(part, end);
        let disposition = field(head, b"content-disposition").map(Disposition::read).unwrap_or_default();
        let Some(name) = disposition.name else { return };
        if self.names.len() < NAMES {
            self.names.push(printable(&name));
        }
        let (slot, label) = match (name.as_slice(), disposition.has_file_name) {
            (b"meta", false) => (&mut self.meta, "meta"),
            (b"meta", true) => (&mut self.meta_with_file_name, "meta"),
            (b"file", has_name) => {
                self.file_has_name |= has_name;
                (&mut self.file, "file")
            }
            _ => return,
        };
        // With two parts of the same name, it is unknown which one was meant, so the form is not read.
        match slot {
            Some(_) => self.twice = Some(label),
            None => *slot = Some(content),
        }
        let encoding = field(head, b"content-transfer-encoding").map(<[u8]>::trim_ascii);
        if let Some(encoding) = encoding.filter(|encoding| is_encoding(encoding)) {
            self.encoded.get_or_insert_with(|| printable(encoding));
        }
    }
}

/// Returns whether an encoding changes the bytes; `binary`, `8bit` and `7bit` do not.
fn is_encoding(encoding: &[u8]) -> bool {
    [&b"base64"[..], b"quoted-printable"].iter().any(|known| encoding.eq_ignore_ascii_case(known))
}

/// Line that is the boundary.
struct Mark {
    /// Position of the line end in front of the boundary, which is not part of the content.
    begin: usize,
    /// Position at which the next line begins.
    end: usize,
    closes: bool,
}

fn marks<'a>(body: &'a [u8], boundary: &[u8], end: LineEnd) -> impl Iterator<Item = Mark> + 'a {
    let dashed = [b"--", boundary].concat();
    let first = body.starts_with(&dashed).then_some((0, dashed.len()));
    let needle = [end.bytes(), &dashed].concat();
    let length = needle.len();
    let finder = memmem::Finder::new(&needle).into_owned();
    let mut from = 0;
    let others = std::iter::from_fn(move || {
        let begin = from + finder.find(&body[from..])?;
        from = begin + length;
        Some((begin, from))
    });
    first.into_iter().chain(others).filter_map(move |(begin, after)| mark(body, begin, after, end))
}

/// Reads a boundary, which must end its line or be followed by two hyphens. Anything else is content that
/// begins like a boundary.
fn mark(body: &[u8], begin: usize, after: usize, end: LineEnd) -> Option<Mark> {
    let rest = &body[after..];
    if rest.starts_with(b"--") {
        return Some(Mark { begin, end: after + 2, closes: true });
    }
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let line_end = match (end, &rest[blanks..]) {
        (_, [b'\r', b'\n', ..]) => 2,
        (LineEnd::Lf, [b'\n', ..]) => 1,
        _ => return None,
    };
    Some(Mark { begin, end: after + blanks + line_end, closes: false })
}

/// Returns the boundary that the first line of the body shows.
pub(super) fn first_line(body: &[u8]) -> Option<&[u8]> {
    // Some clients send an empty line first.
    let body = body.strip_prefix(b"\r\n").unwrap_or(body);
    let line = &body[..memchr::memchr(b'\n', &body[..body.len().min(LONGEST_BOUNDARY + 4)])?];
    let boundary = line.strip_prefix(b"--")?.trim_ascii_end();
    (!boundary.is_empty() && boundary.iter().all(|byte| matches!(byte, b' '..=b'~'))).then_some(boundary)
}

/// Largest length of a boundary that is read. RFC 2046 allows 70 characters.
const LONGEST_BOUNDARY: usize = 200;

/// Splits a part into head and content at the first empty line.
fn split_head(part: &[u8], end: LineEnd) -> (&[u8], &[u8]) {
    let line_end = end.bytes();
    if let Some(content) = part.strip_prefix(line_end) {
        return (&[], content);
    }
    let empty_line = line_end.repeat(2);
    let divided = memmem::find(part, &empty_line).map(|at| (&part[..at], &part[at + empty_line.len()..]));
    // A CR LF form without an empty line has a head only, whose empty line is the boundary's line end.
    let divided = divided.or_else(|| match end {
        LineEnd::Lf => memmem::find(part, b"\n\r\n").map(|at| (&part[..at], &part[at + 3..])),
        LineEnd::CrLf => None,
    });
    divided.unwrap_or((part, &[]))
}

/// Returns the value of a field of a part's head, with its continuation lines.
fn field<'a>(head: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let mut begin = 0;
    while begin < head.len() {
        let mut end = begin;
        loop {
            end = memchr::memchr(b'\n', &head[end..]).map_or(head.len(), |at| end + at + 1);
            // A line that begins with a blank continues the line before it.
            if !matches!(head.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        let line = &head[begin..end];
        if let Some(colon) = memchr::memchr(b':', line)
            && line[..colon].trim_ascii().eq_ignore_ascii_case(wanted)
        {
            return Some(&line[colon + 1..]);
        }
        begin = end;
    }
    None
}

/// Parameters of a part's `Content-Disposition`.
#[derive(Default)]
struct Disposition {
    name: Option<Vec<u8>>,
    has_file_name: bool,
}

impl Disposition {
    fn read(value: &[u8]) -> Self {
        let mut disposition = Self::default();
        let mut rest = after_semicolon(value);
        while let Some(equals) = memchr::memchr(b'=', rest) {
            // A parameter without a value in front of this one is ignored.
            let name = rest[..equals].rsplit(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
            let (value, after) = parameter(rest[equals + 1..].trim_ascii_start());
            if name.eq_ignore_ascii_case(b"name") {
                disposition.name.get_or_insert(value);
            }
            disposition.has_file_name |=
                name.eq_ignore_ascii_case(b"filename") || name.eq_ignore_ascii_case(b"filename*");
            rest = after_semicolon(after);
        }
        disposition
    }
}

fn after_semicolon(text: &[u8]) -> &[u8] {
    memchr::memchr(b';', text).map_or(&[], |at| &text[at + 1..])
}

/// Returns the value of a parameter, unquoted, and the rest of the text.
fn parameter(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = memchr::memchr(b';', text).unwrap_or(text.len());
        return (text[..end].trim_ascii().to_vec(), &text[end..]);
    };
    let mut value = Vec::new();
    let mut at = 0;
    while let Some(byte) = quoted.get(at) {
        match (byte, quoted.get(at + 1)) {
            (b'"', _) => return (value, &quoted[at + 1..]),
            // Only these two characters are escaped: a file name may contain the backslashes of a Windows
            // path.
            (b'\\', Some(escaped @ (b'"' | b'\\'))) => {
                value.push(*escaped);
                at += 1;
            }
            _ => value.push(*byte),
        }
        at += 1;
    }
    (value, &[])
}

//! Reads HTTP messages from the material that people have: logs, curl commands and output, HAR files.
//!
//! For a rejected request, people rarely have the bytes that went over the wire. They have the output of
//! `curl -v`, a HAR file, or lines of a log. [`read`] accepts such material and returns its request and
//! response as exactly as the material allows, with a [`Remark`] for each part that is rebuilt or missing. If
//! the material has no HTTP message, the error [`NotHttp`] says what it looks like.
//!
//! | What people paste | How it is read |
//! |---|---|
//! | raw HTTP, `curl -i`, HTTPie, Go's `httputil`, the raw view of a proxy | `raw` |
//! | `curl -v` | `verbose` |
//! | `curl --trace`, `curl --trace-ascii` | `trace` |
//! | a curl command | `command`, its words by `shell` |
//! | a HAR file | `har` |
//! | logs of Apache HttpClient, OkHttp, Python's `http.client`, Guzzle | `wire`, `okhttp`, `python`, `guzzle` |
//! | an Authorization header alone | `authorization` |
//!
//! Each log reader restores the bytes of both sides; `raw` then parses them.
//!
//! ```
//! use ruhui_core::capture::{self, Message};
//!
//! let captured = capture::read(b"> GET /v3/certificates HTTP/1.1\r\n> Accept: */*\r\n> \r\n")?;
//! let Message::Request(request) = &captured.message else { panic!("it is a request") };
//! assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/v3/certificates"));
//! # Ok::<(), capture::NotHttp>(())
//! ```

mod authorization;
mod blocks;
mod body;
mod choice;
mod command;
mod guzzle;
mod har;
mod http_file;
mod lines;
mod message;
mod not_http;
mod notes;
mod okhttp;
mod prefix;
mod python;
mod raw;
mod remark;
mod shell;
mod shell_word;
mod start;
mod trace;
mod transcript;
mod verbose;
mod wire;

pub use choice::Choice;
pub use message::{BodyState, Captured, Exchange, Format, Headers, Message, Request, Response};
pub use not_http::NotHttp;
pub use notes::Notes;
pub use remark::Remark;
pub use shell_word::shell_word;

/// Largest size of material, in bytes.
pub const LONGEST: usize = 16 << 20;

/// Reads the last exchange of the material.
///
/// # Errors
///
/// [`NotHttp`] if the material has no HTTP message.
pub fn read(material: &[u8]) -> Result<Captured, NotHttp> {
    read_with(material, Choice::Last)
}

/// Reads the chosen exchange of the material.
///
/// # Errors
///
/// The errors of [`read`], and [`NotHttp::NoSuchExchange`] if the material has fewer exchanges.
pub fn read_with(material: &[u8], choice: Choice) -> Result<Captured, NotHttp> {
    if material.len() > LONGEST {
        return Err(NotHttp::TooLarge);
    }
    let mut remarks = Vec::new();
    let text = lines::unindented(lines::unwrap(material, &mut remarks), &mut remarks);
    let mut captured = read_text(&text, choice)?;
    remarks.append(&mut captured.remarks);
    captured.remarks = remarks;
    Ok(captured)
}

/// Reader that turns a log back into the messages of both sides; `None` if the text is not a log of its kind.
type LogReader = fn(&[u8]) -> Option<transcript::Transcript>;

fn read_text(text: &[u8], choice: Choice) -> Result<Captured, NotHttp> {
    if let Some(read) =
        http_file::turns(text).and_then(|found| transcript::finish(found, Format::HttpFile, choice))
    {
        return read;
    }
    // A text that begins with a start line is an HTTP message, whatever its body looks like.
    if start::is_start(lines::first(text))
        && let Some(read) = transcript::finish(raw::turns(text), Format::Raw, choice)
    {
        return read;
    }
    if let Some(command) = command::find(text) {
        return command::read(command);
    }
    if let Some(read) = har::read(text, choice) {
        return read;
    }
    let logs: [(Format, LogReader); 6] = [
        (Format::CurlTrace, trace::turns),
        (Format::ApacheLog, wire::turns),
        (Format::OkHttpLog, okhttp::turns),
        (Format::PythonLog, python::turns),
        (Format::GuzzleLog, guzzle::turns),
        (Format::CurlVerbose, verbose::turns),
    ];
    for (format, turns) in logs {
        if let Some(read) = turns(text).and_then(|found| transcript::finish(found, format, choice)) {
            return read;
        }
    }
    if let Some(clear) = prefix::strip(text)
        && let Some(read) = transcript::finish(raw::turns(&clear), Format::Log, choice)
    {
        return read;
    }
    if let Some(message) = raw::headers_alone(text) {
        return Ok(message);
    }
    authorization::find(text).ok_or_else(|| NotHttp::of(text))
}

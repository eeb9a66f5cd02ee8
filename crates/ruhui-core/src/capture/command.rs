//! Reads a curl command as the request that it sends.

use super::shell::{self, Word};
use super::{BodyState, Captured, Format, Message, NotHttp, Remark, Request, lines, raw, start};
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Returns the text from `curl` on, if a command begins there.
pub(super) fn find(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        // A prompt may precede the command, with the name of a folder in it.
        let command = trimmed.find("curl").filter(|name| {
            let before = trimmed[..*name].trim_end();
            before.is_empty() || before.ends_with(['$', '%', '#', '>']) && before.len() < 120
        });
        if let Some(name) = command {
            let rest = &trimmed[name + 4..];
            let rest = rest.strip_prefix(".exe").unwrap_or(rest);
            if rest.starts_with([' ', '\t', '\\', '^', '\r', '\n', '`']) {
                return Some(&text[at + (line.len() - trimmed.len()) + name..]);
            }
        }
        // Only comments and empty lines may precede the command.
        if !(trimmed.trim().is_empty() || trimmed.starts_with('#')) {
            return None;
        }
        at += line.len();
    }
    None
}

/// Options of curl that take a value. Options outside this list and [`Command::takes`] take none.
const VALUED: &[&str] = &[
    "abstract-unix-socket",
    "alt-svc",
    "aws-sigv4",
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "ciphers",
    "config",
    "connect-timeout",
    "connect-to",
    "continue-at",
    "cookie",
    "cookie-jar",
    "crlfile",
    "curves",
    "dns-servers",
    "doh-url",
    "dump-header",
    "engine",
    "expect100-timeout",
    "hostpubmd5",
    "interface",
    "keepalive-time",
    "key",
    "key-type",
    "limit-rate",
    "local-port",
    "max-filesize",
    "max-redirs",
    "max-time",
    "netrc-file",
    "noproxy",
    "output",
    "output-dir",
    "parallel-max",
    "pass",
    "pinnedpubkey",
    "preproxy",
    "proto",
    "proto-default",
    "proto-redir",
    "proxy",
    "proxy-cacert",
    "proxy-cert",
    "proxy-header",
    "proxy-key",
    "proxy-user",
    "range",
    "rate",
    "referer",
    "resolve",
    "retry",
    "retry-delay",
    "retry-max-time",
    "socks5",
    "socks5-hostname",
    "speed-limit",
    "speed-time",
    "stderr",
    "time-cond",
    "tls-max",
    "tls13-ciphers",
    "trace",
    "trace-ascii",
    "unix-socket",
    "write-out",
];

/// Returns the long name of a short option (empty if the option is skipped), and whether it takes a value.
fn long_name(short: char) -> Option<(&'static str, bool)> {
    Some(match short {
        'X' => ("request", true),
        'H' => ("header", true),
        'd' => ("data", true),
        'F' => ("form", true),
        'A' => ("user-agent", true),
        'u' => ("user", true),
        'T' => ("upload-file", true),
        'G' => ("get", false),
        'I' => ("head", false),
        'b' | 'c' | 'e' | 'o' | 'm' | 'x' | 'U' | 'w' | 'r' | 'K' | 'E' | 'C' | 'Y' | 'y' | 'z' | 't'
        | 'Q' | 'P' | 'D' | 'h' => ("", true),
        _ => return None,
    })
}

/// Largest number of remarks about a command. Readers need no more.
const MOST_REMARKS: usize = 20;

#[derive(Default)]
struct Command {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<String>,
    user_agent: Option<String>,
    user: Option<String>,
    data: Option<Vec<u8>>,
    is_json: bool,
    is_get: bool,
    is_head: bool,
    is_put: bool,
    state: Option<BodyState>,
    remarks: Vec<Remark>,
}

pub(super) fn read(text: &str) -> Result<Captured, NotHttp> {
    let words = shell::words(text)?;
    let mut command = Command::default();
    let mut words = words.into_iter().skip(1);
    while let Some(word) = words.next() {
        command.note(&word);
        if let Some(name) = word.text.strip_prefix("--") {
            let takes = Command::takes(name);
            let value = if takes { words.next() } else { None };
            command.option(name, value);
        } else if word.text.len() > 1 && word.text.starts_with('-') {
            command.short(&word.text[1..], &mut words);
        } else {
            command.url.get_or_insert(word.text);
        }
    }
    command.finish()
}

impl Command {
    /// Returns whether an option takes a value: one that shapes the request, or one that is skipped with its
    /// value.
    fn takes(name: &str) -> bool {
        matches!(
            name,
            "request"
                | "header"
                | "data"
                | "data-raw"
                | "data-binary"
                | "data-ascii"
                | "data-urlencode"
                | "json"
                | "form"
                | "form-string"
                | "user-agent"
                | "user"
                | "upload-file"
                | "url"
                | "oauth2-bearer"
        ) || VALUED.contains(&name)
    }

    fn note(&mut self, word: &Word) {
        for name in &word.variables {
            self.remark(Remark::Variable { name: name.clone() });
        }
    }

    fn remark(&mut self, remark: Remark) {
        if self.remarks.len() < MOST_REMARKS && !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Reads a group of short options. The first one that takes a value takes the rest of the word, or the
    /// next word.
    fn short(&mut self, letters: &str, words: &mut impl Iterator<Item = Word>) {
        for (at, letter) in letters.char_indices() {
            let Some((name, takes)) = long_name(letter) else {
                continue;
            };
            if !takes {
                self.option(name, None);
                continue;
            }
            let rest = &letters[at + letter.len_utf8()..];
            let value = if rest.is_empty() {
                words.next()
            } else {
                Some(Word { text: rest.to_owned(), variables: Vec::new() })
            };
            self.option(name, value);
            return;
        }
    }

    fn option(&mut self, name: &str, value: Option<Word>) {
        if let Some(value) = &value {
            self.note(value);
        }
        let value = value.map(|word| word.text);
        let text = || value.clone().unwrap_or_default();
        match name {
            "request" => self.method = value,
            "url" => self.url = value,
            "header" => self.headers.push(text()),
            "user-agent" => self.user_agent = value,
            "user" => self.user = value,
            "oauth2-bearer" => self.headers.push(format!("Authorization: Bearer {}", text())),
            "get" => self.is_get = true,
            "head" => self.is_head = true,
            "data" | "data-ascii" | "data-binary" | "json" => {
                self.is_json |= name == "json";
                let text = text();
                match text.strip_prefix('@') {
                    Some(file) => self.file(file),
                    None => self.append(text.as_bytes(), name == "json"),
                }
            }
            "data-raw" => self.append(text().as_bytes(), false),
            "data-urlencode" => self.encoded(&text()),
            "form" | "form-string" => {
                self.data.get_or_insert_default();
                self.state = Some(BodyState::Missing);
                self.remark(Remark::Form);
            }
            "upload-file" => {
                self.is_put = true;
                self.file(&text());
            }
            _ => {}
        }
    }

    /// Adds a piece of data. curl joins pieces with `&`, except those of `--json`.
    fn append(&mut self, piece: &[u8], is_json: bool) {
        match &mut self.data {
            None => self.data = Some(piece.to_vec()),
            Some(data) => {
                if !is_json {
                    data.push(b'&');
                }
                data.extend_from_slice(piece);
            }
        }
    }

    fn file(&mut self, name: &str) {
        self.data.get_or_insert_default();
        self.state = Some(BodyState::Missing);
        self.remark(Remark::FileBody { name: name.to_owned() });
    }

    fn encoded(&mut self, text: &str) {
        let (name, content) = match text.split_once('=') {
            Some((name, content)) => (name, content),
            None if text.contains('@') => return self.file(text),
            None => ("", text),
        };
        // Characters that curl does not encode.
        const PLAIN: &percent_encoding::AsciiSet =
            &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
        let encoded = utf8_percent_encode(content, PLAIN);
        let piece = if name.is_empty() { encoded.to_string() } else { format!("{name}={encoded}") };
        self.append(piece.as_bytes(), false);
    }

    fn finish(mut self) -> Result<Captured, NotHttp> {
        let url = self.url.take().ok_or(NotHttp::CurlWithoutUrl)?;
        // curl takes a bare host for a URL.
        let url = if url.contains("://") || url.starts_with('/') { url } else { format!("http://{url}") };
        let (mut target, host) = start::target(&url).ok_or(NotHttp::CurlWithoutUrl)?;
        let mut data = self.data.take();
        if self.is_get
            && let Some(query) = data.take()
        {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&String::from_utf8_lossy(&query));
        }
        let method = self.method.clone().unwrap_or_else(|| {
            let method = match (self.is_head, self.is_put, &data) {
                (true, ..) => "HEAD",
                (_, true, _) => "PUT",
                (.., Some(_)) => "POST",
                _ => "GET",
            };
            method.to_owned()
        });
        let headers = self.all_headers(host.as_deref(), data.is_some());
        let request = Request {
            method,
            target,
            headers,
            body: data.unwrap_or_default(),
            body_state: self.state.unwrap_or(BodyState::Exact),
            remarks: self.remarks,
        };
        Ok(Captured { format: Format::CurlCommand, message: Message::Request(request), remarks: Vec::new() })
    }

    /// Returns the headers that the command names, and the names of those that it removes.
    fn named_headers(&mut self) -> (HeaderMap, Vec<HeaderName>) {
        let mut head = raw::Head::default();
        let mut removed = Vec::new();
        for line in self.headers.iter().take(raw::MOST_HEADERS).map(|line| line.trim()) {
            if let Some((name, b"")) = lines::header(line.as_bytes()) {
                removed.push(name);
            } else if let Some(name) = line.strip_suffix(';').filter(|name| !name.contains(':')) {
                if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                    head.append(name, HeaderValue::from_static(""));
                }
            } else {
                // The shell has already joined a header that is broken over lines.
                head.read(line.as_bytes(), 1);
            }
        }
        // Only these remarks apply to a command: the others count lines of headers.
        let is_of_command =
            |remark: &Remark| matches!(remark, Remark::Redacted { .. } | Remark::Joined { .. });
        for remark in head.remarks.into_iter().filter(is_of_command) {
            self.remark(remark);
        }
        (head.headers, removed)
    }

    /// Returns the headers that the command names, and those that curl adds.
    fn all_headers(&mut self, host: Option<&str>, has_body: bool) -> HeaderMap {
        let (mut headers, removed) = self.named_headers();
        let mut add = |name: HeaderName, value: Option<&str>| {
            if !headers.contains_key(&name)
                && !removed.contains(&name)
                && let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok())
            {
                headers.insert(name, value);
            }
        };
        add(HOST, host);
        add(USER_AGENT, Some(self.user_agent.as_deref().unwrap_or("curl")));
        if self.is_json {
            add(CONTENT_TYPE, Some("application/json"));
            add(ACCEPT, Some("application/json"));
        }
        add(ACCEPT, Some("*/*"));
        if has_body && self.state.is_none() {
            add(CONTENT_TYPE, Some("application/x-www-form-urlencoded"));
        }
        if let Some(user) = &self.user {
            use base64::Engine as _;
            let value = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(user));
            add(AUTHORIZATION, Some(&value));
        }
        headers
    }
}

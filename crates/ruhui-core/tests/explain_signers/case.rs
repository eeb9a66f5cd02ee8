//! A client's request as it is sent, next to the message that the client signs.

use crate::json::{Json, PLAIN, Writer};
use crate::samples;
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_core::wire;
use std::sync::LazyLock;

pub(crate) const MCHID: &str = "1900000001";
pub(crate) const SERIAL: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";
pub(crate) const OTHER_SERIAL: &str = "0A5F3C";
pub(crate) const NOW: i64 = 1_800_000_000;

/// A pseudo-random generator that yields the same numbers in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1))
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

/// The five lines of a canonical message (待签名串).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lines {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    pub(crate) body: Vec<u8>,
}

impl Lines {
    pub(crate) fn list(&self) -> [Vec<u8>; 5] {
        let text = |text: &str| text.as_bytes().to_vec();
        [text(&self.method), text(&self.target), text(&self.timestamp), text(&self.nonce), self.body.clone()]
    }

    /// Returns the documented message.
    pub(crate) fn message(&self) -> Vec<u8> {
        self.list().iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect()
    }
}

/// An endpoint's sample, and the names of all members that its body may have.
pub(crate) struct Sample {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) template: &'static str,
    pub(crate) json: Option<Json>,
    pub(crate) optional: Vec<String>,
    pub(crate) rejects: fn(&str, &[u8]) -> bool,
}

pub(crate) static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    struct Take(Vec<Sample>);
    impl Visitor for Take {
        fn endpoint<E: Endpoint>(&mut self) {
            if E::UPLOADS_FILE {
                return;
            }
            let platform = ruhui_core::key::PrivateKey::from_pem(include_str!(
                "../../../../vectors/keys/platform_key.pem"
            ));
            let encoded = wire::encode(&samples::good::<E>(), Some(&platform.unwrap().public_key())).unwrap();
            let json = serde_json::from_slice(&encoded.body).ok().map(|value| Json::of(&value));
            let names = |value: serde_json::Value| match value {
                serde_json::Value::Object(members) => members.into_iter().map(|(name, _)| name).collect(),
                _ => Vec::new(),
            };
            let all = names(samples::all_fields::<E>());
            let good = names(samples::good_fields::<E>());
            self.0.push(Sample {
                method: E::METHOD.to_string(),
                target: encoded.target,
                template: E::PATH,
                json,
                rejects: rejects::<E>,
                optional: all.into_iter().filter(|name| !good.contains(name)).collect(),
            });
        }
    }
    let mut take = Take(Vec::new());
    api::visit(&mut take);
    take.0
});

/// Returns whether a request to `E` has a wrong parameter.
fn rejects<E: Endpoint>(target: &str, body: &[u8]) -> bool {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let parameters: Vec<(&str, &str)> = E::PATH
        .split('/')
        .zip(path.split('/'))
        .filter(|(name, _)| name.starts_with('{'))
        .map(|(name, value)| (name.trim_matches(['{', '}']), value))
        .collect();
    wire::check::<E>(&parameters, query, body).is_err()
}

/// A client before it signs and sends its request.
pub(crate) struct Case {
    pub(crate) sample: &'static Sample,
    /// The body's JSON, if there is a body.
    pub(crate) json: Option<Json>,
    /// The library's format for the body.
    pub(crate) writer: Writer,
    pub(crate) sent: Lines,
    pub(crate) signed: Lines,
    /// Joins the lines into the message that is signed.
    pub(crate) join: fn(&Lines) -> Vec<u8>,
    pub(crate) algorithm: &'static str,
    pub(crate) key: &'static str,
    /// Converts the signature's bytes into the text that is sent.
    pub(crate) text: fn(&[u8]) -> String,
    pub(crate) mchid: String,
    pub(crate) serial: String,
    /// Changes the header before it is sent.
    pub(crate) header: fn(&str) -> String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// Texts as people write them: Chinese, marks, escapes, an emoji, a blank, a slash.
const WORDS: [&str; 14] = [
    "会员卡",
    "a/b",
    "R&D",
    "<b>",
    "it's",
    "x=1",
    "1+1",
    "😀",
    "满 100 减 20",
    "\"quoted\"",
    "é",
    "C:\\x",
    "plain",
    "a b",
];

impl Case {
    /// Returns whether the service rejects a parameter, independent of the signature.
    pub(crate) fn has_wrong_parameter(&self) -> bool {
        (self.sample.rejects)(&self.sent.target, &self.sent.body)
    }

    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let sample = &SAMPLES[dice.below(SAMPLES.len())];
        let mut json = sample.json.clone();
        if let Some(json) = &mut json {
            json.each(&mut |value| match value {
                Json::Text(text) if dice.below(4) == 0 => *text = words(dice),
                Json::Map(members) => dice.shuffle(members),
                _ => {}
            });
        }
        let writer = PLAIN;
        let nonce: String =
            match dice.below(3) {
                0 => (0..32).map(|_| dice.pick(b"0123456789ABCDEF") as char).collect(),
                1 => (0..36)
                    .map(|at| {
                        if [8, 13, 18, 23].contains(&at) {
                            '-'
                        } else {
                            dice.pick(b"0123456789abcdef") as char
                        }
                    })
                    .collect(),
                _ => (0..16).map(|_| dice.pick(b"abcdefghijkmnABCDEFGHIJK23456789") as char).collect(),
            };
        let mut target = sample.target.clone();
        if sample.method == "GET" && dice.below(2) == 0 {
            let mark = if target.contains('?') { '&' } else { '?' };
            target.push_str(&format!("{mark}attach={}", url(&words(dice), COMPONENT)));
            if dice.below(2) == 0 {
                target.push_str("&offset=0");
            }
        }
        let body = json.as_ref().map(|json| writer.write(json)).unwrap_or_default().into_bytes();
        let timestamp = (NOW - i64::try_from(dice.below(200)).unwrap()).to_string();
        let lines = Lines { method: sample.method.clone(), target, timestamp, nonce, body };
        let mut headers = vec![
            ("accept", "application/json".to_owned()),
            ("user-agent", "client/1.0".to_owned()),
            ("host", "api.mch.weixin.qq.com".to_owned()),
        ];
        if !lines.body.is_empty() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        Self {
            sample,
            json,
            writer,
            sent: lines.clone(),
            signed: lines,
            join: Lines::message,
            algorithm: "sha256",
            key: "merchant",
            text: crate::base64,
            mchid: MCHID.to_owned(),
            serial: SERIAL.to_owned(),
            header: str::to_owned,
            headers,
        }
    }

    /// Sends the body in one library's format and signs it in another's. Returns `false` if there is no body or no
    /// difference.
    pub(crate) fn written(&mut self, signed: Writer, sent: Writer) -> bool {
        let Some(json) = &self.json else { return false };
        self.sent.body = sent.write(json).into();
        self.signed.body = signed.write(json).into();
        self.writer = sent;
        self.sent.body != self.signed.body
    }

    /// Signs the body after `change`, and sends it unchanged.
    pub(crate) fn body(&mut self, change: impl FnOnce(&str) -> Option<Vec<u8>>) -> bool {
        let text = String::from_utf8(self.sent.body.clone()).unwrap();
        let changed = Some(text).filter(|text| !text.is_empty()).and_then(|text| change(&text));
        changed.is_some_and(|changed| {
            self.signed.body = changed;
            self.signed.body != self.sent.body
        })
    }

    /// Signs another target than the one sent.
    pub(crate) fn target(&mut self, change: impl FnOnce(&str) -> Option<String>) -> bool {
        change(&self.sent.target).is_some_and(|changed| {
            self.signed.target = changed;
            self.signed.target != self.sent.target
        })
    }
}

pub(crate) fn words(dice: &mut Dice) -> String {
    let count = 1 + dice.below(3);
    (0..count).map(|_| dice.pick(&WORDS)).collect::<Vec<_>>().join(dice.pick(&["", " ", "/"]))
}

/// Characters that `encodeURIComponent` does not encode.
pub(crate) const COMPONENT: &str = "-_.!~*'()";
/// Characters that RFC 3986 allows in a query: `NSURLComponents`, Guzzle and Go's `URL.EscapedPath` do not encode them.
pub(crate) const RFC: &str = "-_.!~*'()$,;:@/?+=";
/// Characters that Python's `quote` does not encode.
pub(crate) const QUOTE: &str = "-_.~/";

/// Percent-encodes all bytes except letters, digits and `kept`.
pub(crate) fn url(text: &str, kept: &str) -> String {
    let one = |byte: u8| {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}

/// Decodes percent-encoded text.
pub(crate) fn unurl(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        match (first, more) {
            (b'%', [high, low, more @ ..]) => {
                let digits = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
                rest = more;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).ok()
}

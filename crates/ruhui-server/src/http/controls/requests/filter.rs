//! Filters of the request log.

use super::{fault, read};
use crate::faults::FAULTS;
use crate::http::controls::outcome::Failure;
use crate::request_log::{Body, Exchange, Way};
use memchr::memmem;
use ruhui_core::bilingual::Bilingual;
use serde::Deserialize;

/// Number of exchanges that a response has by default.
const DEFAULT_LIMIT: u32 = 50;
/// Number of exchanges that a response has at most.
pub(super) const MOST: u32 = 1000;

/// The query of `GET /sandbox/requests` and of its HAR.
#[derive(Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    pub(super) after: Option<u64>,
    #[serde(default)]
    pub(super) before: Option<u64>,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    pub(super) wait_seconds: Option<u32>,
    /// Number of times that the log was emptied, as the caller knows it. With another number, nothing is waited for.
    #[serde(default)]
    pub(super) emptied: Option<u64>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    mchid: Option<String>,
    #[serde(default)]
    openid: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    without: Option<String>,
    #[serde(default)]
    fault: Option<String>,
    #[serde(default)]
    pub(super) show_sensitive: Option<bool>,
}

/// A checked filter.
pub(super) struct Filter {
    query: Query,
    status: Option<Status>,
    kind: Option<Kind>,
    pub(super) limit: usize,
}

/// The statuses that a filter takes.
#[derive(Clone, Copy)]
enum Status {
    /// One status.
    One(u16),
    /// All statuses with this first digit.
    Class(u16),
    /// No response.
    None,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Request,
    Callback,
}

impl Query {
    /// Checks the values.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] with the parameter, its value and what is possible.
    pub(super) fn check(self) -> Result<Filter, Failure> {
        let status = self.status.as_deref().map(status).transpose()?;
        let kind = match self.kind.as_deref() {
            None | Some("all") => None,
            Some("request") => Some(Kind::Request),
            Some("callback") => Some(Kind::Callback),
            Some(other) => {
                return Err(invalid("kind", other, "request, callback or all", "request、callback 或 all"));
            }
        };
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if limit == 0 || limit > MOST {
            return Err(invalid("limit", &limit.to_string(), "a number from 1 to 1000", "1 至 1000 的整数"));
        }
        if let Some(seconds) = self.wait_seconds.filter(|seconds| *seconds > 30) {
            return Err(invalid("wait_seconds", &seconds.to_string(), "at most 30", "不大于 30 的整数"));
        }
        if let Some(name) = &self.fault
            && name != "any"
            && FAULTS.iter().all(|row| row.name != name)
        {
            let en = "any, or the name of a fault as in `GET /sandbox/faults/kinds`";
            return Err(invalid("fault", name, en, " any，或 `GET /sandbox/faults/kinds` 中的故障名"));
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(Filter { query: self, status, kind, limit })
    }
}

fn status(text: &str) -> Result<Status, Failure> {
    let is_class = text.len() == 3 && text.ends_with("xx");
    match text {
        "none" => Ok(Status::None),
        _ if is_class && matches!(text.as_bytes()[0], b'1'..=b'5') => {
            Ok(Status::Class(u16::from(text.as_bytes()[0] - b'0')))
        }
        _ => {
            text.parse().ok().filter(|status| (100..600).contains(status)).map(Status::One).ok_or_else(|| {
                invalid(
                    "status",
                    text,
                    "a status such as 401, a class such as 4xx, or none",
                    "状态码（例如 401）、类别（例如 4xx）或 none",
                )
            })
        }
    }
}

fn invalid(field: &'static str, value: &str, en: &str, zh: &str) -> Failure {
    let what =
        Bilingual::new(format!("it must be {en}, not {value:?}"), format!("须为{zh}，而不是 {value:?}"));
    Failure::Invalid { field, what }
}

impl Filter {
    pub(super) fn query(&self) -> &Query {
        &self.query
    }

    /// Whether the filter takes this exchange.
    pub(super) fn takes(&self, exchange: &Exchange) -> bool {
        let Query { after, before, method, code, path, mchid, openid, text, without, fault, .. } =
            &self.query;
        let kind = match exchange.way {
            Way::Received { .. } => Kind::Request,
            Way::Callback(_) => Kind::Callback,
        };
        after.is_none_or(|after| exchange.id > after)
            && before.is_none_or(|before| exchange.id < before)
            && self.kind.is_none_or(|wanted| wanted == kind)
            && self.status.is_none_or(|status| status.takes(exchange.response.status()))
            && method.as_ref().is_none_or(|method| read::method(exchange).eq_ignore_ascii_case(method))
            && path.as_ref().is_none_or(|path| read::target(exchange).contains(path.as_str()))
            && mchid.as_ref().is_none_or(|mchid| read::caller(exchange).is_some_and(|(_, id)| id == *mchid))
            && code.as_ref().is_none_or(|code| read::code(exchange).is_some_and(|found| found == *code))
            && openid.as_ref().is_none_or(|openid| has(exchange, openid))
            && text.as_ref().is_none_or(|text| has(exchange, text))
            && without.as_ref().is_none_or(|text| !has(exchange, text))
            && fault.as_ref().is_none_or(|name| fault::is_played(exchange, name))
    }
}

impl Status {
    fn takes(self, status: Option<u16>) -> bool {
        match self {
            Self::One(wanted) => status == Some(wanted),
            Self::Class(class) => status.is_some_and(|status| status / 100 == class),
            Self::None => status.is_none(),
        }
    }
}

/// Whether the request or the response has this text.
fn has(exchange: &Exchange, text: &str) -> bool {
    let in_bytes = |bytes: &[u8]| memmem::find(bytes, text.as_bytes()).is_some();
    let in_tail = |body: Body| matches!(body, Body::Cut { tail, .. } if in_bytes(&tail));
    [&exchange.request, &exchange.response]
        .into_iter()
        .any(|message| in_bytes(message.bytes()) || (message.is_cut() && in_tail(message.body())))
}

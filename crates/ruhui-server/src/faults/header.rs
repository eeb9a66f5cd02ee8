//! The header `Ruhui-Fault`, by which one request asks for faults: `reset; at=after; times=2, delay; delay_ms=100`.

use super::kind::FaultKind;
use super::rule::FaultRule;
use aws_lc_rs::digest::{SHA256, digest};
use ruhui_core::bilingual::Bilingual;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as Unknown, StrDeserializer};
use std::str::FromStr;
use std::sync::Arc;

/// The name of the header, in lower case.
pub const HEADER: &str = "ruhui-fault";

/// Number of faults in one header at most.
const MOST_FAULTS: usize = 16;
/// Length of a `key` at most.
const LONGEST_KEY: usize = 64;

/// The faults that a request asks for.
#[derive(Debug, Clone)]
pub struct HeaderFaults {
    pub(super) rules: Vec<Arc<FaultRule>>,
    /// Digest of the header's whole text. Requests with the same text are counted together.
    pub(super) digest: [u8; 32],
}

impl HeaderFaults {
    /// Parses the header's text. Several headers are joined by `, ` first.
    ///
    /// # Errors
    ///
    /// The mistake, in both languages.
    pub fn parse(text: &str) -> Result<Self, Bilingual> {
        let rules: Vec<_> = text.split(',').map(rule).collect::<Result<_, _>>()?;
        if rules.len() > MOST_FAULTS {
            return Err(Bilingual::new(
                format!("it has {} faults; {MOST_FAULTS} are possible", rules.len()),
                format!("含有 {} 个故障，最多 {MOST_FAULTS} 个", rules.len()),
            ));
        }
        let mut whole = [0; 32];
        whole.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Ok(Self { rules, digest: whole })
    }
}

fn rule(text: &str) -> Result<Arc<FaultRule>, Bilingual> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let read: Result<FaultKind, Unknown> = FaultKind::deserialize(named(name));
    let kind = read.ok().filter(|kind| kind.is_of_request()).ok_or_else(|| no_fault(name))?;
    let mut rule = FaultRule::new(kind);
    let mut seen = Vec::new();
    for part in parts {
        let Some((member, value)) = part.split_once('=') else {
            return Err(Bilingual::new(
                format!("{part:?} is no `member=value`; a fault has the form `reset; at=after; times=2`"),
                format!("{part:?} 不是 `字段=值`；正确的写法如 `reset; at=after; times=2`"),
            ));
        };
        let (member, value) = (member.trim(), value.trim());
        if seen.contains(&member) {
            return Err(Bilingual::new(
                format!("`{member}` stands twice: leave one out"),
                format!("`{member}` 重复出现：请去掉一个"),
            ));
        }
        seen.push(member);
        set(&mut rule, member, value)?;
    }
    rule.check().map_err(|error| Bilingual::of(&error))?;
    Ok(Arc::new(rule))
}

fn set(rule: &mut FaultRule, member: &str, value: &str) -> Result<(), Bilingual> {
    match member {
        "at" => {
            let read: Result<_, Unknown> = serde::Deserialize::deserialize(named(value));
            let one_of = ("it is `before` or `after`", "须为 `before` 或 `after`");
            rule.at = Some(read.map_err(|_| impossible(member, value, one_of))?);
        }
        "nth" => rule.nth = Some(number(member, value)?),
        "times" => rule.times = Some(number(member, value)?),
        "seed" => rule.seed = Some(number(member, value)?),
        "delay_ms" => rule.delay_ms = Some(number(member, value)?),
        "probability" => rule.probability = Some(number(member, value)?),
        // The key tells headers apart that are the same otherwise: they are counted by their whole text.
        "key" => {
            let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            if value.is_empty() || value.len() > LONGEST_KEY || !value.bytes().all(is_allowed) {
                let form = (
                    "it has 1 to 64 letters, digits, `-`, `_` and `.`",
                    "须为 1 至 64 个字母、数字、`-`、`_`、`.`",
                );
                return Err(impossible(member, value, form));
            }
        }
        _ => {
            return Err(Bilingual::new(
                format!(
                    "{member:?} is no member of the header; it takes `at`, `delay_ms`, `nth`, `times`, `probability`, `seed` and `key`. Which requests is said by sending it with them, or by a rule"
                ),
                format!(
                    "该请求头没有字段 {member:?}；可用的有 `at`、`delay_ms`、`nth`、`times`、`probability`、`seed`、`key`。匹配哪些请求由携带该头的请求决定；否则请使用规则"
                ),
            ));
        }
    }
    Ok(())
}

fn number<T: FromStr>(member: &str, value: &str) -> Result<T, Bilingual> {
    value.parse().map_err(|_| impossible(member, value, ("it is a number", "须为数字")))
}

fn named(text: &str) -> StrDeserializer<'_, Unknown> {
    text.into_deserializer()
}

fn impossible(member: &str, value: &str, (en, zh): (&str, &str)) -> Bilingual {
    let value: String = value.chars().take(64).collect();
    Bilingual::new(
        format!("`{member}`: {value} is not possible: {en}"),
        format!("`{member}`：{value} 无效：{zh}"),
    )
}

fn no_fault(name: &str) -> Bilingual {
    let kinds = super::FAULTS.iter().filter(|row| row.kind.is_of_request());
    let names: Vec<_> = kinds.map(|row| row.name).collect();
    let name: String = name.chars().take(64).collect();
    Bilingual::new(
        format!("{name:?} is no fault of a request; these are {}", names.join(", ")),
        format!("{name:?} 不是针对请求的故障；可用的有 {}", names.join("、")),
    )
}

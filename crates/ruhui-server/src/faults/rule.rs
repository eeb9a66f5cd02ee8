//! A rule: which requests or callbacks a fault concerns, and how often it happens.

use super::error::RuleError;
use super::facts::{CallbackFacts, RequestFacts};
use super::kind::{FaultHost, FaultKind, FaultTime, Times};
use http::Method;
use ruhui_core::api::event::EventTypeName;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::{BrandId, OpenId};
use serde::{Deserialize, Serialize};

/// Longest delay, in milliseconds.
pub const LONGEST_DELAY: u64 = 600_000;
/// Length of a path in a rule at most.
const LONGEST_PATH: usize = 1024;

/// A rule, as it stands in `ruhui.toml` and in the JSON of the controls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultRule {
    /// The kind of the fault.
    pub fault: FaultKind,
    /// Before or after the commit, if the kind allows both; before by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<FaultTime>,
    /// The path of the request: exact, or a beginning that ends with `*`. The query does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The method of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The `mchid` or `brand_id` of the caller, or of the owner of a callback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The user: an openid that stands in the path, the query or the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
    /// The host that the request came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<FaultHost>,
    /// The type of the event, such as `USER_CARD.CREATE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Number of the first match that is played, from 1. Without `times`, it is the only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Number of matches that are played, from the first or from the `nth` on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Probability with which a match is played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// The seed of `probability`, 0 by default: the same seed plays the same matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The duration of a delay, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
}

impl FaultRule {
    /// A rule that plays this fault always.
    pub fn new(fault: FaultKind) -> Self {
        Self {
            fault,
            at: None,
            path: None,
            method: None,
            caller: None,
            openid: None,
            host: None,
            event_type: None,
            nth: None,
            times: None,
            probability: None,
            seed: None,
            delay_ms: None,
        }
    }

    /// Checks the members: whether the kind takes them, and whether their values are possible.
    ///
    /// # Errors
    ///
    /// [`RuleError`]: the first member that is wrong.
    pub fn check(&self) -> Result<(), RuleError> {
        self.check_members()?;
        self.check_matching()?;
        self.check_frequency()
    }

    /// The names of the members that the rule has, next to `fault`.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            ("at", self.at.is_some()),
            ("path", self.path.is_some()),
            ("method", self.method.is_some()),
            ("caller", self.caller.is_some()),
            ("openid", self.openid.is_some()),
            ("host", self.host.is_some()),
            ("event_type", self.event_type.is_some()),
            ("nth", self.nth.is_some()),
            ("times", self.times.is_some()),
            ("probability", self.probability.is_some()),
            ("seed", self.seed.is_some()),
            ("delay_ms", self.delay_ms.is_some()),
        ];
        all.into_iter().filter_map(|(name, is_given)| is_given.then_some(name))
    }

    fn check_members(&self) -> Result<(), RuleError> {
        let fault = self.fault;
        for name in self.given() {
            if fault.members().any(|member| member == name) {
                continue;
            }
            if let ("at", Times::Always(time)) = (name, fault.times()) {
                return Err(RuleError::fixed_time(fault, time));
            }
            return Err(RuleError::not_taken(name, fault));
        }
        if fault.has_delay() && self.delay_ms.is_none() {
            return Err(RuleError::required("delay_ms", fault));
        }
        if fault == FaultKind::HostDown && self.host.is_none() {
            return Err(RuleError::required("host", fault));
        }
        Ok(())
    }

    fn check_matching(&self) -> Result<(), RuleError> {
        if let Some(path) = &self.path {
            let exact = path.strip_suffix('*').unwrap_or(path);
            let is_path = exact.starts_with('/') || (exact.is_empty() && path == "*");
            if !is_path || path.len() > LONGEST_PATH || exact.contains(['*', '?', ' ']) {
                return Err(RuleError::value(
                    "path",
                    path,
                    (
                        "it is a path that begins with `/`, without a query; a `*` may stand at its end only",
                        "须为以 `/` 开头、不含查询串的路径；`*` 只能位于末尾",
                    ),
                ));
            }
        }
        if let Some(method) = &self.method
            && ![Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE]
                .iter()
                .any(|known| known.as_str() == method)
        {
            let one_of = (
                "it is one of GET, POST, PUT, PATCH and DELETE, in capital letters",
                "须为大写的 GET、POST、PUT、PATCH 或 DELETE",
            );
            return Err(RuleError::value("method", method, one_of));
        }
        if let Some(caller) = &self.caller {
            // Merchants and brands have ids of the same form.
            BrandId::new(caller).map_err(|error| RuleError::new("caller", Bilingual::of(&error)))?;
        }
        if let Some(openid) = &self.openid {
            OpenId::new(openid).map_err(|error| RuleError::new("openid", Bilingual::of(&error)))?;
        }
        if let Some(event_type) = &self.event_type {
            EventTypeName::new(event_type)
                .map_err(|error| RuleError::new("event_type", Bilingual::of(&error)))?;
        }
        Ok(())
    }

    fn check_frequency(&self) -> Result<(), RuleError> {
        for (field, value) in [("nth", self.nth), ("times", self.times)] {
            if value == Some(0) {
                return Err(RuleError::value(field, "0", ("it is at least 1", "须不小于 1")));
            }
        }
        if let Some(probability) = self.probability
            && !(0.0..=1.0).contains(&probability)
        {
            let range = ("it is a number from 0 to 1", "须为 0 至 1 之间的数");
            return Err(RuleError::value("probability", &probability.to_string(), range));
        }
        if self.seed.is_some() && self.probability.is_none() {
            return Err(RuleError::new(
                "seed",
                Bilingual::fixed(
                    "it goes with `probability` only: add that, or leave the seed out",
                    "只能与 `probability` 一起使用：请补充 `probability`，或去掉 `seed`",
                ),
            ));
        }
        if let Some(delay) = self.delay_ms
            && !(1..=LONGEST_DELAY).contains(&delay)
        {
            let range = ("it is a number from 1 to 600000", "须为 1 至 600000 的整数");
            return Err(RuleError::value("delay_ms", &delay.to_string(), range));
        }
        Ok(())
    }

    /// The moment of the fault, if the kind has to do with a commit.
    pub fn time(&self) -> Option<FaultTime> {
        match self.fault.times() {
            Times::Either => Some(self.at.unwrap_or(FaultTime::Before)),
            Times::Always(time) => Some(time),
            Times::None => None,
        }
    }

    pub(super) fn matches_request(&self, facts: &RequestFacts<'_>) -> bool {
        self.fault.is_of_request()
            && self.path.as_ref().is_none_or(|path| match path.strip_suffix('*') {
                Some(beginning) => facts.path.starts_with(beginning),
                None => facts.path == path,
            })
            && self.method.as_ref().is_none_or(|method| facts.method == method)
            && self.caller.as_ref().is_none_or(|caller| facts.caller == caller)
            && self.host.is_none_or(|host| facts.host == Some(host))
            && self.openid.as_ref().is_none_or(|openid| facts.names(openid))
    }

    pub(super) fn matches_callback(&self, facts: &CallbackFacts<'_>) -> bool {
        let is_event =
            |wanted: &String| EventTypeName::new(wanted).is_ok_and(|name| name.matches(facts.event_type));
        self.caller.as_ref().is_none_or(|caller| facts.owner == caller)
            && self.event_type.as_ref().is_none_or(is_event)
            && self.openid.as_ref().is_none_or(|openid| facts.is_about(openid))
    }

    /// The numbers of the first and of the last match that may be played.
    fn range(&self) -> (u64, u64) {
        match (self.nth, self.times) {
            (None, None) => (1, u64::MAX),
            (None, Some(times)) => (1, times),
            (Some(nth), times) => (nth, nth.saturating_add(times.unwrap_or(1) - 1)),
        }
    }

    /// Whether the match with this number, from 1, is played. Nothing else decides, so a rule plays the same matches
    /// whatever other rules do.
    pub(super) fn plays(&self, number: u64) -> bool {
        let (first, last) = self.range();
        let drawn = |probability| draw(self.seed.unwrap_or(0), number) < probability;
        (first..=last).contains(&number) && self.probability.is_none_or(drawn)
    }

    /// Whether no further match will be played, after this many.
    pub(super) fn is_spent(&self, matched: u64) -> bool {
        matched >= self.range().1
    }
}

/// A number from 0 to 1 (excluded) that depends on the seed and on the number of the draw: SplitMix64 (Steele, Lea
/// and Flood, 2014).
fn draw(seed: u64, number: u64) -> f64 {
    let mut word = seed.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^= word >> 31;
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

//! Mistakes in rules and in the header, in both languages.

use super::kind::{FaultKind, FaultTime};
use ruhui_core::bilingual::Bilingual;
use std::fmt;

/// A mistake in a member of a rule. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleError {
    /// The name of the member.
    pub field: &'static str,
    /// The value, the reason, and what is possible instead.
    pub what: Bilingual,
}

impl RuleError {
    pub(super) fn new(field: &'static str, what: Bilingual) -> Self {
        Self { field, what }
    }

    pub(super) fn value(field: &'static str, value: &str, (en, zh): (&str, &str)) -> Self {
        let value: String = value.chars().take(64).collect();
        Self::new(
            field,
            Bilingual::new(format!("{value} is not possible: {en}"), format!("{value} 无效：{zh}")),
        )
    }

    pub(super) fn not_taken(field: &'static str, fault: FaultKind) -> Self {
        let members: Vec<String> = fault.members().map(|name| format!("`{name}`")).collect();
        let what = Bilingual::new(
            format!("`{}` does not take it; it takes {}", fault.as_str(), members.join(", ")),
            format!("故障 `{}` 没有该字段；可用的有 {}", fault.as_str(), members.join("、")),
        );
        Self::new(field, what)
    }

    pub(super) fn fixed_time(fault: FaultKind, time: FaultTime) -> Self {
        let (en, zh) = match time {
            FaultTime::Before => ("before", "之前"),
            FaultTime::After => ("after", "之后"),
        };
        let what = Bilingual::new(
            format!("`{}` always happens {en} the commit: leave it out", fault.as_str()),
            format!("故障 `{}` 总是发生在提交{zh}：请去掉该字段", fault.as_str()),
        );
        Self::new("at", what)
    }

    pub(super) fn required(field: &'static str, fault: FaultKind) -> Self {
        let what = Bilingual::new(
            format!("`{}` needs it: add it", fault.as_str()),
            format!("故障 `{}` 须有该字段：请补充", fault.as_str()),
        );
        Self::new(field, what)
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, what } = self;
        if f.alternate() { write!(f, "`{field}`：{what:#}") } else { write!(f, "`{field}`: {what}") }
    }
}

impl std::error::Error for RuleError {}

/// The reason why a rule was not added. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddError {
    /// The rule has a mistake.
    Invalid(RuleError),
    /// There are as many rules as there may be.
    TooMany {
        /// The number of rules.
        most: usize,
    },
}

impl fmt::Display for AddError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Invalid(error), _) => error.fmt(f),
            (Self::TooMany { most }, false) => {
                write!(f, "there are {most} rules already; delete some, or all of them")
            }
            (Self::TooMany { most }, true) => {
                write!(f, "已有 {most} 条规则；请先删除一些或全部规则")
            }
        }
    }
}

impl std::error::Error for AddError {}

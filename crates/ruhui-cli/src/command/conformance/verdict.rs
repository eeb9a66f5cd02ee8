//! The verdict on one run of a client: a judgement and its evidence.

use ruhui_core::bilingual::Bilingual;
use serde::Serialize;

/// The judgement on a client in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Judgement {
    /// The client did what is right.
    Passed,
    /// The client accepted a response that it must reject.
    Accepted,
    /// The client rejected a sound response, crashed, or did not end.
    Broke,
    /// The client sent a request again in a way that is wrong.
    Retried,
    /// The client responded to a callback with the wrong status, or acted on the wrong event.
    Answered,
}

impl Judgement {
    #[cfg(test)]
    pub(super) const ALL: [Self; 5] =
        [Self::Passed, Self::Accepted, Self::Broke, Self::Retried, Self::Answered];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Accepted => "accepted",
            Self::Broke => "broke",
            Self::Retried => "retried",
            Self::Answered => "answered",
        }
    }

    /// Returns the judgement in words, for people.
    pub(super) fn words(self) -> Bilingual {
        match self {
            Self::Passed => Bilingual::fixed("passed", "通过"),
            Self::Accepted => Bilingual::fixed("wrongly accepted", "误接受"),
            Self::Broke => Bilingual::fixed("broke", "无法处理"),
            Self::Retried => Bilingual::fixed("wrongly retried", "重试有误"),
            Self::Answered => Bilingual::fixed("wrongly answered", "回调应答有误"),
        }
    }
}

/// A judgement with its evidence: what the client did.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub(super) judgement: Judgement,
    pub(super) evidence: Bilingual,
}

impl Verdict {
    pub(super) fn new(judgement: Judgement, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { judgement, evidence: Bilingual::new(en, zh) }
    }

    pub(super) fn is_passed(&self) -> bool {
        self.judgement == Judgement::Passed
    }
}

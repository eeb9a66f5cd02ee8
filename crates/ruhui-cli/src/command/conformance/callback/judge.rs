//! Judges how a client responded to callbacks, and on which events it acted.

use super::{ACKNOWLEDGED_WITHIN, Answered, Expect};
use crate::command::conformance::verdict::{Judgement, Verdict};
use std::process::ExitStatus;

/// All that a client did in a case.
pub(super) struct Observed<'a> {
    pub(super) responses: &'a [Answered],
    pub(super) stdout: &'a str,
    /// The status of a client that ended before its standard input was closed.
    pub(super) died: Option<ExitStatus>,
}

/// Judges a client.
pub(super) fn judge(observed: &Observed<'_>) -> Verdict {
    let faults = [died(observed), answered(observed), acted(observed)];
    faults.into_iter().flatten().next().unwrap_or_else(|| passed(observed))
}

fn died(observed: &Observed<'_>) -> Option<Verdict> {
    let status = observed.died?;
    Some(Verdict::new(
        Judgement::Broke,
        format!("it ended while it was to receive callbacks: {status}"),
        format!("在接收回调通知期间结束：{status}"),
    ))
}

/// Finds a response with a wrong status.
fn answered(observed: &Observed<'_>) -> Option<Verdict> {
    let count = observed.responses.len();
    observed.responses.iter().enumerate().find_map(|(index, response)| {
        let number = index + 1;
        let which =
            if count == 1 { "the callback".to_owned() } else { format!("callback {number} of {count}") };
        let which_zh = if count == 1 {
            "该回调".to_owned()
        } else {
            format!("第 {number} 个（共 {count} 个）回调")
        };
        let wrong = |en: String, zh: String| Some(Verdict::new(Judgement::Answered, en, zh));
        match (response.post.expect, response.status) {
            (Expect::Accept, Some(200 | 204)) | (Expect::Reject, Some(400..)) | (Expect::Any, Some(_)) => {
                None
            }
            (_, None) => {
                let seconds = ACKNOWLEDGED_WITHIN.as_secs();
                wrong(
                    format!("it gave no response to {which} within {seconds} s"),
                    format!("{seconds} 秒内未应答{which_zh}"),
                )
            }
            (Expect::Accept, Some(status)) => wrong(
                format!("it responded {status} to {which}, which is sound; 200 or 204 is right"),
                format!("对正确的{which_zh}应答了 {status}，应为 200 或 204"),
            ),
            (Expect::Reject, Some(status)) => wrong(
                format!("it responded {status} to {which}, which it must reject with 4xx or 5xx"),
                format!("对本应拒绝的{which_zh}应答了 {status}，应为 4xx 或 5xx"),
            ),
        }
    })
}

/// Finds an event that the client acted on too often, or not at all.
fn acted(observed: &Observed<'_>) -> Option<Verdict> {
    let is_due = |id: &str| {
        let mut of_event = observed.responses.iter().filter(|response| response.event_id == id);
        of_event.any(|response| response.post.expect == Expect::Accept)
    };
    observed.responses.iter().find_map(|response| {
        let id = response.event_id.as_str();
        let times =
            observed.stdout.lines().filter(|line| line.split_whitespace().any(|word| word == id)).count();
        let wrong = |en: String, zh: String| Some(Verdict::new(Judgement::Answered, en, zh));
        match (is_due(id), response.post.expect, times) {
            (true, _, 1) | (false, Expect::Reject, 0) | (false, Expect::Any, 0 | 1) => None,
            (true, _, 0) => wrong(
                format!("it did not act on the event {id}: no line of its standard output names it"),
                format!("未处理事件 {id}：标准输出中没有该事件ID"),
            ),
            (false, Expect::Reject, _) => wrong(
                format!("it acted on the event {id}, which it must not trust"),
                format!("处理了不可信的事件 {id}"),
            ),
            (_, _, times) => wrong(
                format!("it acted {times} times on the event {id}"),
                format!("事件 {id} 被处理了 {times} 次"),
            ),
        }
    })
}

fn passed(observed: &Observed<'_>) -> Verdict {
    let statuses: Vec<String> = observed
        .responses
        .iter()
        .filter_map(|response| response.status)
        .map(|status| status.to_string())
        .collect();
    Verdict::new(
        Judgement::Passed,
        format!("it responded {}", statuses.join(", ")),
        format!("应答了 {}", statuses.join("、")),
    )
}

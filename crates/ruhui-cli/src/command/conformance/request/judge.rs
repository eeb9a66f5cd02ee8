//! Judges what a client did with the responses that were played to it.

use super::answers::ELSEWHERE;
use super::attempt::{Attempt, Host};
use super::{Expect, MOST_ATTEMPTS, RequestScript, Resend};
use crate::command::conformance::child::End;
use crate::command::conformance::verdict::{Judgement, Verdict};
use std::time::Duration;

/// All that a client did in a case.
pub(super) struct Observed<'a> {
    pub(super) attempts: &'a [Attempt],
    pub(super) end: &'a End,
    pub(super) stdout: &'a str,
    pub(super) timeout: Duration,
}

/// Judges a client. A wrong acceptance weighs most, then a wrong retry.
pub(super) fn judge(script: &RequestScript, observed: &Observed<'_>) -> Verdict {
    let faults = [accepted(observed), retried(script.resend, observed), broke(script.expect, observed)];
    faults.into_iter().flatten().next().unwrap_or_else(|| passed(observed))
}

/// Finds an acceptance of a response that must be rejected.
fn accepted(observed: &Observed<'_>) -> Option<Verdict> {
    if !observed.is_success() || observed.attempts.is_empty() || observed.rejection().is_some() {
        return None;
    }
    let is_printed = |token: &str| observed.stdout.contains(token);
    if is_printed(ELSEWHERE) {
        return Some(Verdict::new(
            Judgement::Accepted,
            "it followed the redirect and printed the token of the other place, which nobody signed",
            "跟随了重定向，并输出了另一地址返回的、未经签名的 token",
        ));
    }
    let (sound, wrong): (Vec<&Attempt>, Vec<&Attempt>) =
        observed.attempts.iter().partition(|attempt| attempt.step.is_sound());
    if sound.iter().filter_map(|attempt| attempt.token.as_deref()).any(is_printed) {
        return None;
    }
    if wrong.iter().filter_map(|attempt| attempt.token.as_deref()).any(is_printed) {
        return Some(Verdict::new(
            Judgement::Accepted,
            "it exited with 0 and printed the token of the response that it must reject",
            "以退出码 0 结束，并输出了本应拒绝的应答中的 token",
        ));
    }
    sound.is_empty().then(|| {
        Verdict::new(
            Judgement::Accepted,
            "it exited with 0, though every response was one that it must reject",
            "以退出码 0 结束，而收到的应答均应被拒绝",
        )
    })
}

/// Finds a request that was sent again in a wrong way.
fn retried(resend: Resend, observed: &Observed<'_>) -> Option<Verdict> {
    let attempts = observed.attempts;
    let wrong = |en: String, zh: String| Some(Verdict::new(Judgement::Retried, en, zh));
    let leaked = |attempt: &&Attempt| attempt.host == Host::Elsewhere && attempt.authorization.is_some();
    if attempts.iter().any(|attempt| leaked(&attempt)) {
        return wrong(
            "it followed the redirect, and sent its Authorization to the other place".to_owned(),
            "跟随了重定向，并把 Authorization 发送到了另一地址".to_owned(),
        );
    }
    let count = attempts.len();
    if count > MOST_ATTEMPTS {
        return wrong(format!("it sent the request {count} times"), format!("同一请求发送了 {count} 次"));
    }
    let pairs = || attempts.iter().zip(attempts.iter().skip(1));
    let status = attempts.first().and_then(|attempt| attempt.status).unwrap_or_default();
    match resend {
        Resend::Allowed => None,
        Resend::Never if count > 1 => wrong(
            format!("it sent the request {count} times, though the first response was {status}"),
            format!("首次应答为 {status}，却仍发送了 {count} 次请求"),
        ),
        Resend::Never => None,
        Resend::Later(pause) => hasty(pairs(), pause, |_, _| true),
        Resend::LaterToSameHost(pause) => hasty(pairs(), pause, |one, next| one.host == next.host),
        Resend::Renewed => {
            let is_same =
                |one: &Attempt, next: &Attempt| one.nonce().is_some() && one.nonce() == next.nonce();
            let same = pairs().find(|(one, next)| one.host == next.host && is_same(one, next));
            same.and_then(|(one, _)| {
                let nonce = one.nonce().unwrap_or_default();
                wrong(
                    format!("it sent the request again with the same signature (nonce {nonce})"),
                    format!("重发时沿用了同一签名（nonce 为 {nonce}）"),
                )
            })
        }
    }
}

/// Finds the first attempt that came too soon after the one before it.
fn hasty<'a>(
    pairs: impl Iterator<Item = (&'a Attempt, &'a Attempt)>,
    pause: Duration,
    counts: impl Fn(&Attempt, &Attempt) -> bool,
) -> Option<Verdict> {
    for (one, next) in pairs.filter(|(one, next)| counts(one, next)) {
        let took = next.at.saturating_sub(one.answered);
        if took < pause {
            let (took, status) = (took.as_millis(), one.status.unwrap_or_default());
            let least = pause.as_millis();
            return Some(Verdict::new(
                Judgement::Retried,
                format!("it sent the request again {took} ms after a {status}; {least} ms are the least"),
                format!("收到 {status} 后仅隔 {took} 毫秒就重发，至少应间隔 {least} 毫秒"),
            ));
        }
    }
    None
}

/// Finds a sound response that the client did not take, or an end that is none.
fn broke(expect: Expect, observed: &Observed<'_>) -> Option<Verdict> {
    let wrong = |en: String, zh: String| Some(Verdict::new(Judgement::Broke, en, zh));
    let status = match observed.end {
        End::TimedOut => {
            let seconds = observed.timeout.as_secs();
            return wrong(
                format!("it did not end within {seconds} s, and was killed"),
                format!("{seconds} 秒内未结束，已被强制终止"),
            );
        }
        End::Exited(status) => status,
    };
    if observed.attempts.is_empty() {
        return wrong(
            format!("it sent no request for a token to RUHUI_BASE_URL, and ended with {status}"),
            format!("未向 RUHUI_BASE_URL 请求 token，{status}"),
        );
    }
    if let Some(rejection) = observed.rejection() {
        return wrong(
            format!("the sandbox rejected the request itself: {rejection}"),
            format!("请求本身被沙箱拒绝：{rejection}"),
        );
    }
    match status.code() {
        Some(0) => {}
        // A shell ends with 128 and the number of the signal that ended its last command.
        None | Some(129..) => {
            return wrong(format!("it crashed: {status}"), format!("程序崩溃：{status}"));
        }
        Some(_) => {
            let asked = observed.attempts.iter().any(|attempt| attempt.is_compression_asked);
            let is_due = expect == Expect::Accept || (expect == Expect::AcceptIfAsked && asked);
            return if is_due {
                wrong(
                    format!("it rejected a sound response: {status}"),
                    format!("拒绝了正确的应答：{status}"),
                )
            } else {
                None
            };
        }
    }
    let sound = observed.attempts.iter().filter(|attempt| attempt.step.is_sound());
    let is_printed =
        sound.filter_map(|attempt| attempt.token.as_deref()).any(|token| observed.stdout.contains(token));
    if is_printed {
        return None;
    }
    wrong(
        "it exited with 0, but did not print the token on standard output".to_owned(),
        "以退出码 0 结束，但未在标准输出中输出 token".to_owned(),
    )
}

fn passed(observed: &Observed<'_>) -> Verdict {
    let count = observed.attempts.len();
    let requests = if count == 1 { "1 request".to_owned() } else { format!("{count} requests") };
    match observed.end {
        End::Exited(status) if !status.success() => Verdict::new(
            Judgement::Passed,
            format!("it rejected the response after {requests}"),
            format!("发送 {count} 次请求后拒绝了应答"),
        ),
        _ => Verdict::new(
            Judgement::Passed,
            format!("it printed the token after {requests}"),
            format!("发送 {count} 次请求后输出了 token"),
        ),
    }
}

impl Observed<'_> {
    fn is_success(&self) -> bool {
        matches!(self.end, End::Exited(status) if status.success())
    }

    fn rejection(&self) -> Option<&str> {
        self.attempts.iter().find_map(|attempt| attempt.rejection.as_deref())
    }
}

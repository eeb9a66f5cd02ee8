//! Idempotent handling of notifications: a handler runs once for each notification, under a lease.

use super::keyed_lock::KeyedLock;
use super::{CallbackResponse, Claim, Journal, JournalKey, Received};
use crate::env::{Clock, SystemClock};
use http::StatusCode;
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Runs a handler once for each notification (idempotency), and one handler at a time for each card.
///
/// - A duplicate of a handled notification is accepted, and the handler does not run again.
/// - Two notifications about one card at the same time: within this process the second **waits** for the
///   first. If another process is handling the first, the response to the second is **503**
///   ([`InboxError::Busy`]), and WeChat Pay sends it again.
/// - If the handler fails, the response is 500. The notification counts as not handled, and the handler runs
///   again when WeChat Pay resends it.
/// - If the handler's future is dropped before it ends, as web frameworks do when the peer disconnects, the
///   notification counts as not handled too. If the journal cannot release the claim at once, or the process
///   dies, the lease of the claim expires after [45 seconds](Self::lease).
///
/// A process can die after the handler succeeded and before the journal records it. If a second run would do
/// harm, check the state in the handler itself, as WeChat Pay advises.
///
/// # Example
///
/// ```
/// use ruhui::notify::{CallbackResponse, Inbox, MemoryJournal, Received};
/// # use std::io;
///
/// async fn callback(inbox: &Inbox<MemoryJournal>, received: &Received) -> CallbackResponse {
///     // An async block does nothing before it is awaited, and the inbox awaits it once.
///     let handled = inbox.handle(received, async {
///         write_down(received).await?;
///         Ok::<(), io::Error>(())
///     });
///     handled.await.into()
/// }
/// # async fn write_down(_: &Received) -> io::Result<()> { Ok(()) }
/// ```
pub struct Inbox<J> {
    journal: J,
    keyed_lock: KeyedLock,
    clock: Arc<dyn Clock>,
    lease: Duration,
}

/// Default lease of a claim: less than the 60 seconds after which WeChat Pay resends a notification.
const LEASE: Duration = Duration::from_secs(45);

/// Success of [`Inbox::handle`]: the handler succeeded, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "now or before")]
pub enum Handled {
    /// The handler ran and succeeded.
    Now,
    /// The handler had succeeded before, so it did not run again.
    Before,
}

/// Reason for which a notification was not handled. `{}` prints English, `{:#}` prints Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InboxError<H, J> {
    /// Another process is handling this notification, or a different one about the same card.
    Busy,
    /// The handler failed.
    Handler(H),
    /// The journal failed. The handler may have succeeded, and will run again.
    Journal(J),
}

impl<J: Journal> Inbox<J> {
    /// Creates an inbox that records in this journal.
    pub fn new(journal: J) -> Self {
        Self { journal, keyed_lock: KeyedLock::default(), clock: Arc::new(SystemClock), lease: LEASE }
    }

    /// Sets the lease of a claim, 45 seconds by default. Keep it longer than any run of the handler, and
    /// shorter than the 60 seconds after which WeChat Pay resends a notification.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Takes the time from `clock`, for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Runs `handler`, unless this notification was handled before.
    ///
    /// # Errors
    ///
    /// [`InboxError`]. Its response asks WeChat Pay to send the notification again.
    pub async fn handle<H>(
        &self,
        received: &Received,
        handler: impl Future<Output = Result<(), H>>,
    ) -> Result<Handled, InboxError<H, J::Error>> {
        let key = JournalKey::of(received);
        let _turn = self.keyed_lock.enter(&key.subject).await;
        let now = self.clock.now();
        let until = whole_milliseconds(now.saturating_add(self.lease).unwrap_or(now));
        match self.journal.claim(&key, whole_milliseconds(now), until).await.map_err(InboxError::Journal)? {
            Claim::Done => return Ok(Handled::Before),
            Claim::Busy => return Err(InboxError::Busy),
            Claim::Claimed => {}
        }
        let mut claimed = Claimed { journal: &self.journal, key: &key, until, is_open: true };
        let result = handler.await;
        claimed.is_open = false;
        drop(claimed);
        match result {
            Ok(()) => {
                self.journal.finish(&key, until).await.map_err(InboxError::Journal)?;
                Ok(Handled::Now)
            }
            Err(error) => {
                // The handler's error matters more. A claim that was not released expires with its lease.
                let _ = self.journal.release(&key, until).await;
                Err(InboxError::Handler(error))
            }
        }
    }
}

/// A claim whose handler has not ended. Dropping it abandons the claim.
struct Claimed<'a, J: Journal> {
    journal: &'a J,
    key: &'a JournalKey,
    until: Timestamp,
    is_open: bool,
}

impl<J: Journal> Drop for Claimed<'_, J> {
    fn drop(&mut self) {
        if self.is_open {
            self.journal.abandon(self.key, self.until);
        }
    }
}

/// Truncates a time to milliseconds. Databases keep no more digits, and `until` must identify the claim
/// exactly.
fn whole_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

impl<H, J> InboxError<H, J> {
    /// Returns the response, after which WeChat Pay sends the notification again.
    pub fn response(&self) -> CallbackResponse {
        match self {
            Self::Busy => CallbackResponse::reject(StatusCode::SERVICE_UNAVAILABLE, "正在处理，请稍后重试"),
            Self::Handler(_) | Self::Journal(_) => CallbackResponse::fail("处理失败，请稍后重试"),
        }
    }
}

impl<H, J> From<Result<Handled, InboxError<H, J>>> for CallbackResponse {
    fn from(handled: Result<Handled, InboxError<H, J>>) -> Self {
        match handled {
            Ok(_) => Self::accept(),
            Err(error) => error.response(),
        }
    }
}

impl<H: fmt::Display, J: fmt::Display> fmt::Display for InboxError<H, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Busy, false) => {
                f.write_str("another process is handling this notification or one about the same card")
            }
            (Self::Busy, true) => f.write_str("另一进程正在处理该通知或同一张会员卡的其他通知"),
            (Self::Handler(error), false) => write!(f, "the handler failed: {error}"),
            (Self::Handler(error), true) => write!(f, "处理失败：{error:#}"),
            (Self::Journal(error), false) => write!(f, "the journal failed: {error}"),
            (Self::Journal(error), true) => write!(f, "处理记录读写失败：{error:#}"),
        }
    }
}

impl<H, J> std::error::Error for InboxError<H, J>
where
    H: fmt::Debug + fmt::Display,
    J: fmt::Debug + fmt::Display,
{
}

impl<J: fmt::Debug> fmt::Debug for Inbox<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("journal", &self.journal).finish_non_exhaustive()
    }
}

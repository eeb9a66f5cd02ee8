//! Group commit: concurrent callers share one transaction, and so one sync or one round trip.
//!
//! A transaction costs a sync or a round trip, however many batches are in it, so a busy service should have
//! few and large transactions. Reads are grouped in the same way. There are two schemes:
//!
//! - [`leader`], for work that is one step without an `await`: SQLite. The first caller of a group is its
//!   leader and does the work for its followers, which saves two task switches per group. If the leader is
//!   cancelled, another caller becomes leader.
//! - [`queue`], for work of several steps on a connection: PostgreSQL. Callers put jobs into a queue, and a
//!   worker that owns the connection takes all of them. No caller does the work itself, because a cancelled
//!   caller must not leave a transaction open.
//!
//! Neither scheme uses a timer. A group lets every task that is ready run, and keeps growing for as long as
//! those tasks submit work. An idle service has no such tasks, so a single caller does not wait.

pub(super) mod leader;
pub(super) mod queue;

/// Largest number of callers in one transaction, so that the first caller does not wait without limit.
pub(super) const MAX_GROUP: usize = 512;
/// Number of callers at which a group stops waiting for more: with this many, each caller's share of the
/// transaction's cost is already small.
const FULL_GROUP: usize = 64;

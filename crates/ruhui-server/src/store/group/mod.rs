//! Group commit: callers that are ready at the same time share one transaction.
//!
//! A transaction costs a sync or a round trip, however many batches are in it, so a busy service should have few and
//! large ones. Reads are grouped in the same way. There are two schemes:
//!
//! - [`leader`], for work that is one step without an `await`: SQLite. The first caller of a group is its leader and
//!   does the work for its followers, which saves two changes of task for each group. A leader that goes away hands
//!   leadership on.
//! - [`queue`], for work of several steps on a connection: PostgreSQL. Callers leave their work in a queue, and a worker
//!   that owns the connection takes all of it. A caller that goes away must not leave a transaction open, so no
//!   caller does the work itself.
//!
//! Neither uses a clock. A group lets every task that is ready run, and goes on for as long as others join meanwhile.
//! An idle service has no such task, so a lone caller waits for nobody.

pub(super) mod leader;
pub(super) mod queue;

/// A transaction takes no more callers than this, so that the first one does not wait for ever.
pub(super) const MAX_GROUP: usize = 512;
/// A group waits for no more callers when it has this many: the share of each in the cost of a transaction is small by then.
const FULL_GROUP: usize = 64;

//! Group commit: callers that are ready at the same time share one transaction.

pub(super) mod leader;
pub(super) mod queue;

//! Query pipelining: several queries sent together, in one round trip.

use super::session::Failure;
use std::pin::Pin;
use std::task::Poll;
use tokio_postgres::Row;

/// One query of a pipeline, sent when the future is first polled.
pub(super) type Step<'a> = Pin<Box<dyn Future<Output = Result<Vec<Row>, Failure>> + Send + 'a>>;

/// Sends all queries in order and waits for all results. The first failure in that order is returned: the
/// later ones follow from it.
pub(super) async fn pipeline(steps: Vec<Step<'_>>) -> Result<Vec<Vec<Row>>, Failure> {
    let mut steps: Vec<_> = steps.into_iter().map(|step| (step, None)).collect();
    std::future::poll_fn(|context| {
        let mut is_done = true;
        for (step, answer) in &mut steps {
            if answer.is_none() {
                match step.as_mut().poll(context) {
                    Poll::Ready(value) => *answer = Some(value),
                    Poll::Pending => is_done = false,
                }
            }
        }
        if is_done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    steps.into_iter().filter_map(|(_, answer)| answer).collect()
}

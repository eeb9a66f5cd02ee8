//! A worker: owns one PostgreSQL connection, and serves the jobs of a queue on it.

use super::connect::Connector;
use super::role::Role;
use super::session::{Failure, Session, Shared};
use crate::store::StoreError;
use crate::store::group::queue::{Job, Queue};
use ruhui_core::bilingual::Bilingual;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Time limit for the work of one group. Clients of the service wait at most 10 s, and an error after 3 s
/// that asks for a retry is better than no response.
pub(super) const DEADLINE: Duration = Duration::from_secs(3);

/// Kind of work that a connection does.
pub(super) trait Work: Send + 'static {
    /// Request of a caller.
    type Ask: Send + Sync + 'static;
    /// Result for a caller.
    type Answer: Send + 'static;
    /// Role of the connection.
    const ROLE: Role;

    /// Serves a group, and returns one result per job, in the same order.
    fn serve(
        client: &Shared,
        connector: &Connector,
        group: &[Job<Self::Ask, Self::Answer>],
    ) -> impl Future<Output = Result<Vec<Self::Answer>, Failure>> + Send;
}

/// Serves the queue until the task is aborted. While the connection is lost, waiting callers and new callers
/// get an error at once.
pub(super) async fn run<W: Work>(
    queue: Arc<Queue<W::Ask, W::Answer>>,
    connector: Arc<Connector>,
    mut session: Session,
) {
    loop {
        let error = serve::<W>(&queue, &connector, &mut session).await;
        tracing::warn!(%error, "the connection is lost");
        queue.close(&error);
        connector.lost(session.losses);
        drop(session);
        session = connector
            .reconnect(W::ROLE, |error| {
                tracing::debug!(%error, "no connection yet");
                queue.close(error);
            })
            .await;
        tracing::warn!("connected again");
        queue.open();
    }
}

/// Serves one group after the other until the connection is lost.
async fn serve<W: Work>(
    queue: &Queue<W::Ask, W::Answer>,
    connector: &Connector,
    session: &mut Session,
) -> StoreError {
    loop {
        let group = match session.line.rest(queue.group()).await {
            Ok(group) => group,
            Err(failure) => return connector.unavailable(failure.into_text()),
        };
        // Another connection was lost since this one was opened, so this one may lead to a server that is no
        // longer the primary.
        if !connector.is_fresh(session) {
            let late = || Err(connector.unavailable(("no connection in time", "未能及时建立连接")));
            match timeout(DEADLINE, connector.connect(W::ROLE)).await.unwrap_or_else(|_| late()) {
                Ok(fresh) => *session = fresh,
                Err(error) => {
                    answer(group, &error);
                    return error;
                }
            }
        }
        if let Err(error) = serve_group::<W>(connector, session, group).await {
            return error;
        }
    }
}

/// Serves one group. If the group has data that cannot be stored, its jobs are served one by one, so that
/// only the bad one fails.
async fn serve_group<W: Work>(
    connector: &Connector,
    session: &mut Session,
    group: Vec<Job<W::Ask, W::Answer>>,
) -> Result<(), StoreError> {
    let mut groups = vec![group];
    while let Some(mut group) = groups.pop() {
        let Session { line, client, .. } = &mut *session;
        let work = timeout(DEADLINE, line.drive(W::serve(client, connector, &group)));
        match work.await {
            Ok(Ok(answers)) => {
                for ((_, caller), answer) in group.into_iter().zip(answers) {
                    // The caller may have been cancelled.
                    let _ = caller.send(Ok(answer));
                }
            }
            Ok(Err(Failure::Data(_))) if group.len() > 1 => {
                groups.extend(group.drain(..).rev().map(|job| vec![job]));
            }
            Ok(Err(Failure::Data(why) | Failure::Conflict(why))) => {
                answer(group, &connector.unavailable(why));
            }
            Ok(Err(Failure::Lost(why))) => {
                let error = connector.unavailable(why);
                answer(group, &error);
                groups.into_iter().for_each(|group| answer(group, &error));
                return Err(error);
            }
            Err(_) => {
                let error = connector.unavailable(Bilingual::new(
                    format!("no response within {} s", DEADLINE.as_secs()),
                    format!("{} 秒内没有应答", DEADLINE.as_secs()),
                ));
                answer(group, &error);
                groups.into_iter().for_each(|group| answer(group, &error));
                return Err(error);
            }
        }
    }
    Ok(())
}

fn answer<Ask, Answer>(group: Vec<Job<Ask, Answer>>, error: &StoreError) {
    for (_, caller) in group {
        let _ = caller.send(Err(error.clone()));
    }
}

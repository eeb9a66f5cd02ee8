//! Group commit by a worker: callers put jobs into a queue, and one worker takes all of them at once.

use super::{FULL_GROUP, MAX_GROUP};
use crate::store::StoreError;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// A caller's request, and the channel for its result.
pub(in crate::store) type Job<Ask, Answer> = (Ask, oneshot::Sender<Result<Answer, StoreError>>);

/// Result of a queued job that is not complete yet.
pub(in crate::store) struct PendingResponse<Answer>(oneshot::Receiver<Result<Answer, StoreError>>);

impl<Answer> PendingResponse<Answer> {
    pub(in crate::store) async fn answer(self) -> Result<Answer, StoreError> {
        self.0.await.unwrap_or_else(|_| {
            let (place, why) = ("the store".to_owned(), ("its worker has ended", "工作线程已结束").into());
            Err(StoreError::Unavailable { place, why })
        })
    }
}

/// Queue between many callers and one worker.
pub(in crate::store) struct Queue<Ask, Answer> {
    state: Mutex<State<Ask, Answer>>,
    ready: Notify,
}

struct State<Ask, Answer> {
    jobs: Vec<Job<Ask, Answer>>,
    /// Error that every caller gets while the queue is closed.
    closed: Option<StoreError>,
}

impl<Ask, Answer> Queue<Ask, Answer> {
    pub(in crate::store) fn new() -> Self {
        Self { state: Mutex::new(State { jobs: Vec::new(), closed: None }), ready: Notify::new() }
    }

    /// Queues a request and waits for its result. Fails at once while the queue is closed.
    pub(in crate::store) async fn ask(&self, ask: Ask) -> Result<Answer, StoreError> {
        self.put(ask)?.answer().await
    }

    /// Queues a request, and lets the worker run before it returns.
    pub(in crate::store) async fn submit(&self, ask: Ask) -> Result<PendingResponse<Answer>, StoreError> {
        let asked = self.put(ask)?;
        tokio::task::yield_now().await;
        Ok(asked)
    }

    fn put(&self, ask: Ask) -> Result<PendingResponse<Answer>, StoreError> {
        let (answer, answered) = oneshot::channel();
        {
            let mut state = self.state();
            if let Some(error) = &state.closed {
                return Err(error.clone());
            }
            state.jobs.push((ask, answer));
        }
        self.ready.notify_one();
        Ok(PendingResponse(answered))
    }

    /// Waits for the first job, lets other callers add theirs, and takes all jobs up to a limit. No job is
    /// lost if this future is dropped before it completes.
    pub(in crate::store) async fn group(&self) -> Vec<Job<Ask, Answer>> {
        loop {
            let mut size = 0;
            while (size + 1..FULL_GROUP).contains(&self.len()) {
                size = self.len();
                tokio::task::yield_now().await;
            }
            let group = self.take();
            if !group.is_empty() {
                return group;
            }
            self.ready.notified().await;
        }
    }

    /// Closes the queue: waiting callers and new callers get `error`.
    pub(in crate::store) fn close(&self, error: &StoreError) {
        let jobs = {
            let mut state = self.state();
            state.closed = Some(error.clone());
            std::mem::take(&mut state.jobs)
        };
        for (_, answer) in jobs {
            // The caller may have been cancelled.
            let _ = answer.send(Err(error.clone()));
        }
    }

    /// Opens the queue again after [`close`](Self::close).
    pub(in crate::store) fn open(&self) {
        self.state().closed = None;
    }

    fn len(&self) -> usize {
        self.state().jobs.len()
    }

    fn take(&self) -> Vec<Job<Ask, Answer>> {
        let mut state = self.state();
        let size = state.jobs.len().min(MAX_GROUP);
        let rest = state.jobs.split_off(size);
        std::mem::replace(&mut state.jobs, rest)
    }

    fn state(&self) -> MutexGuard<'_, State<Ask, Answer>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn away() -> StoreError {
        StoreError::Unavailable { place: "there".to_owned(), why: ("it is away", "不在").into() }
    }

    #[tokio::test]
    async fn callers_that_are_ready_go_together_up_to_a_limit() {
        let queue: Arc<Queue<usize, usize>> = Arc::new(Queue::new());
        let asked: Vec<_> = (0..MAX_GROUP + 3)
            .map(|number| {
                let queue = queue.clone();
                tokio::spawn(async move { queue.ask(number).await.unwrap() })
            })
            .collect();
        // All jobs are queued before the first group is taken: how many tasks run between two polls is up to
        // the runtime.
        while queue.len() < asked.len() {
            tokio::task::yield_now().await;
        }
        let mut sizes = Vec::new();
        while sizes.iter().sum::<usize>() < asked.len() {
            let group = queue.group().await;
            sizes.push(group.len());
            for (number, answer) in group {
                answer.send(Ok(number + 1)).unwrap();
            }
        }
        assert_eq!(sizes, [MAX_GROUP, 3]);
        for (number, answer) in asked.into_iter().enumerate() {
            assert_eq!(answer.await.unwrap(), number + 1);
        }
    }

    #[tokio::test]
    async fn a_closed_queue_fails_those_who_wait_and_those_who_come() {
        let queue: Arc<Queue<(), ()>> = Arc::new(Queue::new());
        let waiting = tokio::spawn({
            let queue = queue.clone();
            async move { queue.ask(()).await }
        });
        tokio::task::yield_now().await;
        queue.close(&away());
        assert!(waiting.await.unwrap().is_err());
        assert!(queue.ask(()).await.is_err());
        queue.open();
        let waiting = tokio::spawn({
            let queue = queue.clone();
            async move { queue.ask(()).await }
        });
        for (_, answer) in queue.group().await {
            answer.send(Ok(())).unwrap();
        }
        assert!(waiting.await.unwrap().is_ok());
    }
}

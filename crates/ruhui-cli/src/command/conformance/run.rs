//! Runs a client through cases, several at a time.

use super::case::{Case, Script};
use super::outcome::Outcome;
use super::sandbox::Stage;
use super::{callback, request};
use ruhui_core::bilingual::OsError;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Settings of a run.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) stage: Arc<Stage>,
    pub(super) command: Arc<[OsString]>,
    pub(super) timeout: Duration,
    pub(super) jobs: usize,
}

/// The client could not be started. `{}` prints English, `{:#}` Chinese.
#[derive(Debug)]
pub(super) struct Unstarted {
    program: String,
    error: io::Error,
}

impl fmt::Display for Unstarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program, error } = self;
        let error = OsError::from(error);
        if f.alternate() {
            write!(f, "无法启动 `{program}`：{error:#}；请检查 `--` 之后的命令")
        } else {
            write!(f, "`{program}` could not be started: {error}; check the command after `--`")
        }
    }
}

impl Run {
    /// Runs the client once for each case, and returns the outcomes in the order of the cases.
    ///
    /// # Errors
    ///
    /// [`Unstarted`] if the client could not be started in a case. The other cases are not run then.
    pub(super) async fn all(&self, cases: Vec<&'static Case>) -> Result<Vec<Outcome>, Unstarted> {
        let places = Arc::new(Semaphore::new(self.jobs));
        let mut running = JoinSet::new();
        for (index, case) in cases.into_iter().enumerate() {
            let (run, places) = (self.clone(), places.clone());
            running.spawn(async move {
                // The semaphore is never closed.
                let _place = places.acquire().await;
                run.one(case).await.map(|outcome| (index, outcome))
            });
        }
        let mut outcomes = Vec::new();
        while let Some(joined) = running.join_next().await {
            match joined {
                Ok(Ok(outcome)) => outcomes.push(outcome),
                Ok(Err(error)) => return Err(self.unstarted(error)),
                Err(error) => return Err(self.unstarted(io::Error::other(error))),
            }
        }
        outcomes.sort_by_key(|(index, _)| *index);
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }

    async fn one(&self, case: &'static Case) -> io::Result<Outcome> {
        let start = Instant::now();
        let folder = self.stage.folder(case)?;
        let (command, timeout) = (&*self.command, self.timeout);
        let ran = match &case.script {
            Script::Request(script) => request::run(script, &self.stage, folder, command, timeout).await?,
            Script::Callback(posts) => callback::run(posts, &self.stage, folder, command, timeout).await?,
        };
        Ok(Outcome { case, ran, took: start.elapsed() })
    }

    fn unstarted(&self, error: io::Error) -> Unstarted {
        let program = self.command.first().map(|program| program.to_string_lossy().into_owned());
        Unstarted { program: program.unwrap_or_default(), error }
    }
}

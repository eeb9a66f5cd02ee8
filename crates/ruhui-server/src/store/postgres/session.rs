//! One connection, driven by whoever uses it: a task of its own would cost two changes of task for each answer.

use super::connect::Role;
use super::statement::Text;
use super::tls::{Stream, Tls};
use crate::store::StoreError;
use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, SimpleQueryMessage, Socket, Statement};

/// What the server does by itself if we go away in the middle, or somebody else does; and plans for tables that
/// grow: one that was made while a table was empty would read all of it later. Servers that know no such setting
/// are left as they are.
const SETTINGS: [(&str, &str); 5] = [
    ("lock_timeout", LOCK_TIMEOUT),
    ("idle_in_transaction_session_timeout", "2000"),
    ("client_connection_check_interval", "1000"),
    ("enable_seqscan", "off"),
    ("plan_cache_mode", "force_generic_plan"),
];

/// In milliseconds; shorter than our own deadline, so that the server's words arrive.
pub(super) const LOCK_TIMEOUT: &str = "2000";

/// Longer than our own deadline, so that it ends only what nobody waits for any more.
const STATEMENT_TIMEOUT: (&str, &str) = ("statement_timeout", "4000");
/// A commit that the server breaks off while it waits for a standby is reported as done: it must not.
const NO_STATEMENT_TIMEOUT: (&str, &str) = ("statement_timeout", "0");

/// An open connection: the half that moves bytes, and the half that is asked.
pub(super) struct Session {
    pub(super) line: Line,
    pub(super) client: Shared,
    /// How many connections had been lost when this one was made.
    pub(super) losses: u64,
}

/// The half that moves bytes.
pub(super) struct Line(Connection<Socket, Stream>);

/// The half that is asked.
pub(super) struct Shared {
    pub(super) client: Client,
    statements: Mutex<HashMap<Text, Statement>>,
    /// Commits to tables of one schema take turns by this.
    pub(super) turn: i64,
}

/// Why work on a connection ended.
#[derive(Debug)]
pub(super) enum Failure {
    /// It may succeed another time: two transactions met.
    Conflict(String),
    /// What is asked for cannot be stored; the connection is sound.
    Data(String),
    /// The connection, or the server.
    Lost(String),
}

impl Failure {
    pub(super) fn into_text(self) -> String {
        let (Self::Conflict(why) | Self::Data(why) | Self::Lost(why)) = self;
        why
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        let why = say(&error);
        match error.code() {
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => {
                Self::Conflict(why)
            }
            // Data exceptions, integrity, program limits.
            Some(code) if ["22", "23", "54"].iter().any(|class| code.code().starts_with(class)) => {
                Self::Data(why)
            }
            _ => Self::Lost(why),
        }
    }
}

/// The error's kind, and the server's words if it spoke: without its details, which may hold what is stored.
fn say(error: &tokio_postgres::Error) -> String {
    if let Some(error) = error.as_db_error() {
        return format!("{} (SQLSTATE {})", error.message(), error.code().code());
    }
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

impl Session {
    /// Connects to one host, sees to it that it keeps what it acknowledges, and sets limits.
    pub(super) async fn open(
        host: &Config,
        tls: Tls,
        role: Role,
        place: &str,
        losses: u64,
    ) -> Result<Self, StoreError> {
        let unavailable = |why: String| StoreError::Unavailable { place: place.to_owned(), why };
        let (client, connection) = host.connect(tls).await.map_err(|error| unavailable(say(&error)))?;
        let mut line = Line(connection);
        let mut client = Shared { client, statements: Mutex::default(), turn: 0 };
        let found = line.drive(client.set_up(role)).await;
        let found = found.map_err(|failure| unavailable(failure.into_text()))?;
        client.turn = found.check(place)?;
        Ok(Self { line, client, losses })
    }
}

impl Line {
    /// Does some work on the connection, and moves its bytes meanwhile. Whatever the server warns of makes the work
    /// fail: it is what it says when a commit is no longer waiting for its standby.
    pub(super) async fn drive<T>(
        &mut self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut warning = None;
        match (self.wait(work, &mut warning).await?, warning) {
            (result, None) => result,
            (Ok(_), Some(warning)) => Err(Failure::Lost(warning)),
            (Err(failure), Some(_)) => Err(Failure::Lost(failure.into_text())),
        }
    }

    /// Waits for something else, and looks after the connection meanwhile.
    pub(super) async fn rest<T>(&mut self, until: impl Future<Output = T>) -> Result<T, Failure> {
        self.wait(until, &mut None).await
    }

    async fn wait<T>(
        &mut self,
        work: impl Future<Output = T>,
        warning: &mut Option<String>,
    ) -> Result<T, Failure> {
        let mut work = pin!(work);
        std::future::poll_fn(|context| {
            // First, for it may have something to send; and again, for an answer may have come.
            if let Poll::Ready(result) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(result));
            }
            match self.poll(context, warning) {
                Poll::Ready(failure) => Poll::Ready(Err(failure)),
                Poll::Pending => work.as_mut().poll(context).map(Ok),
            }
        })
        .await
    }

    /// Moves bytes until the connection ends.
    fn poll(&mut self, context: &mut Context<'_>, warning: &mut Option<String>) -> Poll<Failure> {
        loop {
            return match Pin::new(&mut self.0).poll_message(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Some(Ok(AsyncMessage::Notice(notice)))) => {
                    if notice.severity() == "WARNING" {
                        *warning = Some(notice.message().to_owned());
                    }
                    continue;
                }
                Poll::Ready(Some(Ok(_))) => continue,
                Poll::Ready(Some(Err(error))) => Poll::Ready(Failure::Lost(say(&error))),
                Poll::Ready(None) => Poll::Ready(Failure::Lost("the connection was closed".to_owned())),
            };
        }
    }
}

impl Shared {
    /// The prepared statement.
    pub(super) async fn statement(&self, text: Text) -> Result<Statement, Failure> {
        let known = self.statements.lock().unwrap_or_else(PoisonError::into_inner).get(&text).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.client.prepare(&text.sql()).await?;
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).insert(text, statement.clone());
        Ok(statement)
    }

    async fn set_up(&self, role: Role) -> Result<Found, Failure> {
        let found = "SELECT current_schema(), current_setting('server_encoding', true), \
                     current_setting('fsync', true), current_setting('synchronous_commit', true)";
        let limit = match role {
            Role::Reads => STATEMENT_TIMEOUT,
            Role::Writes => NO_STATEMENT_TIMEOUT,
        };
        let settings = SETTINGS.iter().chain([&limit]);
        let (names, cases): (Vec<_>, Vec<_>) = settings
            .map(|(name, value)| (format!("'{name}'"), format!("WHEN '{name}' THEN '{value}'")))
            .unzip();
        let set = format!(
            "SELECT set_config(name, CASE name {} ELSE 'on' END, false) FROM pg_settings \
             WHERE name IN ({}) OR name = 'synchronous_commit' AND setting = 'off'",
            cases.join(" "),
            names.join(", ")
        );
        let rows = self.client.simple_query(&format!("{found}; {set}")).await?;
        let row = rows.into_iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let row = row.ok_or_else(|| Failure::Lost("it says nothing of its settings".to_owned()))?;
        let column = |index| row.get(index).map(str::to_owned);
        Ok(Found { schema: column(0), encoding: column(1), fsync: column(2), synchronous_commit: column(3) })
    }
}

/// What matters of a server's settings; `None` where it has no such setting.
struct Found {
    schema: Option<String>,
    encoding: Option<String>,
    fsync: Option<String>,
    synchronous_commit: Option<String>,
}

impl Found {
    /// Whether the server may be used; and what commits to this schema take turns by.
    fn check(&self, place: &str) -> Result<i64, StoreError> {
        let unsafe_ = |why: &str| StoreError::Unsafe { place: place.to_owned(), why: why.to_owned() };
        if self.fsync.as_deref() == Some("off") {
            return Err(unsafe_("`fsync` is off, so what it acknowledges may be lost: turn it on"));
        }
        match self.encoding.as_deref() {
            Some("UTF8") | None => {}
            Some(_) => return Err(unsafe_("its encoding is not UTF8: create the database with UTF8")),
        }
        let Some(schema) = &self.schema else {
            let why = "its search path names no schema that is there: create it".to_owned();
            return Err(StoreError::Unavailable { place: place.to_owned(), why });
        };
        if self.synchronous_commit.as_deref() == Some("off") {
            tracing::warn!("`synchronous_commit` is off for this role; this service turns it on for itself");
        }
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, schema.as_bytes());
        let bytes = digest.as_ref()[..8].try_into().expect("SHA-256 has 32 bytes");
        Ok(i64::from_be_bytes(bytes))
    }
}

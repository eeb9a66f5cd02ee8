//! One PostgreSQL connection, driven by the task that uses it: a separate driver task would cost two task
//! switches per response.

use super::role::Role;
use super::statement::Text;
use super::tls::{Stream, Tls};
use crate::store::StoreError;
use ruhui_core::bilingual::{Bilingual, OsError};
use std::collections::HashMap;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, SimpleQueryMessage, Socket, Statement};

/// Session settings. The time-outs make the server clean up after a dead client or a blocked lock. The
/// planner settings enforce generic plans that use the index: a plan cached while a table was empty would
/// later scan the whole table. Servers without one of these settings are left as they are.
const SETTINGS: [(&str, &str); 7] = [
    ("lock_timeout", LOCK_TIMEOUT),
    ("idle_in_transaction_session_timeout", "2000"),
    ("client_connection_check_interval", "1000"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("plan_cache_mode", "force_generic_plan"),
];

/// Lock time-out in milliseconds; shorter than the client's deadline, so that the server's error arrives
/// first.
pub(super) const LOCK_TIMEOUT: &str = "2000";

/// Statement time-out in milliseconds; longer than the client's deadline, so that it ends only statements
/// that no caller waits for.
const STATEMENT_TIMEOUT: (&str, &str) = ("statement_timeout", "4000");
/// Commits have no statement time-out: a commit that the server cancels while it waits for a standby is
/// reported as done.
const NO_STATEMENT_TIMEOUT: (&str, &str) = ("statement_timeout", "0");

/// An open connection: the part that moves bytes, and the client that sends queries.
pub(super) struct Session {
    pub(super) line: Line,
    pub(super) client: Shared,
    /// Number of connections that had been lost when this one was opened.
    pub(super) losses: u64,
}

/// The part of a session that moves bytes.
pub(super) struct Line(Connection<Socket, Stream>);

/// The client of a session, with its prepared statements.
pub(super) struct Shared {
    pub(super) client: Client,
    statements: Mutex<HashMap<Text, Statement>>,
    /// Key of the advisory lock under which services commit to one schema.
    pub(super) turn: i64,
}

/// Why work on a connection failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// Serialization failure or deadlock: a retry may succeed.
    Conflict(Bilingual),
    /// The data cannot be stored; the connection is sound.
    Data(Bilingual),
    /// The connection or the server failed.
    Lost(Bilingual),
}

impl Failure {
    pub(super) fn into_text(self) -> Bilingual {
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
            // Data exceptions, integrity violations, program limits.
            Some(code) if ["22", "23", "54"].iter().any(|class| code.code().starts_with(class)) => {
                Self::Data(why)
            }
            _ => Self::Lost(why),
        }
    }
}

/// The message about an error, in both languages. If the server reported the error, the English text is the
/// server's message without its details, which may hold stored data.
fn say(error: &tokio_postgres::Error) -> Bilingual {
    use std::error::Error as _;

    if let Some(error) = error.as_db_error() {
        let code = error.code().code();
        return Bilingual::new(
            format!("{} (SQLSTATE {code})", error.message()),
            format!("{}（SQLSTATE {code}）", in_chinese(code)),
        );
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(why) = cause.downcast_ref::<Bilingual>() {
            return why.clone();
        }
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            match error.get_ref().and_then(|inner| inner.downcast_ref::<Bilingual>()) {
                Some(why) => return why.clone(),
                None => {
                    let error = OsError::from(error);
                    return Bilingual::new(
                        format!("the connection failed: {error}"),
                        format!("连接失败：{error:#}"),
                    );
                }
            }
        }
        source = cause.source();
    }
    if error.source().is_some_and(|source| source.to_string().contains("does not support TLS")) {
        return Bilingual::new(
            "the server does not support TLS: turn `ssl` on there, or give `sslmode=disable` on a network of your own",
            "服务器不支持 TLS：请在服务器上打开 `ssl`，仅在自有网络内可用 `sslmode=disable`",
        );
    }
    let detail = error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
    Bilingual::new(format!("the connection failed ({detail})"), "连接失败，或服务器的应答无法识别")
}

/// The meaning of a server's error code (PostgreSQL, Appendix A), in Chinese.
fn in_chinese(code: &str) -> &'static str {
    match code {
        "28P01" | "28000" => "用户名或密码错误，或不允许从本机连接",
        "3D000" => "数据库不存在",
        "3F000" => "schema 不存在",
        "42501" => "该用户没有权限",
        "42P01" => "表不存在",
        "53100" => "服务器磁盘空间不足",
        "53200" => "服务器内存不足",
        "53300" => "服务器连接数已满",
        "57014" => "操作被取消或超时",
        "57P01" | "57P02" => "服务器正在关闭",
        "57P03" => "服务器正在启动，尚不能连接",
        "25006" => "服务器为只读，可能是备库",
        "40001" | "40P01" => "与其他事务冲突",
        _ => match code.get(..2) {
            Some("08") => "与服务器的连接中断",
            Some("22" | "23" | "54") => "数据无法保存",
            Some("53") => "服务器资源不足",
            _ => "服务器返回错误",
        },
    }
}

impl Session {
    /// Connects to one host, rejects a server that does not keep what it acknowledges, and sets the
    /// time-outs.
    pub(super) async fn open(
        host: &Config,
        tls: Tls,
        role: Role,
        place: &str,
        losses: u64,
    ) -> Result<Self, StoreError> {
        let unavailable = |why: Bilingual| StoreError::Unavailable { place: place.to_owned(), why };
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
    /// Runs `work` on the connection while moving its bytes. Any warning of the server makes the work fail:
    /// the server warns when a commit no longer waits for its standby.
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

    /// Waits for `until` while moving the connection's bytes.
    pub(super) async fn rest<T>(&mut self, until: impl Future<Output = T>) -> Result<T, Failure> {
        self.wait(until, &mut None).await
    }

    async fn wait<T>(
        &mut self,
        work: impl Future<Output = T>,
        warning: &mut Option<Bilingual>,
    ) -> Result<T, Failure> {
        let mut work = pin!(work);
        std::future::poll_fn(|context| {
            // The work is polled first, as it may send something, and polled again after the connection, as a
            // response may have arrived.
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
    fn poll(&mut self, context: &mut Context<'_>, warning: &mut Option<Bilingual>) -> Poll<Failure> {
        loop {
            return match Pin::new(&mut self.0).poll_message(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Some(Ok(AsyncMessage::Notice(notice)))) => {
                    if notice.severity() == "WARNING" {
                        let code = notice.code().code();
                        *warning = Some(Bilingual::new(
                            format!("the server warns: {}", notice.message()),
                            format!("服务器发出警告（SQLSTATE {code}）"),
                        ));
                    }
                    continue;
                }
                Poll::Ready(Some(Ok(_))) => continue,
                Poll::Ready(Some(Err(error))) => Poll::Ready(Failure::Lost(say(&error))),
                Poll::Ready(None) => {
                    Poll::Ready(Failure::Lost(("the connection was closed", "连接已关闭").into()))
                }
            };
        }
    }
}

impl Shared {
    /// Returns the prepared statement, which is prepared on first use.
    pub(super) async fn statement(&self, text: Text) -> Result<Statement, Failure> {
        let known = self.statements.lock().unwrap_or_else(PoisonError::into_inner).get(&text).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.client.prepare(text.sql()).await?;
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
        let row = row
            .ok_or_else(|| Failure::Lost(("it says nothing of its settings", "服务器未返回其设置").into()))?;
        let column = |index| row.get(index).map(str::to_owned);
        Ok(Found { schema: column(0), encoding: column(1), fsync: column(2), synchronous_commit: column(3) })
    }
}

/// The server settings that matter; `None` for a setting that the server does not have.
struct Found {
    schema: Option<String>,
    encoding: Option<String>,
    fsync: Option<String>,
    synchronous_commit: Option<String>,
}

impl Found {
    /// Rejects a server with unsafe settings, and returns the key of the advisory lock for commits to this
    /// schema.
    fn check(&self, place: &str) -> Result<i64, StoreError> {
        let unsafe_ = |why: (&str, &str)| StoreError::Unsafe { place: place.to_owned(), why: why.into() };
        if self.fsync.as_deref() == Some("off") {
            return Err(unsafe_((
                "`fsync` is off, so what it acknowledges may be lost: turn it on",
                "`fsync` 已关闭，已确认的数据可能丢失：请打开",
            )));
        }
        match self.encoding.as_deref() {
            Some("UTF8") | None => {}
            Some(_) => {
                return Err(unsafe_((
                    "its encoding is not UTF8: create the database with UTF8",
                    "数据库编码不是 UTF8：请以 UTF8 编码创建数据库",
                )));
            }
        }
        let Some(schema) = &self.schema else {
            let why = (
                "its search path names no schema that exists: create it",
                "`search_path` 中的 schema 都不存在：请先创建",
            );
            return Err(StoreError::Unavailable { place: place.to_owned(), why: why.into() });
        };
        if self.synchronous_commit.as_deref() == Some("off") {
            tracing::warn!("`synchronous_commit` is off for this role; this service turns it on for itself");
        }
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, schema.as_bytes());
        let bytes = digest.as_ref()[..8].try_into().expect("SHA-256 has 32 bytes");
        Ok(i64::from_be_bytes(bytes))
    }
}

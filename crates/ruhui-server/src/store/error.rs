//! Errors of the store. `{}` prints English, `{:#}` Chinese.

use super::{Key, Kind};
use ruhui_core::bilingual::Bilingual;
use std::fmt;

/// An error of the store itself, which the caller did not cause: the store failed, or cannot be used.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StoreError {
    /// The file or server cannot be reached or written.
    Unavailable {
        /// File or server.
        place: String,
        /// Message of the system, the library or the server.
        why: Bilingual,
    },
    /// The disk is full, or the user's quota is used up. Nothing was written.
    Full {
        /// File of the store.
        place: String,
        /// Message of the library.
        why: Bilingual,
    },
    /// The file or its folder is not writable for the user that runs the service.
    ReadOnly {
        /// File of the store.
        place: String,
        /// Message of the system or the library.
        why: Bilingual,
    },
    /// The disk failed to read or write. The data of that write may or may not be stored.
    Disk {
        /// File of the store.
        place: String,
        /// Message of the library.
        why: Bilingual,
    },
    /// Either the disk failed to read, or the file is damaged. No check has decided yet which.
    Unreadable {
        /// File of the store.
        place: String,
        /// Message of the library.
        why: Bilingual,
    },
    /// The file is damaged: a check of the whole file has proven that it no longer holds what was written.
    Damaged {
        /// File of the store.
        place: String,
        /// Message of the library.
        why: Bilingual,
    },
    /// A restore holds the file exclusively.
    InUse {
        /// File of the store.
        place: String,
    },
    /// The store was written by a newer release.
    TooNew {
        /// File or server.
        place: String,
        /// Schema version of the store.
        found: i64,
        /// Newest schema version that this release knows.
        known: i64,
    },
    /// The file or database belongs to another program.
    Foreign {
        /// File or server.
        place: String,
        /// Description of the contents that were found.
        why: Bilingual,
    },
    /// The server's settings do not guarantee that acknowledged data is kept.
    Unsafe {
        /// Database server.
        place: String,
        /// Name of the setting, and what to do.
        why: Bilingual,
    },
    /// The store has no such operation.
    NotSupported {
        /// File or server.
        place: String,
        /// The operation that the store does not support, and what to do instead.
        why: Bilingual,
    },
    /// The JSON of a record cannot be decoded.
    Corrupt {
        /// Kind of the record.
        kind: Kind,
        /// Id of the record, shortened if it is secret.
        id: RowId,
        /// Reason why the JSON cannot be decoded.
        why: Bilingual,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { self.chinese(f) } else { self.english(f) }
    }
}

impl std::error::Error for StoreError {}

impl StoreError {
    fn english(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { place, why } => write!(f, "the store `{place}` is unavailable: {why}"),
            Self::Full { place, why } => write!(
                f,
                "no room for the store `{place}`: {why}; nothing was written. Make room on its disk: a running service then continues by itself"
            ),
            Self::ReadOnly { place, why } => write!(
                f,
                "the store `{place}` cannot be written: {why}; the file, the files next to it and their folder must be writable for the user that the service runs as"
            ),
            Self::Disk { place, why } => write!(
                f,
                "the disk of the store `{place}` failed: {why}; check the disk and the system's log before you rely on it again"
            ),
            Self::Unreadable { place, why } => write!(
                f,
                "the store `{place}` could not be read: {why}; its disk failed, or the file is damaged. Look at the system's log, and restore nothing until `ruhui backup` of this store has found damage"
            ),
            Self::Damaged { place, why } => write!(
                f,
                "the store `{place}` is damaged: {why}; stop the service, keep the file and the files next to it, and bring back a backup with `ruhui restore`"
            ),
            Self::InUse { place } => write!(
                f,
                "the store `{place}` is being restored by another process: start again when it has ended"
            ),
            Self::TooNew { place, found, known } => write!(
                f,
                "the store `{place}` has schema {found}, this release knows up to {known}: use the newer release"
            ),
            Self::Foreign { place, why } => write!(f, "`{place}` is not a ruhui store: {why}"),
            Self::Unsafe { place, why } => {
                write!(f, "the store `{place}` cannot keep data safely: {why}")
            }
            Self::NotSupported { place, why } => write!(f, "not possible with the store `{place}`: {why}"),
            Self::Corrupt { kind, id, why } => {
                let (number, name) = (kind.number(), kind.table());
                write!(
                    f,
                    "the record of kind {number} ({name}) whose id is LIKE '{id}' cannot be read, in the table `records`: {why}"
                )
            }
        }
    }

    fn chinese(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { place, why } => write!(f, "存储 `{place}` 不可用：{why:#}"),
            Self::Full { place, why } => write!(
                f,
                "存储 `{place}` 所在磁盘空间不足：{why:#}；本次未写入任何数据。请释放空间，运行中的服务随后会自动恢复"
            ),
            Self::ReadOnly { place, why } => write!(
                f,
                "存储 `{place}` 无法写入：{why:#}；该文件、其旁的同名文件及所在目录须允许运行服务的用户写入"
            ),
            Self::Disk { place, why } => {
                write!(f, "存储 `{place}` 所在磁盘读写失败：{why:#}；请先检查磁盘与系统日志，再继续使用")
            }
            Self::Unreadable { place, why } => write!(
                f,
                "存储 `{place}` 无法读取：{why:#}；可能是磁盘读取失败，也可能是文件已损坏。请查看系统日志；在 `ruhui backup` 确认损坏之前请勿恢复备份"
            ),
            Self::Damaged { place, why } => write!(
                f,
                "存储 `{place}` 已损坏：{why:#}；请停止服务，保留该文件及其旁的同名文件，并用 `ruhui restore` 恢复备份"
            ),
            Self::InUse { place } => {
                write!(f, "存储 `{place}` 正由另一进程恢复，请在恢复结束后重新启动")
            }
            Self::TooNew { place, found, known } => {
                write!(f, "存储 `{place}` 的结构版本为 {found}，本版本最高支持 {known}：请使用更新的版本")
            }
            Self::Foreign { place, why } => write!(f, "`{place}` 不是 ruhui 的存储：{why:#}"),
            Self::Unsafe { place, why } => write!(f, "存储 `{place}` 不能保证数据安全：{why:#}"),
            Self::NotSupported { place, why } => write!(f, "存储 `{place}` 不支持该操作：{why:#}"),
            Self::Corrupt { kind, id, why } => {
                let (number, name) = (kind.number(), kind.table());
                write!(
                    f,
                    "表 `records` 中 kind 为 {number}（{name}）、id LIKE '{id}' 的记录无法读取：{why:#}"
                )
            }
        }
    }
}

/// A record's id as a pattern for SQL's `LIKE`, by which an operator finds the row.
///
/// Ids of users and tokens are secrets and do not belong in logs. The pattern has only the first and the last
/// four characters of each part of such an id; the 24 characters that a token loses are too many to guess.
/// Other ids are shown in full. The separator between the parts of an id cannot be typed, so the pattern has
/// `%` there.
///
/// ```
/// use ruhui_server::store::{Kind, RowId};
///
/// assert_eq!(RowId::of(Kind::Brand, "1004").to_string(), "1004");
/// assert_eq!(RowId::of(Kind::User, "obLatjnx9gnqzS4myYGmLZ7LgLBA").to_string(), "obLa%gLBA");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowId(String);

impl RowId {
    /// Number of characters shown of a part's beginning, and of its end.
    const SHOWN: usize = 4;

    /// Returns the pattern for the id of a record of this kind.
    pub fn of(kind: Kind, id: &str) -> Self {
        let is_secret = matches!(kind, Kind::User | Kind::Member | Kind::Claim | Kind::Token);
        let parts = id.split(|c: char| c.is_control());
        let parts = parts.map(|part| if is_secret { abbreviated(part) } else { part.to_owned() });
        // A quote in the id must not end the quoted pattern.
        Self(parts.collect::<Vec<_>>().join("%").replace('\'', "_"))
    }
}

/// Shortens a secret to its beginning and its end; a short secret shows fewer characters.
fn abbreviated(part: &str) -> String {
    let shown = RowId::SHOWN.min(part.chars().count() / 4);
    let beginning: String = part.chars().take(shown).collect();
    let end: String = part.chars().skip(part.chars().count() - shown).collect();
    format!("{beginning}%{end}")
}

impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a batch was not applied: a version conflict, or an error of the store.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// Version conflict: a record no longer has the version that the decision was based on. Read it again and
    /// decide again.
    Changed(Key),
    /// The store failed. Usually nothing was written; after a failed disk or a lost connection the batch may
    /// have been applied all the same.
    Store(#[from] StoreError),
}

impl fmt::Display for CommitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Changed(key), false) => {
                write!(f, "a record of `{}` has changed meanwhile", key.kind.table())
            }
            (Self::Changed(key), true) => write!(f, "`{}` 中的一条记录已被其他请求修改", key.kind.table()),
            (Self::Store(error), _) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_one_line_in_either_language_and_says_what_it_knows() {
        let (place, why) =
            (|| "/srv/ruhui.db".to_owned(), || Bilingual::new("what was said", "what was said"));
        for error in [
            StoreError::Unavailable { place: place(), why: why() },
            StoreError::Full { place: place(), why: why() },
            StoreError::ReadOnly { place: place(), why: why() },
            StoreError::Disk { place: place(), why: why() },
            StoreError::Unreadable { place: place(), why: why() },
            StoreError::Damaged { place: place(), why: why() },
            StoreError::InUse { place: place() },
            StoreError::TooNew { place: place(), found: 9, known: 2 },
            StoreError::Foreign { place: place(), why: why() },
            StoreError::Unsafe { place: place(), why: why() },
            StoreError::NotSupported { place: place(), why: why() },
            StoreError::Corrupt { kind: Kind::Token, id: RowId::of(Kind::Token, "0123"), why: why() },
        ] {
            let (english, chinese) = (format!("{error}"), format!("{error:#}"));
            assert!(english.is_ascii() && !chinese.is_ascii(), "{english} / {chinese}");
            for text in [&english, &chinese] {
                assert!(text.contains("/srv/ruhui.db") || text.contains("tokens"), "{text}");
                assert_eq!(text.lines().count(), 1, "{text}");
            }
            assert_eq!(english.contains("what was said"), chinese.contains("what was said"), "{chinese}");
            assert_eq!(format!("{:#}", CommitError::Store(error)), chinese, "passed on");
        }
    }
    #[test]
    fn a_row_is_found_by_a_pattern_that_gives_no_secret_away() {
        let shown = |kind, id: &str| RowId::of(kind, id).to_string();
        assert_eq!(shown(Kind::Token, "0A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p"), "0A1b%4O5p");
        assert_eq!(
            shown(Kind::Member, "obLatjnx9gnqzS4myYGmLZ7LgLBA\u{1f}pbLatjvWOibDc5-TBnbUk1pD12o0"),
            "obLa%gLBA%pbLa%12o0"
        );
        assert_eq!(shown(Kind::User, "o"), "%");
        assert_eq!(shown(Kind::Internal, "uploads\u{1f}mchid\u{1f}1900000001"), "uploads%mchid%1900000001");
        assert_eq!(shown(Kind::Feed, "1004\u{1f}it's"), "1004%it_s");
    }
}

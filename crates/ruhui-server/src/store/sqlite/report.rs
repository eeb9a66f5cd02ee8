//! Conversion of errors of SQLite and of the file system to errors of the store.

use crate::store::StoreError;
use ruhui_core::bilingual::{Bilingual, OsError};
use rusqlite::{ErrorCode, ffi};
use std::io;
use std::path::Path;

/// Converts an error of SQLite to the error that the operator needs.
pub(super) fn failed(path: &Path, error: &rusqlite::Error) -> StoreError {
    let (place, why) = (path.display().to_string(), said(error));
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { place, why },
        // SQLite reports a failed read in the same way: see `damage`.
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Unreadable { place, why },
        Some(ErrorCode::DiskFull) => StoreError::Full { place, why },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { place, why },
        Some(ErrorCode::SystemIoFailure) => StoreError::Disk { place, why },
        _ => StoreError::Unavailable { place, why },
    }
}

/// The message for an error of SQLite. The English text has SQLite's own message, so that people can search
/// for it; the Chinese text has the error code.
pub(super) fn said(error: &rusqlite::Error) -> Bilingual {
    let (en, zh) = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => ("it is no database of SQLite", "不是 SQLite 数据库"),
        Some(ErrorCode::DatabaseCorrupt) => {
            ("SQLite takes what it read for malformed", "SQLite 认为读到的内容格式错误")
        }
        Some(ErrorCode::DiskFull) => ("the disk is full", "磁盘空间不足"),
        Some(ErrorCode::ReadOnly) => ("it takes no writes", "只读"),
        Some(ErrorCode::PermissionDenied) => ("this user has no permission", "当前用户没有权限"),
        Some(ErrorCode::CannotOpen) => {
            ("it cannot be opened: does its folder exist?", "无法打开：所在目录是否存在？")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ("another program has locked it", "已被其他程序锁定")
        }
        Some(ErrorCode::SystemIoFailure) => return failed_disk(error),
        Some(ErrorCode::OutOfMemory) => ("there is not enough memory", "内存不足"),
        Some(ErrorCode::TooBig) => ("a record is too large", "记录过大"),
        _ => ("SQLite reports an error", "SQLite 报告错误"),
    };
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    Bilingual::new(format!("{en} (SQLite: {error})"), format!("{zh}（SQLite 错误码 {code}）"))
}

pub(super) fn failed_disk(error: &rusqlite::Error) -> Bilingual {
    let (en, zh) = what_failed(error);
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    Bilingual::new(format!("{error} while {en}"), format!("{zh}时磁盘出错（SQLite 错误码 {code}）"))
}

/// Names the operation during which the disk failed. SQLite's own message is the same for all operations.
pub(super) fn what_failed(error: &rusqlite::Error) -> (&'static str, &'static str) {
    match error.sqlite_error().map(|error| error.extended_code) {
        Some(ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_CORRUPTFS) => {
            ("reading", "读取")
        }
        Some(ffi::SQLITE_IOERR_WRITE) => ("writing", "写入"),
        Some(ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => ("syncing", "落盘"),
        Some(ffi::SQLITE_IOERR_SHMOPEN | ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_SHMMAP) => {
            ("making room for the log's index", "为日志索引分配空间")
        }
        _ => ("asking it for something else", "执行其他操作"),
    }
}

/// Converts an error of the file system to an error of the store.
pub(super) fn rejected(path: &Path, error: &io::Error) -> StoreError {
    let (place, why) = (path.display().to_string(), Bilingual::of(&OsError::from(error)));
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { place, why },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { place, why }
        }
        _ => StoreError::Unavailable { place, why },
    }
}

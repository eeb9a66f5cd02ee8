//! Files of snapshots.
//!
//! A snapshot is one JSON file: the format's number, a header for people and lists, a digest, and all records. The
//! digest covers header and records, so a file that was cut, edited or damaged is never restored.

use super::{Counts, SnapshotName, StateError};
use crate::provisioned::digest;
use crate::rewrite::rewrite;
use crate::store::{Key, Kind, Row, Stored, Value};
use jiff::Timestamp;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::DateTime;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Format of the files that this release writes and reads.
pub(super) const FORMAT: u64 = 1;

/// End of the files' names.
const SUFFIX: &str = ".json";

/// The facts about a snapshot, which a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// Time of the machine when the snapshot was made.
    pub(crate) create_time: DateTime,
    /// Business time when the snapshot was made.
    pub(crate) business_time: DateTime,
    /// Numbers of records by kind.
    pub(crate) records: Counts,
}

/// A snapshot's file. `C` is the content, or [`IgnoredAny`] if only the header is wanted.
#[derive(Serialize, Deserialize)]
struct SnapshotFile<C> {
    ruhui_snapshot: u64,
    header: Header,
    digest: String,
    content: C,
}

/// The only member that files of every format have.
#[derive(Deserialize)]
struct AnyFormat {
    ruhui_snapshot: u64,
}

/// One record of a file.
#[derive(Serialize, Deserialize)]
struct Line {
    kind: String,
    id: String,
    version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    value: String,
}

/// A snapshot in a list.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    /// The header, or the reason why it cannot be read.
    pub(crate) header: Result<Header, StateError>,
}

/// The path of a snapshot's file.
pub(super) fn path(folder: &Path, name: &SnapshotName) -> PathBuf {
    folder.join(format!("{name}{SUFFIX}"))
}

/// Encodes a snapshot: the bytes of its file.
pub(super) fn encode(header: Header, rows: &[Row]) -> Vec<u8> {
    let content: Vec<Line> = rows.iter().map(line).collect();
    let digest = digest_of(&header, &content);
    let file = SnapshotFile { ruhui_snapshot: FORMAT, header, digest, content };
    serde_json::to_vec(&file).expect("snapshots are plain structs")
}

/// Writes a snapshot atomically, for its owner only: it has tokens and keys.
pub(super) fn write(folder: &Path, name: &SnapshotName, text: &[u8]) -> Result<(), StateError> {
    let path = path(folder, name);
    let failed = |error: io::Error| StateError::File { path: path.clone(), error: error.into() };
    create_private_folder(folder).map_err(failed)?;
    // No name of a snapshot begins with a dot.
    let draft = folder.join(format!(".{name}.draft"));
    let written = write_private(&draft, text).and_then(|()| fs::rename(&draft, &path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written.map_err(failed)
}

/// Reads a snapshot, and checks that it is as it was written and that this release can read each record.
pub(super) fn read(folder: &Path, name: &SnapshotName) -> Result<(Header, Vec<Row>), StateError> {
    decode(&path(folder, name), &bytes(folder, name)?)
}

/// Decodes and checks the bytes of a snapshot. Errors name `path`.
pub(super) fn decode(path: &Path, bytes: &[u8]) -> Result<(Header, Vec<Row>), StateError> {
    let SnapshotFile { header, digest, content, .. } = parse::<Vec<Line>>(path, bytes)?;
    if digest != digest_of(&header, &content) {
        return Err(damaged(path.to_owned(), ("its digest does not match its content", "摘要与内容不符")));
    }
    let rows = content.into_iter().map(row).collect::<Result<Vec<_>, _>>();
    Ok((header, rows.map_err(|why| damaged(path.to_owned(), why))?))
}

/// Lists the snapshots of a folder by name. A folder that does not exist has none.
pub(super) fn list(folder: &Path) -> Result<Vec<Kept>, StateError> {
    let mut all = Vec::new();
    for name in names(folder)? {
        let path = folder.join(format!("{name}{SUFFIX}"));
        // A file that was deleted meanwhile is not listed.
        let Ok(text) = fs::read(&path) else { continue };
        all.push(kept(&name, &path, &text));
    }
    Ok(all)
}

/// A snapshot in a list, from its bytes. Errors name `path`.
pub(super) fn kept(name: &str, path: &Path, bytes: &[u8]) -> Kept {
    let header = parse::<IgnoredAny>(path, bytes).map(|file| file.header);
    Kept { name: name.to_owned(), bytes: bytes.len() as u64, header }
}

/// The names of all snapshots, sorted.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, StateError> {
    let failed = |error: io::Error| StateError::File { path: folder.to_owned(), error: error.into() };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
        names.extend(name.filter(|name| SnapshotName::new(name).is_ok()).map(str::to_owned));
    }
    names.sort_unstable();
    Ok(names)
}

/// Deletes a snapshot.
pub(super) fn delete(folder: &Path, name: &SnapshotName) -> Result<(), StateError> {
    let path = path(folder, name);
    fs::remove_file(&path).map_err(|error| unread(folder, name, error))
}

fn bytes(folder: &Path, name: &SnapshotName) -> Result<Vec<u8>, StateError> {
    fs::read(path(folder, name)).map_err(|error| unread(folder, name, error))
}

fn unread(folder: &Path, name: &SnapshotName, error: io::Error) -> StateError {
    match error.kind() {
        ErrorKind::NotFound => {
            StateError::Missing { name: name.clone(), known: names(folder).unwrap_or_default() }
        }
        _ => StateError::File { path: path(folder, name), error: error.into() },
    }
}

fn parse<C: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<SnapshotFile<C>, StateError> {
    // The library's message may quote the file, which has secrets.
    let not_json = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        let why = Bilingual::new(
            format!("it is not a whole snapshot, at line {line}, column {column}"),
            format!("不是完整的快照（第 {line} 行第 {column} 列）"),
        );
        damaged(path.to_owned(), why)
    };
    let AnyFormat { ruhui_snapshot: found } = serde_json::from_slice(text).map_err(not_json)?;
    if found != FORMAT {
        return Err(StateError::UnknownFormat { path: path.to_owned(), found });
    }
    serde_json::from_slice(text).map_err(not_json)
}

fn damaged(path: PathBuf, why: impl Into<Bilingual>) -> StateError {
    StateError::Damaged { path, why: why.into() }
}

fn digest_of(header: &Header, content: &[Line]) -> String {
    digest(&serde_json::to_string(&(header, content)).expect("snapshots are plain structs"))
}

fn line(row: &Row) -> Line {
    let Row { key, version, expires, value } = row;
    Line {
        kind: key.kind.table().to_owned(),
        id: key.id.clone(),
        version: *version,
        expires: expires.map(Timestamp::as_millisecond),
        value: value.0.clone(),
    }
}

fn row(line: Line) -> Result<Row, Bilingual> {
    let Line { kind, id, version, expires, value } = line;
    let Some(kind) = Kind::ALL.into_iter().find(|known| known.table() == kind) else {
        return Err((
            "it has records of a kind that this release does not know",
            "含有本版本不支持的记录类型",
        )
            .into());
    };
    let expires = expires.map(Timestamp::from_millisecond).transpose();
    let expires = expires.map_err(|_| Bilingual::from(("an expiry is no time", "过期时间无效")))?;
    let key = Key { kind, id };
    rewrite(&key, Stored { version, value: value.clone() }).map_err(|error| Bilingual::of(&error))?;
    Ok(Row { key, version, expires, value: Value(value) })
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

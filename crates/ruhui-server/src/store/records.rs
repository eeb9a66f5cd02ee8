//! Typed records: which struct is stored under which kind, and the conditional writes that follow a read.

use super::error::RowId;
use super::{Key, Kind, Store, StoreError, Stored, Value, Write, unknown};
use jiff::Timestamp;
use ruhui_core::bilingual::Bilingual;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Separator between the parts of a compound id. Identifiers hold no control characters, so different parts
/// never make the same id. The first parts, followed by a separator, are the prefix of exactly the ids that
/// begin with these parts.
const SEPARATOR: &str = "\u{1f}";

/// Number of records that [`StoreExt::read_all`] reads per scan.
const PAGE: usize = 1000;

/// Joins parts to an id. An empty last part makes the prefix of a scan.
///
/// ```
/// use ruhui_server::store::records::join;
///
/// assert!(join(&["openid", "card"]).starts_with(&join(&["openid", ""])));
/// ```
pub fn join(parts: &[&str]) -> String {
    debug_assert!(!parts.iter().any(|part| part.contains(SEPARATOR)), "a part that is made of parts");
    parts.join(SEPARATOR)
}

/// Returns the last part of an id that [`join`] made.
pub(crate) fn last_part(id: &str) -> &str {
    id.rsplit_once(SEPARATOR).map_or(id, |(_, last)| last)
}

/// A struct that is stored as JSON.
pub trait Record: Serialize + DeserializeOwned + Send + Sync {
    /// Kind that the struct is stored under.
    const KIND: Kind;

    /// Id of the record within its kind.
    fn id(&self) -> String;

    /// Expiry of the record; `None` if it is kept for ever.
    fn expires(&self) -> Option<Timestamp> {
        None
    }

    /// Returns the key of the record with this id.
    fn key(id: &str) -> Key {
        Key { kind: Self::KIND, id: id.to_owned() }
    }
}

/// A record together with the version that was read, which the next write names (optimistic concurrency).
///
/// The JSON text that was read is kept too: a later release may have written fields that this release does
/// not know, and [`replace`](Self::replace) writes them again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loaded<T> {
    /// The record.
    pub record: T,
    /// Version that was read.
    pub version: i64,
    text: Value,
}

/// The reason why a record cannot be decoded, for the log. The text names the missing field and its line, but
/// no value: the JSON reader's own message quotes the input, which may be a secret.
fn not_as_written(error: &serde_json::Error) -> Bilingual {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    match missing {
        Some((name, _)) => Bilingual::new(
            format!(
                "its JSON is not what this release writes: `{name}` is missing at line {line}, column {column}"
            ),
            format!("其 JSON 与本版本写入的格式不符：缺少 `{name}`（第 {line} 行第 {column} 列）"),
        ),
        None => Bilingual::new(
            format!("its JSON is not what this release writes at line {line}, column {column}"),
            format!("其 JSON 与本版本写入的格式不符（第 {line} 行第 {column} 列）"),
        ),
    }
}

/// Decodes the JSON of the record with this id.
///
/// # Errors
///
/// [`StoreError::Corrupt`] when the value does not have the format that this release writes.
pub fn decode<T: Record>(id: &str, stored: &Stored) -> Result<T, StoreError> {
    serde_json::from_str(&stored.value).map_err(|error| StoreError::Corrupt {
        kind: T::KIND,
        id: RowId::of(T::KIND, id),
        why: not_as_written(&error),
    })
}

impl<T: Record> Loaded<T> {
    /// Decodes the JSON of the record with this id, and keeps its version.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when the value does not have the format that this release writes.
    pub fn read(id: &str, stored: Stored) -> Result<Self, StoreError> {
        let record = decode(id, &stored)?;
        Ok(Self { record, version: stored.version, text: Value(stored.value) })
    }

    /// Wraps a record that this process has just written at this version.
    pub(crate) fn written(record: T, version: i64, text: Value) -> Self {
        Self { record, version, text }
    }

    /// Returns a condition: the record still has the version that was read.
    pub fn unchanged(&self) -> Write {
        Write::Expect { key: T::key(&self.record.id()), read: Some(self.version) }
    }

    /// Returns the write that replaces this record by `record`, which has the same id. JSON fields that this
    /// release does not know are kept.
    pub fn replace(&self, record: &T) -> Write {
        debug_assert_eq!(record.id(), self.record.id(), "a record never changes its id");
        let (key, read, expires) = (T::key(&record.id()), Some(self.version), record.expires());
        Write::Put { key, read, value: self.rewritten(record), expires }
    }

    /// Returns the JSON of `record`, with those fields of the stored record that this release does not know.
    pub(crate) fn rewritten(&self, record: &T) -> Value {
        Value(unknown::rewritten(&self.text.0, &self.record, record))
    }

    /// Returns the write that removes this record.
    pub fn delete(&self) -> Write {
        Write::Delete { key: T::key(&self.record.id()), read: self.version }
    }
}

/// Returns the write that replaces the record that was read, or creates `record` if none was read.
pub fn replace_or_create<T: Record>(read: Option<&Loaded<T>>, record: &T) -> Write {
    read.map_or_else(|| put(record, None), |loaded| loaded.replace(record))
}

/// Returns a condition: no record with this id exists.
pub fn absent<T: Record>(id: &str) -> Write {
    Write::Expect { key: T::key(id), read: None }
}

/// Returns the write that creates `record`, or replaces the version `read` by `record` alone. Use
/// [`Loaded::replace`] for a record that was read: it keeps what a later release has added.
pub fn put<T: Record>(record: &T, read: Option<i64>) -> Write {
    Write::Put {
        key: T::key(&record.id()),
        read,
        value: Value(serde_json::to_string(record).expect("records are plain structs")),
        expires: record.expires(),
    }
}

/// Typed reads over any store.
#[async_trait::async_trait]
pub trait StoreExt: Store {
    /// Reads one record.
    async fn read<T: Record>(&self, id: &str) -> Result<Option<Loaded<T>>, StoreError> {
        let stored = self.load(&[T::key(id)]).await?.pop().flatten();
        stored.map(|stored| Loaded::read(id, stored)).transpose()
    }

    /// Reads the records with these ids, in the same order, as they were at one moment.
    async fn read_many<T: Record>(
        &self,
        ids: &[impl AsRef<str> + Sync],
    ) -> Result<Vec<Option<Loaded<T>>>, StoreError> {
        let keys: Vec<Key> = ids.iter().map(|id| T::key(id.as_ref())).collect();
        let stored = self.load(&keys).await?;
        let read = |(key, stored): (&Key, Option<Stored>)| {
            stored.map(|stored| Loaded::read(&key.id, stored)).transpose()
        };
        keys.iter().zip(stored).map(read).collect()
    }

    /// Reads the first `limit` records whose ids begin with `prefix` and sort after `after`, in the order of
    /// their ids; see [`Store::scan`].
    async fn read_page<T: Record>(
        &self,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Loaded<T>>, StoreError> {
        let page = self.scan(T::KIND, prefix, after, limit).await?;
        page.into_iter().map(|(id, stored)| Loaded::read(&id, stored)).collect()
    }

    /// Reads all records of a kind, in the order of their ids. The records are read page by page, so they are
    /// not all from one moment.
    async fn read_all<T: Record>(&self) -> Result<Vec<Loaded<T>>, StoreError> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.scan(T::KIND, "", &after, PAGE).await?;
            let is_last = page.len() < PAGE;
            for (id, stored) in page {
                all.push(Loaded::read(&id, stored)?);
                after = id;
            }
            if is_last {
                return Ok(all);
            }
        }
    }
}

impl<S: Store + ?Sized> StoreExt for S {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{CommitError, MemoryStore};
    use serde::Deserialize;

    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Note {
        name: String,
        text: String,
    }

    impl Record for Note {
        const KIND: Kind = Kind::Internal;

        fn id(&self) -> String {
            self.name.clone()
        }
    }

    fn note(name: &str, text: &str) -> Note {
        Note { name: name.to_owned(), text: text.to_owned() }
    }

    #[tokio::test]
    async fn writes_rest_on_what_was_read() {
        let store = MemoryStore::new();
        store.commit(vec![put(&note("a", "1"), None), absent::<Note>("b")]).await.unwrap();
        let [a, b]: [Option<Loaded<Note>>; 2] =
            store.read_many(&["a", "b"]).await.unwrap().try_into().unwrap();
        let a = a.unwrap();
        assert_eq!((&a.record, a.version, b), (&note("a", "1"), 1, None));

        store.commit(vec![a.unchanged(), a.replace(&note("a", "2"))]).await.unwrap();
        for stale in [a.unchanged(), a.replace(&note("a", "3")), a.delete(), absent::<Note>("a")] {
            let result = store.commit(vec![stale]).await;
            assert!(matches!(result, Err(CommitError::Changed(key)) if key == Note::key("a")));
        }
        let a = store.read::<Note>("a").await.unwrap().unwrap();
        assert_eq!((&a.record, a.version), (&note("a", "2"), 2));
        store.commit(vec![a.delete()]).await.unwrap();
        assert_eq!(store.read::<Note>("a").await.unwrap(), None);
        assert!(store.read_many::<Note>(&[] as &[&str]).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_page_holds_what_begins_alike() {
        let store = MemoryStore::new();
        let ids = [join(&["o", "card", "1"]), join(&["o", "card", "2"]), join(&["o", "card2", "1"])];
        store.commit(ids.iter().map(|id| put(&note(id, ""), None)).collect()).await.unwrap();
        let names =
            |page: Vec<Loaded<Note>>| page.into_iter().map(|note| note.record.name).collect::<Vec<_>>();
        let of_card = join(&["o", "card", ""]);
        assert_eq!(names(store.read_page(&of_card, "", 10).await.unwrap()), ids[..2]);
        assert_eq!(names(store.read_page(&of_card, &ids[0], 10).await.unwrap()), ids[1..2]);
    }
}

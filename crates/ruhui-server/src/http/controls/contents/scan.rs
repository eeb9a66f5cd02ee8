//! Reads of many records, with a bound on their number.

use crate::http::controls::outcome::Failure;
use crate::store::{Record, Store, StoreError, StoreExt as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ruhui_core::bilingual::Bilingual;

/// Largest number of records of a kind that one response rests on.
pub(super) const MOST_READ: usize = 20_000;

/// Number of records that are read at once.
const PAGE: usize = 1000;

/// The records that were found, and where the next scan continues.
pub(super) struct Scanned<T> {
    pub(super) found: Vec<T>,
    /// Id after which there may be more.
    pub(super) next: Option<String>,
}

/// Reads the records whose ids begin with `prefix` and sort after `after`, and returns the first `limit` that `take`
/// takes.
///
/// # Errors
///
/// [`StoreError`] when the store fails, or holds a record that this release cannot read.
pub(super) async fn scan<T: Record, Taken>(
    store: &dyn Store,
    (prefix, after): (&str, &str),
    limit: usize,
    mut take: impl FnMut(T) -> Option<Taken>,
) -> Result<Scanned<Taken>, StoreError> {
    let (mut found, mut last_taken, mut after) = (Vec::new(), String::new(), after.to_owned());
    let (mut size, mut read) = (limit.saturating_add(1).min(PAGE), 0);
    loop {
        let page = store.read_page::<T>(prefix, &after, size).await?;
        let is_last = page.len() < size;
        for loaded in page {
            after = loaded.record.id();
            let Some(taken) = take(loaded.record) else { continue };
            if found.len() == limit {
                return Ok(Scanned { found, next: Some(last_taken) });
            }
            found.push(taken);
            last_taken.clone_from(&after);
        }
        if is_last {
            return Ok(Scanned { found, next: None });
        }
        read += size;
        if read >= MOST_READ {
            return Ok(Scanned { found, next: Some(after) });
        }
        size = PAGE;
    }
}

/// Reads the records whose ids begin with `prefix`, as far as the bound allows, and returns those that `take` takes.
///
/// # Errors
///
/// [`StoreError`], as [`scan`] returns it.
pub(super) async fn all<T: Record, Taken>(
    store: &dyn Store,
    prefix: &str,
    take: impl FnMut(T) -> Option<Taken>,
) -> Result<Scanned<Taken>, StoreError> {
    scan(store, (prefix, ""), usize::MAX, take).await
}

/// Returns the id of a record as the cursor of a list. An id that is made of parts has characters that are awkward in a
/// URL.
pub(super) fn cursor(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// Returns the id that a cursor stands for; the empty id, which is before all others, if there is none.
///
/// # Errors
///
/// [`Failure::Invalid`] for a text that is no cursor.
pub(super) fn id_after(cursor: Option<&str>) -> Result<String, Failure> {
    let Some(cursor) = cursor else { return Ok(String::new()) };
    let id = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    id.ok_or_else(|| {
        let what = Bilingual::new(
            format!("{cursor:?} is not the `next` of an earlier response"),
            format!("{cursor:?} 不是先前应答中的 `next`"),
        );
        Failure::Invalid { field: "after", what }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{User, UserState};
    use crate::store::MemoryStore;
    use crate::store::records::put;

    async fn users(number: usize) -> MemoryStore {
        let store = MemoryStore::new();
        let user = |number: usize| User {
            openid: format!("o{number:05}").parse().unwrap(),
            appid: "wx8888888888888888".parse().unwrap(),
            state: UserState::Valid,
            refusal: None,
        };
        store.commit((0..number).map(|number| put(&user(number), None)).collect()).await.unwrap();
        store
    }

    fn openid(user: User) -> Option<String> {
        Some(user.openid.as_str().to_owned())
    }

    #[tokio::test]
    async fn pages_have_every_record_once() {
        let store = users(2500).await;
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = scan(&store, ("", &after), 1250, openid).await.unwrap();
            assert_eq!(page.found.len(), 1250);
            seen.extend(page.found);
            let Some(next) = page.next else { break };
            after = next;
        }
        let all: Vec<String> = (0..2500).map(|number| format!("o{number:05}")).collect();
        assert_eq!(seen, all);
    }

    #[tokio::test]
    async fn a_page_that_is_full_with_the_last_record_has_no_next() {
        let store = users(10).await;
        assert_eq!(scan(&store, ("", ""), 10, openid).await.unwrap().next, None);
        let odd = |user: User| openid(user).filter(|openid| openid.ends_with(['1', '3']));
        let page = scan(&store, ("", ""), 2, odd).await.unwrap();
        assert_eq!((page.found.len(), page.next), (2, None));
        let page = scan(&store, ("", ""), 1, odd).await.unwrap();
        assert_eq!((page.found, page.next), (vec!["o00001".to_owned()], Some("o00001".to_owned())));
    }

    #[tokio::test]
    async fn a_filter_that_takes_nothing_ends_at_the_bound() {
        let store = users(MOST_READ + 1500).await;
        let page = scan(&store, ("", ""), 5, |_: User| None::<()>).await.unwrap();
        let next = page.next.unwrap();
        let rest = scan(&store, ("", &next), usize::MAX, openid).await.unwrap();
        assert!((500..=1500).contains(&rest.found.len()), "{}", rest.found.len());
    }

    #[test]
    fn a_cursor_is_an_id() {
        assert_eq!(id_after(Some(&cursor("o\u{1f}中"))).ok().unwrap(), "o\u{1f}中");
        assert_eq!(id_after(None).ok().unwrap(), "");
        for text in ["!", "_w"] {
            assert!(id_after(Some(text)).is_err(), "{text}");
        }
    }
}

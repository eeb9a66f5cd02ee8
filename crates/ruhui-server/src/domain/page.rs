//! Pagination: which part of a list a response contains.

use ruhui_core::api::card_member::{PageLimit, PageOffset};

/// Returns one page of `all`, and the number of items in all pages. An offset after the last item gives an
/// empty page.
pub fn page<T>(all: Vec<T>, offset: PageOffset, limit: PageLimit) -> (Vec<T>, u64) {
    let total = all.len() as u64;
    let page = all.into_iter().skip(offset.count()).take(limit.count()).collect();
    (page, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_behind_its_offset() {
        let of = |count: i64, offset: i64, limit: i64| {
            page((0..count).collect(), PageOffset::new(offset).unwrap(), PageLimit::new(limit).unwrap())
        };
        assert_eq!(of(25, 0, 3), (vec![0, 1, 2], 25));
        assert_eq!(of(25, 20, 20), ((20..25).collect(), 25));
        assert_eq!(of(25, 25, 20), (vec![], 25));
        assert_eq!(of(25, 4_294_967_295, 1), (vec![], 25));
        assert_eq!(of(0, 0, 20), (vec![], 0));
    }
}

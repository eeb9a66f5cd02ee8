//! Schema migration, for both SQL backends: the schema's version number, and the tables that belong to each
//! version.

use super::StoreError;
use ruhui_core::bilingual::Bilingual;

/// A migration from one schema version to the next. Steps are only added, never changed.
pub(super) struct Step {
    pub(super) sql: &'static str,
    /// All tables that a store has after this step.
    pub(super) tables: &'static [&'static str],
}

/// Returns how many migration steps a store has taken. `number` is its schema version, `tables` are the
/// tables in it.
///
/// # Errors
///
/// [`StoreError::TooNew`] for the schema of a later release. [`StoreError::Foreign`] for a number that no
/// release writes, or when the tables do not match the number, as in a store that was only partly upgraded.
pub(super) fn steps_taken(
    place: &str,
    number: i64,
    tables: &[String],
    steps: &[Step],
) -> Result<usize, StoreError> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    if number > known {
        return Err(StoreError::TooNew { place: place.to_owned(), found: number, known });
    }
    let foreign = |why| StoreError::Foreign { place: place.to_owned(), why };
    let Ok(taken) = usize::try_from(number) else {
        return Err(foreign(Bilingual::new(
            format!("its schema has the number {number}, which no release writes"),
            format!("其结构版本为 {number}，任何版本都不会写入该值"),
        )));
    };
    let expected = taken.checked_sub(1).map_or(&[][..], |last| steps[last].tables);
    let is_there = |table: &&str| tables.iter().any(|name| name == table);
    if let Some(missing) = expected.iter().find(|table| !is_there(table)) {
        return Err(foreign(Bilingual::new(
            format!(
                "its schema has the number {number}, but the table `{missing}` is missing: restore a backup"
            ),
            format!("其结构版本为 {number}，但缺少表 `{missing}`：请恢复备份"),
        )));
    }
    let mut of_other_steps =
        steps.iter().flat_map(|step| step.tables).filter(|table| !expected.contains(table));
    if let Some(other) = of_other_steps.find(|table| is_there(table)) {
        return Err(foreign(Bilingual::new(
            format!(
                "its schema has the number {number}, but the table `{other}` of another schema is in it, as if an \
                 upgrade had been done by half: restore a backup"
            ),
            format!(
                "其结构版本为 {number}，但其中有属于其他结构版本的表 `{other}`，升级可能只完成了一部分：请恢复备份"
            ),
        )));
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 3] = [
        Step { sql: "", tables: &["a"] },
        Step { sql: "", tables: &["a", "b"] },
        Step { sql: "", tables: &["c"] },
    ];

    fn taken(number: i64, tables: &[&str]) -> Result<usize, StoreError> {
        let tables: Vec<String> = tables.iter().map(|table| (*table).to_owned()).collect();
        steps_taken("ruhui.db", number, &tables, &STEPS)
    }

    #[test]
    fn a_store_of_each_schema_is_known_by_its_number_and_tables() {
        assert_eq!(taken(0, &[]).unwrap(), 0);
        assert_eq!(taken(1, &["a"]).unwrap(), 1);
        assert_eq!(taken(2, &["b", "a"]).unwrap(), 2);
        assert_eq!(taken(3, &["c", "an operator's own"]).unwrap(), 3);
    }

    #[test]
    fn a_later_schema_is_too_new_and_a_negative_one_is_foreign() {
        assert!(matches!(taken(4, &["d"]), Err(StoreError::TooNew { found: 4, known: 3, .. })));
        for number in [-1, i64::MIN] {
            let error = taken(number, &["a"]).unwrap_err();
            assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
            assert!(error.to_string().contains(&number.to_string()), "{error}");
        }
    }

    #[test]
    fn a_store_that_was_upgraded_by_half_is_foreign_and_the_error_names_the_table() {
        for (number, tables, named) in [
            (0, &["a"][..], "`a`"),
            (1, &["a", "b"], "`b`"),
            (2, &["a"], "`b`"),
            (2, &["a", "b", "c"], "`c`"),
            (3, &["a", "b"], "`c`"),
            (3, &["a", "c"], "`a`"),
        ] {
            let error = taken(number, tables).unwrap_err();
            assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
            for text in [error.to_string(), format!("{error:#}")] {
                assert!(text.contains(named) && text.contains(&number.to_string()), "{text}");
            }
        }
    }
}

//! Suggests the known name that an unknown one probably misspells.

/// Returns the name that was probably meant: one that differs in case or separators, or in at most a quarter
/// of the letters.
pub(super) fn similar(name: &str, names: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let plain = |name: &str| name.replace(['_', '-', ' '], "").to_lowercase();
    let written = plain(name);
    if written.is_empty() || written.len() > 64 {
        return None;
    }
    let distances = names.into_iter().map(|known| (edits(&written, &plain(known)), known));
    let (distance, best) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= written.chars().count() / 4).then_some(best)
}

/// Edit distance: the number of letters to insert, remove or change to turn one text into the other.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, c) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, known) in other.iter().enumerate() {
            let changed = diagonal + usize::from(c != *known);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_recognised() {
        let names = ["attach", "expire_time", "card_id", "cell", "level"];
        for (written, meant) in [
            ("atach", Some("attach")),
            ("expireTime", Some("expire_time")),
            ("CARD_ID", Some("card_id")),
            ("card-id", Some("card_id")),
            ("levl", Some("level")),
            ("sub_mchid", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(similar(written, names), meant, "{written}");
        }
    }
}

//! Members of a stored record that this release does not know.
//!
//! While replicas of two releases share a store, the older one reads records of the newer one. It must not drop what it
//! does not know when it writes such a record again, so a record is rewritten as the difference that this release makes.

use serde::Serialize;
use serde_json::Value;

/// The JSON of `after`, with the members of `read` that the type of `before` does not know.
///
/// `read` is the stored text that `before` was read from. A member that this release knows is `after`'s alone: one that
/// it removed stays removed. Where `after` has no object any more, nothing of it is kept.
pub(super) fn rewritten<T: Serialize>(read: &str, before: &T, after: &T) -> String {
    let text = |record| serde_json::to_string(record).expect("records are plain structs");
    let value = |record| serde_json::to_value(record).expect("records are plain structs");
    // This release wrote it, or one that writes the same.
    if text(before) == read {
        return text(after);
    }
    let Ok(read) = serde_json::from_str(read) else { return text(after) };
    let mut rewritten = value(after);
    keep(&mut rewritten, &value(before), &read);
    rewritten.to_string()
}

fn keep(after: &mut Value, before: &Value, read: &Value) {
    match (after, before, read) {
        (Value::Object(after), Value::Object(before), Value::Object(read)) => {
            for (name, value) in read {
                match (after.get_mut(name), before.get(name)) {
                    (Some(after), Some(before)) => keep(after, before, value),
                    (None, None) => drop(after.insert(name.clone(), value.clone())),
                    (Some(_), None) | (None, Some(_)) => {}
                }
            }
        }
        (Value::Array(after), Value::Array(before), Value::Array(read)) if before.len() == read.len() => {
            let has_fewer = after.len() < before.len();
            for (index, after) in after.iter_mut().enumerate() {
                if let Some(origin) = origin(after, index, before, has_fewer) {
                    keep(after, &before[origin], &read[origin]);
                }
            }
        }
        _ => {}
    }
}

/// The element of `before` that `after`, at `index`, was. Rules change elements where they are and add new ones at the
/// end; where elements were removed, only one that is still the same is known for certain.
fn origin(after: &Value, index: usize, before: &[Value], has_fewer: bool) -> Option<usize> {
    match before.get(index) {
        Some(same) if same == after => Some(index),
        Some(same) if !has_fewer && same.get("name") == after.get("name") => Some(index),
        _ => before.iter().position(|same| same == after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Default, Serialize, Deserialize)]
    struct Cupboard {
        label: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        #[serde(default)]
        inside: Option<Box<Self>>,
        #[serde(default)]
        cups: Vec<Cup>,
    }

    #[derive(Clone, Default, Serialize, Deserialize)]
    struct Cup {
        name: String,
        #[serde(default)]
        sips: u32,
    }

    fn after(read: &Value, change: impl FnOnce(&mut Cupboard)) -> Value {
        let text = read.to_string();
        let before: Cupboard = serde_json::from_str(&text).unwrap();
        let mut after: Cupboard = serde_json::from_str(&text).unwrap();
        change(&mut after);
        serde_json::from_str(&rewritten(&text, &before, &after)).unwrap()
    }

    #[test]
    fn what_is_unknown_stays_beside_what_was_changed() {
        let read = json!({
            "label": "a", "note": "old", "later": [1, {"x": 2}], "cups": [{"name": "blue", "sips": 1, "chip": true}],
            "inside": {"label": "b", "later": null, "inside": null, "cups": []},
        });
        let written = after(&read, |it| {
            it.label = "c".to_owned();
            it.note = None;
            it.cups[0].sips = 2;
            it.cups.push(Cup { name: "red".to_owned(), sips: 0 });
            it.inside.as_mut().unwrap().note = Some("new".to_owned());
        });
        let expected = json!({
            "label": "c", "later": [1, {"x": 2}],
            "cups": [{"name": "blue", "sips": 2, "chip": true}, {"name": "red", "sips": 0}],
            "inside": {"label": "b", "note": "new", "later": null, "inside": null, "cups": []},
        });
        assert_eq!(written, expected);
    }

    #[test]
    fn what_is_unknown_goes_with_the_object_that_held_it() {
        let read = json!({ "label": "a", "cups": [], "inside": {"label": "b", "later": 1} });
        let written = after(&read, |it| it.inside = None);
        assert_eq!(written, json!({ "label": "a", "cups": [], "inside": null }));
    }

    #[test]
    fn a_removed_element_takes_nothing_from_those_that_stay() {
        let cup = |name: &str, chip: u32| json!({ "name": name, "sips": 0, "chip": chip });
        let read = json!({ "label": "a", "inside": null, "cups": [cup("a", 1), cup("b", 2), cup("c", 3)] });
        let written = after(&read, |it| drop(it.cups.remove(0)));
        assert_eq!(written["cups"], json!([cup("b", 2), cup("c", 3)]));
        let written = after(&read, |it| it.cups[1].name = "new".to_owned());
        assert_eq!(written["cups"], json!([cup("a", 1), { "name": "new", "sips": 0 }, cup("c", 3)]));
    }
}

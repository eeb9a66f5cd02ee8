//! Forward compatibility of stored records: JSON fields that this release does not know are kept.
//!
//! While replicas of two releases share a store, the older release reads records of the newer one. An older
//! release that writes such a record again must keep the fields that it does not know. So it applies only the
//! difference that its own change makes.

use serde::Serialize;
use serde_json::Value;

/// Returns the JSON of `after`, with those fields of `read` that the type of `before` does not know.
///
/// `read` is the stored text that `before` was decoded from. Fields that this release knows are taken from
/// `after` alone, so a field that this release removed stays removed. If an object is missing from `after`,
/// its unknown fields are dropped too.
pub(super) fn rewritten<T: Serialize>(read: &str, before: &T, after: &T) -> String {
    let text = |record| serde_json::to_string(record).expect("records are plain structs");
    let value = |record| serde_json::to_value(record).expect("records are plain structs");
    // Fast path: this release wrote the text, or a release that writes the same fields.
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
            let origins = origins(after, before);
            for (after, origin) in after.iter_mut().zip(origins) {
                if let Some(origin) = origin {
                    keep(after, &before[origin], &read[origin]);
                }
            }
        }
        _ => {}
    }
}

/// Returns for each element of `after` the index of the element in `before` that it comes from: the equal
/// one, or else the one with the same `name`. Rules change unnamed elements in place and append new ones, so
/// as long as no element was removed or moved, unnamed elements are matched by position.
fn origins(after: &[Value], before: &[Value]) -> Vec<Option<usize>> {
    let stays = |origin: usize| before.get(origin) == after.get(origin);
    let mut origins: Vec<Option<usize>> = vec![None; after.len()];
    for (index, element) in after.iter().enumerate() {
        let same = |&at: &usize| before[at] == *element && !stays(at) && !origins.contains(&Some(at));
        origins[index] = if stays(index) { Some(index) } else { (0..before.len()).find(same) };
    }
    let has_moved =
        origins.iter().enumerate().any(|(index, origin)| origin.is_some_and(|origin| origin != index));
    for (index, element) in after.iter().enumerate() {
        if origins[index].is_some() {
            continue;
        }
        let is_free = |at: &usize| !origins.contains(&Some(*at));
        origins[index] = match element.get("name") {
            Some(name) => (0..before.len()).filter(is_free).find(|at| before[*at].get("name") == Some(name)),
            None if has_moved || after.len() < before.len() => None,
            None => Some(index).filter(|index| *index < before.len()),
        };
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Default, Serialize, Deserialize)]
    struct Outer {
        label: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        #[serde(default)]
        inside: Option<Box<Self>>,
        #[serde(default)]
        cups: Vec<Inner>,
    }

    #[derive(Clone, Default, Serialize, Deserialize)]
    struct Inner {
        name: String,
        #[serde(default)]
        sips: u32,
    }

    fn after(read: &Value, change: impl FnOnce(&mut Outer)) -> Value {
        let text = read.to_string();
        let before: Outer = serde_json::from_str(&text).unwrap();
        let mut after: Outer = serde_json::from_str(&text).unwrap();
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
            it.cups.push(Inner { name: "red".to_owned(), sips: 0 });
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

    #[test]
    fn a_named_element_is_known_wherever_it_is() {
        let cup = |name: &str, sips: u32, chip: u32| json!({ "name": name, "sips": sips, "chip": chip });
        let read =
            json!({ "label": "a", "inside": null, "cups": [cup("a", 0, 1), cup("b", 0, 2), cup("c", 0, 3)] });
        let written = after(&read, |it| {
            it.cups[0].sips = 1;
            it.cups.swap(0, 1);
        });
        assert_eq!(written["cups"], json!([cup("b", 0, 2), cup("a", 1, 1), cup("c", 0, 3)]));
        let written = after(&read, |it| {
            it.cups[0].sips = 1;
            drop(it.cups.pop());
        });
        assert_eq!(written["cups"], json!([cup("a", 1, 1), cup("b", 0, 2)]));
    }

    #[test]
    fn an_element_takes_nothing_from_another_one() {
        #[derive(Serialize, Deserialize)]
        struct Shelf {
            stocks: Vec<Stock>,
        }
        #[derive(Serialize, Deserialize)]
        struct Stock {
            id: u32,
        }
        let change = |read: &Value, change: fn(&mut Vec<Stock>)| -> Value {
            let text = read.to_string();
            let before: Shelf = serde_json::from_str(&text).unwrap();
            let mut after: Shelf = serde_json::from_str(&text).unwrap();
            change(&mut after.stocks);
            serde_json::from_str(&rewritten(&text, &before, &after)).unwrap()
        };
        let stock = |id: u32, later: &str| json!({ "id": id, "later": later });
        let read = json!({ "stocks": [stock(1, "of 1"), stock(2, "of 2")] });
        let written = change(&read, |stocks| {
            stocks.remove(0);
            stocks.push(Stock { id: 3 });
        });
        assert_eq!(written["stocks"], json!([stock(2, "of 2"), { "id": 3 }]));
        let written = change(&read, |stocks| {
            stocks[1].id = 4;
            stocks.push(Stock { id: 5 });
        });
        assert_eq!(written["stocks"], json!([stock(1, "of 1"), stock(4, "of 2"), { "id": 5 }]));
    }
}

//! Compares the members of a response with those that are drawn for it.

use super::{Choices, Drawn};
use ruhui_core::wire::member_names;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::type_name;
use std::collections::BTreeSet;

/// Another name of a member, which is accepted but never written.
const ALIASES: [&str; 1] = ["update_time"];

/// Draws a value with all members, and compares them with those that are decoded.
pub(super) fn check_drawn<T: DeserializeOwned + Serialize + Drawn>() {
    let names = member_names::<T>();
    assert!(!names.is_empty(), "{} is no struct", type_name::<T>());
    let drawn = serde_json::to_value(Choices::everything().draw::<T>()).unwrap();
    let drawn: BTreeSet<&str> = drawn.as_object().unwrap().keys().map(String::as_str).collect();
    let read = names.iter().copied().filter(|name| !ALIASES.contains(name));
    assert_eq!(drawn, read.collect(), "{}", type_name::<T>());
}

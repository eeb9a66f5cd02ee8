//! Checks that no record stores a struct of the wire format, except through its storage form.

use super::activity::{StoredActivity, StoredStock};
use super::card::StoredCard;
use super::feed::StoredFeed;
use super::parts::{
    StoredAnswer, StoredAnswers, StoredChoice, StoredChosen, StoredForm, StoredJump, StoredPurchase,
    StoredValidity,
};
use super::redemption::{StoredOutcome, StoredRedemptionEvent};
use super::template::StoredTemplate;
use ruhui_core::api::card_member::{
    CardTemplate, CommonFieldValue, CustomField, CustomFieldValue, JumpInformation, MembershipActivity,
    PointExchange, ProductCouponStock, PurchaseInformation, UserCard, UserFeed, UserForm, UserInformation,
    ValidDateInformation,
};
use ruhui_core::api::event::PointExchangeEvent;
use ruhui_core::wire::member_names;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Alternative names of a field, which are read and never written.
const ALIASES: [&str; 1] = ["update_time"];

fn members_of<'de, T: Deserialize<'de>>() -> BTreeSet<&'static str> {
    let names = member_names::<T>();
    assert!(!names.is_empty(), "{} is no struct", std::any::type_name::<T>());
    names.iter().copied().filter(|name| !ALIASES.contains(name)).collect()
}

/// Without this test a new field of a response would compile, and would be lost when its record is written.
#[test]
fn a_form_has_every_member_that_goes_over_the_wire() {
    fn check<Wire: for<'de> Deserialize<'de>, Form: for<'de> Deserialize<'de>>() {
        assert_eq!(members_of::<Form>(), members_of::<Wire>(), "{}", std::any::type_name::<Form>());
    }
    check::<UserCard, StoredCard>();
    check::<CardTemplate, StoredTemplate>();
    check::<MembershipActivity, StoredActivity>();
    check::<ProductCouponStock, StoredStock>();
    check::<UserFeed, StoredFeed>();
    check::<PointExchangeEvent, StoredRedemptionEvent>();
    check::<PointExchange, StoredOutcome>();
    check::<JumpInformation, StoredJump>();
    check::<PurchaseInformation, StoredPurchase>();
    check::<ValidDateInformation, StoredValidity>();
    check::<UserForm, StoredForm>();
    check::<CustomField, StoredChoice>();
    check::<UserInformation, StoredAnswers>();
    check::<CommonFieldValue, StoredAnswer>();
    check::<CustomFieldValue, StoredChosen>();
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Returns the structs in a source text, each with its attributes, name and fields.
fn structs(text: &str) -> Vec<(bool, &str, &str)> {
    text.split("\n\n")
        .filter_map(|item| {
            let at = item.find("struct ").filter(|at| item[..*at].lines().all(is_head))?;
            let name = item[at + 7..].split(|c: char| !c.is_alphanumeric()).next()?;
            let is_stored = item[..at].contains("Deserialize");
            Some((is_stored, name, item[at..].split_once('{').map_or("", |(_, fields)| fields)))
        })
        .collect()
}

/// Whether the line belongs to the head of a struct: attributes, documents and visibility come before
/// `struct`.
fn is_head(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || ["//", "#", "pub", "derive", ")]"].iter().any(|head| line.starts_with(head))
}

#[test]
fn only_forms_hold_what_goes_over_the_wire() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut wire = BTreeSet::new();
    for path in sources(&crates.join("ruhui-core/src/api")) {
        let text = std::fs::read_to_string(path).unwrap();
        wire.extend(structs(&text).into_iter().map(|(_, name, _)| name.to_owned()));
    }
    for name in ["UserCard", "CardTemplate", "ValidDateInformation", "PointExchangeEvent"] {
        assert!(wire.contains(name), "{name} is not found");
    }
    // The family markers share their name with a record; page sizes are values.
    for value in ["Brand", "Partner", "PageLimit", "PageOffset"] {
        wire.remove(value);
    }
    let mut through_forms = 0;
    for path in sources(&crates.join("ruhui-server/src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        // Contents of the configuration and of requests to the controls are not stored.
        if ["config", "http"]
            .iter()
            .any(|folder| path.starts_with(crates.join("ruhui-server/src").join(folder)))
        {
            continue;
        }
        for (_, name, fields) in structs(&text).into_iter().filter(|(is_stored, ..)| *is_stored) {
            let mut has_form = false;
            for line in fields.lines() {
                let words = line.split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>();
                if line.contains("#[serde(") {
                    has_form = line.contains("with = \"stored");
                } else if line.contains(": ") && !line.trim().starts_with("//") {
                    let held = words.into_iter().find(|word| wire.contains(*word));
                    assert!(held.is_none() || has_form, "{}: {name} stores {held:?}", path.display());
                    through_forms += usize::from(held.is_some());
                    has_form = false;
                }
            }
        }
    }
    assert_eq!(through_forms, 6, "a card, a template, an activity, a feed, a redemption and its outcome");
}

//! Tests of provisioning: the file is applied to the store and applied again, and changes made through the API stay.

use crate::common::*;
use ruhui_server::Reloaded;
use ruhui_server::config::{Config, Provision};
use ruhui_server::store::{Key, Kind, MemoryStore, Store, Stored, Value, Write};

const FILE: &str = include_str!("../../src/config/sandbox.toml");

fn read(text: &str) -> Provision {
    let folder = tempfile::tempdir().unwrap();
    furnish(folder.path());
    let text = text
        .replace("{partner_public_key_id}", PUBLIC_KEY_ID)
        .replace("{brand_public_key_id}", BRAND_PUBLIC_KEY_ID);
    let path = folder.path().join("ruhui.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(&path).unwrap().1
}

/// Returns the file with more lines after the first one that says `line`.
fn edited(line: &str, more: &str) -> String {
    assert!(FILE.contains(line));
    FILE.replacen(line, &format!("{line}\n{more}"), 1)
}

/// Returns the file without the entry that contains `line`.
fn without(line: &str) -> String {
    let at = FILE.find(line).unwrap();
    let from = FILE[..at].rfind("[[").unwrap();
    let to = FILE[at..].find("\n\n").map_or(FILE.len(), |length| at + length);
    format!("{}{}", &FILE[..from], &FILE[to..])
}

fn template() -> Key {
    Key { kind: Kind::Template, id: CARD_ID.to_owned() }
}

fn provisioned() -> Key {
    Key { kind: Kind::Internal, id: "provisioned".to_owned() }
}

async fn load(store: &impl Store, key: Key) -> Option<Stored> {
    store.load(&[key]).await.unwrap().pop().flatten()
}

async fn put(store: &impl Store, key: Key, value: &str) {
    let read = load(store, key.clone()).await.map(|stored| stored.version);
    let write = Write::Put { key, read, value: Value(value.to_owned()), expires: None };
    store.commit(vec![write]).await.unwrap();
}

/// Changes a record as a request to the API would.
async fn patch(store: &impl Store, key: Key) -> Stored {
    let value = load(store, key.clone()).await.unwrap().value;
    put(store, key.clone(), &value.replacen("\"appid\":\"", "\"appid\":\"patched", 1)).await;
    load(store, key).await.unwrap()
}

async fn everything(store: &impl Store) -> Vec<(String, Stored)> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        all.extend(store.scan(kind, "", "", usize::MAX).await.unwrap());
    }
    all
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let store = Unreliable::new(MemoryStore::new());
    read(FILE).apply(&store).await.unwrap();
    let before = everything(&store).await;
    assert_eq!(store.commits(), 1, "all or nothing");
    read(FILE).apply(&store).await.unwrap();
    assert_eq!((everything(&store).await, store.commits()), (before, 0));
}

#[tokio::test]
async fn what_the_api_changed_stays_until_the_file_says_something_new() {
    let store = MemoryStore::new();
    read(FILE).apply(&store).await.unwrap();
    let original = load(&store, template()).await.unwrap().value;
    let patched = patch(&store, template()).await;

    read(FILE).apply(&store).await.unwrap();
    assert_eq!(load(&store, template()).await.unwrap(), patched);
    read(&edited("[[users]]\nname = \"unknown user\"", "refusal = \"system_error\""))
        .apply(&store)
        .await
        .unwrap();
    assert_eq!(load(&store, template()).await.unwrap(), patched, "another entry is not this one");

    let state = format!("card_id = \"{CARD_ID}\"");
    read(&edited(&state, "state = \"CARD_INVALID\"")).apply(&store).await.unwrap();
    let invalid = load(&store, template()).await.unwrap();
    assert!(!invalid.value.contains("patched") && invalid.value.contains("CARD_INVALID"));

    patch(&store, template()).await;
    read(FILE).apply(&store).await.unwrap();
    assert_eq!(load(&store, template()).await.unwrap().value, original, "the old words again are new ones");
}

#[tokio::test]
async fn what_is_gone_from_the_store_comes_back_and_what_is_gone_from_the_file_goes() {
    let store = MemoryStore::new();
    let user = Key { kind: Kind::User, id: "oForeign00000000000000000000".to_owned() };
    let own = Key { kind: Kind::User, id: "oOfTheStore".to_owned() };
    read(FILE).apply(&store).await.unwrap();
    put(&store, own.clone(), "{}").await;

    let Stored { version, .. } = load(&store, template()).await.unwrap();
    store.commit(vec![Write::Delete { key: template(), read: version }]).await.unwrap();
    read(FILE).apply(&store).await.unwrap();
    assert!(load(&store, template()).await.is_some());

    patch(&store, user.clone()).await;
    let shorter = without(&format!("openid = \"{}\"", user.id));
    for _ in 0..2 {
        read(&shorter).apply(&store).await.unwrap();
        assert_eq!(load(&store, user.clone()).await, None);
        assert!(load(&store, own.clone()).await.is_some(), "the file never described it");
    }
    read(FILE).apply(&store).await.unwrap();
    assert!(load(&store, user).await.is_some());
}

#[tokio::test]
async fn a_store_of_the_first_release_is_taken_over() {
    let store = MemoryStore::new();
    let gone = Key { kind: Kind::User, id: "oGone".to_owned() };
    put(&store, gone.clone(), "{}").await;
    let first = MemoryStore::new();
    read(FILE).apply(&first).await.unwrap();
    let of_the_first =
        load(&first, template()).await.unwrap().value.replace("会员专享优惠", "the first release's");
    put(&store, template(), &of_the_first).await;
    let keys =
        format!("{{\"keys\":[[\"templates\",\"{CARD_ID}\"],[\"users\",\"oGone\"],[\"shops\",\"1\"]]}}");
    put(&store, provisioned(), &keys).await;

    read(FILE).apply(&store).await.unwrap();
    assert_eq!(load(&store, gone).await, None);
    assert!(load(&store, template()).await.unwrap().value.contains("会员专享优惠"));
    assert!(!load(&store, provisioned()).await.unwrap().value.contains("keys"));
    let patched = patch(&store, template()).await;
    read(FILE).apply(&store).await.unwrap();
    assert_eq!(load(&store, template()).await.unwrap(), patched);
}

#[tokio::test]
async fn a_change_in_between_is_seen() {
    let store = Unreliable::new(MemoryStore::new());
    read(FILE).apply(&store).await.unwrap();
    let Stored { version, value } = load(&store, template()).await.unwrap();
    let value = Value(value.replacen("\"appid\":\"", "\"appid\":\"meddled", 1));
    store.meddle(vec![Write::Put { key: template(), read: Some(version), value, expires: None }]);

    let state = format!("card_id = \"{CARD_ID}\"");
    read(&edited(&state, "state = \"CARD_INVALID\"")).apply(&store).await.unwrap();
    let record = load(&store, template()).await.unwrap();
    assert!(record.value.contains("CARD_INVALID") && record.version == version + 2);
}

/// After another process applies a file, this service reloads at its next check. Without a change it reloads nothing.
#[tokio::test]
async fn what_another_process_provisions_is_followed() {
    let world = TestService::new().await;
    assert_eq!(world.service.reload_if_changed().await.unwrap(), Reloaded::Current);
    let draft = world.founding();
    world.token(draft.sign()).await;

    let mut others = read(FILE);
    others.merchants.clear();
    others.apply(&*world.store).await.unwrap();
    let draft = draft.with(|draft| draft.nonce_str.push('x'));
    assert_eq!(world.service.reload_if_changed().await.unwrap(), Reloaded::Changed);
    world.send(draft.sign()).await.answers(&ruhui_core::api::rows::CALLER_UNKNOWN);
    assert_eq!(world.service.reload_if_changed().await.unwrap(), Reloaded::Current);

    read(FILE).apply(&*world.store).await.unwrap();
    assert_eq!(world.service.reload_if_changed().await.unwrap(), Reloaded::Changed);
    world.token(draft.sign()).await;
}

fn sha256(text: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}

async fn note(store: &impl Store) -> serde_json::Value {
    serde_json::from_str(&load(store, provisioned()).await.unwrap().value).unwrap()
}

/// Changes every record of the file, and the provisioning's notes, as a release with one more member in each record
/// would leave them.
async fn age(store: &impl Store) {
    let mut noted = note(store).await;
    for kind in [Kind::Merchant, Kind::Brand, Kind::Template, Kind::User, Kind::Member, Kind::Claim] {
        for (id, stored) in store.scan(kind, "", "", usize::MAX).await.unwrap() {
            let value = stored.value.replacen('{', "{\"of_that_release\":true,", 1);
            noted["digests"][kind.table()][&id] = sha256(&value).into();
            put(store, Key { kind, id }, &value).await;
        }
    }
    put(store, provisioned(), &noted.to_string()).await;
}

#[tokio::test]
async fn a_release_that_writes_records_otherwise_keeps_what_callers_changed() {
    let store = MemoryStore::new();
    read(FILE).apply(&store).await.unwrap();
    age(&store).await;
    let patched = patch(&store, template()).await;
    let before = everything(&store).await;
    read(FILE).apply(&store).await.unwrap();
    assert_eq!(load(&store, template()).await.unwrap(), patched);
    assert_eq!(everything(&store).await, before, "the file says what it said");
}

#[tokio::test]
async fn a_store_that_noted_records_alone_keeps_what_callers_changed() {
    let store = MemoryStore::new();
    read(FILE).apply(&store).await.unwrap();
    age(&store).await;
    let mut noted = note(&store).await;
    noted.as_object_mut().unwrap().remove("entries");
    put(&store, provisioned(), &noted.to_string()).await;
    let patched = patch(&store, template()).await;

    read(FILE).apply(&store).await.unwrap();
    assert_eq!(load(&store, template()).await.unwrap(), patched);
    let state = format!("card_id = \"{CARD_ID}\"");
    read(&edited(&state, "state = \"CARD_INVALID\"")).apply(&store).await.unwrap();
    let invalid = load(&store, template()).await.unwrap();
    assert!(!invalid.value.contains("patched"), "from now on the file's entry is known");
}

#[tokio::test]
async fn a_file_edited_together_with_the_upgrade_is_applied_where_no_caller_changed_anything() {
    let store = MemoryStore::new();
    read(FILE).apply(&store).await.unwrap();
    age(&store).await;
    let mut noted = note(&store).await;
    noted.as_object_mut().unwrap().remove("entries");
    put(&store, provisioned(), &noted.to_string()).await;
    let state = format!("card_id = \"{CARD_ID}\"");
    read(&edited(&state, "state = \"CARD_INVALID\"")).apply(&store).await.unwrap();
    assert!(load(&store, template()).await.unwrap().value.contains("CARD_INVALID"));
}

/// A replica of the previous release compares records with `digests`, and overwrites each one that is missing there.
#[tokio::test]
async fn a_replica_that_compares_records_finds_nothing_new() {
    let store = MemoryStore::new();
    read(FILE).apply(&store).await.unwrap();
    let patched = patch(&store, template()).await;
    read(FILE).apply(&store).await.unwrap();
    let noted = note(&store).await;
    assert_ne!(noted["digests"]["templates"][CARD_ID], sha256(&patched.value));
    for kind in [Kind::Merchant, Kind::Brand, Kind::User, Kind::Member, Kind::Claim] {
        for (id, stored) in store.scan(kind, "", "", usize::MAX).await.unwrap() {
            assert_eq!(noted["digests"][kind.table()][&id], sha256(&stored.value), "{}", kind.table());
        }
    }
}

/// Layout, comments, the paths of key files and the order of entries are not changes.
#[tokio::test]
async fn a_file_that_says_the_same_otherwise_changes_nothing() {
    let store = MemoryStore::new();
    read(FILE).apply(&store).await.unwrap();
    patch(&store, template()).await;
    let before = everything(&store).await;
    let said = format!("card_id = \"{CARD_ID}\"");
    let otherwise = FILE.replacen(&said, &format!("# the first one\ncard_id   =   '{CARD_ID}'"), 1);
    read(&otherwise).apply(&store).await.unwrap();
    assert_eq!(everything(&store).await, before);
}

#[tokio::test]
async fn an_edited_entry_keeps_what_a_later_release_has_added_to_its_record() {
    let store = MemoryStore::new();
    read(FILE).apply(&store).await.unwrap();
    let Stored { version, value } = load(&store, template()).await.unwrap();
    let value = Value(value.replacen('{', "{\"later\":1,", 1));
    store
        .commit(vec![Write::Put { key: template(), read: Some(version), value, expires: None }])
        .await
        .unwrap();
    read(&FILE.replace("card_title = \"商户卡号会员卡\"", "card_title = \"会员卡\""))
        .apply(&store)
        .await
        .unwrap();
    assert!(load(&store, template()).await.unwrap().value.contains("\"later\":1"));
}

#[tokio::test]
async fn an_edited_entry_does_not_replace_a_record_that_cannot_be_read() {
    let store = MemoryStore::new();
    put(&store, template(), "{}").await;
    let error = read(FILE).apply(&store).await.unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("the record of kind 4 (templates) whose id is LIKE '{CARD_ID}'")),
        "{error}"
    );
    assert_eq!(load(&store, provisioned()).await, None, "nothing was written");
}

//! Tests of a record that cannot be decoded: the error names its table and id, and nothing is written.

use super::*;
use ruhui_server::Service;
use ruhui_server::rewrite;
use ruhui_server::store::StoreError;
use serde_json::{Value as Json, json};

#[tokio::test]
async fn every_kind_of_record_that_cannot_be_read_is_named_without_its_secrets() {
    for (key, stored) in records(&*fixture().await.store).await {
        let broken = Stored { version: stored.version, value: "\"a secret text\"".to_owned() };
        let error = rewrite(&key, broken).unwrap_err();
        let StoreError::Corrupt { kind, id, .. } = &error else { panic!("{error}") };
        assert_eq!(*kind, key.kind);
        let said = format!("{error} {error:#} {error:?}");
        assert!(said.contains(&id.to_string()), "{said}");
        assert!(!said.contains("a secret text"), "{said}");
        let is_secret = matches!(key.kind, Kind::User | Kind::Member | Kind::Claim | Kind::Token);
        assert!(!is_secret || !said.contains(&key.id), "{said}");
    }
}

/// Replaces every member, one after the other, by another value.
#[tokio::test]
async fn no_value_of_a_record_that_cannot_be_read_is_shown() {
    fn pointers(value: &Json, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Json::Object(members) => {
                for (name, member) in members {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    pointers(member, &format!("{at}/{name}"), found);
                }
            }
            Json::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    pointers(element, &format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    let mut unreadable = 0;
    for (key, Stored { version, value }) in records(&*fixture().await.store).await {
        let value: Json = serde_json::from_str(&value).unwrap();
        let mut found = Vec::new();
        pointers(&value, "", &mut found);
        for at in found {
            for other in [json!("S3cret"), json!("S3cret\u{0}".repeat(500)), json!(13_800_000_000_u64)] {
                let mut changed = value.clone();
                *changed.pointer_mut(&at).unwrap() = other;
                let stored = Stored { version, value: changed.to_string() };
                let Err(error) = rewrite(&key, stored) else { continue };
                unreadable += 1;
                let said = format!("{error} {error:#} {error:?}");
                assert!(!said.contains("S3cret") && !said.contains("13800000000"), "{at}: {said}");
            }
        }
    }
    assert!(unreadable > 300, "{unreadable}");
}

/// Starts a service over `store`, at the time of the fixture.
async fn start(store: Arc<dyn Store>) -> Result<Arc<Service>, StoreError> {
    let clock = Arc::new(ruhui_server::env::ManualClock::new(at(NOW)));
    let env = Env { wire: clock.clone(), business: clock, entropy: Arc::new(SystemEntropy) };
    let provision = first_provision("");
    Service::start(env, store, provision.platform, provision.policy).await
}

#[tokio::test]
async fn a_service_over_a_record_that_it_cannot_read_does_not_start_and_writes_nothing() {
    for (kind, id) in [(Kind::Brand, "1005"), (Kind::Merchant, MCHID), (Kind::Internal, "token_secret")] {
        let fixture = fixture().await;
        let store = fixture.store.clone();
        let key = Key { kind, id: id.to_owned() };
        let found = store.load(std::slice::from_ref(&key)).await.unwrap().remove(0).unwrap();
        overwrite(&*store, &key, found.version, "{\"of\":\"another program\"}".to_owned()).await;
        let before = records(&*store).await;
        let error = start(store.clone()).await.unwrap_err();
        let expected = format!(
            "the record of kind {} ({}) whose id is LIKE '{id}' cannot be read",
            kind.number(),
            kind.table()
        );
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert_eq!(records(&*store).await, before);
    }
}

#[tokio::test]
async fn a_service_that_does_not_start_leaves_no_secret_of_its_own() {
    let fixture = fixture().await;
    let store = fixture.store.clone();
    let secret = Key { kind: Kind::Internal, id: "token_secret".to_owned() };
    let brand = Key { kind: Kind::Brand, id: "1005".to_owned() };
    let found = store.load(&[secret.clone(), brand.clone()]).await.unwrap();
    let [secret_version, brand_version] =
        [&found[0], &found[1]].map(|stored| stored.as_ref().unwrap().version);
    store.commit(vec![Write::Delete { key: secret, read: secret_version }]).await.unwrap();
    overwrite(&*store, &brand, brand_version, "{\"of\":\"another program\"}".to_owned()).await;
    let before = records(&*store).await;
    start(store.clone()).await.unwrap_err();
    assert_eq!(records(&*store).await, before);
}

#[tokio::test]
async fn a_file_with_an_edited_entry_is_not_applied_beside_a_record_that_cannot_be_read() {
    for (kind, id) in [(Kind::Merchant, MCHID), (Kind::Template, CARD_ID), (Kind::User, MEMBER)] {
        let fixture = fixture().await;
        let store = fixture.store.clone();
        let key = Key { kind, id: id.to_owned() };
        let found = store.load(std::slice::from_ref(&key)).await.unwrap().remove(0).unwrap();
        overwrite(&*store, &key, found.version, "{\"of\":\"another program\"}".to_owned()).await;
        let before = records(&*store).await;
        let edited = first_provision(&life::ENTRIES.replace("未申请的品牌", "另一个品牌"));
        let error = edited.apply(&*store).await.unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("the record of kind {} ({})", kind.number(), kind.table())),
            "{error}"
        );
        assert_eq!(records(&*store).await, before);
    }
}

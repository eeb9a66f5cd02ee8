//! A record that cannot be read: named by table and id, and nothing is written.

use super::*;
use ruhui_server::Service;
use ruhui_server::rewrite;
use ruhui_server::store::StoreError;

#[tokio::test]
async fn every_kind_of_record_that_cannot_be_read_is_named_without_its_secrets() {
    for (key, stored) in records(&*fixture().await.store).await {
        let broken = Stored { version: stored.version, value: "\"a text\"".to_owned() };
        let error = rewrite(&key, broken).unwrap_err();
        let StoreError::Corrupt { kind, id, .. } = &error else { panic!("{error}") };
        assert_eq!(*kind, key.kind);
        let said = format!("{error} {error:#} {error:?}");
        assert!(said.contains(&id.to_string()), "{said}");
        let is_secret = matches!(key.kind, Kind::User | Kind::Member | Kind::Claim | Kind::Token);
        assert!(!is_secret || !said.contains(&key.id), "{said}");
    }
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
        let clock = Arc::new(ruhui_server::env::ManualClock::new(at(NOW)));
        let env = Env { wire: clock.clone(), business: clock, entropy: Arc::new(SystemEntropy) };
        let provision = provision("");
        let error =
            Service::start(env, store.clone(), provision.platform, provision.policy).await.unwrap_err();
        let expected = format!(
            "the record of kind {} ({}) whose id is LIKE '{id}' cannot be read",
            kind.number(),
            kind.table()
        );
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert_eq!(records(&*store).await, before);
    }
}

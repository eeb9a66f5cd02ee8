//! Tests of the idempotency of every endpoint that writes: a resent request takes effect once, whatever happens to the
//! store and the service in between.

use super::*;
use crate::common::Interleaved;
use http::{Method, Request};
use ruhui_core::api::card_member::UserCard;
use serde_json::Value;

/// Returns whether a successful request changes something.
fn is_write(name: &str, draft: &Draft) -> bool {
    draft.method != Method::GET && !["import_user_card_by_phone", "echo"].contains(&name)
}

async fn each_write(
    check: impl AsyncFn(&'static str, TestService, Arc<Unreliable<MemoryStore>>, Request<Vec<u8>>),
) {
    for Entry { name, .. } in entries() {
        let store = Arc::new(Unreliable::new(MemoryStore::new()));
        let world = TestService::over(store.clone()).await;
        let draft = draft(&world, name).await;
        if is_write(name, &draft) {
            check(name, world, store, draft.sign()).await;
        }
    }
}

/// Returns the body of a successful response, with its fields decrypted.
fn told(name: &str, response: &Response) -> Value {
    assert_eq!(response.status, 200, "{name}: {}", response.text());
    let key = if name.starts_with("brand_") { &BRAND } else { &MERCHANT };
    let body = response.json();
    match ruhui_core::wire::decode_response::<UserCard>(&response.body, Some(key)) {
        Ok(card) => serde_json::to_value(card).unwrap(),
        Err(_) => body,
    }
}

#[tokio::test]
async fn a_repeat_is_answered_alike_and_changes_nothing() {
    each_write(async |name, mut world, _, request| {
        let first = told(name, &world.send(request.clone()).await);
        let after = everything(&world).await;
        world.pass(60);
        let second = world.send(request.clone()).await;
        assert_eq!(told(name, &second), first, "{name}");
        world.restart().await;
        assert_eq!(told(name, &world.send(request.clone()).await), first, "{name}");
        assert!(everything(&world).await == after, "a repeat of {name} has changed something");
    })
    .await;
}

#[tokio::test]
async fn two_services_at_once_give_one_answer() {
    let mut late = 0;
    for seed in 0..4 {
        for Entry { name, .. } in entries() {
            let store = Arc::new(Interleaved::new(seed));
            let world = TestService::over(store.clone()).await;
            let draft = draft(&world, name).await;
            if !is_write(name, &draft) {
                continue;
            }
            let (request, before) = (draft.sign(), store.late());
            let beside = world.beside(world.store.clone()).await;
            let (one, other) =
                tokio::join!(world.send(request.clone()), world.send_to(beside, request.clone()));
            assert_eq!(told(name, &one), told(name, &other), "{name}");
            late += store.late() - before;
            let after = everything(&world).await;
            assert_eq!(told(name, &world.send(request).await), told(name, &one), "{name}");
            assert!(everything(&world).await == after, "{name}");
        }
    }
    assert!(late > 0, "nobody ever came too late, so nothing was tried");
}

#[tokio::test]
async fn a_store_that_fails_leaves_nothing_half_done() {
    each_write(async |name, world, store, request| {
        let before = everything(&world).await;
        store.fail_commits(1);
        world.send(request.clone()).await.answers(&rows::SYSTEM_ERROR);
        store.heal();
        assert!(everything(&world).await == before, "{name} has half happened");
        for sound in 0..12 {
            store.fail_load_after(sound);
            let response = world.send(request.clone()).await;
            let has_failed = response.status == 500;
            store.heal();
            if !has_failed {
                break;
            }
            // A read after the commit must not turn the response into an error.
            assert!(everything(&world).await == before, "{name} failed after it happened");
        }
        told(name, &world.send(request).await);
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_given_to_the_repeat() {
    each_write(async |name, world, store, request| {
        store.lose_answers(1);
        world.send(request.clone()).await.answers(&rows::SYSTEM_ERROR);
        store.heal();
        let after = everything(&world).await;
        told(name, &world.send(request).await);
        assert!(everything(&world).await == after, "{name} has happened twice");
    })
    .await;
}

#[tokio::test]
async fn reading_leaves_no_trace() {
    for Entry { name, .. } in entries() {
        let world = TestService::new().await;
        let draft = draft(&world, name).await;
        if draft.method == Method::GET {
            let before = everything(&world).await;
            assert_eq!(world.send(draft.sign()).await.status, 200, "{name}");
            assert!(everything(&world).await == before, "{name}");
        }
    }
}

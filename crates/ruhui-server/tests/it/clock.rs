//! Tests of a machine's clock that is set back, or forward and back: acknowledged tokens stay valid and unchanged.

use crate::common::*;
use ruhui_core::api::rows;
use ruhui_core::types::Token;
use ruhui_server::store::{Kind, SqliteStore};
use ruhui_server::{RateLimit, simulator};
use std::collections::BTreeSet;
use std::sync::Arc;

const HOUR: i64 = 3600;

/// Returns whether a token opens its join component now.
async fn opens(world: &TestService, token: &str) -> bool {
    simulator::join_form(&world.service, &Token::new(token).unwrap(), None).await.is_ok()
}

fn expires(response: &Response) -> String {
    response.json()["expire_time"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn no_token_outlives_the_time_that_its_response_named() {
    let world = TestService::new().await;
    let before = world.token(world.founding().sign()).await;
    world.pass(-24 * HOUR);
    let after = world.token(world.founding().sign()).await;
    assert!(opens(&world, &before).await && opens(&world, &after).await);

    world.pass(HOUR - 1);
    assert!(opens(&world, &after).await);
    world.pass(1);
    assert!(!opens(&world, &after).await, "an hour of the clock as it was when it was issued");

    world.pass(24 * HOUR - 1);
    assert!(opens(&world, &before).await, "up to the moment that its response named, and not a day longer");
    world.pass(1);
    assert!(!opens(&world, &before).await);
}

/// Tests a store in a file that is opened again, so that nothing depends on a process's memory.
#[tokio::test]
async fn ids_stay_unique_and_nothing_acknowledged_is_lost_or_changed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path().join("ruhui.db")).unwrap());
    let mut world = TestService::over(store).await;
    let (mut tokens, mut said) = (BTreeSet::new(), Vec::new());
    // The clock goes back and forth over the same seconds, within the time for which a signature is valid.
    for turn in 0..40 {
        world.pass([7, -7, -120, 120][turn % 4]);
        let request = world.founding().sign();
        let response = world.send(request.clone()).await;
        assert_eq!(response.status, 200, "{}", response.text());
        assert!(tokens.insert(response.json()["token"].as_str().unwrap().to_owned()), "a token twice");
        said.push((request, response.body.clone()));
        if turn == 20 {
            world.restart().await;
        }
        world.service.delete_expired(1000).await.unwrap();
    }
    for (request, body) in said {
        assert_eq!(world.send(request).await.body, body, "a repeat has its first answer");
    }
    assert_eq!(world.tokens().await.len(), 40);
}

#[tokio::test]
async fn a_request_of_before_acts_once_and_not_at_all_once_its_time_is_not_ours() {
    let world = TestService::new().await;
    let request = world.founding().sign();
    let first = world.send(request.clone()).await;
    world.pass(-300);
    let again = world.send(request.clone()).await;
    assert_eq!(expires(&again), expires(&first));
    // One second earlier the request's time is too far in the future, and the request is rejected.
    world.pass(-1);
    world.send(request.clone()).await.answers(&rows::TIMESTAMP_OUTSIDE_WINDOW);
    world.service.delete_expired(1000).await.unwrap();
    world.pass(301);
    assert_eq!(world.send(request).await.body, first.body);
    assert_eq!(world.tokens().await.len(), 1);
}

#[tokio::test]
async fn what_is_live_is_not_forgotten_when_the_clock_goes_back_and_comes_again() {
    let world = TestService::new().await;
    let token = world.token(world.founding().sign()).await;
    for by in [-HOUR, HOUR, -48 * HOUR, 48 * HOUR, HOUR - 1] {
        world.pass(by);
        assert_eq!(world.service.delete_expired(1000).await.unwrap(), 0, "after {by} s");
    }
    assert!(opens(&world, &token).await);
    world.pass(1);
    assert_eq!(world.service.delete_expired(1000).await.unwrap(), 1);
    assert_eq!(world.store.scan(Kind::Token, "", "", 10).await.unwrap().len(), 0);
}

#[tokio::test]
async fn callers_are_not_locked_out_until_the_clock_is_where_it_was() {
    let world = TestService::with_policy(|policy| policy.rate_limit = RateLimit::DOCUMENTED).await;
    let call = async || world.send(world.founding().sign()).await.status.as_u16();
    let mut status = 200;
    while status == 200 {
        status = call().await;
    }
    assert_eq!(status, 429);
    world.pass(-HOUR);
    assert_eq!(call().await, 200);
}

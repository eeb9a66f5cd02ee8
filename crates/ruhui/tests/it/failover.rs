//! Tests of fail-over between the main and the backup host: the order of attempts, and a new signature for
//! each.

use crate::support::*;
use http::Method;
use ruhui::Error;
use ruhui::transport::{NetworkCause, Phase, TransportError};

const MAIN: &str = "api.mch.weixin.qq.com";
const BACKUP: &str = "api2.mch.weixin.qq.com";

fn connection_refused() -> TransportError {
    TransportError::connect(NetworkCause::Refused)
}

fn timed_out() -> TransportError {
    TransportError::Timeout { phase: Phase::Waiting }
}

#[tokio::test]
async fn an_unreachable_main_is_replaced_by_the_backup_once() {
    let script = Script::new([Err(connection_refused()), Ok(signed(200, TOKEN))]);
    client(&script).create_pre_auth_token(&call()).await.unwrap();
    let requests = script.requests();
    assert_eq!(requests.iter().map(|r| r.uri().host().unwrap()).collect::<Vec<_>>(), [MAIN, BACKUP]);
    let [first, second] = [&requests[0], &requests[1]].map(authorization);
    assert_ne!(first.nonce_str(), second.nonce_str());
    assert_ne!(first.signature(), second.signature());
    assert!(requests.iter().all(is_signed_as_sent));
}

#[tokio::test]
async fn two_failures_are_both_told() {
    let script = Script::new([Err(timed_out()), Err(connection_refused())]);
    let error = client(&script).create_pre_auth_token(&call()).await.unwrap_err();
    let Error::Transport(failures) = &error else { panic!("{error:?}") };
    assert_eq!(
        (failures.len(), &failures[0].error, &failures[1].error),
        (2, &timed_out(), &connection_refused())
    );
    // Although nothing was sent in the last attempt, the first one may have taken effect.
    assert!(error.may_have_taken_effect());
    assert_eq!(
        error.to_string(),
        "no response: https://api.mch.weixin.qq.com: no response came within the time limit; \
         https://api2.mch.weixin.qq.com: no connection: nothing listens on this port (connection refused)"
    );
}

#[tokio::test]
async fn a_lost_response_is_asked_for_again_only_where_that_does_no_harm() {
    for failure in [timed_out(), TransportError::lost(NetworkCause::Closed)] {
        let script = Script::new([Err(failure.clone()), Ok(signed(200, TOKEN))]);
        client(&script).create_pre_auth_token(&call()).await.unwrap();
        assert_eq!(script.hosts(), [MAIN, BACKUP]);

        let script = Script::new([Err(failure.clone()), Ok(signed(200, "{}"))]);
        client(&script).call(Method::GET, "/v3/x", "").await.unwrap();
        assert_eq!(script.hosts(), [MAIN, BACKUP]);

        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let script = Script::new([Err(failure.clone())]);
            let error = client(&script).call(method, "/v3/x", "{}").await.unwrap_err();
            assert!(error.may_have_taken_effect());
            assert_eq!(script.hosts(), [MAIN]);
        }
    }
}

#[tokio::test]
async fn a_raw_post_goes_on_where_nothing_was_sent() {
    let script = Script::new([Err(connection_refused()), Ok(signed(200, "{}"))]);
    client(&script).call(Method::POST, "/v3/x", "{}").await.unwrap();
    assert_eq!(script.hosts(), [MAIN, BACKUP]);
}

#[tokio::test]
async fn an_answer_is_final_whatever_it_says() {
    let responses = [signed(400, "{}"), unsigned(502, "<html>"), signed(500, "{}"), unsigned(200, TOKEN)];
    for response in responses {
        let script = Script::new([Ok(response)]);
        client(&script).create_pre_auth_token(&call()).await.unwrap_err();
        assert_eq!(script.hosts(), [MAIN]);
    }
}

#[tokio::test]
async fn a_refusal_after_a_lost_first_attempt_does_not_deny_the_first() {
    let refusal = || Ok(signed(400, r#"{"code":"INVALID_REQUEST","message":"m"}"#));
    let script = Script::new([Err(timed_out()), refusal(), Err(connection_refused()), refusal()]);
    let client = client(&script);
    let error = client.create_pre_auth_token(&call()).await.unwrap_err();
    assert!(error.may_have_taken_effect());
    let Error::Api(api) = error else { panic!("{error:?}") };
    assert_eq!(api.exchange.earlier.unwrap().error, timed_out());
    assert_eq!(api.exchange.host, "https://api2.mch.weixin.qq.com");

    let error = client.create_pre_auth_token(&call()).await.unwrap_err();
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn an_unreachable_main_is_left_alone_for_a_minute() {
    let ok = || Ok(signed(200, TOKEN));
    let script = Script::new([Err(connection_refused()), ok(), ok(), ok(), ok()]);
    let clock = Standing::at(NOW);
    let client = builder().clock(clock.clone()).transport(script.clone()).build().unwrap();
    let shared = client.clone();
    client.create_pre_auth_token(&call()).await.unwrap();
    assert_eq!(script.hosts(), [MAIN, BACKUP]);
    clock.set(NOW + 59);
    shared.create_pre_auth_token(&call()).await.unwrap();
    assert_eq!(script.hosts(), [BACKUP]);
    clock.set(NOW + 60);
    client.create_pre_auth_token(&call()).await.unwrap();
    shared.create_pre_auth_token(&call()).await.unwrap();
    assert_eq!(script.hosts(), [MAIN, MAIN]);
}

#[tokio::test]
async fn main_is_the_second_choice_while_it_rests() {
    let ok = || Ok(signed(200, TOKEN));
    let script = Script::new([Err(connection_refused()), ok(), Err(connection_refused()), ok(), ok()]);
    let client = client(&script);
    for hosts in [&[MAIN, BACKUP][..], &[BACKUP, MAIN], &[MAIN]] {
        client.create_pre_auth_token(&call()).await.unwrap();
        assert_eq!(script.hosts(), hosts);
    }
}

#[tokio::test]
async fn a_lone_host_is_tried_once() {
    let script = Script::new([Err(connection_refused())]);
    let client = builder().host("http://127.0.0.1:8080").transport(script.clone()).build().unwrap();
    client.create_pre_auth_token(&call()).await.unwrap_err();
    assert_eq!(script.hosts(), ["127.0.0.1"]);
}

//! Tests of the log's bounds and of its taps.

use super::*;
use crate::env::ManualClock;
use crate::store::{Key, Kind};
use jiff::Timestamp;

const REQUEST: &[u8] = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}";
const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

fn log(bounds: Bounds) -> Arc<RequestLog> {
    RequestLog::new(Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH)), bounds)
}

fn tap(log: &Arc<RequestLog>) -> Tap {
    Tap::new(log.clone(), ListenerName::Main, None)
}

#[test]
fn pipelined_requests_get_their_own_responses() {
    let log = log(Bounds::default());
    let mut tap = tap(&log);
    let second = b"GET /b HTTP/1.1\r\nHost: h\r\n\r\n";
    tap.received(&[REQUEST, second].concat());
    tap.note(|exchange| exchange.notes.is_replayed = true);
    let not_found = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    tap.sent(&[RESPONSE, not_found].concat());
    let all = log.all();
    let texts: Vec<_> =
        all.iter().map(|exchange| (exchange.request.bytes(), exchange.response.status())).collect();
    assert_eq!(texts, [(REQUEST, Some(200)), (&second[..], Some(404))]);
    assert_eq!([all[0].notes.is_replayed, all[1].notes.is_replayed], [true, false]);
    assert!(all.iter().all(|exchange| exchange.is_received && exchange.is_sent));
}

/// Small requests, pipelined to no end, would each take the memory of an exchange.
#[test]
fn a_connection_with_too_many_requests_in_progress_leaves_the_log_after_those() {
    let log = log(Bounds::default());
    let mut tap = tap(&log);
    let requests: String = (0..2000).map(|number| format!("GET /{number} HTTP/1.1\r\n\r\n")).collect();
    for piece in requests.as_bytes().chunks(1000) {
        tap.received(piece);
    }
    let logged = (0..32).map(|number| format!("GET /{number} HTTP/1.1\r\n\r\n").len());
    assert_eq!(tap.kept(), logged.sum::<usize>());
    for _ in 0..2000 {
        tap.sent(RESPONSE);
    }
    tap.received(REQUEST);
    tap.sent(RESPONSE);
    drop(tap);
    let all = log.all();
    assert_eq!(all.len(), 32);
    assert!(all.iter().all(|exchange| exchange.is_received && exchange.is_sent));
    assert_eq!(all[31].request.start_line(), b"GET /31 HTTP/1.1");
}

#[test]
fn a_rejection_before_the_end_of_the_request_is_logged_with_what_has_arrived() {
    let log = log(Bounds::default());
    let mut tap = tap(&log);
    let head = b"POST /a HTTP/1.1\r\nContent-Length: 100\r\n\r\n";
    tap.received(head);
    tap.received(&[b'x'; 10]);
    tap.sent(b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n");
    tap.received(&[b'x'; 90]);
    tap.received(REQUEST);
    tap.sent(RESPONSE);
    let all = log.all();
    assert_eq!(all.len(), 2);
    assert!(!all[0].is_received && all[0].is_sent);
    assert_eq!(all[0].request.body(), Body::Whole(vec![b'x'; 10]));
    assert_eq!(all[1].request.bytes(), REQUEST);
}

#[test]
fn what_is_no_request_and_what_gets_no_response_is_logged_and_an_idle_connection_is_not() {
    let log = log(Bounds::default());
    let mut garbage = tap(&log);
    garbage.received(b"\x16\x03\x01 a TLS hello");
    garbage.sent(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    drop(garbage);
    let mut cut_off = tap(&log);
    cut_off.received(&REQUEST[..20]);
    drop(cut_off);
    let mut idle = tap(&log);
    idle.received(b"\r\n");
    drop(idle);
    let all = log.all();
    assert_eq!(all.len(), 2);
    assert_eq!(
        (all[0].request.bytes(), all[0].response.status()),
        (&b"\x16\x03\x01 a TLS hello"[..], Some(400))
    );
    assert_eq!((all[1].is_received, all[1].is_sent, all[1].response.is_empty()), (false, false, true));
}

#[test]
fn the_operations_listener_logs_what_acts_and_not_what_reads() {
    let log = log(Bounds::default());
    let mut tap = Tap::new(log.clone(), ListenerName::Operations, None);
    tap.received(b"GET /readyz HTTP/1.1\r\n\r\n");
    tap.sent(RESPONSE);
    tap.received(REQUEST);
    tap.sent(RESPONSE);
    assert_eq!(log.all().len(), 1);
}

/// The bound on memory, as the documentation states it: bytes of all exchanges, plus the spare buffers.
#[test]
fn memory_stays_within_its_bound_whatever_is_sent() {
    let bounds = Bounds { exchanges: 100, bytes: 1 << 20, bytes_in_progress: 1 << 20 };
    let log = log(bounds);
    let mut tap = tap(&log);
    for round in 0..300 {
        let size = [0, 100, 70_000, 3 << 20][round % 4];
        tap.received(format!("POST /a HTTP/1.1\r\nContent-Length: {size}\r\n\r\n").as_bytes());
        for _ in 0..size / 1000 {
            tap.received(&[b'x'; 1000]);
        }
        tap.received(&vec![b'x'; size % 1000]);
        tap.sent(RESPONSE);
        let state = log.state();
        let held: usize = state.exchanges.iter().map(|exchange| exchange.size()).sum();
        assert_eq!(held, state.bytes);
        assert!(held <= bounds.bytes && state.exchanges.len() <= bounds.exchanges);
        let spare: usize = state.spare.iter().map(|exchange| exchange.size()).sum();
        assert!(state.spare.len() <= SPARE && spare <= SPARE * (20 << 10), "{spare}");
    }
    assert_eq!(log.in_progress.load(Ordering::Relaxed), 0);
    assert_eq!(log.position().newest, 300);
}

/// The default bounds agree with each other: the number of exchanges is reached by requests for tokens.
#[test]
fn ten_thousand_ordinary_exchanges_have_room() {
    let bounds = Bounds::default();
    let log = log(bounds);
    let mut tap = tap(&log);
    // Authorization and Wechatpay-Signature are the most of the heads.
    let request =
        format!("POST /a HTTP/1.1\r\nAuthorization: {}\r\nContent-Length: 120\r\n\r\n", "a".repeat(1000));
    let response =
        format!("HTTP/1.1 200 OK\r\nWechatpay-Signature: {}\r\nContent-Length: 120\r\n\r\n", "a".repeat(700));
    for _ in 0..bounds.exchanges {
        tap.received(request.as_bytes());
        tap.received(&[b'x'; 120]);
        tap.sent(response.as_bytes());
        tap.sent(&[b'x'; 120]);
    }
    assert_eq!(log.all().len(), bounds.exchanges, "{} bytes", log.state().bytes);
}

#[test]
fn bodies_in_progress_beyond_the_bound_keep_their_length_and_digest() {
    let log = log(Bounds { bytes_in_progress: 10_000, ..Bounds::default() });
    let mut taps: Vec<Tap> = (0..3).map(|_| tap(&log)).collect();
    for tap in &mut taps {
        tap.received(b"POST /a HTTP/1.1\r\nContent-Length: 9000\r\n\r\n");
        for piece in [1000, 7000, 1000] {
            tap.received(&vec![b'x'; piece]);
        }
    }
    for tap in &mut taps {
        tap.sent(RESPONSE);
    }
    let bodies: Vec<_> = log.all().iter().map(|exchange| exchange.request.body()).collect();
    assert_eq!(bodies[0], Body::Whole(vec![b'x'; 9000]));
    // The first piece needs no room, the second finds none, and the third would leave a gap.
    assert!(
        matches!(&bodies[1], Body::Cut { length: 9000, head, tail, .. } if head.len() == 1000 && tail.is_empty()),
        "{:?}",
        bodies[1]
    );
    assert_eq!(log.in_progress.load(Ordering::Relaxed), 0);
}

/// Clients that send large heads to no end hold no more memory than the bound, and ordinary requests stay whole.
#[test]
fn heads_in_progress_beyond_the_bound_keep_their_first_bytes_and_end_where_they_end() {
    let bounds = Bounds { bytes_in_progress: 100_000, ..Bounds::default() };
    let log = log(bounds);
    let head = format!("POST /a HTTP/1.1\r\nX: {}\r\nContent-Length: 2\r\n", "x".repeat(30_000));
    let mut taps: Vec<Tap> = (0..100).map(|_| tap(&log)).collect();
    for tap in &mut taps {
        head.as_bytes().chunks(4096).for_each(|piece| tap.received(piece));
    }
    let held: usize = taps.iter().map(Tap::kept).sum();
    assert!(held <= bounds.bytes_in_progress + taps.len() * kept::FREE, "{held} bytes are held");
    for tap in &mut taps {
        tap.received(b"\r\n{}");
        tap.sent(RESPONSE);
        tap.received(REQUEST);
        tap.sent(RESPONSE);
    }
    let all = log.all();
    assert_eq!(all.len(), 2 * taps.len());
    assert!(
        all.iter()
            .all(|exchange| exchange.is_received && exchange.request.start_line() == b"POST /a HTTP/1.1")
    );
    let whole = all.iter().filter(|exchange| !exchange.request.is_head_cut()).count();
    assert_eq!(whole, taps.len() + 3, "three large heads have room");
    let cut = all.iter().rfind(|exchange| exchange.request.is_head_cut()).unwrap();
    assert!(cut.request.bytes() == &head.as_bytes()[..kept::FREE]);
    assert!(matches!(cut.request.body(), Body::Cut { length: 2, .. }));
    assert_eq!(log.in_progress.load(Ordering::Relaxed), 0);
}

#[test]
fn a_number_that_has_left_is_told_from_one_that_never_was() {
    let log = log(Bounds { exchanges: 2, ..Bounds::default() });
    let mut tap = tap(&log);
    for _ in 0..5 {
        tap.received(REQUEST);
        tap.sent(RESPONSE);
    }
    assert_eq!(log.find(5).unwrap().id, 5);
    assert_eq!(log.find(4).unwrap().id, 4);
    assert_eq!(log.find(3).unwrap_err(), NotFound::Left);
    let later = |id| log.later_than(id).iter().map(|exchange| exchange.id).collect::<Vec<_>>();
    assert_eq!(
        [later(0), later(3), later(4), later(5), later(9)],
        [vec![4, 5], vec![4, 5], vec![5], vec![], vec![]]
    );
    assert_eq!([0, 6].map(|id| log.find(id).unwrap_err()), [NotFound::Unknown; 2]);
    log.clear();
    assert_eq!(log.find(5).unwrap_err(), NotFound::Left);
    tap.received(REQUEST);
    tap.sent(RESPONSE);
    assert_eq!(log.find(6).unwrap().id, 6);
}

#[test]
fn the_keys_of_records_come_back_as_they_were_noted() {
    let log = log(Bounds::default());
    let mut exchange = log.begin();
    let key = |kind, id: &str| Key { kind, id: id.to_owned() };
    let exchange = Arc::get_mut(&mut exchange).unwrap();
    exchange.write_on_commit(&[key(Kind::Token, "t"), key(Kind::Member, "o\u{1f}c")], Timestamp::UNIX_EPOCH);
    assert_eq!(exchange.written(), [(Kind::Token, "t".to_owned()), (Kind::Member, "o\u{1f}c".to_owned())]);
}

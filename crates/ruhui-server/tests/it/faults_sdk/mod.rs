//! The SDK under every fault that a sandbox plays: its client and its receiver of callbacks, over TCP.
//!
//! Each kind of the table has its cases here, or the target does not compile or fails. The outcomes are on two pages,
//! `snapshots/`, and the invariants that hold on every line are asserted besides.

mod callbacks;
mod requests;
mod sandbox;

use ruhui_server::faults::{FAULTS, FaultKind};

/// The part of the SDK that a fault concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Concerns {
    /// The client, by a fault that may happen before or after the commit.
    ClientBeforeOrAfter,
    /// The client, by a fault that has its moment.
    Client,
    /// The client, by a host that refuses connections.
    Hosts,
    /// The receiver of callbacks.
    Receiver,
}

/// Says which part a kind concerns. A new kind needs a line here.
fn concerns(kind: FaultKind) -> Concerns {
    match kind {
        FaultKind::Delay
        | FaultKind::SystemError
        | FaultKind::BadGateway
        | FaultKind::Reset
        | FaultKind::Close
        | FaultKind::StoreFailure => Concerns::ClientBeforeOrAfter,
        FaultKind::RateLimited
        | FaultKind::Redirect
        | FaultKind::Cut
        | FaultKind::Truncated
        | FaultKind::EmptyBody
        | FaultKind::Unsigned
        | FaultKind::Forged
        | FaultKind::Altered
        | FaultKind::Stale
        | FaultKind::Ahead
        | FaultKind::UnknownSerial
        | FaultKind::SignatureProbe
        | FaultKind::WrongContentType
        | FaultKind::Compressed
        | FaultKind::DoubledHeaders
        | FaultKind::UnknownFields => Concerns::Client,
        FaultKind::HostDown => Concerns::Hosts,
        FaultKind::CallbackLate
        | FaultKind::CallbackTwice
        | FaultKind::CallbackLost
        | FaultKind::CallbackUnsigned
        | FaultKind::CallbackForged
        | FaultKind::CallbackAltered
        | FaultKind::CallbackStale
        | FaultKind::CallbackAhead
        | FaultKind::CallbackUnknownSerial
        | FaultKind::CallbackWrongKey
        | FaultKind::CallbackOutOfOrder => Concerns::Receiver,
        kind => panic!("`{}` has no case", kind.as_str()),
    }
}

fn kinds(part: Concerns) -> impl Iterator<Item = FaultKind> {
    FAULTS.iter().map(|row| row.kind).filter(move |kind| concerns(*kind) == part)
}

#[tokio::test]
async fn the_client_takes_every_fault_of_a_request() {
    let mut page = String::new();
    for kind in kinds(Concerns::ClientBeforeOrAfter) {
        for at in ["before", "after"] {
            requests::run(kind, Some(at), &mut page).await;
        }
    }
    for kind in kinds(Concerns::Client) {
        requests::run(kind, None, &mut page).await;
    }
    insta::assert_snapshot!("client", page);
}

#[tokio::test]
async fn the_client_goes_to_the_host_that_is_up() {
    assert_eq!(kinds(Concerns::Hosts).collect::<Vec<_>>(), [FaultKind::HostDown]);
    requests::hosts_down().await;
}

#[tokio::test]
async fn the_receiver_takes_every_fault_of_a_callback() {
    let mut page = String::new();
    for kind in kinds(Concerns::Receiver) {
        callbacks::run(kind, &mut page).await;
    }
    insta::assert_snapshot!("receiver", page);
}

/// The guide says of each fault what a correct client does and what the SDK does. It has every kind, in both languages,
/// in the order of the table, and the words of each outcome that the tests above assert.
#[test]
fn the_guide_has_every_kind_and_its_outcome() {
    let client = include_str!("snapshots/it__faults_sdk__client.snap");
    let receiver = include_str!("snapshots/it__faults_sdk__receiver.snap");
    for page in [
        include_str!("../../../../../docs/guide/faults.md"),
        include_str!("../../../../../docs/guide/faults.zh-CN.md"),
    ] {
        let (_, table) = page.split_once("|---|---|---|").unwrap();
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
        let rows: Vec<(&str, &str)> = rows.collect();
        let names: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
        let known: Vec<&str> = FAULTS.iter().map(|row| row.name).collect();
        assert_eq!(names, known);
        for (name, row) in rows {
            // The outcome of the request that may not be repeated, or of the first callback.
            let is_it = |line: &&str| line.split_whitespace().next() == Some(name);
            let of_client = client.lines().filter(is_it).filter(|line| line.contains(" import "));
            for line in of_client.chain(receiver.lines().filter(is_it)) {
                let outcome = line.split(" | ").nth(1).unwrap();
                let first = outcome.split([';', ',']).next().unwrap();
                let words = first.split([' ', ':', '(', ')']).filter(|word| !word.is_empty());
                for word in words.filter(|word| !["204", "handled"].contains(word)) {
                    assert!(row.contains(word), "{name}: no {word} in {row}");
                }
            }
        }
    }
}

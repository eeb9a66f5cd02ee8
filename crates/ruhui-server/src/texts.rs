//! Test that every text of this crate for people exists in both languages.
//!
//! A new variant of an enum does not compile here until it has a sample. Samples are in this file only. The texts of
//! the core have their own test in that crate.

#[path = "../../ruhui-core/src/texts/check.rs"]
mod check;

use crate::config::{Config, ConfigError};
use crate::domain::component::Refusal;
use crate::domain::form::WrongAnswer;
use crate::error::{Error, Rejected};
use crate::faults::{AddError, FAULTS, FaultRule, HeaderFaults};
use crate::host_switch::PortTaken;
use crate::outbox::{CallbackError, CallbackFailure, CallbackResponse};
use crate::sandbox_state::{SnapshotName, StateError};
use crate::start::{Making, StartError};
use crate::store::postgres::AddressError;
use crate::store::{CommitError, CopyError, Key, Kind, RowId, StoreError, StoreLocationError};
use check::{Texts, samples};
use ruhui_core::api::card_member::OpenUserCardToken;
use ruhui_core::api::rows;
use ruhui_core::bilingual::{Bilingual, OsError};
use ruhui_core::network::NetworkCause;
use ruhui_core::types::{Caller, MchId};
use ruhui_core::wire;
use serde_json::{Map, json};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

fn why() -> Bilingual {
    Bilingual::new("the disk is full", "磁盘空间不足")
}

fn file() -> PathBuf {
    "ruhui.db".into()
}

fn makings() -> Vec<Making> {
    samples!(Making {
        Making::RsaKey => Making::RsaKey,
        Making::Certificate => Making::Certificate,
        Making::Authority => Making::Authority,
        Making::Tls => Making::Tls,
        Making::Kit => Making::Kit,
    })
}

fn starts() -> Vec<StartError> {
    let port = |kind: ErrorKind| StartError::Port {
        key: "main",
        address: ([127, 0, 0, 1], 7080).into(),
        error: kind.into(),
    };
    let served = |at| StartError::Served { path: "ruhui-sandbox".into(), at };
    let mut all = samples!(StartError {
        StartError::Folder { .. } => StartError::Folder { path: "sb".into(), error: ErrorKind::PermissionDenied.into() },
        StartError::File { .. } => StartError::File { path: "kit/ca.pem".into(), error: ErrorKind::NotFound.into() },
        StartError::Unusable { .. } => StartError::Unusable { path: "kit/ca.pem".into(), why: why() },
        StartError::Served { .. } => served(Some(("http://127.0.0.1:7080".to_owned(), "http://127.0.0.1:7082".to_owned()))),
        StartError::Port { .. } => port(ErrorKind::AddrInUse),
        StartError::ProxyBeyondLoopback { .. } => StartError::ProxyBeyondLoopback { address: ([0, 0, 0, 0], 7084).into() },
        StartError::Config(_) => StartError::Config(mistakes().remove(0)),
        StartError::Store(_) => StartError::Store(StoreError::InUse { place: "ruhui.db".to_owned() }),
        StartError::Key { .. } => StartError::Key { what: Making::RsaKey, why: "what the library says".to_owned() },
    });
    let kinds = [ErrorKind::AddrNotAvailable, ErrorKind::PermissionDenied, ErrorKind::Other];
    all.extend(kinds.map(port));
    all.push(served(None));
    all.extend(
        makings().into_iter().map(|what| StartError::Key { what, why: "what the library says".to_owned() }),
    );
    all
}

/// The errors of configuration files with one mistake each.
fn mistakes() -> Vec<ConfigError> {
    let good = "[service]\nmain = \"127.0.0.1:0\"\nbackup = \"127.0.0.1:0\"\noperations = \"127.0.0.1:0\"\nstore = \"a\"\n\
                [platform.partner]\npublic_key_id = \"A\"\nprivate_key = \"a\"\n[platform.brand]\n\
                public_key_id = \"A\"\nprivate_key = \"a\"\n";
    let folder = tempfile::tempdir().expect("a folder");
    let changes = [
        ("store = ", "stoer = "),
        ("store = \"a\"\n", ""),
        ("store = \"a\"", "store = \"\""),
        ("store = \"a\"", "store = 5"),
        ("store = \"a\"", "store = \"a\"\nsandbox = \"yes\""),
        ("store = \"a\"", "store = \"a\"\ndrain = -1"),
        ("store = \"a\"", "store = \"a\"\ndrain = 1.5"),
        ("store = \"a\"", "store = \"a\"\nin_flight = 0"),
        ("store = \"a\"", "store = \"a\"\nunsigned_mib = 1"),
        ("store = \"a\"", "store = \"a\"\nconnections = 1\nconnections_per_address = 2"),
        ("store = \"a\"", "store = \"a\"\ntrusted_proxies = [\"proxy.example.com\"]"),
        ("store = \"a\"", "store = \"a\"\ncertificates = \"onn\""),
        ("store = \"a\"", "store = \"a\"\ncertificates = true"),
        ("store = \"a\"", "store = \"a\"\nrate_limit = []"),
        ("store = \"a\"", "store = \"a\"\npublic_url = \"nowhere\""),
        ("store = \"a\"", "store = \"a\"\nstore = \"b\""),
        ("store = \"a\"", "store = a"),
        ("store = \"a\"", "store \"a\""),
        ("store = \"a\"", "store = \"a"),
        ("store = \"a\"", "store ="),
        ("[platform.brand]", "[platform.brand"),
        ("main = \"127.0.0.1:0\"", "main = \"localhost:7080\""),
        ("main = \"127.0.0.1:0\"", "main = 7080"),
        ("public_key_id = \"A\"", "public_key_id = \"a-b\""),
        ("[platform.brand]", "[[merchants]]\nmchid = \"\"\ncertificates = []\n[platform.brand]"),
        ("[platform.brand]", "[[users]]\nname = 1\n[platform.brand]"),
        ("[platform.brand]", "merchants = 1\n[platform.brand]"),
        ("private_key = \"a\"", "private_key = \"gone.pem\""),
    ];
    let path = folder.path().join("ruhui.toml");
    let find = |(from, to): (&str, &str)| {
        std::fs::write(&path, good.replacen(from, to, 1)).expect("a file");
        let mut error = Config::load(&path).map(drop).expect_err(to);
        let (folder, plain) = (format!("{}/", folder.path().display()), error.what.clone());
        error.path = "ruhui.toml".into();
        error.what = Bilingual::new(plain.en().replace(&folder, ""), plain.zh().replace(&folder, ""));
        error
    };
    let mut all: Vec<_> = changes.into_iter().map(find).collect();
    let mut unread = Config::read(Path::new("gone/ruhui.toml")).map(drop).expect_err("no file");
    unread.path = "ruhui.toml".into();
    all.push(unread);
    let everywhere = "0.0.0.0:7080".parse().expect("an address");
    all.push(ConfigError::public_url_missing(Path::new("ruhui.toml"), everywhere));
    all
}

fn states() -> Vec<StateError> {
    let name = |text| SnapshotName::new(text).expect("a name");
    let path = || PathBuf::from("snapshots/a.json");
    let mut all = samples!(StateError {
        StateError::ConfigInvalid(_) => StateError::ConfigInvalid(Box::new(mistakes().remove(0).into())),
        StateError::Store(_) => StateError::Store(StoreError::NotSupported { place: "db".to_owned(), why: why() }),
        StateError::Exists(_) => StateError::Exists(name("a")),
        StateError::Missing { .. } => StateError::Missing { name: name("a"), known: Vec::new() },
        StateError::Damaged { .. } => StateError::Damaged { path: path(), why: why() },
        StateError::UnknownFormat { .. } => StateError::UnknownFormat { path: path(), found: 2 },
        StateError::File { .. } => StateError::File { path: path(), error: ErrorKind::PermissionDenied.into() },
    });
    all.push(StateError::Missing { name: name("a"), known: vec!["b".to_owned(), "c".to_owned()] });
    all
}

/// The mistakes in names of snapshots.
fn names() -> Vec<Bilingual> {
    let long = "a".repeat(65);
    ["", ".a", "a b", &long].map(|text| SnapshotName::new(text).expect_err("no name")).into()
}

/// The mistakes in rules of faults.
fn fault_rules() -> Vec<AddError> {
    let rule = |json| serde_json::from_value::<FaultRule>(json).expect("a rule");
    let mistake = |json| AddError::Invalid(rule(json).check().expect_err("a mistake"));
    let all = samples!(AddError {
        AddError::Invalid(_) => mistake(json!({ "fault": "forged", "at": "after" })),
        AddError::TooMany { .. } => AddError::TooMany { most: 1000 },
    });
    let others = [
        json!({ "fault": "redirect", "at": "before" }),
        json!({ "fault": "callback-lost", "path": "/v3" }),
        json!({ "fault": "delay" }),
        json!({ "fault": "delay", "delay_ms": 0 }),
        json!({ "fault": "reset", "path": "v3" }),
        json!({ "fault": "reset", "method": "get" }),
        json!({ "fault": "reset", "caller": "" }),
        json!({ "fault": "callback-lost", "event_type": "PAYMENT" }),
        json!({ "fault": "reset", "times": 0 }),
        json!({ "fault": "reset", "probability": 2 }),
        json!({ "fault": "reset", "seed": 1 }),
    ];
    all.into_iter().chain(others.map(mistake)).collect()
}

/// The mistakes in the header that asks for faults.
fn fault_headers() -> Vec<Bilingual> {
    let many = ["reset"; 17].join(",");
    let texts = [
        "resett",
        "reset; after",
        "reset; at=now",
        "reset; at=after; at=after",
        "reset; key=a+b",
        "reset; times=x",
        "reset; path=/v3",
        &many,
    ];
    texts.map(|text| HeaderFaults::parse(text).map(drop).expect_err("a mistake")).into()
}

/// The effect of each fault, and the behaviour of a correct client.
fn faults() -> Vec<Bilingual> {
    let both = FAULTS.iter().flat_map(|row| [&row.what, &row.client]);
    // Several kinds have the same text.
    both.fold(Vec::new(), |mut texts, text| {
        if !texts.contains(text) {
            texts.push(text.clone());
        }
        texts
    })
}

fn stores() -> Vec<StoreError> {
    let place = || "ruhui.db".to_owned();
    samples!(StoreError {
        StoreError::Unavailable { .. } => StoreError::Unavailable { place: place(), why: why() },
        StoreError::Full { .. } => StoreError::Full { place: place(), why: why() },
        StoreError::ReadOnly { .. } => StoreError::ReadOnly { place: place(), why: why() },
        StoreError::Disk { .. } => StoreError::Disk { place: place(), why: why() },
        StoreError::Unreadable { .. } => StoreError::Unreadable { place: place(), why: why() },
        StoreError::Damaged { .. } => StoreError::Damaged { place: place(), why: why() },
        StoreError::InUse { .. } => StoreError::InUse { place: place() },
        StoreError::TooNew { .. } => StoreError::TooNew { place: place(), found: 9, known: 2 },
        StoreError::Foreign { .. } => StoreError::Foreign { place: place(), why: why() },
        StoreError::Unsafe { .. } => StoreError::Unsafe { place: place(), why: why() },
        StoreError::NotSupported { .. } => StoreError::NotSupported { place: place(), why: why() },
        StoreError::Corrupt { .. } => StoreError::Corrupt { kind: Kind::Token, id: RowId::of(Kind::Token, "0A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p"), why: why() },
    })
}

fn commits() -> Vec<CommitError> {
    samples!(CommitError {
        CommitError::Changed(_) => CommitError::Changed(Key { kind: Kind::Internal, id: "a".into() }),
        CommitError::Store(_) => CommitError::Store(StoreError::InUse { place: "ruhui.db".to_owned() }),
    })
}

fn places() -> Vec<StoreLocationError> {
    let mut all = samples!(StoreLocationError {
        StoreLocationError::Empty => StoreLocationError::Empty,
        StoreLocationError::OtherScheme => StoreLocationError::OtherScheme,
        StoreLocationError::Postgres(_) => StoreLocationError::Postgres(AddressError::NoHost),
    });
    let addresses = samples!(AddressError {
        AddressError::Malformed => AddressError::Malformed,
        AddressError::NoHost => AddressError::NoHost,
        AddressError::SslMode => AddressError::SslMode,
        AddressError::ReadOnly => AddressError::ReadOnly,
    });
    all.extend(addresses.into_iter().map(StoreLocationError::Postgres));
    all
}

fn copies() -> Vec<CopyError> {
    let log = || PathBuf::from("ruhui.db-wal");
    samples!(CopyError {
        CopyError::Missing { .. } => CopyError::Missing { file: file() },
        CopyError::Same { .. } => CopyError::Same { file: file() },
        CopyError::Exists { .. } => CopyError::Exists { file: file() },
        CopyError::Occupied { .. } => CopyError::Occupied { file: file(), log: log() },
        CopyError::StrayLog { .. } => CopyError::StrayLog { file: file(), log: log() },
        CopyError::Unsound { .. } => CopyError::Unsound { file: file(), why: why() },
        CopyError::InUse { .. } => CopyError::InUse { store: file() },
        CopyError::Kept { .. } => CopyError::Kept { before: "ruhui.db.before-restore".into() },
        CopyError::Unusable { .. } => CopyError::Unusable { store: file(), why: why() },
        CopyError::File { .. } => CopyError::File { path: file(), error: OsError::from(ErrorKind::StorageFull) },
        CopyError::Store(_) => CopyError::Store(StoreError::InUse { place: "ruhui.db".to_owned() }),
    })
}

fn taken() -> PortTaken {
    let error = OsError::from(ErrorKind::AddrInUse);
    PortTaken { host: "main", address: ([127, 0, 0, 1], 7080).into(), error }
}

fn callbacks() -> Vec<CallbackFailure> {
    let owner = MchId::new("1900000001").map(Caller::Merchant).expect("a number");
    let mut all = samples!(CallbackFailure {
        CallbackFailure::NoKey(_) => CallbackFailure::NoKey(owner.clone()),
        CallbackFailure::Rejected(_) => CallbackFailure::Rejected(CallbackResponse::of(302)),
        CallbackFailure::NoResponse(_) => CallbackFailure::NoResponse(CallbackError::BadUrl),
        CallbackFailure::NotSent { .. } => {
            CallbackFailure::NotSent { rule: "f1".to_owned(), fault: "callback-lost" }
        }
    });
    let clients = samples!(CallbackError {
        CallbackError::BadUrl => CallbackError::BadUrl,
        CallbackError::NotPublic { .. } => CallbackError::NotPublic { host: "10.0.0.1".to_owned() },
        CallbackError::Connect { .. } => CallbackError::Connect { why: NetworkCause::Refused },
        CallbackError::Timeout => CallbackError::Timeout,
        CallbackError::Lost { .. } => CallbackError::Lost { why: NetworkCause::Closed },
        CallbackError::Unable => CallbackError::Unable,
    });
    all.extend(clients.into_iter().map(CallbackFailure::NoResponse));
    all
}

fn components() -> Vec<Refusal> {
    let name = || "`爱好`".to_owned();
    samples!(Refusal {
        Refusal::TokenUnknown => Refusal::TokenUnknown,
        Refusal::TokenExpired => Refusal::TokenExpired,
        Refusal::TokenSpent => Refusal::TokenSpent,
        Refusal::TokenOfAnotherUser => Refusal::TokenOfAnotherUser,
        Refusal::TokenOfAnotherPurpose => Refusal::TokenOfAnotherPurpose,
        Refusal::SceneWrong => Refusal::SceneWrong,
        Refusal::TemplateNotFound => Refusal::TemplateNotFound,
        Refusal::TemplateInvalid => Refusal::TemplateInvalid,
        Refusal::TemplateExpired => Refusal::TemplateExpired,
        Refusal::BrandClosed => Refusal::BrandClosed,
        Refusal::User(_) => Refusal::User(rows::ALL[0]),
        Refusal::CardPending => Refusal::CardPending,
        Refusal::AlreadyMember => Refusal::AlreadyMember,
        Refusal::FormerMember => Refusal::FormerMember,
        Refusal::NotAMember => Refusal::NotAMember,
        Refusal::PhoneMissing => Refusal::PhoneMissing,
        Refusal::Unanswered(_) => Refusal::Unanswered(name()),
        Refusal::Answer(_) => Refusal::Answer(WrongAnswer { row: rows::ALL[0], field: name() }),
        Refusal::TooLong(_) => Refusal::TooLong(name()),
    })
}

/// The texts of error responses in both languages.
fn answers() -> Vec<(String, String)> {
    let fault = wire::draft::<OpenUserCardToken>(&Map::new()).map(drop).expect_err("nothing is given");
    let all = samples!(Error {
        Error::Rejected(_) => Error::Rejected(Box::new(Rejected::from(rows::ALL[0]))),
        Error::Parameter(_) => Error::Parameter(fault.clone()),
        Error::Store(_) => Error::Store(StoreError::InUse { place: "ruhui.db".to_owned() }),
        Error::Overloaded => Error::Overloaded,
        Error::Answered => Error::Answered,
        Error::Bug(_) => Error::Bug("a bug"),
    });
    all.iter().map(|error| (error.to_body(true).message, error.to_body(false).message)).collect()
}

#[test]
fn every_text_is_a_sentence_in_both_languages() {
    let mut texts = Texts::default();
    texts.add("Starting", starts());
    texts.add("ruhui.toml", mistakes());
    texts.add("The store", stores());
    texts.add("Commits", commits());
    texts.add("Places of stores", places());
    texts.add("Backups and restores", copies());
    texts.add("Callbacks", callbacks());
    texts.add("Hosts that are down", [taken()]);
    texts.add("Reset, snapshots and restore", states());
    texts.add("Names of snapshots", names());
    texts.add("Rules of faults", fault_rules());
    texts.add("The header Ruhui-Fault", fault_headers());
    texts.add("Faults", faults());
    texts.add("Components", components());
    texts.add_pairs("Errors", answers());
    insta::assert_snapshot!(texts.page());
}

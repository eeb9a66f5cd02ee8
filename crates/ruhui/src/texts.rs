//! Test of every text of this crate that people read, in both languages.
//!
//! A new variant of an enum does not compile here until it has a sample. Only this file has samples. The core
//! tests its own texts.

#![allow(clippy::unwrap_used, reason = "samples are made as in a test")]

#[path = "../../ruhui-core/src/texts/check.rs"]
mod check;

use crate::error::{
    ApiError, Error, Exchange, Failure, Foreign, InvalidHost, InvalidTarget, KeyMixup, Parameter, Proof,
    UndecryptableField, Unexpected, UnverifiedResponse, UsageError, VerifiedBody,
};
use crate::notify::{InboxError, NotifyError};
use crate::transport::{Detail, NetworkCause, Phase, Proxy, TransportError, Unsendable};
use bytes::Bytes;
use check::{Texts, samples};
use http::{HeaderMap, StatusCode};
use ruhui_core::api::card_member::OpenUserCardToken;
use ruhui_core::bilingual::{Bilingual, OsError};
use ruhui_core::encryption::DecryptResourceError;
use ruhui_core::key::KeyError;
use ruhui_core::key::serial::SerialError;
use ruhui_core::sign::VerifyError;
use ruhui_core::types::Invalid;
use ruhui_core::wire::{self, DecryptFailure, EncodeError, InvalidField, ParameterError};
use serde_json::Map;
use std::io::ErrorKind;
use std::path::PathBuf;

fn path() -> PathBuf {
    "kit/apiclient_key.pem".into()
}

fn mixups() -> Vec<KeyMixup> {
    samples!(KeyMixup {
        KeyMixup::SerialIsPublicKeyId => KeyMixup::SerialIsPublicKeyId,
        KeyMixup::SerialIsCaller => KeyMixup::SerialIsCaller,
        KeyMixup::SerialOfPlatformCertificate => KeyMixup::SerialOfPlatformCertificate,
        KeyMixup::PublicKeyIdIsSerial => KeyMixup::PublicKeyIdIsSerial,
        KeyMixup::OwnCertificate => KeyMixup::OwnCertificate,
        KeyMixup::OwnPublicKey => KeyMixup::OwnPublicKey,
        KeyMixup::CertificateForPublicKey => KeyMixup::CertificateForPublicKey,
        KeyMixup::PublicKeyForCertificate => KeyMixup::PublicKeyForCertificate,
    })
}

fn hosts() -> Vec<InvalidHost> {
    samples!(InvalidHost {
        InvalidHost::NotUrl => InvalidHost::NotUrl,
        InvalidHost::Scheme => InvalidHost::Scheme,
        InvalidHost::NoHost => InvalidHost::NoHost,
        InvalidHost::UserName => InvalidHost::UserName,
        InvalidHost::Path => InvalidHost::Path,
    })
}

fn targets() -> Vec<InvalidTarget> {
    samples!(InvalidTarget {
        InvalidTarget::NoSlash => InvalidTarget::NoSlash,
        InvalidTarget::Characters => InvalidTarget::Characters,
        InvalidTarget::DotSegment => InvalidTarget::DotSegment,
        InvalidTarget::NotTarget => InvalidTarget::NotTarget,
    })
}

fn misuses() -> Vec<UsageError> {
    let parameter = Parameter::PrivateKey;
    let mut all = samples!(UsageError {
        UsageError::Invalid { .. } => UsageError::Invalid { parameter: Parameter::MchId, invalid: Invalid::Empty },
        UsageError::KeyMixup { .. } => UsageError::KeyMixup { parameter, path: Some(path()), mixup: KeyMixup::OwnCertificate },
        UsageError::Key { .. } => UsageError::Key { parameter, path: None, error: KeyError::NotPem },
        UsageError::Unreadable { .. } =>
            UsageError::Unreadable { parameter, path: path(), why: OsError::from(ErrorKind::NotFound) },
        UsageError::Serial { .. } => UsageError::Serial { parameter: Parameter::SerialNo, error: SerialError::Empty },
        UsageError::NeitherPemNorPath { .. } => UsageError::NeitherPemNorPath { parameter },
        UsageError::Host { .. } => UsageError::Host { given: "api".to_owned(), why: InvalidHost::Scheme },
        UsageError::Header { .. } => UsageError::Header { parameter: Parameter::UserAgent },
        UsageError::Tls { .. } => UsageError::Tls { detail: Detail::default() },
        UsageError::NoTransport => UsageError::NoTransport,
        UsageError::Target { .. } => UsageError::Target { why: InvalidTarget::NoSlash },
        UsageError::Encode(_) => UsageError::Encode(EncodeError::NoKey { field: "/phone_number".to_owned() }),
        UsageError::Attachment { .. } => UsageError::Attachment { name: "upload_image" },
    });
    all.extend(mixups().into_iter().map(|mixup| UsageError::KeyMixup { parameter, path: None, mixup }));
    all.extend(hosts().into_iter().map(|why| UsageError::Host { given: "api".to_owned(), why }));
    all.extend(targets().into_iter().map(|why| UsageError::Target { why }));
    all
}

fn unsendables() -> Vec<Unsendable> {
    samples!(Unsendable {
        Unsendable::UnknownHost => Unsendable::UnknownHost,
        Unsendable::TargetWouldChange => Unsendable::TargetWouldChange,
        Unsendable::Invalid => Unsendable::Invalid,
    })
}

fn phases() -> Vec<Phase> {
    samples!(Phase {
        Phase::Connecting => Phase::Connecting,
        Phase::Waiting => Phase::Waiting,
        Phase::Reading => Phase::Reading,
    })
}

/// Samples of the transport's errors. The core tests the texts of the network's causes.
fn transports() -> Vec<TransportError> {
    let why = NetworkCause::Refused;
    let proxy = Some(Proxy::new("127.0.0.1:3128", "HTTPS_PROXY"));
    let mut all = samples!(TransportError {
        TransportError::Unsendable { .. } => TransportError::Unsendable { why: Unsendable::Invalid },
        TransportError::Connect { proxy: None, .. } => TransportError::connect(why),
        TransportError::Connect { proxy: Some(_), .. } =>
            TransportError::Connect { why, proxy: proxy.clone(), detail: Detail::default() },
        TransportError::Timeout { .. } => TransportError::Timeout { phase: Phase::Waiting },
        TransportError::Lost { .. } => TransportError::lost(NetworkCause::Other),
        TransportError::TooLarge { .. } => TransportError::TooLarge { limit: 1024 },
    });
    all.extend(unsendables().into_iter().map(|why| TransportError::Unsendable { why }));
    all.extend(phases().into_iter().map(|phase| TransportError::Timeout { phase }));
    let answered = NetworkCause::ProxyRejected(Some(400));
    all.push(TransportError::Connect { why: answered, proxy, detail: Detail::default() });
    all
}

fn foreigns() -> Vec<Foreign> {
    samples!(Foreign {
        Foreign::Redirect { location: Some(_) } =>
            Foreign::Redirect { location: Some("https://login.example/".to_owned()) },
        Foreign::Redirect { location: None } => Foreign::Redirect { location: None },
        Foreign::Page => Foreign::Page,
        Foreign::Compressed => Foreign::Compressed,
        Foreign::Empty => Foreign::Empty,
        Foreign::Other => Foreign::Other,
    })
}

fn exchange(status: StatusCode) -> Exchange {
    let host = "https://api.mch.weixin.qq.com".to_owned();
    Exchange { host, status, request_id: Some("08F7D3A1-0".to_owned()), earlier: None }
}

fn fault() -> ParameterError {
    wire::draft::<OpenUserCardToken>(&Map::new()).map(drop).unwrap_err()
}

fn api(body: &'static str, proof: Proof) -> ApiError {
    ApiError::read(
        &HeaderMap::new(),
        &Bytes::from_static(body.as_bytes()),
        proof,
        exchange(StatusCode::BAD_REQUEST),
    )
}

fn errors() -> Vec<Error> {
    let failure = Failure {
        host: "https://api.mch.weixin.qq.com".to_owned(),
        error: TransportError::TooLarge { limit: 1 },
    };
    let exchange = || exchange(StatusCode::OK);
    let mut all = samples!(Error {
        Error::Usage(_) => Error::Usage(UsageError::NoTransport),
        Error::Verify(_) => Error::Verify(Box::new(UnverifiedResponse {
            error: VerifyError::Forged, findings: Vec::new(), exchange: exchange(),
        })),
        Error::Unexpected(_) => Error::Unexpected(Box::new(Unexpected { invalid_field: invalid_field(), exchange: exchange(), body: body() })),
        Error::Undecryptable(_) => Error::Undecryptable(Box::new(UndecryptableField {
            field: "/phone_number".to_owned(), why: DecryptFailure::WrongKey, exchange: exchange(), body: body(),
        })),
        Error::Transport(_) => Error::Transport(vec![failure.clone()]),
        Error::Api(_) => Error::Api(Box::new(api(r#"{"code":"PARAM_ERROR","message":"“金额”有误"}"#, Proof::Signed))),
    });
    for (body, proof) in [("", Proof::Unsigned), ("<html>", Proof::Unsigned)] {
        all.push(Error::Api(Box::new(api(body, proof))));
    }
    all
}

fn invalid_field() -> InvalidField {
    fault().into()
}

fn body() -> VerifiedBody {
    VerifiedBody(Bytes::new())
}

fn notifications() -> Vec<NotifyError> {
    samples!(NotifyError {
        NotifyError::UnverifiedResponse { .. } =>
            NotifyError::UnverifiedResponse { error: VerifyError::Forged, findings: Vec::new() },
        NotifyError::NotJson(_) => NotifyError::NotJson(invalid_field()),
        NotifyError::NotNotification(_) => NotifyError::NotNotification(invalid_field()),
        NotifyError::Decrypt(_) => NotifyError::Decrypt(DecryptResourceError::TagMismatch),
    })
}

fn inboxes() -> Vec<InboxError<Bilingual, Bilingual>> {
    let text = || Bilingual::new("the database is away", "数据库不可用");
    samples!(InboxError<Bilingual, Bilingual> {
        InboxError::Busy => InboxError::Busy,
        InboxError::Handler(_) => InboxError::Handler(text()),
        InboxError::Journal(_) => InboxError::Journal(text()),
    })
}

#[test]
fn every_text_is_a_sentence_in_both_languages() {
    let mut texts = Texts::default();
    texts.add("UsageError", misuses());
    texts.add("Transport", transports());
    texts.add("Responses that are not API errors", foreigns());
    // Messages of the service are in the service's language.
    texts.quote("Calls", errors());
    texts.add("Callbacks", notifications());
    texts.add("The inbox", inboxes());
    insta::assert_snapshot!(texts.page());
}

//! All texts of this crate for people, in both languages.
//!
//! A new variant of an enum compiles only once it has a sample here.

#![allow(clippy::unwrap_used, reason = "samples are made as in a test")]

mod check;

use crate::api::card_member::{PageLimitError, PageOffsetError};
use crate::api::{Location, rows};
use crate::bilingual::OsError;
use crate::capture::{Format, NotHttp, Remark};
use crate::encryption::{
    DecryptFieldError, DecryptResourceError, EncryptFieldError, FieldCharset, FieldEncoding, FieldHash,
    FieldPadding, KeyRole,
};
use crate::explain::{Certainty, Verdict};
use crate::form::Oddity;
use crate::head::HeaderError;
use crate::key::serial::SerialError;
use crate::key::{Algorithm, ApiV3Form, Damage, KeyError, Kind, OutsideValidity};
use crate::network::NetworkCause;
use crate::sign::{AuthorizationError, FieldError, Scheme, Skew, VerifyError};
use crate::types::{DateTimeError, Invalid, SerialNo};
use crate::wire::{DecryptFailure, EncodeError, Integer, InvalidField, ParameterError, ParameterIssue};
use crate::{api, explain};
use check::{Texts, samples};
use http::HeaderName;
use std::io::ErrorKind;

fn invalid() -> Vec<Invalid> {
    samples!(Invalid {
        Invalid::Empty => Invalid::Empty,
        Invalid::TooLong { .. } => Invalid::TooLong { limit: 32, actual: 33 },
        Invalid::Character { .. } => Invalid::Character { character: '|', position: 4 },
        Invalid::HiddenCharacter { .. } => Invalid::HiddenCharacter { position: 4 },
        Invalid::Form { .. } => Invalid::Form { zh: "须为11位数字", en: "must have 11 digits" },
    })
}

fn heads() -> Vec<HeaderError> {
    let found = || "application/json, charset=UTF-8".to_owned();
    samples!(HeaderError {
        HeaderError::AcceptMissing => HeaderError::AcceptMissing,
        HeaderError::UserAgentMissing => HeaderError::UserAgentMissing,
        HeaderError::AcceptAndUserAgentMissing => HeaderError::AcceptAndUserAgentMissing,
        HeaderError::AcceptExcludesJson { .. } => HeaderError::AcceptExcludesJson { found: "text/html".to_owned() },
        HeaderError::ContentTypeMissing => HeaderError::ContentTypeMissing,
        HeaderError::ContentTypeWrong { .. } => HeaderError::ContentTypeWrong { found: found() },
        HeaderError::ContentTypeRepeated { .. } => HeaderError::ContentTypeRepeated { found: found() },
    })
}

fn kinds() -> Vec<Kind> {
    let other = Kind::Other("EXAMPLE".to_owned());
    Kind::ALL.into_iter().chain([other]).collect()
}

fn algorithms() -> Vec<Algorithm> {
    samples!(Algorithm {
        Algorithm::Ec => Algorithm::Ec,
        Algorithm::Sm2 => Algorithm::Sm2,
        Algorithm::Edwards => Algorithm::Edwards,
        Algorithm::Dsa => Algorithm::Dsa,
        Algorithm::DiffieHellman => Algorithm::DiffieHellman,
        Algorithm::RsaPss => Algorithm::RsaPss,
        Algorithm::Other(_) => Algorithm::Other("1.2.3.4".to_owned()),
    })
}

fn damages() -> Vec<Damage> {
    samples!(Damage {
        Damage::BeginCut => Damage::BeginCut,
        Damage::EndMissing => Damage::EndMissing,
        Damage::NotBase64 { character: Some(_) } => Damage::NotBase64 { character: Some('!') },
        Damage::NotBase64 { character: None } => Damage::NotBase64 { character: None },
        Damage::SlashN => Damage::SlashN,
        Damage::Empty => Damage::Empty,
        Damage::Cut { .. } => Damage::Cut { found: 1121, wanted: 1217 },
        Damage::Longer { .. } => Damage::Longer { bytes: 12 },
        Damage::Malformed => Damage::Malformed,
        Damage::Numbers => Damage::Numbers,
        Damage::Certificate => Damage::Certificate,
    })
}

fn api_v3_forms() -> Vec<ApiV3Form> {
    samples!(ApiV3Form {
        ApiV3Form::Empty => ApiV3Form::Empty,
        ApiV3Form::Hexadecimal => ApiV3Form::Hexadecimal,
        ApiV3Form::Base64 => ApiV3Form::Base64,
        ApiV3Form::Pem => ApiV3Form::Pem,
        ApiV3Form::Twice => ApiV3Form::Twice,
    })
}

fn keys() -> Vec<KeyError> {
    let mut all = samples!(KeyError {
        KeyError::Empty => KeyError::Empty,
        KeyError::NotPem => KeyError::NotPem,
        KeyError::Damaged(_) => KeyError::Damaged(Damage::Malformed),
        KeyError::WrongKind { .. } => KeyError::WrongKind { found: Kind::Pkcs12, wanted: Kind::PrivateKey },
        KeyError::NotRsa(_) => KeyError::NotRsa(Algorithm::Ec),
        KeyError::TooSmall { .. } => KeyError::TooSmall { bits: 1024 },
        KeyError::TooLarge { .. } => KeyError::TooLarge { bits: 16384 },
        KeyError::Several { .. } => KeyError::Several { wanted: Kind::PrivateKey, count: 2 },
        KeyError::ApiV3KeyLength { .. } => KeyError::ApiV3KeyLength { bytes: 31 },
        KeyError::ApiV3Key(_) => KeyError::ApiV3Key(ApiV3Form::Empty),
    });
    for wanted in [Kind::PrivateKey, Kind::PublicKey, Kind::Certificate] {
        all.extend(kinds().into_iter().map(|found| KeyError::WrongKind { found, wanted: wanted.clone() }));
    }
    all.extend(algorithms().into_iter().map(KeyError::NotRsa));
    all.extend(damages().into_iter().map(KeyError::Damaged));
    all.extend(api_v3_forms().into_iter().map(KeyError::ApiV3Key));
    all
}

fn serials() -> Vec<SerialError> {
    samples!(SerialError {
        SerialError::Empty => SerialError::Empty,
        SerialError::Decimal { .. } => SerialError::Decimal { hexadecimal: "1DDE55AD98ED".to_owned() },
        SerialError::OddDigits { .. } => SerialError::OddDigits { digits: 3, padded: "0A3F".to_owned() },
        SerialError::Negative => SerialError::Negative,
        SerialError::TooLong { .. } => SerialError::TooLong { digits: 80 },
        SerialError::Character { .. } => SerialError::Character { character: 'O' },
        SerialError::Pem => SerialError::Pem,
    })
}

fn fields() -> Vec<FieldError> {
    samples!(FieldError {
        FieldError::Missing => FieldError::Missing,
        FieldError::Duplicate => FieldError::Duplicate,
        FieldError::Invalid(_) => FieldError::Invalid(Invalid::Empty),
        FieldError::NotSeconds => FieldError::NotSeconds,
        FieldError::Milliseconds => FieldError::Milliseconds,
    })
}

fn authorizations() -> Vec<AuthorizationError> {
    let mut all = samples!(AuthorizationError {
        AuthorizationError::Missing => AuthorizationError::Missing,
        AuthorizationError::Duplicate => AuthorizationError::Duplicate,
        AuthorizationError::NotText => AuthorizationError::NotText,
        AuthorizationError::UnknownScheme => AuthorizationError::UnknownScheme,
        AuthorizationError::Malformed { .. } => AuthorizationError::Malformed { position: 26 },
        AuthorizationError::Field { .. } =>
            AuthorizationError::Field { name: "nonce_str", error: FieldError::Missing },
    });
    all.extend(fields().into_iter().map(|error| AuthorizationError::Field { name: "timestamp", error }));
    all
}

fn verifications() -> Vec<VerifyError> {
    let header = HeaderName::from_static("wechatpay-serial");
    let known = vec![SerialNo::new("1DDE55AD98ED").unwrap()];
    samples!(VerifyError {
        VerifyError::MissingHeader(_) => VerifyError::MissingHeader(header.clone()),
        VerifyError::DuplicateHeader(_) => VerifyError::DuplicateHeader(header.clone()),
        VerifyError::MalformedHeader(_) => VerifyError::MalformedHeader(header.clone()),
        VerifyError::UnknownSerial { .. } =>
            VerifyError::UnknownSerial { serial: "PUB_KEY_ID_1".to_owned(), known: known.clone() },
        VerifyError::TooOld { .. } => VerifyError::TooOld { seconds: 301 },
        VerifyError::TooFarAhead { .. } => VerifyError::TooFarAhead { seconds: 301 },
        VerifyError::CertificateNotValid { .. } => VerifyError::CertificateNotValid {
            serial: "7132D72A".to_owned(),
            why: OutsideValidity::Expired(jiff::Timestamp::UNIX_EPOCH),
        },
        VerifyError::WrongAlgorithm { .. } =>
            VerifyError::WrongAlgorithm { found: "X".to_owned(), wanted: Scheme::Merchant },
        VerifyError::Probe => VerifyError::Probe,
        VerifyError::Forged => VerifyError::Forged,
    })
}

fn skews() -> Vec<Skew> {
    samples!(Skew {
        Skew::TooOld { .. } => Skew::TooOld { seconds: 301 },
        Skew::TooFarAhead { .. } => Skew::TooFarAhead { seconds: 301 },
    })
}

fn unopenable() -> Vec<DecryptFailure> {
    samples!(DecryptFailure {
        DecryptFailure::NoKey => DecryptFailure::NoKey,
        DecryptFailure::NotBase64 => DecryptFailure::NotBase64,
        DecryptFailure::WrongKey => DecryptFailure::WrongKey,
        DecryptFailure::NotText => DecryptFailure::NotText,
        DecryptFailure::Empty => DecryptFailure::Empty,
        DecryptFailure::Plain => DecryptFailure::Plain,
        DecryptFailure::Encoding(_) => DecryptFailure::Encoding(FieldEncoding::Hex),
        DecryptFailure::WrongLength { .. } => DecryptFailure::WrongLength { bytes: 128, wanted: 256 },
        DecryptFailure::Blocks => DecryptFailure::Blocks,
        DecryptFailure::Padding(_) => DecryptFailure::Padding(FieldPadding::Pkcs1),
        DecryptFailure::OtherKey(_) => DecryptFailure::OtherKey(KeyRole::PublicKey),
        DecryptFailure::SenderKey => DecryptFailure::SenderKey,
        DecryptFailure::UnknownKey => DecryptFailure::UnknownKey,
        DecryptFailure::UnknownOrSenderKey => DecryptFailure::UnknownOrSenderKey,
        DecryptFailure::Charset(_) => DecryptFailure::Charset(FieldCharset::Gbk),
    })
}

fn issues() -> Vec<ParameterIssue> {
    let mut all = samples!(ParameterIssue {
        ParameterIssue::NoBody => ParameterIssue::NoBody,
        ParameterIssue::ByteOrderMark => ParameterIssue::ByteOrderMark,
        ParameterIssue::NotUtf8 { .. } => ParameterIssue::NotUtf8 { position: 7 },
        ParameterIssue::NotJson { .. } => ParameterIssue::NotJson { line: 1, column: 2 },
        ParameterIssue::TooDeep => ParameterIssue::TooDeep,
        ParameterIssue::WrongType { .. } => ParameterIssue::WrongType { wanted: "string", found: "number" },
        ParameterIssue::NotInteger(_) => ParameterIssue::NotInteger(Integer::Signed),
        ParameterIssue::Undefined { .. } => ParameterIssue::Undefined { members: vec!["/body/payer/openid".to_owned()] },
        ParameterIssue::Empty => ParameterIssue::Empty,
        ParameterIssue::TooLong { .. } => ParameterIssue::TooLong { limit: 10, actual: 11 },
        ParameterIssue::TooSmall { .. } => ParameterIssue::TooSmall { least: 1 },
        ParameterIssue::TooLarge { .. } => ParameterIssue::TooLarge { most: 20 },
        ParameterIssue::Missing => ParameterIssue::Missing,
        ParameterIssue::Null => ParameterIssue::Null,
        ParameterIssue::Duplicate => ParameterIssue::Duplicate,
        ParameterIssue::Unknown { .. } => ParameterIssue::Unknown { known: vec!["card_id", "openid"] },
        ParameterIssue::FourByteCharacter(_) => ParameterIssue::FourByteCharacter('😀'),
        ParameterIssue::DecryptFailure(_) => ParameterIssue::DecryptFailure(DecryptFailure::NoKey),
        ParameterIssue::Invalid { .. } => ParameterIssue::Invalid { zh: "须为1至20".to_owned(), en: "must be 1 to 20".to_owned() },
    });
    all.extend(unopenable().into_iter().map(ParameterIssue::DecryptFailure));
    all
}

fn opening() -> Vec<DecryptResourceError> {
    samples!(DecryptResourceError {
        DecryptResourceError::Algorithm(_) => DecryptResourceError::Algorithm("AES".to_owned()),
        DecryptResourceError::NonceLength(_) => DecryptResourceError::NonceLength(16),
        DecryptResourceError::NotBase64 => DecryptResourceError::NotBase64,
        DecryptResourceError::TagMismatch => DecryptResourceError::TagMismatch,
    })
}

/// Returns every variant of the types inside [`DecryptFailure`].
fn details_of_decrypt_failures() -> impl Iterator<Item = DecryptFailure> {
    let encodings = samples!(FieldEncoding {
        FieldEncoding::UrlSafe => FieldEncoding::UrlSafe,
        FieldEncoding::Unpadded => FieldEncoding::Unpadded,
        FieldEncoding::Wrapped => FieldEncoding::Wrapped,
        FieldEncoding::PlusLost => FieldEncoding::PlusLost,
        FieldEncoding::Percent => FieldEncoding::Percent,
        FieldEncoding::Quoted => FieldEncoding::Quoted,
        FieldEncoding::Twice => FieldEncoding::Twice,
        FieldEncoding::Hex => FieldEncoding::Hex,
    });
    let hashes = samples!(FieldHash {
        FieldHash::Sha1 => FieldHash::Sha1,
        FieldHash::Sha224 => FieldHash::Sha224,
        FieldHash::Sha256 => FieldHash::Sha256,
        FieldHash::Sha384 => FieldHash::Sha384,
        FieldHash::Sha512 => FieldHash::Sha512,
    });
    let paddings = samples!(FieldPadding {
        FieldPadding::Pkcs1 => FieldPadding::Pkcs1,
        FieldPadding::Oaep { .. } => FieldPadding::Oaep { hash: FieldHash::Sha256, mask: FieldHash::Sha1 },
        FieldPadding::Label => FieldPadding::Label,
        FieldPadding::None => FieldPadding::None,
    });
    let roles = samples!(KeyRole {
        KeyRole::PublicKey => KeyRole::PublicKey,
        KeyRole::PlatformCertificate => KeyRole::PlatformCertificate,
        KeyRole::OtherFamily => KeyRole::OtherFamily,
    });
    let charsets = samples!(FieldCharset {
        FieldCharset::Gbk => FieldCharset::Gbk,
        FieldCharset::Utf16 => FieldCharset::Utf16,
    });
    let oaep = hashes.into_iter().map(|hash| FieldPadding::Oaep { hash, mask: hash });
    let paddings = paddings.into_iter().chain(oaep).map(DecryptFailure::Padding);
    encodings
        .into_iter()
        .map(DecryptFailure::Encoding)
        .chain(paddings)
        .chain(roles.into_iter().map(DecryptFailure::OtherKey))
        .chain(charsets.into_iter().map(DecryptFailure::Charset))
}

fn encrypted_fields() -> Vec<DecryptFieldError> {
    samples!(DecryptFieldError {
        DecryptFieldError::NotBase64 => DecryptFieldError::NotBase64,
        DecryptFieldError::WrongKey => DecryptFieldError::WrongKey,
        DecryptFieldError::NotText => DecryptFieldError::NotText,
    })
}

fn oddities() -> Vec<Oddity> {
    samples!(Oddity {
        Oddity::Empty => Oddity::Empty,
        Oddity::NotForm { .. } => Oddity::NotForm { content_type: "application/json".to_owned() },
        Oddity::BoundaryMissing => Oddity::BoundaryMissing,
        Oddity::BoundaryQuoted => Oddity::BoundaryQuoted,
        Oddity::BoundaryNotInBody => Oddity::BoundaryNotInBody,
        Oddity::NoParts => Oddity::NoParts,
        Oddity::LineFeedsOnly => Oddity::LineFeedsOnly,
        Oddity::CutOff => Oddity::CutOff,
        Oddity::PartTwice { .. } => Oddity::PartTwice { name: "meta" },
        Oddity::NoMeta { .. } => Oddity::NoMeta { names: vec!["image".to_owned()] },
        Oddity::MetaHasFileName => Oddity::MetaHasFileName,
        Oddity::NoFile => Oddity::NoFile,
        Oddity::FileEmpty => Oddity::FileEmpty,
        Oddity::FileHasNoName => Oddity::FileHasNoName,
        Oddity::Encoded { .. } => Oddity::Encoded { encoding: "base64".to_owned() },
    })
}

fn verdicts() -> Vec<Verdict> {
    samples!(Verdict {
        Verdict::Accepted => Verdict::Accepted,
        Verdict::Explained => Verdict::Explained,
        Verdict::SignatureRight => Verdict::SignatureRight,
        Verdict::Unexplained => Verdict::Unexplained,
        Verdict::Unchecked => Verdict::Unchecked,
        Verdict::Incomplete => Verdict::Incomplete,
    })
}

fn certainties() -> Vec<Certainty> {
    samples!(Certainty {
        Certainty::Proven => Certainty::Proven,
        Certainty::Seen => Certainty::Seen,
        Certainty::Likely => Certainty::Likely,
    })
}

fn encoding() -> Vec<EncodeError> {
    let field = || "/phone_number".to_owned();
    samples!(EncodeError {
        EncodeError::Definition { .. } => EncodeError::Definition { name: "echo", why: String::new() },
        EncodeError::NoKey { .. } => EncodeError::NoKey { field: field() },
        EncodeError::TooLong { .. } => EncodeError::TooLong { field: field(), limit: 214, actual: 300 },
        EncodeError::Invalid(_) => EncodeError::Invalid(InvalidField::from(ParameterError {
            location: Location::Body,
            field: field(),
            value: None,
            issue: ParameterIssue::Missing,
        })),
    })
}

/// Returns errors of received values, with the same issues as requests.
fn invalid_fields() -> Vec<InvalidField> {
    let at = |field: &str, issue| {
        let location = Location::Body;
        InvalidField::from(ParameterError { location, field: field.to_owned(), value: None, issue })
    };
    issues().into_iter().flat_map(|issue| [at("", issue.clone()), at("/phone_number", issue)]).collect()
}

fn formats() -> Vec<Format> {
    samples!(Format {
        Format::Raw => Format::Raw,
        Format::Log => Format::Log,
        Format::CurlVerbose => Format::CurlVerbose,
        Format::CurlTrace => Format::CurlTrace,
        Format::CurlCommand => Format::CurlCommand,
        Format::Har => Format::Har,
        Format::HttpFile => Format::HttpFile,
        Format::ApacheLog => Format::ApacheLog,
        Format::OkHttpLog => Format::OkHttpLog,
        Format::PythonLog => Format::PythonLog,
        Format::GuzzleLog => Format::GuzzleLog,
        Format::Headers => Format::Headers,
    })
}

fn remarks() -> Vec<Remark> {
    let mut all = samples!(Remark {
        Remark::Utf16 => Remark::Utf16,
        Remark::Several { .. } => Remark::Several { taken: 1, of: 2 },
        Remark::ResponsesSkipped { .. } => Remark::ResponsesSkipped { statuses: vec![100, 307] },
        Remark::Joined { .. } => Remark::Joined { header: "Authorization".to_owned(), lines: 3 },
        Remark::NotHeader { .. } => Remark::NotHeader { line: 3 },
        Remark::HeadersAlone => Remark::HeadersAlone,
        Remark::NoEmptyLine => Remark::NoEmptyLine,
        Remark::LineEndsRemoved { .. } => Remark::LineEndsRemoved { bytes: 1 },
        Remark::LineEndRestored => Remark::LineEndRestored,
        Remark::LineEndsRestored => Remark::LineEndsRestored,
        Remark::LengthDiffers { .. } => Remark::LengthDiffers { said: 1, found: 2 },
        Remark::Unindented { .. } => Remark::Unindented { columns: 4 },
        Remark::LineEndInDoubt => Remark::LineEndInDoubt,
        Remark::Decompressed => Remark::Decompressed,
        Remark::BodyNotShown(_) => Remark::BodyNotShown(Format::CurlVerbose),
        Remark::Dots => Remark::Dots,
        Remark::TraceCut { .. } => Remark::TraceCut { said: 100, found: 27 },
        Remark::Redacted { .. } => Remark::Redacted { header: "Authorization".to_owned() },
        Remark::Sanitised => Remark::Sanitised,
        Remark::Form => Remark::Form,
        Remark::FileBody { .. } => Remark::FileBody { name: "body.json".to_owned() },
        Remark::Variable { .. } => Remark::Variable { name: "$SIGNATURE".to_owned() },
    });
    all.extend(formats().into_iter().map(Remark::BodyNotShown));
    all
}

fn not_http() -> Vec<NotHttp> {
    samples!(NotHttp {
        NotHttp::Empty => NotHttp::Empty,
        NotHttp::TooLarge => NotHttp::TooLarge,
        NotHttp::ErrorBody => NotHttp::ErrorBody,
        NotHttp::CallbackBody => NotHttp::CallbackBody,
        NotHttp::Json => NotHttp::Json,
        NotHttp::Pem => NotHttp::Pem,
        NotHttp::Html => NotHttp::Html,
        NotHttp::Xml => NotHttp::Xml,
        NotHttp::SignMessage => NotHttp::SignMessage,
        NotHttp::CurlError => NotHttp::CurlError,
        NotHttp::CurlWithoutUrl => NotHttp::CurlWithoutUrl,
        NotHttp::UnclosedQuote => NotHttp::UnclosedQuote,
        NotHttp::PowerShell => NotHttp::PowerShell,
        NotHttp::Url => NotHttp::Url,
        NotHttp::Base64 => NotHttp::Base64,
        NotHttp::Compressed => NotHttp::Compressed,
        NotHttp::Binary => NotHttp::Binary,
        NotHttp::HarWithoutEntries => NotHttp::HarWithoutEntries,
        NotHttp::HarEntryMalformed { .. } => NotHttp::HarEntryMalformed { entry: 2 },
        NotHttp::HarUrlNotHttp { .. } => NotHttp::HarUrlNotHttp { entry: 2 },
        NotHttp::NoSuchExchange { .. } => NotHttp::NoSuchExchange { asked: 2, of: 1 },
        NotHttp::Text => NotHttp::Text,
    })
}

fn network() -> Vec<NetworkCause> {
    samples!(NetworkCause {
        NetworkCause::Refused => NetworkCause::Refused,
        NetworkCause::NameNotFound => NetworkCause::NameNotFound,
        NetworkCause::Unreachable => NetworkCause::Unreachable,
        NetworkCause::TimedOut => NetworkCause::TimedOut,
        NetworkCause::Reset => NetworkCause::Reset,
        NetworkCause::Closed => NetworkCause::Closed,
        NetworkCause::Cut => NetworkCause::Cut,
        NetworkCause::NotHttp => NetworkCause::NotHttp,
        NetworkCause::NotTls => NetworkCause::NotTls,
        NetworkCause::CertificateUntrusted => NetworkCause::CertificateUntrusted,
        NetworkCause::CertificateSelfSigned => NetworkCause::CertificateSelfSigned,
        NetworkCause::CertificateName => NetworkCause::CertificateName,
        NetworkCause::CertificateExpired => NetworkCause::CertificateExpired,
        NetworkCause::CertificateNotYetValid => NetworkCause::CertificateNotYetValid,
        NetworkCause::CertificateRevoked => NetworkCause::CertificateRevoked,
        NetworkCause::Certificate => NetworkCause::Certificate,
        NetworkCause::Tls => NetworkCause::Tls,
        NetworkCause::ProxyAuthentication => NetworkCause::ProxyAuthentication,
        NetworkCause::ProxyRejected(Some(_)) => NetworkCause::ProxyRejected(Some(400)),
        NetworkCause::ProxyRejected(None) => NetworkCause::ProxyRejected(None),
        NetworkCause::ProxyClosed => NetworkCause::ProxyClosed,
        NetworkCause::ProxySocks => NetworkCause::ProxySocks,
        NetworkCause::System(_) => NetworkCause::System(5),
        NetworkCause::Other => NetworkCause::Other,
    })
}

/// Returns every kind of error that the standard library has for files and sockets.
fn system() -> impl Iterator<Item = OsError> {
    let codes = 1..=133;
    codes
        .map(|code| OsError::from(&std::io::Error::from_raw_os_error(code)))
        .chain([ErrorKind::InvalidData.into()])
}

#[test]
fn every_text_is_a_sentence_in_both_languages() {
    let mut texts = Texts::default();
    texts.add("Values of the wire", invalid());
    texts.add("Times", [DateTimeError]);
    texts.add("Pages", [PageLimitError]);
    texts.add("Offsets", [PageOffsetError]);
    texts.add("Kinds of keys and files", kinds());
    texts.add("Keys", keys());
    texts.add("Serial numbers", serials());
    texts.add("Headers of every request", heads());
    texts.add("Authorization", authorizations());
    texts.add("Windows of time", skews());
    texts.add("Signatures of responses and callbacks", verifications());
    let (quoted, ours): (Vec<_>, Vec<_>) =
        issues().into_iter().partition(|issue| matches!(issue, ParameterIssue::NotJson { .. }));
    texts.quote("As the live service says it", quoted);
    texts.add("Parameters", ours);
    texts.add("Resources", opening());
    texts.add("Fields that do not decrypt", encrypted_fields());
    texts.add("Fields that do not decrypt, in detail", details_of_decrypt_failures());
    texts.add("Texts too long for a field", [EncryptFieldError { limit: 214, actual: 300 }]);
    texts.add("Forms of uploads", oddities());
    texts.add("Advice on forms of uploads", oddities().iter().map(Oddity::advice));
    texts.add("Verdicts of an explanation", verdicts());
    texts.add("Certainty of a cause", certainties());
    texts.add("Possible causes that a request does not show", explain::possible_causes());
    texts.add("Requests to be sent", encoding());
    texts.add("Received values that break a rule", invalid_fields());
    let rows = rows::ALL.iter().map(|row: &&api::Row| (row.en.to_owned(), row.zh.to_owned()));
    texts.add_pairs("Errors of the API", rows);
    let causes = explain::causes().flat_map(|cause| [&cause.name, &cause.advice]);
    texts.add("Causes of a signature that does not verify", causes);
    texts.add("Formats of captured material", formats());
    texts.add("Remarks on captured material", remarks());
    texts.add("Input without an HTTP message", not_http());
    let causes = explain::response_causes().flat_map(|cause| [&cause.name, &cause.advice]);
    texts.add("Causes of a response that does not verify", causes);
    texts.add("The network", network());
    insta::assert_snapshot!(texts.page());
}

#[test]
fn every_error_of_the_system_has_words() {
    let mut texts = Texts::default();
    texts.add("The operating system", system());
    texts.page();
}

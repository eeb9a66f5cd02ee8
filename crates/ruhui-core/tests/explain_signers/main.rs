//! Tests `explain` with thousands of clients that make the mistakes of real libraries, written independently of
//! `explain`. Each cause that it names must be true, and must be the mistake that was made.

#![allow(clippy::unwrap_used, reason = "the lint's exception for tests does not reach their helpers")]

mod case;
mod json;
mod mistakes;
mod oracle;
#[path = "../common/samples.rs"]
mod samples;
mod signer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use case::{Case, Dice, MCHID, NOW, OTHER_SERIAL};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use mistakes::{MISTAKES, Mistake, Part};
use ruhui_core::explain::{Explanation, Keys, Received, Verdict, explain};
use ruhui_core::key::{Certificate, PrivateKey, PublicKey};
use ruhui_core::types::SerialNo;
use signer::Rsa;
use std::collections::BTreeMap;
use std::sync::LazyLock;

fn key(pem: &str) -> PrivateKey {
    PrivateKey::from_pem(pem).unwrap()
}

static MERCHANT: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../../vectors/keys/merchant_key.pem")));
static SECOND: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../../vectors/keys/brand_key.pem")));
static PLATFORM: LazyLock<PrivateKey> =
    LazyLock::new(|| key(include_str!("../../../../vectors/keys/platform_key.pem")));
/// Numbers of the merchant's private key, for signatures that no library makes by mistake.
static NUMBERS: LazyLock<Rsa> =
    LazyLock::new(|| Rsa::from_pem(include_str!("../../../../vectors/keys/merchant_key_pkcs1.pem")));

fn keys() -> Keys {
    let certificate =
        Certificate::from_pem(include_str!("../../../../vectors/keys/merchant_cert.pem")).unwrap();
    let serial = |text| Some(SerialNo::new(text).unwrap());
    let public = |key: &PrivateKey| -> PublicKey { key.public_key() };
    Keys::new()
        .of_caller(MCHID)
        .with_certificate(&certificate)
        .with_caller(serial(OTHER_SERIAL), public(&SECOND))
        .with_other("WeChat Pay", serial("7132D72A03E93CDD"), public(&PLATFORM))
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn sign(case: &Case, message: &[u8]) -> Vec<u8> {
    let raw = |block: &[u8]| NUMBERS.sign(block);
    match (case.key, case.algorithm) {
        ("second", _) => STANDARD.decode(SECOND.sign(message)).unwrap(),
        ("platform", _) => STANDARD.decode(PLATFORM.sign(message)).unwrap(),
        ("unknown", _) => {
            [vec![7], [message, &[7]].concat().iter().cycle().take(255).copied().collect()].concat()
        }
        (_, "sha256") => STANDARD.decode(MERCHANT.sign(message)).unwrap(),
        (_, "bare") => NUMBERS.padded(&signer::digest("sha256", message)),
        (_, "hex") => NUMBERS.padded(hex::encode(signer::digest("sha256", message)).as_bytes()),
        (_, "pss") => raw(&signer::pss(NUMBERS.length, message, &[0x5a; 32])),
        (_, "pss_longest") => raw(&signer::pss(NUMBERS.length, message, &vec![0x5a; NUMBERS.length - 34])),
        (_, hash) => NUMBERS.padded(&signer::digest_info(hash, message)),
    }
}

/// The explanation of a sent request, and the message that was signed.
struct Outcome {
    explanation: Explanation,
    message: Vec<u8>,
}

fn send(case: &Case) -> Outcome {
    let message = (case.join)(&case.signed);
    let signature = (case.text)(&sign(case, &message));
    let (scheme, field) = if case.sample.template.starts_with("/brand/") {
        ("WECHATPAY-BRAND-SHA256-RSA2048", "brand_id")
    } else {
        ("WECHATPAY2-SHA256-RSA2048", "mchid")
    };
    let value = format!(
        "{scheme} {field}=\"{}\",nonce_str=\"{}\",signature=\"{signature}\",timestamp=\"{}\",serial_no=\"{}\"",
        case.mchid, case.sent.nonce, case.sent.timestamp, case.serial
    );
    let mut headers = HeaderMap::new();
    let is_missing = case.headers.iter().any(|(name, _)| *name == "no-authorization");
    for (name, value) in case.headers.iter().filter(|(name, _)| *name != "no-authorization") {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    if !is_missing {
        let value = HeaderValue::from_bytes((case.header)(&value).as_bytes()).unwrap();
        headers.insert(http::header::AUTHORIZATION, value);
    }
    let now = Timestamp::from_second(NOW).unwrap();
    let received =
        Received::with_headers(&case.sent.method, &case.sent.target, &headers, &case.sent.body, now);
    Outcome { explanation: explain(&received, &keys()), message }
}

fn ids(explanation: &Explanation) -> Vec<&'static str> {
    explanation.findings.iter().map(|finding| finding.cause.id).collect()
}

/// Returns a client that makes these mistakes. Each of them changes the request.
fn client(dice: &mut Dice, made: &[&Mistake]) -> Option<Case> {
    (0..40).find_map(|_| {
        let mut case = Case::draw(dice);
        made.iter().all(|mistake| (mistake.make)(&mut case, dice)).then_some(case)
    })
}

/// Returns the causes named for `made` that are not true.
fn untrue(case: &Case, outcome: &Outcome, made: &[&Mistake]) -> Vec<String> {
    let judged = ids(&outcome.explanation)
        .into_iter()
        .map(|id| (id, oracle::is_true(id, case, &outcome.message, made)));
    judged
        .filter(|(_, truth)| *truth != Some(true))
        .map(|(id, truth)| {
            let names: Vec<_> = made.iter().map(|mistake| mistake.name).collect();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let text =
                |bytes: &[u8]| text(bytes).escape_debug().to_string().chars().take(900).collect::<String>();
            format!(
                "{id} ({truth:?}) of {names:?}: {:?}\n  sent   {}\n  signed {}",
                ids(&outcome.explanation),
                text(&case.sent.message()),
                text(&outcome.message)
            )
        })
        .collect()
}

fn shown(problems: &[String]) -> String {
    problems.iter().take(12).cloned().collect::<Vec<_>>().join("\n")
}

#[test]
fn a_single_mistake_is_named_first_and_nothing_untrue_is_said() {
    const CLIENTS: usize = 10;
    let mut dice = Dice::new(1);
    let (mut total, mut named, mut false_causes, mut wrong) = (0, 0, Vec::new(), Vec::new());
    let mut missed: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
    for mistake in MISTAKES {
        let mut drawn = 0;
        for _ in 0..CLIENTS {
            let Some(case) = client(&mut dice, &[mistake]) else { continue };
            drawn += 1;
            let outcome = send(&case);
            total += 1;
            let is_right = outcome.message == case.sent.message() && is_about_lines(mistake);
            if is_right != (outcome.explanation.verdict == Verdict::Accepted) {
                wrong.push(format!("{}: {}", mistake.name, outcome.explanation.verdict));
            }
            false_causes.extend(untrue(&case, &outcome, &[mistake]));
            let said = ids(&outcome.explanation);
            if said.first().is_some_and(|first| mistake.causes.contains(first)) {
                named += 1;
            } else {
                let entry = missed.entry(mistake.name).or_default();
                entry.0 += 1;
                entry.1.push(format!(
                    "{said:?}\n  sent   {}\n  signed {}",
                    String::from_utf8_lossy(&case.sent.message()).escape_debug(),
                    String::from_utf8_lossy(&outcome.message).escape_debug()
                ));
            }
        }
        assert!(drawn > 0, "no client makes this mistake: {}", mistake.name);
    }
    println!("single mistakes: {named} of {total} named first");
    for (name, (count, said)) in &missed {
        println!("missed {count}: {name}: {}", said[0]);
    }
    assert!(false_causes.is_empty(), "{} false causes:\n{}", false_causes.len(), shown(&false_causes));
    assert!(wrong.is_empty(), "{}", shown(&wrong));
    assert!(named * 100 >= total * 98, "{named} of {total}");
}

/// Returns whether a mistake changes the signed lines and nothing else.
fn is_about_lines(mistake: &Mistake) -> bool {
    matches!(mistake.part, Part::Method | Part::Url | Part::Nonce | Part::Body | Part::Layout)
        || mistake.causes[0] == "milliseconds_signed"
        || mistake.causes[0] == "clock_read_twice"
}

#[test]
fn of_two_mistakes_one_is_named_and_nothing_untrue_is_said() {
    const CLIENTS: usize = 80;
    let mut dice = Dice::new(2);
    let (mut total, mut named, mut both, mut false_causes, mut wrong) = (0, 0, 0, Vec::new(), Vec::new());
    let mut missed = Vec::new();
    while total < CLIENTS {
        let pair = [&MISTAKES[dice.below(MISTAKES.len())], &MISTAKES[dice.below(MISTAKES.len())]];
        if !go_together(pair) {
            continue;
        }
        let Some(case) = client(&mut dice, &pair) else { continue };
        let outcome = send(&case);
        if outcome.message == case.sent.message() && pair.iter().all(|mistake| is_about_lines(mistake)) {
            continue;
        }
        total += 1;
        if outcome.explanation.verdict == Verdict::Accepted {
            wrong.push(format!("{} and {}", pair[0].name, pair[1].name));
        }
        false_causes.extend(untrue(&case, &outcome, &pair));
        let said = ids(&outcome.explanation);
        let is_named = |mistake: &&Mistake| mistake.causes.iter().any(|cause| said.contains(cause));
        match pair.iter().filter(|mistake| is_named(mistake)).count() {
            0 => missed.push(format!("{} and {}: {said:?}", pair[0].name, pair[1].name)),
            1 => named += 1,
            _ => (named, both) = (named + 1, both + 1),
        }
    }
    println!("two mistakes: one named in {named} of {total}, both in {both}");
    missed.iter().for_each(|missed| println!("missed: {missed}"));
    assert!(false_causes.is_empty(), "{} false causes:\n{}", false_causes.len(), shown(&false_causes));
    assert!(wrong.is_empty(), "called right:\n{}", shown(&wrong));
    assert!(named * 100 >= total * 80, "{named} of {total}");
}

/// Returns whether two mistakes can be made together: they are about different parts, and the second does not undo the
/// first.
fn go_together([first, second]: [&Mistake; 2]) -> bool {
    let has = |part: Part| first.part == part || second.part == part;
    first.part != second.part
        // Padding by hand needs the merchant's own key, and a text that no key signed shows no other mistake.
        && !(has(Part::Key) && (has(Part::Algorithm) || has(Part::Serial)))
        && !(has(Part::Serial) && has(Part::Algorithm))
}

#[test]
fn a_right_request_is_called_right() {
    let mut dice = Dice::new(3);
    for number in 0..200 {
        let mut case = Case::draw(&mut dice);
        let writer = dice.pick(&[
            json::PLAIN,
            json::PYTHON_ASCII,
            json::TWO,
            json::CRLF,
            json::PHP,
            json::GO,
            json::GSON,
            json::DOT_NET,
        ]);
        case.written(writer, writer);
        if dice.below(3) == 0 && !case.sent.body.is_empty() {
            case.sent.body.push(b'\n');
            case.signed.body.push(b'\n');
        }
        if dice.below(3) == 0 {
            case.serial = case.serial.to_lowercase();
        }
        case.headers.push(("wechatpay-serial", "PUB_KEY_ID_0119000000".to_owned()));
        let outcome = send(&case);
        // A random text may be correct in a signed text and wrong in a parameter.
        let (verdict, findings) = if case.has_wrong_parameter() {
            (Verdict::SignatureRight, vec!["parameters"])
        } else {
            (Verdict::Accepted, vec![])
        };
        assert_eq!(outcome.explanation.verdict, verdict, "{number}: {}", outcome.explanation);
        assert_eq!(ids(&outcome.explanation), findings);
    }
}

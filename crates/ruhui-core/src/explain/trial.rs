//! Trying the signature: with the right message, with other keys and algorithms, with wrong messages.

use super::Signature;
use super::explanation::{Certainty, Comparison, Explanation, Finding, Verdict};
use super::keys::{Keys, Known};
use super::parts::Parts;
use super::search::Search;
use super::signature;
use super::words::{Cause, Words, cause};
use crate::crypto::Mistaken;

const SHA_256: (&str, &str) = (
    "Sign with RSASSA-PKCS1-v1_5 and SHA-256: SHA256withRSA in Java, openssl dgst -sha256 -sign.",
    "请使用 SHA256 with RSA（PKCS#1 v1.5）：Java 为 SHA256withRSA，命令行为 openssl dgst -sha256 -sign。",
);
static SHA_1: Cause = cause("signed_with_sha1", ("you signed with SHA-1", "您使用了 SHA-1 签名"), SHA_256);
static SHA_384: Cause =
    cause("signed_with_sha384", ("you signed with SHA-384", "您使用了 SHA-384 签名"), SHA_256);
static SHA_512: Cause =
    cause("signed_with_sha512", ("you signed with SHA-512", "您使用了 SHA-512 签名"), SHA_256);
static PSS: Cause =
    cause("signed_with_pss", ("you signed with PSS padding", "您使用了 PSS 填充签名"), SHA_256);
static REVERSED: Cause = cause(
    "signature_reversed",
    ("the signature's bytes are in reverse order", "签名字节顺序颠倒"),
    (
        "Windows CryptoAPI gives them so: reverse them before encoding.",
        "Windows CryptoAPI 的输出为小端序，编码前请反转。",
    ),
);
static OTHER_CERTIFICATE: Cause = cause(
    "key_of_other_certificate",
    (
        "you signed with the key of another certificate than serial_no names",
        "签名所用私钥与 serial_no 对应的证书不符",
    ),
    (
        "Put the serial of the certificate into serial_no whose private key signs.",
        "serial_no 须为签名私钥对应证书的序列号。",
    ),
);
static FOREIGN: Cause = cause(
    "key_foreign",
    ("you signed with the key of someone else", "您使用了其他方的私钥签名"),
    (
        "Sign with the private key of the merchant API certificate (apiclient_key.pem) of the caller named in the header.",
        "请使用请求头中商户号（或品牌ID）自己的 API 证书私钥（apiclient_key.pem）签名。",
    ),
);
static BODY_LOST: Cause = cause(
    "body_lost",
    ("the service received no body", "服务端没有收到请求体"),
    (
        "Send the body that was signed: a stream may have been read before, or a proxy may have dropped it.",
        "请确认请求体已发送：可能流已被读取过，或被代理丢弃。",
    ),
);
static QUESTION_MARKS: Cause = cause(
    "body_question_marks",
    (
        "the body has runs of question marks: characters were lost on sending",
        "请求体含有连续问号：发送时字符丢失",
    ),
    (
        "Send the body as UTF-8 bytes, with the charset named outright.",
        "请以 UTF-8 字节发送请求体，并显式指定字符集。",
    ),
);

pub(super) static ALL: [&Cause; 9] =
    [&SHA_1, &SHA_384, &SHA_512, &PSS, &REVERSED, &OTHER_CERTIFICATE, &FOREIGN, &BODY_LOST, &QUESTION_MARKS];

/// What a signature alone does not tell.
static PERHAPS: [Words; 5] = [
    Words::fixed(
        "the nonce in the message is another than the one in the header (made twice)",
        "签名串中的随机串与请求头中的不同（生成了两次）",
    ),
    Words::fixed(
        "another body was signed: members added, dropped or changed after signing",
        "签名的是另一个请求体：签名后增删或修改了字段",
    ),
    Words::fixed(
        "the body was signed or sent in another encoding than UTF-8, such as GBK",
        "签名或发送时请求体使用了非 UTF-8 编码，例如 GBK",
    ),
    Words::fixed(
        "something between caller and service changed path, query or body",
        "调用方与服务端之间的代理修改了路径、查询串或请求体",
    ),
    Words::fixed(
        "the private key belongs to a certificate that is not known here",
        "签名私钥属于此处未知的证书",
    ),
];

/// The length of a signature by a key of 2048 bits, for where no key is known.
const USUAL_LENGTH: usize = 256;

impl Explanation {
    pub(super) fn new(verdict: Verdict, findings: Vec<Finding>) -> Self {
        Self { verdict, findings, comparison: None, sign_information: None, perhaps: Vec::new(), trials: 0 }
    }
}

pub(super) fn judge(base: &Parts, said: &Signature, keys: &Keys, mut findings: Vec<Finding>) -> Explanation {
    let known = keys.in_order(said.serial_no.as_deref());
    let mut lengths: Vec<usize> = known.iter().map(|known| known.key.inner().signature_length()).collect();
    if lengths.is_empty() {
        lengths.push(USUAL_LENGTH);
    }
    let (signature, damage) = signature::read(&said.text, &lengths);
    findings.extend(damage);
    let Some(signature) = signature else {
        return Explanation::new(Verdict::Unchecked, findings);
    };
    if known.is_empty() {
        return Explanation::new(Verdict::Unchecked, findings);
    }

    let public: Vec<_> = known.iter().map(|known| &known.key).collect();
    let mut search = Search::new(&public, &signature);
    let message = base.message();
    let explained = |mut findings: Vec<Finding>, more: Vec<Finding>, comparison, trials| {
        findings.extend(more);
        let verdict = if findings.is_empty() { Verdict::Accepted } else { Verdict::Explained };
        Explanation { comparison, trials, ..Explanation::new(verdict, findings) }
    };
    if let Some(key) = (0..known.len()).find(|key| search.fits(*key, &message)) {
        return explained(findings, other_key(&known, key, said), None, search.trials());
    }
    if let Some((key, cause)) = other_algorithm(&known, &message, &signature) {
        let more = [vec![Finding::proven(cause)], other_key(&known, key, said)].concat();
        return explained(findings, more, None, search.trials());
    }
    if let Some(hit) = search.run(base, keys.callers().count().max(1)) {
        let mut more = other_key(&known, hit.key, said);
        more.extend(hit.causes.into_iter().map(Finding::proven));
        return explained(findings, more, Some(Comparison::of(&hit.message, &message)), search.trials());
    }

    findings.extend(likely(base));
    Explanation {
        trials: search.trials(),
        perhaps: PERHAPS.to_vec(),
        ..Explanation::new(Verdict::Unexplained, findings)
    }
}

/// That the signature is by another key than the one that `serial_no` names. A serial that names none was
/// found fault with already.
fn other_key(known: &[&Known], key: usize, said: &Signature) -> Vec<Finding> {
    let right = known[key];
    let named = |other: &&Known| other.is_callers() && other.serial_no() == said.serial_no.as_deref();
    let cause = match right.is_callers() {
        false => &FOREIGN,
        true if !named(&right) && right.serial_no().is_some() && known.iter().any(named) => {
            &OTHER_CERTIFICATE
        }
        true => return Vec::new(),
    };
    vec![Finding { detail: Some(right.name()), ..Finding::proven(cause) }]
}

fn other_algorithm(known: &[&Known], message: &[u8], signature: &[u8]) -> Option<(usize, &'static Cause)> {
    let reversed: Vec<u8> = signature.iter().rev().copied().collect();
    known.iter().enumerate().find_map(|(index, known)| {
        let mistaken = Mistaken::ALL
            .into_iter()
            .find(|mistaken| mistaken.verifies(known.key.spki(), message, signature))
            .map(|mistaken| match mistaken {
                Mistaken::Sha1 => &SHA_1,
                Mistaken::Sha384 => &SHA_384,
                Mistaken::Sha512 => &SHA_512,
                Mistaken::Pss => &PSS,
            });
        let turned = || known.key.inner().verifies(message, &reversed).then_some(&REVERSED);
        mistaken.or_else(turned).map(|cause| (index, cause))
    })
}

fn likely(base: &Parts) -> Vec<Finding> {
    let likely = |cause| Finding { certainty: Certainty::Likely, ..Finding::seen(cause) };
    let lost = base.body.is_empty() && !matches!(base.method.as_str(), "GET" | "HEAD" | "DELETE");
    let questions = base.body.windows(2).any(|pair| pair == b"??");
    lost.then(|| likely(&BODY_LOST)).into_iter().chain(questions.then(|| likely(&QUESTION_MARKS))).collect()
}

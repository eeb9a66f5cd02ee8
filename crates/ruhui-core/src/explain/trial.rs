//! Finds the key that made a signature, the algorithm, and the message that was signed.

use super::Signature;
use super::block::Block;
use super::explanation::{Certainty, Comparison, Explanation, Finding, Verdict};
use super::keys::{Keys, Known};
use super::parts::Parts;
use super::search::Search;
use super::words::{Cause, Words, cause};
use super::{signature, target};
use crate::crypto::Hash;

const SHA_256: (&str, &str) = (
    "Sign with RSASSA-PKCS1-v1_5 and SHA-256: SHA256withRSA in Java, openssl dgst -sha256 -sign.",
    "请使用 SHA256 with RSA（PKCS#1 v1.5）：Java 为 SHA256withRSA，命令行为 openssl dgst -sha256 -sign。",
);
static SHA_1: Cause = cause("signed_with_sha1", ("you signed with SHA-1", "您使用了 SHA-1 签名"), SHA_256);
static MD5: Cause = cause("signed_with_md5", ("you signed with MD5", "您使用了 MD5 签名"), SHA_256);
static SHA_224: Cause =
    cause("signed_with_sha224", ("you signed with SHA-224", "您使用了 SHA-224 签名"), SHA_256);
static SHA_384: Cause =
    cause("signed_with_sha384", ("you signed with SHA-384", "您使用了 SHA-384 签名"), SHA_256);
static SHA_512: Cause =
    cause("signed_with_sha512", ("you signed with SHA-512", "您使用了 SHA-512 签名"), SHA_256);
static PSS: Cause =
    cause("signed_with_pss", ("you signed with PSS padding", "您使用了 PSS 填充签名"), SHA_256);
static BARE: Cause = cause(
    "signed_without_digest_info",
    (
        "the signature is a private-key encryption of a text or a bare digest, not a signature by PKCS#1 v1.5",
        "签名是用私钥直接加密文本或摘要得到的，不是 PKCS#1 v1.5 签名",
    ),
    SHA_256,
);
static OTHER_MESSAGE: Cause = cause(
    "message_other",
    (
        "this key made the signature, over another message than the one that the service built",
        "签名确由该私钥生成，但签名的内容与服务端构造的签名串不同",
    ),
    (
        "Print the text that your program signs and its length in bytes, and compare both with the service's.",
        "请打印程序实际签名的文本及其字节长度，与服务端的签名串逐字节比较。",
    ),
);
static KEY_UNKNOWN: Cause = cause(
    "key_unknown",
    ("none of the keys known here made the signature", "签名不是由此处已知的任何私钥生成的"),
    (
        "Check that the private key belongs to the certificate in serial_no: openssl pkey -in apiclient_key.pem -pubout and openssl x509 -in apiclient_cert.pem -noout -pubkey print the same.",
        "请检查私钥与 serial_no 对应的证书是否配对：openssl pkey -in apiclient_key.pem -pubout 与 openssl x509 -in apiclient_cert.pem -noout -pubkey 的输出应相同。",
    ),
);
static KEY_KNOWN: Cause = cause(
    "key_known",
    ("a known key made the signature", "签名由已知的私钥生成"),
    (
        "Give the whole request, and what was signed is compared with what was sent.",
        "请提供完整的请求，以便比较签名的内容与发送的内容。",
    ),
);
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
static PLACEHOLDER_SENT: Cause = cause(
    "placeholder_sent",
    ("the path was sent with a placeholder of the document in it", "发送的路径中仍有文档里的占位符"),
    (
        "Fill the placeholder in before sending, and sign the path that is sent.",
        "发送前请替换占位符，并对实际发送的路径签名。",
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

/// The possible causes that a request alone does not show.
#[cfg(test)]
pub(crate) fn possible_causes() -> impl Iterator<Item = &'static Words> {
    PERHAPS_MESSAGE.iter().chain(&PERHAPS_KEY)
}

pub(super) static ALL: [&Cause; 16] = [
    &SHA_1,
    &SHA_384,
    &SHA_512,
    &MD5,
    &SHA_224,
    &PSS,
    &BARE,
    &REVERSED,
    &OTHER_CERTIFICATE,
    &FOREIGN,
    &OTHER_MESSAGE,
    &KEY_UNKNOWN,
    &KEY_KNOWN,
    &BODY_LOST,
    &PLACEHOLDER_SENT,
    &QUESTION_MARKS,
];

/// The possible reasons for which a known key signed another message, where no trial shows the reason.
static PERHAPS_MESSAGE: [Words; 4] = [
    Words::fixed(
        "the nonce or the timestamp in the message is another than the one in the header: made twice, or that of an earlier request",
        "签名串中的随机串或时间戳与请求头中的不同：生成了两次，或是之前请求的值",
    ),
    Words::fixed(
        "another body was signed: several members added, dropped or changed after signing",
        "签名的是另一个请求体：签名后增删或修改了多个字段",
    ),
    Words::fixed(
        "something between caller and service changed path, query or body",
        "调用方与服务端之间的代理修改了路径、查询串或请求体",
    ),
    Words::fixed("the signature belongs to another request", "签名属于另一个请求"),
];

/// The possible reasons for which no known key made a signature.
static PERHAPS_KEY: [Words; 3] = [
    Words::fixed(
        "the private key belongs to a certificate that is not known here: one that was replaced, or another merchant's",
        "签名私钥属于此处未知的证书：已更换的证书，或其他商户的证书",
    ),
    Words::fixed("the signature's characters were changed on the way", "签名值在传输中被改动"),
    Words::fixed(
        "the algorithm is not RSA: SM2, ECDSA, or an HMAC of the same length",
        "使用的不是 RSA 算法，例如 SM2、ECDSA 或相同长度的 HMAC",
    ),
];

impl Explanation {
    pub(super) fn new(verdict: Verdict, findings: Vec<Finding>) -> Self {
        Self {
            verdict,
            findings,
            remarks: Vec::new(),
            comparison: None,
            sign_information: None,
            perhaps: Vec::new(),
            trials: 0,
        }
    }
}

/// Judges a signature. `no_meta` holds the reasons for which the service finds no text that was signed.
pub(super) fn judge(
    base: &Parts,
    said: &Signature,
    keys: &Keys,
    mut findings: Vec<Finding>,
    no_meta: Vec<Finding>,
) -> Explanation {
    let message = base.message();
    let block = match open(said, keys, &message, &mut findings) {
        Ok(opened) => opened.block,
        Err(Unopened::PerhapsPss(block)) => return perhaps_pss(base, &block, findings),
        Err(unopened) => return unopened.explanation(findings),
    };

    let mut search = Search::new(&block);
    if search.fits(&message) {
        let verdict = if findings.is_empty() { Verdict::Accepted } else { Verdict::Explained };
        return Explanation { trials: search.trials(), ..Explanation::new(verdict, findings) };
    }
    // Without `meta` the service verifies an empty body, so the missing `meta` already explains a signature
    // mismatch.
    if !no_meta.is_empty() {
        findings.extend(no_meta);
        return Explanation { trials: search.trials(), ..Explanation::new(Verdict::Explained, findings) };
    }
    if let Some(hit) = search.run(base) {
        findings.extend(hit.causes.into_iter().map(Finding::proven));
        let comparison = Some(Comparison::of(&hit.message, &message));
        let trials = search.trials();
        return Explanation { comparison, trials, ..Explanation::new(Verdict::Explained, findings) };
    }
    if target::has_placeholder(base) {
        findings.push(Finding::seen(&PLACEHOLDER_SENT));
    }
    findings.push(Finding::proven(&OTHER_MESSAGE));
    findings.extend(likely(base));
    Explanation {
        trials: search.trials(),
        perhaps: PERHAPS_MESSAGE.to_vec(),
        ..Explanation::new(Verdict::Unexplained, findings)
    }
}

/// Judges a block that looks like PSS with the longest salt. It is one for certain if its message is found.
fn perhaps_pss(base: &Parts, block: &Block, mut findings: Vec<Finding>) -> Explanation {
    let mut search = Search::new(block);
    if let Some(hit) = search.run(base) {
        findings.push(Finding::proven(&PSS));
        findings.extend(hit.causes.into_iter().map(Finding::proven));
        let comparison = Some(Comparison::of(&hit.message, &base.message()));
        let trials = search.trials();
        return Explanation { comparison, trials, ..Explanation::new(Verdict::Explained, findings) };
    }
    findings.push(Finding { certainty: Certainty::Likely, ..Finding::proven(&PSS) });
    Explanation {
        trials: search.trials(),
        perhaps: PERHAPS_MESSAGE.iter().chain(&PERHAPS_KEY).cloned().collect(),
        ..Explanation::new(Verdict::Unexplained, findings)
    }
}

/// Says which key made the signature, where the message is not known.
pub(super) fn judge_key(said: &Signature, keys: &Keys, mut findings: Vec<Finding>) -> Explanation {
    match open(said, keys, b"", &mut findings) {
        Ok(opened) => {
            let mut explanation = Explanation::new(Verdict::Incomplete, findings);
            if opened.is_callers {
                let made_by = Finding { detail: Some(opened.name), ..Finding::proven(&KEY_KNOWN) };
                explanation.remarks.push(made_by);
            }
            explanation
        }
        Err(Unopened::OtherKey | Unopened::PerhapsPss(_)) => {
            findings.push(Finding::proven(&KEY_UNKNOWN));
            Explanation { perhaps: PERHAPS_KEY.to_vec(), ..Explanation::new(Verdict::Incomplete, findings) }
        }
        Err(unopened) => unopened.explanation(findings),
    }
}

/// A signature whose block a known key recovered.
struct Opened {
    block: Block,
    name: Words,
    is_callers: bool,
}

/// The reason for which no known key recovered the block of a signature.
enum Unopened {
    NotASignature,
    NoKey,
    OtherKey,
    /// It looks like PSS with the longest salt, which only a message can prove.
    PerhapsPss(Block),
}

impl Unopened {
    fn explanation(self, mut findings: Vec<Finding>) -> Explanation {
        match self {
            Self::NotASignature | Self::NoKey => Explanation::new(Verdict::Unchecked, findings),
            Self::OtherKey | Self::PerhapsPss(_) => {
                findings.push(Finding::proven(&KEY_UNKNOWN));
                let perhaps = PERHAPS_KEY.to_vec();
                Explanation { perhaps, ..Explanation::new(Verdict::Unexplained, findings) }
            }
        }
    }
}

/// Recovers the block with the known keys, and adds the findings about the signature's text, key and algorithm.
fn open(
    said: &Signature,
    keys: &Keys,
    message: &[u8],
    findings: &mut Vec<Finding>,
) -> Result<Opened, Unopened> {
    let known = keys.in_order(said.serial_no.as_deref());
    let (signature, damage) = signature::read(&said.text, known.iter().map(|known| &known.key));
    findings.extend(damage);
    let signature = signature.ok_or(Unopened::NotASignature)?;
    if known.is_empty() {
        return Err(Unopened::NoKey);
    }
    let reversed: Vec<u8> = signature.iter().rev().copied().collect();
    let opened =
        [(&signature, None), (&reversed, Some(&REVERSED))].into_iter().find_map(|(bytes, turned)| {
            let open = |key: usize| Some((key, Block::open(&known[key].key, bytes, message)?, turned));
            (0..known.len()).find_map(open)
        });
    let Some((key, block, turned)) = opened else {
        let may_be_pss = known.iter().find_map(|known| Block::perhaps_pss(&known.key, &signature));
        return Err(may_be_pss.map_or(Unopened::OtherKey, Unopened::PerhapsPss));
    };
    findings.extend(turned.map(Finding::proven));
    findings.extend(other_key(&known, key, said));
    findings.extend(other_algorithm(&block).map(Finding::proven));
    Ok(Opened { block, name: known[key].name(), is_callers: known[key].is_callers() })
}

/// That the signature is by another key than the one that `serial_no` names. A serial that names none was
/// found fault with already.
fn other_key(known: &[&Known], key: usize, said: &Signature) -> Vec<Finding> {
    let right = known[key];
    let named = |other: &&Known| other.is_callers() && names(other.serial_no(), said.serial_no.as_deref());
    let cause = match right.is_callers() {
        false => &FOREIGN,
        true if !named(&right) && right.serial_no().is_some() && known.iter().any(named) => {
            &OTHER_CERTIFICATE
        }
        true => return Vec::new(),
    };
    vec![Finding { detail: Some(right.name()), ..Finding::proven(cause) }]
}

/// Whether two serials are the same, both being known.
fn names(known: Option<&str>, said: Option<&str>) -> bool {
    known.zip(said).is_some_and(|(known, said)| known.eq_ignore_ascii_case(said))
}

/// The algorithm, where it is another than SHA-256 with RSA.
fn other_algorithm(block: &Block) -> Option<&'static Cause> {
    match block {
        Block::Digest { hash, .. } => match hash {
            Hash::Sha256 => None,
            Hash::Md5 => Some(&MD5),
            Hash::Sha1 => Some(&SHA_1),
            Hash::Sha224 => Some(&SHA_224),
            Hash::Sha384 => Some(&SHA_384),
            Hash::Sha512 => Some(&SHA_512),
        },
        Block::Pss { .. } => Some(&PSS),
        Block::Bare(_) => Some(&BARE),
    }
}

fn likely(base: &Parts) -> Vec<Finding> {
    let likely = |cause| Finding { certainty: Certainty::Likely, ..Finding::seen(cause) };
    let lost = base.form.is_none()
        && base.body.is_empty()
        && !matches!(base.method.as_str(), "GET" | "HEAD" | "DELETE");
    let questions = base.body.windows(2).any(|pair| pair == b"??");
    lost.then(|| likely(&BODY_LOST)).into_iter().chain(questions.then(|| likely(&QUESTION_MARKS))).collect()
}

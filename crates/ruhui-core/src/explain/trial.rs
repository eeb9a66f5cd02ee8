//! Finds the key, the algorithm and the message of a signature.

use super::block::{Block, recover};
use super::cause::Cause;
use super::causes::signer::{
    BARE, BODY_LOST, FOREIGN, KEY_KNOWN, KEY_UNKNOWN, MD5, OTHER_CERTIFICATE, OTHER_MESSAGE,
    PLACEHOLDER_SENT, PSS, QUESTION_MARKS, REVERSED, SHA_1, SHA_224, SHA_384, SHA_512,
};
use super::explanation::{Certainty, Comparison, Explanation, Finding, Verdict};
use super::keys::{Keys, Known, SigningKey};
use super::parts::Parts;
use super::search::Search;
use super::{signature, target};
use crate::bilingual::Bilingual;
use crate::crypto::Hash;

/// Text of a signature, and the serial number of the certificate that it claims.
pub(super) struct Signature {
    pub(super) text: String,
    pub(super) serial_no: Option<String>,
}

/// Returns the possible causes that a request alone does not show.
#[cfg(test)]
pub(crate) fn possible_causes() -> impl Iterator<Item = &'static Bilingual> {
    PERHAPS_MESSAGE.iter().chain(&PERHAPS_KEY)
}

/// Possible reasons for which a known key signed another message, if no trial finds the reason.
static PERHAPS_MESSAGE: [Bilingual; 4] = [
    Bilingual::fixed(
        "the nonce or timestamp in the message differs from the header's: it was made twice, or belongs to an earlier request",
        "待签名串中的随机串或时间戳与请求头中的不同：生成了两次，或是之前请求的值",
    ),
    Bilingual::fixed(
        "another body was signed: several members added, dropped or changed after signing",
        "签名的是另一个请求体：签名后增删或修改了多个字段",
    ),
    Bilingual::fixed(
        "something between caller and service changed path, query or body",
        "调用方与服务端之间的代理修改了路径、查询串或请求体",
    ),
    Bilingual::fixed("the signature belongs to another request", "签名属于另一个请求"),
];

/// Possible reasons for which no known key made a signature.
static PERHAPS_KEY: [Bilingual; 3] = [
    Bilingual::fixed(
        "the private key belongs to a certificate that is not known here: one that was replaced, or another merchant's",
        "签名私钥属于此处未知的证书：已更换的证书，或其他商户的证书",
    ),
    Bilingual::fixed("the signature's characters were changed on the way", "签名值在传输中被改动"),
    Bilingual::fixed(
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
            key: None,
            comparison: None,
            sign_information: None,
            perhaps: Vec::new(),
            trials: 0,
        }
    }
}

/// Explains a signature. `no_meta` are the reasons for which the service finds no signed text in an upload.
pub(super) fn judge(
    base: &Parts,
    said: &Signature,
    keys: &Keys,
    mut findings: Vec<Finding>,
    no_meta: Vec<Finding>,
) -> Explanation {
    let message = base.message();
    match open(said, keys, &message, &mut findings) {
        Ok(RecoveredBlock { block, key }) => {
            let explanation = judge_block(base, &block, &message, findings, no_meta);
            Explanation { key: Some(key), ..explanation }
        }
        Err(UndecodedBlock::PerhapsPss(block)) => perhaps_pss(base, &block, findings),
        Err(unopened) => unopened.explanation(findings),
    }
}

/// Explains a block by the message that it was made from.
fn judge_block(
    base: &Parts,
    block: &Block,
    message: &[u8],
    mut findings: Vec<Finding>,
    no_meta: Vec<Finding>,
) -> Explanation {
    let mut search = Search::new(block);
    if search.fits(message) {
        let verdict = if findings.is_empty() { Verdict::Accepted } else { Verdict::Explained };
        return Explanation { trials: search.trials(), ..Explanation::new(verdict, findings) };
    }
    // Without `meta`, the service verifies an empty body: that already explains a signature mismatch.
    if !no_meta.is_empty() {
        findings.extend(no_meta);
        return Explanation { trials: search.trials(), ..Explanation::new(Verdict::Explained, findings) };
    }
    if let Some(hit) = search.run(base) {
        findings.extend(hit.causes.into_iter().map(Finding::proven));
        let comparison = Some(Comparison::of(&hit.message, message));
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

/// Explains a block that looks like PSS with the longest salt. It is certainly one if its message is found.
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

/// Finds the key that made the signature when the message is unknown.
pub(super) fn judge_key(said: &Signature, keys: &Keys, mut findings: Vec<Finding>) -> Explanation {
    match open(said, keys, b"", &mut findings) {
        Ok(opened) => {
            let mut explanation = Explanation::new(Verdict::Incomplete, findings);
            if opened.key.is_callers {
                let detail = Some(opened.key.name.clone());
                explanation.remarks.push(Finding { detail, ..Finding::proven(&KEY_KNOWN) });
            }
            explanation.key = Some(opened.key);
            explanation
        }
        Err(UndecodedBlock::OtherKey | UndecodedBlock::PerhapsPss(_)) => {
            findings.push(Finding::proven(&KEY_UNKNOWN));
            Explanation { perhaps: PERHAPS_KEY.to_vec(), ..Explanation::new(Verdict::Incomplete, findings) }
        }
        Err(unopened) => unopened.explanation(findings),
    }
}

/// Signature whose block a known key recovered.
struct RecoveredBlock {
    block: Block,
    key: SigningKey,
}

/// Reason for which no known key recovered the block of a signature.
enum UndecodedBlock {
    NotASignature,
    NoKey,
    OtherKey,
    /// The block looks like PSS with the longest salt, which only a message can prove.
    PerhapsPss(Block),
}

impl UndecodedBlock {
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

/// Recovers the block with the known keys, and adds the findings about the signature's text, key and
/// algorithm.
fn open(
    said: &Signature,
    keys: &Keys,
    message: &[u8],
    findings: &mut Vec<Finding>,
) -> Result<RecoveredBlock, UndecodedBlock> {
    let known = keys.in_order(said.serial_no.as_deref());
    let (signature, damage) = signature::read(&said.text, known.iter().map(|known| &known.key));
    findings.extend(damage);
    let signature = signature.ok_or(UndecodedBlock::NotASignature)?;
    if known.is_empty() {
        return Err(UndecodedBlock::NoKey);
    }
    let reversed: Vec<u8> = signature.iter().rev().copied().collect();
    let mut unread = Vec::new();
    let straight = known.iter().enumerate().find_map(|(key, known)| {
        let recovered = recover(&known.key, &signature)?;
        let block = Block::read(&recovered, message);
        if block.is_none() {
            unread.push(recovered);
        }
        Some((key, block?, None))
    });
    let turned = || {
        known.iter().enumerate().find_map(|(key, known)| {
            Some((key, Block::read(&recover(&known.key, &reversed)?, message)?, Some(&REVERSED)))
        })
    };
    let Some((key, block, turned)) = straight.or_else(turned) else {
        let may_be_pss = unread.iter().find_map(|recovered| Block::perhaps_pss(recovered));
        return Err(may_be_pss.map_or(UndecodedBlock::OtherKey, UndecodedBlock::PerhapsPss));
    };
    findings.extend(turned.map(Finding::proven));
    findings.extend(other_key(&known, key, said));
    findings.extend(other_algorithm(&block).map(Finding::proven));
    Ok(RecoveredBlock { block, key: known[key].signing_key() })
}

/// Returns a finding if another key signed than `serial_no` names. A serial number that names no key already
/// has a finding.
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

/// Returns whether both serial numbers are known and equal.
fn names(known: Option<&str>, said: Option<&str>) -> bool {
    known.zip(said).is_some_and(|(known, said)| known.eq_ignore_ascii_case(said))
}

/// Returns the cause for an algorithm other than SHA-256 with RSA.
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

//! Recognizes the padding of a block that was decrypted without one (RFC 8017, section 7).

use super::super::{FieldHash, FieldPadding};
use super::is_gbk;
use crate::crypto::Hash;

const HASHES: [FieldHash; 5] =
    [FieldHash::Sha1, FieldHash::Sha256, FieldHash::Sha512, FieldHash::Sha384, FieldHash::Sha224];

/// Number of zeros in a row that random bytes never have.
const ZEROS: usize = 12;

/// Returns the padding whose structure the block has. Random bytes have none.
pub(super) fn find(block: &[u8]) -> Option<FieldPadding> {
    if is_pkcs1(block) {
        return Some(FieldPadding::Pkcs1);
    }
    let pairs = HASHES.into_iter().flat_map(|hash| HASHES.into_iter().map(move |mask| (hash, mask)));
    for (hash, mask) in pairs {
        match oaep(block, hash, mask) {
            Some(Oaep::WithoutLabel) => return Some(FieldPadding::Oaep { hash, mask }),
            Some(Oaep::WithLabel) => return Some(FieldPadding::Label),
            None => {}
        }
    }
    let zeros = block.iter().take_while(|byte| **byte == 0).count();
    (zeros >= ZEROS && is_text(&block[zeros..])).then_some(FieldPadding::None)
}

/// Returns whether a block recovered with a public key was made with its private key: a signature, or
/// "encryption" with the private key.
pub(super) fn is_private(block: &[u8]) -> bool {
    let Some(rest) = block.strip_prefix(&[0, 1]) else { return false };
    let ones = rest.iter().take_while(|byte| **byte == 0xFF).count();
    ones >= 8 && rest.get(ones) == Some(&0)
}

/// Recognizes PKCS#1 v1.5. Its two leading bytes are too little structure, so the content must be text as
/// well.
fn is_pkcs1(block: &[u8]) -> bool {
    let Some(rest) = block.strip_prefix(&[0, 2]) else { return false };
    let end = rest.iter().position(|byte| *byte == 0);
    end.is_some_and(|end| end >= 8 && is_text(&rest[end + 1..]))
}

fn is_text(plain: &[u8]) -> bool {
    let is_utf8 = std::str::from_utf8(plain).is_ok_and(|text| !text.chars().any(char::is_control));
    !plain.is_empty() && (is_utf8 || is_gbk(plain))
}

enum Oaep {
    WithoutLabel,
    WithLabel,
}

fn oaep(block: &[u8], hash: FieldHash, mask: FieldHash) -> Option<Oaep> {
    let empty = digest(hash, &[]);
    let (first, rest) = block.split_first()?;
    if *first != 0 || rest.len() < 2 * empty.len() + 2 {
        return None;
    }
    let (masked_seed, masked_data) = rest.split_at(empty.len());
    let seed = unmask(masked_seed, masked_data, mask);
    let data = unmask(masked_data, &seed, mask);
    let (label, padded) = data.split_at(empty.len());
    let zeros = padded.iter().take_while(|byte| **byte == 0).count();
    let is_ended = padded.get(zeros) == Some(&1);
    match (label == empty.as_slice(), is_ended) {
        (true, true) => Some(Oaep::WithoutLabel),
        (false, true) if zeros >= ZEROS => Some(Oaep::WithLabel),
        _ => None,
    }
}

/// Removes from `masked` the mask that MGF1 makes of `seed`.
fn unmask(masked: &[u8], seed: &[u8], hash: FieldHash) -> Vec<u8> {
    let blocks = (0u32..).map(|counter| digest(hash, &[seed, &counter.to_be_bytes()]));
    masked.iter().zip(blocks.flatten()).map(|(byte, mask)| byte ^ mask).collect()
}

fn digest(hash: FieldHash, parts: &[&[u8]]) -> Vec<u8> {
    let hash = match hash {
        FieldHash::Sha1 => Hash::Sha1,
        FieldHash::Sha224 => Hash::Sha224,
        FieldHash::Sha256 => Hash::Sha256,
        FieldHash::Sha384 => Hash::Sha384,
        FieldHash::Sha512 => Hash::Sha512,
    };
    hash.of(&parts.concat())
}

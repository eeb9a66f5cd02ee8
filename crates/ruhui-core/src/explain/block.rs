//! Recovers the signed block from a signature with the public key, and so the digest of the message.
//!
//! The digest distinguishes "another key" from "this key, another message" with certainty. Each message that may
//! have been signed then costs one hash.

use crate::crypto::{Hash, PublicNumbers};
use crate::key::PublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Block that a private key signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 9.2): a hash function and a digest.
    Digest { hash: Hash, digest: Vec<u8> },
    /// PKCS#1 v1.5 padding around something else, as "private-key encryption" makes: a bare digest, or a
    /// text.
    Bare(Vec<u8>),
    /// RSASSA-PSS (RFC 8017, 9.1).
    Pss { hash: Hash, salt: Vec<u8>, digest: Vec<u8> },
}

/// Bytes in front of the digest (RFC 8017, 9.2, note 1), by hash function.
const DIGEST_INFO: [(Hash, &[u8]); 6] = [
    (Hash::Md5, &[0x30, 32, 0x30, 12, 6, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5, 5, 0, 4, 16]),
    (Hash::Sha1, &[0x30, 33, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 20]),
    (Hash::Sha224, &[0x30, 45, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4, 5, 0, 4, 28]),
    (Hash::Sha256, &[0x30, 49, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32]),
    (Hash::Sha384, &[0x30, 65, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2, 5, 0, 4, 48]),
    (Hash::Sha512, &[0x30, 81, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 64]),
];

impl Block {
    /// Reads the block of a signature; `None` unless the key that recovered the block also made the
    /// signature.
    ///
    /// Random bytes look like eight bytes of padding and a zero once in 2^70, and like a PSS block's zeros,
    /// last byte and separator once in some 2^48, so either is proof. The longest salt leaves no zeros: such
    /// a block counts only if it is of `message`, the message that should have been signed.
    pub(super) fn read(recovered: &[u8], message: &[u8]) -> Option<Self> {
        Self::pkcs1(recovered).or_else(|| Self::pss(recovered, message))
    }

    fn pkcs1(block: &[u8]) -> Option<Self> {
        let padded = block.strip_prefix(&[0, 1])?;
        let padding = padded.iter().take_while(|byte| **byte == 0xff).count();
        let content = padded[padding..].strip_prefix(&[0]).filter(|_| padding >= 8)?;
        let info = DIGEST_INFO.iter().find_map(|(hash, prefix)| {
            let digest = content.strip_prefix(*prefix)?;
            (digest.len() == usize::from(*prefix.last()?)).then(|| (*hash, digest.to_vec()))
        });
        Some(match info {
            Some((hash, digest)) => Self::Digest { hash, digest },
            None => Self::Bare(content.to_vec()),
        })
    }

    /// Returns a block that may be PSS with the longest salt, whatever was signed. One in some 5,000 other
    /// blocks looks like it.
    pub(super) fn perhaps_pss(recovered: &[u8]) -> Option<Self> {
        Self::pss_blocks(recovered).next().map(|(block, _)| block)
    }

    fn pss(block: &[u8], message: &[u8]) -> Option<Self> {
        let is_certain = |(block, zeros): &(Self, usize)| *zeros >= 4 || block.is_of(message);
        Self::pss_blocks(block).find(is_certain).map(|(block, _)| block)
    }

    /// Reads the block as PSS with each hash function. The number counts the zeros that support the reading.
    fn pss_blocks(block: &[u8]) -> impl Iterator<Item = (Self, usize)> + '_ {
        Hash::ALL.into_iter().filter_map(|hash| {
            let encoded = block.strip_suffix(&[0xbc])?;
            let (masked, digest) =
                encoded.split_at_checked(encoded.len().checked_sub(hash.of(b"").len())?)?;
            let mask = mask(hash, digest, masked.len());
            let mut data: Vec<u8> = masked.iter().zip(&mask).map(|(byte, mask)| byte ^ mask).collect();
            // A modulus usually has a multiple of eight bits, and the block one bit less.
            *data.first_mut()? &= 0x7f;
            let zeros = data.iter().take_while(|byte| **byte == 0).count();
            let salt = data[zeros..].strip_prefix(&[1])?.to_vec();
            Some((Self::Pss { hash, salt, digest: digest.to_vec() }, zeros))
        })
    }

    /// Returns whether the block is of this message.
    pub(super) fn is_of(&self, message: &[u8]) -> bool {
        match self {
            Self::Digest { hash, digest } => hash.of(message) == *digest,
            Self::Pss { hash, salt, digest } => {
                hash.of(&[&[0; 8], hash.of(message).as_slice(), salt].concat()) == *digest
            }
            Self::Bare(content) if content == message => true,
            Self::Bare(content) => Hash::ALL.into_iter().any(|hash| {
                let digest = hash.of(message);
                let texts = || [hex::encode(&digest), hex::encode_upper(&digest), STANDARD.encode(&digest)];
                if content.len() == digest.len() {
                    *content == digest
                } else {
                    texts().iter().any(|text| text.as_bytes() == content.as_slice())
                }
            }),
        }
    }
}

/// Recovers the padded block that was signed with this key.
pub(super) fn recover(key: &PublicKey, signature: &[u8]) -> Option<Vec<u8>> {
    PublicNumbers::of_spki(key.spki())?.recover(signature)
}

/// The mask generation function MGF1 (RFC 8017, B.2.1).
fn mask(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0_u32..).map(|counter| hash.of(&[seed, &counter.to_be_bytes()].concat()));
    blocks.flatten().take(length).collect()
}

//! Cryptographic operations: signatures, RSA-OAEP, AES-256-GCM and digests. No other file names the crypto
//! library.
//!
//! Every operation takes parsed keys, since parsing a private key takes half as long as a signature.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeyPair as RsaKeyPair, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey, PublicKey as RsaPublicKey,
};
use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey, RSA_PKCS1_SHA256};
use md5::{Digest as _, Md5};
use num_bigint::BigUint;
use x509_parser::prelude::{FromDer as _, SubjectPublicKeyInfo};
use zeroize::Zeroizing;

/// Error of an operation. By design, the library gives no reason.
pub(crate) struct Failed;

/// Private key that signs, and decrypts fields. The library wipes it when it is dropped.
pub(crate) struct Private {
    signing: RsaKeyPair,
    opening: OaepPrivateDecryptingKey,
}

impl Private {
    /// Reads the DER of an RSAPrivateKey (RFC 8017, A.1.2).
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self, Failed> {
        let signing = RsaKeyPair::from_der(der).map_err(|_| Failed)?;
        let pkcs8: Pkcs8V1Der<'_> = signing.as_der().map_err(|_| Failed)?;
        let opening = PrivateDecryptingKey::from_pkcs8(pkcs8.as_ref()).map_err(|_| Failed)?;
        let opening = OaepPrivateDecryptingKey::new(opening).map_err(|_| Failed)?;
        Ok(Self { signing, opening })
    }

    /// Returns the public half, as the DER of an RSAPublicKey (RFC 8017, A.1.1).
    pub(crate) fn public_pkcs1(&self) -> &[u8] {
        self.signing.public_key().as_ref()
    }

    /// Returns the DER of PKCS#8.
    pub(crate) fn pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Failed> {
        let der: Pkcs8V1Der<'_> = self.signing.as_der().map_err(|_| Failed)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Signs by RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.signing.public_modulus_len()];
        // PKCS#1 v1.5 is deterministic: the library's interface requires a random source, and does not use it.
        self.signing
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .expect("a parsed key of at least 2048 bits signs a SHA-256 digest");
        signature
    }

    /// Decrypts by RSAES-OAEP with SHA-1 and MGF1-SHA-1, empty label.
    pub(crate) fn decrypt(&self, encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failed> {
        let mut plain = Zeroizing::new(vec![0; self.opening.min_output_size()]);
        let length =
            self.opening.decrypt(&OAEP_SHA1_MGF1SHA1, encrypted, &mut plain, None).map_err(|_| Failed)?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

/// Public key that verifies signatures and encrypts fields.
pub(crate) struct Public {
    verifying: ParsedPublicKey,
    encryption: OaepPublicEncryptingKey,
}

impl Public {
    /// Reads the DER of an RSAPublicKey (RFC 8017, A.1.1). Also returns the key as a SubjectPublicKeyInfo.
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<(Self, Vec<u8>), Failed> {
        let key = RsaPublicKey::from_der(der).map_err(|_| Failed)?;
        let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| Failed)?;
        let spki = spki.as_ref();
        let verifying =
            ParsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, spki).map_err(|_| Failed)?;
        let encryption = PublicEncryptingKey::from_der(spki).map_err(|_| Failed)?;
        let encryption = OaepPublicEncryptingKey::new(encryption).map_err(|_| Failed)?;
        Ok((Self { verifying, encryption }, spki.to_vec()))
    }

    /// Verifies a signature by RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifying.verify_sig(message, signature).is_ok()
    }

    /// Returns the length of a signature, in bytes.
    pub(crate) fn signature_length(&self) -> usize {
        self.encryption.ciphertext_size()
    }

    /// Returns the length of the longest text that one encrypted field can contain, in bytes.
    pub(crate) fn longest_plain(&self) -> usize {
        self.encryption.max_plaintext_size(&OAEP_SHA1_MGF1SHA1)
    }

    /// Encrypts by RSAES-OAEP with SHA-1 and MGF1-SHA-1, empty label. The library makes the padding's seed.
    pub(crate) fn encrypt(&self, plain: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut encrypted = vec![0; self.encryption.ciphertext_size()];
        let length = self
            .encryption
            .encrypt(&OAEP_SHA1_MGF1SHA1, plain, &mut encrypted, None)
            .map_err(|_| Failed)?
            .len();
        encrypted.truncate(length);
        Ok(encrypted)
    }
}

/// Hash function that a signer may have used. All except SHA-256 are for diagnosis only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) const ALL: [Self; 6] =
        [Self::Sha256, Self::Sha1, Self::Md5, Self::Sha224, Self::Sha384, Self::Sha512];

    /// Returns the digest of a message.
    pub(crate) fn of(self, message: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Md5 => return Md5::digest(message).to_vec(),
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &digest::SHA224,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, message).as_ref().to_vec()
    }
}

/// Modulus and exponent of an RSA public key.
pub(crate) struct PublicNumbers {
    modulus: BigUint,
    exponent: BigUint,
}

impl PublicNumbers {
    pub(crate) fn of_spki(spki: &[u8]) -> Option<Self> {
        let (_, spki) = SubjectPublicKeyInfo::from_der(spki).ok()?;
        match spki.parsed().ok()? {
            x509_parser::public_key::PublicKey::RSA(rsa) => Some(Self {
                modulus: BigUint::from_bytes_be(rsa.modulus),
                exponent: BigUint::from_bytes_be(rsa.exponent),
            }),
            _ => None,
        }
    }

    /// Recovers the padded block that the private key's owner signed; it is as long as the modulus. All
    /// values are public, so the time of the computation may depend on them.
    pub(crate) fn recover(&self, signature: &[u8]) -> Option<Vec<u8>> {
        let length = self.modulus.bits().div_ceil(8) as usize;
        let number = BigUint::from_bytes_be(signature);
        if number >= self.modulus {
            return None;
        }
        let block = number.modpow(&self.exponent, &self.modulus).to_bytes_be();
        Some([vec![0; length.saturating_sub(block.len())], block].concat())
    }
}

/// Decrypts AES-256-GCM. `encrypted` is the ciphertext and the tag of 16 bytes.
pub(crate) fn aes_decrypt(
    key: &[u8; 32],
    nonce: [u8; 12],
    associated_data: &[u8],
    mut encrypted: Vec<u8>,
) -> Result<Vec<u8>, Failed> {
    let length = aes(key)
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(associated_data), &mut encrypted)
        .map_err(|_| Failed)?
        .len();
    encrypted.truncate(length);
    Ok(encrypted)
}

/// Encrypts with AES-256-GCM, with the tag of 16 bytes at the end. The caller chooses a nonce that was never
/// used with the key.
pub(crate) fn aes_encrypt(
    key: &[u8; 32],
    nonce: [u8; 12],
    associated_data: &[u8],
    mut plain: Vec<u8>,
) -> Vec<u8> {
    aes(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated_data), &mut plain)
        .expect("a message in memory is shorter than AES-GCM's limit of 64 GiB");
    plain
}

fn aes(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("the key has AES-256's length by its type"))
}

/// Returns the SHA-256 digest of the concatenated parts.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn sha256_gives_the_published_answer() {
        let vector = include_bytes!("../../../vectors/public/java-sdk-digests.json");
        let vector: serde_json::Value = serde_json::from_slice(vector).unwrap();
        let message = vector["inputs"]["message"].as_str().unwrap().as_bytes();
        let (head, tail) = message.split_at(3);
        assert_eq!(hex::encode(sha256(&[head, tail])), vector["expected"]["sha256"]);
    }
}

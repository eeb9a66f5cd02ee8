//! The only file that names the crypto library.
//!
//! Every operation takes parsed keys: parsing a private key costs half a signature.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeyPair as RsaKeyPair, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey, PublicKey as RsaPublicKey,
};
use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey, RSA_PKCS1_SHA256, VerificationAlgorithm};
use zeroize::Zeroizing;

/// The operation failed; by design the library says no more.
pub(crate) struct Failed;

/// A private key for signing and for opening sealed fields. The library wipes it when it is dropped.
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

    /// The public half, as the DER of an RSAPublicKey (RFC 8017, A.1.1).
    pub(crate) fn public_pkcs1(&self) -> &[u8] {
        self.signing.public_key().as_ref()
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.signing.public_modulus_len()];
        // PKCS#1 v1.5 is deterministic: the source is asked for by the signature's type alone.
        self.signing
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .expect("a parsed key of at least 2048 bits signs a SHA-256 digest");
        signature
    }

    /// RSAES-OAEP with SHA-1 and MGF1-SHA-1, empty label.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failed> {
        let mut plain = Zeroizing::new(vec![0; self.opening.min_output_size()]);
        let length =
            self.opening.decrypt(&OAEP_SHA1_MGF1SHA1, sealed, &mut plain, None).map_err(|_| Failed)?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

/// A public key for verifying and for sealing fields.
pub(crate) struct Public {
    verifying: ParsedPublicKey,
    sealing: OaepPublicEncryptingKey,
}

impl Public {
    /// Reads the DER of an RSAPublicKey (RFC 8017, A.1.1); also gives the key as a SubjectPublicKeyInfo.
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<(Self, Vec<u8>), Failed> {
        let key = RsaPublicKey::from_der(der).map_err(|_| Failed)?;
        let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| Failed)?;
        let spki = spki.as_ref();
        let verifying =
            ParsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, spki).map_err(|_| Failed)?;
        let sealing = PublicEncryptingKey::from_der(spki).map_err(|_| Failed)?;
        let sealing = OaepPublicEncryptingKey::new(sealing).map_err(|_| Failed)?;
        Ok((Self { verifying, sealing }, spki.to_vec()))
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifying.verify_sig(message, signature).is_ok()
    }

    /// The length of a signature, in bytes.
    pub(crate) fn signature_length(&self) -> usize {
        self.sealing.ciphertext_size()
    }

    /// The longest text that one sealed field holds, in bytes.
    pub(crate) fn longest_plain(&self) -> usize {
        self.sealing.max_plaintext_size(&OAEP_SHA1_MGF1SHA1)
    }

    /// RSAES-OAEP with SHA-1 and MGF1-SHA-1, empty label. The padding's seed is the library's.
    pub(crate) fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut sealed = vec![0; self.sealing.ciphertext_size()];
        let length =
            self.sealing.encrypt(&OAEP_SHA1_MGF1SHA1, plain, &mut sealed, None).map_err(|_| Failed)?.len();
        sealed.truncate(length);
        Ok(sealed)
    }
}

/// An algorithm that a signer may have used by mistake; for diagnosis only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistaken {
    Sha1,
    Sha384,
    Sha512,
    Pss,
}

impl Mistaken {
    pub(crate) const ALL: [Self; 4] = [Self::Sha1, Self::Sha384, Self::Sha512, Self::Pss];

    /// Whether `signature` is this algorithm's over `message`.
    pub(crate) fn verifies(self, spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let algorithm: &dyn VerificationAlgorithm = match self {
            Self::Sha1 => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Self::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            Self::Pss => &signature::RSA_PSS_2048_8192_SHA256,
        };
        algorithm.verify_sig(spki, message, signature).is_ok()
    }
}

/// Opens AES-256-GCM: `sealed` is the ciphertext and the tag of 16 bytes.
pub(crate) fn aes_open(
    key: &[u8; 32],
    nonce: [u8; 12],
    associated_data: &[u8],
    mut sealed: Vec<u8>,
) -> Result<Vec<u8>, Failed> {
    let length = aes(key)
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(associated_data), &mut sealed)
        .map_err(|_| Failed)?
        .len();
    sealed.truncate(length);
    Ok(sealed)
}

/// Seals with AES-256-GCM, the tag of 16 bytes at the end. The caller chooses a nonce that is new to the key.
pub(crate) fn aes_seal(
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

/// SHA-256.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
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

//! RSA without padding, which the crypto library does not offer. Only the diagnosis uses it.

use crate::crypto::sha256;
use crate::key::PrivateKey;
use num_bigint::BigUint;
use x509_parser::asn1_rs::{Any, FromDer as _};
use zeroize::Zeroizing;

/// Decrypts a ciphertext to a padded block; `None` if the ciphertext is not one of this key.
pub(super) fn decrypt(key: &PrivateKey, encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let pkcs8 = key.pkcs8()?;
    // PrivateKeyInfo: version, algorithm, RSAPrivateKey: version, n, e, d (RFC 5958; RFC 8017, A.1.2).
    let info = items(items(&pkcs8)?.first()?)?;
    let key = items(items(info.get(2)?)?.first()?)?;
    let number = |index: usize| key.get(index).map(|bytes| BigUint::from_bytes_be(bytes));
    let (modulus, exponent, private) = (number(1)?, number(2)?, number(3)?);
    let encrypted_number = BigUint::from_bytes_be(encrypted);
    if encrypted_number >= modulus {
        return None;
    }
    // The operation is blinded with a factor that the sender does not know, so its time reveals nothing about
    // the key.
    let factor = blinding(key.get(3)?, encrypted) % &modulus;
    let unblind = factor.modinv(&modulus)?;
    let blinded = encrypted_number * factor.modpow(&exponent, &modulus) % &modulus;
    let plain = blinded.modpow(&private, &modulus) * unblind % &modulus;
    Some(Zeroizing::new(block(&plain, &modulus)))
}

/// Derives a number that cannot be computed without the private key.
fn blinding(private: &[u8], encrypted: &[u8]) -> BigUint {
    let blocks = (0u8..16).flat_map(|index| sha256(&[&[index], private, encrypted]));
    BigUint::from_bytes_be(&Zeroizing::new(blocks.collect::<Vec<_>>()))
}

/// Writes the number in as many bytes as the modulus has.
fn block(number: &BigUint, modulus: &BigUint) -> Vec<u8> {
    let bytes = Zeroizing::new(number.to_bytes_be());
    let length = modulus.to_bytes_be().len();
    [vec![0; length - bytes.len()], bytes.to_vec()].concat()
}

/// Returns the contents of DER values in a row; `None` if the bytes are not DER.
fn items(mut der: &[u8]) -> Option<Vec<&[u8]>> {
    let mut items = Vec::new();
    while !der.is_empty() {
        let (rest, value) = Any::from_der(der).ok()?;
        items.push(value.data);
        der = rest;
    }
    Some(items)
}

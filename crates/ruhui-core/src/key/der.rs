//! The few bytes of DER that turn PKCS#1 into PKCS#8 and SPKI, and tell an RSA key's size.

use super::{KeyError, MINIMUM_BITS};
use zeroize::Zeroizing;

/// AlgorithmIdentifier of rsaEncryption (RFC 8017, A.1): OID 1.2.840.113549.1.1.1 and NULL.
const RSA_ENCRYPTION: [u8; 15] =
    [0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0];
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

const MALFORMED: KeyError = KeyError::Damaged("the key's DER is malformed");

/// PKCS#8 (RFC 5958) around an RSAPrivateKey.
pub(super) fn pkcs8_from_pkcs1(pkcs1: &[u8]) -> Zeroizing<Vec<u8>> {
    let octets = value(OCTET_STRING, &[pkcs1]);
    value(SEQUENCE, &[&[INTEGER, 1, 0], &RSA_ENCRYPTION, &octets])
}

/// SubjectPublicKeyInfo (RFC 5280) around an RSAPublicKey.
pub(super) fn spki_from_pkcs1(pkcs1: &[u8]) -> Vec<u8> {
    let bits = value(BIT_STRING, &[&[0], pkcs1]);
    value(SEQUENCE, &[&RSA_ENCRYPTION, &bits]).to_vec()
}

/// Checks that a PKCS#8 key is RSA and large enough.
pub(super) fn check_pkcs8(der: &[u8]) -> Result<(), KeyError> {
    let mut key = Reader(der).enter(SEQUENCE)?;
    key.take(INTEGER)?;
    check_algorithm(&mut key)?;
    let mut rsa = Reader(key.take(OCTET_STRING)?).enter(SEQUENCE)?;
    rsa.take(INTEGER)?;
    check_modulus(rsa.take(INTEGER)?)
}

/// Checks that a SubjectPublicKeyInfo is RSA and large enough.
pub(super) fn check_spki(der: &[u8]) -> Result<(), KeyError> {
    let mut key = Reader(der).enter(SEQUENCE)?;
    check_algorithm(&mut key)?;
    let bits = key.take(BIT_STRING)?;
    let mut rsa = Reader(bits.get(1..).ok_or(MALFORMED)?).enter(SEQUENCE)?;
    check_modulus(rsa.take(INTEGER)?)
}

fn check_algorithm(key: &mut Reader<'_>) -> Result<(), KeyError> {
    let oid = key.enter(SEQUENCE)?.take(0x06)?;
    if oid == &RSA_ENCRYPTION[4..13] { Ok(()) } else { Err(KeyError::NotRsa) }
}

fn check_modulus(integer: &[u8]) -> Result<(), KeyError> {
    let magnitude = integer.iter().position(|byte| *byte != 0).map_or(&[][..], |first| &integer[first..]);
    let bits = magnitude.first().map_or(0, |top| magnitude.len() * 8 - top.leading_zeros() as usize);
    if bits < MINIMUM_BITS { Err(KeyError::TooSmall { bits }) } else { Ok(()) }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The contents of the next value, which must have this tag.
    fn take(&mut self, tag: u8) -> Result<&'a [u8], KeyError> {
        let [found, first, rest @ ..] = self.0 else {
            return Err(MALFORMED);
        };
        let (length, rest) = match usize::from(*first) {
            short @ 0..0x80 => (short, rest),
            long => {
                let count = long - 0x80;
                if count == 0 || count > 4 || rest.len() < count {
                    return Err(MALFORMED);
                }
                let (bytes, rest) = rest.split_at(count);
                (bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
            }
        };
        if *found != tag || rest.len() < length {
            return Err(MALFORMED);
        }
        let (contents, after) = rest.split_at(length);
        self.0 = after;
        Ok(contents)
    }

    fn enter(&mut self, tag: u8) -> Result<Self, KeyError> {
        self.take(tag).map(Reader)
    }
}

fn value(tag: u8, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    // The exact capacity, so that no half-written copy of a private key is left behind by growing.
    let mut der = Zeroizing::new(Vec::with_capacity(length + 6));
    der.push(tag);
    if length < 0x80 {
        der.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let used = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
        der.push(0x80 | (bytes.len() - used) as u8);
        der.extend_from_slice(&bytes[used..]);
    }
    for part in parts {
        der.extend_from_slice(part);
    }
    der
}

//! Makes signatures of every kind: textbook RSA over any block.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;
use num_bigint::BigUint;

/// The numbers of an RSA private key.
pub(crate) struct Rsa {
    p: BigUint,
    q: BigUint,
    dp: BigUint,
    dq: BigUint,
    inverse: BigUint,
    pub(crate) length: usize,
}

impl Rsa {
    /// Parses a PKCS#1 PEM (RFC 8017, A.1.2): version, n, e, d, p, q, dp, dq, qinv.
    pub(crate) fn from_pem(pem: &str) -> Self {
        let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(text).unwrap();
        let mut rest = tag(&der).0;
        let mut numbers = Vec::new();
        while !rest.is_empty() {
            let (number, next) = tag(rest);
            numbers.push(BigUint::from_bytes_be(number));
            rest = next;
        }
        let [_, n, _, _, p, q, dp, dq, inverse] = numbers.try_into().unwrap();
        Self { p, q, dp, dq, inverse, length: usize::try_from(n.bits().div_ceil(8)).unwrap() }
    }

    /// Applies the private-key operation to a block.
    pub(crate) fn sign(&self, block: &[u8]) -> Vec<u8> {
        let block = BigUint::from_bytes_be(block);
        let (first, second) = (block.modpow(&self.dp, &self.p), block.modpow(&self.dq, &self.q));
        let step = (&self.inverse * (&first + &self.p - &second % &self.p)) % &self.p;
        let bytes = (second + step * &self.q).to_bytes_be();
        [vec![0; self.length - bytes.len()], bytes].concat()
    }

    /// Signs any content in PKCS#1 v1.5 padding, as "private-key encryption" does.
    pub(crate) fn padded(&self, content: &[u8]) -> Vec<u8> {
        let filler = vec![0xff; self.length - 3 - content.len()];
        self.sign(&[&[0, 1], filler.as_slice(), &[0], content].concat())
    }
}

/// Returns the contents of the first DER value, and the bytes after it.
fn tag(der: &[u8]) -> (&[u8], &[u8]) {
    let (length, start) = match der[1] {
        short @ ..0x80 => (usize::from(short), 2),
        long => {
            let count = usize::from(long & 0x7f);
            (der[2..2 + count].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), 2 + count)
        }
    };
    (&der[start..start + length], &der[start + length..])
}

/// Returns the digest of a message, by the name of the hash function.
pub(crate) fn digest(name: &str, message: &[u8]) -> Vec<u8> {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA224, SHA256, SHA384, SHA512, digest};
    let algorithm = match name {
        "md5" => return md5::Md5::digest(message).to_vec(),
        "sha1" => &SHA1_FOR_LEGACY_USE_ONLY,
        "sha224" => &SHA224,
        "sha256" => &SHA256,
        "sha384" => &SHA384,
        _ => &SHA512,
    };
    digest(algorithm, message).as_ref().to_vec()
}

/// Returns the DigestInfo of a message (RFC 8017, 9.2), with the hash function's object identifier in DER.
pub(crate) fn digest_info(name: &str, message: &[u8]) -> Vec<u8> {
    let object: &[u8] = match name {
        "md5" => &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5],
        "sha1" => &[0x2b, 0x0e, 3, 2, 0x1a],
        "sha224" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4],
        "sha256" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1],
        "sha384" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2],
        _ => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3],
    };
    let wrap = |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()], content].concat();
    let algorithm = wrap(0x30, &[wrap(6, object), vec![5, 0]].concat());
    wrap(0x30, &[algorithm, wrap(4, &digest(name, message))].concat())
}

/// Returns the encoded message of RSASSA-PSS with SHA-256 (RFC 8017, 9.1.1), for a modulus of a multiple of eight bits.
pub(crate) fn pss(length: usize, message: &[u8], salt: &[u8]) -> Vec<u8> {
    let hash = digest("sha256", &[&[0; 8], digest("sha256", message).as_slice(), salt].concat());
    let zeros = length - salt.len() - hash.len() - 2;
    let data = [vec![0; zeros], vec![1], salt.to_vec()].concat();
    let mask =
        (0_u32..).flat_map(|counter| digest("sha256", &[hash.as_slice(), &counter.to_be_bytes()].concat()));
    let mut block: Vec<u8> = data.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    block[0] &= 0x7f;
    [block, hash, vec![0xbc]].concat()
}

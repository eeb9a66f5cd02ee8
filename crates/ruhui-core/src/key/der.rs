//! Recognizes the content of DER bytes, and finds the RSA key in them.

use super::algorithm::Algorithm;
use super::error::Damage;
use super::kind::Kind;
use super::{KeyError, MAXIMUM_BITS, MINIMUM_BITS};
use x509_parser::asn1_rs::{Any, FromBer as _, FromDer as _, Header, Oid, Tag};

/// Content of a DER value. The bytes of an RSA key are those of PKCS#1, whatever structure contains them.
pub(super) enum Shape<'a> {
    PrivateKey(Rsa<'a>),
    PublicKey(Rsa<'a>),
    /// DER of the whole certificate.
    Certificate(&'a [u8]),
    Kind(Kind),
}

/// An RSA key in PKCS#1, or the reason for which it is not one.
pub(super) type Rsa<'a> = Result<&'a [u8], KeyError>;

/// Recognizes the first value of `der`; `None` if the form is unknown.
///
/// # Errors
///
/// [`Damage`] if the value is cut, or other bytes follow it.
pub(super) fn shape(der: &[u8]) -> Result<Option<Shape<'_>>, KeyError> {
    let Some((contents, whole)) = outer(der)? else { return Ok(indefinite(der)) };
    let Some(parts) = children(contents) else {
        return Ok(first_parts(contents).and_then(|parts| container(&parts)).map(Shape::Kind));
    };
    Ok(known(&parts, whole))
}

/// Contents of a SEQUENCE, and the whole SEQUENCE.
type Outer<'a> = (&'a [u8], &'a [u8]);

/// Reads the first value, which must be a SEQUENCE; `None` for any other.
fn outer(der: &[u8]) -> Result<Option<Outer<'_>>, KeyError> {
    let Ok((rest, header)) = Header::from_der(der) else { return Ok(None) };
    let Ok(length) = header.length().definite() else { return Ok(None) };
    if header.tag() != Tag::Sequence {
        return Ok(None);
    }
    let wanted = (der.len() - rest.len()).checked_add(length).ok_or(MALFORMED)?;
    if der.len() < wanted {
        return Err(KeyError::Damaged(Damage::Cut { found: der.len(), wanted }));
    }
    let (whole, after) = der.split_at(wanted);
    let blank = after.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0);
    // A key that was pasted twice counts as one key.
    let again = after.chunks(wanted).all(|chunk| chunk == whole);
    if blank || again {
        Ok(Some((&rest[..length], whole)))
    } else {
        Err(KeyError::Damaged(Damage::Longer { bytes: after.len() }))
    }
}

fn known<'a>(parts: &[Any<'a>], whole: &'a [u8]) -> Option<Shape<'a>> {
    let tags: Vec<Tag> = parts.iter().map(Any::tag).collect();
    let integers = tags.iter().all(|tag| *tag == Tag::Integer);
    Some(match tags.as_slice() {
        [Tag::Integer, Tag::Sequence, Tag::OctetString, ..] => {
            Shape::PrivateKey(algorithm(&parts[1]).and_then(|()| private(parts[2].data)))
        }
        [Tag::Integer, Tag::OctetString, ..] => Shape::PrivateKey(Err(KeyError::NotRsa(sec1(parts)))),
        // RFC 8017, A.1.2: a version and eight numbers.
        all if all.len() == 9 && integers => Shape::PrivateKey(private(whole)),
        all if all.len() == 6 && integers => Shape::PrivateKey(Err(KeyError::NotRsa(Algorithm::Dsa))),
        all if all.len() == 2 && integers => Shape::PublicKey(checked(whole, parts[0].data)),
        [Tag::Sequence, Tag::BitString] => {
            Shape::PublicKey(algorithm(&parts[0]).and_then(|()| public(parts[1].data)))
        }
        [Tag::Sequence, Tag::Sequence, Tag::BitString] => signed(&parts[0], whole)?,
        _ => Shape::Kind(container(parts)?),
    })
}

/// Recognizes a signed structure: a certificate, a certificate signing request or a revocation list.
fn signed<'a>(to_be_signed: &Any<'a>, whole: &'a [u8]) -> Option<Shape<'a>> {
    let parts = children(to_be_signed.data)?;
    let tags: Vec<Tag> = parts.iter().map(Any::tag).collect();
    Some(match tags.as_slice() {
        // A request has a version of 0, the subject, its key, and attributes under the tag [0].
        [Tag::Integer, Tag::Sequence, Tag::Sequence, Tag(0), ..]
        | [Tag::Integer, Tag::Sequence, Tag::Sequence] => Shape::Kind(Kind::CertificateRequest),
        // A certificate starts with the serial number, or with the version under the tag [0]; then come
        // algorithm, issuer, validity, subject and key.
        [Tag(0), Tag::Integer, Tag::Sequence, ..]
        | [Tag::Integer, Tag::Sequence, Tag::Sequence, Tag::Sequence, ..] => Shape::Certificate(whole),
        _ => Shape::Kind(Kind::RevocationList),
    })
}

/// Recognizes containers that are not read, by their first parts.
fn container(parts: &[Any<'_>]) -> Option<Kind> {
    const PKCS7: &str = "1.2.840.113549.1.7.";
    const PKCS5: &str = "1.2.840.113549.1.5.";
    const PKCS12: &str = "1.2.840.113549.1.12.";
    let identifier = |part: &Any<'_>| oid(part).unwrap_or_default();
    match parts {
        [first, ..] if first.tag() == Tag::Oid && identifier(first).starts_with(PKCS7) => Some(Kind::Pkcs7),
        [first] if first.tag() == Tag::Oid => Some(Kind::Parameters),
        [version, content, ..] if version.tag() == Tag::Integer && content.tag() == Tag::Sequence => {
            let inner = first_parts(content.data)?;
            (version.data == [3] && identifier(inner.first()?).starts_with(PKCS7)).then_some(Kind::Pkcs12)
        }
        [scheme, data, ..] if scheme.tag() == Tag::Sequence && data.tag() == Tag::OctetString => {
            let name = identifier(first_parts(scheme.data)?.first()?);
            (name.starts_with(PKCS5) || name.starts_with(PKCS12)).then_some(Kind::EncryptedPrivateKey)
        }
        _ => None,
    }
}

/// Recognizes PKCS#12 and PKCS#7 as Java and Windows write them: in BER, in which a value may have no length
/// and end with a mark.
fn indefinite(bytes: &[u8]) -> Option<Shape<'_>> {
    // PKCS#12 and PKCS#7 begin within these bytes: SEQUENCE, (INTEGER 3, SEQUENCE,) OID 1.2.840.113549.1.7.n.
    const PKCS7: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
    let head = bytes.get(..32)?;
    if !head.starts_with(&[0x30]) || !head.windows(PKCS7.len()).any(|window| window == PKCS7) {
        return None;
    }
    let version = head.windows(3).take(6).any(|window| window == [2, 1, 3]);
    Some(Shape::Kind(if version { Kind::Pkcs12 } else { Kind::Pkcs7 }))
}

/// Checks that an RSAPrivateKey has a modulus of an accepted size.
fn private(pkcs1: &[u8]) -> Rsa<'_> {
    let numbers = numbers(pkcs1)?;
    checked(pkcs1, numbers.get(1).ok_or(MALFORMED)?)
}

/// Checks that the contents of a BIT STRING are an RSAPublicKey with a modulus of an accepted size.
fn public(bits: &[u8]) -> Rsa<'_> {
    let pkcs1 = bits.get(1..).ok_or(MALFORMED)?;
    let numbers = numbers(pkcs1)?;
    checked(pkcs1, numbers.first().ok_or(MALFORMED)?)
}

const MALFORMED: KeyError = KeyError::Damaged(Damage::Malformed);

/// Returns the public key in a SubjectPublicKeyInfo.
pub(super) fn public_of_spki(spki: &[u8]) -> Rsa<'_> {
    match shape(spki)? {
        Some(Shape::PublicKey(key)) => key,
        _ => Err(MALFORMED),
    }
}

fn numbers(pkcs1: &[u8]) -> Result<Vec<&[u8]>, KeyError> {
    let (_, sequence) = Any::from_der(pkcs1).map_err(|_| MALFORMED)?;
    let parts = children(sequence.data).ok_or(MALFORMED)?;
    Ok(parts.iter().take_while(|part| part.tag() == Tag::Integer).map(|part| part.data).collect())
}

fn checked<'a>(pkcs1: &'a [u8], modulus: &[u8]) -> Rsa<'a> {
    let magnitude = modulus.iter().position(|byte| *byte != 0).map_or(&[][..], |first| &modulus[first..]);
    let bits = magnitude.first().map_or(0, |top| magnitude.len() * 8 - top.leading_zeros() as usize);
    match bits {
        small if small < MINIMUM_BITS => Err(KeyError::TooSmall { bits }),
        large if large > MAXIMUM_BITS => Err(KeyError::TooLarge { bits }),
        _ => Ok(pkcs1),
    }
}

/// Checks that an AlgorithmIdentifier is rsaEncryption.
fn algorithm(identifier: &Any<'_>) -> Result<(), KeyError> {
    let parts = first_parts(identifier.data).ok_or(MALFORMED)?;
    let name = parts.first().and_then(oid).ok_or(MALFORMED)?;
    let parameter = parts.get(1).and_then(oid);
    Algorithm::of_oid(&name, parameter.as_deref()).map_or(Ok(()), |other| Err(KeyError::NotRsa(other)))
}

/// Returns the algorithm of an ECPrivateKey (RFC 5915), whose curve is under the tag [0].
fn sec1(parts: &[Any<'_>]) -> Algorithm {
    let curve = parts.iter().find(|part| part.tag() == Tag(0)).and_then(|part| first_parts(part.data));
    let name = curve.as_ref().and_then(|parts| parts.first()).and_then(oid);
    match name.as_deref() {
        Some("1.2.156.10197.1.301") => Algorithm::Sm2,
        _ => Algorithm::Ec,
    }
}

fn oid(part: &Any<'_>) -> Option<String> {
    (part.tag() == Tag::Oid).then(|| Oid::new(part.data.into()).to_id_string())
}

/// Returns all values of a SEQUENCE; `None` if one of them is not DER.
fn children(contents: &[u8]) -> Option<Vec<Any<'_>>> {
    let mut parts = Vec::new();
    let mut rest = contents;
    while !rest.is_empty() {
        let (after, part) = Any::from_der(rest).ok()?;
        parts.push(part);
        rest = after;
    }
    Some(parts)
}

/// Returns the first two values, even if the rest is BER or cut.
fn first_parts(contents: &[u8]) -> Option<Vec<Any<'_>>> {
    let (rest, first) = Any::from_ber(contents).ok()?;
    let second = Any::from_ber(rest).ok().map(|(_, second)| second);
    Some(std::iter::once(first).chain(second).collect())
}

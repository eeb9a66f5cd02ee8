//! The Authorization header: built exactly, read liberally, verified over raw bytes.

use super::{PROBE_PREFIX, Scheme, SignInformation, Skew, VerifyError, check_window, request_message};
use crate::key::{PrivateKey, PublicKey};
use crate::types::{BrandId, Caller, Invalid, MchId, NonceStr, SerialNo};
use jiff::Timestamp;
use std::fmt;

/// Who signs requests: the caller, the serial of its certificate and the private key that belongs to it.
#[derive(Debug, Clone)]
pub struct Signer {
    caller: Caller,
    serial_no: SerialNo,
    key: PrivateKey,
}

impl Signer {
    /// Puts the three together.
    pub fn new(caller: Caller, serial_no: SerialNo, key: PrivateKey) -> Self {
        Self { caller, serial_no, key }
    }

    /// The caller.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The serial of the caller's certificate.
    pub fn serial_no(&self) -> &SerialNo {
        &self.serial_no
    }

    /// The private key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The value of the Authorization header for a request with exactly these bytes, in the order of the
    /// documents' example (partner page 4012365872).
    pub fn authorize(
        &self,
        method: &str,
        target: &str,
        now: Timestamp,
        nonce: &NonceStr,
        body: &[u8],
    ) -> String {
        let timestamp = now.as_second().to_string();
        let signature = self.key.sign(&request_message(method, target, &timestamp, nonce.as_str(), body));
        Authorization {
            caller: self.caller.clone(),
            nonce_str: nonce.clone(),
            signature,
            timestamp,
            serial_no: self.serial_no.clone(),
        }
        .to_string()
    }
}

/// A parsed Authorization header. Its `Display` is the header's value.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    caller: Caller,
    nonce_str: NonceStr,
    signature: String,
    /// As received: the text is what was signed.
    timestamp: String,
    serial_no: SerialNo,
}

/// Why an Authorization header was not understood. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The request has no Authorization header.
    Missing,
    /// The request has several.
    Doubled,
    /// The value has bytes that are not printable ASCII.
    NotText,
    /// The value does not start with a known scheme.
    UnknownScheme,
    /// What follows the scheme is not a list of `name="value"`.
    Malformed {
        /// Where reading stopped, in bytes from the start of the value.
        position: usize,
    },
    /// A field that is there, or should be, is wrong.
    Field {
        /// The field's name.
        name: &'static str,
        /// What is wrong with it.
        error: FieldError,
    },
}

/// What is wrong with one field of an Authorization header. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldError {
    /// It is not there.
    Missing,
    /// It is there more than once.
    Doubled,
    /// Its value breaks a rule.
    Invalid(Invalid),
    /// A timestamp that is not a decimal number of seconds.
    NotSeconds,
    /// A timestamp of 13 digits: milliseconds.
    Milliseconds,
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Missing, false) => f.write_str("the Authorization header is missing"),
            (Self::Missing, true) => f.write_str("缺少 Authorization"),
            (Self::Doubled, false) => f.write_str("there is more than one Authorization header"),
            (Self::Doubled, true) => f.write_str("Authorization 重复"),
            (Self::NotText, false) => f.write_str("Authorization has bytes that are not printable ASCII"),
            (Self::NotText, true) => f.write_str("Authorization 含有非 ASCII 可见字符"),
            (Self::UnknownScheme, false) => {
                write!(f, "Authorization must start with `{} ` or `{} `", Scheme::Merchant, Scheme::Brand)
            }
            (Self::UnknownScheme, true) => {
                write!(f, "Authorization 须以 {} 或 {} 开头", Scheme::Merchant, Scheme::Brand)
            }
            (Self::Malformed { position }, false) => {
                write!(f, "Authorization is not a list of name=\"value\" at byte {position}")
            }
            (Self::Malformed { position }, true) => {
                write!(f, "Authorization 第 {position} 字节处不是 name=\"value\" 形式")
            }
            (Self::Field { name, error }, false) => write!(f, "Authorization field {name} {error}"),
            (Self::Field { name, error }, true) => write!(f, "{name} {error:#}"),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Missing, false) => f.write_str("is missing"),
            (Self::Missing, true) => f.write_str("缺失"),
            (Self::Doubled, false) => f.write_str("is there more than once"),
            (Self::Doubled, true) => f.write_str("重复"),
            (Self::Invalid(invalid), false) => write!(f, "{invalid}"),
            (Self::Invalid(invalid), true) => write!(f, "{invalid:#}"),
            (Self::NotSeconds, false) => f.write_str("is not a number of seconds since 1970"),
            (Self::NotSeconds, true) => f.write_str("不是以秒为单位的 Unix 时间戳"),
            (Self::Milliseconds, false) => f.write_str("is in milliseconds, seconds are wanted"),
            (Self::Milliseconds, true) => f.write_str("单位为毫秒，应为秒"),
        }
    }
}

impl std::error::Error for AuthorizationError {}
impl std::error::Error for FieldError {}

/// Base64 of a signature by the largest key that verifies (8192 bits).
const SIGNATURE_LIMIT: usize = 1368;

impl Authorization {
    /// Reads the header's value: fields in any order, blanks around commas and equals signs, unknown fields
    /// ignored; missing, doubled, empty and over-long fields refused.
    ///
    /// # Errors
    ///
    /// [`AuthorizationError`] names the field and the fault.
    pub fn parse(value: &str) -> Result<Self, AuthorizationError> {
        if let Some(_odd) = value.bytes().find(|byte| !(b' '..=b'~').contains(byte)) {
            return Err(AuthorizationError::NotText);
        }
        let (scheme, fields_at) = read_scheme(value)?;
        let mut fields = Fields::default();
        let mut cursor = Cursor { text: value, position: fields_at };
        loop {
            let (name, value) = cursor.field()?;
            fields.put(name, value, scheme)?;
            if !cursor.comma()? {
                break;
            }
        }
        fields.finish(scheme)
    }

    /// The scheme, which follows from the caller.
    pub fn scheme(&self) -> Scheme {
        self.caller.family().into()
    }

    /// Who says to be calling.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The serial of the certificate whose key is said to have signed.
    pub fn serial_no(&self) -> &SerialNo {
        &self.serial_no
    }

    /// The nonce.
    pub fn nonce_str(&self) -> &NonceStr {
        &self.nonce_str
    }

    /// The timestamp as received.
    pub fn timestamp(&self) -> &str {
        &self.timestamp
    }

    /// The timestamp in seconds.
    pub fn timestamp_seconds(&self) -> i64 {
        self.timestamp.parse().expect("parsing the header checked that the timestamp is a number")
    }

    /// The signature as received, in Base64.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Checks the timestamp against the clock.
    ///
    /// # Errors
    ///
    /// [`Skew`] when it is more than 300 seconds off, either way.
    pub fn check_window(&self, now: Timestamp) -> Result<(), Skew> {
        check_window(self.timestamp_seconds(), now)
    }

    /// The message that the signature should be over, for a request with these bytes.
    pub fn message(&self, method: &str, target: &str, body: &[u8]) -> Vec<u8> {
        request_message(method, target, &self.timestamp, self.nonce_str.as_str(), body)
    }

    /// Checks the signature over a request with these bytes.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Probe`] or [`VerifyError::Forged`]: by the ordinary road, the former only names a
    /// failed signature that begins like a probe.
    pub fn verify(
        &self,
        method: &str,
        target: &str,
        body: &[u8],
        key: &PublicKey,
    ) -> Result<(), VerifyError> {
        if key.verifies(&self.message(method, target, body), &self.signature) {
            Ok(())
        } else if self.signature.starts_with(PROBE_PREFIX) {
            Err(VerifyError::Probe)
        } else {
            Err(VerifyError::Forged)
        }
    }

    /// What a refusal says of the message for a request with these bytes.
    pub fn sign_information(&self, method: &str, target: &str, body: &[u8]) -> SignInformation {
        SignInformation::of(method, target, &self.timestamp, self.nonce_str.as_str(), body)
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}=\"{}\",nonce_str=\"{}\",signature=\"{}\",timestamp=\"{}\",serial_no=\"{}\"",
            self.scheme(),
            self.caller.field(),
            self.caller.id(),
            self.nonce_str,
            self.signature,
            self.timestamp,
            self.serial_no
        )
    }
}

/// Hides the signature: within its window, the header is as good as the call.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Authorization({}, serial_no {}, timestamp {})",
            self.caller, self.serial_no, self.timestamp
        )
    }
}

/// The scheme, and where the fields begin.
fn read_scheme(value: &str) -> Result<(Scheme, usize), AuthorizationError> {
    let lead = value.len() - value.trim_start_matches(' ').len();
    Scheme::ALL
        .into_iter()
        .find_map(|scheme| {
            let rest = value[lead..].strip_prefix(scheme.as_str())?;
            rest.starts_with(' ').then(|| (scheme, value.len() - rest.len()))
        })
        .ok_or(AuthorizationError::UnknownScheme)
}

struct Cursor<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn malformed(&self) -> AuthorizationError {
        AuthorizationError::Malformed { position: self.position }
    }

    fn skip_blanks(&mut self) {
        self.position += self.rest().len() - self.rest().trim_start_matches(' ').len();
    }

    fn expect(&mut self, wanted: char) -> Result<(), AuthorizationError> {
        self.skip_blanks();
        if !self.rest().starts_with(wanted) {
            return Err(self.malformed());
        }
        self.position += wanted.len_utf8();
        Ok(())
    }

    fn take_until(&mut self, end: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = &rest[..rest.find(end).unwrap_or(rest.len())];
        self.position += taken.len();
        taken
    }

    fn field(&mut self) -> Result<(&'a str, &'a str), AuthorizationError> {
        self.skip_blanks();
        let name = self.take_until(|c| !(c.is_ascii_alphanumeric() || c == '_'));
        if name.is_empty() {
            return Err(self.malformed());
        }
        self.expect('=')?;
        self.expect('"')?;
        let value = self.take_until(|c| c == '"');
        // No blanks here: a value's own must not be eaten.
        if !self.rest().starts_with('"') {
            return Err(self.malformed());
        }
        self.position += 1;
        Ok((name, value))
    }

    /// Whether another field follows.
    fn comma(&mut self) -> Result<bool, AuthorizationError> {
        self.skip_blanks();
        if self.rest().is_empty() {
            return Ok(false);
        }
        self.expect(',')?;
        Ok(true)
    }
}

#[derive(Default)]
struct Fields<'a> {
    caller: Option<&'a str>,
    nonce_str: Option<&'a str>,
    signature: Option<&'a str>,
    timestamp: Option<&'a str>,
    serial_no: Option<&'a str>,
}

impl<'a> Fields<'a> {
    fn put(&mut self, name: &str, value: &'a str, scheme: Scheme) -> Result<(), AuthorizationError> {
        let caller = scheme.family().caller_field();
        let (name, slot) = match name {
            "nonce_str" => ("nonce_str", &mut self.nonce_str),
            "signature" => ("signature", &mut self.signature),
            "timestamp" => ("timestamp", &mut self.timestamp),
            "serial_no" => ("serial_no", &mut self.serial_no),
            name if name == caller => (caller, &mut self.caller),
            _ => return Ok(()),
        };
        match slot.replace(value) {
            Some(_) => Err(AuthorizationError::Field { name, error: FieldError::Doubled }),
            None => Ok(()),
        }
    }

    fn finish(self, scheme: Scheme) -> Result<Authorization, AuthorizationError> {
        let caller_field = scheme.family().caller_field();
        let field = |name, error| AuthorizationError::Field { name, error };
        let present = |name, value: Option<&'a str>| value.ok_or_else(|| field(name, FieldError::Missing));
        let invalid = |name| move |invalid| field(name, FieldError::Invalid(invalid));

        let caller = present(caller_field, self.caller)?;
        let nonce_str = present("nonce_str", self.nonce_str)?;
        let signature = present("signature", self.signature)?;
        let timestamp = present("timestamp", self.timestamp)?;
        let serial_no = present("serial_no", self.serial_no)?;

        let caller = match scheme {
            Scheme::Merchant => MchId::new(caller).map(Caller::Merchant),
            Scheme::Brand => BrandId::new(caller).map(Caller::Brand),
        }
        .map_err(invalid(caller_field))?;
        check_timestamp(timestamp).map_err(|error| field("timestamp", error))?;
        check_signature(signature).map_err(invalid("signature"))?;
        Ok(Authorization {
            caller,
            nonce_str: NonceStr::new(nonce_str).map_err(invalid("nonce_str"))?,
            signature: signature.to_owned(),
            timestamp: timestamp.to_owned(),
            serial_no: SerialNo::new(serial_no).map_err(invalid("serial_no"))?,
        })
    }
}

/// Up to 12 digits: the year 33658 needs no more, and the number fits everywhere.
fn check_timestamp(text: &str) -> Result<(), FieldError> {
    match text.len() {
        0 => Err(FieldError::Invalid(Invalid::Empty)),
        _ if !text.bytes().all(|byte| byte.is_ascii_digit()) => Err(FieldError::NotSeconds),
        13 => Err(FieldError::Milliseconds),
        1..=12 => Ok(()),
        actual => Err(FieldError::Invalid(Invalid::TooLong { limit: 12, actual })),
    }
}

fn check_signature(text: &str) -> Result<(), Invalid> {
    match text.len() {
        0 => Err(Invalid::Empty),
        actual if actual > SIGNATURE_LIMIT => Err(Invalid::TooLong { limit: SIGNATURE_LIMIT, actual }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"n\",signature=\"c2ln\",timestamp=\"1750000000\",serial_no=\"1DDE\"";

    fn field(name: &'static str, error: FieldError) -> AuthorizationError {
        AuthorizationError::Field { name, error }
    }

    #[test]
    fn prints_what_it_read() {
        assert_eq!(Authorization::parse(GOOD).unwrap().to_string(), GOOD);
        let brand = GOOD.replace("WECHATPAY2-", "WECHATPAY-BRAND-").replace("mchid", "brand_id");
        assert_eq!(Authorization::parse(&brand).unwrap().to_string(), brand);
    }

    #[test]
    fn reads_any_order_blanks_and_unknown_fields() {
        let loose = "WECHATPAY2-SHA256-RSA2048  serial_no = \"1DDE\" , timestamp=\"1750000000\",  colour=\"red\", signature=\"c2ln\",mchid=\"1900000001\" ,nonce_str=\"n\"  ";
        assert_eq!(Authorization::parse(loose), Authorization::parse(GOOD));
    }

    #[test]
    fn each_fault_is_named() {
        let cases: Vec<(String, AuthorizationError)> = vec![
            (GOOD.replace("WECHATPAY2", "WECHATPAY3"), AuthorizationError::UnknownScheme),
            ("Bearer abc".into(), AuthorizationError::UnknownScheme),
            ("WECHATPAY2-SHA256-RSA2048".into(), AuthorizationError::UnknownScheme),
            (GOOD.replace(' ', "\n"), AuthorizationError::NotText),
            (GOOD.replace("\"n\"", "\"会\""), AuthorizationError::NotText),
            (GOOD.replace("mchid=\"", "mchid='"), AuthorizationError::Malformed { position: 32 }),
            (format!("{GOOD},"), AuthorizationError::Malformed { position: GOOD.len() + 1 }),
            (GOOD.replace("\"n\"", "\"n\"x\""), AuthorizationError::Malformed { position: 58 }),
            (GOOD.replace("mchid", "brand_id"), field("mchid", FieldError::Missing)),
            (GOOD.replace("nonce_str=\"n\",", ""), field("nonce_str", FieldError::Missing)),
            (GOOD.replace("\"n\"", "\"\""), field("nonce_str", FieldError::Invalid(Invalid::Empty))),
            (GOOD.replace("1DDE", "1dde"), field("serial_no", FieldError::Invalid(Invalid::LowerCase))),
            (format!("{GOOD},mchid=\"1900000001\""), field("mchid", FieldError::Doubled)),
            (GOOD.replace("1750000000", "1750000000000"), field("timestamp", FieldError::Milliseconds)),
            (GOOD.replace("1750000000", "-1750000000"), field("timestamp", FieldError::NotSeconds)),
            (GOOD.replace("1750000000", "soon"), field("timestamp", FieldError::NotSeconds)),
            (
                GOOD.replace("\"n\"", &format!("\"{}\"", "n".repeat(129))),
                field("nonce_str", FieldError::Invalid(Invalid::TooLong { limit: 128, actual: 129 })),
            ),
        ];
        for (value, error) in cases {
            assert_eq!(Authorization::parse(&value).unwrap_err(), error, "{value}");
        }
    }

    #[test]
    fn debug_hides_the_signature() {
        assert!(!format!("{:?}", Authorization::parse(GOOD)).contains("c2ln"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = Authorization::parse(&text);
            let _ = Authorization::parse(&format!("{GOOD}{text}"));
        }
    }
}

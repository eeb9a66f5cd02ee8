//! Parser of the Authorization header's value: liberal in form, strict in content.

use super::{Authorization, AuthorizationError, FieldError};
use crate::sign::Scheme;
use crate::types::{BrandId, Caller, Invalid, MchId, NonceStr, SerialNo};

/// Length in Base64 of a signature by the largest key that can verify (8192 bits).
const SIGNATURE_LIMIT: usize = 1368;

pub(super) fn parse(value: &str) -> Result<Authorization, AuthorizationError> {
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

/// Returns the scheme, and the position at which the fields begin.
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
        // Blanks are not skipped here: they may belong to the value.
        if !self.rest().starts_with('"') {
            return Err(self.malformed());
        }
        self.position += 1;
        Ok((name, value))
    }

    /// Returns whether another field follows.
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
            Some(_) => Err(AuthorizationError::Field { name, error: FieldError::Duplicate }),
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

/// Accepts up to 12 digits: they last until the year 33658, and the number fits any integer type in use.
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

    /// wechatpay-node-v3 sends the serial number in lower case, as Node's `X509` and `openssl` print it.
    #[test]
    fn a_lower_case_serial_no_is_the_same_serial() {
        assert_eq!(Authorization::parse(&GOOD.replace("1DDE", "1dde")), Authorization::parse(GOOD));
        assert_ne!(Authorization::parse(&GOOD.replace("1DDE", "01DDE")), Authorization::parse(GOOD));
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
            (format!("{GOOD},mchid=\"1900000001\""), field("mchid", FieldError::Duplicate)),
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
            let _ = Authorization::parse(&format!("{GOOD}{text}"));
        }
    }
}

//! Serial numbers of certificates (证书序列号), in the forms in which tools, consoles and programs print them.
//!
//! WeChat Pay writes a serial number in upper-case hexadecimal, two digits a byte. Forms that differ only in
//! spelling are read. Ambiguous forms are rejected, with the hexadecimal form in the error if it can be
//! computed.

use super::text::is_invisible;
use crate::types::SerialNo;
use std::fmt;

/// Largest number of hexadecimal digits: a serial number has at most 20 bytes (RFC 5280, 4.1.2.2).
const HEXADECIMAL_DIGITS: usize = 40;

/// Largest number of decimal digits in a serial number of 20 bytes.
const DECIMAL_DIGITS: usize = 49;

const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_";

/// Endings of labels in front of a serial number, in lower case and without blanks, `_` and `-`.
const LABELS: [&str; 6] =
    ["serialnumber(hex)", "serialnumber", "serialno", "serial", "publickeyid", "序列号"];

/// Reason for which a text is not the serial number of a certificate. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SerialError {
    /// The text is empty or blank.
    Empty,
    /// The serial number is in decimal, as programs print large numbers.
    Decimal {
        /// Serial number in hexadecimal, two digits a byte.
        hexadecimal: String,
    },
    /// The number of hexadecimal digits is odd: programs that print it as a number drop the leading zero.
    OddDigits {
        /// Number of digits found.
        digits: usize,
        /// Serial number with a leading zero.
        padded: String,
    },
    /// The number is negative: a program read the bytes of the serial number as a signed number.
    Negative,
    /// The text has more hexadecimal digits than a serial number can have.
    TooLong {
        /// Number of digits found.
        digits: usize,
    },
    /// The text has a character that is neither a hexadecimal digit nor a separator.
    Character {
        /// Character found.
        character: char,
    },
    /// The text is a PEM certificate or key.
    Pem,
}

/// Reads a serial number, or the id of a public key, in any unambiguous form.
///
/// Accepted are blanks, line ends and quotes around the number, a label in front of it (`serial=`, `Serial
/// Number:`), `0x`, separators between the bytes (`:`, `-`, blanks) and lower case.
///
/// ```
/// use ruhui_core::key::serial;
///
/// let serial_no = serial::read("serial=1d:de:55:ad:98:ed\n")?;
/// assert_eq!(serial_no.as_str(), "1DDE55AD98ED");
/// assert_eq!(serial::read("PUB_KEY_ID_0119000000\r\n")?.as_str(), "PUB_KEY_ID_0119000000");
///
/// let error = serial::read("170518961404394360138998218675655307300760402572").unwrap_err();
/// assert!(error.to_string().ends_with("in hexadecimal it is 1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"));
/// # Ok::<(), serial::SerialError>(())
/// ```
///
/// # Errors
///
/// [`SerialError`] if the text is not a serial number, or if its form is ambiguous: decimal, or an odd number
/// of digits.
pub fn read(text: &str) -> Result<SerialNo, SerialError> {
    let value = without_label(text);
    if value.is_empty() {
        return Err(SerialError::Empty);
    }
    if value.contains("-----BEGIN") {
        return Err(SerialError::Pem);
    }
    if is_public_key_id(value) {
        return checked(value.to_ascii_uppercase());
    }
    let value = in_parentheses(value);
    if value.starts_with('-') {
        return Err(SerialError::Negative);
    }
    let (prefixed, value) = match without_base(value) {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    let digits: String = value.chars().filter(|c| !is_separator(*c)).collect();
    let digits = without_sign_byte(&digits);
    if let Some(character) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
        return Err(SerialError::Character { character });
    }
    let count = digits.len();
    if count > HEXADECIMAL_DIGITS
        && count <= DECIMAL_DIGITS
        && !prefixed
        && value == digits
        && let Some(hexadecimal) = hexadecimal_of(digits)
    {
        return Err(SerialError::Decimal { hexadecimal });
    }
    match count {
        0 => Err(SerialError::Empty),
        _ if count > HEXADECIMAL_DIGITS => Err(SerialError::TooLong { digits: count }),
        _ if count % 2 == 1 => {
            Err(SerialError::OddDigits { digits: count, padded: format!("0{}", digits.to_ascii_uppercase()) })
        }
        _ => checked(digits.to_ascii_uppercase()),
    }
}

/// Converts a decimal number to hexadecimal, two digits a byte; `None` if `decimal` is anything but 1 to 64
/// digits.
///
/// ```
/// use ruhui_core::key::serial;
///
/// assert_eq!(serial::hexadecimal_of("65536").as_deref(), Some("010000"));
/// assert_eq!(serial::hexadecimal_of("1DDE"), None);
/// ```
pub fn hexadecimal_of(decimal: &str) -> Option<String> {
    // The limit matters: the work grows with the square of the length.
    if decimal.is_empty() || decimal.len() > 64 || !decimal.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The bytes are in little-endian order until the end.
    let mut bytes: Vec<u8> = vec![0];
    for digit in decimal.bytes() {
        let mut carry = u16::from(digit - b'0');
        for byte in &mut bytes {
            let sum = u16::from(*byte) * 10 + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.reverse();
    Some(hex::encode_upper(bytes))
}

/// Removes leading zeros beyond the 20 bytes of a serial number: Java prints a zero byte before a number
/// whose first bit is set.
fn without_sign_byte(digits: &str) -> &str {
    let over = digits.len().saturating_sub(HEXADECIMAL_DIGITS);
    let zeros = digits.bytes().take_while(|byte| *byte == b'0').count();
    if zeros >= over { &digits[over..] } else { digits }
}

/// Returns whether a serial number without its label is the ID of a WeChat Pay public key (微信支付公钥ID).
pub(crate) fn is_public_key_id(value: &str) -> bool {
    value.get(..PUBLIC_KEY_ID.len()).is_some_and(|start| start.eq_ignore_ascii_case(PUBLIC_KEY_ID))
}

/// Returns the digits after `0x`.
pub(crate) fn without_base(value: &str) -> Option<&str> {
    value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"))
}

/// Returns the text without the characters around a copied value: blanks, line ends, quotes, and invisible
/// characters.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || is_invisible(c) || matches!(c, '"' | '\'' | '`' | ',' | ';' | '[' | ']')
    })
}

/// Returns whether tools print this character between the bytes of a serial number.
pub(crate) fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || matches!(c, ':' | '-' | '.')
}

/// Returns the trimmed text without a label such as `serial=` or `Serial Number:`. Only known labels are
/// removed: `A3:` is part of a number.
pub(crate) fn without_label(text: &str) -> &str {
    let text = trimmed(text);
    for separator in ['=', ':', '：'] {
        let Some((label, value)) = text.split_once(separator) else { continue };
        let label: String = trimmed(label).chars().filter(|c| !matches!(c, ' ' | '_' | '-')).collect();
        let label = label.to_lowercase();
        if LABELS.iter().any(|known| label.ends_with(known)) {
            return trimmed(value);
        }
    }
    text
}

/// Returns the hexadecimal digits of `1234 (0x4d2)`, as OpenSSL prints small numbers.
fn in_parentheses(text: &str) -> &str {
    text.strip_suffix(')').and_then(|text| text.split_once("(0x")).map_or(text, |(_, digits)| digits)
}

fn checked(text: String) -> Result<SerialNo, SerialError> {
    let digits = text.chars().count();
    SerialNo::new(text.as_str()).map_err(|_| {
        match text.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '_')) {
            Some(character) => SerialError::Character { character },
            None => SerialError::TooLong { digits },
        }
    })
}

impl fmt::Display for SerialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Empty, false) => f.write_str("the serial number is empty"),
            (Self::Empty, true) => f.write_str("序列号为空"),
            (Self::Decimal { hexadecimal }, false) => {
                write!(f, "this is the serial number in decimal; in hexadecimal it is {hexadecimal}")
            }
            (Self::Decimal { hexadecimal }, true) => {
                write!(f, "这是十进制的序列号，其十六进制形式为 {hexadecimal}")
            }
            (Self::OddDigits { digits, padded }, false) => write!(
                f,
                "the serial number has {digits} digits, and a byte has two: a zero in front is lost, then it is \
                 {padded}, or a digit is missing elsewhere"
            ),
            (Self::OddDigits { digits, padded }, true) => write!(
                f,
                "序列号有 {digits} 位，而每字节为两位：若丢失了前导零，应为 {padded}；否则是别处漏了一位"
            ),
            (Self::Negative, false) => f.write_str(
                "the serial number is negative: a program read its bytes as a signed number; `openssl x509 -noout \
                 -serial -in apiclient_cert.pem` prints it",
            ),
            (Self::Negative, true) => f.write_str(
                "序列号为负数：程序把它当作有符号数读取了；请用 `openssl x509 -noout -serial -in apiclient_cert.pem` 查看",
            ),
            (Self::TooLong { digits }, false) => write!(
                f,
                "the serial number has {digits} digits, and a certificate's has {HEXADECIMAL_DIGITS} at most: is \
                 it there twice, or is this a fingerprint?"
            ),
            (Self::TooLong { digits }, true) => write!(
                f,
                "序列号有 {digits} 位，而证书序列号最多 {HEXADECIMAL_DIGITS} 位：是否重复粘贴，或填成了证书指纹？"
            ),
            (Self::Character { character }, false) => write!(
                f,
                "{character:?} is not a hexadecimal digit; a certificate's serial number is hexadecimal, \
                 {HEXADECIMAL_DIGITS} upper-case digits as a rule"
            ),
            (Self::Character { character }, true) => write!(
                f,
                "{character:?} 不是十六进制数字；证书序列号为大写十六进制，通常为 {HEXADECIMAL_DIGITS} 位"
            ),
            (Self::Pem, false) => f.write_str(
                "this is a whole certificate or key; its serial number is printed by `openssl x509 -noout -serial \
                 -in apiclient_cert.pem`",
            ),
            (Self::Pem, true) => f.write_str(
                "这是整个证书或密钥的内容；请用 `openssl x509 -noout -serial -in apiclient_cert.pem` 查看序列号",
            ),
        }
    }
}

impl std::error::Error for SerialError {}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIAL: &str = "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C";

    #[test]
    fn each_form_that_tools_print_is_read() {
        let lower = SERIAL.to_lowercase();
        let by_two = |separator: &str| {
            let bytes: Vec<_> = lower.as_bytes().chunks(2).map(|two| str::from_utf8(two).unwrap()).collect();
            bytes.join(separator)
        };
        for (tool, text) in [
            ("as it is", SERIAL.to_owned()),
            ("lower case", lower.clone()),
            (
                "X509Certificate.toString of Java, with a byte for the sign",
                format!("SerialNumber: 00:{}", by_two(":")),
            ),
            ("X509Certificate.toString of an older Java", format!("SerialNumber: [    {}]", by_two(" "))),
            ("openssl x509 -serial", format!("serial={SERIAL}\n")),
            ("openssl x509 -text", format!("        Serial Number:\n            {}\n", by_two(":"))),
            ("keytool", format!("Serial number: {lower}")),
            ("certtool", format!("\tSerial Number (hex): {lower}")),
            ("Keychain", by_two(" ").to_uppercase()),
            ("Windows, with a mark that cannot be seen", format!("\u{200e}{}", by_two(" "))),
            ("PHP and Python", format!("0x{SERIAL}")),
            ("Python in lower case", format!("'0x{lower}',")),
            (".env", format!("\"{SERIAL}\"\r\n")),
            ("an environment variable", format!("export RUHUI_SERIAL_NO={SERIAL}")),
            ("a header", format!("Wechatpay-Serial: {SERIAL}")),
            (".NET's BitConverter", by_two("-").to_uppercase()),
            ("a Chinese page", format!("证书序列号：{SERIAL}")),
            ("a BOM", format!("\u{feff}{SERIAL}")),
        ] {
            assert_eq!(
                read(&text).map(|serial| serial.to_string()).as_deref(),
                Ok(SERIAL),
                "{tool}: {text:?}"
            );
        }
        assert_eq!(
            read("Serial Number: 1234 (0x4d2)"),
            Err(SerialError::OddDigits { digits: 3, padded: "04D2".into() })
        );
        assert_eq!(read("Serial Number: 43981 (0xabcd)").unwrap().as_str(), "ABCD");
        assert_eq!(read(" pub_key_id_0119 \n").unwrap().as_str(), "PUB_KEY_ID_0119");
        // An even number of digits shows no lost digit, and leading zeros belong to the number.
        assert_eq!(read("00A3").unwrap().as_str(), "00A3");
    }

    #[test]
    fn a_form_that_leaves_a_doubt_is_rejected_with_the_hexadecimal_form() {
        let decimal = "170518961404394360138998218675655307300760402572";
        let message = read(decimal).unwrap_err();
        assert_eq!(
            message.to_string(),
            format!("this is the serial number in decimal; in hexadecimal it is {SERIAL}")
        );
        assert_eq!(format!("{message:#}"), format!("这是十进制的序列号，其十六进制形式为 {SERIAL}"));
        assert_eq!(
            read(&SERIAL[1..].to_lowercase()),
            Err(SerialError::OddDigits { digits: 39, padded: format!("0{}", &SERIAL[1..]) })
        );
        assert_eq!(read(&format!("-{decimal}")), Err(SerialError::Negative));
        assert_eq!(read(&SERIAL.repeat(2)), Err(SerialError::TooLong { digits: 80 }));
        assert_eq!(read("\u{feff} \n"), Err(SerialError::Empty));
        assert_eq!(read("''"), Err(SerialError::Empty));
        assert_eq!(read("1DDEO5"), Err(SerialError::Character { character: 'O' }));
        assert_eq!(read("-----BEGIN CERTIFICATE-----\nMIID"), Err(SerialError::Pem));
        assert_eq!(read("PUB_KEY_ID_01-19"), Err(SerialError::Character { character: '-' }));
    }

    #[test]
    fn decimal_becomes_hexadecimal() {
        assert_eq!(hexadecimal_of("255").as_deref(), Some("FF"));
        assert_eq!(
            hexadecimal_of("170518961404394360138998218675655307300760402572").as_deref(),
            Some(SERIAL)
        );
        assert_eq!(hexadecimal_of(""), None);
    }
}

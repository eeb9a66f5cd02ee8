//! Wrong values that faults put into signatures, of responses and of callbacks.

use jiff::SignedDuration;

/// Distance of a wrong timestamp from the right one: twice the distance that a client may allow.
pub(crate) const OFF_TIME: SignedDuration = SignedDuration::from_mins(10);

/// Returns a serial number of the same form that names no key: its last digits are others.
pub(crate) fn unknown_serial(serial: &str) -> String {
    let end = serial.len().saturating_sub(8);
    let other = |(index, c): (usize, char)| match c {
        '0'..='9' if index >= end => char::from(b'0' + b'9' - c as u8),
        _ => c,
    };
    let changed: String = serial.char_indices().map(other).collect();
    if changed == serial { format!("{serial}0") } else { changed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_serial_has_the_form_of_the_known_one() {
        for serial in ["PUB_KEY_ID_0114232134912410000000000000", "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C"]
        {
            let other = unknown_serial(serial);
            assert!(other != serial && other.len() == serial.len(), "{other}");
        }
        assert_eq!(unknown_serial("A"), "A0");
    }
}

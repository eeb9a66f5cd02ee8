//! The address of an exchange.

/// Encodes an id as one segment of a path.
pub(super) fn encoded(id: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    id.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_segment() {
        assert_eq!(encoded("17"), "17");
        assert_eq!(encoded("B9B5-404"), "B9B5-404");
        assert_eq!(encoded("../clock?x"), "..%2Fclock%3Fx");
    }
}

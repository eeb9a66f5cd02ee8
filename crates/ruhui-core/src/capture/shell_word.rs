//! Words of shell commands.

/// Returns a text as one word of a shell command, in quotes if it needs them.
///
/// ```
/// use ruhui_core::capture::shell_word;
///
/// assert_eq!(shell_word("/v3/certificates"), "/v3/certificates");
/// assert_eq!(shell_word("it's"), r"'it'\''s'");
/// ```
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:+@%,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

//! The cause behind a sensitive field that does not decrypt.

use super::{InvalidField, ParameterError, ParameterIssue};
use crate::encryption::{FieldKeys, diagnose_field};
use serde_json::Value;

impl ParameterError {
    /// The fault with the cause that [`diagnose_field`] finds, if it is of a sensitive field of `body` that does not
    /// decrypt; any other as it is. The field's value is not kept.
    ///
    /// It costs some 20 ms for each key, and must not be offered to the network: see [`diagnose_field`].
    #[must_use]
    pub fn diagnosed(mut self, body: &[u8], keys: FieldKeys<'_>) -> Self {
        if let Some(why) = diagnose(&self.field, &self.issue, body, keys) {
            self.issue = why;
        }
        self
    }
}

impl InvalidField {
    /// The invalid_field with the cause that [`diagnose_field`] finds, as for [`ParameterError::diagnosed`].
    #[must_use]
    pub fn diagnosed(mut self, body: &[u8], keys: FieldKeys<'_>) -> Self {
        if let Some(why) = diagnose(&self.field, &self.issue, body, keys) {
            self.issue = why;
        }
        self
    }
}

fn diagnose(field: &str, issue: &ParameterIssue, body: &[u8], keys: FieldKeys<'_>) -> Option<ParameterIssue> {
    if !matches!(issue, ParameterIssue::DecryptFailure(_)) {
        return None;
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    let text = body.pointer(field)?.as_str()?;
    diagnose_field(text, keys).map(ParameterIssue::DecryptFailure)
}

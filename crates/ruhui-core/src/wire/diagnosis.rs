//! Diagnosis of sensitive fields that fail to decrypt.

use super::{InvalidField, ParameterError, ParameterIssue};
use crate::encryption::{FieldKeys, diagnose_field};
use serde_json::Value;

impl ParameterError {
    /// Returns the error with the cause that [`diagnose_field`] finds, if a sensitive field of `body` failed
    /// to decrypt. Any other error is returned unchanged. The field's value is not kept.
    ///
    /// The diagnosis takes some 20 ms for each key, and must not be reachable from the network: see
    /// [`diagnose_field`].
    #[must_use]
    pub fn diagnosed(mut self, body: &[u8], keys: FieldKeys<'_>) -> Self {
        if let Some(why) = diagnose(&self.field, &self.issue, body, keys) {
            self.issue = why;
        }
        self
    }
}

impl InvalidField {
    /// Returns the error with the cause that [`diagnose_field`] finds, by the rules of
    /// [`ParameterError::diagnosed`].
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

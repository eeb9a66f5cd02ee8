//! The cause behind a sensitive field that does not decrypt.

use super::{Fault, Issue};
use crate::seal::{FieldKeys, diagnose_field};
use serde_json::Value;

impl Fault {
    /// The fault with the cause that [`diagnose_field`] finds, if it is of a sensitive field of `body` that does not
    /// decrypt; any other as it is. The field's value is not kept.
    ///
    /// It costs some 20 ms for each key, and must not be offered to the network: see [`diagnose_field`].
    #[must_use]
    pub fn diagnosed(mut self, body: &[u8], keys: FieldKeys<'_>) -> Self {
        if !matches!(self.issue, Issue::Unopenable(_)) {
            return self;
        }
        let body: Option<Value> = serde_json::from_slice(body).ok();
        let text = body.as_ref().and_then(|body| body.pointer(&self.field)).and_then(Value::as_str);
        if let Some(why) = text.and_then(|text| diagnose_field(text, keys)) {
            self.issue = Issue::Unopenable(why);
        }
        self
    }
}

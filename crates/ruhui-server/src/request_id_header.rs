//! The header `Request-ID` of responses and callbacks.

use crate::env::Entropy;
use ::http::HeaderValue;

/// Makes a new id: hexadecimal digits, a dash and the internal result, which is 0 for a success.
pub(crate) fn new_request_id(entropy: &dyn Entropy, result: u32) -> HeaderValue {
    let mut id = [0; 16];
    entropy.fill(&mut id);
    let text = format!("{}-{result}", hex::encode_upper(id));
    HeaderValue::from_str(&text).expect("digits and a dash are visible ASCII")
}

//! Bodies of responses as people read them.

use serde::Serialize;
use serde_json::Value;

/// Returns the body of a response with its sensitive fields in plain: the decoded values, over the body as received,
/// which may have members that this edition does not know.
///
/// ```
/// use ruhui_core::wire::readable_response;
/// use serde_json::json;
///
/// let decoded = json!({ "phone_number": "139" });
/// let received = br#"{"phone_number":"c2VhbGVk","new":1}"#;
/// assert_eq!(readable_response(&decoded, received), json!({ "phone_number": "139", "new": 1 }));
/// ```
pub fn readable_response<T: Serialize>(decoded: &T, body: &[u8]) -> Value {
    let mut whole = serde_json::from_slice(body).unwrap_or_default();
    lay(serde_json::to_value(decoded).unwrap_or_default(), &mut whole);
    whole
}

fn lay(decoded: Value, over: &mut Value) {
    match (decoded, over) {
        (Value::Object(decoded), Value::Object(over)) => {
            for (name, value) in decoded {
                lay(value, over.entry(name).or_insert(Value::Null));
            }
        }
        (Value::Array(decoded), Value::Array(over)) if decoded.len() == over.len() => {
            decoded.into_iter().zip(over).for_each(|(decoded, over)| lay(decoded, over));
        }
        (decoded, over) => *over = decoded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn decoded_values_stand_over_the_received_ones() {
        let received =
            json!({ "phone_number": "c2VhbGVk", "new": 1, "list": [{ "value": "c2Vh", "more": 2 }] });
        let decoded = json!({ "phone_number": "139", "list": [{ "value": "张三" }] });
        assert_eq!(
            readable_response(&decoded, received.to_string().as_bytes()),
            json!({ "phone_number": "139", "new": 1, "list": [{ "value": "张三", "more": 2 }] })
        );
    }
}

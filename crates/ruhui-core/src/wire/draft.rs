//! Decodes requests that a person wrote for a tool.

use super::json::{Reader, Rules};
use super::location::{locate, rest};
use super::parameter_error::{ParameterError, ParameterIssue};
use super::tree::Node;
use crate::api::{Endpoint, FamilyMarker as _};
use crate::types::Family;
use serde_json::{Map, Value};

/// Decodes a request from parameters that a person wrote for a tool.
///
/// One object holds all parameters, of path, query and body alike. A text may stand for a number or a
/// boolean. Sensitive texts are in plain. A parameter that the request does not have is an error, since it is
/// probably a typo.
///
/// # Errors
///
/// [`ParameterError`]: the first fault, with its location.
///
/// ```
/// use ruhui_core::api::card_member::ListUserCards;
/// use ruhui_core::wire;
///
/// let written = serde_json::json!({ "brand_id": "1004", "openid": "o", "offset": "0", "limit": "20" });
/// let call: ListUserCards = wire::draft(written.as_object().unwrap()).unwrap();
/// assert_eq!(call.limit.count(), 20);
///
/// let written = serde_json::json!({ "brand_id": "1004", "opnid": "o", "offset": "0", "limit": "20" });
/// let fault = wire::draft::<ListUserCards>(written.as_object().unwrap()).unwrap_err();
/// assert_eq!(
///     fault.to_string(),
///     "/query/opnid is not a field here; the fields are brand_id, openid, user_card_state, offset, limit; did you mean openid?"
/// );
/// ```
pub fn draft<E: Endpoint>(parameters: &Map<String, Value>) -> Result<E, ParameterError> {
    let reader = Reader { node: &object(parameters), rules: Rules::Draft };
    E::deserialize(reader).map_err(|error| {
        let mut fault = locate::<E>(error, rest::<E>());
        // The request's struct has this field for the partner family only.
        if let (ParameterIssue::Unknown { known }, Family::Brand) = (&mut fault.issue, E::Family::FAMILY) {
            known.retain(|name| *name != "brand_id");
        }
        fault
    })
}

fn object(members: &Map<String, Value>) -> Node {
    Node::Object(members.iter().map(|(name, value)| (name.clone(), node(value))).collect())
}

fn node(value: &Value) -> Node {
    match value {
        Value::Null => Node::Null,
        Value::Bool(value) => Node::Bool(*value),
        Value::Number(number) => Node::Number(number.clone()),
        Value::String(text) => Node::Parameter(text.clone()),
        Value::Array(items) => Node::Array(items.iter().map(node).collect()),
        Value::Object(members) => object(members),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::card_member::{ConfirmUserCard, SyncUserPoints, UploadImage};
    use crate::api::{Brand, CallersOwn, Partner};
    use serde_json::json;

    fn confirm<F: crate::api::FamilyMarker>(more: Value) -> Result<ConfirmUserCard<F>, String> {
        let mut written = json!({
            "card_id": "pbLatjvWOibDc5-TBnbUk1pD12o0",
            "openid": "obLatjnx9gnqzS4myYGmLZ7LgLBA",
            "user_card_code": "478515832665",
            "user_card_confirm_state": "CREATE_CARD_SUCCESS",
        });
        let members = written.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        draft(members).map_err(|fault| fault.to_string())
    }

    #[test]
    fn sensitive_texts_are_plain() {
        let call = confirm::<Partner>(json!({ "brand_id": "1004", "phone_number": "13900000000" })).unwrap();
        assert_eq!(call.phone_number.unwrap().as_str(), "13900000000");
    }

    #[test]
    fn a_text_may_stand_for_a_number() {
        let written = json!({
            "brand_id": "1004",
            "card_id": "c",
            "openid": "o",
            "user_card_code": "1",
            "out_request_no": "1",
            "point_balance": "1000"
        });
        let call: SyncUserPoints = draft(written.as_object().unwrap()).unwrap();
        assert_eq!(serde_json::to_value(&call).unwrap()["point_balance"], 1000);
    }

    #[test]
    fn a_slip_is_said_where_it_stands() {
        let faults = [
            (json!({}), "/body/brand_id is required"),
            (
                json!({ "brand_id": "1", "levl": "金" }),
                "/body/levl is not a field here; the fields are brand_id, ",
            ),
            (
                json!({ "brand_id": "1", "user_card_code": "" }),
                "/uri_template/user_card_code must not be empty",
            ),
            (json!({ "brand_id": "1", "level": null }), "/body/level must be of type string, not null"),
            (
                json!({ "brand_id": "1", "valid_date_information": { "kind": "PERMANENT" } }),
                "/body/valid_date_information/kind is not a field here; the fields are type, available_begin_time, ",
            ),
            (
                json!({ "brand_id": "1", "valid_date_information": { "type": "permanent" } }),
                "/body/valid_date_information/type \"permanent\" is none of FIX_TIME_RANGE, FIX_TERM, PERMANENT",
            ),
        ];
        for (more, said) in faults {
            let fault = confirm::<Partner>(more).unwrap_err();
            assert!(fault.starts_with(said), "{fault}");
        }
    }

    #[test]
    fn a_brand_names_no_brand() {
        assert_eq!(confirm::<Brand>(json!({})).unwrap().brand_id, CallersOwn);
        let fault = confirm::<Brand>(json!({ "brand_id": "1004" })).unwrap_err();
        assert_eq!(fault, "/body/brand_id is not a field here");
        let fault = confirm::<Brand>(json!({ "brand": "1004" })).unwrap_err();
        assert!(
            fault.starts_with("/body/brand is not a field here; the fields are card_id, openid, "),
            "{fault}"
        );
    }

    #[test]
    fn either_name_of_a_digest_is_known() {
        for name in ["sha256", "file_digest"] {
            let written = json!({ "filename": "a.png", name: "0" });
            draft::<UploadImage<Brand>>(written.as_object().unwrap()).unwrap();
        }
    }
}

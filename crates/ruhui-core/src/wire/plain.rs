//! Decodes JSON bodies and queries that do not belong to an endpoint of the API.

use super::json::{Error, Reader, Rules};
use super::location::pairs;
use super::parameter_error::ParameterError;
use super::tree::{self, Node};
use crate::api::Location;
use serde::de::DeserializeOwned;

/// Decodes a JSON body that is not a request of the API, such as one for the sandbox's controls.
///
/// Sensitive texts are in plain. A null member counts as missing, and a member that no field reads is an
/// error. The rules of the types apply as in a request.
///
/// # Errors
///
/// [`ParameterError`]: the first fault, with its location.
///
/// ```
/// use ruhui_core::wire;
///
/// #[derive(serde::Deserialize)]
/// struct Advance {
///     advance_seconds: u32,
/// }
///
/// let advance: Advance = wire::read_plain(br#"{"advance_seconds":60}"#)?;
/// assert_eq!(advance.advance_seconds, 60);
///
/// let fault = wire::read_plain::<Advance>(br#"{"advance_second":60}"#).map(drop).unwrap_err();
/// assert_eq!(
///     fault.to_string(),
///     "/body/advance_second is not a field here; the fields are advance_seconds; did you mean advance_seconds?"
/// );
/// # Ok::<(), wire::ParameterError>(())
/// ```
pub fn read_plain<T: DeserializeOwned>(body: &[u8]) -> Result<T, ParameterError> {
    let tree = tree::parse(body)?;
    read(&tree).map_err(|error| {
        let field = error.pointer();
        error.at(Location::Body, field)
    })
}

/// Decodes a query that is not a request of the API, by the rules of [`read_plain`].
///
/// A parameter may stand for a number or a boolean.
///
/// # Errors
///
/// [`ParameterError`]: the first fault, with its location.
///
/// ```
/// use ruhui_core::{types::Token, wire};
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Launch {
///     token: Token,
/// }
///
/// let launch: Launch = wire::read_plain_query("token=t")?;
/// assert_eq!(launch.token.as_str(), "t");
///
/// let fault = wire::read_plain_query::<Launch>("").unwrap_err();
/// assert_eq!(fault.to_string(), "/query/token is required");
/// # Ok::<(), wire::ParameterError>(())
/// ```
pub fn read_plain_query<T: DeserializeOwned>(query: &str) -> Result<T, ParameterError> {
    let members = pairs(query)?.into_iter().map(|(name, value)| (name, Node::Parameter(value))).collect();
    read(&Node::Object(members)).map_err(|error| {
        let name = error.name().to_owned();
        error.at(Location::Query, name)
    })
}

fn read<T: DeserializeOwned>(tree: &Node) -> Result<T, Error> {
    T::deserialize(Reader { node: tree, rules: Rules::Plain })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::card_member::{ProductCouponStockType, UserInformation};
    use crate::types::{OpenId, PhoneNumber};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Control {
        openid: Option<OpenId>,
        #[serde(default)]
        seconds: u32,
        phone_number: Option<PhoneNumber>,
        #[serde(default)]
        user_information: UserInformation,
        product_coupon_stock_type: Option<ProductCouponStockType>,
    }

    fn said(body: &str) -> String {
        read_plain::<Control>(body.as_bytes()).map(drop).unwrap_err().to_string()
    }

    #[test]
    fn sensitive_texts_are_plain_and_null_is_as_good_as_missing() {
        let body = r#"{"openid":null,"seconds":null,"phone_number":"13900000000","user_information":null}"#;
        let control: Control = read_plain(body.as_bytes()).unwrap();
        assert_eq!((control.openid, control.seconds), (None, 0));
        assert_eq!(control.phone_number.unwrap().as_str(), "13900000000");
        assert_eq!(control.user_information, UserInformation::default());
        assert_eq!(control.product_coupon_stock_type, None);
    }

    #[test]
    fn a_fault_is_said_where_it_stands() {
        for (body, message) in [
            ("", "the body is empty"),
            ("{", "/body is not JSON at line 1, column 1"),
            ("null", "/body must be of type object, not null"),
            (r#"{"openid":1}"#, "/body/openid must be of type string, not number"),
            (r#"{"openid":"a","openid":"b"}"#, "/body/openid appears more than once"),
            (r#"{"seconds":"1"}"#, "/body/seconds must be an unsigned 64-bit integer"),
            (r#"{"seconds":-1}"#, "/body/seconds must be an unsigned 64-bit integer"),
            (r#"{"seconds":4294967296}"#, "/body/seconds must be at most 4294967295"),
            (
                r#"{"user_information":{"common_field_list":[{"names":"x"}]}}"#,
                "/body/user_information/common_field_list/0/names is not a field here; the fields are name, value; did you mean name?",
            ),
            (
                r#"{"product_coupon_stock_type":"FREE"}"#,
                "/body/product_coupon_stock_type \"FREE\" is none of PRODUCT_COUPON_STOCK_TYPE_BUSI_FAVOR, PRODUCT_COUPON_STOCK_TYPE_CASH_FAVOR, PRODUCT_COUPON_STOCK_TYPE_BRAND_FAVOR",
            ),
        ] {
            assert_eq!(said(body), message, "{body}");
        }
    }

    #[test]
    fn an_unknown_member_is_a_fault_even_if_it_is_null() {
        let known = "openid, seconds, phone_number, user_information, product_coupon_stock_type";
        assert_eq!(said(r#"{"x":null}"#), format!("/body/x is not a field here; the fields are {known}"));
    }

    #[test]
    fn a_sensitive_text_is_not_shown() {
        let body = format!(r#"{{"phone_number":"{}"}}"#, "1".repeat(600));
        let fault = read_plain::<Control>(body.as_bytes()).map(drop).unwrap_err();
        assert_eq!((fault.field.as_str(), &fault.value), ("/phone_number", &None));
        assert!(!format!("{fault} {fault:#}").contains("111"), "{fault}");
    }

    #[test]
    fn a_parameter_may_stand_for_a_number() {
        let control: Control = read_plain_query("openid=o&seconds=7").unwrap();
        assert_eq!((control.openid.unwrap().as_str(), control.seconds), ("o", 7));
        for (query, message) in [
            ("seconds=x", "/query/seconds must be an unsigned 64-bit integer"),
            ("seconds=1&seconds=1", "/query/seconds appears more than once"),
            ("openid=", "/query/openid must not be empty"),
        ] {
            let fault = read_plain_query::<Control>(query).map(drop).unwrap_err();
            assert_eq!(fault.to_string(), message);
        }
    }
}

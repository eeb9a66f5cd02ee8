//! A field of a request, for people: description, type and limits.

use crate::api::Location;
use crate::bilingual::Bilingual;
use serde_json::{Map, Value};

/// A field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Path of the field from the top level, with a dot between its steps: `valid_date_information.type`. The items of
    /// a list have the step `0`.
    pub path: String,
    /// Name of the field in the documents: 会员卡模板ID.
    pub term: String,
    /// Description of the field; the Chinese one is empty if the term says all.
    pub about: Bilingual,
    /// Whether the request must have the field; for an inner field, whether the object that holds it must have it.
    pub is_required: bool,
    /// Location in the request.
    pub location: Location,
    /// Type of the value, with its limits.
    pub value: FieldType,
    /// Fields of an object, or of the items of a list of objects.
    pub fields: Vec<Self>,
}

/// Type of a field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldType {
    /// A text.
    Text {
        /// Largest number of characters, if the text has a limit. A text with a limit has at least one character.
        most: Option<u64>,
        /// Whether the text is encrypted on the way. Callers of the SDK and users of the tool give it in plain.
        is_encrypted: bool,
    },
    /// One of these texts.
    OneOf(Vec<String>),
    /// A whole number.
    Integer {
        /// Smallest number, if there is a limit.
        least: Option<u64>,
        /// Largest number, if there is a limit.
        most: Option<u64>,
    },
    /// `true` or `false`.
    Boolean,
    /// A time in RFC 3339.
    Time,
    /// An object with [`Field::fields`].
    Object,
    /// A list of values of one type.
    List(Box<Self>),
}

impl Field {
    /// Returns the required fields that `parameters` lack, in order. A missing object counts as its required fields;
    /// it counts itself if it requires none.
    ///
    /// The fields of objects in lists are checked in each item that exists.
    pub fn missing_of(fields: &[Self], parameters: &Map<String, Value>) -> Vec<String> {
        let mut missing = Vec::new();
        for field in fields {
            field.check(parameters.get(field.name()), "", &mut missing);
        }
        missing
    }

    /// Returns the field's own name: the last step of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Adds the missing fields of this one. `within` is the path of the object that holds it, with a dot at its end.
    fn check(&self, value: Option<&Value>, within: &str, missing: &mut Vec<String>) {
        let path = format!("{within}{}", self.name());
        let none = Map::new();
        match value {
            None if !self.is_required => {}
            None if self.value == FieldType::Object && self.fields.iter().any(|field| field.is_required) => {
                self.check_members(&none, &path, missing);
            }
            None => missing.push(path),
            Some(Value::Object(members)) => self.check_members(members, &path, missing),
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    if let Value::Object(members) = item {
                        self.check_members(members, &format!("{path}.{index}"), missing);
                    }
                }
            }
            Some(_) => {}
        }
    }

    fn check_members(&self, members: &Map<String, Value>, path: &str, missing: &mut Vec<String>) {
        for field in &self.fields {
            field.check(members.get(field.name()), &format!("{path}."), missing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::card_member::{CreateCardTemplate, CreateMembershipActivity};
    use crate::schema::fields;
    use serde_json::json;

    #[test]
    fn all_missing_fields_are_found_also_inner_ones() {
        let missing = |fields: &[Field], given: Value| Field::missing_of(fields, given.as_object().unwrap());
        let create = fields::<CreateCardTemplate>();
        assert_eq!(
            missing(&create, json!({ "points_information": { "jump_appid": "wx" }, "need_pinned": true })),
            [
                "out_request_no",
                "brand_id",
                "appid",
                "card_type",
                "card_title",
                "card_color",
                "card_picture_url",
                "code_mode",
                "code_type",
                "benefits",
                "notify_url",
                "legal_agreement",
                "valid_date_information.type",
                "member_information.jump_appid",
                "member_information.jump_path",
                "points_information.jump_path",
            ]
        );
        let activity = fields::<CreateMembershipActivity>();
        let given = json!({
            "out_request_no": "1", "brand_id": "1", "card_id": "1", "activity_channel": "MECHANT_APP_COMPONENT",
            "title": "t", "sub_title": "s", "begin_time": "b", "end_time": "e", "apply_total": 1,
            "product_coupon_stock_list": [{ "stock_id": "1", "product_coupon_id": "2" }, { "stock_id": "1" }]
        });
        assert_eq!(missing(&activity, given), ["product_coupon_stock_list.1.product_coupon_id"]);
    }
}

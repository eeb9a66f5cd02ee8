//! Values of required fields that the settings have: of the kit, the environment or a profile.

use crate::credentials::{BRAND_ID, CARD_ID, OPENID, Setting, Settings};
use ruhui_core::api::EndpointName;
use ruhui_core::schema::Field;
use serde_json::{Map, Value};

/// Returns the setting whose value the request takes for this field, if the request requires the field and the
/// user does not give it.
pub(super) fn setting_of(name: &EndpointName, field: &Field) -> Option<Setting> {
    if !field.is_required || !name.takes_from_kit(&field.path) {
        return None;
    }
    [("brand_id", BRAND_ID), ("card_id", CARD_ID), ("openid", OPENID)]
        .into_iter()
        .find(|(path, _)| *path == field.path)
        .map(|(_, setting)| setting)
}

/// Adds the required fields that `parameters` lack and the settings have.
pub(super) fn fill_in(
    name: &EndpointName,
    fields: &[Field],
    parameters: &mut Map<String, Value>,
    settings: &Settings,
) {
    for field in fields.iter().filter(|field| !parameters.contains_key(&field.path)).collect::<Vec<_>>() {
        if let Some(value) = setting_of(name, field).and_then(|setting| settings.optional(setting)) {
            parameters.insert(field.path.clone(), Value::String(value.to_owned()));
        }
    }
}

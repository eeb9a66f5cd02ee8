//! The forms of an activity: a new one, and changes of one.

use super::texts::ActivitiesTexts;
use crate::form::{Field, FieldKind};
use crate::frame::Frame;
use serde_json::Value;

/// The members that a new activity takes as JSON, with an example.
const STOCKS: &str = "{\n  \"product_coupon_stock_list\": [\n    { \"product_coupon_id\": \"1000000013\", \"stock_id\": \"1000000013001\" }\n  ]\n}";

/// Returns the form of a new activity of a template, with an example that the API takes. `now` is business time.
pub(super) fn new(t: &'static ActivitiesTexts, frame: &Frame, card_id: &str, now: &str) -> Vec<Field> {
    // Each request on the console gets another position, so the number is a new one.
    let number = format!("console-{}", frame.position);
    let end = now
        .get(..4)
        .and_then(|year| year.parse::<u32>().ok())
        .map_or_else(String::new, |year| format!("{}{}", year + 1, now.get(4..).unwrap_or_default()));
    vec![
        Field::new("out_request_no", t.out_request_no, FieldKind::Text, number).required(),
        Field::new("card_id", t.card_id, FieldKind::Text, card_id).required(),
        Field::new(
            "activity_channel",
            t.channel,
            FieldKind::Choice(&["MECHANT_APP_COMPONENT"]),
            "MECHANT_APP_COMPONENT",
        ),
        Field::new("title", t.name, FieldKind::Text, "入会有礼").required(),
        Field::new("sub_title", t.sub_title, FieldKind::Text, "满100减10").required(),
        Field::new("begin_time", t.begin, FieldKind::Time, now).required(),
        Field::new("end_time", t.end, FieldKind::Time, end).required(),
        Field::new("apply_total", t.total, FieldKind::Number, "100").required(),
        Field::new("more", t.more, FieldKind::Json, STOCKS),
    ]
}

/// Returns the form of the changes that the API allows.
pub(super) fn changes(t: &'static ActivitiesTexts, activity: &Value) -> Vec<Field> {
    let text = |name: &str| activity[name].as_str().unwrap_or_default().to_owned();
    vec![
        Field::new("title", t.name, FieldKind::Text, text("title")).required(),
        Field::new("sub_title", t.sub_title, FieldKind::Text, text("sub_title")).required(),
        Field::new("begin_time", t.begin, FieldKind::Time, text("begin_time")).required(),
        Field::new("end_time", t.end, FieldKind::Time, text("end_time")).required(),
    ]
}

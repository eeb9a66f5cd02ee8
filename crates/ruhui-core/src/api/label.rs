//! The documents' Chinese names of fields, for error messages.

/// The Chinese name of a field, or the field's own name where the documents give none.
pub fn label(field: &str) -> &str {
    match field {
        "brand_id" => "品牌ID",
        "card_id" => "会员卡模板ID",
        "openid" => "用户标识",
        "echo_message" => "回声消息",
        other => other,
    }
}

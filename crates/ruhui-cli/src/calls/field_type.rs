//! Types of fields, in words.

use crate::language::Language;
use ruhui_core::schema::FieldType;

/// Returns the type of a value and its limits, as a part of a sentence.
pub(super) fn of_type(value: &FieldType, language: Language) -> String {
    match value {
        FieldType::Text { most, is_encrypted } => {
            let mut text = language.pick("text", "文本").to_owned();
            if let Some(most) = most {
                text +=
                    &language.pick(format!(", at most {most} characters"), format!("，最多 {most} 个字符"));
            }
            if *is_encrypted {
                text += language.pick(", in plain: the tool encrypts it", "，请填明文，由工具加密");
            }
            text
        }
        FieldType::OneOf(values) => match &values[..] {
            [only] => language.pick(format!("only {only}"), format!("固定为 {only}")),
            all => {
                let all = all.join(language.pick(", ", "、"));
                language.pick(format!("one of {all}"), format!("可选值：{all}"))
            }
        },
        FieldType::Integer { least, most } => {
            let range = match (least, most) {
                (Some(least), Some(most)) => {
                    language.pick(format!(", {least} to {most}"), format!("，{least} 至 {most}"))
                }
                (Some(least), None) => {
                    language.pick(format!(", at least {least}"), format!("，不小于 {least}"))
                }
                (None, Some(most)) => language.pick(format!(", at most {most}"), format!("，不大于 {most}")),
                (None, None) => String::new(),
            };
            language.pick("whole number", "整数").to_owned() + &range
        }
        FieldType::Boolean => language.pick("`true` or `false`", "`true` 或 `false`").to_owned(),
        FieldType::Time => language
            .pick("time, such as 2026-05-20T13:29:35+08:00", "时间，例如 2026-05-20T13:29:35+08:00")
            .to_owned(),
        FieldType::Object => language.pick("object", "对象").to_owned(),
        FieldType::List(items) => {
            let items = of_type(items, language);
            language.pick(format!("list; each item: {items}"), format!("数组，每个元素：{items}"))
        }
        _ => language.pick("value", "值").to_owned(),
    }
}

/// Returns the name of a type in JSON.
pub(super) fn type_name(value: &FieldType) -> &'static str {
    match value {
        FieldType::Integer { .. } => "integer",
        FieldType::Boolean => "boolean",
        FieldType::Object => "object",
        FieldType::List(_) => "array",
        _ => "string",
    }
}

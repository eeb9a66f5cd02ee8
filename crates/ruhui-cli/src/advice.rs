//! Advice after a sandbox rejected a request: how to go on with another user, or from the start.

use crate::language::Language;
use ruhui::api::{Row, rows};
use ruhui::error::ApiError;

/// Number of characters of an openid.
pub(crate) const OPENID_LENGTH: usize = 28;

/// The command that gets a token for a new user.
pub(crate) const NEW_USER: &str = "ruhui token --openid $(ruhui user new)";

/// Returns what else to do after a sandbox rejected a request about the user `openid`. `None` if the rejection is not
/// about the user. `new` is the command that sends the request for a new user.
pub(crate) fn on_user(rejection: &ApiError, openid: &str, new: &str, language: Language) -> Option<String> {
    let is = |row: &Row| [row.en, row.zh].iter().any(|text| rejection.message.contains(text));
    if [&rows::ONE_VALID_CARD, &rows::MEMBER_PENDING, &rows::MEMBER_EFFECTIVE, &rows::MEMBER_DELETED]
        .into_iter()
        .any(is)
    {
        return Some(language.pick(
            format!("for a new user: `{new}`; `ruhui sandbox reset` puts the sandbox back to its start"),
            format!("可换用新用户：`{new}`；`ruhui sandbox reset` 可将沙箱恢复到初始状态"),
        ));
    }
    let length = openid.chars().count();
    if length != OPENID_LENGTH && [&rows::OPENID_WRONG, &rows::OPENID_INVALID].into_iter().any(is) {
        let characters = if length == 1 { "character" } else { "characters" };
        return Some(language.pick(
            format!(
                "it has {length} {characters}, and a sandbox's openids have {OPENID_LENGTH}; `ruhui user new` prints one"
            ),
            format!("它有 {length} 个字符，而沙箱的 openid 为 {OPENID_LENGTH} 个；`ruhui user new` 可生成一个"),
        ));
    }
    None
}

/// Returns what else to do after a control rejected the action of a user, with a mark before it. Empty if there is
/// nothing to add to the message.
pub(crate) fn on_control(code: &str, language: Language) -> &'static str {
    match code {
        "FIELD_MISSING" | "FIELD_WRONG" => language.pick(
            "; `ruhui user form` lists the fields and their values, `--field NAME=VALUE` and `--choose NAME=VALUE` \
             fill them in",
            "；`ruhui user form` 可列出字段及其取值，用 `--field 字段=值` 和 `--choose 字段=值` 填写",
        ),
        "CARD_PENDING" => language.pick(
            "; confirm it with `ruhui call confirm_user_card`, or take another user: `ruhui user new` prints one, and \
             `ruhui sandbox reset` puts the sandbox back to its start",
            "；请用 `ruhui call confirm_user_card` 确认，或换用其他用户：`ruhui user new` 可生成一个，\
             `ruhui sandbox reset` 可将沙箱恢复到初始状态",
        ),
        "ALREADY_MEMBER" | "FORMER_MEMBER" => language.pick(
            "; take another user: `ruhui user new` prints one, and `ruhui sandbox reset` puts the sandbox back to its start",
            "；请换用其他用户：`ruhui user new` 可生成一个，`ruhui sandbox reset` 可将沙箱恢复到初始状态",
        ),
        "NOT_A_MEMBER" => language.pick("; name a member with --openid", "；请用 --openid 指定会员"),
        _ => "",
    }
}

//! Causes in the headers that every request needs, and in the form of an upload.

use super::section::section;
use crate::explain::cause::{Cause, cause};
use crate::explain::remedy;

section! {
    HEAD = "accept_or_user_agent",
    ("the response is 400, before the signature is verified", "请求在验签之前即返回 400"),
    (
        "Send Accept: application/json and a User-Agent, such as your program's name and version.",
        "请发送 Accept: application/json 和 User-Agent（例如程序名与版本号）。",
    ),
    remedy::ACCEPT_AND_USER_AGENT;
    CONTENT_TYPE = "content_type",
    ("the response is 400, after the signature is verified", "请求在验签之后返回 400"),
    (
        "Send a body with exactly one Content-Type: application/json.",
        "发送请求体时须且只须有一个 Content-Type: application/json。",
    ),
    remedy::SEND_JSON;
}

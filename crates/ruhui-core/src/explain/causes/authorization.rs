//! Causes in the form of the Authorization header.

use super::section::section;
use crate::explain::cause::{Cause, cause};
use crate::explain::remedy;

const THE_FORM: (&str, &str) = (
    "Write: WECHATPAY2-SHA256-RSA2048 mchid=\"...\",nonce_str=\"...\",signature=\"...\",timestamp=\"...\",serial_no=\"...\", with one blank after the scheme.",
    "格式：WECHATPAY2-SHA256-RSA2048 mchid=\"...\",nonce_str=\"...\",signature=\"...\",timestamp=\"...\",serial_no=\"...\"，认证类型后为一个空格。",
);

section! {
    MISSING = "authorization_missing", ("the Authorization header is missing", "缺少 Authorization 头"), THE_FORM, remedy::THE_FORM;
    REJECTED = "authorization_rejected", ("the Authorization header is not in the documented form", "Authorization 头的格式不符合文档"), THE_FORM, remedy::THE_FORM;
    NUMBERED = "authorization_numbered", ("the headers were sent with numbers for names (0: Authorization: ...): a list of lines was given where a map is needed", "HTTP 头被以数字为名发送（0: Authorization: ...）：应传入键值对，却传入了整行文本的列表"), THE_FORM, remedy::THE_FORM;
    TAB = "authorization_tab", ("a tab stands where a blank belongs", "应为空格的位置使用了制表符"), THE_FORM, remedy::THE_FORM;
    NAME_IN_VALUE = "authorization_name_in_value", ("the header's value begins with the header's name", "头的值里又写了一遍 Authorization:"), THE_FORM, remedy::THE_FORM;
    BEARER = "authorization_bearer", ("the value begins with Bearer", "头的值以 Bearer 开头"), THE_FORM, remedy::THE_FORM;
    LINE_BREAKS = "authorization_line_breaks", ("the value is broken into lines", "头的值中有换行"), THE_FORM, remedy::THE_FORM;
    CURLY_QUOTES = "authorization_curly_quotes", ("the quotes are curly or full-width: “ ”", "使用了中文引号 “ ”"), THE_FORM, remedy::THE_FORM;
    FULL_WIDTH = "authorization_full_width", ("commas or equals signs are full-width: ， ＝", "使用了全角逗号或等号"), THE_FORM, remedy::THE_FORM;
    ESCAPED_QUOTES = "authorization_escaped_quotes", ("backslashes stand before the quotes", "引号前有反斜杠"), THE_FORM, remedy::THE_FORM;
    SINGLE_QUOTES = "authorization_single_quotes", ("the quotes are single: '...'", "使用了单引号"), THE_FORM, remedy::THE_FORM;
    SCHEME_TWICE = "authorization_scheme_twice", ("the scheme appears twice", "认证类型重复"), THE_FORM, remedy::THE_FORM;
    SCHEME_WRONG = "authorization_scheme_wrong", ("the scheme is missing or misspelt", "认证类型缺失或拼写错误"), THE_FORM, remedy::THE_FORM;
    NO_QUOTES = "authorization_no_quotes", ("values stand without quotes", "字段值缺少双引号"), THE_FORM, remedy::THE_FORM;
    NO_COMMA = "authorization_no_comma", ("a comma between two fields is missing", "字段之间缺少逗号"), THE_FORM, remedy::THE_FORM;
    MISNAMED = "authorization_field_misnamed", ("a field is misnamed", "字段名写错"), THE_FORM, remedy::THE_FORM;
    CALLER_BLANKS = "authorization_caller_blanks", ("blanks stand around the caller's number", "商户号或品牌ID前后有空格"), THE_FORM, remedy::THE_FORM;
    OTHER_FAMILY = "authorization_other_family", ("the scheme is the other family's: /v3/ paths take the merchant's, /brand/ paths the brand's", "认证类型与路径不符：/v3/ 路径使用商户认证类型，/brand/ 路径使用品牌认证类型"), THE_FORM;
}

//! Causes in a request whose signature is right: its endpoint, method and parameters.

use super::section::section;
use crate::explain::cause::{Cause, cause};
use crate::explain::remedy;

const PAGE: (&str, &str) = (
    "Compare method, path and parameters with the endpoint's page.",
    "请与接口文档逐一核对请求方式、路径和参数。",
);

section! {
    ENDPOINT = "endpoint_unknown",
    (
        "the response is 404: the card-member API has no such path",
        "请求返回 404：会员卡接口中没有该路径",
    ),
    PAGE;
    METHOD = "endpoint_method",
    ("the response is 405: the endpoint has another method", "请求返回 405：该接口使用其他请求方式"),
    PAGE;
    RESPONSE_SERIAL = "wechatpay_serial_missing",
    (
        "the response is 400: the header Wechatpay-Serial is missing",
        "请求返回 400：缺少请求头 Wechatpay-Serial",
    ),
    (
        "Send the ID of the WeChat Pay public key, or the serial of the platform certificate, with which you encrypt and verify.",
        "请在 Wechatpay-Serial 中填写用于加密和验签的微信支付公钥ID 或平台证书序列号。",
    ),
    remedy::WECHATPAY_SERIAL;
    PARAMETERS = "parameters",
    ("the response is 400: a parameter is wrong", "请求返回 400：参数有误"),
    PAGE;
    FILE_DIGEST = "upload_digest",
    (
        "the request is rejected: the digest in `meta` is not the file's",
        "请求会被拒绝：`meta` 中的摘要与文件不符",
    ),
    (
        "Put the SHA-256 of the file's bytes into `meta`, in hexadecimal.",
        "请在 `meta` 中填写文件内容的 SHA-256 值（十六进制）。",
    ),
    remedy::FILE_DIGEST;
    OTHER_API = "endpoint_of_other_api",
    (
        "the path is not one of the card-member API, so method and parameters are not judged",
        "该路径不属于会员卡接口，因此未检查请求方式和参数",
    ),
    ("Compare them with the endpoint's own page.", "请与该接口的文档核对。");
}

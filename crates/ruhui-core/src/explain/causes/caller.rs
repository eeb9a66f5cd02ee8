//! Causes in the caller and its certificate.

use super::section::section;
use crate::explain::cause::{Cause, cause};

section! {
    CALLER_WRONG = "caller_wrong",
    (
        "the mchid (or brand_id) is not the one that the certificate in serial_no was issued to",
        "mchid（或 brand_id）与 serial_no 对应证书的持有者不符",
    ),
    (
        "Put the caller's own number into mchid: a service provider's is its own, never a sub-merchant's or the brand's.",
        "mchid 须填写调用方自己的商户号：服务商填写服务商商户号，而不是子商户号或品牌ID。",
    );
    EXPIRED = "certificate_expired",
    ("the certificate in serial_no has expired", "serial_no 对应的证书已过期"),
    (
        "Apply for a new merchant API certificate, and use its serial and its private key.",
        "请申请新的商户API证书，并使用新证书的序列号和私钥。",
    );
    NOT_YET_VALID = "certificate_not_yet_valid",
    ("the certificate in serial_no is not valid yet", "serial_no 对应的证书尚未生效"),
    (
        "Use the former merchant API certificate until the new one is valid, or correct the clock of the machine that issued it.",
        "新证书生效前请继续使用原商户API证书；如证书由本地签发，请检查签发机器的时间。",
    );
}

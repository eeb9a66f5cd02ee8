//! Causes in the field `serial_no`.

use super::section::section;
use crate::explain::cause::{Cause, cause};
use crate::explain::remedy;

const ADVICE: (&str, &str) = (
    "Take the serial of the merchant API certificate whose private key signs, in upper-case hexadecimal with its leading zeros: openssl x509 -in apiclient_cert.pem -noout -serial.",
    "请使用签名私钥对应的商户API证书序列号，大写十六进制并保留前导零：openssl x509 -in apiclient_cert.pem -noout -serial。",
);

section! {
    LOWER_CASE = "serial_lower_case", ("serial_no is in lower case, which the service accepts", "serial_no 是小写，服务端可以接受"), ADVICE, remedy::SERIAL;
    PREFIX = "serial_prefix", ("serial_no begins with what a tool printed in front of it: serial= or 0x", "serial_no 带有工具输出的前缀：serial= 或 0x"), ADVICE, remedy::SERIAL;
    COLONS = "serial_colons", ("serial_no has colons, blanks or line ends in it", "serial_no 含有冒号、空格或换行"), ADVICE, remedy::SERIAL;
    DECIMAL = "serial_decimal", ("serial_no is in decimal", "serial_no 是十进制"), ADVICE, remedy::SERIAL;
    LEADING_ZERO = "serial_leading_zero_lost", ("serial_no has lost a leading zero", "serial_no 丢失了前导零"), ADVICE, remedy::SERIAL;
    ZEROS_ADDED = "serial_zeros_added", ("serial_no has zeros in front that are not the certificate's", "serial_no 前面多了零"), ADVICE, remedy::SERIAL;
    PUBLIC_KEY_ID = "serial_public_key_id", ("serial_no is the id of WeChat Pay's public key, which belongs into Wechatpay-Serial", "serial_no 填成了微信支付公钥ID，它应放在 Wechatpay-Serial 中"), ADVICE, remedy::SERIAL;
    FOREIGN = "serial_foreign", ("serial_no belongs to another party", "serial_no 属于其他方"), ADVICE, remedy::SERIAL;
    UNKNOWN = "serial_unknown", ("serial_no is none of this caller's certificates", "serial_no 不是该商户的任何一张证书"), ADVICE, remedy::SERIAL;
}

//! Causes in the timestamp.

use super::section::section;
use crate::explain::cause::{Cause, cause};
use crate::explain::remedy;

section! {
    MILLISECONDS = "timestamp_milliseconds",
    ("the timestamp is in milliseconds", "timestamp 的单位是毫秒"),
    (
        "Divide by 1000: the timestamp is in seconds since 1970, ten digits.",
        "请除以 1000：应为 10 位的秒级 Unix 时间戳。",
    ),
    remedy::ONE_TEXT;
    TIME_ZONE = "timestamp_time_zone",
    (
        "the timestamp is whole hours off: a local time was taken for UTC",
        "timestamp 相差整小时：把本地时间当作了 UTC",
    ),
    (
        "Take seconds since 1970 from the system clock; they know no time zone.",
        "请直接取系统的 Unix 时间戳，它与时区无关。",
    ),
    remedy::ONE_TEXT;
    SKEW = "timestamp_outside_window",
    (
        "the timestamp is more than 300 seconds from the service's time",
        "timestamp 与服务器时间相差超过 300 秒",
    ),
    (
        "Set the clock by NTP, sign right before sending, and sign again before each retry.",
        "请用 NTP 校时；签名后立即发送；重发时重新签名。",
    );
    AGE = "request_age",
    ("the request is judged as of the time at which it was signed", "按请求签名的时间判断"),
    (
        "The service accepts a request for 300 seconds only: sign again before each retry.",
        "服务端只接受 300 秒内的请求：重发时请重新签名。",
    );
}

//! The closed table of errors: every situation that the service answers with an error, once.
//!
//! `Source::Document` marks the Chinese texts that a public document or a published live reply quotes; all
//! other texts, and all English ones, are ours.

use super::Source::{Document, Ours};
use super::{Code, Row, Source};

const fn row(
    name: &'static str,
    status: u16,
    code: Code,
    source: Source,
    zh: &'static str,
    en: &'static str,
) -> Row {
    Row { name, status, code, zh, en, source }
}

macro_rules! rows {
    ($($(#[$doc:meta])* $constant:ident = ($name:literal, $status:literal, $code:ident, $source:ident, $zh:literal, $en:literal);)*) => {
        $($(#[$doc])* pub static $constant: Row = row($name, $status, Code::$code, $source, $zh, $en);)*

        /// Every row.
        pub const ALL: &[&Row] = &[$(&$constant),*];
    };
}

rows! {
    // Public errors, in the order of the checks.

    /// The body is larger than the API takes.
    BODY_TOO_LARGE = ("body_too_large", 400, InvalidRequest, Ours,
        "请求包体超过大小限制", "the body is larger than the limit");
    /// The request took too long to arrive.
    REQUEST_TOO_SLOW = ("request_too_slow", 408, InvalidRequest, Ours,
        "接收请求超时", "the request took too long to arrive");
    /// `Accept` or `User-Agent` is missing.
    ACCEPT_OR_USER_AGENT_MISSING = ("accept_or_user_agent_missing", 400, InvalidRequest, Document,
        "Http头缺少Accept或User-Agent", "the header Accept or User-Agent is missing");
    /// `Accept` leaves out JSON.
    ACCEPT_EXCLUDES_JSON = ("accept_excludes_json", 400, InvalidRequest, Ours,
        "Http头Accept须包含application/json", "the header Accept must allow application/json");
    /// There is no Authorization.
    AUTHORIZATION_MISSING = ("authorization_missing", 401, SignError, Document,
        "签名信息错误，验签失败", "the signature's information is wrong");
    /// The Authorization header cannot be read.
    AUTHORIZATION_MALFORMED = ("authorization_malformed", 401, SignError, Document,
        "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
        "the header Authorization is malformed");
    /// The scheme is unknown, or the other family's.
    SCHEME_WRONG = ("scheme_wrong", 401, SignError, Document,
        "Http头Authorization认证类型不正确", "the scheme of the header Authorization is not this path's");
    /// The timestamp is outside the window.
    TIMESTAMP_OUTSIDE_WINDOW = ("timestamp_outside_window", 401, SignError, Document,
        "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
        "the timestamp in Authorization must be within 5 minutes of the service's time");
    /// The merchant or brand has no certificate here.
    CALLER_UNKNOWN = ("caller_unknown", 401, SignError, Document,
        "商户未申请过证书", "the merchant has no certificate");
    /// The merchant has no certificate with this serial.
    SERIAL_WRONG = ("serial_wrong", 401, SignError, Document,
        "商户证书序列号有误。请使用签名私钥匹配的证书序列号",
        "serial_no is wrong: use the serial of the certificate that matches the signing key");
    /// The certificate's time is over.
    CERTIFICATE_EXPIRED = ("certificate_expired", 401, SignError, Document,
        "商户证书已过期", "the merchant's certificate has expired");
    /// The signature does not fit the request.
    SIGNATURE_MISMATCH = ("signature_mismatch", 401, SignError, Document,
        "错误的签名，验签失败", "the signature does not fit the request");
    /// Too many calls.
    FREQUENCY_LIMITED = ("frequency_limited", 429, FrequencyLimited, Ours,
        "频率超限，请降低频率后重试", "too many calls; slow down and try again");
    /// The service failed.
    SYSTEM_ERROR = ("system_error", 500, SystemError, Document,
        "系统异常，请稍后重试", "the service failed; try again later");
    /// The body is not said to be JSON.
    CONTENT_TYPE_WRONG = ("content_type_wrong", 400, InvalidRequest, Ours,
        "Http头Content-Type须为application/json", "the header Content-Type must be application/json");
    /// A parameter is wrong; the message and `detail` say which and how.
    PARAMETER_WRONG = ("parameter_wrong", 400, ParamError, Document,
        "参数错误", "a parameter is wrong");
    /// A call needs `Wechatpay-Serial` and has none.
    WECHATPAY_SERIAL_MISSING = ("wechatpay_serial_missing", 400, ParamError, Document,
        "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)", "the header Wechatpay-Serial is missing");
    /// `Wechatpay-Serial` names no key of this caller.
    WECHATPAY_SERIAL_WRONG = ("wechatpay_serial_wrong", 400, ParamError, Document,
        "平台证书序列号Wechatpay-Serial错误", "the header Wechatpay-Serial names no key of this caller");

    // 入会组件预授权, edition of 2025-06-24.

    /// The template is not this brand's, or the brand not this caller's.
    TEMPLATE_NOT_OF_BRAND = ("template_not_of_brand", 400, InvalidRequest, Document,
        "会员卡模版ID不属于该品牌", "the card template does not belong to the brand");
    /// The openid is wrong.
    OPENID_WRONG = ("openid_wrong", 400, ParamError, Document,
        "OpenID有误", "the openid is wrong");

    // 入会组件预授权, current edition.

    /// The function is not opened for this brand yet.
    NOT_OPENED_YET = ("not_opened_yet", 400, InvalidRequest, Ours,
        "该功能暂未开放", "the function is not open yet");
    /// The brand has not got the card-member feature.
    NOT_ENABLED = ("not_enabled", 400, InvalidRequest, Ours,
        "品牌未开通商家名片会员功能", "the brand has not got the card-member feature");
    /// The template was invalidated.
    TEMPLATE_INVALID = ("template_invalid", 400, InvalidRequest, Ours,
        "会员卡模板已失效", "the card template is invalid");
    /// The template's time is over.
    TEMPLATE_EXPIRED = ("template_expired", 400, InvalidRequest, Ours,
        "会员卡模板已过期", "the card template has expired");
    /// The openid belongs to another AppID.
    OPENID_FOREIGN = ("openid_foreign", 400, InvalidRequest, Ours,
        "OpenID不属于该会员卡模板的AppID", "the openid is not one of the card template's AppID");
    /// The openid is no user's.
    OPENID_INVALID = ("openid_invalid", 400, InvalidRequest, Ours,
        "OpenID无效", "the openid is invalid");
    /// The user holds a valid card of the template.
    ONE_VALID_CARD = ("one_valid_card", 400, InvalidRequest, Ours,
        "用户在同一会员卡模板下只能拥有一张有效会员卡", "the user already holds a valid card of this template");
    /// The brand exists but is not this caller's, or does not exist.
    NOT_THE_CALLERS_BRAND = ("not_the_callers_brand", 403, NoAuth, Ours,
        "商户无权操作该品牌", "the merchant may not act for this brand");
    /// The template does not exist, or is another brand's.
    TEMPLATE_NOT_FOUND = ("template_not_found", 404, NotFound, Ours,
        "会员卡模板不存在", "the card template does not exist");

    // 平台证书.

    /// The merchant works with the public key only.
    NO_PLATFORM_CERTIFICATE = ("no_platform_certificate", 404, ResourceNotExists, Document,
        "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥",
        "no platform certificate is available; apply for the WeChat Pay public key");
    /// The merchant has set no APIv3 key.
    NO_APIV3_KEY = ("no_apiv3_key", 401, SignError, Document,
        "商户未设置APIv3密钥", "the merchant has set no APIv3 key");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_texts_are_there() {
        let names: BTreeSet<_> = super::ALL.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), super::ALL.len());
        assert!(super::ALL.iter().all(|row| !row.zh.is_empty() && !row.en.is_empty()));
    }
}

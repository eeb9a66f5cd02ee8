//! The table of errors: one row for every situation in which the service responds with an error.
//!
//! The table is closed: the service responds with no other error.
//!
//! `Source::Document` marks the Chinese texts that a public document or a published live response quotes. All
//! other texts, and all English ones, are written for this project.
//!
//! Code compares rows by their [`Id`], never by the text of their names, so the compiler checks each comparison:
//!
//! ```
//! use ruhui_core::api::rows::{self, Id};
//!
//! let row = rows::named("openid_invalid").expect("the table has the row");
//! assert_eq!(row, &rows::OPENID_INVALID);
//! assert!(matches!(row.id, Id::OPENID_INVALID | Id::OPENID_FOREIGN));
//! ```

use self::Source::{Document, Ours};
use super::Code;

/// A row of the error table: the service's response in one situation. Two rows are equal if their ids are.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Row {
    /// The id of the row.
    pub id: Id,
    /// The name of the situation, in `snake_case`. The names of tests contain it.
    pub name: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The error code.
    pub code: Code,
    /// The message in Chinese.
    pub zh: &'static str,
    /// The message in English.
    pub en: &'static str,
    /// Where the Chinese message comes from.
    pub source: Source,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Row {}

/// Where the Chinese text of an error message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A document quotes the Chinese text.
    Document,
    /// No document quotes a text; this one is written for this project.
    Ours,
}

/// Returns the row with this name, for names that come from a file or a store.
pub fn named(name: &str) -> Option<&'static Row> {
    ALL.iter().find(|row| row.name == name).copied()
}

macro_rules! rows {
    ($($(#[$doc:meta])* $constant:ident = ($name:literal, $status:literal, $code:ident, $source:ident, $zh:literal, $en:literal);)*) => {
        /// The id of a row, for use in patterns. A variant is written like the row's constant: one search finds both.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "written like the rows' constants")]
        #[non_exhaustive]
        pub enum Id {
            $($(#[$doc])* $constant,)*
        }

        $($(#[$doc])* pub static $constant: Row = Row {
            id: Id::$constant,
            name: $name,
            status: $status,
            code: Code::$code,
            zh: $zh,
            en: $en,
            source: $source,
        };)*

        /// Every row, in the order of the table.
        pub const ALL: &[&Row] = &[$(&$constant),*];
    };
}

rows! {
    // Public errors, in the order of the checks.

    /// The body is larger than the limit.
    BODY_TOO_LARGE = ("body_too_large", 400, InvalidRequest, Ours,
        "请求包体超过大小限制", "the body is larger than the limit");
    /// The request took too long to arrive.
    REQUEST_TOO_SLOW = ("request_too_slow", 408, InvalidRequest, Ours,
        "接收请求超时", "the request took too long to arrive");
    /// The connection's sending side was closed before the whole body had arrived.
    BODY_INCOMPLETE = ("body_incomplete", 400, InvalidRequest, Ours,
        "请求包体不完整，连接已提前关闭", "the connection was closed before the whole body arrived");
    /// The body's chunked transfer coding is malformed.
    BODY_CHUNKS_MALFORMED = ("body_chunks_malformed", 400, InvalidRequest, Ours,
        "请求包体的分块传输编码（chunked）格式错误", "the body's chunked transfer coding is malformed");
    /// `Accept` or `User-Agent` is missing.
    ACCEPT_OR_USER_AGENT_MISSING = ("accept_or_user_agent_missing", 400, InvalidRequest, Document,
        "Http头缺少Accept或User-Agent", "the header Accept or User-Agent is missing");
    /// `Accept` excludes JSON.
    ACCEPT_EXCLUDES_JSON = ("accept_excludes_json", 400, InvalidRequest, Ours,
        "Http头Accept须包含application/json", "the header Accept must allow application/json");
    /// The Authorization header is missing.
    AUTHORIZATION_MISSING = ("authorization_missing", 401, SignError, Document,
        "签名信息错误，验签失败", "the signature's information is wrong");
    /// The Authorization header is malformed.
    AUTHORIZATION_MALFORMED = ("authorization_malformed", 401, SignError, Document,
        "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
        "the header Authorization is malformed");
    /// The scheme of the Authorization header is unknown, or is the other family's.
    SCHEME_WRONG = ("scheme_wrong", 401, SignError, Document,
        "Http头Authorization认证类型不正确", "the scheme of the header Authorization is not this path's");
    /// The timestamp of the Authorization header differs from the service's time by more than the window allows.
    TIMESTAMP_OUTSIDE_WINDOW = ("timestamp_outside_window", 401, SignError, Document,
        "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
        "the timestamp in Authorization must be within 5 minutes of the service's time");
    /// The merchant or brand has no certificate that the service knows.
    CALLER_UNKNOWN = ("caller_unknown", 401, SignError, Document,
        "商户未申请过证书", "the merchant has no certificate");
    /// The merchant or brand has no certificate with the `serial_no` of the request.
    SERIAL_WRONG = ("serial_wrong", 401, SignError, Document,
        "商户证书序列号有误。请使用签名私钥匹配的证书序列号",
        "serial_no is wrong: use the serial of the certificate that matches the signing key");
    /// The caller's certificate is not valid yet.
    CERTIFICATE_NOT_YET_VALID = ("certificate_not_yet_valid", 401, SignError, Ours,
        "商户证书尚未生效", "the merchant's certificate is not valid yet");
    /// The caller's certificate has expired.
    CERTIFICATE_EXPIRED = ("certificate_expired", 401, SignError, Document,
        "商户证书已过期", "the merchant's certificate has expired");
    /// The signature does not match the request.
    SIGNATURE_MISMATCH = ("signature_mismatch", 401, SignError, Document,
        "错误的签名，验签失败", "the signature does not match the request");
    /// The caller has exceeded the rate limit.
    FREQUENCY_LIMITED = ("frequency_limited", 429, FrequencyLimited, Ours,
        "频率超限，请降低频率后重试", "too many requests; slow down and try again");
    /// The service failed.
    SYSTEM_ERROR = ("system_error", 500, SystemError, Document,
        "系统异常，请稍后重试", "the service failed; try again later");
    /// `Content-Type` is not JSON.
    CONTENT_TYPE_WRONG = ("content_type_wrong", 400, InvalidRequest, Ours,
        "Http头Content-Type须为application/json", "the header Content-Type must be application/json");
    /// A parameter is wrong; the message and `detail` say which and how.
    PARAMETER_WRONG = ("parameter_wrong", 400, ParamError, Document,
        "参数错误", "a parameter is wrong");
    /// `Wechatpay-Serial` is required and missing.
    WECHATPAY_SERIAL_MISSING = ("wechatpay_serial_missing", 400, ParamError, Document,
        "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)", "the header Wechatpay-Serial is missing");
    /// `Wechatpay-Serial` does not name a key of the caller.
    WECHATPAY_SERIAL_WRONG = ("wechatpay_serial_wrong", 400, ParamError, Document,
        "平台证书序列号Wechatpay-Serial错误", "the header Wechatpay-Serial names no key of this caller");

    // 入会组件预授权, edition of 2025-06-24.

    /// The template does not belong to the brand, or the brand does not belong to the caller.
    TEMPLATE_NOT_OF_BRAND = ("template_not_of_brand", 400, InvalidRequest, Document,
        "会员卡模版ID不属于该品牌", "the card template does not belong to the brand");
    /// The openid is not valid for the request.
    OPENID_WRONG = ("openid_wrong", 400, ParamError, Document,
        "OpenID有误", "the openid is wrong");

    // 入会组件预授权, current edition.

    /// The function is not open for the brand yet.
    NOT_OPENED_YET = ("not_opened_yet", 400, InvalidRequest, Ours,
        "该功能暂未开放", "the function is not open yet");
    /// The card-member feature is not enabled for the brand.
    NOT_ENABLED = ("not_enabled", 400, InvalidRequest, Ours,
        "品牌未开通商家名片会员功能", "the card-member feature is not enabled for the brand");
    /// The template has been invalidated.
    TEMPLATE_INVALID = ("template_invalid", 400, InvalidRequest, Ours,
        "会员卡模板已失效", "the card template is invalid");
    /// The template has expired.
    TEMPLATE_EXPIRED = ("template_expired", 400, InvalidRequest, Ours,
        "会员卡模板已过期", "the card template has expired");
    /// The openid belongs to another AppID.
    OPENID_FOREIGN = ("openid_foreign", 400, InvalidRequest, Ours,
        "OpenID不属于该会员卡模板的AppID", "the openid is not one of the card template's AppID");
    /// The openid does not belong to a user.
    OPENID_INVALID = ("openid_invalid", 400, InvalidRequest, Ours,
        "OpenID无效", "the openid is invalid");
    /// The user already holds a valid card of the template.
    ONE_VALID_CARD = ("one_valid_card", 400, InvalidRequest, Ours,
        "用户在同一会员卡模板下只能拥有一张有效会员卡", "the user already holds a valid card of this template");
    /// The brand does not exist, or the caller may not act for it.
    NOT_THE_CALLERS_BRAND = ("not_the_callers_brand", 403, NoAuth, Ours,
        "商户无权操作该品牌", "the merchant may not act for this brand");
    /// The template does not exist, or belongs to another brand.
    TEMPLATE_NOT_FOUND = ("template_not_found", 404, NotFound, Ours,
        "会员卡模板不存在", "the card template does not exist");

    // Templates (pages 4015336970, 4015336977).

    /// `need_display_level` is true, and `init_level` is missing.
    INIT_LEVEL_MISSING = ("init_level_missing", 400, ParamError, Ours,
        "展示会员等级时必须填写初始等级init_level", "need_display_level is true: init_level is required");
    /// `need_display_level` is not true, and `init_level` is given.
    INIT_LEVEL_FORBIDDEN = ("init_level_forbidden", 400, ParamError, Ours,
        "不展示会员等级时不可填写初始等级init_level", "need_display_level is false: init_level must not be given");
    /// `need_display_level` cannot become true, since the template was created without `init_level`.
    LEVEL_NOT_SHOWABLE = ("level_not_showable", 400, ParamError, Ours,
        "该会员卡模板创建时没有初始等级init_level，不可展示会员等级",
        "the template was created without init_level, so need_display_level cannot be true");
    /// `code_type` is JUMP_MINI_PROGRAM, and `code_jump_information` is missing.
    CODE_JUMP_MISSING = ("code_jump_missing", 400, ParamError, Ours,
        "code_type为JUMP_MINI_PROGRAM时必须填写code_jump_information",
        "code_type is JUMP_MINI_PROGRAM: code_jump_information is required");
    /// `code_type` is not JUMP_MINI_PROGRAM, and `code_jump_information` is given.
    CODE_JUMP_FORBIDDEN = ("code_jump_forbidden", 400, ParamError, Ours,
        "code_type不为JUMP_MINI_PROGRAM时不可填写code_jump_information",
        "code_type is not JUMP_MINI_PROGRAM: code_jump_information must not be given");
    /// `balance_information` is given for a card that is not a BALANCE card.
    BALANCE_FORBIDDEN = ("balance_forbidden", 400, ParamError, Ours,
        "非储值卡不可填写balance_information", "only BALANCE cards have balance_information");
    /// `purchase_information` is given for a card that is not a PURCHASE card.
    PURCHASE_FORBIDDEN = ("purchase_forbidden", 400, ParamError, Ours,
        "非付费卡不可填写purchase_information", "only PURCHASE cards have purchase_information");
    /// The price is 0 or less.
    PRICE_NOT_POSITIVE = ("price_not_positive", 400, ParamError, Ours,
        "付费卡价格必须大于0", "price must be greater than 0");
    /// An earlier request used the same `out_request_no`.
    OUT_REQUEST_NO_REPEATED = ("out_request_no_repeated", 400, ParamError, Ours,
        "商户请求单号out_request_no重复", "out_request_no was used before");
    /// The template's AppID is not bound to the brand.
    APPID_NOT_BOUND = ("appid_not_bound", 400, ParamError, Ours,
        "appid无效或未与品牌绑定", "appid is invalid or not bound to the brand");
    /// The AppID of `member_information` is not bound to the brand.
    MEMBER_APPID_NOT_BOUND = ("member_appid_not_bound", 400, ParamError, Ours,
        "会员中心跳转appid无效或未与品牌绑定",
        "jump_appid of member_information is invalid or not bound to the brand");
    /// The AppID of `code_jump_information` is not bound to the brand.
    CODE_APPID_NOT_BOUND = ("code_appid_not_bound", 400, ParamError, Ours,
        "会员码跳转appid无效或未与品牌绑定",
        "jump_appid of code_jump_information is invalid or not bound to the brand");
    /// The AppID of `points_information` is not bound to the brand.
    POINTS_APPID_NOT_BOUND = ("points_appid_not_bound", 400, ParamError, Ours,
        "积分跳转appid无效或未与品牌绑定",
        "jump_appid of points_information is invalid or not bound to the brand");
    /// The AppID of `balance_information` is not bound to the brand.
    BALANCE_APPID_NOT_BOUND = ("balance_appid_not_bound", 400, ParamError, Ours,
        "储值跳转appid无效或未与品牌绑定",
        "jump_appid of balance_information is invalid or not bound to the brand");
    /// The AppID of `purchase_information` is not bound to the brand.
    PURCHASE_APPID_NOT_BOUND = ("purchase_appid_not_bound", 400, ParamError, Ours,
        "付费跳转appid无效或未与品牌绑定",
        "jump_appid of purchase_information is invalid or not bound to the brand");
    /// A text or picture breaks the rules for content, or the picture's URL is not from the image upload.
    CONTENT_REJECTED = ("content_rejected", 400, ParamError, Ours,
        "文本或图片不符合内容规范，图片须先通过图片上传接口上传",
        "a text or picture breaks the rules for content; card_picture_url must be a URL that the image upload returned");
    /// The `notify_url` is a private address, to which the service may not send callbacks.
    NOTIFY_URL_PRIVATE = ("notify_url_private", 400, ParamError, Ours,
        "notify_url不可为内网地址", "notify_url must not be a private address");
    /// The brand already has two valid templates of the card type.
    TWO_TEMPLATES_PER_TYPE = ("two_templates_per_type", 400, InvalidRequest, Ours,
        "同一卡类型最多创建两个会员卡模板", "a brand has at most two templates of a card type");
    /// The card type is PURCHASE or BALANCE, which are not supported yet.
    CARD_TYPE_UNSUPPORTED = ("card_type_unsupported", 400, InvalidRequest, Ours,
        "暂不支持付费卡、储值卡", "PURCHASE and BALANCE cards are not supported yet");
    /// `code_jump_information` cannot be changed, since the template's `code_type` is not JUMP_MINI_PROGRAM.
    CODE_JUMP_NOT_MODIFIABLE = ("code_jump_not_modifiable", 400, ParamError, Ours,
        "code_type不为JUMP_MINI_PROGRAM，不可修改code_jump_information",
        "code_type is not JUMP_MINI_PROGRAM: code_jump_information cannot be changed");

    // Validity (有效期), of templates and user cards.

    /// The type of validity differs from the template's.
    VALIDITY_TYPE_DIFFERS = ("validity_type_differs", 400, ParamError, Ours,
        "有效期类型与会员卡模板不一致", "the type of validity differs from the template's");
    /// FIX_TIME_RANGE lacks `available_begin_time` or `available_end_time`.
    VALIDITY_RANGE_INCOMPLETE = ("validity_range_incomplete", 400, ParamError, Ours,
        "固定时间段有效期必须填写开始时间和结束时间",
        "FIX_TIME_RANGE needs available_begin_time and available_end_time");
    /// FIX_TIME_RANGE has `available_day_after_receive`.
    VALIDITY_RANGE_WITH_DAYS = ("validity_range_with_days", 400, ParamError, Ours,
        "固定时间段有效期不可填写有效天数", "FIX_TIME_RANGE takes no available_day_after_receive");
    /// `available_begin_time` is not before `available_end_time`.
    VALIDITY_BEGIN_AFTER_END = ("validity_begin_after_end", 400, ParamError, Ours,
        "有效期开始时间必须早于结束时间", "available_begin_time must be before available_end_time");
    /// FIX_TERM lacks `available_day_after_receive`, or has a begin or end time.
    VALIDITY_TERM_FIELDS = ("validity_term_fields", 400, ParamError, Ours,
        "领取后若干天有效须填写有效天数，且不可填写开始时间和结束时间",
        "FIX_TERM needs available_day_after_receive and takes no begin or end");
    /// `available_day_after_receive` is 0 or less.
    VALIDITY_DAYS_NOT_POSITIVE = ("validity_days_not_positive", 400, ParamError, Ours,
        "有效天数必须大于0", "available_day_after_receive must be greater than 0");
    /// `available_day_after_receive` is more than 10,958, which is thirty years.
    VALIDITY_DAYS_TOO_MANY = ("validity_days_too_many", 400, ParamError, Ours,
        "有效天数不可大于10958", "available_day_after_receive must be at most 10958");
    /// PERMANENT has `available_day_after_receive`.
    VALIDITY_PERMANENT_WITH_DAYS = ("validity_permanent_with_days", 400, ParamError, Ours,
        "永久有效不可填写有效天数", "PERMANENT takes no available_day_after_receive");
    /// PERMANENT has `available_begin_time`.
    VALIDITY_PERMANENT_WITH_BEGIN = ("validity_permanent_with_begin", 400, ParamError, Ours,
        "永久有效不可填写开始时间", "PERMANENT takes no available_begin_time");
    /// PERMANENT has `available_end_time`.
    VALIDITY_PERMANENT_WITH_END = ("validity_permanent_with_end", 400, ParamError, Ours,
        "永久有效不可填写结束时间", "PERMANENT takes no available_end_time");

    // Forms (入会信息): the fields of a template's form, and a user's values for them.

    /// A common field appears more than once.
    COMMON_FIELD_REPEATED = ("common_field_repeated", 400, ParamError, Ours,
        "通用信息字段重复", "a common field appears more than once");
    /// A custom field appears more than once.
    CUSTOM_FIELD_REPEATED = ("custom_field_repeated", 400, ParamError, Ours,
        "自定义信息字段重复", "a custom field appears more than once");
    /// The form has more than one custom field.
    CUSTOM_FIELDS_TOO_MANY = ("custom_fields_too_many", 400, ParamError, Ours,
        "自定义信息字段最多1个", "there is at most one custom field");
    /// A custom field does not have one to ten values.
    CUSTOM_VALUES_COUNT = ("custom_values_count", 400, ParamError, Ours,
        "自定义信息字段的取值须为1至10个", "a custom field has one to ten values");
    /// A chosen value is a duplicate or not among the field's values, or a single choice has several values.
    CHOSEN_VALUE_ILLEGAL = ("chosen_value_illegal", 400, ParamError, Ours,
        "自定义信息字段包含非法的取值", "a chosen value is not one of the field's, or is a duplicate");
    /// The template's form does not have the common field.
    COMMON_FIELD_UNDEFINED = ("common_field_undefined", 400, ParamError, Ours,
        "会员卡模板未定义该通用信息字段", "the template does not ask for this common field");
    /// The birthday is not a date of the form `yyyy-MM-dd`.
    BIRTHDAY_FORMAT = ("birthday_format", 400, ParamError, Ours,
        "生日格式错误，应为yyyy-MM-dd", "the birthday is not a date of the form yyyy-MM-dd");
    /// The e-mail address is malformed.
    EMAIL_FORMAT = ("email_format", 400, ParamError, Ours,
        "邮箱格式错误", "the e-mail address is malformed");
    /// The sex is neither 男 nor 女.
    SEX_FORMAT = ("sex_format", 400, ParamError, Ours,
        "性别格式错误，应为男或女", "the sex is neither 男 nor 女");
    /// The template's form does not have the custom field.
    CUSTOM_FIELD_UNDEFINED = ("custom_field_undefined", 400, ParamError, Ours,
        "会员卡模板未定义该自定义信息字段", "the template does not ask for this custom field");

    // User cards (pages 4015336979 to 4015336985).

    /// An encrypted field cannot be decrypted.
    ENCRYPTED_FIELD_UNREADABLE = ("encrypted_field_unreadable", 400, ParamError, Document,
        "平台私钥解密失败", "an encrypted field cannot be decrypted with the key that Wechatpay-Serial names");
    /// The user card does not exist.
    CARD_NOT_FOUND = ("card_not_found", 404, NotFound, Ours,
        "用户会员卡不存在", "the user card does not exist");
    /// The user has no UNACTIVATED card to confirm.
    NO_PENDING_CARD = ("no_pending_card", 404, NotFound, Ours,
        "用户没有待激活的会员卡", "the user has no card that waits to be confirmed");
    /// The card is not EFFECTIVE.
    CARD_NOT_EFFECTIVE = ("card_not_effective", 400, InvalidRequest, Ours,
        "会员卡状态异常，仅支持已激活的会员卡", "the card's state does not allow this: only effective cards");
    /// The card is not UNACTIVATED.
    CARD_NOT_PENDING = ("card_not_pending", 400, InvalidRequest, Ours,
        "会员卡状态异常，仅支持待激活的会员卡", "the card's state does not allow this: only unactivated cards");
    /// The card is neither UNACTIVATED nor EFFECTIVE, so it cannot be invalidated.
    CARD_NOT_INVALIDATABLE = ("card_not_invalidatable", 400, InvalidRequest, Ours,
        "仅支持失效待激活或已激活的会员卡", "only unactivated and effective cards can be invalidated");
    /// Another card has the `user_card_code`.
    CODE_TAKEN = ("code_taken", 400, InvalidRequest, Ours,
        "会员卡号user_card_code已被使用", "user_card_code is taken");
    /// The `user_card_code` is not the card's, which WeChat Pay allocated and which cannot be changed.
    CODE_NOT_CHANGEABLE = ("code_not_changeable", 400, InvalidRequest, Ours,
        "会员卡模板由系统分配卡号，不可修改user_card_code",
        "the template allocates codes by system: user_card_code must be the card's own");
    /// `pickup_time` is missing for a FIX_TERM card.
    PICKUP_TIME_MISSING = ("pickup_time_missing", 400, ParamError, Ours,
        "缺少领取时间pickup_time", "pickup_time is required: the card is valid for days after pickup");
    /// `pickup_time` is given for a card that is not FIX_TERM.
    PICKUP_TIME_FORBIDDEN = ("pickup_time_forbidden", 400, ParamError, Ours,
        "仅领取后若干天有效的会员卡可填写pickup_time", "pickup_time is for FIX_TERM cards only");
    /// `pickup_time` is not in the past.
    PICKUP_TIME_IN_FUTURE = ("pickup_time_in_future", 400, ParamError, Ours,
        "领取时间pickup_time必须早于当前时间", "pickup_time must be before now");
    /// The card to import has expired.
    CARD_EXPIRED = ("card_expired", 400, InvalidRequest, Ours,
        "会员卡已过期，不可导入", "the card has expired and cannot be imported");
    /// The user holds an UNACTIVATED card, which the merchant can confirm.
    MEMBER_PENDING = ("member_pending", 400, InvalidRequest, Ours,
        "用户已有待激活的会员卡，请同步开卡结果", "the user has a card that waits: confirm it");
    /// The user already holds an EFFECTIVE card.
    MEMBER_EFFECTIVE = ("member_effective", 400, InvalidRequest, Ours,
        "用户已有已激活的会员卡", "the user already has an effective card");
    /// The user deleted a card of the template, so it cannot be imported again.
    MEMBER_DELETED = ("member_deleted", 400, InvalidRequest, Ours,
        "用户已主动删除会员卡，不可再次导入", "the user deleted the card: it cannot be imported again");

    // Feeds, points, activities.

    /// The `cell` does not name a news template, or lacks the template's value.
    FEED_CELL_ILLEGAL = ("feed_cell_illegal", 400, ParamError, Ours,
        "cell不合法，须为动态模板编号和以 _ 分隔的变量，例如 15_1200_1",
        "the cell is not legal: it is the number of a news template and its values after _, such as 15_1200_1");
    /// The brand may not use the news template.
    FEED_NOT_PERMITTED = ("feed_not_permitted", 403, NoAuth, Ours,
        "品牌无该动态模板的权限，请联系运营", "the brand may not use this news template; ask operations");
    /// The user does not hold an EFFECTIVE card.
    NOT_A_MEMBER = ("not_a_member", 400, InvalidRequest, Ours,
        "用户不是会员", "the user is not a member");
    /// A feed with the same `out_request_no` exists.
    FEED_EXISTS = ("feed_exists", 400, AlreadyExists, Ours,
        "该out_request_no对应的动态已存在", "there is a feed of this out_request_no already");
    /// The redemption does not exist.
    REDEMPTION_NOT_FOUND = ("redemption_not_found", 404, NotFound, Ours,
        "积分兑换记录不存在", "the redemption does not exist");
    /// The redemption was already confirmed with another result.
    REDEMPTION_CONFIRMED = ("redemption_confirmed", 400, InvalidRequest, Ours,
        "积分兑换记录已确认，不可更改结果", "the redemption was confirmed with another result before");
    /// The redemption is rejected, and `reject_reason` is missing.
    REJECT_REASON_MISSING = ("reject_reason_missing", 400, ParamError, Ours,
        "拒绝兑换时必须填写reject_reason", "reject_reason is required to reject");
    /// The activity's template does not exist.
    ACTIVITY_TEMPLATE_UNKNOWN = ("activity_template_unknown", 400, InvalidRequest, Ours,
        "会员卡模板不存在", "the card template does not exist");
    /// The template already has a running activity.
    ACTIVITY_EXISTS = ("activity_exists", 400, AlreadyExists, Ours,
        "该会员卡模板已有进行中的活动", "the template already has a running activity");
    /// The activity does not exist.
    ACTIVITY_NOT_FOUND = ("activity_not_found", 404, NotFound, Ours,
        "活动不存在", "the activity does not exist");
    /// The activity belongs to another brand.
    ACTIVITY_NOT_OF_BRAND = ("activity_not_of_brand", 403, NoAuth, Ours,
        "该活动不属于该品牌", "the activity is not this brand's");
    /// The activity's `begin_time` is not before its `end_time`.
    ACTIVITY_TIMES = ("activity_times", 400, ParamError, Ours,
        "活动开始时间必须早于结束时间", "begin_time must be before end_time");
    /// The activity has ended, so it cannot be changed or terminated.
    ACTIVITY_ENDED = ("activity_ended", 400, InvalidRequest, Ours,
        "活动已结束，不可修改或终止", "the activity has ended: it cannot be changed or terminated");
    /// The number of stocks is not 1 to 200.
    ACTIVITY_STOCKS = ("activity_stocks", 400, ParamError, Ours,
        "product_coupon_stock_list须为1至200个", "product_coupon_stock_list has 1 to 200 entries");
    /// `apply_total` is 0 or less.
    ACTIVITY_TOTAL = ("activity_total", 400, ParamError, Ours,
        "apply_total必须大于0", "apply_total must be greater than 0");

    // Image upload (pages 4015900513, 4015680641).

    /// The upload is not multipart/form-data with the parts `meta` and `file`.
    UPLOAD_MALFORMED = ("upload_malformed", 400, InvalidRequest, Ours,
        "请求须为multipart/form-data，且包含meta和file两部分",
        "the request must be multipart/form-data with the parts meta and file");
    /// The file is empty.
    FILE_EMPTY = ("file_empty", 400, ParamError, Ours,
        "文件为空", "the file is empty");
    /// The file is larger than 2 MB.
    FILE_TOO_LARGE = ("file_too_large", 400, ParamError, Ours,
        "文件大小超过2MB", "the file is larger than 2 MB");
    /// The file is not a JPG, BMP or PNG picture, or its name does not match its kind.
    FILE_TYPE_UNKNOWN = ("file_type_unknown", 403, RequestBlocked, Ours,
        "文件类型不支持，仅支持JPG、BMP、PNG", "the file is none of JPG, BMP, PNG");
    /// The caller's pictures have reached the limit of their number or total size.
    UPLOADS_FULL = ("uploads_full", 403, RequestBlocked, Ours,
        "上传的图片数量或总大小已达上限", "the pictures of this caller have reached their number or total size");
    /// The digest in `meta` differs from the file's.
    FILE_DIGEST_WRONG = ("file_digest_wrong", 403, RequestBlocked, Ours,
        "meta中的摘要与文件不匹配", "the digest in meta is not that of the file");

    // 平台证书.

    /// The merchant uses the WeChat Pay public key only, so no platform certificate is available.
    NO_PLATFORM_CERTIFICATE = ("no_platform_certificate", 404, ResourceNotExists, Document,
        "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥",
        "no platform certificate is available; apply for the WeChat Pay public key");
    /// The merchant may not download platform certificates.
    PLATFORM_CERTIFICATE_FORBIDDEN = ("platform_certificate_forbidden", 403, NoAuth, Ours,
        "商户无权限下载平台证书，请使用微信支付公钥",
        "the merchant may not download platform certificates; use the WeChat Pay public key");
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
        for row in super::ALL {
            assert_eq!(format!("{:?}", row.id).to_lowercase(), row.name);
        }
        assert!(super::ALL.iter().all(|row| !row.zh.is_empty() && !row.en.is_empty()));
    }
}

//! The descriptions of fields in Chinese.

/// Returns the Chinese form of a description; empty if the documents' term says all.
pub(super) fn of(english: &str) -> Option<&'static str> {
    ALL.iter().find(|(known, _)| *known == english).map(|(_, chinese)| *chinese)
}

/// Descriptions as [`super::fields`] returns them, and their Chinese form.
pub(super) const ALL: &[(&str, &str)] = &[
    ("The brand that the member card belongs to.", "会员卡所属的品牌。"),
    ("The id that the creation of the card template returned.", "创建会员卡模板时返回的 ID。"),
    ("The user's openid under the template's AppID.", "用户在会员卡模板所属 AppID 下的 openid。"),
    (
        "The brand that the member card belongs to. Partner family only.",
        "会员卡所属的品牌，仅服务商接口有此字段。",
    ),
    ("The id of the brand.", ""),
    ("The id of the card template.", ""),
    ("The file name, which ends in .jpg, .jpeg, .bmp or .png.", "以 .jpg、.jpeg、.bmp 或 .png 结尾。"),
    (
        "The SHA-256 of the picture in hexadecimal. The brand family writes this field as `file_digest`, the name on its page; an official sample for the same path has `sha256`, so both names are read.",
        "图片内容的 SHA-256，十六进制。品牌接口的文档将该字段写作 `file_digest`，同一路径的官方示例写作 `sha256`，两种名称均可。",
    ),
    (
        "The caller's number for the request, different for each template: digits, letters, `-` and `_`.",
        "调用方自定的单号，每个模板各不相同，由数字、字母、`-`、`_` 组成。",
    ),
    (
        "An official account or mini-program bound to the brand; openids are those under it.",
        "与品牌绑定的公众号或小程序，openid 为该 AppID 下的用户标识。",
    ),
    ("The type of the card; only NORMAL is supported for now.", "目前仅支持 NORMAL。"),
    (
        "The title of the card: Han and Latin letters, digits and punctuation.",
        "由汉字、英文字母、数字和标点组成。",
    ),
    ("The background colour of the card, such as `#FFFF00`.", "会员卡的背景色，例如 `#FFFF00`。"),
    (
        "The URL of the card's picture, as the image upload returned it. JPG or PNG, less than 1 MB; 716 × 320 pixels are suggested.",
        "上传图片接口返回的 URL。JPG 或 PNG，小于 1 MB，建议 716 × 320 像素。",
    ),
    ("Who allocates `user_card_code`.", "`user_card_code` 由谁分配。"),
    ("The code that the card shows.", "会员卡上展示的码。"),
    (
        "The page that shows the code. Required if `code_type` is JUMP_MINI_PROGRAM, rejected otherwise.",
        "展示会员码的页面。`code_type` 为 JUMP_MINI_PROGRAM 时必填，否则不可填。",
    ),
    ("The AppID of the mini-program, which is bound to the brand.", "与品牌绑定的小程序的 AppID。"),
    (
        "The path of the page in the mini-program, such as `/pages/code/code`.",
        "小程序页面路径，例如 `/pages/code/code`。",
    ),
    ("A text about the benefits of members.", "对会员权益的说明。"),
    (
        "The URL to which callbacks are sent: http or https, without a query.",
        "接收回调通知的 URL，http 或 https，不带查询串。",
    ),
    ("Whether the card is pinned to the top; by default not.", "默认不置顶。"),
    ("Whether the card shows the member's level; by default not.", "默认不展示。"),
    (
        "The level of a new member. Required if `need_display_level` is true, rejected otherwise.",
        "新会员的等级。`need_display_level` 为 true 时必填，否则不可填。",
    ),
    ("The phone number of customer service.", ""),
    (
        "The agreement that a user accepts: plain text without links; `\\n` ends a line.",
        "用户同意的协议，纯文本，不含链接，换行用 `\\n`。",
    ),
    ("How long the cards are valid.", "会员卡的有效期。"),
    ("How the validity is given; `type` on the wire.", "有效期的表示方式。"),
    ("When the card becomes valid. FIX_TIME_RANGE only.", "仅用于 FIX_TIME_RANGE。"),
    (
        "When the card expires; it is valid until just before this time. FIX_TIME_RANGE only.",
        "会员卡到此时刻失效。仅用于 FIX_TIME_RANGE。",
    ),
    (
        "Number of natural days for which the card is valid from pickup, 1 to 10,958. FIX_TERM only.",
        "自领取起有效的自然日天数，1 至 10958。仅用于 FIX_TERM。",
    ),
    ("The page that a tap on the card's face opens.", "点击卡面打开的页面。"),
    (
        "The page that shows the points. Without it, the card has no entry for points.",
        "查看积分的页面；不填时会员卡没有积分入口。",
    ),
    (
        "The page that shows the stored value. BALANCE cards only.",
        "查看储值的页面，仅用于储值卡（BALANCE）。",
    ),
    (
        "The page that sells the card, and the price. PURCHASE cards only.",
        "购卡页面与价格，仅用于付费卡（PURCHASE）。",
    ),
    ("The path of the page in the mini-program.", "小程序页面路径。"),
    ("The price of the card in fen (1/100 yuan), more than 0.", "会员卡的价格，单位为分，大于 0。"),
    (
        "The form that a user fills in to join. The phone number is always asked for.",
        "用户入会时填写的表单。手机号始终需要填写。",
    ),
    ("The common fields of the form, each at most once.", "表单中的通用信息，各最多一次。"),
    ("The custom fields of the form, at most one.", "表单中的自定义信息，最多一项。"),
    ("Single or multiple choice; `type` on the wire.", "单选或多选。"),
    ("The name of the field.", ""),
    (
        "The values to choose from, 1 to 10 of at most 8 characters each.",
        "供选择的值，1 至 10 个，每个最多 8 个字符。",
    ),
    ("Lists only templates in this state.", "只列出处于该状态的模板。"),
    ("The number of templates to skip, 0 for the first page.", "跳过的模板数，第一页为 0。"),
    ("The most templates to return, 1 to 20.", "最多返回的模板数，1 至 20。"),
    ("The URL of the card's picture, as the image upload returned it.", "上传图片接口返回的 URL。"),
    (
        "The page that shows the code. Rejected unless the template's `code_type` is JUMP_MINI_PROGRAM.",
        "展示会员码的页面。模板的 `code_type` 为 JUMP_MINI_PROGRAM 时才可填。",
    ),
    ("Whether the card is pinned to the top.", ""),
    (
        "Whether the card shows the member's level. `true` only if the template has an initial level.",
        "模板设有初始等级时才可为 `true`。",
    ),
    ("How long the cards are valid. The type cannot be changed.", "会员卡的有效期，类型不可修改。"),
    ("The page that shows the points.", "查看积分的页面。"),
    ("The code of the user card.", ""),
    ("The user's openid under one of the brand's AppIDs.", "用户在品牌任一 AppID 下的 openid。"),
    ("Lists only cards in this state.", "只列出处于该状态的会员卡。"),
    ("The number of cards to skip, 0 for the first page.", "跳过的会员卡数，第一页为 0。"),
    ("The most cards to return, 1 to 20.", "最多返回的会员卡数，1 至 20。"),
    ("The user's phone number; encrypted on the wire.", "用户的手机号，传输时加密。"),
    ("The member's level.", ""),
    ("How long the card is valid. The type must be the template's.", "会员卡的有效期，类型须与模板一致。"),
    (
        "The user's values for the template's form. They are encrypted on the wire.",
        "用户按模板表单填写的内容，传输时加密。",
    ),
    ("The values of the common fields, each field at most once.", "各通用信息的内容，每项最多一次。"),
    ("The field.", ""),
    ("The value that the user entered.", "用户填写的内容。"),
    ("The values of the custom fields, at most one field.", "自定义信息的内容，最多一项。"),
    ("The chosen values, 1 to 10; one for a single choice.", "选中的值，1 至 10 个；单选时为 1 个。"),
    (
        "Data that the merchant attaches to the card; the user does not see it.",
        "商户附加在会员卡上的数据，用户不可见。",
    ),
    ("Why the card is invalidated.", ""),
    (
        "The card's code. It is the event's under SYSTEM_ALLOCATE, and a new one of the merchant under MERCHANT_ALLOCATE.",
        "SYSTEM_ALLOCATE 时为通知中的卡号，MERCHANT_ALLOCATE 时由商户分配。",
    ),
    ("Whether the card becomes effective or invalid.", "开卡成功或失败。"),
    (
        "The code of the new card, which no other card of the template has.",
        "新会员卡的卡号，在同一模板下不可重复。",
    ),
    (
        "When the member got the card; before now. Required for FIX_TERM cards, rejected for others.",
        "会员领取会员卡的时间，须早于当前时间。有效期类型为 FIX_TERM 时必填，否则不可填。",
    ),
    (
        "The caller's number for the request, different for each item of news.",
        "调用方自定的单号，每条动态各不相同。",
    ),
    (
        "The id of a news template and its values, such as `15_1200_1`. The earliest edition named it `cell_message`.",
        "动态模板 ID 及其参数，例如 `15_1200_1`。最早版本的文档将该字段写作 `cell_message`。",
    ),
    ("The caller's number for the request.", "调用方自定的单号。"),
    ("The number of points that the member has.", "会员现有的积分。"),
    ("The id of the redemption, from the event.", "取自回调通知。"),
    ("The id of the redemption's template, from the event.", "取自回调通知。"),
    ("Whether the redemption is allowed or rejected.", "允许或拒绝兑换。"),
    ("Why the redemption is rejected. Required to reject.", "拒绝兑换的原因，拒绝时必填。"),
    (
        "The caller's number for the request, different for each activity.",
        "调用方自定的单号，每个活动各不相同。",
    ),
    ("Where the activity's coupons are shown.", "展示活动商品券的渠道。"),
    ("The title of the activity.", "活动的标题。"),
    ("The subtitle of the activity.", "活动的副标题。"),
    ("When the activity begins.", "活动的开始时间。"),
    ("When the activity ends; later than `begin_time`.", "活动的结束时间，须晚于 `begin_time`。"),
    (
        "How many can be claimed in all; more than 0, and less than the smallest stock has available.",
        "可领取的总量，大于 0，且小于各批次中最小的可用数量。",
    ),
    ("The stocks of coupons, 1 to 200.", "商品券批次，1 至 200 个。"),
    ("The id of the coupon.", ""),
    ("The id of the stock of coupons.", "商品券批次的 ID。"),
    ("Lists only activities of this template.", "只列出该模板的活动。"),
    ("Lists only activities in this state.", "只列出处于该状态的活动。"),
    ("The number of activities to skip, 0 for the first page.", "跳过的活动数，第一页为 0。"),
    ("The most activities to return, 1 to 20.", "最多返回的活动数，1 至 20。"),
    ("The id of the activity.", ""),
    (
        "The URL to which the callback `SECURITY_ECHO.SUCCESS` is sent. Without it, no callback is sent.",
        "接收 `SECURITY_ECHO.SUCCESS` 回调通知的 URL；不填则不发送回调。",
    ),
    ("The message that the service returns.", "服务原样返回的内容。"),
    (
        "A message that the service returns; encrypted in the request and in the response. At most 128 characters in plain text, a limit of this crate.",
        "服务原样返回的内容，在请求与应答中均加密。明文最多 128 个字符（本项目的限制）。",
    ),
];

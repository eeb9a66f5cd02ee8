//! The documents' Chinese names of fields, for error messages.

use std::borrow::Cow;

/// Returns the Chinese name of the field that a JSON Pointer or a bare name refers to.
///
/// The name of an inner field depends on the object that holds it. An item has the name of its list, and its number
/// counted from 1. A field that the documents do not name keeps its own name.
///
/// ```
/// use ruhui_core::api::label;
///
/// assert_eq!(label("/brand_id"), "品牌ID");
/// assert_eq!(label("limit"), "分页大小");
/// assert_eq!(label("/valid_date_information/type"), "有效期类型");
/// assert_eq!(label("/user_information/common_field_list/0"), "通用信息字段第1项");
/// // The name of a parameter is no pointer, whatever its characters.
/// assert_eq!(label("limit/0"), "limit/0");
/// ```
pub fn label(pointer: &str) -> Cow<'_, str> {
    let Some(path) = pointer.strip_prefix('/') else {
        return if pointer.is_empty() { "请求包体".into() } else { name(pointer).into() };
    };
    let mut steps: Vec<&str> = path.split('/').collect();
    let mut items = Vec::new();
    while let [_, .., last] = steps.as_slice()
        && let Ok(index) = last.parse::<usize>()
    {
        items.push(index);
        steps.pop();
    }
    let field = steps.pop().unwrap_or_default();
    // If the holding object is an item of a list, its step is only a number; the list's name is the step above it.
    let above = steps.iter().rev().find(|step| step.parse::<usize>().is_err()).copied().unwrap_or_default();
    let field = inner(above, field).unwrap_or_else(|| name(field));
    if items.is_empty() {
        return field.into();
    }
    let items: String = items.iter().rev().map(|index| format!("第{}项", index.saturating_add(1))).collect();
    format!("{field}{items}").into()
}

/// The label of a field whose name is clear only together with the object that holds it.
fn inner(above: &str, field: &str) -> Option<&'static str> {
    Some(match (above, field) {
        ("valid_date_information", "type") => "有效期类型",
        ("custom_field_list", "type") => "自定义信息类型",
        ("custom_field_list", "name") => "自定义信息名称",
        ("custom_field_list", "values") => "自定义信息选项",
        ("common_field_list", "name") => "通用信息名称",
        ("common_field_list", "value") => "通用信息内容",
        _ => return None,
    })
}

fn name(field: &str) -> &str {
    match field {
        "brand_id" => "品牌ID",
        "card_id" => "会员卡模板ID",
        "openid" => "用户标识",
        "user_card_code" => "会员卡号",
        "out_request_no" => "商户请求单号",
        "appid" => "AppID",
        "card_type" => "会员卡类型",
        "card_title" => "会员卡标题",
        "card_color" => "会员卡颜色",
        "card_picture_url" => "会员卡图片",
        "code_mode" => "卡号模式",
        "code_type" => "会员码类型",
        "code_jump_information" => "会员码跳转信息",
        "benefits" => "会员权益",
        "notify_url" => "回调地址",
        "need_pinned" => "是否置顶",
        "need_display_level" => "是否展示等级",
        "init_level" => "初始等级",
        "service_phone" => "客服电话",
        "legal_agreement" => "会员协议",
        "valid_date_information" => "有效期信息",
        "member_information" => "会员中心信息",
        "points_information" => "积分信息",
        "balance_information" => "储值信息",
        "purchase_information" => "付费信息",
        "user_information" => "用户信息",
        "common_field_list" => "通用信息字段",
        "custom_field_list" => "自定义信息字段",
        "user_chosen_values" => "用户选择值",
        "jump_appid" => "跳转AppID",
        "jump_path" => "跳转路径",
        "price" => "价格",
        "available_begin_time" => "有效期开始时间",
        "available_end_time" => "有效期结束时间",
        "available_day_after_receive" => "领取后有效天数",
        "state" => "状态",
        "user_card_state" => "会员卡状态",
        "user_card_confirm_state" => "开卡结果",
        "offset" => "偏移量",
        "limit" => "分页大小",
        "phone_number" => "手机号",
        "echo_message" => "回显信息",
        "encrypted_echo_message" => "加密测试字段",
        "level" => "会员等级",
        "attach" => "附加数据",
        "invalid_reason" => "失效原因",
        "pickup_time" => "领取时间",
        "cell" => "动态内容",
        "point_balance" => "积分余额",
        "record_id" => "兑换记录ID",
        "exchange_coupon_template_id" => "兑换券模板ID",
        "result" => "兑换结果",
        "reject_reason" => "拒绝原因",
        "activity_id" => "活动ID",
        "activity_channel" => "活动渠道",
        "activity_state" => "活动状态",
        "title" => "标题",
        "sub_title" => "副标题",
        "begin_time" => "开始时间",
        "end_time" => "结束时间",
        "apply_total" => "领取总量",
        "product_coupon_stock_list" => "商品券批次列表",
        "product_coupon_id" => "商品券ID",
        "stock_id" => "批次ID",
        "filename" => "文件名",
        "sha256" => "文件摘要",
        "file_digest" => "文件摘要",
        other => other,
    }
}

//! Texts of card templates.

use crate::language::texts;

texts! {
    /// Texts of card templates.
    pub(crate) TemplatesTexts {
        title: "Card templates", "会员卡模板";
        lead: "What callers and ruhui.toml have made, newest first.", "调用方与 ruhui.toml 创建的模板，最新的在前。";
        empty: "No template exists.", "尚无会员卡模板。";
        empty_next: "A reset brings those of ruhui.toml back:", "重置可恢复 ruhui.toml 中的模板：";
        incomplete: "More than 20,000 members: the numbers of cards are too small.", "会员记录超过20000条，会员卡数量偏小。";
        card: "The card", "会员卡";
        picture: "Card picture", "会员卡图片";
        state: "State", "状态";
        state_effective: "effective", "有效";
        state_expired: "expired", "已过期";
        state_invalid: "invalid", "已失效";
        brand: "Brand", "品牌";
        owner: "Made by", "创建方";
        effective_cards: "Effective cards", "有效会员卡";
        all_cards: "User cards", "用户会员卡";
        facts: "Members of the template", "模板字段";
        agreement: "Agreement", "会员协议";
        agreement_none: "The template has no agreement.", "该模板没有会员协议。";
        form: "Form to join", "入会表单";
        form_lead: "The phone number is always asked for.", "始终会要求填写手机号。";
        activity: "Activity in force", "进行中的活动";
        none: "none", "无";
        as_json: "As the API shows it", "接口返回的内容";
        copy: "Copy", "复制";
        create: "Create a card template", "创建会员卡模板";
        create_lead: "A merchant of the brand calls the API; its rules and errors apply. The fields have values that the API takes.", "以该品牌下的商户身份调用接口，规则与错误均与接口一致。各字段已填入可用的值。";
        picture_file: "Picture to upload (JPG, PNG or BMP, at most 2 MB)", "上传会员卡图片（JPG、PNG 或 BMP，不超过 2 MB）";
        picture_file_lead: "A file is uploaded first, and its URL takes the place of the field above.", "如选择文件，将先上传图片，再使用返回的图片地址。";
        picture_too_large: "the form is larger than 2.5 MB; a picture has at most 2 MB", "表单超过 2.5 MB；图片不可超过 2 MB";
        form_broken: "the form broke off before its end, or has another type than multipart/form-data: send it again", "表单在结束之前中断，或类型不是 multipart/form-data：请重新提交";
        modify: "Change the template", "修改模板";
        modify_lead: "Fields that you change are sent.", "仅发送修改过的字段。";
        invalidate: "Invalidate the template", "使模板失效";
        invalidate_question: "No card of an invalid template can be opened, and it cannot become valid again.", "模板失效后不能再开卡，且无法恢复。";
        out_request_no: "Number of the request", "商户请求单号";
        appid: "AppID", "AppID";
        card_title: "Title", "会员卡标题";
        card_color: "Colour", "会员卡颜色";
        picture_url: "Picture", "会员卡图片";
        benefits: "Benefits", "会员权益";
        code_mode: "Who allocates codes", "卡号模式";
        code_type: "Code that the card shows", "会员码类型";
        notify_url: "Callback URL", "回调地址";
        service_phone: "Phone of customer service", "客服电话";
        more: "Further members, as JSON", "其他字段（JSON）";
        done_created: "The template was created.", "模板已创建。";
        done_modified: "The template was changed.", "模板已修改。";
        done_invalidated: "The template is invalid now.", "模板已失效。";
    }
}

impl TemplatesTexts {
    /// Returns the name of a template's state.
    pub(super) fn state_name<'a>(&self, state: &'a str) -> &'a str {
        match state {
            "CARD_EFFECTIVE" => self.state_effective,
            "EXPIRED" => self.state_expired,
            "CARD_INVALID" => self.state_invalid,
            other => other,
        }
    }

    /// Returns the sentence that an act is done, by the page's parameter `done`.
    pub(super) fn done(&self, done: &str) -> Option<&'static str> {
        Some(match done {
            "created" => self.done_created,
            "modified" => self.done_modified,
            "invalidated" => self.done_invalidated,
            _ => return None,
        })
    }
}

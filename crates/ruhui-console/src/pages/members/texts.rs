//! Texts of members.

use crate::language::texts;

texts! {
    /// Texts of members.
    pub(crate) MembersTexts {
        title: "Members", "会员";
        lead: "Users with a card, in the order of openids. Each line has the newest card of a template.", "持有会员卡的用户，按openid排序；每行为该用户在某模板下最新的会员卡。";
        state: "State", "状态";
        state_all: "all", "全部";
        state_unactivated: "waits for confirmation", "待确认";
        state_effective: "effective", "有效";
        state_expired: "expired", "已过期";
        state_invalid: "invalid", "已失效";
        openid: "openid", "openid";
        card_id: "Card template", "会员卡模板";
        filter: "Filter", "筛选";
        filter_off: "All members", "清除筛选";
        empty: "No user has a card yet.", "尚无用户持有会员卡。";
        empty_filter: "No card passes this filter.", "没有符合筛选条件的会员卡。";
        empty_next: "This command makes a member:", "以下命令可创建一名会员：";
        code: "Code", "会员卡号";
        phone: "Phone number", "手机号";
        points: "Points", "积分";
        modified_at: "Last changed", "修改时间";
        next_page: "Next page", "下一页";
        join: "Let a user join", "让用户入会";
        join_lead: "The user joins from the 商家名片, without a token. The card waits for the merchant's confirmation.", "用户从商家名片入会，无需token；会员卡等待商户确认。";
        answers: "Answers to the form, as JSON", "入会表单的填写内容（JSON）";
        answers_hint: "For templates with a form. Example:", "仅用于有表单的模板，例如：";
        card: "The card as the user sees it", "用户看到的会员卡";
        picture: "Card picture", "会员卡图片";
        earlier_cards: "Earlier cards", "更早的会员卡";
        level: "Level", "会员等级";
        attach: "Attached data", "附加数据";
        color: "Colour", "会员卡颜色";
        more: "Further members, as JSON", "其他字段（JSON）";
        picked_up_at: "Picked up", "领取时间";
        valid_until: "Valid until", "有效期至";
        permanent: "without an end", "永久有效";
        reason: "Reason", "失效原因";
        none: "none", "无";
        code_none: "no code yet: the merchant allocates it", "尚无卡号：由商户分配";
        as_json: "As the API shows it", "接口返回的内容";
        copy: "Copy", "复制";
        show_sensitive: "Show personal data", "显示敏感信息";
        mask_sensitive: "Mask personal data", "隐藏敏感信息";
        life: "Life", "经历";
        before_restore: "before the restore of a snapshot, which may have undone it", "恢复快照之前，可能已被撤销";
        from_token: "token", "token";
        from_request: "request", "请求";
        from_card: "card", "会员卡";
        from_redemption: "redemption", "积分兑换";
        from_feed: "news", "会员动态";
        from_event: "event", "事件";
        token_issued: "A token was issued.", "签发了token。";
        token_used: "The token was used.", "token已使用。";
        request: "A request changed the record.", "请求修改了记录。";
        created: "The card was created.", "会员卡已创建。";
        picked_up: "The card was picked up.", "会员卡已领取。";
        effective: "The card became effective.", "会员卡生效。";
        modified: "The card was changed for the last time.", "会员卡最近一次修改。";
        expired: "The card expired.", "会员卡过期。";
        invalid: "The card became invalid.", "会员卡失效。";
        ended_by_refusal: "The merchant rejected the card.", "商户拒绝开卡。";
        ended_by_merchant: "The merchant invalidated the card.", "商户使会员卡失效。";
        ended_by_user: "The user deleted the card.", "用户删除了会员卡。";
        redemption_asked: "The user asked to redeem points.", "用户申请积分兑换。";
        feed_created: "The merchant sent news.", "商户发送了会员动态。";
        event_queued: "An event was queued.", "产生了事件。";
        by_user: "As the user", "以用户身份";
        delete: "Delete the card", "删除会员卡";
        view_points: "View points", "查看积分";
        redeem: "Redeem points", "积分兑换";
        answer_redemption: "Answer the redemption", "确认积分兑换";
        reject_reason: "Reason for a rejection", "拒绝原因";
        done_answered: "The answer was taken.", "兑换结果已提交。";
        by_merchant: "As the merchant", "以商户身份";
        by_merchant_lead: "The owner of the template calls the API; its rules and errors apply.", "以模板所属的调用方身份调用接口，规则与错误均与接口一致。";
        confirm: "Confirm the card", "同步开卡结果";
        result: "Result", "开卡结果";
        modify: "Change the card", "修改会员卡";
        set_points: "Set points", "同步积分";
        invalidate: "Invalidate the card", "使会员卡失效";
        done_joined: "The user joined.", "用户已入会。";
        done_deleted: "The user deleted the card.", "用户已删除会员卡。";
        done_viewed: "The user viewed points: an event asks the merchant for them.", "用户查看了积分：事件向商户请求积分。";
        done_redeemed: "The user asked to redeem points: an event asks the merchant.", "用户申请了积分兑换：事件已发给商户。";
        done_confirmed: "The merchant's result was taken.", "已同步开卡结果。";
        done_modified: "The card was changed.", "会员卡已修改。";
        done_balanced: "The points were set.", "积分已同步。";
        done_invalidated: "The card is invalid now.", "会员卡已失效。";
    }
}

impl MembersTexts {
    /// Returns the name of a card's state.
    pub(super) fn state_name<'a>(&self, state: &'a str) -> &'a str {
        match state {
            "UNACTIVATED" => self.state_unactivated,
            "EFFECTIVE" => self.state_effective,
            "EXPIRED" => self.state_expired,
            "INVALID" => self.state_invalid,
            other => other,
        }
    }

    /// Returns the sentence that an act is done, by the page's parameter `done`.
    pub(super) fn done(&self, done: &str) -> Option<&'static str> {
        Some(match done {
            "joined" => self.done_joined,
            "deleted" => self.done_deleted,
            "viewed" => self.done_viewed,
            "redeemed" => self.done_redeemed,
            "answered" => self.done_answered,
            "confirmed" => self.done_confirmed,
            "modified" => self.done_modified,
            "balanced" => self.done_balanced,
            "invalidated" => self.done_invalidated,
            _ => return None,
        })
    }
}

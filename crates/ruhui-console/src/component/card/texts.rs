//! Texts of a member card.

use crate::language::texts;

texts! {
    /// Texts of a member card.
    pub(crate) CardTexts {
        card: "Member card", "会员卡";
        picture_elsewhere: "Card picture, not loaded: the sandbox shows uploaded ones only.", "会员卡图片未加载：沙箱仅显示通过接口上传的图片。";
        level: "Level", "会员等级";
        pending: "The card waits for the merchant's confirmation.", "会员卡等待商户确认。";
        ended_expired: "The card has expired.", "会员卡已过期。";
        ended_by_user: "You deleted the card.", "您已删除该会员卡。";
        ended_by_merchant: "The merchant invalidated the card.", "商户已使该会员卡失效。";
        ended_by_refusal: "The merchant rejected the membership.", "商户未通过入会。";
        reason: "Reason: ", "原因：";
        code: "Member code", "会员码";
        code_bars: "Member code as a bar code", "会员条形码";
        code_matrix: "Member code as a QR code", "会员二维码";
        code_missing: "The merchant has not allocated a code.", "商户尚未分配会员卡号。";
        code_jump: "WeChat opens the merchant's mini-program for the code:", "微信会打开商户小程序展示会员码：";
        center: "Member centre", "会员中心";
        jump: "A tap opens the mini-program", "点击后打开小程序";
        points: "Points", "积分";
        points_unknown: "The merchant has not reported a balance yet.", "商户尚未同步积分余额。";
        points_view: "View points", "查看积分";
        points_view_hint: "An event asks the merchant for the balance.", "将通过事件向商户请求积分余额。";
        redeem_points: "Points to redeem", "兑换积分数";
        redeem: "Redeem for a coupon", "积分兑券";
        redemptions: "Redemptions", "兑换记录";
        redemption_waiting: "waits for the merchant", "等待商户确认";
        redemption_done: "coupon received: ", "已获得优惠券：";
        redemption_rejected: "rejected by the merchant: ", "商户拒绝兑换：";
        older: "older ones: ", "更早的记录数：";
        news: "News", "会员动态";
        news_empty: "No news from the merchant yet.", "暂无会员动态。";
        news_cell: "A cell for which the documents have no text", "文档未给出文案的动态内容";
        facts: "About the card", "会员卡信息";
        validity: "Valid", "有效期";
        permanent: "no expiry", "永久有效";
        until: "until", "至";
        phone: "Phone number", "手机号";
        service_phone: "Customer service", "客服电话";
        agreement: "Membership agreement", "会员协议";
        delete: "Delete the card", "删除会员卡";
        delete_question: "The card becomes invalid for good: you cannot join again. The merchant gets an event.", "删除后会员卡将永久失效，且无法再次入会；商户会收到事件通知。";
        delete_sure: "Delete it", "确认删除";
        done_viewed: "An event asks the merchant for the balance.", "已通过事件向商户请求积分余额。";
        done_redeemed: "An event asks the merchant for the coupon.", "已通过事件向商户申请兑换。";
    }
}

impl CardTexts {
    /// Returns the sentence that an act is done, by the sheet's parameter `done`.
    pub(crate) fn done(&self, done: &str) -> Option<&'static str> {
        match done {
            "viewed" => Some(self.done_viewed),
            "redeemed" => Some(self.done_redeemed),
            _ => None,
        }
    }
}

//! Texts of tokens.

use crate::language::texts;

texts! {
    /// Texts of tokens.
    pub(crate) TokensTexts {
        title: "Tokens", "预授权token";
        lead: "Tokens that callers requested, newest first. Each opens a component once, until its time is over by the business clock.", "调用方获取的token，最新的在前。每个token在业务时钟到期前可打开组件一次。";
        state: "State", "状态";
        state_all: "all", "全部";
        state_unused: "unused", "未使用";
        state_used: "used", "已使用";
        state_expired: "expired", "已过期";
        openid: "openid", "openid";
        card_id: "Card template", "会员卡模板";
        filter: "Filter", "筛选";
        filter_off: "All tokens", "清除筛选";
        empty: "No token was requested yet.", "尚未获取token。";
        empty_filter: "No token passes this filter.", "没有符合筛选条件的token。";
        empty_next: "This command requests one:", "以下命令可获取一个：";
        incomplete: "More than 20,000 tokens: some are not shown.", "token超过20000个，部分未显示。";
        token: "Token", "token";
        purpose: "Component", "组件";
        purpose_join: "join", "入会组件";
        purpose_pay_view: "payment code", "支付码组件";
        open: "Open the component", "打开组件";
        left: "Time left", "剩余时间";
        created: "Issued", "签发时间";
        expires: "Expires", "到期时间";
        used: "used", "使用于";
        issue: "Request a token", "获取token";
        issue_lead: "The sandbox signs the request as the caller who owns the template.", "沙箱以模板所属的调用方身份签名并发送请求。";
        join: "Let the user join", "让用户入会";
        join_lead: "The user agrees in the join component, and a card waits for the merchant's confirmation.", "用户在入会组件中同意入会，会员卡等待商户确认。";
        phone: "Phone number", "手机号";
        done_issued: "The API issued a token.", "已获取token。";
    }
}

impl TokensTexts {
    /// Returns the name of a token's state.
    pub(super) fn state_name<'a>(&self, state: &'a str) -> &'a str {
        match state {
            "unused" => self.state_unused,
            "used" => self.state_used,
            "expired" => self.state_expired,
            other => other,
        }
    }

    /// Returns the name of the component that a token opens.
    pub(super) fn purpose_name<'a>(&self, purpose: &'a str) -> &'a str {
        match purpose {
            "join" => self.purpose_join,
            "pay_view" => self.purpose_pay_view,
            other => other,
        }
    }

    /// Returns the sentence that an act is done, by the page's parameter `done`.
    pub(super) fn done(&self, done: &str) -> Option<&'static str> {
        (done == "issued").then_some(self.done_issued)
    }
}

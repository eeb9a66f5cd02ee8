//! Texts of callbacks.

use crate::language::texts;

texts! {
    /// Texts of callbacks.
    pub(crate) CallbacksTexts {
        title: "Callbacks", "回调通知";
        lead: "Events for merchants: those that wait, and those that were sent.", "发给商户的事件：等待发送的与已发送的。";
        state: "State", "状态";
        state_all: "all", "全部";
        state_waiting: "waiting", "等待发送";
        state_sending: "sending", "发送中";
        state_accepted: "accepted", "已接收";
        state_ended: "no attempt left", "已无重试";
        state_dropped: "dropped", "已丢弃";
        event_type: "Event type", "事件类型";
        created: "Created", "创建时间";
        attempts: "Attempts", "投递次数";
        next: "Next attempt", "下次投递";
        last_failure: "Last failure", "最近一次失败";
        openid: "openid", "openid";
        filter: "Filter", "筛选";
        filter_off: "All callbacks", "清除筛选";
        empty: "No event has happened yet.", "尚无事件。";
        empty_filter: "No event passes this filter.", "没有符合筛选条件的事件。";
        empty_next: "A user who joins causes one:", "用户入会会产生事件：";
        paused: "Attempts by schedule are paused. A resend still sends at once.", "按计划的投递已暂停；“重新发送”仍会立即发送。";
        pause: "Pause attempts", "暂停投递";
        resume: "Resume attempts", "恢复投递";
        redirect_all: "Change the URL of all waiting events", "修改所有等待中事件的地址";
        notify_url: "Callback URL", "回调地址";
        redirect: "Change the URL", "修改地址";
        probe: "Send a probe", "发送探测";
        probe_lead: "A probe is an event whose signature is wrong on purpose. A receiver that verifies signatures rejects it.", "探测是签名故意错误的回调通知；会验签的接收方应拒绝它。";
        card_id: "card_id", "card_id";
        resend: "Send again now", "立即重新发送";
        times: "Times", "次数";
        drop: "Drop", "丢弃";
        drop_question: "The merchant never gets a dropped event.", "丢弃后商户将收不到该事件。";
        facts: "Facts", "概要";
        owner: "For", "接收方";
        attempts_of: "of", "／最多";
        none: "none", "无";
        resource: "Decrypted resource", "解密后的 resource";
        copy: "Copy", "复制";
        show_sensitive: "Show personal data", "显示敏感信息";
        mask_sensitive: "Mask personal data", "隐藏敏感信息";
        history: "Attempts", "投递记录";
        history_empty: "No attempt was made in this process.", "本次启动后尚未投递。";
        number: "No.", "序号";
        kind: "Kind", "类型";
        kind_scheduled: "by schedule", "按计划";
        kind_resent: "resent", "重新发送";
        kind_probe: "probe", "探测";
        time: "Time (+08:00)", "时间（+08:00）";
        to: "URL", "地址";
        answered: "Answered", "应答";
        took: "Duration", "耗时";
        fault: "fault", "故障";
        no_response: "no response", "无应答";
        bytes: "bytes sent and answered", "收发的原始字节";
        done_resent: "Sent again.", "已重新发送。";
        done_redirected: "The URL was changed.", "地址已修改。";
        done_dropped: "The event was dropped.", "事件已丢弃。";
        done_paused: "Attempts are paused.", "投递已暂停。";
        done_resumed: "Attempts go on.", "投递已恢复。";
        done_checked: "The receiver rejected the wrong signature.", "接收方拒绝了错误的签名。";
        done_unchecked: "The receiver accepted a wrong signature: it does not verify signatures.", "接收方接受了错误的签名：它没有验签。";
    }
}

impl CallbacksTexts {
    /// Returns the name of an event's state.
    pub(super) fn state_name<'a>(&self, state: &'a str) -> &'a str
    where
        Self: 'a,
    {
        match state {
            "waiting" => self.state_waiting,
            "sending" => self.state_sending,
            "accepted" => self.state_accepted,
            "ended" => self.state_ended,
            "dropped" => self.state_dropped,
            other => other,
        }
    }

    /// Returns the name of a kind of attempt.
    pub(super) fn kind_name<'a>(&self, kind: &'a str) -> &'a str {
        match kind {
            "scheduled" => self.kind_scheduled,
            "resent" => self.kind_resent,
            "probe" => self.kind_probe,
            other => other,
        }
    }

    /// Returns the sentence that an act is done, by the page's parameter `done`.
    pub(super) fn done(&self, done: &str) -> Option<&'static str> {
        Some(match done {
            "resent" => self.done_resent,
            "redirected" => self.done_redirected,
            "dropped" => self.done_dropped,
            "paused" => self.done_paused,
            "resumed" => self.done_resumed,
            "checked" => self.done_checked,
            "unchecked" => self.done_unchecked,
            _ => return None,
        })
    }
}

//! Texts of activities.

use crate::language::texts;

texts! {
    /// Texts of activities.
    pub(crate) ActivitiesTexts {
        title: "Activities", "有礼活动";
        lead: "Coupons that the join component shows to a user who joins, newest first.", "入会组件向入会用户展示的商品券活动，最新的在前。";
        state: "State", "状态";
        state_all: "all", "全部";
        state_created: "not begun", "未开始";
        state_effective: "in force", "进行中";
        state_expired: "expired", "已过期";
        state_terminated: "ended by the merchant", "已被商户终止";
        card_id: "Card template", "会员卡模板";
        filter: "Filter", "筛选";
        filter_off: "All activities", "清除筛选";
        empty: "No activity exists yet.", "尚无活动。";
        empty_filter: "No activity passes this filter.", "没有符合筛选条件的活动。";
        empty_next: "This command shows how to create one, and the form below creates one:", "以下命令给出创建示例，也可用下方表单创建：";
        number: "No.", "编号";
        name: "Title", "活动标题";
        sub_title: "Subtitle", "活动副标题";
        begin: "Begins", "开始时间";
        end: "Ends", "结束时间";
        total: "Coupons in total", "总数量";
        available: "left", "剩余";
        channel: "Channel", "活动渠道";
        out_request_no: "Number of the request", "商户请求单号";
        more: "Further members, as JSON", "其他字段（JSON）";
        facts: "Facts", "概要";
        created: "Created", "创建时间";
        modified: "Last changed", "修改时间";
        as_json: "As the API shows it", "接口返回的内容";
        copy: "Copy", "复制";
        create: "Create an activity", "创建活动";
        create_lead: "A merchant of the template's brand calls the API; its rules and errors apply.", "以该品牌下的商户身份调用接口，规则与错误均与接口一致。";
        modify: "Change the activity", "修改活动";
        end_now: "End the activity", "终止活动";
        end_question: "An ended activity cannot begin again.", "活动终止后不能恢复。";
        done_created: "The activity was created.", "活动已创建。";
        done_modified: "The activity was changed.", "活动已修改。";
        done_ended: "The activity was ended.", "活动已终止。";
    }
}

impl ActivitiesTexts {
    /// Returns the name of an activity's state.
    pub(super) fn state_name<'a>(&self, state: &'a str) -> &'a str {
        match state {
            "MEMBERSHIP_ACTIVITY_CREATED" => self.state_created,
            "MEMBERSHIP_ACTIVITY_EFFECTIVE" => self.state_effective,
            "MEMBERSHIP_ACTIVITY_EXPIRED" => self.state_expired,
            "MEMBERSHIP_ACTIVITY_TERMINATED" => self.state_terminated,
            other => other,
        }
    }

    /// Returns the sentence that an act is done, by the page's parameter `done`.
    pub(super) fn done(&self, done: &str) -> Option<&'static str> {
        Some(match done {
            "created" => self.done_created,
            "modified" => self.done_modified,
            "ended" => self.done_ended,
            _ => return None,
        })
    }
}

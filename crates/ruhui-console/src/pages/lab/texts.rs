//! Texts of the lab.

use crate::language::texts;

texts! {
    /// Texts of the lab.
    pub(crate) LabTexts {
        title: "Lab", "实验室";
        lead: "Move the clock, play faults, bring users and cards into a state, and go back to an earlier one.", "拨动时钟、注入故障、使用户与会员卡到达某种状态，或恢复到先前的状态。";
        on_this_page: "On this page", "本页内容";

        clock: "Clock", "时钟";
        clock_lead: "Tokens, cards and callbacks follow the business clock; signatures follow the machine's. The clock goes back only by a restore or a reset.", "预授权token、会员卡与回调通知使用业务时钟，签名使用本机时钟。业务时钟只能通过恢复快照或重置沙箱回拨。";
        now: "Business time", "业务时间";
        machine: "Machine's time", "本机时间";
        offset: "Difference", "相差";
        none: "none", "无";
        state: "State", "状态";
        frozen: "stopped", "已停止";
        running: "running", "走动中";
        advance: "Advance", "快进";
        one_hour: "1 hour", "1 小时";
        one_day: "1 day", "1 天";
        amount: "Duration", "时长";
        unit: "Unit", "单位";
        seconds: "seconds", "秒";
        minutes: "minutes", "分钟";
        hours: "hours", "小时";
        days: "days", "天";
        set_to: "Set to a time", "设为指定时间";
        set_hint: "As in RFC 3339, such as 2027-01-15T16:00:00+08:00", "RFC 3339 格式，例如 2027-01-15T16:00:00+08:00";
        set: "Set", "设置";
        freeze: "Stop the clock", "停止时钟";
        resume: "Let the clock go on", "恢复走动";
        done_clock: "The clock is changed.", "时钟已更改。";

        faults: "Faults", "故障注入";
        faults_lead: "A rule in force makes the sandbox fail on purpose. The bar on each page counts the rules.", "生效中的规则使沙箱故意出错，每页顶部都显示其数量。";
        rules: "Rules in force", "生效中的规则";
        no_rules: "No rule is in force. The form below adds one, and so does the command", "没有生效中的规则。可用下面的表单添加，或执行命令";
        rule: "Rule", "规则";
        fault: "Fault", "故障";
        conditions: "Conditions", "条件";
        every: "always", "始终";
        matched: "Matched", "命中";
        played: "Played", "已触发";
        remaining: "Remaining", "剩余";
        unlimited: "no limit", "不限";
        spent: "spent", "已用完";
        from_file: "from ruhui.toml", "来自 ruhui.toml";
        act: "Act", "操作";
        remove: "Remove", "移除";
        clear_all: "Remove all rules", "移除全部规则";
        add_rule: "Add a rule", "添加规则";
        kind: "Kind of fault", "故障类型";
        choose: "Choose", "选择";
        what_happens: "What happens", "效果";
        right_client: "A correct client", "正确的客户端应当";
        any: "any", "任意";
        optional: "All other fields are optional. An empty field does not limit the rule.", "其余字段均可不填，留空表示不限制。";
        required: "required", "必填";
        add: "Add the rule", "添加规则";
        done_fault_added: "The rule is in force.", "规则已生效。";
        done_fault_removed: "The rule is removed.", "规则已移除。";
        done_faults_cleared: "All rules are removed.", "已移除全部规则。";
        group_request: "Requests", "请求";
        group_response: "Responses", "应答";
        group_callback: "Callbacks", "回调通知";
        group_store: "Store", "存储";
        group_host: "Hosts", "域名";
        group_other: "Others", "其他";
        member_at: "Before or after the commit", "提交前或提交后";
        member_path: "Path; an * at the end stands for any rest", "路径，结尾可用 * 表示任意内容";
        member_method: "Method", "请求方法";
        member_caller: "Caller: mchid or brand_id", "调用方：mchid 或 brand_id";
        member_openid: "User: openid", "用户：openid";
        member_host: "Host", "域名";
        member_event_type: "Type of the event, such as USER_CARD.CREATE", "事件类型，例如 USER_CARD.CREATE";
        member_nth: "Number of the first match that is played, from 1", "从第几次命中开始触发，从 1 计";
        member_times: "Number of matches that are played", "触发次数";
        member_probability: "Probability of each match, from 0 to 1", "每次命中的触发概率，0 到 1";
        member_seed: "Seed of the probability", "概率的随机种子";
        member_delay_ms: "Delay in milliseconds", "延迟毫秒数";

        triggers: "Triggers", "触发";
        triggers_lead: "One button brings a user or a card into a state, from nothing: requests of the merchant go through the whole API, and the simulator acts as the user.", "一个按钮即可从零使用户或会员卡到达某种状态：商户调用完整的 API，用户操作由模拟器完成。";
        trigger_as: "With", "选项";
        family: "Caller", "调用方";
        partner: "merchant (service provider)", "商户（服务商）";
        brand: "brand in its own name", "品牌自身";
        code_mode: "Code of the card", "会员卡号";
        by_system: "allocated by WeChat Pay", "由微信支付分配";
        by_merchant: "allocated by the merchant", "由商户分配";
        card_id: "Template: card_id", "会员卡模板：card_id";
        card_id_hint: "Empty for the sandbox's own", "留空使用沙箱自带的模板";
        openid: "User: openid", "用户：openid";
        openid_hint: "Empty for a new user", "留空使用新用户";
        result: "Result", "结果";
        failed_steps: "These steps have happened:", "以下步骤已经发生：";
        step_gone: "no longer in the log", "已不在日志中";
        no_response: "no response", "无应答";
        member: "Member", "会员";
        callbacks: "Callbacks", "回调通知";
        no_callbacks: "None: neither an import nor an expiry has one.", "无：导入与过期均没有回调通知。";
        act_join: "the user agrees in the join component", "用户在入会组件中同意入会";
        act_view_points: "the user looks at the points", "用户查看积分";
        act_redeem_points: "the user asks to redeem 100 points", "用户申请兑换 100 积分";
        act_delete_card: "the user deletes the card", "用户删除会员卡";

        snapshots: "Snapshots", "快照";
        snapshots_lead: "A snapshot has the whole state: merchants, templates, cards, tokens, waiting callbacks, and the clock.", "快照包含整个沙箱的状态：商户、模板、会员卡、token、待发送的回调通知，以及时钟。";
        no_snapshots: "There is no snapshot. The form below makes one, and so does the command", "没有快照。可用下面的表单创建，或执行命令";
        name: "Name", "名称";
        name_hint: "1 to 64 letters, digits, dots, underscores and hyphens", "1 至 64 个英文字母、数字、点、下划线或连字符";
        created: "Created", "创建时间";
        business_time: "Business time", "业务时间";
        records: "Records", "记录数";
        size: "Size", "大小";
        overwrite: "Replace a snapshot of this name", "覆盖同名快照";
        keep: "Make a snapshot", "创建快照";
        restore: "Restore", "恢复";
        restore_confirm: "The present state is lost, except for other snapshots.", "当前状态将丢失，其他快照不受影响。";
        delete: "Delete", "删除";
        delete_confirm: "The snapshot cannot be brought back.", "快照删除后无法找回。";
        confirm: "Confirm", "确认";
        unreadable: "This snapshot cannot be read.", "该快照无法读取。";
        done_kept: "The snapshot is made.", "快照已创建。";
        done_restored: "The state is that of the snapshot.", "已恢复到快照的状态。";
        done_deleted: "The snapshot is deleted.", "快照已删除。";

        whole_state: "Reset and configuration", "重置与配置";
        reset: "Reset the sandbox", "重置沙箱";
        reset_lead: "The state becomes that of a new sandbox with this ruhui.toml: cards, tokens, the request log and fault rules are gone. Snapshots stay.", "沙箱恢复为按当前 ruhui.toml 新建时的状态：会员卡、token、请求日志与故障规则均被清除，快照保留。";
        done_reset: "The sandbox is reset.", "沙箱已重置。";
        reload: "Apply ruhui.toml", "应用 ruhui.toml";
        reload_lead: "The sandbox watches the file and applies a change within a second. This button does it at once, and says what is wrong.", "沙箱会监视该文件，并在一秒内应用更改。此按钮立即应用，并指出错误所在。";
        reloaded_nothing: "The file is as it was: nothing has changed.", "文件没有变化。";
        reloaded_changes: "These settings are in force now:", "以下设置现已生效：";
        reloaded_next_start: "These take effect at the next start:", "以下设置在下次启动时生效：";
        added: "added", "新增";
        edited: "edited", "已修改";
        removed: "removed", "已删除";
        mistake_file: "File", "文件";
        mistake_line: "Line", "行";
        mistake_key: "Key", "键";
    }
}

impl LabTexts {
    /// Returns the word for what happened to an entry of `ruhui.toml`.
    pub(super) fn change(&self, change: &str) -> &'static str {
        match change {
            "added" => self.added,
            "removed" => self.removed,
            _ => self.edited,
        }
    }
}

//! Texts of the request log.

use crate::language::texts;

texts! {
    /// Texts of the request log.
    pub(crate) RequestsTexts {
        title: "Requests", "请求";
        lead: "Requests that arrived and callbacks that were sent, newest first.", "收到的请求与发出的回调通知，最新的在前。";
        pause: "Pause", "暂停";
        resume: "Resume", "继续";
        search: "Text in the request or the response", "请求或应答中的文本";
        status: "Status", "状态码";
        status_all: "all", "全部";
        status_none: "no response", "无应答";
        kind: "Kind", "类型";
        kind_all: "all", "全部";
        kind_request: "requests", "请求";
        kind_callback: "callbacks", "回调通知";
        filter: "Filter", "筛选";
        filter_off: "All requests", "清除筛选";
        time: "Time (+08:00)", "时间（+08:00）";
        what: "Method and path", "方法与路径";
        by: "Caller", "调用方";
        took: "Duration", "耗时";
        number: "No.", "编号";
        fault: "fault", "故障";
        replayed: "replayed response", "重放的应答";
        no_response: "none", "无";
        empty: "No request has arrived yet.", "尚未收到请求。";
        empty_filter: "No request in the log passes this filter.", "日志中没有符合筛选条件的请求。";
        empty_next: "This command sends one:", "可用以下命令发送一个：";
        older: "Older", "更早";
        newest: "Newest", "最新";
        export: "Export as HAR", "导出 HAR";
        request: "Request", "请求";
        response: "Response", "应答";
        no_request: "No byte of a request arrived.", "未收到请求的任何字节。";
        no_response_sent: "No byte of a response was sent.", "未发出应答的任何字节。";
        header: "Header", "名称";
        headers: "Headers", "头部";
        value: "Value", "值";
        body: "Body", "包体";
        bytes: "bytes", "字节";
        no_body: "The body is empty.", "包体为空。";
        masked_bytes: "The bytes are not UTF-8, so personal data in them cannot be masked. “Show personal data” shows them.", "内容不是 UTF-8，无法逐字段脱敏；点击“显示敏感信息”可查看。";
        bytes_left_out: "bytes in between are not kept in the log.", "字节位于中间，日志未保留。";
        incomplete: "The message ended before its declared length.", "报文未达到声明的长度即已结束。";
        not_utf8: "The bytes are not UTF-8; each line has 16 of them.", "内容不是 UTF-8，以十六进制显示，每行 16 字节。";
        dump_cut: "Only the first 4096 bytes are shown. The HAR has those that the log keeps.", "仅显示前 4096 字节；日志保留的内容见 HAR。";
        formatted: "As indented JSON", "缩进显示 JSON";
        copy: "Copy", "复制";
        decision: "Why it was rejected", "拒绝原因";
        by_row: "by the rule", "依据规则";
        by_document: "document", "文档";
        explain: "Explain the signature", "查看签名诊断";
        replay: "Send again", "重新发送";
        as_curl: "As curl", "转为 curl";
        event: "The event with all attempts", "查看该事件的全部投递";
        show_sensitive: "Show personal data", "显示敏感信息";
        mask_sensitive: "Mask personal data", "隐藏敏感信息";
        facts: "Facts", "概要";
        as_claimed: "as the header claims", "请求头所声明";
        endpoint: "Endpoint", "接口";
        listener: "Arrived at", "监听地址";
        attempt: "Attempt", "第几次投递";
        replayed_long: "an earlier request with the same signature has the same response", "与此前签名相同的请求返回同一应答";
        nearest: "Nearest path", "最接近的路径";
        rule: "by rule", "规则";
        fault_before: "before the commit", "提交之前";
        fault_after: "after the commit", "提交之后";
        fault_written: "state was written", "状态已写入";
        fault_not_written: "no state was written", "状态未写入";
        timing: "Timing", "耗时";
        no_stages: "The service noted no stage.", "没有阶段记录。";
        stage: "Stage", "阶段";
        stage_took: "took (ms)", "耗时（毫秒）";
        stage_at: "ended at (ms)", "结束于（毫秒）";
        stage_received: "body received", "收到包体";
        stage_verified: "signature verified", "验签通过";
        stage_decided: "decided", "业务判定";
        stage_signed: "response signed", "应答签名";
        stage_committed: "committed", "提交";
        stage_sent: "response sent", "应答发出";
        written: "State written", "写入的状态";
        nothing_written: "Nothing was written.", "没有写入。";
    }
}

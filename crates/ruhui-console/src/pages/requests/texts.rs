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
        clear: "Empty the log", "清空日志";
    }
}

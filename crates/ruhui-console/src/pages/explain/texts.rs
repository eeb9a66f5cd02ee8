//! Texts of the page that explains signatures.

use crate::language::texts;

texts! {
    /// Texts of the page that explains signatures.
    pub(crate) ExplainTexts {
        title: "Explain a signature", "签名诊断";
        lead: "Why is my signature rejected? Paste the request as you have it: nothing leaves this machine, and nothing is kept.", "签名为什么被拒绝？请粘贴手头的请求：内容不会离开本机，也不会保存。";
        formats: "Raw HTTP, the output of curl -v or curl --trace, a curl command, a HAR file, a log of Apache HttpClient, OkHttp, Guzzle or Python's http.client, or an Authorization header alone.", "可以是原始 HTTP 报文、curl -v 或 curl --trace 的输出、curl 命令、HAR 文件、Apache HttpClient、OkHttp、Guzzle 或 Python http.client 的日志，或单独的 Authorization 头。";
        material: "Request", "请求";
        drop: "A file can be dropped here.", "可将文件拖放到此处。";
        file: "Or a file, byte for byte", "或选择文件（逐字节读取）";
        exchange: "Number of the exchange, if there are several", "有多次请求时取第几次";
        exchange_hint: "The last one by default.", "默认最后一次。";
        explain: "Explain", "诊断";
        again: "Explain another request", "诊断另一个请求";
        rejected: "Rejected requests in the log", "日志中被拒绝的请求";
        rejected_none: "No request with a rejected signature is in the log.", "日志中没有签名被拒绝的请求。";
        number: "No.", "编号";
        time: "Time (+08:00)", "时间（+08:00）";
        what: "Method and path", "方法与路径";
        code: "Code", "错误码";
        read_as: "Read as", "读取格式";
        of_log: "Request in the log", "日志中的请求";
        not_explained: "The log has no explanation of this request: its signature was verified, or it has none.", "日志中没有该请求的诊断：签名已验证通过，或请求没有签名。";
    }
}

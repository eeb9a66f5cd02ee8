//! Texts of an explanation.

use crate::language::texts;

texts! {
    /// Texts of an explanation.
    pub(crate) ExplanationTexts {
        accepted: "The signature is right.", "签名正确。";
        explained: "The request is rejected, and this is why.", "请求被拒绝，原因如下。";
        signature_right: "The signature is right, but the request is rejected for this reason.", "签名正确，但请求会因以下原因被拒绝。";
        unexplained: "The signature does not match the request, and no known mistake explains it in full.", "签名与请求不匹配，已知的错误无法完全解释。";
        unchecked: "The signature could not be verified: it is missing or no signature, a field is missing, or no key is known.", "无法验证签名：签名缺失或不是签名，字段缺失，或没有可用的公钥。";
        incomplete: "A part of the request is missing, so the signature cannot be compared with what was sent.", "请求不完整，无法将签名与实际发送的内容比较。";
        proven: "proven by the signature", "已由签名证实";
        seen: "seen in the request", "请求中可见";
        likely: "likely", "可能";
        right_way: "The right way", "正确写法";
        program: "Programming language", "编程语言";
        copy: "Copy", "复制";
        messages: "What was signed", "签名的内容";
        you: "You signed", "您签名的内容";
        service: "The service built", "服务端构造的待签名串";
        bytes: "bytes", "字节";
        line: "Line", "行";
        differs: "differs", "不同";
        absent: "no such line", "无此行";
        lines_left_out: "equal lines are left out", "行相同内容已省略";
        characters_left_out: "characters left out", "个字符已省略";
        expected: "The message that the service built", "服务端构造的待签名串";
        key: "Key that signed", "签名所用密钥";
        key_of_caller: "a key of the caller", "调用方的密钥";
        key_of_other: "not a key of the caller", "不是调用方的密钥";
        serial_no: "Serial number", "序列号";
        file: "File in the sandbox's folder", "沙箱目录中的文件";
        remarks: "Remarks", "提示";
        perhaps: "Possible causes that the request alone does not show", "无法从请求本身判断的可能原因";
        line_feed: "line feed", "换行符";
        carriage_return: "carriage return", "回车符";
        tab: "tab", "制表符";
        blank: "blank", "空格";
        mark: "byte order mark", "字节顺序标记";
        other_sign: "not visible", "不可见字符";
        byte: "a byte that is not UTF-8", "非 UTF-8 字节";
    }
}

impl ExplanationTexts {
    /// Returns the sentence of a verdict.
    pub(super) fn verdict_of(&self, verdict: &str) -> &'static str {
        match verdict {
            "accepted" => self.accepted,
            "explained" => self.explained,
            "signature_right" => self.signature_right,
            "unchecked" => self.unchecked,
            "incomplete" => self.incomplete,
            _ => self.unexplained,
        }
    }

    /// Returns what a sign stands for.
    pub(super) fn sign_of(&self, sign: &str) -> &'static str {
        match sign {
            "⏎" => self.line_feed,
            "CR" => self.carriage_return,
            "⇥" => self.tab,
            "BOM" => self.mark,
            _ if sign.starts_with('␣') => self.blank,
            _ if sign.starts_with("\\x") => self.byte,
            _ => self.other_sign,
        }
    }
}

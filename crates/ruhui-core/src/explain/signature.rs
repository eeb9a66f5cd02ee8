//! Faults of the signature's text.

use super::explanation::Finding;
use super::words::{Cause, Words, cause};
use crate::sign::decode_signature;
use percent_encoding::percent_decode_str;

/// A way in which the text was damaged, and how to undo it.
pub(super) struct Undo {
    pub(super) cause: Cause,
    /// What the text was before; the same if this is not what happened to it.
    undo: fn(&str) -> String,
}

/// In the order in which damage is undone: what happened last comes first.
pub(super) static UNDO: &[Undo] = &[
    Undo {
        cause: cause(
            "signature_percent_encoded",
            ("the signature is percent-encoded", "签名值被做了百分号编码"),
            ("Put the Base64 into the header as it is.", "请把 Base64 原样放入请求头。"),
        ),
        undo: |text| percent_decode_str(text).decode_utf8_lossy().into_owned(),
    },
    Undo {
        cause: cause(
            "signature_percent_sign",
            (
                "a % follows the signature: zsh's mark for a missing line end",
                "签名值末尾多了 %：这是 zsh 对缺少换行的提示符",
            ),
            ("Leave the % out when copying from a terminal.", "从终端复制时请去掉末尾的 %。"),
        ),
        undo: |text| text.trim_end_matches('%').to_owned(),
    },
    Undo {
        cause: cause(
            "signature_wrapped",
            ("the signature is broken into lines", "签名值被折行"),
            (
                "Encode it on one line: base64 -w0, or openssl base64 -A.",
                "请输出为一行：base64 -w0，或 openssl base64 -A。",
            ),
        ),
        undo: unwrap_lines,
    },
    Undo {
        cause: cause(
            "signature_blanks",
            (
                "the signature has blanks where + was: it went through form decoding",
                "签名值中的 + 变成了空格：经过了表单解码",
            ),
            ("Do not pass the signature through a form or a query.", "请勿将签名值经过表单或查询串传递。"),
        ),
        undo: |text| text.replace(' ', "+"),
    },
    Undo {
        cause: cause(
            "signature_url_safe",
            (
                "the signature is in URL-safe Base64, with - and _",
                "签名值使用了 URL 安全的 Base64（含 - 和 _）",
            ),
            ("Use the standard alphabet, with + and /.", "请使用标准 Base64 字母表（+ 和 /）。"),
        ),
        undo: |text| text.replace('-', "+").replace('_', "/"),
    },
    Undo {
        cause: cause(
            "signature_unpadded",
            ("the signature lacks the = at its end", "签名值缺少末尾的 ="),
            (
                "Keep the padding: 344 characters for a key of 2048 bits.",
                "请保留填充：2048 位密钥的签名为 344 个字符。",
            ),
        ),
        undo: |text| format!("{:=<1$}", text, text.len().next_multiple_of(4)),
    },
    Undo {
        cause: cause(
            "signature_base64_twice",
            ("the signature is in Base64 twice", "签名值被 Base64 编码了两次"),
            ("Encode the signature's bytes once.", "请只对签名字节编码一次。"),
        ),
        undo: |text| {
            let inner = decode_signature(text).and_then(|bytes| String::from_utf8(bytes).ok());
            inner.unwrap_or_else(|| text.to_owned())
        },
    },
];

pub(super) static HEX: Cause = cause(
    "signature_hex",
    ("the signature is in hexadecimal", "签名值是十六进制"),
    ("Encode the signature's bytes in Base64.", "请对签名字节做 Base64 编码。"),
);
pub(super) static OLD_API: Cause = cause(
    "signature_of_v2",
    (
        "the signature is a digest of the old API (MD5 or HMAC-SHA256)",
        "签名值是旧版（V2）接口的 MD5 或 HMAC-SHA256 摘要",
    ),
    (
        "APIv3 signs with the merchant's private key: SHA-256 with RSA.",
        "APIv3 使用商户 API 证书私钥签名：SHA256 with RSA。",
    ),
);
pub(super) static LENGTH: Cause = cause(
    "signature_length",
    ("the signature is no whole signature", "签名值不完整或不是签名"),
    (
        "Take the whole Base64 of the signature, 344 characters for a key of 2048 bits.",
        "请使用完整的 Base64 签名值，2048 位密钥为 344 个字符。",
    ),
);

/// The bytes of the signature, where the text can be read as one of `lengths` bytes, and what had to be
/// undone for that.
pub(super) fn read(text: &str, lengths: &[usize]) -> (Option<Vec<u8>>, Vec<Finding>) {
    let fits = |bytes: &Vec<u8>| lengths.contains(&bytes.len());
    if let Some(bytes) = decode_signature(text).filter(fits) {
        return (Some(bytes), Vec::new());
    }
    // First, since hexadecimal digits are Base64, too.
    if let Some(bytes) = hex::decode(text.trim()).ok().filter(fits) {
        return (Some(bytes), vec![Finding::seen(&HEX)]);
    }
    let mut findings = Vec::new();
    let mut current = text.to_owned();
    for undo in UNDO {
        let before = (undo.undo)(&current);
        if before != current {
            findings.push(Finding::seen(&undo.cause));
            current = before;
        }
        if let Some(bytes) = decode_signature(&current).filter(fits) {
            return (Some(bytes), findings);
        }
    }
    (None, vec![unreadable(text, lengths)])
}

fn unreadable(text: &str, lengths: &[usize]) -> Finding {
    let text = text.trim();
    let digest = matches!(text.len(), 32 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let decoded = decode_signature(text);
    if digest || decoded.as_ref().is_some_and(|bytes| matches!(bytes.len(), 16 | 32)) {
        return Finding::seen(&OLD_API);
    }
    let wanted = lengths.first().copied().unwrap_or_default();
    let detail = match decoded {
        Some(bytes) => Words::said(
            format!("{} bytes, {wanted} are wanted", bytes.len()),
            format!("共 {} 字节，应为 {wanted} 字节", bytes.len()),
        ),
        None => Words::said(
            format!("{} characters that are not Base64", text.len()),
            format!("{} 个字符，不是 Base64", text.len()),
        ),
    };
    Finding { detail: Some(detail), ..Finding::seen(&LENGTH) }
}

/// Line ends as they are, as two characters, or as the blanks that a header made of them.
fn unwrap_lines(text: &str) -> String {
    let joined = text.replace("\\r", "").replace("\\n", "").replace(['\r', '\n', '\t'], "");
    let joined = joined.trim();
    let pieces: Vec<&str> = joined.split(' ').collect();
    // Lines have 64 or 76 characters; a blank that was a plus stands anywhere.
    let lines = pieces.len() > 1
        && pieces[..pieces.len() - 1].iter().all(|piece| piece.len() == pieces[0].len() && piece.len() >= 60);
    if lines { pieces.concat() } else { joined.to_owned() }
}

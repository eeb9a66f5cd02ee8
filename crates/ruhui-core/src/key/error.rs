//! Errors of reading keys: reasons for which a text or file is not the key asked for.

use super::algorithm::Algorithm;
use super::kind::{self, Kind};
use super::{MAXIMUM_BITS, MINIMUM_BITS};
use std::fmt;

/// Reason for which a text is not the key asked for. `{}` prints English, `{:#}` Chinese; key material is
/// never printed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The text or file is empty.
    Empty,
    /// The text is not a key in any known form.
    NotPem,
    /// The key is damaged.
    Damaged(Damage),
    /// The text contains another kind of content.
    WrongKind {
        /// Kind of content found.
        found: Kind,
        /// Kind asked for.
        wanted: Kind,
    },
    /// The key is not an RSA key.
    NotRsa(Algorithm),
    /// The key has fewer than [`MINIMUM_BITS`] bits.
    TooSmall {
        /// Size of the modulus, in bits.
        bits: usize,
    },
    /// The key has more than [`MAXIMUM_BITS`] bits.
    TooLarge {
        /// Size of the modulus, in bits.
        bits: usize,
    },
    /// The text contains several different keys of the kind asked for.
    Several {
        /// Kind asked for.
        wanted: Kind,
        /// Number of keys found.
        count: usize,
    },
    /// The text is not an APIv3 key, which has exactly 32 bytes.
    ApiV3KeyLength {
        /// Number of bytes found.
        bytes: usize,
    },
    /// The text is an APIv3 key in another form, or something else.
    ApiV3Key(ApiV3Form),
}

/// Damage to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// The BEGIN line has no end.
    BeginCut,
    /// The END line is missing, and the key is cut.
    EndMissing,
    /// The text between BEGIN and END is not Base64.
    NotBase64 {
        /// First character that Base64 does not have; `None` if the length cannot be right.
        character: Option<char>,
    },
    /// `/n` is written in place of each line end.
    SlashN,
    /// The text between BEGIN and END is empty.
    Empty,
    /// Bytes are missing at the end or in the middle.
    Cut {
        /// Number of bytes found.
        found: usize,
        /// Number of bytes that the key's header announces.
        wanted: usize,
    },
    /// Other bytes follow the end of the key.
    Longer {
        /// Number of bytes after the end.
        bytes: usize,
    },
    /// The bytes are not a key of the kind that the label names.
    Malformed,
    /// The numbers of the key are inconsistent.
    Numbers,
    /// The certificate cannot be read.
    Certificate,
}

/// Form of a text that is not an APIv3 key of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiV3Form {
    /// An empty or blank text.
    Empty,
    /// 64 hexadecimal digits.
    Hexadecimal,
    /// 32 bytes in Base64.
    Base64,
    /// A PEM text.
    Pem,
    /// An APIv3 key written twice in a row.
    Twice,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Empty, false) => f.write_str("it is empty"),
            (Self::Empty, true) => f.write_str("内容为空"),
            (Self::NotPem, false) => f.write_str("no PEM section (`-----BEGIN ...-----`) found"),
            (Self::NotPem, true) => f.write_str("未找到 PEM 段（`-----BEGIN ...-----`）"),
            (Self::Damaged(damage), false) => write!(f, "damaged PEM: {damage}"),
            (Self::Damaged(damage), true) => write!(f, "PEM 已损坏：{damage:#}"),
            (Self::WrongKind { found, wanted }, _) => kind::write_mismatch(f, found, wanted),
            (Self::NotRsa(Algorithm::Sm2), false) => f.write_str(
                "this is an SM2 key, not an RSA key; ruhui has the RSA scheme, WECHATPAY2-SHA256-RSA2048, alone",
            ),
            (Self::NotRsa(Algorithm::Sm2), true) => {
                f.write_str("这是国密 SM2 密钥，不是 RSA 密钥；ruhui 只支持 WECHATPAY2-SHA256-RSA2048")
            }
            (Self::NotRsa(algorithm), false) => {
                write!(f, "this is a key of the kind {algorithm}, not an RSA key; WeChat Pay's schemes use RSA")
            }
            (Self::NotRsa(Algorithm::Ec), true) => {
                f.write_str("这是椭圆曲线（EC）密钥，不是 RSA 密钥；微信支付使用 RSA")
            }
            (Self::NotRsa(algorithm), true) => {
                write!(f, "这是 {algorithm:#} 密钥，不是 RSA 密钥；微信支付使用 RSA")
            }
            (Self::TooSmall { bits }, false) => {
                write!(f, "an RSA key of {bits} bits; at least {MINIMUM_BITS} are needed")
            }
            (Self::TooSmall { bits }, true) => {
                write!(f, "RSA 密钥只有 {bits} 位，至少需要 {MINIMUM_BITS} 位")
            }
            (Self::TooLarge { bits }, false) => {
                write!(f, "an RSA key of {bits} bits; at most {MAXIMUM_BITS} are supported")
            }
            (Self::TooLarge { bits }, true) => write!(f, "RSA 密钥有 {bits} 位，最多支持 {MAXIMUM_BITS} 位"),
            (Self::Several { wanted, count }, false) => {
                write!(f, "the text holds {count} different keys, and {wanted} is needed: keep one of them")
            }
            (Self::Several { wanted, count }, true) => {
                write!(f, "其中有 {count} 个不同的密钥，而此处需要一个{wanted:#}：请只保留一个")
            }
            (Self::ApiV3KeyLength { bytes }, false) => {
                write!(f, "an APIv3 key has 32 bytes, this has {bytes}")
            }
            (Self::ApiV3KeyLength { bytes }, true) => {
                write!(f, "APIv3密钥须为 32 字节，实际为 {bytes} 字节")
            }
            (Self::ApiV3Key(form), _) => form.fmt(f),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::BeginCut, false) => f.write_str("the BEGIN line is cut"),
            (Self::BeginCut, true) => f.write_str("BEGIN 行不完整"),
            (Self::EndMissing, false) => f.write_str("the END line is missing; copy the whole text"),
            (Self::EndMissing, true) => f.write_str("缺少 END 行；请复制完整内容"),
            (Self::NotBase64 { character: Some(character) }, false) => {
                write!(f, "the text between BEGIN and END is not Base64: it has {character:?}")
            }
            (Self::NotBase64 { character: Some(character) }, true) => {
                write!(f, "BEGIN 与 END 之间不是 Base64：含有 {character:?}")
            }
            (Self::NotBase64 { character: None }, false) => f.write_str(
                "the text between BEGIN and END is not Base64: characters are missing; copy it again",
            ),
            (Self::NotBase64 { character: None }, true) => {
                f.write_str("BEGIN 与 END 之间不是 Base64：缺少字符；请重新复制")
            }
            (Self::SlashN, false) => f.write_str("`/n` is written in place of line ends; `\\n` is meant"),
            (Self::SlashN, true) => f.write_str("换行写成了 `/n`，应为 `\\n`"),
            (Self::Empty, false) => f.write_str("there is nothing between BEGIN and END"),
            (Self::Empty, true) => f.write_str("BEGIN 与 END 之间没有内容"),
            (Self::Cut { found, wanted }, false) => {
                write!(f, "it has {found} bytes of {wanted}: lines are missing; copy the whole text")
            }
            (Self::Cut { found, wanted }, true) => {
                write!(f, "应有 {wanted} 字节，只有 {found} 字节：缺少若干行；请复制完整内容")
            }
            (Self::Longer { bytes }, false) => {
                write!(f, "{bytes} bytes follow the end of the key: is something pasted after it?")
            }
            (Self::Longer { bytes }, true) => {
                write!(f, "密钥之后多出 {bytes} 字节：是否多粘贴了内容？")
            }
            (Self::Malformed, false) => {
                f.write_str("the bytes are not a key; characters were lost or changed")
            }
            (Self::Malformed, true) => f.write_str("内容不是密钥：有字符丢失或被改动"),
            (Self::Numbers, false) => f.write_str("the numbers of the key do not belong together"),
            (Self::Numbers, true) => f.write_str("密钥的各个数值互不匹配"),
            (Self::Certificate, false) => {
                f.write_str("the certificate cannot be read: characters are lost or changed")
            }
            (Self::Certificate, true) => f.write_str("证书无法解析：有字符丢失或被改动"),
        }
    }
}

impl fmt::Display for ApiV3Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Empty, false) => "the APIv3 key is empty",
            (Self::Empty, true) => "APIv3密钥为空",
            (Self::Hexadecimal, false) => {
                "these are 64 hexadecimal digits; an APIv3 key is the 32 characters that were set on the merchant \
                 platform, as they are"
            }
            (Self::Hexadecimal, true) => "这是 64 位十六进制；APIv3密钥是在商户平台设置的 32 个字符，请原样填写",
            (Self::Base64, false) => {
                "this is Base64; an APIv3 key is the 32 characters that were set on the merchant platform, as they are"
            }
            (Self::Base64, true) => "这是 Base64；APIv3密钥是在商户平台设置的 32 个字符，请原样填写",
            (Self::Pem, false) => {
                "this is a PEM text; an APIv3 key is the 32 characters that were set on the merchant platform"
            }
            (Self::Pem, true) => "这是 PEM 内容；APIv3密钥是在商户平台设置的 32 个字符",
            (Self::Twice, false) => "the same 32 bytes appear twice; keep them once",
            (Self::Twice, true) => "同样的 32 字节出现了两次；请只保留一次",
        })
    }
}

impl std::error::Error for KeyError {}

//! Reasons for which a sensitive field fails to decrypt, in both languages.

use super::DecryptFieldError;
use std::fmt;

/// Reason for which a sensitive field fails to decrypt. `{}` prints English, `{:#}` Chinese; both continue a
/// sentence that names the field, and never show its value.
///
/// [`decrypt_field`](super::decrypt_field) returns [`NotBase64`](Self::NotBase64),
/// [`WrongKey`](Self::WrongKey) or [`NotText`](Self::NotText). [`diagnose_field`](super::diagnose_field)
/// searches for the cause, and returns the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecryptFailure {
    /// The key that the field was encrypted with is unknown.
    NoKey,
    /// The text is not Base64; perhaps it was not encrypted.
    NotBase64,
    /// The field was encrypted with another key or another padding, or is damaged. The cause is not examined.
    WrongKey,
    /// The decrypted bytes are not UTF-8.
    NotText,
    /// The text is empty.
    Empty,
    /// The text is too short, or has characters that no encoding of a ciphertext has: it was not encrypted.
    Plain,
    /// The text is the ciphertext in another encoding than standard Base64.
    Encoding(FieldEncoding),
    /// The ciphertext does not have the length of the key's modulus.
    WrongLength {
        /// Number of bytes found.
        bytes: usize,
        /// Number of bytes that the key makes.
        wanted: usize,
    },
    /// The ciphertext is several blocks of this key in a row.
    Blocks,
    /// This key decrypts the ciphertext with another padding.
    Padding(FieldPadding),
    /// Another known key decrypts the ciphertext.
    OtherKey(KeyRole),
    /// The ciphertext was made with the sender's own private key.
    SenderKey,
    /// No known key decrypts the ciphertext to bytes with the structure of a padding.
    UnknownKey,
    /// No known key decrypts the ciphertext, as for [`UnknownKey`](Self::UnknownKey), and a key of the sender
    /// is known: the sender may have used its own.
    UnknownOrSenderKey,
    /// The decrypted bytes are in another character set.
    Charset(FieldCharset),
}

/// Encoding of a ciphertext that is not standard Base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldEncoding {
    /// Base64 with `-` and `_`.
    UrlSafe,
    /// Base64 without the `=` at the end.
    Unpadded,
    /// Base64 with line ends in it (real or written out as `\n`), or with blanks around it.
    Wrapped,
    /// Base64 in which `+` became a blank.
    PlusLost,
    /// Base64 with percent-encoded characters.
    Percent,
    /// Base64 in quotes.
    Quoted,
    /// Base64 of Base64.
    Twice,
    /// Hexadecimal digits.
    Hex,
}

/// Padding of a ciphertext. The API requires RSAES-OAEP with SHA-1 and MGF1-SHA-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldPadding {
    /// RSAES-PKCS1-v1_5.
    Pkcs1,
    /// RSAES-OAEP with these two hashes.
    Oaep {
        /// Hash of the label.
        hash: FieldHash,
        /// Hash of the mask generation function MGF1.
        mask: FieldHash,
    },
    /// RSAES-OAEP with a label.
    Label,
    /// No padding.
    None,
}

/// Hash function of RSAES-OAEP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldHash {
    /// SHA-1, which the API requires.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// Role of another known key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRole {
    /// A WeChat Pay public key (微信支付公钥).
    PublicKey,
    /// A platform certificate (平台证书).
    PlatformCertificate,
    /// A key for the callers of the other family: merchants or brands.
    OtherFamily,
}

/// Character set that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldCharset {
    /// GBK or GB 18030.
    Gbk,
    /// UTF-16.
    Utf16,
}

impl From<DecryptFieldError> for DecryptFailure {
    fn from(error: DecryptFieldError) -> Self {
        match error {
            DecryptFieldError::NotBase64 => Self::NotBase64,
            DecryptFieldError::WrongKey => Self::WrongKey,
            DecryptFieldError::NotText => Self::NotText,
        }
    }
}

impl fmt::Display for DecryptFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        let text = match (self, zh) {
            (Self::NoKey, false) => "no key that decrypts it is named",
            (Self::NoKey, true) => "未指明可用的密钥",
            (Self::NotBase64, false) => "it is not Base64, so it may not have been encrypted at all",
            (Self::NotBase64, true) => "不是 Base64 编码，可能未加密",
            (Self::WrongKey, false) => {
                "it was encrypted with another key, or with another padding than OAEP, or damaged"
            }
            (Self::WrongKey, true) => "加密所用的公钥不匹配，或填充方式不是 OAEP，或密文已损坏",
            (Self::NotText, false) => "the decrypted bytes are not UTF-8",
            (Self::NotText, true) => "明文不是 UTF-8 编码",
            (Self::Empty, false) => "it is empty; leave the field out if there is no value",
            (Self::Empty, true) => "值为空；没有取值时请不要传该字段",
            (Self::Plain, false) => "it is not encrypted: encrypt it, then encode it in Base64",
            (Self::Plain, true) => "收到的内容未加密：请先加密，再做 Base64 编码",
            (Self::Encoding(encoding), false) => {
                return write!(f, "{encoding}; send standard Base64");
            }
            (Self::Encoding(encoding), true) => {
                return write!(f, "{encoding:#}；请使用标准 Base64 编码");
            }
            (Self::WrongLength { bytes, wanted }, false) => {
                return write!(
                    f,
                    "the ciphertext has {bytes} bytes after Base64, and this key makes {wanted}: it was cut, or \
                     encrypted with a key of another length or with another algorithm than RSA"
                );
            }
            (Self::WrongLength { bytes, wanted }, true) => {
                return write!(
                    f,
                    "Base64 解码后的密文为 {bytes} 字节，此密钥的密文应为 {wanted} 字节：密文被截断，或使用了其他长度的密钥，或使用的算法不是 RSA"
                );
            }
            (Self::Blocks, false) => {
                "the value was split and encrypted in several blocks: encrypt each field as one block"
            }
            (Self::Blocks, true) => "值被分段加密：每个字段须作为一段加密",
            (Self::Padding(padding), false) => {
                return write!(f, "it decrypts with {padding}: use RSAES-OAEP with SHA-1 and MGF1-SHA-1");
            }
            (Self::Padding(padding), true) => {
                return write!(
                    f,
                    "可以解密的填充方式是 {padding:#}：须使用 RSAES-OAEP，哈希与 MGF1 均为 SHA-1"
                );
            }
            (Self::OtherKey(role), false) => {
                return write!(
                    f,
                    "it was encrypted with {role}, which is not the key that Wechatpay-Serial names"
                );
            }
            (Self::OtherKey(role), true) => {
                return write!(f, "加密所用的是{role:#}，与请求头 Wechatpay-Serial 指明的密钥不一致");
            }
            (Self::SenderKey, false) => {
                "it was made with your own private key: encrypt it with WeChat Pay's public key"
            }
            (Self::SenderKey, true) => "加密所用的是您自己的私钥：请使用微信支付公钥或平台证书加密",
            (Self::UnknownKey, false) => {
                "it was encrypted with another public key, or changed on the way: the padding is wrong"
            }
            (Self::UnknownKey, true) => "各种填充方式均无法解密：加密所用的公钥不匹配，或密文在传输中被改动",
            (Self::UnknownOrSenderKey, false) => {
                "it was encrypted with another public key, for example that of your own certificate, or changed \
                 on the way: the padding is wrong"
            }
            (Self::UnknownOrSenderKey, true) => {
                "各种填充方式均无法解密：加密所用的公钥不匹配（例如误用了商户API证书的公钥），或密文在传输中被改动"
            }
            (Self::Charset(FieldCharset::Gbk), false) => {
                "the decrypted bytes are not UTF-8; they look like GBK"
            }
            (Self::Charset(FieldCharset::Gbk), true) => "明文不是 UTF-8 编码，疑似 GBK 编码",
            (Self::Charset(FieldCharset::Utf16), false) => {
                "the decrypted bytes are not UTF-8; they look like UTF-16"
            }
            (Self::Charset(FieldCharset::Utf16), true) => "明文不是 UTF-8 编码，疑似 UTF-16 编码",
        };
        f.write_str(text)
    }
}

impl fmt::Display for FieldEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::UrlSafe, false) => "it is URL-safe Base64, with `-` and `_`",
            (Self::UrlSafe, true) => "密文为 URL 安全的 Base64（含 `-`、`_`）",
            (Self::Unpadded, false) => "the `=` at its end is missing",
            (Self::Unpadded, true) => "密文末尾缺少 `=`",
            (Self::Wrapped, false) => "its Base64 has line ends or blanks",
            (Self::Wrapped, true) => "密文的 Base64 中有换行或空白",
            (Self::PlusLost, false) => "it has blanks where `+` was: it was decoded as part of a URL",
            (Self::PlusLost, true) => "密文中的 `+` 变成了空格：被当作 URL 参数解码过",
            (Self::Percent, false) => "it is percent-encoded",
            (Self::Percent, true) => "密文经过了 URL 编码（含 `%`）",
            (Self::Quoted, false) => "quotes stand around it",
            (Self::Quoted, true) => "密文外多了一层引号",
            (Self::Twice, false) => "it is encoded in Base64 twice",
            (Self::Twice, true) => "密文做了两次 Base64 编码",
            (Self::Hex, false) => "it is hexadecimal",
            (Self::Hex, true) => "密文为十六进制编码",
        })
    }
}

impl fmt::Display for FieldPadding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, f.alternate()) {
            (Self::Pkcs1, _) => f.write_str("PKCS#1 v1.5"),
            (Self::Oaep { hash, mask }, _) if hash == mask => write!(f, "OAEP-{hash}"),
            (Self::Oaep { hash, mask }, false) => write!(f, "OAEP-{hash} and MGF1-{mask}"),
            (Self::Oaep { hash, mask }, true) => write!(f, "OAEP-{hash}（MGF1 为 {mask}）"),
            (Self::Label, false) => f.write_str("OAEP and a label"),
            (Self::Label, true) => f.write_str("OAEP（带 label）"),
            (Self::None, false) => f.write_str("no padding"),
            (Self::None, true) => f.write_str("NoPadding（无填充）"),
        }
    }
}

impl fmt::Display for FieldHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha1 => "SHA1",
            Self::Sha224 => "SHA224",
            Self::Sha256 => "SHA256",
            Self::Sha384 => "SHA384",
            Self::Sha512 => "SHA512",
        })
    }
}

impl fmt::Display for KeyRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::PublicKey, false) => "the WeChat Pay public key",
            (Self::PublicKey, true) => "微信支付公钥",
            (Self::PlatformCertificate, false) => "the platform certificate's key",
            (Self::PlatformCertificate, true) => "平台证书的公钥",
            (Self::OtherFamily, false) => "WeChat Pay's key for the other kind of caller (merchant or brand)",
            (Self::OtherFamily, true) => "另一类调用方（商户或品牌）所用的微信支付公钥",
        })
    }
}

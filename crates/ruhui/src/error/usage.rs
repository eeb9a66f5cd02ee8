//! Usage errors: the caller's own mistakes, each with the parameter and what belongs there.

use super::KeyMixup;
use crate::transport::Detail;
use ruhui_core::bilingual::OsError;
use ruhui_core::key::KeyError;
use ruhui_core::key::serial::SerialError;
use ruhui_core::types::Invalid;
use ruhui_core::wire::EncodeError;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// A client that cannot be built, or a request that cannot be sent. `{}` prints English, `{:#}` prints
/// Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UsageError {
    /// A parameter breaks the rule of its type.
    Invalid {
        /// The parameter.
        parameter: Parameter,
        /// The rule.
        invalid: Invalid,
    },
    /// A parameter holds a key, certificate or number that belongs in another parameter.
    KeyMixup {
        /// The parameter.
        parameter: Parameter,
        /// The file, if it came from one.
        path: Option<PathBuf>,
        /// The mix-up that was detected.
        mixup: KeyMixup,
    },
    /// A PEM text is not the key or certificate that belongs in this parameter.
    Key {
        /// The parameter.
        parameter: Parameter,
        /// The file, if it came from one.
        path: Option<PathBuf>,
        /// The mistake.
        error: KeyError,
    },
    /// A file cannot be read.
    Unreadable {
        /// The parameter.
        parameter: Parameter,
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        why: OsError,
    },
    /// A serial number has a form that cannot be sent.
    Serial {
        /// The parameter.
        parameter: Parameter,
        /// The fault in the serial number.
        error: SerialError,
    },
    /// A text is neither PEM nor a path. It may be a key without its BEGIN line, so the error does not show
    /// it.
    NeitherPemNorPath {
        /// The parameter.
        parameter: Parameter,
    },
    /// A host is not a URL of `http://` or `https://` with host and port only.
    Host {
        /// The text; empty if it may hold a password.
        given: String,
        /// The mistake.
        why: InvalidHost,
    },
    /// A value contains characters that a header cannot contain.
    Header {
        /// The parameter.
        parameter: Parameter,
    },
    /// TLS cannot be set up. The library's error is the [`source`](std::error::Error::source) of this error.
    Tls {
        /// The library's error.
        detail: Detail,
    },
    /// The client has no transport: none was given, and the feature `reqwest` is off.
    NoTransport,
    /// A target cannot be signed and sent without a change.
    Target {
        /// The mistake.
        why: InvalidTarget,
    },
    /// A request struct cannot be encoded.
    Encode(EncodeError),
    /// A request that needs a file was sent without one.
    /// [`Client::upload_image`](crate::Client::upload_image) sends it.
    Attachment {
        /// Name of the endpoint.
        name: &'static str,
    },
}

/// A parameter of the client or of an upload, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Parameter {
    /// `mchid`
    MchId,
    /// `brand_id`
    BrandId,
    /// `serial_no`
    SerialNo,
    /// `private_key`
    PrivateKey,
    /// `public_key_id`
    PublicKeyId,
    /// `public_key`
    PublicKey,
    /// `platform_certificate`
    PlatformCertificate,
    /// `apiv3_key`
    ApiV3Key,
    /// `ca_certificate`
    CaCertificate,
    /// `user_agent`
    UserAgent,
    /// `accept_language`
    AcceptLanguage,
    /// `filename`
    Filename,
}

/// Fault in the address of a host. `{}` prints English, `{:#}` prints Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidHost {
    /// The address is not a URL.
    NotUrl,
    /// The address begins with neither `https://` nor `http://`.
    Scheme,
    /// The address has no host.
    NoHost,
    /// The address has a user name.
    UserName,
    /// The address has a path, a query or a fragment after host and port.
    Path,
}

/// Fault in a target. `{}` prints English, `{:#}` prints Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidTarget {
    /// The target does not begin with `/`.
    NoSlash,
    /// The target has characters that must be percent-encoded.
    Characters,
    /// The target has a `.` or `..` segment, which HTTP libraries resolve.
    DotSegment,
    /// The target is not a path with an optional query.
    NotTarget,
}

impl From<EncodeError> for UsageError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl Parameter {
    /// Returns the parameter's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MchId => "mchid",
            Self::BrandId => "brand_id",
            Self::SerialNo => "serial_no",
            Self::PrivateKey => "private_key",
            Self::PublicKeyId => "public_key_id",
            Self::PublicKey => "public_key",
            Self::PlatformCertificate => "platform_certificate",
            Self::ApiV3Key => "apiv3_key",
            Self::CaCertificate => "ca_certificate",
            Self::UserAgent => "user_agent",
            Self::AcceptLanguage => "accept_language",
            Self::Filename => "filename",
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for InvalidHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::NotUrl, false) => "it is not a URL; write it like https://api.mch.weixin.qq.com",
            (Self::NotUrl, true) => "不是 URL；请写成 https://api.mch.weixin.qq.com 的形式",
            (Self::Scheme, false) => "it must start with https:// or http://",
            (Self::Scheme, true) => "须以 https:// 或 http:// 开头",
            (Self::NoHost, false) => "it has no host",
            (Self::NoHost, true) => "缺少主机名",
            (Self::UserName, false) => "it must not hold a user name or password",
            (Self::UserName, true) => "不能包含用户名或密码",
            (Self::Path, false) => {
                "it must end after host and port: the path is part of what is signed, so let a gateway forward a host \
                 or port of its own"
            }
            (Self::Path, true) => "主机和端口之后不能有路径：路径是待签名串的一部分，请让网关用单独的域名或端口转发",
        })
    }
}

impl fmt::Display for InvalidTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::NoSlash, false) => "it must begin with `/`",
            (Self::NoSlash, true) => "须以 `/` 开头",
            (Self::Characters, false) => "it holds characters that must be percent-encoded",
            (Self::Characters, true) => "含有必须进行百分号编码的字符",
            (Self::DotSegment, false) => "it holds a `.` or `..` segment",
            (Self::DotSegment, true) => "含有 `.` 或 `..` 路径段",
            (Self::NotTarget, false) => "it is not a path with an optional query",
            (Self::NotTarget, true) => "不是路径加可选查询参数的形式",
        })
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        let colon = if zh { "：" } else { ": " };
        match self {
            Self::Invalid { parameter, invalid } => {
                write!(f, "{parameter}{colon}")?;
                invalid.fmt(f)
            }
            Self::KeyMixup { parameter, path, mixup } => {
                origin(f, *parameter, path.as_ref())?;
                mixup.fmt(f)
            }
            Self::Key { parameter, path, error } => {
                origin(f, *parameter, path.as_ref())?;
                error.fmt(f)
            }
            Self::Unreadable { parameter, path, why } => {
                origin(f, *parameter, Some(path))?;
                why.fmt(f)
            }
            Self::Serial { parameter, error } => {
                write!(f, "{parameter}{colon}")?;
                error.fmt(f)
            }
            Self::NeitherPemNorPath { parameter } if zh => {
                write!(f, "{parameter}：既不是 PEM（-----BEGIN ...）也不是存在的文件路径")
            }
            Self::NeitherPemNorPath { parameter } => {
                write!(f, "{parameter}: neither PEM text (-----BEGIN ...) nor the path of a file that exists")
            }
            Self::Host { given, why } if zh => write!(f, "域名 `{given}`：{why:#}"),
            Self::Host { given, why } => write!(f, "host `{given}`: {why}"),
            Self::Header { parameter } if zh => write!(f, "{parameter}：只能使用 ASCII 可见字符"),
            Self::Header { parameter } => write!(f, "{parameter}: a header can contain visible ASCII only"),
            Self::Tls { .. } if zh => {
                f.write_str("无法初始化 TLS：系统的证书库或 ca_certificate 指定的证书无法使用")
            }
            Self::Tls { .. } => f.write_str(
                "TLS cannot be set up: the system's certificates or those of ca_certificate cannot be used",
            ),
            Self::NoTransport if zh => f.write_str("没有 transport，且未启用 feature `reqwest`"),
            Self::NoTransport => f.write_str("no transport was given and the feature `reqwest` is off"),
            Self::Target { why } if zh => write!(f, "请求路径无效：{why:#}"),
            Self::Target { why } => write!(f, "the target cannot be signed: {why}"),
            Self::Encode(error) => error.fmt(f),
            Self::Attachment { name } if zh => {
                write!(f, "`{name}` 需要同时上传文件，请使用 `Client::upload_image`")
            }
            Self::Attachment { name } => {
                write!(f, "`{name}` goes with a file: send it with `Client::upload_image`")
            }
        }
    }
}

impl Error for UsageError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Tls { detail } => detail.source(),
            _ => None,
        }
    }
}

/// Writes the parameter and the file, as in `public_key (kit/wxp_pub.pem): `.
fn origin(f: &mut fmt::Formatter<'_>, parameter: Parameter, path: Option<&PathBuf>) -> fmt::Result {
    match (path, f.alternate()) {
        (None, false) => write!(f, "{parameter}: "),
        (None, true) => write!(f, "{parameter}："),
        (Some(path), false) => write!(f, "{parameter} ({}): ", path.display()),
        (Some(path), true) => write!(f, "{parameter}（{}）：", path.display()),
    }
}

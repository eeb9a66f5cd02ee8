//! Errors of the controls' client. `{}` prints English, `{:#}` Chinese; a rejection prints the sandbox's message, in the
//! language that the client requests.

use serde_json::Value;
use std::fmt;

/// The reason why a control did nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum ControlError {
    /// The sandbox rejected the request.
    Rejected(Box<Rejection>),
    /// Nothing listens at the URL.
    NoConnection {
        /// The URL of the operations.
        url: String,
    },
    /// No response came in time, or the connection broke.
    NoResponse {
        /// The URL of the operations.
        url: String,
    },
    /// The response is not that of a sandbox: the address is another program's, or a service's that is no sandbox.
    Foreign {
        /// The URL of the operations.
        url: String,
        /// The status of the response.
        status: u16,
    },
    /// The response is that of a control, in a form that this release does not know.
    Unreadable {
        /// The difference.
        why: String,
    },
    /// The operations URL is no URL.
    NoUrl {
        /// The text.
        url: String,
    },
    /// The system has no resources for a client.
    Client(reqwest::Error),
}

/// A rejection by the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Rejection {
    /// The status of the response.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The code of the error, such as `NOT_FOUND`.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The message: the fault, its place, and the next step.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// The number that the page which launched a component would get.
    pub fn errcode(&self) -> Option<i64> {
        self.body["extra_data"]["errcode"].as_i64()
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self { status: 404, body: serde_json::json!({ "code": "NOT_FOUND", "message": "" }) }
    }

    /// The whole body of the response.
    pub fn body(&self) -> &Value {
        &self.body
    }
}

impl ControlError {
    /// The rejection, if the sandbox rejected the request.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zh = f.alternate();
        match self {
            Self::Rejected(rejection) => {
                let mark = if zh { "：" } else { ": " };
                let what = if zh { "被拒绝" } else { "rejected" };
                write!(f, "{what}{mark}{}{mark}{}", rejection.code(), rejection.message())
            }
            Self::NoConnection { url } if zh => write!(f, "{url}：连接失败；沙箱是否仍在运行？"),
            Self::NoConnection { url } => write!(f, "{url}: no connection; is the sandbox running?"),
            Self::NoResponse { url } if zh => write!(f, "{url}：未收到应答"),
            Self::NoResponse { url } => write!(f, "{url}: no response"),
            Self::Foreign { url, status } if zh => write!(
                f,
                "{url} 没有沙箱控制接口（状态码 {status}）；需在 ruhui.toml 中设置 `sandbox = true`"
            ),
            Self::Foreign { url, status } => write!(
                f,
                "{url} has no controls of a sandbox (status {status}); `sandbox = true` in ruhui.toml allows them"
            ),
            Self::Unreadable { .. } if zh => f.write_str("沙箱应答的格式与本版本不符；请使用同一版本的沙箱"),
            Self::Unreadable { why } => {
                write!(
                    f,
                    "the sandbox's response has a form that this release does not know ({why}); use a sandbox of the same release"
                )
            }
            Self::NoUrl { url } if zh => {
                write!(f, "{url} 不是 URL；请填写运维监听的地址，例如 http://127.0.0.1:7082")
            }
            Self::NoUrl { url } => write!(
                f,
                "{url} is no URL; give that of the operations listener, such as http://127.0.0.1:7082"
            ),
            Self::Client(_) if zh => f.write_str("无法创建 HTTP 客户端"),
            Self::Client(error) => write!(f, "an HTTP client cannot be made: {error}"),
        }
    }
}

impl std::error::Error for ControlError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Client(error) => Some(error),
            _ => None,
        }
    }
}

//! The reason why a sandbox does not start. `{}` prints English, `{:#}` Chinese.

use ruhui_core::bilingual::OsError;
use std::fmt;

/// The reason why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The service does not start: the text of `ruhui.toml` has a mistake, or the system has no port.
    Service(ruhui_server::start::StartError),
    /// The URL of callbacks is not valid.
    NotifyUrl(ruhui::types::Invalid),
    /// The system has no thread, no port or no other resource for the sandbox.
    System(OsError),
    /// The client of the controls cannot be made.
    Controls(crate::controls::ControlError),
    /// The sandbox's thread ended during the start.
    Ended,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => error.fmt(f),
            Self::NotifyUrl(error) if f.alternate() => write!(f, "回调地址（notify_url）无效：{error:#}"),
            Self::NotifyUrl(error) => write!(f, "the URL of callbacks (notify_url) is not valid: {error}"),
            Self::Controls(error) => error.fmt(f),
            Self::System(error) if f.alternate() => write!(f, "系统无法为沙箱提供资源：{error:#}"),
            Self::System(error) => write!(f, "the system has no resources for a sandbox: {error}"),
            Self::Ended if f.alternate() => f.write_str("沙箱线程在启动过程中结束；请查看其输出的错误信息"),
            Self::Ended => {
                f.write_str("the sandbox's thread ended during the start; look for its panic in the output")
            }
        }
    }
}

impl std::error::Error for StartError {}

impl From<ruhui_server::start::StartError> for StartError {
    fn from(error: ruhui_server::start::StartError) -> Self {
        Self::Service(error)
    }
}

impl From<std::io::Error> for StartError {
    fn from(error: std::io::Error) -> Self {
        Self::System(error.into())
    }
}

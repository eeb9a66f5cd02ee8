//! Arguments of `token`.

use crate::cli::OutputArguments;
use crate::credentials::CredentialArguments;
use clap::{Args, ValueEnum};

/// The two paths of the service providers' token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenPath {
    /// The path of the document since July 2025 / 2025 年 7 月起文档中的路径
    PreAuthTokens,
    /// The path of the document of 24 June 2025 / 2025 年 6 月 24 日版文档中的路径
    OpenUserCardTokens,
}

impl TokenPath {
    /// Returns the value that `--path` takes: the last segment of the path.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::PreAuthTokens => "pre-auth-tokens",
            Self::OpenUserCardTokens => "open-user-card-tokens",
        }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::PreAuthTokens => Self::OpenUserCardTokens,
            Self::OpenUserCardTokens => Self::PreAuthTokens,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct TokenArguments {
    /// The path of the endpoint, for service providers; the fields are the same, the errors differ / 接口路径（服务商）：两者字段相同，错误码不同
    #[arg(long, value_name = "PATH", default_value = "pre-auth-tokens", env = "RUHUI_TOKEN_PATH")]
    pub(crate) path: TokenPath,

    /// The card template / 会员卡模板ID
    #[arg(long, env = "RUHUI_CARD_ID")]
    pub(crate) card_id: Option<String>,

    /// The user, under the template's AppID / 用户标识（模板所属 AppID 下的 openid）
    #[arg(long, env = "RUHUI_OPENID")]
    pub(crate) openid: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,
}

//! Arguments of `listen`.

use crate::cli::OutputArguments;
use crate::credentials::CredentialArguments;
use clap::Args;
use ruhui_core::api::event::EventTypeName;
use ruhui_core::bilingual::Bilingual;
use std::net::SocketAddr;

#[derive(Debug, Args)]
pub(crate) struct ListenArguments {
    /// The address to listen on; by default that of the kit's callbacks, or 127.0.0.1:7083 / 监听地址，默认为 kit 的回调地址，否则为 127.0.0.1:7083
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<SocketAddr>,

    /// The URL to which the sandbox sends callbacks, as its kit has it / 沙箱发送回调通知的 URL，取自 kit
    #[arg(long, value_name = "URL", env = "RUHUI_NOTIFY_URL", hide = true)]
    pub(crate) notify_url: Option<String>,

    /// Forward each verified callback to this URL, and return its response / 将通过验签的回调通知转发到该 URL，并返回其应答
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub(crate) forward_to: Option<reqwest::Url>,

    /// Forward the bytes and headers unchanged; this is the default / 原样转发报文与 HTTP 头（默认）
    #[arg(long, requires = "forward_to", conflicts_with = "plain")]
    pub(crate) encrypted: bool,

    /// Forward the callback with the decrypted resource, unsigned / 转发解密后的明文（无签名）
    #[arg(long, requires = "forward_to")]
    pub(crate) plain: bool,

    /// Print and forward only these event types, such as USER_CARD.CREATE; others are accepted / 只显示和转发这些类型的事件，例如 USER_CARD.CREATE；其他事件直接接受
    #[arg(long, value_name = "TYPES", value_delimiter = ',', value_parser = event_type)]
    pub(crate) events: Vec<EventTypeName>,

    /// Print phone numbers and form answers in full / 完整显示手机号与用户填写的信息
    #[arg(long)]
    pub(crate) show_sensitive: bool,

    /// The APIv3 key, or a brand's API key; text, or `@file` / APIv3密钥（品牌为品牌API密钥）：文本或 `@文件`
    #[arg(long, value_name = "KEY", env = "RUHUI_APIV3_KEY", hide_env_values = true)]
    pub(crate) apiv3_key: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,
}

fn web_address(text: &str) -> Result<reqwest::Url, Bilingual> {
    let not_a_url = (
        "it is not a URL; write it like http://127.0.0.1:8080/notify",
        "不是 URL；请写成 http://127.0.0.1:8080/notify 的形式",
    );
    let url: reqwest::Url = text.parse().map_err(|_| Bilingual::from(not_a_url))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(("it must begin with http:// or https://", "须以 http:// 或 https:// 开头").into()),
    }
}

fn event_type(text: &str) -> Result<EventTypeName, Bilingual> {
    EventTypeName::new(text).map_err(|error| Bilingual::of(&error))
}

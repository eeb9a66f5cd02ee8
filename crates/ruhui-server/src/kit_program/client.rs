//! Libraries and tools that the programs of a kit are written for.

use ruhui_core::bilingual::Bilingual;
use std::fmt;
use std::str::FromStr;

/// A library or tool that a program of the kit is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KitClient {
    /// Java without a library.
    Java,
    /// Go's standard library.
    Go,
    /// npm `wechatpay-axios-plugin`.
    Node,
    /// PyPI `wechatpayv3`.
    Python,
    /// PHP with its extension openssl.
    Php,
    /// A shell with openssl and curl.
    Curl,
    /// This project's crate.
    Rust,
    /// The official Java library.
    WechatpayJava,
    /// The official Go library.
    WechatpayGo,
    /// The official PHP library.
    WechatpayPhp,
    /// WxJava, `weixin-java-pay`.
    WxJava,
    /// SKIT.FlurlHttpClient.Wechat.TenpayV3, for .NET.
    Skit,
}

impl KitClient {
    /// All of them, those that CI runs first.
    pub const ALL: [Self; 12] = [
        Self::Java,
        Self::Go,
        Self::Node,
        Self::Python,
        Self::Php,
        Self::Curl,
        Self::Rust,
        Self::WechatpayJava,
        Self::WechatpayGo,
        Self::WechatpayPhp,
        Self::WxJava,
        Self::Skit,
    ];

    /// Returns the name for programs, such as `wechatpay-java`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Go => "go",
            Self::Node => "node",
            Self::Python => "python",
            Self::Php => "php",
            Self::Curl => "curl",
            Self::Rust => "rust",
            Self::WechatpayJava => "wechatpay-java",
            Self::WechatpayGo => "wechatpay-go",
            Self::WechatpayPhp => "wechatpay-php",
            Self::WxJava => "wxjava",
            Self::Skit => "skit",
        }
    }

    /// Returns the name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Java => "Java",
            Self::Go => "Go",
            Self::Node => "Node.js",
            Self::Python => "Python",
            Self::Php => "PHP",
            Self::Curl => "curl",
            Self::Rust => "Rust",
            Self::WechatpayJava => "wechatpay-java",
            Self::WechatpayGo => "wechatpay-go",
            Self::WechatpayPhp => "wechatpay-php",
            Self::WxJava => "WxJava",
            Self::Skit => "SKIT (.NET)",
        }
    }

    /// Returns what the programs are written with.
    pub const fn description(self) -> Bilingual {
        match self {
            Self::Java => Bilingual::fixed("The JDK alone", "仅使用 JDK"),
            Self::Go => Bilingual::fixed("The standard library of Go", "仅使用 Go 标准库"),
            Self::Node => Bilingual::fixed("npm wechatpay-axios-plugin", "npm 包 wechatpay-axios-plugin"),
            Self::Python => Bilingual::fixed("PyPI wechatpayv3", "PyPI 包 wechatpayv3"),
            Self::Php => Bilingual::fixed("PHP with its extension openssl", "PHP 及其 openssl 扩展"),
            Self::Curl => Bilingual::fixed("openssl and curl", "openssl 与 curl"),
            Self::Rust => Bilingual::fixed("This project's crate", "本项目的 crate"),
            Self::WechatpayJava => {
                Bilingual::fixed("The official Java library; not run in CI", "官方 Java 库；CI 未运行")
            }
            Self::WechatpayGo => {
                Bilingual::fixed("The official Go library; not run in CI", "官方 Go 库；CI 未运行")
            }
            Self::WechatpayPhp => {
                Bilingual::fixed("The official PHP library; not run in CI", "官方 PHP 库；CI 未运行")
            }
            Self::WxJava => Bilingual::fixed(
                "WxJava (weixin-java-pay); not run in CI",
                "WxJava（weixin-java-pay）；CI 未运行",
            ),
            Self::Skit => Bilingual::fixed(
                "SKIT.FlurlHttpClient.Wechat.TenpayV3 for .NET; not run in CI",
                ".NET 库 SKIT.FlurlHttpClient.Wechat.TenpayV3；CI 未运行",
            ),
        }
    }

    /// Returns the library with the version whose public source the programs were written from. `None` for a client whose
    /// programs CI runs.
    pub const fn not_run_in_ci(self) -> Option<&'static str> {
        Some(match self {
            Self::WechatpayJava => "com.github.wechatpay-apiv3:wechatpay-java 0.2.17",
            Self::WechatpayGo => "github.com/wechatpay-apiv3/wechatpay-go v0.2.21",
            Self::WechatpayPhp => "wechatpay/wechatpay 1.4.12",
            Self::WxJava => "com.github.binarywang:weixin-java-pay 4.8.0",
            Self::Skit => "SKIT.FlurlHttpClient.Wechat.TenpayV3 3.16.0",
            _ => return None,
        })
    }

    /// Returns why [`Curl`](Self::Curl) has no program that receives callbacks.
    pub fn no_callbacks() -> Bilingual {
        Bilingual::fixed(
            "curl has no program that receives callbacks: a shell cannot decrypt them; run `ruhui listen`",
            "curl 没有接收回调通知的程序：shell 无法解密；请使用 `ruhui listen`",
        )
    }
}

/// Name that is none of a [`KitClient`]. `{}` prints English, `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownClient(String);

impl fmt::Display for UnknownClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = KitClient::ALL.map(KitClient::as_str).join(", ");
        let name: String = self.0.chars().take(32).collect();
        if f.alternate() {
            write!(f, "没有 {name:?}；可选：{names}")
        } else {
            write!(f, "there is no {name:?}; possible are {names}")
        }
    }
}

impl std::error::Error for UnknownClient {}

impl FromStr for KitClient {
    type Err = UnknownClient;

    fn from_str(name: &str) -> Result<Self, UnknownClient> {
        let found = Self::ALL.into_iter().find(|client| client.as_str() == name);
        found.ok_or_else(|| UnknownClient(name.to_owned()))
    }
}

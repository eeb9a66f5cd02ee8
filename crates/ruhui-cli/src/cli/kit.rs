//! Arguments of `kit`.

use crate::cli::OutputArguments;
use clap::{Args, ValueEnum};
use ruhui_core::programming_language::ProgrammingLanguage;
use std::path::PathBuf;

/// The language of a program that gets a first token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Client {
    /// The JDK alone / 仅使用 JDK
    Java,
    /// The standard library of Go / 仅使用 Go 标准库
    Go,
    /// npm wechatpay-axios-plugin / npm 包 wechatpay-axios-plugin
    Node,
    /// PyPI wechatpayv3 / PyPI 包 wechatpayv3
    Python,
    /// The official PHP library wechatpay/wechatpay / 官方 PHP 库 wechatpay/wechatpay
    Php,
    /// openssl and curl / openssl 与 curl
    Curl,
    /// This project's crate / 本项目的 crate
    Rust,
}

impl Client {
    /// Returns the programming language of the program.
    pub(crate) fn language(self) -> ProgrammingLanguage {
        match self {
            Self::Java => ProgrammingLanguage::Java,
            Self::Go => ProgrammingLanguage::Go,
            Self::Node => ProgrammingLanguage::Node,
            Self::Python => ProgrammingLanguage::Python,
            Self::Php => ProgrammingLanguage::Php,
            Self::Curl => ProgrammingLanguage::Curl,
            Self::Rust => ProgrammingLanguage::Rust,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct KitArguments {
    /// The language or tool; without it, the kit's variables are printed / 编程语言或工具；不指定时输出 kit 的环境变量
    #[arg(long = "for", value_name = "CLIENT")]
    pub(crate) client: Option<Client>,

    /// The kit's folder; by default the kit of a sandbox in this folder or above it / kit 目录，默认取当前目录或上级目录中的沙箱
    #[arg(long, value_name = "FOLDER", env = "RUHUI_KIT")]
    pub(crate) kit: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

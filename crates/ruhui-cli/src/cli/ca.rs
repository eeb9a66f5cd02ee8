//! Arguments of `ca`.

use crate::cli::{Output, OutputArguments};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CaArguments {
    #[command(subcommand)]
    pub(crate) command: CaCommand,
}

/// A look at the CA of a sandbox.
#[derive(Debug, Subcommand)]
pub(crate) enum CaCommand {
    /// Show the CA, or the lines that make a runtime trust it and use the proxy / 显示 CA，或让某个运行环境信任该 CA 并使用代理的命令
    Show(ShowCaArguments),
}

impl CaArguments {
    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        let CaCommand::Show(arguments) = &self.command;
        arguments.output.output
    }
}

/// `eval "$(ruhui ca show --for go)"` runs the lines in this shell. / `eval "$(ruhui ca show --for go)"` 可在当前终端执行这些命令。
#[derive(Debug, Args)]
pub(crate) struct ShowCaArguments {
    /// The runtime or store; without it, the certificate is printed / 运行环境或信任库；不指定时输出证书
    #[arg(long = "for", value_name = "RUNTIME")]
    pub(crate) runtime: Option<Runtime>,

    /// Print the lines that undo it instead / 改为输出撤销命令
    #[arg(long, requires = "runtime")]
    pub(crate) undo: bool,

    /// The kit's folder; by default the kit of a sandbox in this folder or above it / kit 目录，默认取当前目录或上级目录中的沙箱
    #[arg(long, value_name = "FOLDER", env = "RUHUI_KIT")]
    pub(crate) kit: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// A runtime, tool or store that has CAs and proxies of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runtime {
    /// Variables / 环境变量
    Go,
    /// A copy of the trust store, and options of the virtual machine / 信任库副本与虚拟机参数
    Java,
    /// Variables, and a script that each process loads / 环境变量与预加载脚本
    Node,
    /// Variables of requests, httpx and the ssl module / requests、httpx 与 ssl 模块的环境变量
    Python,
    /// A folder of settings next to PHP's own / 附加的 PHP 配置目录
    Php,
    /// Variables, on Linux; not run in CI / 环境变量（Linux）；未在 CI 中运行
    Dotnet,
    /// Variables / 环境变量
    Curl,
    /// Variables of rustls's and OpenSSL's stores / rustls 与 OpenSSL 信任库的环境变量
    Rust,
    /// The trust store of Debian, for all users; needs root / Debian 系统信任库，影响所有用户，需要 root 权限
    Debian,
}

impl Runtime {
    /// The names of all, as a user may type one.
    pub(crate) const NAMES: &str = "go|java|node|python|php|dotnet|curl|rust|debian";

    /// Returns the name in the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Java => "java",
            Self::Node => "node",
            Self::Python => "python",
            Self::Php => "php",
            Self::Dotnet => "dotnet",
            Self::Curl => "curl",
            Self::Rust => "rust",
            Self::Debian => "debian",
        }
    }

    /// Whether CI runs the lines for it.
    pub(crate) fn is_run_in_ci(self) -> bool {
        self != Self::Dotnet
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runtime_has_the_name_that_is_typed() {
        let words: Vec<_> = Runtime::value_variants().iter().map(|runtime| runtime.word()).collect();
        assert_eq!(words.join("|"), Runtime::NAMES);
        for runtime in Runtime::value_variants() {
            assert_eq!(runtime.to_possible_value().unwrap().get_name(), runtime.word());
        }
    }
}

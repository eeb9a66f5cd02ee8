//! Arguments of `sandbox` and `serve`.

use super::store::StoreArguments;
use crate::cli::{OutputArguments, StateCommand};
use clap::Args;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::types::NotifyUrl;
use ruhui_server::domain::ControlHost;
use ruhui_server::sandbox::Ports;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Without a command, a sandbox starts in FOLDER. The commands act on the running one. / 不带子命令时在 FOLDER 目录启动沙箱；子命令用于运行中的沙箱。
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SandboxArguments {
    #[command(subcommand)]
    pub(crate) command: Option<StateCommand>,

    /// The sandbox's folder, by default ./ruhui-sandbox; a path such as ./mine makes a new one. Without FOLDER and with
    /// `--store memory`, no folder is left: see docs/guide/sandbox-in-tests.md / 沙箱目录，默认为 ./ruhui-sandbox；新目录请写成
    /// ./mine 的形式。省略 FOLDER 且使用 `--store memory` 时不留下任何目录，见 docs/guide/sandbox-in-tests.zh-CN.md
    pub(crate) folder: Option<PathBuf>,

    /// Serve HTTPS for the real host names, with a certificate of the sandbox's CA (kit/ca.pem) / 使用沙箱自签 CA（kit/ca.pem）的证书，以真实域名提供 HTTPS
    #[arg(long)]
    pub(crate) tls: bool,

    /// Address of the main host, instead of the file's / 主域名的监听地址，代替配置文件中的值
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) main: Option<SocketAddr>,

    /// Address of the backup host, instead of the file's / 备域名的监听地址，代替配置文件中的值
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) backup: Option<SocketAddr>,

    /// Address of /readyz and the controls, instead of the file's / /readyz 与沙箱控制接口的监听地址，代替配置文件中的值
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) operations: Option<SocketAddr>,

    /// Start a proxy, too, for programs with WeChat Pay's host names built in; it turns --tls on. Give another address as --proxy=ADDRESS / 同时启动代理，供写死微信支付域名的程序使用；会启用 --tls。指定监听地址请写成 --proxy=ADDRESS
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true)]
    pub(crate) proxy: Option<Option<SocketAddr>>,

    /// Let other machines use the proxy, if its address is not on loopback / 监听地址不在本机回环时，允许其他机器使用代理
    #[arg(long, requires = "proxy")]
    pub(crate) proxy_beyond_loopback: bool,

    /// Five ports in a row: main, backup, operations, callbacks, proxy; 0 chooses free ones. A new ruhui.toml keeps them / 连续五个端口：主域名、备域名、运维、回调、代理；0 为自动选择空闲端口。新建的 ruhui.toml 会保留它们
    #[arg(long, value_name = "FIRST", value_parser = first_port, conflicts_with_all = ["main", "backup", "operations"])]
    pub(crate) ports: Option<u16>,

    /// IP address of the listeners, but not of the proxy: 0.0.0.0 lets containers and other machines use the sandbox and its controls / 各监听（代理除外）的 IP 地址；0.0.0.0 允许容器与其他机器访问沙箱及其控制接口
    #[arg(long, value_name = "IP", env = "RUHUI_BIND")]
    pub(crate) bind: Option<IpAddr>,

    /// Host names under which the controls may be requested, next to those of the file: `--control-hosts sandbox,host.docker.internal` / 除配置文件所列外，允许访问控制接口的主机名：`--control-hosts sandbox,host.docker.internal`
    #[arg(long, value_name = "NAMES", env = "RUHUI_CONTROL_HOSTS", value_delimiter = ',', value_parser = ControlHost::new)]
    pub(crate) control_hosts: Vec<ControlHost>,

    /// Where callbacks go, instead of the file's URL / 回调地址，代替配置文件中的值
    #[arg(long, value_name = "URL")]
    pub(crate) notify_url: Option<NotifyUrl>,

    #[command(flatten)]
    pub(crate) store: StoreArguments,

    /// Stop when standard input is closed: when the program that started the sandbox ends / 标准输入关闭时停止：启动沙箱的程序结束后沙箱随之停止
    #[arg(long)]
    pub(crate) until_stdin_closes: bool,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// The configuration file / 配置文件
    #[arg(default_value = "ruhui.toml")]
    pub(crate) config: PathBuf,

    #[command(flatten)]
    pub(crate) store: StoreArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

fn first_port(text: &str) -> Result<u16, Bilingual> {
    let last = Ports::LAST;
    text.parse().ok().filter(|first| *first <= last).ok_or_else(|| {
        Bilingual::new(
            format!("it must be 0, or a port from 1 to {last}, which four others follow"),
            format!("须为 0，或 1 至 {last} 之间的端口（其后还有四个端口）"),
        )
    })
}

//! Arguments of `kit`.

use crate::cli::OutputArguments;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use ruhui_server::kit_program::KitClient;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct KitArguments {
    /// The language, library or tool; without it, the kit's variables are printed / 编程语言、库或工具；不指定时输出 kit 的环境变量
    #[arg(long = "for", value_name = "CLIENT", value_parser = kit_client())]
    pub(crate) client: Option<KitClient>,

    /// Print a program that receives, verifies and decrypts callbacks, instead of one that gets a token / 输出接收、验签并解密回调通知的程序，而非获取 token 的程序
    #[arg(long, requires = "client")]
    pub(crate) callbacks: bool,

    /// The kit's folder; by default the kit of a sandbox in this folder or above it / kit 目录，默认取当前目录或上级目录中的沙箱
    #[arg(long, value_name = "FOLDER", env = "RUHUI_KIT")]
    pub(crate) kit: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

fn kit_client() -> impl TypedValueParser<Value = KitClient> {
    let value = |client: KitClient| {
        let what = client.description();
        PossibleValue::new(client.as_str()).help(format!("{} / {}", what.en(), what.zh()))
    };
    PossibleValuesParser::new(KitClient::ALL.map(value)).try_map(|name| name.parse::<KitClient>())
}

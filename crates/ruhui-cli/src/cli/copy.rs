//! Arguments of `backup` and `restore`.

use super::OutputArguments;
use super::store::StoreArguments;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// The file of the backup / 备份文件
    pub(crate) file: PathBuf,

    /// Overwrite the file if it exists / 覆盖已有的备份文件
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) which: WhichArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// The backup / 备份文件
    pub(crate) file: PathBuf,

    /// Overwrite an earlier .before-restore, and replace also a store that cannot be read / 覆盖此前保留的 .before-restore，并允许替换无法读取的存储
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) which: WhichArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// Which service's store.
#[derive(Debug, Args)]
pub(crate) struct WhichArguments {
    /// The service's configuration file, or a sandbox's folder; by default ruhui.toml in this folder, else that of the sandbox of RUHUI_KIT or of this folder; not read if --store is given / 服务的配置文件或沙箱目录；默认为当前目录的 ruhui.toml，其次为 RUHUI_KIT 或当前目录中的沙箱；指定 --store 时不读取
    pub(crate) config: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

//! Arguments of the commands that put a running sandbox back: `ruhui sandbox reset`, `snapshot` and the others.

use super::{ControlArguments, Output, OutputArguments};
use clap::{Args, Subcommand};

/// A command for a running sandbox.
#[derive(Debug, Subcommand)]
pub(crate) enum StateCommand {
    /// Put the running sandbox back to its beginning / 将运行中的沙箱恢复到初始状态
    ///
    /// Tokens, cards, events and everything else that was made are gone; what ruhui.toml has is there as it is now. The business clock shows the machine's time. Keys and kit stay, and requests meanwhile wait. / token、会员卡、事件等全部清除，只保留 ruhui.toml 当前的内容；业务时钟回到本机时间。密钥与 kit 不变，期间的请求会等待。
    Reset(ResetArguments),
    /// Keep the running sandbox's state under a name / 将运行中沙箱的状态保存为快照
    ///
    /// The state of a running sandbox, to go back to with `ruhui sandbox restore NAME`: a file in its folder `snapshots`. `ruhui backup FILE` copies the store of any service, running or stopped, for a disaster. / 保存运行中沙箱的状态，文件位于沙箱目录的 `snapshots` 下，可用 `ruhui sandbox restore 名称` 恢复。`ruhui backup 文件` 则备份任意服务的存储（无论是否在运行），用于灾难恢复。
    Snapshot(SnapshotArguments),
    /// Put the running sandbox back to a snapshot / 将运行中的沙箱恢复到快照
    ///
    /// Tokens, cards, waiting events and the business clock are as they were; keys and kit stay. `ruhui restore FILE` replaces the store of a stopped service with a backup. / token、会员卡、待送达的事件与业务时钟均恢复原状，密钥与 kit 不变。`ruhui restore 文件` 则用备份替换已停止的服务的存储。
    Restore(RestoreStateArguments),
    /// List the snapshots / 列出快照
    Snapshots(ResetArguments),
    /// Delete a snapshot / 删除快照
    DeleteSnapshot(RestoreStateArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ResetArguments {
    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

#[derive(Debug, Args)]
pub(crate) struct SnapshotArguments {
    /// The name: letters, digits, `.`, `_`, `-`; at most 64 / 名称：英文字母、数字、`.`、`_`、`-`，最多 64 个
    pub(crate) name: String,

    /// Overwrite the snapshot if it exists / 覆盖已有的同名快照
    #[arg(long)]
    pub(crate) overwrite: bool,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreStateArguments {
    /// The name of the snapshot / 快照名称
    pub(crate) name: String,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

impl StateCommand {
    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        match self {
            Self::Reset(arguments) | Self::Snapshots(arguments) => arguments.output.output,
            Self::Snapshot(arguments) => arguments.output.output,
            Self::Restore(arguments) | Self::DeleteSnapshot(arguments) => arguments.output.output,
        }
    }

    pub(super) fn controls_mut(&mut self) -> &mut ControlArguments {
        match self {
            Self::Reset(arguments) | Self::Snapshots(arguments) => &mut arguments.controls,
            Self::Snapshot(arguments) => &mut arguments.controls,
            Self::Restore(arguments) | Self::DeleteSnapshot(arguments) => &mut arguments.controls,
        }
    }
}

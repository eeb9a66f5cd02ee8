//! Arguments of `completions` and `man`, which print the definition of the command line.

use crate::cli::OutputArguments;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell / Shell 类型
    pub(crate) shell: clap_complete::Shell,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// The command whose page is printed, such as `user join`; by default `ruhui` / 要输出手册页的命令，例如 `user join`；默认为 `ruhui`
    #[arg(value_name = "COMMAND")]
    pub(crate) of: Vec<String>,

    /// Write the pages of all commands to this folder / 将全部手册页写入该目录
    #[arg(long, value_name = "FOLDER", conflicts_with = "of")]
    pub(crate) to: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

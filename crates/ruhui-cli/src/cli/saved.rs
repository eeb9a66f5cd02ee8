//! What the commands take that look at saved messages.

use crate::cli::{OutputArguments, SECONDS};
use crate::credentials::CredentialArguments;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// The reply as `curl -i` prints it: status line, headers, an empty line, the body; `-` for standard input / 应答报文
    #[arg(value_name = "FILE")]
    pub(crate) reply: PathBuf,

    /// The moment the reply is judged at, in Unix seconds; now by default / 验签时刻
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(SECONDS))]
    pub(crate) at: Option<i64>,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The request as it went over the wire: request line, headers, an empty line, the body; `-` for standard input / 请求报文
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The moment the request is judged at, in Unix seconds; now by default / 判断时刻
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(SECONDS))]
    pub(crate) at: Option<i64>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) credentials: CredentialArguments,
}

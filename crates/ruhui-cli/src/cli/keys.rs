//! Arguments of `keys`.

use crate::cli::{ActArguments, Output};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct KeysArguments {
    #[command(subcommand)]
    command: Option<KeysCommand>,

    #[command(flatten)]
    act: ActArguments,
}

/// A look at the keys of a sandbox, or a change of them.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Show the keys of the platform and of the merchants; this is the default / 显示平台与商户的密钥（默认）
    Show(ActArguments),
    /// Move a merchant to a stage of the move to the public key / 将商户切换到某个密钥阶段
    Stage {
        /// The stage / 阶段
        #[arg(value_name = "STAGE", value_enum)]
        stage: Stage,

        /// The share of callbacks that the public key signs, in percent / 由微信支付公钥签名的回调比例（百分比）
        #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
        public_key_callbacks: Option<u8>,

        #[command(flatten)]
        merchant: MerchantArguments,

        #[command(flatten)]
        act: ActArguments,
    },
    /// Issue a platform certificate, which is listed and does not sign yet / 签发新的平台证书（可下载，暂不用于签名）
    NewPlatformCertificate {
        /// The file to write the certificate to / 写入证书的文件
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,

        #[command(flatten)]
        act: ActArguments,
    },
    /// Let a platform certificate sign from now on / 改用某张平台证书签名
    Use(SerialArguments),
    /// Take a platform certificate off the list / 停用某张平台证书
    Retire(SerialArguments),
    /// Issue an API certificate for a merchant, with its private key / 为商户签发新的 API 证书及私钥
    NewMerchantCertificate {
        /// The folder for apiclient_key.pem and apiclient_cert.pem; by default both are printed / 写入 apiclient_key.pem 与 apiclient_cert.pem 的目录，默认直接输出
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,

        #[command(flatten)]
        merchant: MerchantArguments,

        #[command(flatten)]
        act: ActArguments,
    },
    /// Revoke an API certificate of a merchant / 吊销商户的某张 API 证书
    Revoke {
        #[command(flatten)]
        serial: SerialArguments,

        #[command(flatten)]
        merchant: MerchantArguments,
    },
    /// Replace a merchant's APIv3 key / 更换商户的 APIv3密钥
    NewApiv3Key {
        /// The key, 32 characters; a random one by default / 32 个字符的密钥，默认随机生成
        #[arg(value_name = "KEY")]
        key: Option<String>,

        #[command(flatten)]
        merchant: MerchantArguments,

        #[command(flatten)]
        act: ActArguments,
    },
}

/// The stages, with the names of the controls.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Platform certificates only / 只有平台证书
    Certificates,
    /// Both; the certificate signs by default / 两者并存，默认用平台证书
    BothCertificate,
    /// Both; the public key signs by default / 两者并存，默认用微信支付公钥
    BothPublicKey,
    /// The public key only / 只有微信支付公钥
    PublicKey,
}

impl Stage {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Certificates => "certificates",
            Self::BothCertificate => "both_certificate",
            Self::BothPublicKey => "both_public_key",
            Self::PublicKey => "public_key",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SerialArguments {
    /// The serial number / 序列号
    #[arg(value_name = "SERIAL")]
    pub(crate) serial_no: String,

    #[command(flatten)]
    pub(crate) act: ActArguments,
}

#[derive(Debug, Args)]
pub(crate) struct MerchantArguments {
    /// The merchant; the kit's by default / 商户号，默认取自 kit
    #[arg(long, value_name = "MCHID", env = "RUHUI_MCHID")]
    pub(crate) mchid: Option<String>,
}

impl KeysArguments {
    /// Returns the command, which is `show` if none is given.
    pub(crate) fn command(self) -> KeysCommand {
        self.command.unwrap_or(KeysCommand::Show(self.act))
    }

    pub(super) fn act_mut(&mut self) -> &mut ActArguments {
        match &mut self.command {
            None => &mut self.act,
            Some(command) => command.act_mut(),
        }
    }

    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        self.command.as_ref().map_or(&self.act, KeysCommand::act).output.output
    }
}

impl KeysCommand {
    pub(crate) fn act(&self) -> &ActArguments {
        match self {
            Self::Use(SerialArguments { act, .. })
            | Self::Retire(SerialArguments { act, .. })
            | Self::Revoke { serial: SerialArguments { act, .. }, .. }
            | Self::Show(act)
            | Self::Stage { act, .. }
            | Self::NewPlatformCertificate { act, .. }
            | Self::NewMerchantCertificate { act, .. }
            | Self::NewApiv3Key { act, .. } => act,
        }
    }

    fn act_mut(&mut self) -> &mut ActArguments {
        match self {
            Self::Use(SerialArguments { act, .. })
            | Self::Retire(SerialArguments { act, .. })
            | Self::Revoke { serial: SerialArguments { act, .. }, .. }
            | Self::Show(act)
            | Self::Stage { act, .. }
            | Self::NewPlatformCertificate { act, .. }
            | Self::NewMerchantCertificate { act, .. }
            | Self::NewApiv3Key { act, .. } => act,
        }
    }
}

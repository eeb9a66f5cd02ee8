//! Arguments of `state`, the contents of a sandbox.

use crate::cli::{ActArguments, Output};
use clap::{Args, Subcommand, ValueEnum};

/// Without a command, the numbers of all things are shown. / 不带子命令时显示各类数据的数量。
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ContentsArguments {
    #[command(subcommand)]
    pub(crate) command: Option<ContentsCommand>,

    #[command(flatten)]
    pub(crate) act: ActArguments,
}

/// A kind of thing that a sandbox has.
#[derive(Debug, Subcommand)]
pub(crate) enum ContentsCommand {
    /// Show merchants, with their brands, certificates and key stage / 查看商户及其品牌、证书与密钥阶段
    Merchants(ActArguments),
    /// Show brands, with their merchants, templates and activities / 查看品牌及其商户、模板与活动
    Brands(ActArguments),
    /// Show card templates, or all of one / 查看会员卡模板，或某个模板的全部内容
    Templates {
        /// The template, to see all of it / 会员卡模板ID，用于查看其全部内容
        #[arg(value_name = "CARD_ID")]
        card_id: Option<String>,

        #[command(flatten)]
        act: ActArguments,
    },
    /// List user cards, or show the life of one user's cards / 列出用户会员卡，或查看某个用户的会员卡及其经历
    UserCards(UserCardsArguments),
    /// List users: of `ruhui.toml`, and those who have cards / 列出用户：ruhui.toml 中的，以及领取过会员卡的
    Users(PageArguments),
    /// List tokens, the newest first, with the time that is left / 列出预授权 token 及剩余时间，最新的在前
    Tokens(TokensArguments),
    /// List activities, the newest first, or show one / 列出有礼活动（最新的在前），或查看某个活动
    Activities {
        /// The number of the activity, to see all of it / 活动编号，用于查看其全部内容
        #[arg(value_name = "ID")]
        id: Option<String>,

        #[command(flatten)]
        act: ActArguments,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UserCardsArguments {
    /// The user, to see all cards and their life / 用户标识，用于查看其全部会员卡及经历
    #[arg(value_name = "OPENID")]
    pub(crate) openid: Option<String>,

    /// The template: a filter of the list; with OPENID the kit's by default / 会员卡模板ID：列表的筛选条件；给出 OPENID 时默认取自 kit
    #[arg(long, value_name = "CARD_ID")]
    pub(crate) card_id: Option<String>,

    /// Only cards in this state / 仅该状态的会员卡
    #[arg(long, value_name = "STATE", conflicts_with = "openid")]
    pub(crate) state: Option<CardState>,

    /// Print phone numbers and form answers in full / 完整显示手机号与用户填写的信息
    #[arg(long)]
    pub(crate) show_sensitive: bool,

    #[command(flatten)]
    pub(crate) page: PageArguments,
}

#[derive(Debug, Args)]
pub(crate) struct PageArguments {
    /// How many at most / 最多列出的个数
    #[arg(long, short = 'n', value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,

    /// Go on after a page: the text that its last line shows / 从某一页之后继续：该页末行给出的文本
    #[arg(long, value_name = "NEXT")]
    pub(crate) after: Option<String>,

    #[command(flatten)]
    pub(crate) act: ActArguments,
}

#[derive(Debug, Args)]
pub(crate) struct TokensArguments {
    /// Only tokens in this state / 仅该状态的 token
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<TokenState>,

    /// Only tokens of this user / 仅该用户的 token
    #[arg(long, value_name = "OPENID")]
    pub(crate) openid: Option<String>,

    /// How many at most / 最多列出的个数
    #[arg(long, short = 'n', value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,

    #[command(flatten)]
    pub(crate) act: ActArguments,
}

/// State of a user card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CardState {
    /// It waits for the merchant's confirmation / 待商户确认
    Unactivated,
    /// It is in force / 有效
    Effective,
    /// Its validity has ended / 已过期
    Expired,
    /// It was rejected, invalidated or deleted / 已失效（被拒绝、作废或删除）
    Invalid,
}

impl CardState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unactivated => "UNACTIVATED",
            Self::Effective => "EFFECTIVE",
            Self::Expired => "EXPIRED",
            Self::Invalid => "INVALID",
        }
    }
}

/// State of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenState {
    /// It can be used / 未使用
    Unused,
    /// The user has joined with it / 已使用
    Used,
    /// Its time is over / 已过期
    Expired,
}

impl TokenState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Used => "used",
            Self::Expired => "expired",
        }
    }
}

impl ContentsArguments {
    pub(super) fn act_mut(&mut self) -> &mut ActArguments {
        match &mut self.command {
            None => &mut self.act,
            Some(ContentsCommand::Merchants(act) | ContentsCommand::Brands(act)) => act,
            Some(ContentsCommand::Templates { act, .. } | ContentsCommand::Activities { act, .. }) => act,
            Some(ContentsCommand::UserCards(arguments)) => &mut arguments.page.act,
            Some(ContentsCommand::Users(page)) => &mut page.act,
            Some(ContentsCommand::Tokens(arguments)) => &mut arguments.act,
        }
    }

    /// Returns the arguments of the sandbox and of the output.
    pub(crate) fn act(&self) -> &ActArguments {
        match &self.command {
            None => &self.act,
            Some(ContentsCommand::Merchants(act) | ContentsCommand::Brands(act)) => act,
            Some(ContentsCommand::Templates { act, .. } | ContentsCommand::Activities { act, .. }) => act,
            Some(ContentsCommand::UserCards(arguments)) => &arguments.page.act,
            Some(ContentsCommand::Users(page)) => &page.act,
            Some(ContentsCommand::Tokens(arguments)) => &arguments.act,
        }
    }

    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        self.act().output.output
    }
}

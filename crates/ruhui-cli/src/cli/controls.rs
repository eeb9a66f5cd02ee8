//! Arguments of the commands that use a sandbox's controls: simulated users, the business clock, callbacks.

use crate::cli::{Output, OutputArguments};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Subcommand};
use ruhui::api::card_member::CommonFieldName;
use ruhui_core::bilingual::Bilingual;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Where the sandbox is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sandbox / 沙箱")]
pub(crate) struct ControlArguments {
    /// The address of the sandbox's operations listener; the kit's by default / 沙箱的运维监听地址，默认取自 kit
    #[arg(long, value_name = "URL", env = "RUHUI_OPERATIONS_URL")]
    pub(crate) operations_url: Option<String>,

    /// The kit's folder; by default the kit of a sandbox in this folder or above it / kit 目录，默认取当前目录或上级目录中的沙箱
    #[arg(long, value_name = "FOLDER", env = "RUHUI_KIT")]
    pub(crate) kit: Option<PathBuf>,

    /// The arguments that the environment gives, where the command line names another kit.
    #[arg(skip)]
    stale: BTreeSet<String>,
}

impl ControlArguments {
    /// Arguments that name a sandbox by its kit and its address, for commands with other arguments.
    pub(crate) fn of(operations_url: Option<String>, kit: Option<PathBuf>) -> Self {
        Self { operations_url, kit, stale: BTreeSet::new() }
    }

    /// If the command line names a kit, ignores the values of the environment, which may belong to another
    /// kit.
    pub(super) fn note_sources(&mut self, matches: &ArgMatches) {
        if matches.value_source("kit") != Some(ValueSource::CommandLine) {
            return;
        }
        let ids = matches.ids().map(clap::Id::as_str);
        let stale = ids.filter(|id| matches.value_source(id) == Some(ValueSource::EnvVariable));
        self.stale = stale.map(str::to_owned).collect();
    }

    /// Returns a value, unless it is to be taken from the kit.
    pub(crate) fn fresh<'a>(&self, id: &str, value: &'a Option<String>) -> Option<&'a str> {
        value.as_deref().filter(|_| !self.stale.contains(id))
    }
}

/// The output, and the sandbox that a command acts on.
#[derive(Debug, Args)]
pub(crate) struct ActArguments {
    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

#[derive(Debug, Args)]
pub(crate) struct UserArguments {
    #[command(subcommand)]
    pub(crate) command: UserCommand,
}

/// Plays a user in WeChat.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Print an unused openid / 生成一个未使用的 openid
    New(OutputArguments),
    /// Show the form of the join component / 查看入会组件的表单
    Form(LaunchArguments),
    /// Agree in the join component: a card is opened and waits for the confirmation / 在入会组件中同意入会：开卡，并等待商户确认
    Join {
        #[command(flatten)]
        answers: AnswerArguments,

        #[command(flatten)]
        launch: LaunchArguments,
    },
    /// Open a card from the brand's business card, without a token / 在商家名片页开卡，无需 token
    Open {
        #[command(flatten)]
        answers: AnswerArguments,

        #[command(flatten)]
        about: OpenArguments,
    },
    /// Delete the card / 删除会员卡
    Delete(AboutArguments),
    /// Look at the points: a callback asks the merchant for the balance / 查看积分：通过回调通知请商户同步余额
    Points(AboutArguments),
    /// Redeem points for a coupon: a callback asks the merchant / 积分兑换商品券：通过回调通知请商户确认
    Redeem {
        /// Number of points / 积分数
        points: u64,

        #[command(flatten)]
        about: AboutArguments,
    },
    /// Show the payment code / 出示支付码
    Pay(LaunchArguments),
}

impl UserCommand {
    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        match self {
            Self::New(output) => output.output,
            Self::Form(launch) | Self::Pay(launch) | Self::Join { launch, .. } => launch.output.output,
            Self::Open { about, .. } => about.output.output,
            Self::Redeem { about, .. } | Self::Delete(about) | Self::Points(about) => about.output.output,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct LaunchArguments {
    /// The token that launches the component / 拉起组件的预授权 token
    #[arg(long)]
    pub(crate) token: String,

    /// The user who holds the phone; by default the user of the token / 当前用户的 openid，默认为 token 所属用户
    #[arg(long)]
    pub(crate) openid: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

#[derive(Debug, Args)]
pub(crate) struct AboutArguments {
    /// The card template; the kit's by default / 会员卡模板ID，默认取自 kit
    #[arg(long, env = "RUHUI_CARD_ID")]
    pub(crate) card_id: Option<String>,

    /// The user; the kit's by default / 用户的 openid，默认取自 kit
    #[arg(long, env = "RUHUI_OPENID")]
    pub(crate) openid: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

/// The user whose card is opened. The kit's user is not the default: it must stay a user who can get tokens.
#[derive(Debug, Args)]
pub(crate) struct OpenArguments {
    /// The card template; the kit's by default / 会员卡模板ID，默认取自 kit
    #[arg(long, env = "RUHUI_CARD_ID")]
    pub(crate) card_id: Option<String>,

    /// The user; a new one by default / 用户的 openid，默认为新用户
    #[arg(long)]
    pub(crate) openid: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

/// Form that a user fills in.
#[derive(Debug, Args)]
pub(crate) struct AnswerArguments {
    /// The phone number / 手机号
    #[arg(long, value_name = "NUMBER", value_parser = phone)]
    pub(crate) phone: String,

    /// A field of the form: sex, name, birthday, address, email or city / 通用信息字段：sex、name、birthday、address、email 或 city
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = field)]
    pub(crate) fields: Vec<(CommonFieldName, String)>,

    /// A choice of the form, once for each chosen value / 自定义信息字段的选项，每个选中的值写一次
    #[arg(long = "choose", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) choices: Vec<(String, String)>,
}

fn phone(text: &str) -> Result<String, Bilingual> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(("it must have 7 to 15 digits, such as 13900000000", "须为 7 至 15 位数字，例如 13900000000")
            .into())
    }
}

fn pair(text: &str) -> Result<(String, String), Bilingual> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(("it must be NAME=VALUE", "须为 NAME=VALUE 的形式").into()),
    }
}

/// Parses the name and value of a field. The last word of a field's name is enough: `name` is
/// USER_FORM_FLAG_NAME.
fn field(text: &str) -> Result<(CommonFieldName, String), Bilingual> {
    let (name, value) = pair(text)?;
    let short =
        |known: &CommonFieldName| known.as_str().rsplit('_').next().unwrap_or_default().to_ascii_lowercase();
    match CommonFieldName::ALL.iter().find(|known| known.as_str() == name || short(known) == name) {
        Some(known) => Ok((known.clone(), value)),
        None => {
            let names: Vec<_> = CommonFieldName::ALL.iter().map(short).collect();
            Err(Bilingual::new(
                format!("there is no field `{name}`; the fields are {}", names.join(", ")),
                format!("没有字段 `{name}`；可用的有 {}", names.join("、")),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_go_by_either_name() {
        for text in ["name=张三=", "USER_FORM_FLAG_NAME=张三="] {
            assert_eq!(field(text), Ok((CommonFieldName::Name, "张三=".to_owned())));
        }
        assert_eq!(
            field("age=7").unwrap_err().en(),
            "there is no field `age`; the fields are sex, name, birthday, address, email, city"
        );
        assert!(field("name").is_err() && pair("=x").is_err());
    }
}

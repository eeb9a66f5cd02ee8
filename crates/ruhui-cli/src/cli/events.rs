//! Arguments of `events`.

use crate::cli::{ActArguments, Output};
use clap::{Args, Subcommand, ValueEnum};
use ruhui_core::api::event::EventTypeName;
use ruhui_core::bilingual::Bilingual;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct EventsArguments {
    #[command(subcommand)]
    command: Option<EventsCommand>,

    #[command(flatten)]
    list: EventListArguments,
}

/// A look at events, or an act on them.
#[derive(Debug, Subcommand)]
pub(crate) enum EventsCommand {
    /// List events, the newest first; this is the default / 列出事件，最新的在前（默认）
    List(EventListArguments),
    /// Show an event with its resource and each attempt / 查看事件的内容与每次发送
    Show {
        #[command(flatten)]
        event: EventArguments,

        /// Print phone numbers, openids and form answers in full / 完整显示手机号、openid 与用户填写的信息
        #[arg(long)]
        show_sensitive: bool,
    },
    /// Send an event at once, also an accepted one, also while paused / 立即发送事件（已送达的、暂停期间的也可以）
    Resend {
        #[command(flatten)]
        event: EventArguments,

        /// How often, one after the other / 连续发送的次数
        #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10))]
        times: u32,
    },
    /// Send an event, or all waiting ones, to another URL / 将某个事件或全部待发送事件改发到其他地址
    #[command(allow_missing_positional = true)]
    Redirect {
        /// The event's id, or the beginning of it / 事件编号，可只写开头几位
        #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,

        /// The new URL / 新的地址
        #[arg(value_name = "URL", required = true)]
        url: String,

        /// All waiting events / 全部待发送的事件
        #[arg(long)]
        all: bool,

        #[command(flatten)]
        act: ActArguments,
    },
    /// Remove a waiting event: it is not sent again / 丢弃待发送的事件，不再发送
    Drop(EventArguments),
    /// Send nothing until `resume`: new events wait / 暂停发送，直到 `resume`：新事件将等待
    Pause(ActArguments),
    /// Send what is due again / 恢复发送
    Resume(ActArguments),
    /// Send a callback whose signature is wrong, to see that the receiver rejects it / 发送签名错误的探测通知，确认接收方会拒绝
    Probe {
        /// The card template whose notify_url gets the probe; the kit's by default / 探测通知发往该会员卡模板的 notify_url，默认取自 kit
        #[arg(long, env = "RUHUI_CARD_ID")]
        card_id: Option<String>,

        #[command(flatten)]
        act: ActArguments,
    },
}

#[derive(Debug, Args)]
pub(crate) struct EventListArguments {
    /// Only events in this state / 只列出该状态的事件
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<State>,

    /// Only events of this type, such as USER_CARD.CREATE / 只列出该类型的事件，例如 USER_CARD.CREATE
    #[arg(long = "type", value_name = "TYPE", value_parser = event_type)]
    pub(crate) event_type: Option<String>,

    /// Only events of this user / 只列出该用户的事件
    #[arg(long)]
    pub(crate) openid: Option<String>,

    /// How many at most / 最多列出的个数
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,

    #[command(flatten)]
    pub(crate) act: ActArguments,
}

#[derive(Debug, Args)]
pub(crate) struct EventArguments {
    /// The event's id, or the beginning of it / 事件编号，可只写开头几位
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) act: ActArguments,
}

/// State of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// An attempt is due later / 等待发送
    Waiting,
    /// An attempt is in progress / 正在发送
    Sending,
    /// The receiver has accepted it / 已送达
    Accepted,
    /// No attempt was accepted, and none is left / 未送达，不再重试
    Ended,
    /// It was removed by `drop` / 已被 `drop` 丢弃
    Dropped,
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Ended => "ended",
            Self::Dropped => "dropped",
        }
    }
}

impl EventsArguments {
    /// Returns the command, which is `list` if none is given.
    pub(crate) fn command(self) -> EventsCommand {
        self.command.unwrap_or(EventsCommand::List(self.list))
    }

    pub(super) fn act(&self) -> &ActArguments {
        match &self.command {
            None => &self.list.act,
            Some(EventsCommand::List(list)) => &list.act,
            Some(
                EventsCommand::Show { event, .. }
                | EventsCommand::Resend { event, .. }
                | EventsCommand::Drop(event),
            ) => &event.act,
            Some(
                EventsCommand::Redirect { act, .. }
                | EventsCommand::Pause(act)
                | EventsCommand::Resume(act)
                | EventsCommand::Probe { act, .. },
            ) => act,
        }
    }

    pub(super) fn act_mut(&mut self) -> &mut ActArguments {
        match &mut self.command {
            None => &mut self.list.act,
            Some(EventsCommand::List(list)) => &mut list.act,
            Some(
                EventsCommand::Show { event, .. }
                | EventsCommand::Resend { event, .. }
                | EventsCommand::Drop(event),
            ) => &mut event.act,
            Some(
                EventsCommand::Redirect { act, .. }
                | EventsCommand::Pause(act)
                | EventsCommand::Resume(act)
                | EventsCommand::Probe { act, .. },
            ) => act,
        }
    }

    /// Returns the output format of the command.
    pub(super) fn output(&self) -> Output {
        self.act().output.output
    }
}

/// Checks the name of an event type: a whole one, or its last words.
pub(crate) fn event_type(text: &str) -> Result<String, Bilingual> {
    EventTypeName::new(text).map(|_| text.trim().to_ascii_uppercase()).map_err(|error| Bilingual::of(&error))
}

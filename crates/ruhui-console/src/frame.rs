//! The frame around every page: title, navigation, clock, faults in force, and the switches.

use crate::assets::{self, Asset};
use crate::language::{Language, texts};
use crate::preferences::Theme;
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;

texts! {
    /// Texts of the frame.
    pub(crate) FrameTexts {
        skip: "Skip to the content", "跳到正文";
        navigation: "Pages", "页面";
        start: "Start", "开始";
        requests: "Requests", "请求";
        explain: "Explain a signature", "签名诊断";
        callbacks: "Callbacks", "回调通知";
        members: "Members", "会员";
        templates: "Templates", "会员卡模板";
        tokens: "Tokens", "预授权token";
        activities: "Activities", "有礼活动";
        merchants: "Merchants and keys", "商户与密钥";
        lab: "Lab", "实验室";
        clock: "Business clock", "业务时钟";
        frozen: "stopped", "已停";
        faults_in_force: "faults in force", "条故障规则生效中";
        fault_in_force: "fault in force", "条故障规则生效中";
        offline: "not connected: this page is as it was; trying again", "连接已断开：页面停留在断开前的状态，正在重连";
        replaced: "The sandbox was put back to another state. This page shows what is there now.", "沙箱已恢复到另一状态，本页显示的是当前内容。";
        theme: "Theme", "主题";
        theme_system: "System", "跟随系统";
        theme_light: "Light", "浅色";
        theme_dark: "Dark", "深色";
        apply: "Apply", "应用";
        shortcuts: "Keyboard shortcuts", "键盘快捷键";
        shortcut_search: "search", "搜索";
        shortcut_move: "next and previous row", "下一行、上一行";
        shortcut_open: "open the row", "打开该行";
        shortcut_explain: "explain the signature", "签名诊断";
        shortcut_replay: "send again", "重新发送";
        shortcut_help: "this list", "本列表";
        shortcuts_on: "Use shortcuts of one key", "启用单键快捷键";
        close: "Close", "关闭";
        copied: "Copied", "已复制";
        problem_back: "Back to the start page", "返回开始页";
        problem_gone: "The page may be from before a reset or a restart.", "该页面可能来自重置或重启之前。";
    }
}

/// The page that is open, for the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nav {
    Start,
    Requests,
    Explain,
    Callbacks,
    Members,
    Templates,
    Tokens,
    Activities,
    Merchants,
    Lab,
    /// A page outside the navigation.
    None,
}

/// A link of the navigation.
pub(crate) struct NavLink {
    pub(crate) href: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_current: bool,
    /// Whether a new group begins with this link.
    pub(crate) begins_group: bool,
}

fn links(t: &'static FrameTexts, open: Nav) -> Vec<NavLink> {
    let links = [
        (Nav::Start, "/", t.start, false),
        (Nav::Requests, "/requests", t.requests, false),
        (Nav::Explain, "/explain", t.explain, false),
        (Nav::Callbacks, "/callbacks", t.callbacks, false),
        (Nav::Members, "/members", t.members, true),
        (Nav::Templates, "/templates", t.templates, false),
        (Nav::Tokens, "/tokens", t.tokens, false),
        (Nav::Activities, "/activities", t.activities, false),
        (Nav::Merchants, "/merchants", t.merchants, false),
        (Nav::Lab, "/lab", t.lab, true),
    ];
    let link =
        |(nav, href, label, begins_group)| NavLink { href, label, is_current: nav == open, begins_group };
    links.map(link).into()
}

/// The part of a page that all pages have.
pub(crate) struct Frame {
    pub(crate) t: &'static FrameTexts,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    pub(crate) links: Vec<NavLink>,
    pub(crate) title: String,
    /// Path and query of the page, to which the switches return and from which it is fetched again.
    pub(crate) here: String,
    pub(crate) clock: Option<ClockBar>,
    pub(crate) faults: usize,
    /// Position in the request log from which the live stream continues.
    pub(crate) position: String,
    pub(crate) css: &'static Asset,
    pub(crate) script: &'static Asset,
    pub(crate) icon: &'static Asset,
}

impl Frame {
    /// Whether the business clock stands.
    pub(crate) fn is_frozen(&self) -> bool {
        self.clock.as_ref().is_some_and(|clock| clock.is_frozen)
    }
}

/// The business clock in the bar.
pub(crate) struct ClockBar {
    pub(crate) now: String,
    /// The difference to the machine's clock, such as `+2 h`; empty if there is none.
    pub(crate) ahead: String,
    pub(crate) is_frozen: bool,
}

#[derive(Deserialize)]
struct Clock {
    now: String,
    ahead_seconds: i64,
    frozen: bool,
}

#[derive(Deserialize)]
struct Faults {
    data: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    is_spent: bool,
}

#[derive(Deserialize)]
struct Position {
    newest: u64,
    emptied: u64,
}

impl Visit {
    /// Makes the frame of the page to which a link of the navigation leads.
    pub(crate) async fn frame(&self, nav: Nav, title: impl Into<String>) -> Frame {
        let links = links(FrameTexts::of(self.language), nav);
        let address = links.iter().find(|link| link.is_current).map_or("/", |link| link.href);
        self.frame_at(nav, title, address).await
    }

    /// Makes the frame of the page at this address, with this title. A part of the bar that cannot be read is left out.
    ///
    /// A page that shows the error of an act has the address of the page that it stands for, since the act's own is no page.
    pub(crate) async fn frame_at(&self, nav: Nav, title: impl Into<String>, address: &str) -> Frame {
        let clock = self.controls.get::<Clock>("/sandbox/clock").await.ok();
        let faults = self.controls.get::<Faults>("/sandbox/faults").await;
        // A rule that is spent plays nothing any more.
        let faults = faults.map_or(0, |faults| faults.data.iter().filter(|fault| !fault.is_spent).count());
        let t = FrameTexts::of(self.language);
        Frame {
            t,
            language: self.language,
            theme: self.theme,
            links: links(t, nav),
            title: title.into(),
            here: self.here.clone().unwrap_or_else(|| address.to_owned()),
            clock: clock.map(|Clock { now, ahead_seconds, frozen }| ClockBar {
                now: time::short(&now),
                ahead: if ahead_seconds == 0 {
                    String::new()
                } else {
                    time::ahead(ahead_seconds, self.language)
                },
                is_frozen: frozen,
            }),
            faults,
            position: self.position().await,
            css: assets::css(),
            script: assets::script(),
            icon: assets::icon(),
        }
    }

    /// Returns the position in the request log from which the live stream of a page continues.
    pub(crate) async fn position(&self) -> String {
        let position = self.controls.get::<Position>("/sandbox/requests?limit=1").await;
        position
            .map_or_else(|_| "0-0".to_owned(), |Position { newest, emptied }| format!("{emptied}-{newest}"))
    }

    /// Responds with a page, or with the page of a problem.
    pub(crate) async fn respond(&self, page: Result<impl Template, Problem>) -> Response {
        self.respond_with(StatusCode::OK, page).await
    }

    /// Responds with a page that has this status, as one has that shows the problem of an act; or with the page of the
    /// problem for which it cannot be shown.
    pub(crate) async fn respond_with(
        &self,
        status: StatusCode,
        page: Result<impl Template, Problem>,
    ) -> Response {
        match page {
            Ok(page) => html(status, &page),
            Err(problem) => self.problem(problem).await,
        }
    }

    /// Responds with the page of a problem.
    pub(crate) async fn problem(&self, problem: Problem) -> Response {
        let status = problem.status;
        let frame = self.frame(Nav::None, format!("{} {}", status.as_u16(), problem.code)).await;
        html(status, &ProblemPage { frame, problem })
    }
}

/// The page of a problem.
#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    problem: Problem,
}

/// Returns a page as a response.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the console cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

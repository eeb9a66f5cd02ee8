//! The frame of a sheet: banner, bar, and the return values that the launching page would get now.

use crate::assets::{self, Asset};
use crate::language::{Language, texts};
use crate::page_origins::PageOrigins;
use crate::preferences::Theme;
use crate::visit::Visit;
use serde::Serialize;

texts! {
    /// Texts of the frame of a sheet.
    pub(crate) SheetTexts {
        banner: "Sandbox of ruhui, not WeChat", "ruhui 沙箱，并非微信";
        close: "Close without return values", "关闭（不返回数据）";
        back: "Back to the page", "返回";
        alone: "This sheet was opened in a tab of its own. Close the tab to leave it.", "此组件在独立标签页中打开，关闭标签页即可离开。";
        returns: "Return values", "返回数据";
        returns_lead: "The page that launched the component gets this extraData when the user goes back by the button of the sheet.", "用户通过组件内的返回按钮离开时，唤起组件的页面会收到以下extraData。";
    }
}

/// The part that all sheets have.
pub(crate) struct Sheet {
    pub(crate) t: &'static SheetTexts,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    pub(crate) title: &'static str,
    /// Path and query from which the sheet is fetched again.
    pub(crate) here: String,
    /// Position in the request log from which the live stream continues.
    pub(crate) position: String,
    /// The return values, as JSON.
    pub(crate) extra_data: String,
    /// The origins that may have launched the sheet.
    pub(crate) origins: PageOrigins,
    pub(crate) css: &'static Asset,
    pub(crate) card_css: &'static Asset,
    pub(crate) script: &'static Asset,
    pub(crate) icon: &'static Asset,
}

/// The `extraData` of a component (pages 4015273633 and 4015331476).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ExtraData {
    errcode: u32,
    msg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<JoinData>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct JoinData {
    has_join_card_member: bool,
}

impl ExtraData {
    /// The values of the join component without an anomaly.
    pub(crate) fn joined(has_join_card_member: bool) -> Self {
        Self { errcode: 0, msg: String::new(), data: Some(JoinData { has_join_card_member }) }
    }

    /// The values of a component without data of its own that was opened without an anomaly.
    pub(crate) fn opened() -> Self {
        Self { errcode: 0, msg: String::new(), data: None }
    }

    /// The values of a component that rejects the user. They have no data.
    pub(crate) fn rejected(errcode: u32, msg: &str) -> Self {
        Self { errcode, msg: msg.to_owned(), data: None }
    }
}

impl Visit {
    /// Makes the frame of a sheet. A sheet that responds to a form has the address of the page with the form.
    pub(crate) async fn sheet(&self, title: &'static str, address: &str, extra_data: &ExtraData) -> Sheet {
        Sheet {
            t: SheetTexts::of(self.language),
            language: self.language,
            theme: self.theme,
            title,
            here: self.here.clone().unwrap_or_else(|| address.to_owned()),
            position: self.position().await,
            extra_data: serde_json::to_string(extra_data).unwrap_or_default(),
            origins: self.page_origins.clone(),
            css: assets::component_css(),
            card_css: assets::card_css(),
            script: assets::component_script(),
            icon: assets::icon(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_values_are_those_of_the_documents() {
        let json = |extra_data: &ExtraData| serde_json::to_string(extra_data).unwrap();
        let joined = json(&ExtraData::joined(true));
        assert_eq!(joined, r#"{"errcode":0,"msg":"","data":{"hasJoinCardMember":true}}"#);
        assert_eq!(json(&ExtraData::opened()), r#"{"errcode":0,"msg":""}"#);
        let rejected = json(&ExtraData::rejected(1002, "expired"));
        assert_eq!(rejected, r#"{"errcode":1002,"msg":"expired"}"#);
    }
}

//! The join component as a user without script sees it: the form, its limits, its rejections, and the card afterwards.

mod form;
mod joined;
mod rejections;

use crate::visitor::{Page, Visitor};
use ruhui::api::card_member::CreatePreAuthToken;
use ruhui::types::OpenId;
use ruhui_sandbox::Sandbox;

/// A template that asks for all common fields and offers a choice of several values.
const ALL_FIELDS: &str = r#"
[[templates]]
card_id = "pAllFields000000000000000001"
brand_id = "1004"
appid = "wxea9c30890f48d5ae"
card_title = "全部字段"

[templates.user_information]
common_field_list = ["USER_FORM_FLAG_SEX", "USER_FORM_FLAG_NAME", "USER_FORM_FLAG_BIRTHDAY", "USER_FORM_FLAG_ADDRESS", "USER_FORM_FLAG_EMAIL", "USER_FORM_FLAG_CITY"]
custom_field_list = [{ type = "RADIO", name = "喜好", values = ["咖啡", "一二三四五六七八"] }]
"#;

/// A user who opens the component.
struct Joining {
    sandbox: Sandbox,
    openid: OpenId,
    token: String,
}

impl Joining {
    /// Requests a token for a new user of the kit's template.
    async fn start() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let card_id = sandbox.card_id().to_string();
        Self::with(sandbox, &card_id).await
    }

    /// Requests a token for the template that asks for all fields.
    async fn with_all_fields() -> Self {
        let sandbox = Sandbox::builder().provision(ALL_FIELDS).start().await.unwrap();
        Self::with(sandbox, "pAllFields000000000000000001").await
    }

    async fn with(sandbox: Sandbox, card_id: &str) -> Self {
        let openid = sandbox.new_openid();
        let token = token(&sandbox, card_id, &openid).await;
        Self { sandbox, openid, token }
    }

    /// The address with which a page launches the component.
    fn address(&self) -> String {
        format!("/component/card-member?token={}&scene=CARD_MEMBER", self.token)
    }

    fn joined_address(&self) -> String {
        format!("/component/card-member/joined?token={}", self.token)
    }

    fn visitor(&self, language: &'static str) -> Visitor {
        Visitor::of(&self.sandbox, language)
    }

    /// Agrees with these fields next to the agreement and a test phone.
    async fn agree(&self, language: &'static str, fields: &[(&str, &str)]) -> Page {
        let usual = [("phone", "13900000000"), ("agreed", "yes")];
        let missing = usual.iter().filter(|(name, _)| !fields.iter().any(|(known, _)| known == name));
        let fields: Vec<_> = fields.iter().chain(missing).copied().collect();
        self.visitor(language).submit(&self.address(), &fields).await
    }
}

async fn token(sandbox: &Sandbox, card_id: &str, openid: &OpenId) -> String {
    let asked = CreatePreAuthToken {
        brand_id: sandbox.brand_id(),
        card_id: card_id.parse().unwrap(),
        openid: openid.clone(),
    };
    sandbox.client().create_pre_auth_token(&asked).await.unwrap().token.as_str().to_owned()
}

/// The return values of a sheet, as the attribute of its page has them.
fn extra_data(page: &Page) -> String {
    let (_, after) = page.text.split_once("data-extra-data=\"").unwrap_or_else(|| panic!("{}", page.text));
    after.split_once('"').unwrap().0.replace("&#34;", "\"")
}

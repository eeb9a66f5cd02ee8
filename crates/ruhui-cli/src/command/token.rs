//! `ruhui token`: one pre-auth token, ready for a page.

use crate::cli::{Edition, Output, TokenArguments};
use crate::credentials::Family;
use crate::language::Language;
use crate::output;
use anyhow::Context as _;
use ruhui::api::card_member::{CreateBrandPreAuthToken, CreatePreAuthToken, OpenUserCardToken, PreAuthToken};
use ruhui::launch::Launch;
use ruhui::types::{BrandId, CardId, OpenId};
use serde_json::json;
use std::process::ExitCode;

pub(crate) async fn run(arguments: TokenArguments, language: Language) -> anyhow::Result<ExitCode> {
    let settings = arguments.credentials.resolve(arguments.brand_id.as_deref(), language)?;
    let card_id = arguments.card_id.as_deref().or(settings.optional("RUHUI_CARD_ID"));
    let openid = arguments.openid.as_deref().or(settings.optional("RUHUI_OPENID"));
    let missing = |flag: &str| language.pick(format!("{flag} is missing"), format!("缺少 {flag}"));
    let card_id = CardId::new(card_id.with_context(|| missing("--card-id"))?).context("--card-id")?;
    let openid = OpenId::new(openid.with_context(|| missing("--openid"))?).context("--openid")?;

    let token = match settings.family() {
        Family::Brand => {
            settings
                .brand(language)?
                .create_pre_auth_token(&CreateBrandPreAuthToken { card_id, openid })
                .await?
        }
        Family::Partner => {
            let brand_id = settings.required("RUHUI_BRAND_ID", "--brand-id", language)?;
            let brand_id = BrandId::new(brand_id).context("--brand-id")?;
            let client = settings.partner(language)?;
            match arguments.edition {
                Edition::Founding => {
                    client.create_pre_auth_token(&OpenUserCardToken { brand_id, card_id, openid }).await?
                }
                Edition::Current => {
                    client.create_pre_auth_token(&CreatePreAuthToken { brand_id, card_id, openid }).await?
                }
            }
        }
    };
    show(&token, arguments.output.output, language);
    Ok(ExitCode::SUCCESS)
}

fn show(token: &PreAuthToken, output: Output, language: Language) {
    let launch = Launch::new(token);
    match output {
        Output::Json => output::json(&json!({
            "token": token.token,
            "expire_time": token.expire_time,
            "query_string": launch.query_string(),
            "h5": launch.h5(),
            "mini_program": launch.mini_program(),
        })),
        Output::Text => output::pairs(&[
            ("token", token.token.as_str()),
            ("expire_time", &token.expire_time.to_string()),
            (language.pick("launch", "拉起参数"), launch.query_string()),
        ]),
    }
}

//! `ruhui token`: gets one pre-auth token and the parameters for the H5 page or mini-program.

use crate::advice::NEW_USER;
use crate::cli::{Output, TokenArguments, TokenPath};
use crate::credentials::{BRAND_ID, CARD_ID, Family, OPENID};
use crate::failure::{Failed, User, say_if_from_backup};
use crate::language::Language;
use crate::output;
use ruhui::api::card_member::{CreatePreAuthToken, OpenUserCardToken, PreAuthToken};
use ruhui::api::{Brand, CallersOwn, Endpoint};
use ruhui::launch::Launch;
use ruhui::types::{BrandId, CardId, OpenId};
use ruhui::{Client, Error};
use serde_json::json;
use std::process::ExitCode;

pub(crate) async fn run(arguments: TokenArguments, language: Language) -> anyhow::Result<ExitCode> {
    let TokenArguments { path, card_id, openid, output, credentials } = arguments;
    let settings = credentials.resolve(&[(CARD_ID, &card_id), (OPENID, &openid)], None, language)?;
    let card_id = || settings.parsed(CARD_ID, CardId::new, language);
    let openid = || settings.parsed(OPENID, OpenId::new, language);
    // Missing credentials are reported before missing ids.
    let created = match settings.family() {
        Family::Brand => {
            let client: Client<Brand> = settings.client(language)?;
            let (card_id, openid) = (card_id()?, openid()?);
            ask(&client, &CreatePreAuthToken { brand_id: CallersOwn, card_id, openid }, language).await
        }
        Family::Partner => {
            let client: Client = settings.client(language)?;
            let brand_id = settings.parsed(BRAND_ID, BrandId::new, language)?;
            let (card_id, openid) = (card_id()?, openid()?);
            match path {
                TokenPath::PreAuthTokens => {
                    ask(&client, &CreatePreAuthToken { brand_id, card_id, openid }, language).await
                }
                TokenPath::OpenUserCardTokens => {
                    ask(&client, &OpenUserCardToken { brand_id, card_id, openid }, language).await
                }
            }
        }
    };
    // The brand family has only one path.
    let other_path = match settings.family() {
        Family::Brand => None,
        Family::Partner => Some(format!("--path {}", path.other().as_str())),
    };
    let other_path = other_path.as_deref();
    let user = settings.optional(OPENID).map(|openid| User { openid, new: NEW_USER });
    let failed = Failed { settings: &settings, language, other_path };
    show(&created.map_err(|error| failed.explain_about(user, error))?, output.output, language)?;
    Ok(ExitCode::SUCCESS)
}

async fn ask<E: Endpoint<Response = PreAuthToken>>(
    client: &Client<E::Family>,
    call: &E,
    language: Language,
) -> Result<PreAuthToken, Error> {
    let response = client.exchange(call).await?;
    say_if_from_backup(&response, language);
    response.json()
}

fn show(token: &PreAuthToken, output: Output, language: Language) -> std::io::Result<()> {
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

//! `ruhui state`: the contents of a sandbox.

mod lines;
mod timeline;

use crate::cli::{
    CardState, ContentsArguments, ContentsCommand, Output, PageArguments, TokenState, TokensArguments,
    UserCardsArguments,
};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Number of entries that the sandbox lists at most.
const MOST: &str = "1000";

pub(crate) async fn run(arguments: ContentsArguments, language: Language) -> anyhow::Result<ExitCode> {
    let (how, controls) =
        (arguments.act().output.output, Controls::find(&arguments.act().controls, language)?);
    let (shown, text) = match &arguments.command {
        None => {
            let numbers = numbers(&controls).await?;
            let text = lines::numbers(&numbers, language);
            (numbers, text)
        }
        Some(ContentsCommand::Merchants(_)) => {
            listed(&controls, "merchants", &[], lines::merchant, language).await?
        }
        Some(ContentsCommand::Brands(_)) => listed(&controls, "brands", &[], lines::brand, language).await?,
        Some(ContentsCommand::Templates { card_id: None, .. }) => {
            listed(&controls, "templates", &[], lines::template, language).await?
        }
        Some(ContentsCommand::Templates { card_id: Some(card_id), .. }) => {
            let template = controls.get(&format!("state/templates/{}", segment(card_id)), &[]).await?;
            let text = lines::whole_template(&template, language);
            (template, text)
        }
        Some(ContentsCommand::UserCards(arguments)) => user_cards(&controls, arguments, language).await?,
        Some(ContentsCommand::Users(PageArguments { limit, after, .. })) => {
            let query = [("limit", Some(limit.to_string())), ("after", after.clone())];
            listed(&controls, "users", &query, lines::user, language).await?
        }
        Some(ContentsCommand::Tokens(TokensArguments { state, openid, limit, .. })) => {
            let query = [
                ("state", state.map(TokenState::name).map(str::to_owned)),
                ("openid", openid.clone()),
                ("limit", Some(limit.to_string())),
            ];
            listed(&controls, "tokens", &query, lines::token, language).await?
        }
        Some(ContentsCommand::Activities { id: None, .. }) => {
            let query = [("limit", Some(MOST.to_owned()))];
            listed(&controls, "activities", &query, lines::activity, language).await?
        }
        Some(ContentsCommand::Activities { id: Some(id), .. }) => {
            let activity = controls.get(&format!("state/activities/{}", segment(id)), &[]).await?;
            let text = format!("{activity:#}");
            (activity, text)
        }
    };
    match how {
        Output::Json => output::json(&shown)?,
        Output::Text if text.is_empty() => eprintln!("{}", language.pick("none", "没有")),
        Output::Text => output::line(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a list, and formats each entry and the command of the next page.
async fn listed(
    controls: &Controls<'_>,
    name: &str,
    query: &[(&str, Option<String>)],
    line: fn(&Value, Language) -> String,
    language: Language,
) -> anyhow::Result<(Value, String)> {
    let given: Vec<(&str, &str)> =
        query.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
    let listed = controls.get(&format!("state/{name}"), &given).await?;
    let entries = listed["data"].as_array().into_iter().flatten();
    let mut text: Vec<String> = entries.map(|entry| line(entry, language)).collect();
    if let Some(next) = listed["next"].as_str() {
        text.push(language.pick(
            format!("more: the same command with --after {next}"),
            format!("还有更多：在同一命令后加上 --after {next}"),
        ));
    }
    if listed["complete"] == false {
        text.push(
            language
                .pick(
                    "not all records were read: the sandbox has more than 20,000",
                    "未读取全部记录：沙箱中的记录超过 20000 条",
                )
                .to_owned(),
        );
    }
    Ok((listed, text.join("\n")))
}

async fn user_cards(
    controls: &Controls<'_>,
    arguments: &UserCardsArguments,
    language: Language,
) -> anyhow::Result<(Value, String)> {
    let UserCardsArguments { openid, card_id, state, show_sensitive, page } = arguments;
    let sensitive = show_sensitive.to_string();
    let Some(openid) = openid else {
        let query = [
            ("card_id", card_id.clone()),
            ("state", state.map(CardState::name).map(str::to_owned)),
            ("after", page.after.clone()),
            ("limit", Some(page.limit.to_string())),
            ("show_sensitive", Some(sensitive)),
        ];
        return listed(controls, "user-cards", &query, lines::user_card, language).await;
    };
    let card_id = controls.required("card_id", card_id, "RUHUI_CARD_ID")?;
    let path = format!("state/user-cards/{}/{}", segment(&card_id), segment(openid));
    let shown = controls.get(&path, &[("show_sensitive", &sensitive)]).await?;
    let text = timeline::shown(&shown, language);
    Ok((shown, text))
}

/// Counts all things.
async fn numbers(controls: &Controls<'_>) -> anyhow::Result<Value> {
    let list = async |name: &str, query: &[(&str, &str)]| controls.get(&format!("state/{name}"), query).await;
    let length = |list: &Value| list["data"].as_array().map_or(0, Vec::len);
    let templates = list("templates", &[]).await?;
    let cards = templates["data"].as_array().into_iter().flatten();
    let cards: u64 = cards
        .filter_map(|template| template["user_cards"].as_object())
        .flat_map(|counts| counts.values().filter_map(Value::as_u64))
        .sum();
    let one = [("limit", "1")];
    let tokens = list("tokens", &one).await?;
    Ok(json!({
        "merchants": length(&list("merchants", &[]).await?),
        "brands": length(&list("brands", &[]).await?),
        "templates": length(&templates),
        "user_cards": cards,
        "tokens": tokens["found"],
        "activities": list("activities", &one).await?["found"],
        "complete": templates["complete"] == true && tokens["complete"] == true,
    }))
}

/// Encodes a text as one segment of a path.
fn segment(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

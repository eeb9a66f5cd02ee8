//! `ruhui user`: simulates what a user does in WeChat, through a sandbox's controls.

use crate::advice::{NEW_USER, OPENID_LENGTH};
use crate::cli::{AboutArguments, AnswerArguments, LaunchArguments, Output, UserArguments, UserCommand};
use crate::controls::Controls;
use crate::language::Language;
use crate::output;
use ruhui_core::env::alphanumeric;
use ruhui_server::env::SystemEntropy;
use serde_json::{Map, Value, json};
use std::process::ExitCode;

pub(crate) async fn run(arguments: UserArguments, language: Language) -> anyhow::Result<ExitCode> {
    match arguments.command {
        UserCommand::New(how) => {
            let openid = new_openid();
            match how.output {
                Output::Json => output::json(&json!({ "openid": openid }))?,
                Output::Text => output::line(&openid)?,
            }
        }
        UserCommand::Form(launch) => {
            let controls = Controls::find(&launch.controls, language)?;
            let mut query = vec![("token", launch.token.as_str())];
            query.extend(launch.openid.as_deref().map(|openid| ("openid", openid)));
            let form = controls.get("join", &query).await?;
            show(&form, launch.output.output, form_shown(&form, language))?;
        }
        UserCommand::Join { launch, answers } => {
            let controls = Controls::find(&launch.controls, language)?;
            let mut body = launched(&launch);
            fill_in(&mut body, answers);
            let told = controls.post("join", &Value::Object(body)).await?;
            show(&told, launch.output.output, told_shown(&told))?;
            say_if_kits_user(&told["user_card"], &controls, language);
            hint_at_confirming(&told["user_card"], &controls, language);
        }
        UserCommand::Open { about, answers } => {
            let controls = Controls::find(&about.controls, language)?;
            let card_id = controls.required("card_id", &about.card_id, "RUHUI_CARD_ID")?;
            let openid = about.openid.unwrap_or_else(new_openid);
            let mut body = card_of(&card_id, &openid);
            fill_in(&mut body, answers);
            let told = controls.post("user-cards/open", &Value::Object(body)).await?;
            show(&told, about.output.output, told_shown(&told))?;
            hint_at_confirming(&told["user_card"], &controls, language);
        }
        UserCommand::Delete(about) => {
            let controls = Controls::find(&about.controls, language)?;
            let told = controls.post("user-cards/delete", &Value::Object(who(&controls, &about)?)).await?;
            show(&told, about.output.output, told_shown(&told))?;
        }
        UserCommand::Points(about) => {
            let controls = Controls::find(&about.controls, language)?;
            let seen = controls.post("points/view", &Value::Object(who(&controls, &about)?)).await?;
            let pairs = pick(&seen, &["user_card_code", "point_balance", "event_id"]);
            show(&seen, about.output.output, pairs)?;
        }
        UserCommand::Redeem { points, about } => {
            let controls = Controls::find(&about.controls, language)?;
            let mut body = who(&controls, &about)?;
            body.insert("deduct_points".to_owned(), points.into());
            let asked = controls.post("points/redeem", &Value::Object(body)).await?;
            let names = ["record_id", "exchange_coupon_template_id", "deduct_points", "user_card_code"];
            show(&asked, about.output.output, pick(&asked, &names))?;
        }
        UserCommand::Pay(launch) => {
            let controls = Controls::find(&launch.controls, language)?;
            let paying = controls.post("pay-view", &Value::Object(launched(&launch))).await?;
            show(&paying, launch.output.output, told_shown(&paying))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn launched(launch: &LaunchArguments) -> Map<String, Value> {
    let mut body = Map::from_iter([("token".to_owned(), json!(launch.token))]);
    if let Some(openid) = &launch.openid {
        body.insert("openid".to_owned(), json!(openid));
    }
    body
}

fn who(controls: &Controls<'_>, about: &AboutArguments) -> anyhow::Result<Map<String, Value>> {
    let card_id = controls.required("card_id", &about.card_id, "RUHUI_CARD_ID")?;
    let openid = controls.required("openid", &about.openid, "RUHUI_OPENID")?;
    Ok(card_of(&card_id, &openid))
}

fn card_of(card_id: &str, openid: &str) -> Map<String, Value> {
    Map::from_iter([("card_id".to_owned(), json!(card_id)), ("openid".to_owned(), json!(openid))])
}

/// Returns an openid that no user has.
fn new_openid() -> String {
    format!("o{}", alphanumeric(&SystemEntropy, OPENID_LENGTH - 1))
}

fn fill_in(body: &mut Map<String, Value>, answers: AnswerArguments) {
    let AnswerArguments { phone, fields, choices } = answers;
    body.insert("phone_number".to_owned(), json!(phone));
    let common: Vec<Value> =
        fields.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let mut custom: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in choices {
        match custom.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => custom.push((name, vec![value])),
        }
    }
    let custom: Vec<Value> = custom
        .into_iter()
        .map(|(name, values)| json!({ "name": name, "user_chosen_values": values }))
        .collect();
    if !(common.is_empty() && custom.is_empty()) {
        let information = json!({ "common_field_list": common, "custom_field_list": custom });
        body.insert("user_information".to_owned(), information);
    }
}

/// Returns the members of these names that exist.
fn pick(value: &Value, names: &[&'static str]) -> Vec<(&'static str, String)> {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    names.iter().filter_map(|name| Some((*name, shown(value.get(name)?)))).collect()
}

fn told_shown(told: &Value) -> Vec<(&'static str, String)> {
    let card = ["user_card_code", "user_card_state", "card_id", "openid"];
    [pick(&told["user_card"], &card), pick(told, &["event_id"])].concat()
}

fn form_shown(form: &Value, language: Language) -> Vec<(&'static str, String)> {
    let mut pairs = pick(&form["card"], &["card_title", "benefits", "legal_agreement"]);
    if let Some((_, agreement)) = pairs.iter_mut().find(|(name, _)| *name == "legal_agreement") {
        *agreement = beginning(agreement);
    }
    pairs.extend(pick(&form["activity"], &["title", "sub_title"]));
    pairs.extend(pick(form, &["openid", "expire_time"]));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let texts = |value: &Value| -> String {
        let texts: Vec<_> = list(value).iter().filter_map(Value::as_str).map(str::to_owned).collect();
        texts.join(language.pick(", ", "、"))
    };
    let asked = &form["card"]["user_information"];
    if !list(&asked["common_field_list"]).is_empty() {
        pairs.push(("--field", texts(&asked["common_field_list"])));
    }
    for choice in list(&asked["custom_field_list"]) {
        let name = choice["name"].as_str().unwrap_or_default();
        pairs.push(("--choose", format!("{name}={}", texts(&choice["values"]))));
    }
    pairs
}

/// Returns the first line of a text, at most 60 characters. An agreement may have 20,480 characters.
fn beginning(text: &str) -> String {
    let start: String = text.lines().next().unwrap_or_default().chars().take(60).collect();
    if start == text { start } else { start + "…" }
}

fn show(value: &Value, output: Output, pairs: Vec<(&str, String)>) -> std::io::Result<()> {
    match output {
        Output::Json => output::json(value),
        Output::Text => {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            output::pairs(&pairs)
        }
    }
}

/// Prints that the kit's user has joined: this is the user of each token that is requested without `--openid`, and a
/// user with a card gets none.
fn say_if_kits_user(card: &Value, controls: &Controls<'_>, language: Language) {
    let Some(openid) = card["openid"].as_str().filter(|openid| controls.is_kits_user(openid)) else { return };
    eprintln!(
        "{}",
        language.pick(
            format!(
                "{openid} is the user of the kit, so `ruhui token` needs another one from now on: `{NEW_USER}`"
            ),
            format!("{openid} 是 kit 中的用户，此后 `ruhui token` 须换用其他用户：`{NEW_USER}`"),
        )
    );
}

/// Prints the command that confirms a card which is not effective yet. Without it the user would wait in
/// vain.
fn hint_at_confirming(card: &Value, controls: &Controls<'_>, language: Language) {
    if card["user_card_state"] != "UNACTIVATED" {
        return;
    }
    let text = |name: &str| card[name].as_str();
    let code = text("user_card_code").unwrap_or_else(|| language.pick("YOUR-CODE", "商户卡号"));
    let fields =
        ["brand_id", "card_id", "openid"].map(|name| format!(" {name}={}", text(name).unwrap_or_default()));
    let (fields, kit) = (fields.concat(), controls.kit_option());
    let command = format!(
        "ruhui call confirm_user_card{kit}{fields} user_card_code={code} user_card_confirm_state=CREATE_CARD_SUCCESS"
    );
    eprintln!(
        "{}",
        language.pick(
            format!("the card is waiting for the merchant: {command}"),
            format!("会员卡待商户确认：{command}"),
        )
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_agreement_the_beginning_is_shown() {
        for (text, shown) in [
            ("会员服务协议", "会员服务协议".to_owned()),
            ("第一条\n第二条", "第一条…".to_owned()),
            (&"条".repeat(61), "条".repeat(60) + "…"),
        ] {
            assert_eq!(beginning(text), shown);
        }
    }

    #[test]
    fn chosen_values_of_one_choice_stand_together() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let choices = vec![pair("喜好", "茶"), pair("来源", "网络"), pair("喜好", "咖啡")];
        let mut body = Map::new();
        fill_in(&mut body, AnswerArguments { phone: "139".to_owned(), fields: Vec::new(), choices });
        assert_eq!(
            Value::Object(body),
            json!({
                "phone_number": "139",
                "user_information": {
                    "common_field_list": [],
                    "custom_field_list": [
                        { "name": "喜好", "user_chosen_values": ["茶", "咖啡"] },
                        { "name": "来源", "user_chosen_values": ["网络"] }
                    ]
                }
            })
        );
    }
}

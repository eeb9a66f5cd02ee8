//! Things of a sandbox as text: one line for each, or two.

use crate::controls::text;
use crate::language::Language;
use crate::output::{columns, columns_of, printable};
use serde_json::Value;

/// Formats the numbers of all things, each with the command that lists them.
pub(super) fn numbers(numbers: &Value, language: Language) -> String {
    let names = [
        ("merchants", "merchants", "商户"),
        ("brands", "brands", "品牌"),
        ("templates", "card templates", "会员卡模板"),
        ("user_cards", "user cards", "用户会员卡"),
        ("tokens", "tokens", "预授权 token"),
        ("activities", "activities", "有礼活动"),
    ];
    let more = if numbers["complete"] == true { "" } else { "+" };
    let lines = names.map(|(key, en, zh)| {
        let number = format!("{}{more}", numbers[key]);
        let name = padded(language.pick(en, zh), 16);
        format!("{number:>8}  {name}ruhui state {}", key.replace('_', "-"))
    });
    lines.join("\n")
}

pub(super) fn merchant(merchant: &Value, language: Language) -> String {
    let brands = strings(&merchant["brand_ids"]).join(", ");
    let serials = list(&merchant["certificates"]).iter().map(|one| text(one, "serial_no"));
    let (brand, certificate) = (language.pick("brands", "品牌"), language.pick("certificate", "商户API证书"));
    let mut shown = format!("{}  {}  {brand} {brands}", text(merchant, "mchid"), text(merchant, "key_stage"));
    serials.for_each(|serial_no| shown += &format!("\n    {certificate} {serial_no}"));
    shown
}

pub(super) fn brand(brand: &Value, language: Language) -> String {
    let name = printable(text(brand, "name"));
    let (merchants, cards) = (strings(&brand["merchants"]).join(", "), strings(&brand["card_ids"]));
    let mut shown = format!("{}  {name}  {}", text(brand, "brand_id"), text(brand, "feature"));
    shown += &language.pick(format!("\n    merchants {merchants}"), format!("\n    商户 {merchants}"));
    if brand["acts_on_its_own"] == true {
        shown += language.pick("; it also acts on its own", "；品牌也可自行调用");
    }
    cards.iter().for_each(|card_id| shown += &format!("\n    {card_id}"));
    shown
}

pub(super) fn template(template: &Value, language: Language) -> String {
    let card = &template["card_template"];
    let effective = &template["user_cards"]["EFFECTIVE"];
    let cards = language.pick(format!("{effective} effective cards"), format!("{effective} 张有效会员卡"));
    format!(
        "{}  {}  {}  {cards}",
        text(card, "card_id"),
        padded(&state_of_template(template, language), 16),
        printable(text(card, "card_title")),
    )
}

/// Formats all of a template: the main facts, then the data as the API has them.
pub(super) fn whole_template(template: &Value, language: Language) -> String {
    let counts = template["user_cards"].as_object().into_iter().flatten();
    let counts: Vec<String> = counts.map(|(state, number)| format!("{state} {number}")).collect();
    let activity = template["activity"]["activity_id"].as_u64().map(|id| id.to_string());
    let (state, counts) = (state_of_template(template, language), counts.join(", "));
    let owner = template["owner"].as_object().and_then(|owner| owner.iter().next());
    let owner = owner.map(|(field, id)| format!("{field} {}", id.as_str().unwrap_or_default()));
    let pairs = [
        (language.pick("state", "状态"), state.as_str()),
        (language.pick("brand", "品牌"), text(template, "brand_name")),
        (language.pick("made by", "创建方"), owner.as_deref().unwrap_or_default()),
        (language.pick("user cards", "用户会员卡"), &counts),
        (language.pick("activity", "进行中的活动"), activity.as_deref().unwrap_or("-")),
    ];
    let pairs = pairs.map(|(name, value)| (name, printable(value)));
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    format!("{}\n{:#}", columns_of(&pairs), template["card_template"])
}

pub(super) fn user_card(line: &Value, language: Language) -> String {
    let card = &line["user_card"];
    let points = match line["point_balance"].as_i64() {
        Some(points) => language.pick(format!("  {points} points"), format!("  {points} 积分")),
        None => String::new(),
    };
    let code = match text(card, "user_card_code") {
        "" => language.pick("(no code yet)", "（尚无卡号）"),
        code => code,
    };
    format!(
        "{}  {:<11}  {}  {}{points}",
        printable(text(line, "openid")),
        text(card, "user_card_state"),
        padded(&printable(code), 24),
        text(card, "phone_number"),
    )
}

pub(super) fn user(user: &Value, language: Language) -> String {
    let provisioned = &user["provisioned"];
    let state = match (provisioned.is_object(), text(provisioned, "refusal")) {
        (false, _) => language.pick("not in ruhui.toml", "不在 ruhui.toml 中").to_owned(),
        (true, "") => text(provisioned, "state").to_owned(),
        (true, row) => row.to_owned(),
    };
    let cards = strings(&user["card_ids"]);
    let cards = if cards.is_empty() { "-".to_owned() } else { cards.join(", ") };
    format!("{}  {}  {cards}", padded(&printable(text(user, "openid")), 28), padded(&state, 18))
}

pub(super) fn token(token: &Value, language: Language) -> String {
    let state = match (text(token, "state"), token["seconds_left"].as_u64()) {
        ("unused", Some(left)) => {
            let (minutes, seconds) = (left / 60, left % 60);
            language.pick(
                format!("unused, {minutes:02}:{seconds:02} left"),
                format!("未使用，剩余 {minutes:02}:{seconds:02}"),
            )
        }
        ("used", _) => language.pick("used", "已使用").to_owned(),
        (_, _) => language.pick("expired", "已过期").to_owned(),
    };
    format!(
        "{}  {}  {}  {}\n    {}",
        text(token, "create_time").get(..19).unwrap_or_default().replace('T', " "),
        padded(&state, 20),
        printable(text(token, "openid")),
        text(token, "purpose"),
        text(token, "token"),
    )
}

pub(super) fn activity(activity: &Value, _: Language) -> String {
    let day = |name| text(activity, name).get(..10).unwrap_or_default().to_owned();
    format!(
        "{:>4}  {:<10}  {} .. {}  {}",
        activity["activity_id"].to_string(),
        text(activity, "activity_state").trim_start_matches("MEMBERSHIP_ACTIVITY_"),
        day("begin_time"),
        day("end_time"),
        printable(text(activity, "title")),
    )
}

fn state_of_template(template: &Value, language: Language) -> String {
    match template["expired"] == true {
        true => language.pick("expired", "已过期").to_owned(),
        false => text(&template["card_template"], "state").to_owned(),
    }
}

/// Pads a text to a number of columns. A Chinese character takes two.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn strings(value: &Value) -> Vec<String> {
    list(value).iter().filter_map(Value::as_str).map(printable).collect()
}

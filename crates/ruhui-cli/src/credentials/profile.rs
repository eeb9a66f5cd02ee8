//! Profiles: real credentials under a name, in a file of the user.

use crate::input;
use crate::language::Language;
use anyhow::bail;
use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::is_text_of_key;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Keys of a profile, the variables that they set, and whether they name a file.
const KEYS: [(&str, &str, bool); 13] = [
    ("mchid", "RUHUI_MCHID", false),
    ("serial_no", "RUHUI_SERIAL_NO", false),
    ("private_key", "RUHUI_PRIVATE_KEY", true),
    ("public_key_id", "RUHUI_WECHATPAY_PUBLIC_KEY_ID", false),
    ("public_key", "RUHUI_WECHATPAY_PUBLIC_KEY", true),
    ("platform_certificate", "RUHUI_WECHATPAY_CERTIFICATE", true),
    ("apiv3_key", "RUHUI_APIV3_KEY", false),
    ("brand_id", "RUHUI_BRAND_ID", false),
    ("card_id", "RUHUI_CARD_ID", false),
    ("openid", "RUHUI_OPENID", false),
    ("base_url", "RUHUI_BASE_URL", false),
    ("backup_url", "RUHUI_BACKUP_URL", false),
    ("ca_certificate", "RUHUI_CA_CERTIFICATE", true),
];

/// Reads the profile `[name]` of `file`, or of the default file. Paths in it are relative to its folder.
pub(super) fn read(
    file: Option<&Path>,
    name: &str,
    language: Language,
) -> anyhow::Result<BTreeMap<String, String>> {
    let path = match file {
        Some(file) => file.to_owned(),
        None => own_file(language)?,
    };
    let text = input::text(&path, language)?;
    let profiles = parse(&text).map_err(|what| language.say_of(path.display(), &what))?;
    let shown = path.display();
    let Some(profile) = profiles.get(name) else {
        let known: Vec<&str> = profiles.keys().map(String::as_str).collect();
        bail!(if known.is_empty() {
            language.pick(format!("{shown} has no profiles"), format!("{shown} 中没有任何 profile"))
        } else {
            language.pick(
                format!("{shown} has no profile `{name}`; it has {}", language.list(&known)),
                format!("{shown} 中没有 profile `{name}`，已有：{}", language.list(&known)),
            )
        });
    };
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let mut values = BTreeMap::new();
    for (key, value) in profile {
        let Some((_, variable, is_file)) = KEYS.iter().find(|(known, ..)| known == key) else {
            let likeness = |known: &str| strsim::jaro_winkler(known, key);
            let near =
                KEYS.iter().map(|(known, ..)| *known).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
            let near = near.filter(|near| likeness(near) > 0.8);
            let (en, zh) = match near {
                Some(near) => (format!(" (did you mean `{near}`?)"), format!("（是否想写 `{near}`？）")),
                None => Default::default(),
            };
            let known = language.list(&KEYS.map(|(known, ..)| known));
            bail!(language.pick(
                format!("{shown}: `{name}.{key}` is unknown{en}; a profile has {known}"),
                format!("{shown}：未知的 `{name}.{key}`{zh}；可用的有 {known}"),
            ));
        };
        let value = if *is_file && !is_text_of_key(value) {
            folder.join(value).display().to_string()
        } else {
            value.clone()
        };
        values.insert((*variable).to_owned(), value);
    }
    Ok(values)
}

fn own_file(language: Language) -> anyhow::Result<PathBuf> {
    match std::env::home_dir() {
        Some(home) => Ok(home.join(".config/ruhui/profiles.toml")),
        None => bail!(language.pick(
            "there is no home folder; name the file with --profiles",
            "没有主目录；请用 --profiles 指定文件",
        )),
    }
}

pub(crate) type Profiles = BTreeMap<String, BTreeMap<String, String>>;

/// Parses tables of texts. The error leaves out the library's own message, which shows the line and so may
/// show a key.
pub(crate) fn parse(text: &str) -> Result<Profiles, Bilingual> {
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line(span.start));
        Bilingual::new(
            format!("line {line} is not valid TOML: a line is NAME = \"value\", under a line [profile]"),
            format!("第 {line} 行不符合 TOML 语法：每行应为 NAME = \"值\"，并位于 [profile] 之下"),
        )
    })?;
    let mut profiles = Profiles::new();
    for (name, value) in table.into_inner() {
        let (name, at) = (name.into_inner().into_owned(), line(value.span().start));
        let DeValue::Table(keys) = value.into_inner() else {
            return Err(Bilingual::new(
                format!("line {at}: `{name}` is outside of a profile: put it under a line [NAME]"),
                format!("第 {at} 行：`{name}` 不属于任何 profile，请放在 [NAME] 之下"),
            ));
        };
        let mut values = BTreeMap::new();
        for (key, value) in keys {
            let (key, at) = (key.into_inner().into_owned(), line(value.span().start));
            let DeValue::String(text) = value.into_inner() else {
                return Err(Bilingual::new(
                    format!("line {at}: `{name}.{key}` must be a text in quotes"),
                    format!("第 {at} 行：`{name}.{key}` 须为带引号的文本"),
                ));
            };
            values.insert(key, text.into_owned());
        }
        profiles.insert(name, values);
    }
    Ok(profiles)
}

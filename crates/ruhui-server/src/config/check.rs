//! Checks beyond the types: references to missing entries, duplicates, and settings that only a sandbox may have.

use super::faults::check_faults;
use super::limits::check_limits;
use super::source::Source;
use super::{Config, ConfigError, MerchantConfig, TemplateConfig};
use crate::domain::KeyStage;
use crate::domain::form::check_form;
use ruhui_core::api::card_member::{
    CardTemplateState, CodeMode, CommonFieldName, CustomField, CustomFieldType, UserForm,
};
use ruhui_core::api::rows;
use ruhui_core::bilingual::Bilingual;
use std::collections::BTreeSet;
use toml::Spanned;

pub(super) fn check(config: &Config, source: Source<'_>) -> Result<(), ConfigError> {
    check_limits(&config.service, source)?;
    if let (Some(hosts), false) = (&config.service.control_hosts, config.service.sandbox) {
        let what = (
            "only a sandbox has controls: set `sandbox = true`",
            "只有沙箱才有控制接口：需设置 `sandbox = true`",
        );
        return Err(source.fault("service.control_hosts", hosts.span(), what));
    }
    if let (Some(origins), false) = (&config.service.page_origins, config.service.sandbox) {
        let what = (
            "only a sandbox has a join component: set `sandbox = true`",
            "只有沙箱才有入会组件：需设置 `sandbox = true`",
        );
        return Err(source.fault("service.page_origins", origins.span(), what));
    }
    if let (Some(proxy), false) = (&config.service.proxy, config.service.sandbox) {
        let what =
            ("only a sandbox has a proxy: set `sandbox = true`", "只有沙箱才有代理：需设置 `sandbox = true`");
        return Err(source.fault("service.proxy", proxy.span(), what));
    }
    unique("merchants", config.merchants.iter().map(|m| m.mchid.as_str()), source)?;
    unique("brands", config.brands.iter().map(|b| b.brand_id.as_str()), source)?;
    unique("templates", config.templates.iter().map(|t| t.card_id.as_str()), source)?;
    unique("users", config.users.iter().map(|u| u.openid.as_str()), source)?;

    for (index, merchant) in config.merchants.iter().enumerate() {
        check_keys(config, merchant, index, source)?;
    }
    let mchids: BTreeSet<_> = config.merchants.iter().map(|m| &m.mchid).collect();
    for (index, brand) in config.brands.iter().enumerate() {
        let mut merchants = brand.merchants.iter();
        if let Some(mchid) = merchants.find(|mchid| !mchids.contains(mchid.get_ref())) {
            let key = format!("brands[{index}].merchants");
            let what = not_described(("merchant", "商户"), mchid.get_ref());
            return Err(source.fault(&key, mchid.span(), what));
        }
    }
    let brand_ids: BTreeSet<_> = config.brands.iter().map(|b| &b.brand_id).collect();
    for (index, template) in config.templates.iter().enumerate() {
        if !brand_ids.contains(template.brand_id.get_ref()) {
            let key = format!("templates[{index}].brand_id");
            let what = not_described(("brand", "品牌"), template.brand_id.get_ref());
            return Err(source.fault(&key, template.brand_id.span(), what));
        }
    }
    for (index, template) in config.templates.iter().enumerate() {
        check_template(template, index, source)?;
    }
    let card_ids: BTreeSet<_> = config.templates.iter().map(|t| &t.card_id).collect();
    for (index, user) in config.users.iter().enumerate() {
        if let Some(card_id) = user.cards.iter().find(|card_id| !card_ids.contains(card_id.get_ref())) {
            let what = not_described(("template", "会员卡模板"), card_id.get_ref());
            return Err(source.fault(&format!("users[{index}].cards"), card_id.span(), what));
        }
        if !user.openid.is_well_formed() {
            let line = nth_table(source.text, "users", index);
            let length = user.openid.as_str().chars().count();
            let what = Bilingual::new(
                format!(
                    "this is not an openid of WeChat's, which is `o` and 27 of 0-9, A-Z, a-z, _ and -; it has {length} characters"
                ),
                format!(
                    "不是微信的 openid：须以 `o` 开头，后接 27 个 0-9、A-Z、a-z、_ 或 -；该值有 {length} 个字符"
                ),
            );
            return Err(source.fault(&format!("users[{index}].openid"), line..line, what));
        }
        if let Some(refusal) = &user.refusal {
            let key = format!("users[{index}].refusal");
            check_refusal(config, refusal).map_err(|what| source.fault(&key, refusal.span(), what))?;
        }
    }
    check_faults(config, source)
}

/// Checks that a merchant's stage, its share of callbacks and the platform's keys go together.
fn check_keys(
    config: &Config,
    merchant: &MerchantConfig,
    index: usize,
    source: Source<'_>,
) -> Result<(), ConfigError> {
    let key = |name: &str| format!("merchants[{index}].{name}");
    let stage = merchant.key_stage.as_ref();
    if let (Some(stage), Some(_)) = (stage, merchant.reply_key) {
        let what = (
            "`reply_key` is the older form of it: give only one of the two",
            "`reply_key` 是它的旧写法：两者只能填写一个",
        );
        return Err(source.fault(&key("key_stage"), stage.span(), what));
    }
    if let Some(stage) = stage
        && *stage.get_ref() == KeyStage::Certificates
        && config.platform.partner.certificate.is_none()
    {
        let what = (
            "needs a platform certificate: give `certificate` and `certificate_key` in [platform.partner]",
            "需要平台证书：请在 [platform.partner] 中填写 `certificate` 与 `certificate_key`",
        );
        return Err(source.fault(&key("key_stage"), stage.span(), what));
    }
    if let Some(share) = &merchant.public_key_callbacks {
        if share.get_ref().percent() > 100 {
            let what = ("must be a percentage from 0 to 100", "须为 0 到 100 的百分比");
            return Err(source.fault(&key("public_key_callbacks"), share.span(), what));
        }
        let has_both = |stage: KeyStage| stage.has_certificates() && stage.has_public_key();
        if stage.is_some_and(|stage| !has_both(*stage.get_ref())) {
            let what = (
                "only a merchant with both keys has a share: `key_stage` must be `both_certificate` or `both_public_key`",
                "仅当商户同时拥有两种密钥时有效：`key_stage` 须为 `both_certificate` 或 `both_public_key`",
            );
            return Err(source.fault(&key("public_key_callbacks"), share.span(), what));
        }
    }
    Ok(())
}

/// Checks the values of a template that serde accepts, since a later edition of the API may define them, and its
/// form.
fn check_template(template: &TemplateConfig, index: usize, source: Source<'_>) -> Result<(), ConfigError> {
    let key = |name: &str| format!("templates[{index}].{name}");
    let none_of = |value: &str, known: Vec<&str>| one_of(value, &known);
    if let CardTemplateState::Unknown(value) = template.state.get_ref() {
        let known = CardTemplateState::ALL.iter().map(CardTemplateState::as_str).collect();
        return Err(source.fault(&key("state"), template.state.span(), none_of(value, known)));
    }
    if let Some(mode) = &template.code_mode
        && let CodeMode::Unknown(value) = mode.get_ref()
    {
        let known = CodeMode::ALL.iter().map(CodeMode::as_str).collect();
        return Err(source.fault(&key("code_mode"), mode.span(), none_of(value, known)));
    }
    let Some(form) = &template.user_information else { return Ok(()) };
    let fault = |what: Bilingual| Err(source.fault(&key("user_information"), form.span(), what));
    let UserForm { common_field_list, custom_field_list, .. } = form.get_ref();
    for name in common_field_list {
        if let CommonFieldName::Unknown(value) = name {
            return fault(none_of(value, CommonFieldName::ALL.iter().map(CommonFieldName::as_str).collect()));
        }
    }
    for CustomField { kind, .. } in custom_field_list {
        if let CustomFieldType::Unknown(value) = kind {
            return fault(none_of(value, CustomFieldType::ALL.iter().map(CustomFieldType::as_str).collect()));
        }
    }
    check_form(form.get_ref()).or_else(|row| fault(Bilingual::new(row.en, row.zh)))
}

fn check_refusal(config: &Config, refusal: &Spanned<String>) -> Result<(), Bilingual> {
    if !config.service.sandbox {
        return Err(Bilingual::new(
            "users with `refusal` need `sandbox = true` in [service]",
            "只有在 [service] 中设置 `sandbox = true` 时，用户才能使用 `refusal`",
        ));
    }
    let name = refusal.get_ref();
    if rows::named(name).is_some() { Ok(()) } else { Err(no_row(name)) }
}

/// The mistake of an unknown row of the error table. The table has more than a hundred rows, so the message names
/// only similar ones.
fn no_row(name: &str) -> Bilingual {
    let mut similar: Vec<_> =
        rows::ALL.iter().map(|row| (strsim::jaro_winkler(name, row.name), row.name)).collect();
    similar.sort_by(|one, other| other.0.total_cmp(&one.0));
    let similar: Vec<String> = similar.iter().take(5).map(|(_, row)| format!("`{row}`")).collect();
    Bilingual::new(
        format!(
            "`{name}` is not a row of the table of errors; similar are {}; crates/ruhui-core/src/api/rows.rs has all {}",
            similar.join(", "),
            rows::ALL.len()
        ),
        format!(
            "错误表中没有 `{name}`；相近的有 {}；全部 {} 个见 crates/ruhui-core/src/api/rows.rs",
            similar.join("、"),
            rows::ALL.len()
        ),
    )
}

fn not_described((en, zh): (&str, &str), id: &dyn std::fmt::Display) -> Bilingual {
    Bilingual::new(format!("no {en} {id} is described in this file"), format!("本文件中没有{zh} {id}"))
}

fn one_of(value: &str, known: &[&str]) -> Bilingual {
    Bilingual::new(
        format!("`{value}` is none of {}", known.join(", ")),
        format!("没有 `{value}` 这一取值；可用的有 {}", known.join("、")),
    )
}

fn unique<'a>(
    table: &str,
    ids: impl Iterator<Item = &'a str>,
    source: Source<'_>,
) -> Result<(), ConfigError> {
    let mut seen = BTreeSet::new();
    for (index, id) in ids.enumerate() {
        if !seen.insert(id) {
            let line = nth_table(source.text, table, index);
            let what = Bilingual::new(format!("`{id}` is described twice"), format!("`{id}` 重复出现"));
            return Err(source.fault(&format!("{table}[{index}]"), line..line, what));
        }
    }
    Ok(())
}

/// Position of the header of the `index`th entry of an array of tables.
fn nth_table(text: &str, table: &str, index: usize) -> usize {
    text.match_indices(&format!("[[{table}]]")).nth(index).map_or(0, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[service]
main = "127.0.0.1:0"
backup = "127.0.0.1:0"
operations = "127.0.0.1:0"
store = "ruhui.db"

[platform.partner]
public_key_id = "PUB_KEY_ID_1"
private_key = "platform_key.pem"

[platform.brand]
public_key_id = "PUB_KEY_ID_2"
private_key = "platform_key.pem"

[[brands]]
brand_id = "1004"
name = "brand"

[[templates]]
card_id = "card"
brand_id = "1004"
appid = "wx"

[[users]]
name = "user"
openid = "obLatjnx9gnqzS4myYGmLZ7LgLBA"
appid = "wx"
"#;

    /// Every key of a template that has a default.
    const TEMPLATE_KEYS: &str = r#"owner = { brand_id = "1004" }
state = "CARD_INVALID"
available_end_time = "2030-01-01T00:00:00+08:00"
card_title = "金卡"
code_mode = "MERCHANT_ALLOCATE"
notify_url = "https://shop.example/notify"

[templates.user_information]
common_field_list = ["USER_FORM_FLAG_SEX"]
custom_field_list = [{ type = "RADIO", name = "爱好", values = ["茶"] }]

[[users]]"#;

    /// The valid file with another line for its template.
    fn with_template_key(line: &str) -> String {
        GOOD.replace("[[users]]", &format!("{line}\n[[users]]"))
            .replace("appid = \"wx\"\n\n", "appid = \"wx\"\n")
    }

    fn load(text: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let keys = [
            ("platform_key.pem", include_str!("../../../../vectors/keys/platform_key.pem")),
            ("platform_pub.pem", include_str!("../../../../vectors/keys/platform_pub.pem")),
        ];
        for (name, pem) in keys {
            std::fs::write(folder.path().join(name), pem).unwrap();
        }
        let path = folder.path().join("ruhui.toml");
        std::fs::write(&path, text).unwrap();
        let loaded = Config::load(&path);
        let prefix = format!("{}", path.display());
        loaded.map(|_| ()).map_err(|error| {
            error
                .to_string()
                .replace(&prefix, "ruhui.toml")
                .replace(&format!("{}/", folder.path().display()), "")
        })
    }

    /// The message names similar rows only: a list of all rows would fill the terminal.
    #[test]
    fn a_refusal_that_is_no_row_is_told_the_similar_rows() {
        let said = no_row("template_gone");
        assert!(
            said.en().contains("`template_not_found`") && said.zh().contains("`template_not_found`"),
            "{said}"
        );
        assert!(said.en().len() < 250, "{said}");
    }

    #[test]
    fn a_share_follows_its_total_unless_it_is_set() {
        let limits = |lines: &str| {
            let text = GOOD.replace("[platform.partner]", &format!("{lines}\n[platform.partner]"));
            let limits = super::super::reader::read::<Config>(&text).unwrap().service.limits();
            let mib = [limits.unsigned_bytes, limits.unsigned_bytes_per_address].map(|bytes| bytes >> 20);
            (limits.connections, limits.connections_per_address, mib)
        };
        assert_eq!(limits(""), (10_000, 1_000, [64, 8]));
        assert_eq!(limits("connections = 5\nunsigned_mib = 160"), (5, 1, [160, 20]));
        assert_eq!(limits("unsigned_mib = 8\nconnections_per_address = 7"), (10_000, 7, [8, 8]));
    }

    #[test]
    fn a_good_file_loads() {
        assert_eq!(load(GOOD), Ok(()));
        let more = GOOD
            .replace("[platform.partner]", "public_url = \"https://shop.example/\"\n[platform.partner]")
            .replace("name = \"brand\"", "name = \"brand\"\nappids = [\"wx2\"]\nfeed_templates = [\"15\"]")
            .replace("[[users]]", TEMPLATE_KEYS);
        assert_eq!(load(&more), Ok(()));
    }

    #[test]
    fn each_mistake_is_one_sentence_with_line_and_key() {
        let cases = [
            (
                GOOD.replace("main = \"127.0.0.1:0\"", "main = \"here\""),
                "ruhui.toml, line 3, `service.main`: it must be an IP address and a port, such as 127.0.0.1:7080",
            ),
            (
                GOOD.replace("ruhui.db", "mysql://root:secret@db/ruhui"),
                "ruhui.toml, line 6, `service.store`: is a URL of another kind: give a file, `memory`, or a postgres:// URL",
            ),
            (
                GOOD.replace("ruhui.db", "postgres://ruhui:secret@db:port/ruhui"),
                "ruhui.toml, line 6, `service.store`: is not a PostgreSQL URL: give postgres://USER:PASSWORD@HOST:PORT/DATABASE, with `%40` and the like for special characters",
            ),
            (
                GOOD.replace("store =", "shop ="),
                "ruhui.toml, line 6, `service.shop`: the key `shop` is unknown; known are `main`, `backup`, `operations`, `proxy`, `store`, `rate_limit`, `in_flight`, `connections`, `connections_per_address`, `unsigned_mib`, `unsigned_mib_per_address`, `trusted_proxies`, `drain`, `unknown_openids`, `certificates`, `unknown_members`, `request_log`, `public_url`, `notify_url`, `control_hosts`, `page_origins`, `sandbox`",
            ),
            (
                GOOD.replace("[[brands]]", "[[brands"),
                "ruhui.toml, line 16: this is not valid TOML: unclosed array table, expected `]]`",
            ),
            (
                GOOD.replace(
                    "openid = \"obLatjnx9gnqzS4myYGmLZ7LgLBA\"",
                    "openid = \"obLatjnx9gnqzS4myYGmLZ7LgLBAx\"",
                ),
                "ruhui.toml, line 25, `users[0].openid`: this is not an openid of WeChat's, which is `o` and 27 of 0-9, A-Z, a-z, _ and -; it has 29 characters",
            ),
            (
                GOOD.replace("openid = \"obLatjnx9gnqzS4myYGmLZ7LgLBA\"", "openid = \"\""),
                "ruhui.toml, line 27, `users[0].openid`: must not be empty",
            ),
            (
                GOOD.replace("platform_key.pem", "platform_pub.pem"),
                "ruhui.toml, line 10, `platform.partner.private_key`: this is a public key, a private key is needed",
            ),
            (
                GOOD.replace("platform_key.pem", "gone.pem"),
                "ruhui.toml, line 10, `platform.partner.private_key`: gone.pem cannot be read: there is no such file or folder (os error 2)",
            ),
            (
                GOOD.replace("brand_id = \"1004\"\nappid", "brand_id = \"1005\"\nappid"),
                "ruhui.toml, line 22, `templates[0].brand_id`: no brand 1005 is described in this file",
            ),
            (
                GOOD.replace("name = \"brand\"", "name = \"brand\"\nmerchants = [\"19\"]"),
                "ruhui.toml, line 19, `brands[0].merchants`: no merchant 19 is described in this file",
            ),
            (
                GOOD.replace("[platform.partner]", "unsigned_mib = 7\n[platform.partner]"),
                "ruhui.toml, line 8, `service.unsigned_mib`: must be at least 8 (MiB): one upload needs as much",
            ),
            (
                GOOD.replace("[platform.partner]", "unsigned_mib_per_address = 65\n[platform.partner]"),
                "ruhui.toml, line 8, `service.unsigned_mib_per_address`: must not be larger than `unsigned_mib`, of which it is one address's share",
            ),
            (
                GOOD.replace(
                    "[platform.partner]",
                    "connections = 5\nconnections_per_address = 6\n[platform.partner]",
                ),
                "ruhui.toml, line 9, `service.connections_per_address`: must not be larger than `connections`, of which it is one address's share",
            ),
            (
                GOOD.replace(
                    "[platform.partner]",
                    "trusted_proxies = [\"10.0.0.0/8\", \"10.0.0.0/33\"]\n[platform.partner]",
                ),
                "ruhui.toml, line 8, `service.trusted_proxies[1]`: must be an IP address or a network, such as 10.0.0.5 or 10.0.0.0/8",
            ),
            (
                GOOD.replace("[platform.partner]", "public_url = \"shop\"\n[platform.partner]"),
                "ruhui.toml, line 8, `service.public_url`: must be a full http or https address, such as https://www.example.com/notify",
            ),
            (
                GOOD.replace(
                    "[platform.partner]",
                    "page_origins = [\"https://shop.example\"]\n[platform.partner]",
                ),
                "ruhui.toml, line 8, `service.page_origins`: only a sandbox has a join component: set `sandbox = true`",
            ),
            (
                GOOD.replace("[platform.partner]", "proxy = \"127.0.0.1:7084\"\n[platform.partner]"),
                "ruhui.toml, line 8, `service.proxy`: only a sandbox has a proxy: set `sandbox = true`",
            ),
            (
                GOOD.replace("name = \"brand\"", "name = \"brand\"\napi_key = \"platform_pub.pem\""),
                "ruhui.toml, line 19, `brands[0].api_key`: this is a PEM text; an APIv3 key is the 32 characters that were set on the merchant platform",
            ),
            (
                with_template_key("owner = { mchid = \"19\" }"),
                "ruhui.toml, line 24, `templates[0].owner`: neither brand 1004 nor a merchant bound to it",
            ),
            (
                with_template_key("state = \"CARD_GONE\""),
                "ruhui.toml, line 24, `templates[0].state`: `CARD_GONE` is none of CARD_EFFECTIVE, CARD_INVALID",
            ),
            (
                with_template_key("code_mode = \"NOBODY\""),
                "ruhui.toml, line 24, `templates[0].code_mode`: `NOBODY` is none of SYSTEM_ALLOCATE, MERCHANT_ALLOCATE",
            ),
            (
                with_template_key("notify_url = \"https://shop.example/?a=1\""),
                "ruhui.toml, line 24, `templates[0].notify_url`: must have no query",
            ),
            (
                with_template_key("card_title = \"0123456789a\""),
                "ruhui.toml, line 24, `templates[0].card_title`: has 11 characters, the limit is 10",
            ),
            (
                with_template_key("user_information = { common_field_list = [\"SHOE_SIZE\"] }"),
                "ruhui.toml, line 24, `templates[0].user_information`: `SHOE_SIZE` is none of USER_FORM_FLAG_SEX, USER_FORM_FLAG_NAME, USER_FORM_FLAG_BIRTHDAY, USER_FORM_FLAG_ADDRESS, USER_FORM_FLAG_EMAIL, USER_FORM_FLAG_CITY",
            ),
            (
                with_template_key(
                    "user_information = { custom_field_list = [{ type = \"RADIO\", name = \"a\", values = [] }] }",
                ),
                "ruhui.toml, line 24, `templates[0].user_information`: a custom field has one to ten values",
            ),
            (
                format!("{GOOD}cards = [\"gone\"]\n"),
                "ruhui.toml, line 29, `users[0].cards`: no template gone is described in this file",
            ),
            (
                format!("{GOOD}refusal = \"system_error\"\n"),
                "ruhui.toml, line 29, `users[0].refusal`: users with `refusal` need `sandbox = true` in [service]",
            ),
            (
                format!(
                    "{GOOD}[[users]]\nname = \"twin\"\nopenid = \"obLatjnx9gnqzS4myYGmLZ7LgLBA\"\nappid = \"wx\"\n"
                ),
                "ruhui.toml, line 29, `users[1]`: `obLatjnx9gnqzS4myYGmLZ7LgLBA` is described twice",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(load(&text).unwrap_err(), message);
        }
    }
}

//! Checks of the table `[[faults]]`.

use super::source::Source;
use super::{Config, ConfigError};
use crate::faults::MOST_RULES;
use ruhui_core::bilingual::Bilingual;
use std::ops::Range;
use toml::de::DeTable;

pub(super) fn check_faults(config: &Config, source: Source<'_>) -> Result<(), ConfigError> {
    if let (Some(first), false) = (config.faults.first(), config.service.sandbox) {
        let what = (
            "only a sandbox plays faults: set `sandbox = true` in [service], or delete the table",
            "只有沙箱才能注入故障：请在 [service] 中设置 `sandbox = true`，或删除该表",
        );
        return Err(source.fault("faults[0]", first.span(), what));
    }
    if let Some(surplus) = config.faults.get(MOST_RULES) {
        let what = Bilingual::new(
            format!("there are more than {MOST_RULES} rules: delete some"),
            format!("规则超过 {MOST_RULES} 条：请删除一些"),
        );
        return Err(source.fault(&format!("faults[{MOST_RULES}]"), surplus.span(), what));
    }
    for (index, rule) in config.faults.iter().enumerate() {
        rule.get_ref().check().map_err(|error| {
            // A member that is missing has no place of its own.
            let span = member(source.text, index, error.field).unwrap_or_else(|| rule.span());
            source.fault(&format!("faults[{index}].{}", error.field), span, error.what)
        })?;
    }
    Ok(())
}

/// The position of a member of the rule with this index.
fn member(text: &str, index: usize, name: &str) -> Option<Range<usize>> {
    let file = DeTable::parse(text).ok()?;
    let rules = file.get_ref().get("faults")?.get_ref().as_array()?.get(index)?.get_ref().as_table()?;
    rules.iter().find(|(key, _)| key.get_ref().as_ref() == name).map(|(key, _)| key.span())
}

//! The kit of a sandbox in this folder or above it: the variables of its `kit.env`.

use super::setting::{OWN, PLATFORM_CERTIFICATE};
use crate::input;
use crate::language::Language;
use anyhow::{Context as _, bail};
use ruhui_core::bilingual::OsError;
use ruhui_server::kit_program;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Finds the folder of the kit that was named, or of a sandbox in this folder or above it.
pub(crate) fn find(named: Option<&Path>, language: Language) -> anyhow::Result<Option<PathBuf>> {
    if let Some(folder) = named {
        if !folder.join("kit.env").is_file() {
            let shown = folder.display();
            bail!(language.pick(format!("{shown} has no kit.env"), format!("{shown} 中没有 kit.env")));
        }
        return Ok(Some(folder.to_owned()));
    }
    let here = std::env::current_dir()
        .with_context(|| language.pick("the current folder is gone", "当前目录已不存在"))?;
    Ok(near(&here))
}

/// Finds the kit of a sandbox in this folder or above it, up to the root of a repository. A sandbox further
/// up belongs to another project.
pub(crate) fn near(here: &Path) -> Option<PathBuf> {
    for folder in here.ancestors() {
        let places = ["kit", "ruhui-sandbox/kit", "."].map(|place| folder.join(place));
        if let Some(found) = places.into_iter().find(|place| place.join("kit.env").is_file()) {
            return Some(found);
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}

/// Reads the lines of `kit.env`, `NAME='value'`, as a shell reads them.
pub(crate) fn read(folder: &Path, language: Language) -> anyhow::Result<BTreeMap<String, String>> {
    let text = input::text(&folder.join("kit.env"), language)?;
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
        Some((name.to_owned(), moved(value.replace(r"'\''", "'"), folder)))
    };
    Ok(text.lines().filter_map(pair).collect())
}

/// Replaces the PEM text of each variable by the path of the kit's file, for programs that read files.
pub(crate) fn with_paths(
    values: BTreeMap<String, String>,
    folder: &Path,
    language: Language,
) -> anyhow::Result<BTreeMap<String, String>> {
    kit_program::with_paths(values, |file| {
        let path = folder.join(file);
        let path = path.canonicalize().map_err(|error| {
            let missing = path.display();
            let what = language.pick(
                format!("the program needs {missing}, and a kit.env alone has no files"),
                format!("该程序需要 {missing}，仅有 kit.env 是不够的"),
            );
            language.say_of(what, &OsError::from(error))
        })?;
        Ok(path.display().to_string())
    })
}

/// Returns the path of a file of the kit. A kit of an earlier release has absolute paths; when it was copied, it has those of the original, so a missing file is looked up in
/// the copy's folder.
fn moved(value: String, folder: &Path) -> String {
    let path = Path::new(&value);
    let here = path.file_name().map(|name| folder.join(name));
    match here {
        Some(here) if path.is_absolute() && !path.exists() && here.is_file() => here.display().to_string(),
        _ => value,
    }
}

/// Replaces the merchant's credentials by the brand's. The platform certificate is removed, since only the
/// partner family has one.
pub(super) fn take_brands_own(values: &mut BTreeMap<String, String>, find: impl Fn(&str) -> Option<String>) {
    for setting in OWN {
        if let Some(value) = find(&name_of_brand(setting.variable)) {
            values.insert(setting.variable.to_owned(), value);
            values.remove(PLATFORM_CERTIFICATE.variable);
        }
    }
}

/// Returns the name of a brand's variable, which a kit has next to the merchant's. A brand's counterpart of
/// the APIv3 key is called API key on the brand platform.
fn name_of_brand(name: &str) -> String {
    match name {
        "RUHUI_APIV3_KEY" => "RUHUI_BRAND_API_KEY".to_owned(),
        name => name.replacen("RUHUI_", "RUHUI_BRAND_", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kit_that_was_copied_has_its_files_next_to_it() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("wxp_pub.pem"), "").unwrap();
        let text =
            "RUHUI_KEY='/nowhere/kit/wxp_pub.pem'\nRUHUI_GONE='/nowhere/kit/gone.pem'\nRUHUI_ID='1004'\n";
        std::fs::write(place.path().join("kit.env"), text).unwrap();
        let values = read(place.path(), Language::English).unwrap();
        assert_eq!(values["RUHUI_KEY"], place.path().join("wxp_pub.pem").display().to_string());
        assert_eq!(
            (values["RUHUI_GONE"].as_str(), values["RUHUI_ID"].as_str()),
            ("/nowhere/kit/gone.pem", "1004")
        );
    }

    #[test]
    fn a_sandbox_is_near_up_to_the_root_of_a_repository() {
        let root = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let folder = root.path().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            folder
        };
        std::fs::write(folder("outer/kit").join("kit.env"), "").unwrap();
        let kit = root.path().join("outer/kit");
        assert_eq!(near(&root.path().join("outer")), Some(kit.clone()));
        assert_eq!(near(&folder("outer/a/b")), Some(kit.clone()));
        assert_eq!(near(&kit), Some(kit.join(".")));

        folder("outer/repository/.git");
        let source = folder("outer/repository/src");
        assert_eq!(near(&source), None);
        let kit = folder("outer/repository/ruhui-sandbox/kit");
        std::fs::write(kit.join("kit.env"), "").unwrap();
        assert_eq!(near(&source), Some(kit));
    }

    #[test]
    fn a_brand_takes_its_own_credentials_from_a_kit() {
        let kit = [
            ("RUHUI_SERIAL_NO", "merchant's"),
            ("RUHUI_BRAND_SERIAL_NO", "brand's"),
            ("RUHUI_WECHATPAY_CERTIFICATE", "partner's"),
            ("RUHUI_APIV3_KEY", "merchant's"),
            ("RUHUI_BRAND_API_KEY", "brand's"),
        ];
        let all: BTreeMap<String, String> =
            kit.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let mut values = all.clone();
        take_brands_own(&mut values, |name| all.get(name).cloned());
        assert_eq!([&values["RUHUI_SERIAL_NO"], &values["RUHUI_APIV3_KEY"]], ["brand's"; 2]);
        assert!(!values.contains_key("RUHUI_WECHATPAY_CERTIFICATE"));
    }
}

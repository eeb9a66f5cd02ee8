//! `ruhui keys`: shows the keys of a sandbox, or changes them.

use crate::cli::{KeysArguments, KeysCommand, MerchantArguments, Output};
use crate::controls::{Controls, text};
use crate::language::Language;
use crate::output::{self, near};
use ruhui_core::bilingual::OsError;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) async fn run(arguments: KeysArguments, language: Language) -> anyhow::Result<ExitCode> {
    let command = arguments.command();
    let act = command.act();
    let controls = Controls::find(&act.controls, language)?;
    let mchid =
        |MerchantArguments { mchid }: &MerchantArguments| controls.required("mchid", mchid, "RUHUI_MCHID");
    let mut files = NewFiles::default();
    let answer = match &command {
        KeysCommand::Show(_) => controls.get("keys", &[]).await?,
        KeysCommand::Stage { stage, public_key_callbacks, merchant, .. } => {
            let mut body = json!({ "mchid": mchid(merchant)?, "key_stage": stage.name() });
            if let Some(percent) = public_key_callbacks {
                body["public_key_callbacks"] = json!(percent);
            }
            controls.post("keys/stage", &body).await?
        }
        KeysCommand::NewPlatformCertificate { out, .. } => {
            if let Some(path) = out {
                files.add("certificate", path.clone(), language)?;
            }
            controls.post("keys/platform-certificates", &json!({})).await?
        }
        KeysCommand::Use(serial) => {
            let body = json!({ "serial_no": serial.serial_no });
            controls.post("keys/platform-certificates/use", &body).await?
        }
        KeysCommand::Retire(serial) => {
            controls.delete_named("keys/platform-certificates", &serial.serial_no).await?
        }
        KeysCommand::NewMerchantCertificate { out, merchant, .. } => {
            let body = json!({ "mchid": mchid(merchant)? });
            if let Some(folder) = out {
                std::fs::create_dir_all(folder).map_err(|error| unusable(folder, &error, language))?;
                files.add("private_key", folder.join("apiclient_key.pem"), language)?;
                files.add("certificate", folder.join("apiclient_cert.pem"), language)?;
            }
            controls.post("keys/merchant-certificates", &body).await?
        }
        KeysCommand::Revoke { serial, merchant } => {
            let path = format!("keys/merchant-certificates/{}", mchid(merchant)?);
            controls.delete_named(&path, &serial.serial_no).await?
        }
        KeysCommand::NewApiv3Key { key, merchant, .. } => {
            let mut body = json!({ "mchid": mchid(merchant)? });
            if let Some(key) = key {
                body["apiv3_key"] = json!(key);
            }
            controls.post("keys/apiv3-key", &body).await?
        }
    };
    files.write(&answer, language)?;
    match act.output.output {
        Output::Json => output::json(&answer)?,
        Output::Text if answer["platform"].is_object() => show(&answer, language)?,
        Output::Text => show_issued(&answer, &files, language)?,
    }
    if let Some(next) = next(&command, &answer, language) {
        eprintln!("{next}");
    }
    Ok(ExitCode::SUCCESS)
}

/// New files for parts of a response. They are created before the request is sent: a key that was issued is in no
/// other place.
#[derive(Default)]
struct NewFiles {
    files: Vec<(&'static str, PathBuf, File)>,
    are_written: bool,
}

impl NewFiles {
    fn add(&mut self, part: &'static str, path: PathBuf, language: Language) -> anyhow::Result<()> {
        let file = create(&path).map_err(|error| unusable(&path, &error, language))?;
        self.files.push((part, path, file));
        Ok(())
    }

    fn write(&mut self, answer: &Value, language: Language) -> anyhow::Result<()> {
        for (part, path, file) in &mut self.files {
            let written = file.write_all(text(answer, part).as_bytes());
            written.map_err(|error| unusable(path, &error, language))?;
        }
        self.are_written = true;
        Ok(())
    }
}

/// Removes the files of a request that failed: they are empty.
impl Drop for NewFiles {
    fn drop(&mut self) {
        if !self.are_written {
            for (_, path, _) in &self.files {
                let _ = std::fs::remove_file(path);
            }
        }
    }
}

fn unusable(path: &Path, error: &std::io::Error, language: Language) -> anyhow::Error {
    language.say_of(near(path), &OsError::from(error))
}

/// Creates a file that only its owner may read. An existing file stays.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn show(keys: &Value, language: Language) -> std::io::Result<()> {
    let platform = &keys["platform"];
    output::line(language.pick("platform", "平台"))?;
    output::pairs(&[
        (language.pick("public key", "微信支付公钥"), text(platform, "public_key_id")),
        (language.pick("public key for brands", "品牌用公钥"), text(platform, "brand_public_key_id")),
    ])?;
    for certificate in platform["certificates"].as_array().into_iter().flatten() {
        let signs = certificate["signs"] == true;
        let note = if signs { language.pick(", signs", "，用于签名") } else { "" };
        show_certificate(certificate, note, language)?;
    }
    for merchant in keys["merchants"].as_array().into_iter().flatten() {
        let mchid = text(merchant, "mchid");
        output::line(&language.pick(format!("merchant {mchid}"), format!("商户 {mchid}")))?;
        let mut pairs = vec![(language.pick("stage", "阶段"), stage(merchant, language))];
        if let Some(percent) = merchant["public_key_callbacks"].as_u64() {
            let share = language
                .pick(format!("{percent} % by the public key"), format!("{percent}% 由微信支付公钥签名"));
            pairs.push((language.pick("callbacks", "回调通知"), share));
        }
        if merchant["has_apiv3_key"] == false {
            let none = language.pick("none: no callbacks", "未设置，不发送回调通知");
            pairs.push((language.pick("APIv3 key", "APIv3密钥"), none.to_owned()));
        }
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        output::pairs(&pairs)?;
        for certificate in merchant["certificates"].as_array().into_iter().flatten() {
            show_certificate(certificate, "", language)?;
        }
    }
    Ok(())
}

fn stage(merchant: &Value, language: Language) -> String {
    let name = text(merchant, "key_stage");
    let what = match name {
        "certificates" => language.pick("platform certificates only", "只有平台证书"),
        "both_certificate" => language.pick("both, by default the certificate", "两者并存，默认用平台证书"),
        "both_public_key" => language.pick("both, by default the public key", "两者并存，默认用微信支付公钥"),
        _ => language.pick("the public key only", "只有微信支付公钥"),
    };
    language.pick(format!("{name} ({what})"), format!("{name}（{what}）"))
}

fn show_certificate(certificate: &Value, note: &str, language: Language) -> std::io::Result<()> {
    let (serial, end) = (text(certificate, "serial_no"), text(certificate, "expire_time"));
    let end = end.split('T').next().unwrap_or_default();
    let label = language.pick("certificate", "证书");
    let until = language.pick(format!(", until {end}"), format!("，有效期至 {end}"));
    output::line(&format!("  {label}  {serial}{until}{note}"))
}

fn show_issued(answer: &Value, files: &NewFiles, language: Language) -> std::io::Result<()> {
    let mut pairs = Vec::new();
    for (part, en, zh) in [
        ("mchid", "merchant", "商户"),
        ("serial_no", "serial number", "序列号"),
        ("apiv3_key", "APIv3 key", "APIv3密钥"),
    ] {
        if let Some(value) = answer[part].as_str() {
            pairs.push((language.pick(en, zh), value.to_owned()));
        }
    }
    for (part, path, _) in &files.files {
        let label = match *part {
            "private_key" => language.pick("private key", "私钥"),
            _ => language.pick("certificate", "证书"),
        };
        pairs.push((label, near(path)));
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    output::pairs(&pairs)?;
    if files.files.is_empty() {
        for part in ["certificate", "private_key"] {
            if let Some(pem) = answer[part].as_str() {
                output::line(pem.trim_end())?;
            }
        }
    }
    Ok(())
}

/// The advice after a change: the next step of a rotation.
fn next(command: &KeysCommand, answer: &Value, language: Language) -> Option<String> {
    let serial = text(answer, "serial_no");
    Some(match command {
        KeysCommand::NewPlatformCertificate { .. } => language.pick(
            format!("listed by /v3/certificates; `ruhui keys use {serial}` lets it sign"),
            format!("/v3/certificates 已返回该证书；执行 `ruhui keys use {serial}` 后用于签名"),
        ),
        KeysCommand::NewMerchantCertificate { .. } => language.pick(
            "valid next to the earlier ones; `ruhui keys revoke SERIAL` revokes one".to_owned(),
            "与原有证书同时有效；用 `ruhui keys revoke 序列号` 吊销旧证书".to_owned(),
        ),
        KeysCommand::NewApiv3Key { .. } => language.pick(
            "kit.env still has the former key: give the new one to your program, or `ruhui sandbox reset`"
                .to_owned(),
            "kit.env 中仍是旧密钥：请将新密钥配置到你的程序，或执行 `ruhui sandbox reset` 还原".to_owned(),
        ),
        _ => return None,
    })
}

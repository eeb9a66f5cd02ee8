//! Values of the settings for one run, and their origin.

use super::Family;
use super::setting::{BASE_URL, BRAND_ID, MCHID, NOTIFY_URL, Setting};
use crate::language::Language;
use anyhow::bail;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Origin of the settings, before flags override them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Flags and environment only.
    Given,
    Profile(String),
    /// The kit of a sandbox, by its folder.
    Kit(PathBuf),
}

/// The address of `ruhui listen` without a kit that names another.
const DEFAULT_LISTENER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7083);

/// Returns the address of a plain HTTP URL on loopback.
fn address_on_this_machine(url: &str) -> Option<SocketAddr> {
    let url = reqwest::Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
    let port = url.port_or_known_default()?;
    let ip = match url.host_str()? {
        "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        host => host.trim_matches(['[', ']']).parse().ok().filter(IpAddr::is_loopback)?,
    };
    Some(SocketAddr::new(ip, port))
}

/// Values of the settings, by the names of `kit.env`.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(super) values: BTreeMap<String, String>,
    pub(super) family: Family,
    pub(super) origin: Origin,
}

impl Settings {
    pub(crate) fn family(&self) -> Family {
        self.family
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns whether requests go to a sandbox: that of a kit, or a service on this machine or without TLS.
    pub(crate) fn is_for_sandbox(&self) -> bool {
        let is_of_sandbox = |url: &str| {
            reqwest::Url::parse(url).is_ok_and(|url| match url.host_str() {
                Some("localhost") => true,
                Some(_) if url.scheme() == "http" => true,
                Some(host) => host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
                None => false,
            })
        };
        matches!(self.origin, Origin::Kit(_)) || self.optional(BASE_URL).is_some_and(is_of_sandbox)
    }

    /// Returns the values of required settings. If any is missing, the error says where to set it.
    pub(crate) fn required<const N: usize>(
        &self,
        settings: [Setting; N],
        language: Language,
    ) -> anyhow::Result<[&str; N]> {
        let missing: Vec<&Setting> =
            settings.iter().filter(|setting| self.optional(**setting).is_none()).collect();
        if missing.is_empty() {
            return Ok(settings.map(|setting| self.optional(setting).unwrap_or_default()));
        }
        let flags = language.list(&missing.iter().map(|setting| setting.flag).collect::<Vec<_>>());
        let variables = language.list(&missing.iter().map(|setting| setting.variable).collect::<Vec<_>>());
        let (is, it) = if missing.len() == 1 { ("is", "it") } else { ("are", "them") };
        bail!(match &self.origin {
            Origin::Given => language.pick(
                format!("{flags} {is} missing; give {it}, or set {variables}"),
                format!("缺少 {flags}；请在命令行给出，或设置环境变量 {variables}"),
            ),
            Origin::Profile(name) => language.pick(
                format!("{flags} {is} missing; give {it}, or add {it} to the profile `{name}`"),
                format!("缺少 {flags}；请在命令行给出，或写入 profile `{name}`"),
            ),
            Origin::Kit(folder) => language.pick(
                format!("{flags} {is} missing; {} has no {variables}", folder.join("kit.env").display()),
                format!("缺少 {flags}；{} 中没有 {variables}", folder.join("kit.env").display()),
            ),
        });
    }

    /// Returns the value of a required setting, as `parse` reads it.
    pub(crate) fn parsed<'a, T, E: std::fmt::Display>(
        &'a self,
        setting: Setting,
        parse: impl FnOnce(&'a str) -> Result<T, E>,
        language: Language,
    ) -> anyhow::Result<T> {
        let [text] = self.required([setting], language)?;
        parse(text).map_err(|error| language.say_of(setting.flag, &error))
    }

    /// Returns the value of a setting, if it is configured.
    pub(crate) fn optional(&self, setting: Setting) -> Option<&str> {
        self.values.get(setting.variable).map(String::as_str)
    }

    /// Returns the name and the number of the caller, for messages.
    pub(crate) fn caller_shown(&self) -> String {
        let name = self.caller().flag.trim_start_matches('-').replace('-', "_");
        self.optional(self.caller()).map_or_else(|| name.clone(), |id| format!("{name} {id}"))
    }

    /// Returns the caller's number, if it is configured.
    pub(crate) fn caller_id(&self) -> Option<&str> {
        self.optional(self.caller())
    }

    pub(super) fn caller(&self) -> Setting {
        match self.family {
            Family::Partner => MCHID,
            Family::Brand => BRAND_ID,
        }
    }

    /// Returns the address at which the sandbox's callbacks arrive on this machine, or the default one if they go
    /// elsewhere.
    pub(crate) fn listen_address(&self) -> SocketAddr {
        self.optional(NOTIFY_URL).and_then(address_on_this_machine).unwrap_or(DEFAULT_LISTENER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_of_this_machine_name_the_address_to_listen_on() {
        for (url, address) in [
            ("http://127.0.0.1:7283/notify", Some("127.0.0.1:7283")),
            ("http://localhost:8080/", Some("127.0.0.1:8080")),
            ("http://[::1]:8080/notify", Some("[::1]:8080")),
            ("http://127.0.0.1/notify", Some("127.0.0.1:80")),
            ("https://127.0.0.1:7283/notify", None),
            ("http://app:8080/notify", None),
            ("http://192.0.2.1:8080/notify", None),
            ("notify", None),
        ] {
            let expected = address.map(|address| address.parse().unwrap());
            assert_eq!(address_on_this_machine(url), expected, "{url}");
        }
    }

    #[test]
    fn a_sandbox_is_that_of_a_kit_or_on_this_machine_or_without_tls() {
        let is_for_sandbox = |origin, url: Option<&str>| {
            let values = url.map(|url| (BASE_URL.variable.to_owned(), url.to_owned())).into_iter().collect();
            Settings { values, family: Family::Partner, origin }.is_for_sandbox()
        };
        assert!(is_for_sandbox(Origin::Kit(PathBuf::new()), None));
        for url in
            ["http://127.0.0.1:7080", "http://localhost:1", "https://[::1]:7080", "http://sandbox:7080"]
        {
            assert!(is_for_sandbox(Origin::Given, Some(url)), "{url}");
        }
        for url in [None, Some("https://api.mch.weixin.qq.com"), Some("https://192.0.2.1"), Some("no URL")] {
            assert!(!is_for_sandbox(Origin::Given, url), "{url:?}");
        }
    }
}

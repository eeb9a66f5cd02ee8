//! The host names that a proxy leads to the sandbox.

use std::fmt;

/// A host of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// The main host.
    Main,
    /// The backup host.
    Backup,
}

/// WeChat Pay's names of the main and the backup host.
#[derive(Debug)]
pub(super) struct Hosts(Vec<(&'static str, Host)>);

impl Hosts {
    /// Returns those of the names on the sandbox's certificate that belong to WeChat Pay. The others are those of
    /// loopback, which a program reaches without a proxy.
    pub(super) fn among(names: &[&'static str]) -> Self {
        let host = |name: &&'static str| match name.split_once('.')? {
            ("api", _) => Some((*name, Host::Main)),
            ("api2", _) => Some((*name, Host::Backup)),
            _ => None,
        };
        Self(names.iter().filter_map(host).collect())
    }

    /// Returns the host of a name. Names have no case, and may end with the dot of the root.
    pub(super) fn find(&self, name: &str) -> Option<Host> {
        let name = name.strip_suffix('.').unwrap_or(name);
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, host)| *host)
    }
}

/// Prints the names as a list.
impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, _)) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_wechat_pay_lead_to_the_sandbox() {
        let hosts =
            Hosts::among(&["api.mch.weixin.qq.com", "api2.wechatpay.cn", "localhost", "127.0.0.1", "::1"]);
        assert_eq!(hosts.to_string(), "api.mch.weixin.qq.com, api2.wechatpay.cn");
        assert_eq!(hosts.find("api.mch.weixin.qq.com"), Some(Host::Main));
        assert_eq!(hosts.find("API2.WeChatPay.cn."), Some(Host::Backup));
        for other in
            ["", ".", "localhost", "127.0.0.1", "mch.weixin.qq.com", "api.mch.weixin.qq.com.evil.example"]
        {
            assert_eq!(hosts.find(other), None, "{other}");
        }
    }
}

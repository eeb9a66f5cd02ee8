//! Fail-over between the main and the backup host: which host to try first.

use crate::error::{InvalidHost, UsageError};
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use jiff::Timestamp;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

/// WeChat Pay's main host. [`BACKUP`] is its backup host (partner page 4012082567).
pub(crate) const MAIN: &str = "https://api.mch.weixin.qq.com";
pub(crate) const BACKUP: &str = "https://api2.mch.weixin.qq.com";

/// Seconds for which requests start at the backup host after a failed connection to the main host.
const REST: i64 = 60;

/// Base URL of a host: scheme, host and port.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Host {
    scheme: Scheme,
    authority: Authority,
}

impl Host {
    /// Parses `http://host:port` or `https://host`.
    pub(crate) fn parse(text: &str) -> Result<Self, UsageError> {
        let wrong = |why| {
            // A user name may be followed by a password.
            let given = if text.contains('@') { String::new() } else { text.to_owned() };
            UsageError::Host { given, why }
        };
        let uri: Uri = text.parse().map_err(|_| wrong(InvalidHost::NotUrl))?;
        let parts = uri.into_parts();
        let scheme = parts.scheme.ok_or_else(|| wrong(InvalidHost::Scheme))?;
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(wrong(InvalidHost::Scheme));
        }
        let authority = parts.authority.ok_or_else(|| wrong(InvalidHost::NoHost))?;
        if authority.as_str().contains('@') {
            return Err(wrong(InvalidHost::UserName));
        }
        if parts.path_and_query.is_some_and(|path| path != "/") || text.contains('#') {
            // The target is signed as it is; a path prefix of the host would have to be part of it.
            return Err(wrong(InvalidHost::Path));
        }
        Ok(Self { scheme, authority })
    }

    pub(crate) fn uri(&self, target: &PathAndQuery) -> Uri {
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(target.clone());
        Uri::from_parts(parts).expect("scheme, authority and path are all there")
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Main and backup host of a client, and the time until which requests start at the backup. Clones of a
/// client share one value.
#[derive(Debug)]
pub(crate) struct Hosts {
    main: Host,
    backup: Option<Host>,
    /// Unix seconds until which requests start at the backup host.
    rest_until: AtomicI64,
}

impl Hosts {
    pub(crate) fn new(main: Host, backup: Option<Host>) -> Self {
        Self { main, backup, rest_until: AtomicI64::new(i64::MIN) }
    }

    /// Returns the hosts in the order in which to try them at `now`. The order changes with `connect_failed`,
    /// `answered` and time.
    pub(crate) fn order(&self, now: Timestamp) -> impl Iterator<Item = &Host> {
        let left = self.rest_until.load(Ordering::Relaxed).saturating_sub(now.as_second());
        // More than REST is left only if the clock was set back. The recorded time is then ignored.
        let (first, second) = match &self.backup {
            Some(backup) if (1..=REST).contains(&left) => (backup, Some(&self.main)),
            backup => (&self.main, backup.as_ref()),
        };
        std::iter::once(first).chain(second)
    }

    /// Records a failed connection to `host`. If it is the main host, requests start at the backup for `REST`
    /// seconds.
    pub(crate) fn connect_failed(&self, host: &Host, now: Timestamp) {
        if *host == self.main {
            self.rest_until.store(now.as_second().saturating_add(REST), Ordering::Relaxed);
        }
    }

    /// Records a response from `host`, of any status. If it is the main host, requests start there again.
    pub(crate) fn answered(&self, host: &Host) {
        if *host == self.main {
            self.rest_until.store(i64::MIN, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn pair() -> Hosts {
        Hosts::new(Host::parse(MAIN).unwrap(), Some(Host::parse(BACKUP).unwrap()))
    }

    fn first(hosts: &Hosts, second: i64) -> String {
        hosts.order(at(second)).next().unwrap().to_string()
    }

    #[test]
    fn an_unreachable_main_rests_for_a_minute() {
        let hosts = pair();
        assert_eq!(first(&hosts, 1000), MAIN);
        hosts.connect_failed(&hosts.main, at(1000));
        assert_eq!(first(&hosts, 1000), BACKUP);
        assert_eq!(first(&hosts, 1059), BACKUP);
        assert_eq!(first(&hosts, 1060), MAIN);
    }

    #[test]
    fn an_answer_of_main_ends_its_rest() {
        let hosts = pair();
        hosts.connect_failed(&hosts.main, at(1000));
        hosts.answered(hosts.backup.as_ref().unwrap());
        assert_eq!(first(&hosts, 1001), BACKUP);
        hosts.answered(&hosts.main);
        assert_eq!(first(&hosts, 1001), MAIN);
    }

    #[test]
    fn a_failed_backup_changes_nothing() {
        let hosts = pair();
        hosts.connect_failed(hosts.backup.as_ref().unwrap(), at(1000));
        assert_eq!(first(&hosts, 1001), MAIN);
    }

    #[test]
    fn a_clock_set_back_does_not_prolong_the_rest() {
        let hosts = pair();
        hosts.connect_failed(&hosts.main, at(1_000_000));
        assert_eq!(first(&hosts, 1000), MAIN);
    }

    #[test]
    fn a_lone_host_is_always_first_and_last() {
        let hosts = Hosts::new(Host::parse("http://127.0.0.1:8080/").unwrap(), None);
        hosts.connect_failed(&hosts.main, at(1000));
        assert_eq!(hosts.order(at(1001)).map(Host::to_string).collect::<Vec<_>>(), ["http://127.0.0.1:8080"]);
    }

    #[test]
    fn what_is_no_base_url_is_rejected_with_the_reason() {
        let cases = [
            ("", "it is not a URL"),
            ("api.mch.weixin.qq.com", "it must start with https:// or http://"),
            ("ftp://host", "it must start with https:// or http://"),
            ("https://user:secret@host", "it must not hold a user name"),
            ("https://host/v3", "it must end after host and port"),
            ("https://host?x=1", "it must end after host and port"),
            ("https://host/#f", "it must end after host and port"),
        ];
        for (text, reason) in cases {
            let Err(UsageError::Host { given, why }) = Host::parse(text) else { panic!("{text} passed") };
            assert!(why.to_string().starts_with(reason), "{text}: {why}");
            assert!(!format!("{why:#}").is_ascii(), "{text}: {why:#}");
            assert!(!given.contains("secret"));
        }
    }
}

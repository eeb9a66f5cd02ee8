//! A PostgreSQL URL: servers, database, user, and TLS mode.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// Address of a PostgreSQL database. Neither `Debug` nor `Display` shows the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Configuration as it was written.
    config: Config,
    /// One configuration per host, since each host is tried with its own time limit.
    pub(super) hosts: Vec<Config>,
    pub(super) tls: TlsMode,
}

/// TLS mode of the connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TlsMode {
    /// No encryption.
    Off,
    /// TLS with a certificate for the host's name, from one of the system's authorities.
    System,
    /// TLS with a certificate for the host's name, from one of the authorities in this file.
    Authorities(PathBuf),
}

impl Address {
    /// Whether a text has the scheme of a PostgreSQL URL.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// Resolves relative paths of this address against `folder`.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        if let TlsMode::Authorities(path) = &mut self.tls {
            *path = folder.join(&*path);
        }
        self
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = self.config.get_user() {
            write!(f, "{user}@")?;
        }
        let ports = self.config.get_ports();
        for (index, host) in self.config.get_hosts().iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}")?,
                #[cfg(unix)]
                Host::Unix(folder) => write!(f, "{comma}{}", folder.display())?,
            }
            match ports.get(index).or_else(|| ports.first()) {
                Some(5432) | None => {}
                Some(port) => write!(f, ":{port}")?,
            }
        }
        match self.config.get_dbname() {
            Some(name) => write!(f, "/{name}"),
            None => Ok(()),
        }
    }
}

/// Why a URL is not valid. The message never repeats the URL, which may hold a password. `{}` prints English,
/// `{:#}` Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// The URL cannot be parsed.
    Malformed,
    /// The URL names no host.
    NoHost,
    /// The `sslmode` does not guarantee encryption.
    SslMode,
    /// The URL asks for read-only servers (standbys).
    ReadOnly,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self, f.alternate()) {
            (Self::Malformed, false) => {
                "is not a PostgreSQL URL: give postgres://USER:PASSWORD@HOST:PORT/DATABASE, with `%40` and the like for special characters"
            }
            (Self::Malformed, true) => {
                "不是有效的 PostgreSQL 地址：格式为 postgres://用户:密码@主机:端口/数据库，特殊字符请用 `%40` 等转义"
            }
            (Self::NoHost, false) => "names no host: give postgres://USER:PASSWORD@HOST:PORT/DATABASE",
            (Self::NoHost, true) => "缺少主机：格式为 postgres://用户:密码@主机:端口/数据库",
            (Self::SslMode, false) => {
                "has an `sslmode` that does not guarantee encryption: give `verify-full`, or `disable` on a network of your own"
            }
            (Self::SslMode, true) => {
                "所填 `sslmode` 不能保证安全：请用 `verify-full`，仅在自有网络内可用 `disable`"
            }
            (Self::ReadOnly, false) => {
                "asks for read-only servers, and a store writes: leave `target_session_attrs` out"
            }
            (Self::ReadOnly, true) => "所填 `target_session_attrs` 为只读，而存储需要写入：请删去该参数",
        })
    }
}

impl std::error::Error for AddressError {}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (text, guards) = take_guards(text);
        let mut config: Config = text.parse().map_err(|_| AddressError::Malformed)?;
        if config.get_hosts().is_empty() {
            return Err(AddressError::NoHost);
        }
        use tokio_postgres::config::TargetSessionAttrs as Attributes;
        match config.get_target_session_attrs() {
            Attributes::Any | Attributes::ReadWrite => {}
            _ => return Err(AddressError::ReadOnly),
        }
        // A standby would serve reads and reject writes, so of all hosts in the URL only the primary is used.
        config.target_session_attrs(Attributes::ReadWrite);
        let tls = guards.mode(config.get_hosts().iter().all(is_near))?;
        config.ssl_mode(if tls == TlsMode::Off { SslMode::Disable } else { SslMode::Require });
        config.keepalives_idle(KEEPALIVE).keepalives_interval(KEEPALIVE).keepalives_retries(3);
        config.tcp_user_timeout(2 * KEEPALIVE);
        if config.get_application_name().is_none() {
            config.application_name("ruhui");
        }
        let hosts = one_by_one(&config).ok_or(AddressError::Malformed)?;
        Ok(Self { config, hosts, tls })
    }
}

/// TCP keepalive interval: a server that vanished is detected within about 8 s, even on an idle connection.
const KEEPALIVE: Duration = Duration::from_secs(2);

/// Splits a configuration into one per host; `None` when the numbers of hosts, addresses and ports do not
/// match.
fn one_by_one(config: &Config) -> Option<Vec<Config>> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let fits = |length: usize, shared: usize| length <= shared || length == hosts.len();
    if !fits(addresses.len(), 0) || !fits(ports.len(), 1) {
        return None;
    }
    let one = |(index, host): (usize, &Host)| {
        let mut one = Config::new();
        match host {
            Host::Tcp(name) => one.host(name),
            #[cfg(unix)]
            Host::Unix(folder) => one.host_path(folder),
        };
        if let Some(address) = addresses.get(index) {
            one.hostaddr(*address);
        }
        if let Some(port) = ports.get(index).or_else(|| ports.first()) {
            one.port(*port);
        }
        if let Some(user) = config.get_user() {
            one.user(user);
        }
        if let Some(password) = config.get_password() {
            one.password(password);
        }
        if let Some(name) = config.get_dbname() {
            one.dbname(name);
        }
        if let Some(options) = config.get_options() {
            one.options(options);
        }
        if let Some(name) = config.get_application_name() {
            one.application_name(name);
        }
        if let Some(timeout) = config.get_tcp_user_timeout() {
            one.tcp_user_timeout(*timeout);
        }
        if let Some(interval) = config.get_keepalives_interval() {
            one.keepalives_interval(interval);
        }
        if let Some(retries) = config.get_keepalives_retries() {
            one.keepalives_retries(retries);
        }
        one.keepalives(config.get_keepalives()).keepalives_idle(config.get_keepalives_idle());
        one.ssl_mode(config.get_ssl_mode()).ssl_negotiation(config.get_ssl_negotiation());
        one.channel_binding(config.get_channel_binding());
        one.target_session_attrs(config.get_target_session_attrs());
        one
    };
    Some(hosts.iter().enumerate().map(one).collect())
}

/// TLS parameters of the URL, parsed here because the client library knows fewer of them than PostgreSQL's
/// own.
#[derive(Debug, Default)]
struct TlsParameters {
    mode: Option<String>,
    authorities: Option<String>,
}

impl TlsParameters {
    /// Returns the TLS mode. TLS is not worth its cost on the machine itself; to any other host TLS always
    /// checks the certificate.
    fn mode(self, is_near: bool) -> Result<TlsMode, AddressError> {
        let verified = match self.authorities {
            Some(path) => TlsMode::Authorities(PathBuf::from(path)),
            None => TlsMode::System,
        };
        match self.mode.as_deref() {
            Some("disable") => Ok(TlsMode::Off),
            Some("require" | "verify-ca" | "verify-full") => Ok(verified),
            Some(_) => Err(AddressError::SslMode),
            None if is_near && verified == TlsMode::System => Ok(TlsMode::Off),
            None => Ok(verified),
        }
    }
}

/// Whether packets to this host stay on the machine.
fn is_near(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Removes the TLS parameters from a URL, and returns the rest of the URL and the parameters.
fn take_guards(text: &str) -> (String, TlsParameters) {
    let mut guards = TlsParameters::default();
    let Some((before, query)) = text.split_once('?') else { return (text.to_owned(), guards) };
    let mut rest = Vec::new();
    for pair in query.split('&') {
        let value = |value: &str| {
            let read = serde_urlencoded::from_str::<Vec<(String, String)>>(&format!("v={value}"));
            read.ok().and_then(|mut pairs| pairs.pop()).map(|(_, value)| value)
        };
        match pair.split_once('=') {
            Some(("sslmode", mode)) => guards.mode = value(mode),
            Some(("sslrootcert", path)) => guards.authorities = value(path),
            _ => rest.push(pair),
        }
    }
    let text = if rest.is_empty() { before.to_owned() } else { format!("{before}?{}", rest.join("&")) };
    (text, guards)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn no_print_has_the_password() {
        let url = "postgres://ruhui:p%40ss@db1:5433,db2/ruhui?sslmode=verify-full&sslrootcert=ca%20.pem&application_name=a";
        let address = address(url);
        assert_eq!(address.config.get_password(), Some(&b"p@ss"[..]));
        assert_eq!(address.tls, TlsMode::Authorities("ca .pem".into()));
        assert_eq!(address.to_string(), "postgres://ruhui@db1:5433,db2/ruhui");
        assert_eq!(format!("{address:?}"), "Address(postgres://ruhui@db1:5433,db2/ruhui)");
        assert_eq!(address.within(Path::new("/etc")).tls, TlsMode::Authorities("/etc/ca .pem".into()));
    }

    #[test]
    fn tls_is_left_out_near_by_only_or_where_it_is_said() {
        for (url, tls) in [
            ("postgres://localhost/a", TlsMode::Off),
            ("postgres://127.0.0.1,[::1]/a", TlsMode::Off),
            ("postgres:///a?host=/run/postgresql", TlsMode::Off),
            ("postgres://localhost/a?sslmode=require", TlsMode::System),
            ("postgres://localhost/a?sslrootcert=ca.pem", TlsMode::Authorities("ca.pem".into())),
            ("postgres://db/a", TlsMode::System),
            ("postgres://localhost,db/a", TlsMode::System),
            ("postgres://db/a?sslmode=disable", TlsMode::Off),
        ] {
            assert_eq!(address(url).tls, tls, "{url}");
        }
    }

    #[test]
    fn each_host_can_be_tried_alone() {
        let address = address("postgres://u:p@db1:5433,db2/a?options=-csearch_path%3Db&application_name=c");
        assert_eq!(address.hosts.len(), 2);
        for (config, (name, port)) in address.hosts.iter().zip([("db1", 5433), ("db2", 5432)]) {
            assert_eq!(
                (config.get_hosts(), config.get_ports()),
                (&[Host::Tcp(name.to_owned())][..], &[port][..])
            );
            assert_eq!((config.get_user(), config.get_password()), (Some("u"), Some(&b"p"[..])));
            assert_eq!((config.get_dbname(), config.get_options()), (Some("a"), Some("-csearch_path=b")));
            assert_eq!(config.get_application_name(), Some("c"));
            assert_eq!(config.get_ssl_mode(), SslMode::Require);
        }
    }

    #[test]
    fn mistakes_are_told_without_the_text() {
        for (url, error) in [
            ("postgres://u:secret@db:port/a", AddressError::Malformed),
            ("postgres://u:secret@db/a?nonsense=1", AddressError::Malformed),
            ("postgres:///a", AddressError::NoHost),
            ("postgres://a:1,b:2,c/a?hostaddr=127.0.0.1", AddressError::Malformed),
            ("postgres://u:secret@db/a?sslmode=prefer", AddressError::SslMode),
            ("postgres://u:secret@db/a?target_session_attrs=read-only", AddressError::ReadOnly),
        ] {
            let found = url.parse::<Address>().unwrap_err();
            assert_eq!(found, error, "{url}");
            assert!(!format!("{found} {found:#}").contains("secret"));
        }
    }
}

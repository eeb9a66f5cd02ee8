//! The builder of a sandbox.

use crate::error::StartError;
use crate::server_thread::{Parts, ServerThread};
use crate::{Sandbox, fixture};
use jiff::Timestamp;
use ruhui::types::NotifyUrl;
use ruhui_server::env::{Env, ManualClock, SeededEntropy};
use ruhui_server::sandbox::ProxyClients;
use ruhui_server::start::Addresses;
use std::sync::Arc;

/// Options of a sandbox.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use ruhui_sandbox::Sandbox;
///
/// let sandbox = Sandbox::builder()
///     .provision("[[brands]]\nbrand_id = \"2001\"\nname = \"mine\"\nmerchants = [\"1900000001\"]\n")
///     .business_time("2027-01-15T08:00:00Z".parse()?)
///     .start()
///     .await?;
/// assert_eq!(sandbox.controls().clock().await?.now.to_string(), "2027-01-15T16:00:00.000+08:00");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct SandboxBuilder {
    config: Option<String>,
    provision: String,
    is_tls: bool,
    proxy: Option<ProxyClients>,
    business_time: Option<Timestamp>,
    wire_time: Option<Timestamp>,
    seed: Option<u64>,
    notify_url: Option<String>,
    addresses: Addresses,
}

impl SandboxBuilder {
    /// Replaces the whole text of `ruhui.toml`. [`Sandbox::default_config`] returns the text that a sandbox has
    /// otherwise. Paths in it are those of [`Sandbox::write_kit`] after `kit/`, and those of the platform's keys as they
    /// are in the default text. Addresses and store in it are ignored.
    pub fn config(self, text: impl Into<String>) -> Self {
        Self { config: Some(text.into()), ..self }
    }

    /// Appends entries to `ruhui.toml`: `[[brands]]`, `[[templates]]`, `[[users]]`. Can be called several times.
    pub fn provision(mut self, entries: &str) -> Self {
        self.provision.push('\n');
        self.provision.push_str(entries);
        self
    }

    /// Serves HTTPS, with a certificate of a CA that is made for this sandbox. [`Sandbox::client`] trusts it. Off by
    /// default.
    pub fn tls(self, is_tls: bool) -> Self {
        Self { is_tls, ..self }
    }

    /// Serves a forward proxy for these clients, at [`Sandbox::proxy_url`]: it leads programs with WeChat Pay's host names
    /// built in to this sandbox. It turns HTTPS on. Off by default.
    pub fn proxy(self, clients: ProxyClients) -> Self {
        Self { proxy: Some(clients), ..self }
    }

    /// Stops business time at this moment. The controls can move it forward, and a reset brings it back to this moment.
    /// Signatures are judged by the machine's time, as ever. By default business time is the machine's.
    pub fn business_time(self, time: Timestamp) -> Self {
        Self { business_time: Some(time), ..self }
    }

    /// Stops wire time at this moment, for tests that compare whole messages with kept ones. Clients and receivers of
    /// [`Sandbox`] take the same time. Any other client must sign with a time within five minutes of it. By default wire
    /// time is the machine's.
    pub fn wire_time(self, time: Timestamp) -> Self {
        Self { wire_time: Some(time), ..self }
    }

    /// Makes ids, tokens, codes and nonces from this seed, also the nonces of [`Sandbox`]'s clients and
    /// [`Sandbox::new_openid`]: with a fixed time, too, the same calls in the same order have the same results in each run.
    /// By default they are random.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Sends callbacks to this URL, unless a template has its own. By default they go to a port that the sandbox holds
    /// and on which nothing listens, so every attempt fails at once and no other program gets one.
    pub fn notify_url(self, url: impl Into<String>) -> Self {
        Self { notify_url: Some(url.into()), ..self }
    }

    /// Binds these addresses in place of ports that the system chooses, and sends callbacks to this URL: for programs
    /// that know the addresses in advance.
    pub fn addresses(self, addresses: Addresses) -> Self {
        Self { addresses, ..self }
    }

    /// Starts the sandbox, and returns once it serves.
    ///
    /// # Errors
    ///
    /// [`StartError`]: one sentence about the obstacle.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let Self { config, provision, is_tls, proxy, business_time, wire_time, seed, notify_url, addresses } =
            self;
        let given = notify_url.map(NotifyUrl::new).transpose().map_err(StartError::NotifyUrl)?;
        let notify_url = given.or(addresses.notify_url);
        let addresses = Addresses { notify_url, ..addresses };
        let holds_callbacks = addresses.notify_url.is_none() && config.is_none();
        let mut env = Env::system();
        let mut of_clients = Env::system();
        if let Some(time) = business_time {
            env.business = Arc::new(ManualClock::new(time));
        }
        if let Some(time) = wire_time {
            env.wire = Arc::new(ManualClock::new(time));
            of_clients.wire = env.wire.clone();
        }
        if let Some(seed) = seed {
            env.entropy = Arc::new(SeededEntropy::new(seed));
            // Another source than the sandbox's, whose background jobs would take values between those of two requests.
            of_clients.entropy = Arc::new(SeededEntropy::new(!seed));
        }
        let config = config.unwrap_or_else(fixture::config) + &provision;
        let files = fixture::files(config).collect();
        let (server, serving) =
            ServerThread::start(Parts { files, env, is_tls, proxy, addresses, holds_callbacks }).await?;
        Sandbox::new(server, serving, of_clients)
    }
}

//! The builder of a client: checks keys, certificates, hosts and headers before the first request.

use crate::client::Client;
use crate::env::{SystemClock, SystemEntropy};
use crate::error::{Error, Parameter, UsageError};
use crate::exchange::Inner;
use crate::hosts::{self, Host, Hosts};
use crate::keys;
use crate::pem::Pem;
use crate::transport::Transport;
#[cfg(feature = "reqwest")]
use crate::transport::network::{Network, Settings};
use http::HeaderValue;
use ruhui_core::api::{Brand, FamilyMarker, Partner};
use ruhui_core::env::{Clock, Entropy};
use ruhui_core::key::PlatformKeys;
use ruhui_core::sign::Signer;
use ruhui_core::types::{BrandId, Caller, Family, MchId, SerialNo};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
#[cfg(feature = "reqwest")]
use std::time::Duration;

/// Builder of a [`Client`]. [`Client::partner`] and [`Client::brand`] check the keys and ids, and
/// [`ClientBuilder::build`] checks the other settings.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<F: FamilyMarker = Partner> {
    signer: Signer,
    public_key_id: SerialNo,
    keys: PlatformKeys,
    platform_certificates: Vec<Pem>,
    main: String,
    backup: Option<String>,
    #[cfg(feature = "reqwest")]
    network: Settings,
    user_agent: String,
    accept_language: Option<String>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    transport: Option<Arc<dyn Transport>>,
    family: PhantomData<fn() -> F>,
}

impl Client<Partner> {
    /// Returns the builder of a client for a service provider. The five parameters are those of the samples
    /// in the documents.
    ///
    /// - `mchid`: the service provider's merchant number, also for requests on behalf of a brand;
    /// - `serial_no`: the serial number of the merchant's API certificate (商户API证书序列号);
    /// - `private_key`: that certificate's private key (商户API证书私钥, `apiclient_key.pem`);
    /// - `public_key_id`: the WeChat Pay public key's id (微信支付公钥ID, `PUB_KEY_ID_...`);
    /// - `public_key`: the WeChat Pay public key (微信支付公钥, `pub_key.pem`, `wxp_pub.pem`).
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] names the parameter, the file, what it contains and what belongs there.
    pub fn partner(
        mchid: impl Into<String>,
        serial_no: impl Into<String>,
        private_key: impl Into<Pem>,
        public_key_id: impl Into<String>,
        public_key: impl Into<Pem>,
    ) -> Result<ClientBuilder<Partner>, Error> {
        Self::of_family(mchid, serial_no, private_key, public_key_id, public_key)
    }
}

impl Client<Brand> {
    /// Returns the builder of a client for a brand that sends requests in its own name. The parameters are
    /// those of [`Client::partner`], with `brand_id` in place of `mchid`, and the brand's own certificate and
    /// key.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::partner`].
    pub fn brand(
        brand_id: impl Into<String>,
        serial_no: impl Into<String>,
        private_key: impl Into<Pem>,
        public_key_id: impl Into<String>,
        public_key: impl Into<Pem>,
    ) -> Result<ClientBuilder<Brand>, Error> {
        Self::of_family(brand_id, serial_no, private_key, public_key_id, public_key)
    }
}

impl<F: FamilyMarker> Client<F> {
    /// Returns the builder of a client of either family, for generic code, like [`Client::partner`] or
    /// [`Client::brand`]. `caller_id` is the `mchid` or the `brand_id`.
    ///
    /// # Errors
    ///
    /// Same as for [`Client::partner`].
    pub fn of_family(
        caller_id: impl Into<String>,
        serial_no: impl Into<String>,
        private_key: impl Into<Pem>,
        public_key_id: impl Into<String>,
        public_key: impl Into<Pem>,
    ) -> Result<ClientBuilder<F>, Error> {
        let id = caller_id.into();
        let caller = match F::FAMILY {
            Family::Partner => keys::caller(Parameter::MchId, id, MchId::new, Caller::Merchant)?,
            Family::Brand => keys::caller(Parameter::BrandId, id, BrandId::new, Caller::Brand)?,
        };
        ClientBuilder::new(
            caller,
            &serial_no.into(),
            private_key.into(),
            &public_key_id.into(),
            public_key.into(),
        )
    }
}

impl<F: FamilyMarker> ClientBuilder<F> {
    fn new(
        caller: Caller,
        serial_no: &str,
        private_key: Pem,
        public_key_id: &str,
        public_key: Pem,
    ) -> Result<Self, Error> {
        let serial_no = keys::serial_no(serial_no, &caller)?;
        let signer = Signer::new(caller, serial_no, keys::private_key(private_key)?);
        let public_key_id = keys::public_key_id(public_key_id)?;
        let public_key = keys::public_key(public_key, Some(&signer))?;
        Ok(Self {
            signer,
            keys: PlatformKeys::new().with_public_key(public_key_id.clone(), public_key),
            public_key_id,
            platform_certificates: Vec::new(),
            main: hosts::MAIN.to_owned(),
            backup: Some(hosts::BACKUP.to_owned()),
            #[cfg(feature = "reqwest")]
            network: Settings::default(),
            user_agent: concat!("ruhui/", env!("CARGO_PKG_VERSION")).to_owned(),
            accept_language: None,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            transport: None,
            family: PhantomData,
        })
    }

    /// Sends requests to this main and this backup host in place of WeChat Pay's own. Each is `http://` or
    /// `https://` with a host and an optional port.
    pub fn hosts(mut self, main: impl Into<String>, backup: impl Into<String>) -> Self {
        self.main = main.into();
        self.backup = Some(backup.into());
        self
    }

    /// Sends requests to this host only, without fail-over.
    pub fn host(mut self, main: impl Into<String>) -> Self {
        self.main = main.into();
        self.backup = None;
        self
    }

    /// Also accepts responses signed with this platform certificate (平台证书). Can be called several times,
    /// since several keys sign during a migration or a certificate rotation.
    pub fn platform_certificate(mut self, certificate: impl Into<Pem>) -> Self {
        self.platform_certificates.push(certificate.into());
        self
    }

    /// Requests error messages in this language (`Accept-Language`): `en`, `zh-CN`, `zh-HK` or `zh-TW`.
    pub fn accept_language(mut self, language: impl Into<String>) -> Self {
        self.accept_language = Some(language.into());
        self
    }

    /// Sets the User-Agent, instead of `ruhui/` and the version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Takes the time from `clock`: for tests, and for machines whose system clock is wrong.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes nonces from `entropy`, for tests.
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Sends through `transport` instead of the default one, whose settings (time-outs, CA) then have no effect.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Checks the remaining settings and returns the client.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] names the parameter that is not valid.
    pub fn build(mut self) -> Result<Client<F>, Error> {
        for certificate in std::mem::take(&mut self.platform_certificates) {
            let certificate = keys::platform_certificate(certificate, Some(&self.signer))?;
            self.keys = self.keys.with_certificate(&certificate);
        }
        let main = Host::parse(&self.main)?;
        let backup = self.backup.as_deref().map(Host::parse).transpose()?;
        let header = |parameter, text: &str| {
            HeaderValue::from_str(text)
                .ok()
                .filter(|value| !value.is_empty())
                .ok_or(UsageError::Header { parameter })
        };
        let user_agent = header(Parameter::UserAgent, &self.user_agent)?;
        let accept_language = self
            .accept_language
            .as_deref()
            .map(|text| header(Parameter::AcceptLanguage, text))
            .transpose()?;
        let wechatpay_serial = header(Parameter::PublicKeyId, self.public_key_id.as_str())?;
        #[cfg(feature = "reqwest")]
        let transport = self.transport.map_or_else(
            || {
                let hosts = std::iter::once(&main).chain(&backup);
                Ok(Arc::new(Network::new(self.network, hosts)?) as Arc<dyn Transport>)
            },
            Ok::<_, UsageError>,
        )?;
        #[cfg(not(feature = "reqwest"))]
        let transport = self.transport.ok_or(UsageError::NoTransport)?;
        Ok(Client::new(Inner {
            signer: self.signer,
            keys: self.keys,
            hosts: Hosts::new(main, backup),
            wechatpay_serial,
            user_agent,
            accept_language,
            clock: self.clock,
            entropy: self.entropy,
            transport,
        }))
    }
}

/// Settings of the default transport.
#[cfg(feature = "reqwest")]
impl<F: FamilyMarker> ClientBuilder<F> {
    /// Also trusts servers whose certificate this authority issued, in addition to those that the platform
    /// trusts. Can be called several times; the PEM may contain several certificates.
    pub fn ca_certificate(mut self, certificate: impl Into<Pem>) -> Self {
        self.network.ca_certificates.push(certificate.into());
        self
    }

    /// Sets the time limit of one attempt at one host, 10 seconds by default. A request has at most two
    /// attempts.
    ///
    /// Keep this limit longer than [`connect_timeout`](Self::connect_timeout): when it ends an attempt, the
    /// request may already have been sent, and only idempotent requests are retried.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.network.timeout = timeout;
        self
    }

    /// Sets the time limit for a connection to one host, 3 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.network.connect_timeout = timeout;
        self
    }
}

impl<F: FamilyMarker> fmt::Debug for ClientBuilder<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("caller", self.signer.caller())
            .field("serial_no", self.signer.serial_no())
            .field("main", &self.main)
            .field("backup", &self.backup)
            .finish_non_exhaustive()
    }
}

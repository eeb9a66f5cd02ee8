//! Builds and signs token requests in advance: each as the bytes that go over the wire.

use anyhow::{Context as _, Result, ensure};
use ruhui::env::{Clock as _, SystemClock, SystemEntropy};
use ruhui::http::{HeaderMap, HeaderName, HeaderValue};
use ruhui_core::api::Endpoint;
use ruhui_core::api::card_member::{OpenUserCardToken, PreAuthToken};
use ruhui_core::env::nonce_str;
use ruhui_core::key::{PlatformKeys, PrivateKey, PublicKey};
use ruhui_core::sign::{Scheme, Signer, verify_response};
use ruhui_core::types::{BrandId, Caller, CardId, MchId, NonceStr, OpenId, SerialNo};
use ruhui_core::wire;
use ruhui_harness::kit::Kit;
use std::ops::Range;

/// Builds signed requests to one service.
#[derive(Debug, Clone)]
pub(crate) struct Maker {
    host: String,
    signer: Signer,
    platform: PlatformKeys,
    call: OpenUserCardToken,
}

/// Returns the token request that a kit is made for.
pub(crate) fn call(kit: &Kit) -> Result<OpenUserCardToken> {
    Ok(OpenUserCardToken {
        brand_id: BrandId::new(kit.value("RUHUI_BRAND_ID")?)?,
        card_id: CardId::new(kit.value("RUHUI_CARD_ID")?)?,
        openid: OpenId::new(kit.value("RUHUI_OPENID")?)?,
    })
}

impl Maker {
    pub(crate) fn new(kit: &Kit) -> Result<Self> {
        let caller = Caller::Merchant(MchId::new(kit.value("RUHUI_MCHID")?)?);
        let key = PrivateKey::from_pem(&kit.pem("RUHUI_PRIVATE_KEY")?)?;
        let platform_key = PublicKey::from_pem(&kit.pem("RUHUI_WECHATPAY_PUBLIC_KEY")?)?;
        let platform_id = SerialNo::new(kit.value("RUHUI_WECHATPAY_PUBLIC_KEY_ID")?)?;
        Ok(Self {
            host: kit.value("RUHUI_BASE_URL")?.trim_start_matches("http://").to_owned(),
            signer: Signer::new(caller, SerialNo::new(kit.value("RUHUI_SERIAL_NO")?)?, key),
            platform: PlatformKeys::new().with_public_key(platform_id, platform_key),
            call: call(kit)?,
        })
    }

    /// Returns the merchant's key.
    pub(crate) fn key(&self) -> &PrivateKey {
        self.signer.key()
    }

    /// Signs `count` different requests for the kit's one user.
    pub(crate) fn requests(&self, count: usize) -> Result<Vec<Vec<u8>>> {
        self.requests_for(count, |_| Ok(self.call.clone()))
    }

    /// Signs `count` different requests with the contents that `call` returns, on two threads.
    pub(crate) fn requests_for(
        &self,
        count: usize,
        call: impl Fn(usize) -> Result<OpenUserCardToken> + Sync,
    ) -> Result<Vec<Vec<u8>>> {
        let some = |some: Range<usize>| -> Result<Vec<_>> {
            some.map(|index| self.request_of(&call(index)?)).collect()
        };
        std::thread::scope(|scope| {
            let half = scope.spawn(|| some(count / 2..count));
            let mut all = some(0..count / 2)?;
            all.extend(half.join().map_err(|_| anyhow::anyhow!("a signing thread panicked"))??);
            Ok(all)
        })
    }

    /// Returns the contents of the kit's token request.
    pub(crate) fn call(&self) -> &OpenUserCardToken {
        &self.call
    }

    /// Signs one request.
    pub(crate) fn request_of<E: Endpoint>(&self, call: &E) -> Result<Vec<u8>> {
        let encrypt = self.platform.serials().next().and_then(|serial| self.platform.find(serial.as_str()));
        let wire::Encoded { target, body, .. } = wire::encode(call, encrypt)?;
        let method = E::METHOD;
        let nonce = NonceStr::new(nonce_str(&SystemEntropy))?;
        let authorization = self.signer.authorize(method.as_str(), &target, SystemClock.now(), &nonce, &body);
        let serial = self.platform.serials().next().context("no platform key")?.as_str();
        let mut bytes = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nAuthorization: {authorization}\r\n\
             Accept: application/json\r\nUser-Agent: ruhui-bench\r\nWechatpay-Serial: {serial}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.host,
            body.len(),
        )
        .into_bytes();
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    /// Checks that the platform signed the responses, and that each token is different.
    pub(crate) fn check(&self, responses: &[Vec<u8>]) -> Result<()> {
        let mut tokens = Vec::new();
        for response in responses {
            let text = std::str::from_utf8(response)?;
            let (head, body) =
                text.split_once("\r\n\r\n").context("a response without an end of its head")?;
            let headers: HeaderMap = head.lines().skip(1).map(header).collect::<Result<_>>()?;
            verify_response(&headers, body.as_bytes(), Scheme::Merchant, &self.platform, SystemClock.now())?;
            tokens.push(serde_json::from_str::<PreAuthToken>(body)?.token);
        }
        let count = tokens.len();
        tokens.sort();
        tokens.dedup();
        ensure!(count > 0 && tokens.len() == count, "of {count} tokens {} are different", tokens.len());
        Ok(())
    }
}

fn header(line: &str) -> Result<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(": ").with_context(|| format!("`{line}` is no header"))?;
    Ok((name.parse()?, value.parse()?))
}

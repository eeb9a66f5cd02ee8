//! An HTTP client for `wxpay-rs` that sends its requests to another host. The crate has no setting
//! for the host, but its HTTP client is a trait, and the signature does not cover the host.

use async_trait::async_trait;
use wxpay_rs::WxPayResult;
use wxpay_rs::http::client::{HttpClient, HttpResponse};

/// Passes every request to `inner`, with the origin `from` replaced by `to`.
pub struct Redirect<C> {
    pub from: String,
    pub to: String,
    pub inner: C,
}

impl<C> Redirect<C> {
    fn url(&self, url: &str) -> String {
        let path = url.strip_prefix(&self.from).expect("the SDK's own origin");
        format!("{}{path}", self.to)
    }
}

#[async_trait]
impl<C: HttpClient> HttpClient for Redirect<C> {
    async fn get(&self, url: &str, headers: Vec<(String, String)>) -> WxPayResult<HttpResponse> {
        self.inner.get(&self.url(url), headers).await
    }

    async fn post(&self, url: &str, headers: Vec<(String, String)>, body: &str) -> WxPayResult<HttpResponse> {
        self.inner.post(&self.url(url), headers, body).await
    }

    async fn put(&self, url: &str, headers: Vec<(String, String)>, body: &str) -> WxPayResult<HttpResponse> {
        self.inner.put(&self.url(url), headers, body).await
    }

    async fn delete(&self, url: &str, headers: Vec<(String, String)>) -> WxPayResult<HttpResponse> {
        self.inner.delete(&self.url(url), headers).await
    }

    async fn patch(
        &self,
        url: &str,
        headers: Vec<(String, String)>,
        body: &str,
    ) -> WxPayResult<HttpResponse> {
        self.inner.patch(&self.url(url), headers, body).await
    }
}

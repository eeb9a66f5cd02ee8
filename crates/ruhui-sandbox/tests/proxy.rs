//! Tests of the proxy of a sandbox, with a client that has WeChat Pay's host names built in.
#![allow(clippy::unwrap_used, reason = "clippy's exception for tests does not reach their helpers")]

use reqwest::{Certificate, Client, Proxy};
use ruhui_sandbox::controls::RequestFilter;
use ruhui_sandbox::{Addresses, ProxyClients, Sandbox};
use serde_json::json;
use std::time::Duration;

async fn sandbox() -> Sandbox {
    Sandbox::builder().proxy(ProxyClients::ThisMachine).start().await.unwrap()
}

/// Returns a client that uses the proxy and trusts the sandbox's CA alone.
fn client(sandbox: &Sandbox) -> Client {
    let ca = Certificate::from_pem(sandbox.ca_certificate().unwrap().as_bytes()).unwrap();
    let builder = Client::builder().proxy(Proxy::all(sandbox.proxy_url()).unwrap());
    builder.tls_certs_only([ca]).user_agent("client").timeout(Duration::from_secs(10)).build().unwrap()
}

#[tokio::test]
async fn each_host_of_wechat_pay_leads_to_its_listener_and_the_log_says_by_which_way() {
    let sandbox = sandbox().await;
    assert!(sandbox.base_url().starts_with("https://127.0.0.1:"), "a proxy turns TLS on");
    let client = client(&sandbox);
    let hosts = [
        ("api.mch.weixin.qq.com", "main"),
        ("api2.mch.weixin.qq.com", "backup"),
        ("api.wechatpay.cn", "main"),
        ("api2.wechatpay.cn", "backup"),
    ];
    for (host, _) in hosts {
        let response = client.get(format!("https://{host}/v3/certificates")).send().await.unwrap();
        assert_eq!(response.status(), 401, "{host}");
    }
    // A request that comes without the proxy.
    sandbox.client().echo("directly").await.unwrap();
    let controls = sandbox.controls();
    let listed = controls.requests().list(&RequestFilter::default()).await.unwrap();
    let mut shown = Vec::new();
    for summary in &listed {
        shown.push(controls.requests().show(&summary.id.to_string()).await.unwrap());
    }
    for ((host, listener), shown) in hosts.iter().zip(&shown) {
        assert_eq!((&shown["listener"], &shown["by_proxy"]), (&json!(listener), &json!(true)), "{host}");
        assert!(shown["peer"].as_str().unwrap().starts_with("127.0.0.1:"));
    }
    assert_eq!((shown.len(), shown[4].get("by_proxy")), (5, None));
}

#[tokio::test]
async fn other_hosts_are_rejected_and_the_error_says_which_there_are() {
    let sandbox = sandbox().await;
    for url in ["https://example.com/", "https://pay.weixin.qq.com/", "https://api.mch.weixin.qq.com:8443/"] {
        let error = client(&sandbox).get(url).send().await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
    }
    let response = client(&sandbox).get("http://api.mch.weixin.qq.com/v3/certificates").send().await.unwrap();
    assert_eq!(response.status(), 403);
    let text = response.text().await.unwrap();
    assert!(text.contains("api2.wechatpay.cn on port 443 only"), "{text}");
}

#[tokio::test]
async fn a_host_that_is_down_is_down_for_the_proxy_too() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let get = async |host: &str| client.get(format!("https://{host}/v3/certificates")).send().await;
    let faults = sandbox.controls().faults();
    let down = faults.add(&json!({ "fault": "host-down", "host": "main" })).await.unwrap();
    assert!(get("api.mch.weixin.qq.com").await.is_err());
    assert_eq!(get("api2.mch.weixin.qq.com").await.unwrap().status(), 401);
    faults.remove(&down.id).await.unwrap();
    assert_eq!(get("api.mch.weixin.qq.com").await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_sandbox_without_a_proxy_has_no_url_of_one() {
    let sandbox = Sandbox::builder().tls(true).start().await.unwrap();
    assert_eq!(sandbox.proxy_url(), "");
}

#[tokio::test]
async fn an_address_beyond_loopback_must_be_allowed() {
    let addresses = Addresses { proxy: Some(([0, 0, 0, 0], 0).into()), ..Addresses::default() };
    let builder = Sandbox::builder().addresses(addresses);
    let error = builder.clone().proxy(ProxyClients::ThisMachine).start().await.unwrap_err();
    assert!(error.to_string().contains("--proxy-beyond-loopback"), "{error}");
    let sandbox = builder.proxy(ProxyClients::AnyMachine).start().await.unwrap();
    assert!(sandbox.proxy_url().starts_with("http://127.0.0.1:"), "{}", sandbox.proxy_url());
}

//! Access to the console: allowed hosts and origins, the headers of its pages, and the preferences of a visitor.

use crate::visitor::{Page, Visitor};
use reqwest::{Client, StatusCode};
use ruhui_sandbox::Sandbox;

#[tokio::test]
async fn every_page_has_the_security_headers() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/requests", "/callbacks", "/nowhere", "/live"] {
        let url = format!("{}{path}", sandbox.operations_url());
        let response = Client::new().get(url).header("accept", "text/html").send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn the_component_may_be_framed_and_reaches_its_own_addresses_only() {
    let sandbox = Sandbox::start().await.unwrap();
    let base = sandbox.operations_url();
    for path in
        ["/component/card-member?token=x", "/component/card-member/joined?token=x", "/component/wx.js"]
    {
        let response = Client::new().get(format!("{base}{path}")).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'; script-src 'self'; ",
            &format!("connect-src {base}/component/; form-action {base}/component/; "),
            "sandbox allow-scripts allow-forms allow-same-origin; ",
            "frame-ancestors 'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(!response.headers().contains_key("x-frame-options"), "{path}");
        assert_eq!(header("cross-origin-opener-policy"), "unsafe-none");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
    }
    // A policy cannot name an IPv6 address, so the browser would block the form without a word.
    let url = format!("{base}/component/card-member");
    let ipv6 = Client::new().get(url).header("host", "[::1]:7082").send().await.unwrap();
    assert_eq!(ipv6.status(), 400);
    assert!(ipv6.text().await.unwrap().contains("127.0.0.1"));
    // An address that the component does not have is a page of the console.
    let unknown = Client::new().get(format!("{base}/component/nowhere")).send().await.unwrap();
    assert_eq!(unknown.headers()["x-frame-options"], "DENY");
}

#[tokio::test]
async fn the_drop_in_script_has_a_fixed_address_and_is_never_stale() {
    let sandbox = Sandbox::start().await.unwrap();
    let get = || Client::new().get(format!("{}/component/wx.js", sandbox.operations_url()));
    let response = get().send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert_eq!(response.headers()["cross-origin-resource-policy"], "cross-origin");
    let tag = response.headers()["etag"].clone();
    assert!(response.text().await.unwrap().contains("WeixinJSBridge"));
    let kept = get().header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((kept.status().as_u16(), &kept.headers()["etag"]), (304, &tag));
    assert_eq!(kept.headers()["cross-origin-resource-policy"], "cross-origin");
    let old = get().header("if-none-match", "\"0\"").send().await.unwrap();
    assert_eq!(old.status(), 200);
}

#[tokio::test]
async fn pages_of_others_reach_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let (base, client) = (sandbox.operations_url(), Client::builder().no_proxy().build().unwrap());
    let port = base.rsplit(':').next().unwrap();
    for host in ["evil.example".to_owned(), format!("rebound.example:{port}")] {
        let page = client.get(format!("{base}/requests")).header("host", &host).send().await.unwrap();
        assert_eq!(page.status(), 403, "{host}");
        assert!(!page.text().await.unwrap().contains("<html"));
    }
    let pause = || client.post(format!("{base}/callbacks/pause"));
    let foreign = ["http://evil.example", "null", "https://127.0.0.1"];
    for origin in foreign {
        assert_eq!(pause().header("origin", origin).send().await.unwrap().status(), 403, "{origin}");
    }
    let without = pause().send().await.unwrap();
    assert_eq!(without.status(), 403);
    assert!(without.text().await.unwrap().contains("/sandbox/"));
    let cross_site = pause().header("origin", base).header("sec-fetch-site", "cross-site");
    assert_eq!(cross_site.send().await.unwrap().status(), 403);
    assert_eq!(sandbox.controls().get("events", &[]).await.unwrap()["paused"], false);
    let own = Visitor::of(&sandbox, "en").submit("/callbacks/pause", &[]).await;
    assert_eq!(own.status, 303);
    assert_eq!(sandbox.controls().get("events", &[]).await.unwrap()["paused"], true);
}

#[tokio::test]
async fn a_visitor_picks_language_and_theme() {
    let sandbox = Sandbox::start().await.unwrap();
    Visitor::of(&sandbox, "en-GB")
        .open("/requests")
        .await
        .shows(StatusCode::OK, &["lang=\"en\"", "Requests"]);
    let visitor = Visitor::of(&sandbox, "zh-CN,zh;q=0.9");
    visitor
        .open("/requests")
        .await
        .shows(StatusCode::OK, &["lang=\"zh-CN\"", "请求", "data-theme=\"system\""]);

    let url = format!("{}/preferences", visitor.base);
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let set = client.post(url).header("origin", &visitor.base);
    let set = set.header("content-type", "application/x-www-form-urlencoded");
    let response = set.body("lang=en&theme=dark&back=%2Frequests%3Fstatus%3D401").send().await.unwrap();
    assert_eq!(response.headers()["location"], "/requests?status=401");
    let cookies: Vec<&str> =
        response.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies.iter().all(|cookie| cookie.contains("SameSite=Strict")), "{cookies:?}");
    let cookies: Vec<&str> = cookies.iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
    let page = client.get(format!("{}/requests", visitor.base)).header("cookie", cookies.join("; "));
    let page = Page::of(page.header("accept-language", "zh").send().await.unwrap()).await;
    page.shows(StatusCode::OK, &["lang=\"en\"", "data-theme=\"dark\""]);

    let odd = [("lang", "xx"), ("theme", "<b>"), ("back", "//evil.example/")];
    let sent = visitor.submit("/preferences", &odd).await;
    assert_eq!((sent.status, sent.location.as_deref()), (303, Some("/")));
}

#[tokio::test]
async fn an_address_without_a_page_says_so_to_browsers_only() {
    let sandbox = Sandbox::start().await.unwrap();
    let visitor = Visitor::of(&sandbox, "zh");
    visitor.open("/nowhere").await.shows(StatusCode::NOT_FOUND, &["该地址没有页面", "返回开始页"]);
    let program = Client::new().get(format!("{}/nowhere", visitor.base)).send().await.unwrap();
    assert_eq!((program.status().as_u16(), program.text().await.unwrap().as_str()), (404, ""));
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_compressed() {
    let sandbox = Sandbox::start().await.unwrap();
    let page = Visitor::of(&sandbox, "en").open("/requests").await.text;
    for marker in ["rel=\"stylesheet\" href=\"", "<script src=\""] {
        let (_, after) = page.split_once(marker).unwrap();
        let (path, _) = after.split_once('"').unwrap();
        let url = format!("{}{path}", sandbox.operations_url());
        let response = Client::new().get(url).header("accept-encoding", "gzip").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    }
}

//! Tests of the page `/lab` and its forms, as a browser without scripts uses them, against a real sandbox.

use crate::common::controlled::{Controlled, Page};
use serde_json::{Value, json};

impl Controlled {
    /// Sends a form of the page, which must be accepted, and opens the page to which the browser is sent.
    async fn done(&self, fields: &[(&str, &str)]) -> Page {
        let response = self.form("en", "/lab", fields).await;
        assert_eq!(response.status, 303, "{fields:?}: {}", response.text);
        let location = response.location.unwrap();
        let (address, section) = location.split_once('#').unwrap();
        let page = self.page("en", address).await;
        assert_eq!(page.status, 200, "{address}");
        assert!(page.text.contains(&format!("id=\"{section}\"")), "{section}");
        page
    }

    /// Sends a form of the page, which must be rejected with this status, in both languages.
    async fn rejected(&self, fields: &[(&str, &str)], status: u16, code: &str) -> String {
        let chinese = self.form("zh", "/lab", fields).await;
        assert_eq!(chinese.status, status, "{fields:?}: {}", chinese.text);
        let alert = alert(&chinese.text);
        assert!(alert.chars().any(|c| c > '\u{4e00}'), "{alert}");
        let page = self.form("en", "/lab", fields).await;
        assert_eq!(page.status, status, "{fields:?}: {}", page.text);
        assert!(alert_of(&page.text).contains(&format!("<b>{status} {code}</b>")), "{}", page.text);
        page.text
    }
}

/// The text of the error that a page shows.
fn alert(page: &str) -> &str {
    let (_, after) = page.split_once("role=\"alert\">").unwrap_or_else(|| panic!("no alert: {page}"));
    after.split_once("</div>").unwrap().0
}

fn alert_of(page: &str) -> String {
    alert(page).to_owned()
}

/// The section of a page with this id.
fn section<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, after) = page.split_once(&format!("<section class=\"panel\" id=\"{id}\"")).unwrap();
    after.split_once("</section>").unwrap().0
}

#[tokio::test]
async fn the_page_has_all_sections_in_both_languages() {
    let sandbox = Controlled::start().await;
    for (language, tag, words) in [
        ("en", "en", ["Clock", "Faults", "Triggers", "Snapshots", "Reset and configuration"]),
        ("zh", "zh-CN", ["时钟", "故障注入", "触发", "快照", "重置与配置"]),
    ] {
        let page = sandbox.page(language, "/lab").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(&format!("<html lang=\"{tag}\"")));
        for word in words {
            assert!(page.text.contains(&format!("\">{word}</h2>")), "{word}");
        }
        assert!(page.text.contains("ruhui fault add") && page.text.contains("ruhui sandbox snapshot NAME"));
        assert!(!page.text.contains(" style=") && !page.text.contains(" onclick="), "{}", page.text);
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn the_clock_is_moved_stopped_and_let_go() {
    let sandbox = Controlled::start().await;
    let ahead = async || sandbox.good("GET", "/sandbox/clock", None).await["ahead_seconds"].as_i64().unwrap();
    let page = sandbox.done(&[("act", "advance"), ("unit", "hours"), ("amount", "1")]).await;
    assert!(
        page.text.contains("The clock is changed.") && page.text.contains("<b>+1 h</b>"),
        "{}",
        page.text
    );
    sandbox.done(&[("act", "advance"), ("unit", "days"), ("amount", " 1 ")]).await;
    sandbox.done(&[("act", "advance"), ("unit", "minutes"), ("amount", "2")]).await;
    assert_eq!(ahead().await, 3_600 + 86_400 + 120);
    let page = sandbox.done(&[("act", "freeze")]).await;
    assert!(section(&page.text, "clock").contains("value=\"resume\""));
    assert!(page.text.contains("<b>stopped</b>"), "the bar says so on every page");
    let page = sandbox.done(&[("act", "resume")]).await;
    assert!(section(&page.text, "clock").contains("value=\"freeze\""));
    let far = "2027-12-15T16:00:00+08:00";
    sandbox.done(&[("act", "set"), ("time", far)]).await;
    let now = sandbox.good("GET", "/sandbox/clock", None).await["now"].as_str().unwrap().to_owned();
    assert!(now.starts_with("2027-12-15T16:00"), "{now}");

    for (fields, kept) in [
        (&[("act", "advance"), ("unit", "days"), ("amount", "1.5")][..], "value=\"1.5\""),
        (&[("act", "advance"), ("unit", "days"), ("amount", "-1")], "value=\"-1\""),
        (
            &[("act", "advance"), ("unit", "days"), ("amount", "9223372036854775807")],
            "value=\"9223372036854775807\"",
        ),
        (&[("act", "advance"), ("unit", "days"), ("amount", "<i>")], "value=\"&#60;i&#62;\""),
        (&[("act", "set"), ("time", "tomorrow")], "value=\"tomorrow\""),
        (&[("act", "set"), ("time", "2020-01-01T00:00:00Z")], "value=\"2020-01-01T00:00:00Z\""),
    ] {
        let page = sandbox.rejected(fields, 400, "PARAM_ERROR").await;
        let clock = section(&page, "clock");
        assert!(clock.contains("role=\"alert\"") && clock.contains(kept), "{fields:?}: {clock}");
    }
    let page =
        sandbox.rejected(&[("act", "advance"), ("unit", "days"), ("amount", "x")], 400, "PARAM_ERROR").await;
    assert!(page.contains("<option value=\"days\" selected>"), "{page}");
    for fields in [&[("act", "fly")][..], &[], &[("amount", "1")]] {
        sandbox.form("en", "/lab", fields).await.is(400);
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn faults_are_added_by_the_parameters_of_their_kind_and_removed() {
    let sandbox = Controlled::start().await;
    let page = sandbox.page("en", "/lab?fault=delay").await;
    let form = section(&page.text, "faults");
    for name in [
        "at",
        "delay_ms",
        "path",
        "method",
        "caller",
        "openid",
        "host",
        "nth",
        "times",
        "probability",
        "seed",
    ] {
        assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
    }
    assert!(
        !form.contains("name=\"event_type\"") && form.contains("<option selected>delay</option>"),
        "{form}"
    );
    let page = sandbox.page("zh", "/lab?fault=host-down").await;
    let form = section(&page.text, "faults");
    assert!(form.contains("name=\"host\" required") && !form.contains("name=\"path\""), "{form}");
    let page = sandbox.page("en", "/lab?fault=%3Cscript%3E").await;
    assert!(section(&page.text, "faults").contains("<option selected>system-error</option>"));

    let added = sandbox
        .done(&[
            ("act", "add-fault"),
            ("fault", "system-error"),
            ("times", "2"),
            ("path", "/v3/brand/*"),
            ("method", ""),
        ])
        .await;
    assert!(
        added.text.contains("The rule is in force.") && added.text.contains("⚠ 1 fault in force"),
        "{}",
        added.text
    );
    sandbox.call(json!({ "name": "create_pre_auth_token" })).await;
    let page = sandbox.page("en", "/lab").await.text;
    let rules = section(&page, "faults");
    assert!(
        rules.contains("<code>path /v3/brand/*</code>") && rules.contains("<code>times 2</code>"),
        "{rules}"
    );
    assert!(
        rules.contains("<td class=\"number\">1</td><td class=\"number\">1</td><td class=\"number\">1</td>"),
        "{rules}"
    );
    sandbox.call(json!({ "name": "create_pre_auth_token" })).await;
    let page = sandbox.page("en", "/lab").await.text;
    assert!(section(&page, "faults").contains("spent"), "{page}");
    assert!(!page.contains("in force</a>"), "a spent rule is not in force: {page}");

    let hostile = "<script>alert(1)</script>\"'&";
    for (fields, kept) in [
        (&[("act", "add-fault"), ("fault", "delay")][..], "delay_ms"),
        (&[("act", "add-fault"), ("fault", "delay"), ("delay_ms", "soon")], "value=\"soon\""),
        (&[("act", "add-fault"), ("fault", "delay"), ("delay_ms", "99999999999")], "value=\"99999999999\""),
        (&[("act", "add-fault"), ("fault", "reset"), ("probability", "2")], "value=\"2\""),
        (
            &[("act", "add-fault"), ("fault", "reset"), ("path", hostile)],
            "value=\"&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;\"",
        ),
        (&[("act", "add-fault"), ("fault", hostile)], "&#60;script&#62;"),
        (&[("act", "add-fault"), ("fault", "reset"), (hostile, "1")], "&#60;script&#62;"),
    ] {
        let page = sandbox.rejected(fields, 400, "PARAM_ERROR").await;
        assert!(section(&page, "faults").contains(kept), "{fields:?}: {page}");
        assert!(!page.contains("<script>alert"), "{page}");
    }
    // Values that a rule may have are shown as text, too.
    sandbox.done(&[("act", "add-fault"), ("fault", "reset"), ("openid", hostile), ("nth", "1")]).await;
    let page = sandbox.page("en", "/lab").await.text;
    assert!(!page.contains("<script>alert") && page.contains("openid &#60;script&#62;"), "{page}");

    let rules = sandbox.good("GET", "/sandbox/faults", None).await;
    let id = rules["data"][0]["id"].as_str().unwrap();
    sandbox.done(&[("act", "remove-fault"), ("id", id)]).await;
    // Another tab still has the rule.
    let page = sandbox.rejected(&[("act", "remove-fault"), ("id", id)], 404, "NOT_FOUND").await;
    assert!(section(&page, "faults").contains("role=\"alert\""));
    sandbox.rejected(&[("act", "remove-fault"), ("id", "../snapshots")], 404, "NOT_FOUND").await;
    let page = sandbox.done(&[("act", "clear-faults")]).await;
    assert!(page.text.contains("All rules are removed."));
    assert_eq!(sandbox.good("GET", "/sandbox/faults", None).await["data"], json!([]));
    sandbox.stop().await;
}

#[tokio::test]
async fn a_trigger_shows_its_steps_with_links() {
    let sandbox = Controlled::start().await;
    let listed = sandbox.page("en", "/lab").await.text;
    for what in ["member", "pending-card", "points-sync", "redemption", "deleted-card", "expired-card"] {
        assert!(section(&listed, "triggers").contains(&format!("name=\"what\" value=\"{what}\"")), "{what}");
    }
    let fields = [
        ("act", "trigger"),
        ("family", "brand"),
        ("code_mode", "system"),
        ("card_id", ""),
        ("openid", ""),
        ("what", "deleted-card"),
    ];
    let page = sandbox.done(&fields).await.text;
    let result = section(&page, "triggers");
    assert!(result.contains("<span class=\"badge\">INVALID</span>"), "{result}");
    assert!(
        result.contains(">brand_confirm_user_card</a> <span class=\"badge badge-good\">200</span>"),
        "{result}"
    );
    assert!(result.contains("the user deletes the card") && result.contains("href=\"/members/"), "{result}");
    let links: Vec<&str> = result.split("href=\"/callbacks/").skip(1).collect();
    assert!(links.len() == 2 && links[0].contains(">USER_CARD.DELETE</a>"), "{result}");
    let number = result.split_once("href=\"/requests/").unwrap().1.split_once('"').unwrap().0;
    assert_eq!(sandbox.page("en", &format!("/requests/{number}")).await.status, 200);

    // The address of a result holds when the log has lost the requests, and nobody can write into it.
    sandbox.good("DELETE", "/sandbox/requests", None).await;
    let address = format!(
        "/lab?triggered=%3Cscript%3E&steps={number},join,nothing,%3Cb%3E,{}&openid=%3Cb%3E&card_id=%2F..%2F&state=%3Cb%3E",
        "1,".repeat(50)
    );
    let page = sandbox.page("zh", &address).await;
    assert_eq!(page.status, 200);
    let result = section(&page.text, "triggers");
    assert!(result.contains("已不在日志中") && result.contains("用户在入会组件中同意入会"), "{result}");
    assert!(
        !result.contains("<script>") && !result.contains("<b>") && result.contains("/members/%2F..%2F/"),
        "{result}"
    );
    assert!(result.matches("href=\"/requests/").count() <= 10, "{result}");

    let named = [("act", "trigger"), ("what", "member"), ("openid", "oNamed0000000000000000000000")];
    sandbox.done(&named).await;
    let page = sandbox.rejected(&named, 409, "STEP_FAILED").await;
    let failed = section(&page, "triggers");
    assert!(failed.contains("create_pre_auth_token: rejected: 400 INVALID_REQUEST"), "{failed}");
    assert!(failed.contains("<span class=\"badge badge-bad\">400</span>"), "{failed}");
    assert!(failed.contains("value=\"oNamed0000000000000000000000\""), "{failed}");
    sandbox.rejected(&[("act", "trigger"), ("what", "membr")], 400, "PARAM_ERROR").await;
    sandbox.rejected(&[("act", "trigger"), ("what", "member"), ("card_id", "<b>")], 404, "NOT_FOUND").await;
    sandbox.stop().await;
}

#[tokio::test]
async fn snapshots_are_kept_restored_and_deleted_by_two_tabs() {
    let sandbox = Controlled::start().await;
    let page = sandbox.done(&[("act", "keep"), ("name", "first")]).await;
    assert!(page.text.contains("The snapshot is made."));
    assert!(section(&page.text, "snapshots").contains("<tr id=\"snapshot-first\">"), "{}", page.text);
    let page = sandbox.rejected(&[("act", "keep"), ("name", "first")], 409, "EXISTS").await;
    assert!(section(&page, "snapshots").contains("name=\"name\" required value=\"first\""), "{page}");
    sandbox.done(&[("act", "keep"), ("name", "first"), ("overwrite", "true")]).await;
    for name in ["", "../first", "<b>", "a b", "会员"] {
        sandbox.rejected(&[("act", "keep"), ("name", name)], 400, "PARAM_ERROR").await;
    }
    sandbox.good("POST", "/sandbox/triggers", Some(json!({ "what": "member" }))).await;
    sandbox.done(&[("act", "advance"), ("unit", "days"), ("amount", "1")]).await;
    let page = sandbox.done(&[("act", "restore"), ("name", "first")]).await;
    assert!(
        page.text.contains("The state is that of the snapshot.") && !page.text.contains("<b>+"),
        "{}",
        page.text
    );

    // One tab deletes the snapshot, and another restores it.
    sandbox.done(&[("act", "delete"), ("name", "first")]).await;
    for act in ["restore", "delete"] {
        let page = sandbox.rejected(&[("act", act), ("name", "first")], 404, "NOT_FOUND").await;
        assert!(section(&page, "snapshots").contains("role=\"alert\""), "{page}");
        sandbox.rejected(&[("act", act), ("name", "../../etc")], 400, "PARAM_ERROR").await;
    }
    // A file that is no snapshot is listed with its problem, and can be deleted.
    std::fs::create_dir_all(sandbox.folder().join("snapshots")).unwrap();
    sandbox.done(&[("act", "keep"), ("name", "damaged")]).await;
    let files = std::fs::read_dir(sandbox.folder().join("snapshots")).unwrap();
    for file in files {
        std::fs::write(file.unwrap().path(), "<b>no snapshot</b>").unwrap();
    }
    let page = sandbox.page("en", "/lab").await.text;
    let list = section(&page, "snapshots");
    assert!(list.contains("This snapshot cannot be read.") && !list.contains("value=\"restore\""), "{list}");
    sandbox.done(&[("act", "delete"), ("name", "damaged")]).await;
    sandbox.stop().await;
}

#[tokio::test]
async fn the_sandbox_is_reset_and_its_file_applied() {
    let sandbox = Controlled::start().await;
    let done = sandbox.good("POST", "/sandbox/triggers", Some(json!({ "what": "member" }))).await;
    let page = sandbox.done(&[("act", "reset")]).await;
    assert!(page.text.contains("The sandbox is reset."));
    let gone = sandbox.page("en", &format!("/requests/{}", done["steps"][0]["exchange"])).await;
    assert_eq!(gone.status, 404);

    let file = sandbox.folder().join("ruhui.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let page = sandbox.form("en", "/lab", &[("act", "reload")]).await;
    assert!(page.status == 200 && page.text.contains("nothing has changed"), "{}", page.text);
    std::fs::write(&file, text.replace("name = \"第三个品牌\"", "name = \"<b>brand</b>\"")).unwrap();
    let page = sandbox.form("zh", "/lab", &[("act", "reload")]).await;
    assert!(
        page.text.contains("<code>brands.1007</code> 已修改") || page.text.contains("文件没有变化"),
        "{}",
        page.text
    );
    std::fs::write(&file, text.replace("brand_id = \"1004\"", "brand_id = 1004")).unwrap();
    let page = sandbox.rejected(&[("act", "reload")], 409, "CONFIG_INVALID").await;
    let state = section(&page, "state");
    assert!(state.contains("<dt>Line</dt><dd>") && state.contains("brand_id</code>"), "{state}");
    std::fs::write(&file, text).unwrap();
    sandbox.stop().await;
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let sandbox = Controlled::start().await;
    for origin in ["http://evil.example", "null"] {
        let response = sandbox.form_from(origin, "/lab", &[("act", "freeze")]).await;
        assert_eq!(response.status, 403);
    }
    let clock: Value = sandbox.good("GET", "/sandbox/clock", None).await;
    assert_eq!(clock["frozen"], false);
    sandbox.stop().await;
}

//! Tests of simulated users in a sandbox, and of the callbacks that the merchant receives.

use crate::listen::Listening;
use crate::running::*;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const CARD: &str = "pbLatjvWOibDc5-TBnbUk1pD12o0";
const OPENID: &str = "obLatjnx9gnqzS4myYGmLZ7LgLBA";
const FIRST_TEMPLATE: &str = "card_id = \"pbLatjvWOibDc5-TBnbUk1pD12o0\"\n";
const FORM_TEMPLATE: &str = "card_id = \"pMerchantCode000000000000001\"\n";

/// Sets the `notify_url` of a template to this address.
fn notify(place: &TempDir, template: &str, url: &str) {
    edit(place, template, &format!("{template}notify_url = \"{url}\"\n"));
}

fn user(here: &Path, words: &[&str]) -> Said {
    say(here, &[&["user"], words].concat())
}

fn token(here: &Path, options: &[&str]) -> String {
    let said = say(here, &[&["token", "-o", "json"], options].concat()).json();
    said["token"].as_str().unwrap().to_owned()
}

/// Returns the value in a line such as `  event_id   8b33`.
fn shown<'a>(text: &'a str, name: &str) -> &'a str {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix("  ")?.strip_prefix(name)?.strip_prefix("  "));
    line.unwrap_or_else(|| panic!("no {name}: {text}")).trim()
}

/// Polls until the condition is true, since the sandbox sends callbacks in the background.
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..100 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}");
}

#[test]
fn a_new_openid_gets_a_token() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let [first, second] = [(), ()].map(|()| user(place.path(), &["new"]).good());
    assert_ne!(first, second);
    say(place.path(), &["token", "--openid", first.trim()]).good();
    let json = user(place.path(), &["new", "-o", "json"]).json();
    assert_eq!(json["openid"].as_str().unwrap().len(), 28);
    sandbox.stop();
}

/// The kit's variables name the kit's user, who must stay able to get tokens.
#[test]
fn a_card_is_opened_for_a_new_user_even_with_the_kits_variables() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let open = ["user", "open", "--phone", "13900000000"];
    let with_variables =
        ruhui(place.path(), &open).env("RUHUI_OPENID", OPENID).output().map(|output| output.stdout).unwrap();
    let first = String::from_utf8(with_variables).unwrap();
    let second = say(place.path(), &open).good();
    let openids = [&first, &second].map(|text| shown(text, "openid"));
    assert!(openids[0] != openids[1] && !openids.contains(&OPENID), "{openids:?}");
    assert!(openids.iter().all(|openid| openid.len() == OPENID.len()), "{openids:?}");
    let named =
        say(place.path(), &[&open[..], &["--openid", "oNamed0000000000000000000000"]].concat()).good();
    assert_eq!(shown(&named, "openid"), "oNamed0000000000000000000000");
    token(place.path(), &[]);
    sandbox.stop();
}

#[test]
fn a_rejection_for_an_earlier_card_says_what_else_to_do() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let here = place.path();
    let reset = "`ruhui sandbox reset` puts the sandbox back to its start";
    let line = say(here, &["token", "--openid", "oMember000000000000000000000"]).error();
    let advice = format!("; for a new user: `ruhui token --openid $(ruhui user new)`; {reset}");
    assert!(line.ends_with(&advice), "{line}");
    let json = say(here, &["token", "--openid", "oMember000000000000000000000", "-o", "json"]).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(format!("; {}", json["error"]["hint"].as_str().unwrap()), advice);
    let call = ["call", "create_pre_auth_token", "openid=oMember000000000000000000000"];
    let line = say(here, &call).error();
    assert!(line.ends_with(&format!("; for a new user: `openid=$(ruhui user new)`; {reset}")), "{line}");

    let open = ["open", "--phone", "13900000000", "--openid", "oWaits0000000000000000000000"];
    user(here, &open).good();
    let line = user(here, &open).error();
    assert!(line.starts_with("rejected: CARD_PENDING: ") && line.ends_with(reset), "{line}");
    let member = ["open", "--phone", "13900000000", "--openid", "oMember000000000000000000000"];
    let line = user(here, &member).error();
    let advice = format!("; take another user: `ruhui user new` prints one, and {reset}");
    assert!(line.starts_with("rejected: ALREADY_MEMBER: ") && line.ends_with(&advice), "{line}");
    let line = user(here, &["points"]).error();
    assert!(
        line.starts_with("rejected: NOT_A_MEMBER: ") && line.ends_with("; name a member with --openid"),
        "{line}"
    );
    // The way back that each message names.
    say(here, &["sandbox", "reset"]).good();
    user(here, &open).good();
    sandbox.stop();
}

#[test]
fn a_wrong_openid_is_rejected_with_its_length() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    for path in ["pre-auth-tokens", "open-user-card-tokens"] {
        let line = say(place.path(), &["token", "--path", path, "--openid", "oShort"]).error();
        let advice = "; it has 6 characters, and a sandbox's openids have 28; `ruhui user new` prints one";
        assert!(line.ends_with(advice), "{line}");
        let foreign = ["token", "--path", path, "--openid", "oInvalid00000000000000000000"];
        let line = say(place.path(), &foreign).error();
        assert!(line.ends_with(')'), "its length is right: {line}");
    }
    sandbox.stop();
}

#[test]
fn a_user_joins_and_leaves_and_the_merchant_is_told() {
    let place = made();
    let listening = Listening::start(place.path(), &["--show-sensitive"]);
    notify(&place, FIRST_TEMPLATE, &format!("{}/notify", listening.url));
    let sandbox = Running::start(place.path(), &[]);
    let here = place.path();

    let token = token(here, &[]);
    let form = user(here, &["form", "--token", &token]).good();
    assert_eq!((shown(&form, "card_title"), shown(&form, "openid")), ("会员卡", OPENID));
    assert!(!form.contains("--field"), "nothing but the phone number is asked: {form}");

    let joined = user(here, &["join", "--token", &token, "--phone", "13900001234"]);
    let warning = format!(
        "{OPENID} is the user of the kit, so `ruhui token` needs another one from now on: `ruhui token --openid $(ruhui \
         user new)`\n"
    );
    // The command that is shown works as it stands.
    let rest = joined.stderr.strip_prefix(&warning).unwrap_or_else(|| panic!("{joined:?}"));
    let command = rest.strip_prefix("the card is waiting for the merchant: ruhui ").unwrap().to_owned();
    let joined = joined.good();
    assert_eq!(shown(&joined, "user_card_state"), "UNACTIVATED");
    let code = shown(&joined, "user_card_code").to_owned();
    let confirm = format!("{} {}", env!("CARGO_BIN_EXE_ruhui"), command.trim_end());
    let confirmed = typed(here, &confirm).output().unwrap();
    assert!(confirmed.status.success(), "{confirmed:?}");

    let [card_id, openid, code_given] =
        [format!("card_id={CARD}"), format!("openid={OPENID}"), format!("user_card_code={code}")];
    let query = ["call", "query_user_card", &card_id, &openid, &code_given, "-o", "json"];
    let queried = say(here, &query).json();
    assert_eq!(queried["body"]["user_card_state"], "EFFECTIVE");
    assert_eq!(queried["body"]["phone_number"], "13900001234", "encrypted on the way, and opened");

    let points = user(here, &["points", "-o", "json"]).json();
    assert_eq!(points["user_card_code"], code.as_str());
    let redeemed = user(here, &["redeem", "100"]).good();
    assert_eq!(shown(&redeemed, "deduct_points"), "100");

    let launch = ["call", "create_pay_view_token", &card_id, &openid, "-o", "json"];
    let pay_token = say(here, &launch).json()["body"]["token"].as_str().unwrap().to_owned();
    let paying = user(here, &["pay", "--token", &pay_token]).good();
    assert_eq!(shown(&paying, "user_card_code"), code);

    let deleted = user(here, &["delete"]).good();
    assert_eq!(shown(&deleted, "user_card_state"), "INVALID");
    let gone = user(here, &["delete", "--openid", "oNobody000000000000000000000"]).error();
    assert!(gone.starts_with("rejected: NOT_A_MEMBER: ") && gone.contains("(errcode 1205)"), "{gone}");

    eventually("each callback is accepted", || {
        let events = say(here, &["events", "-o", "json"]).json();
        events["data"].as_array().unwrap().iter().all(|event| event["state"] == "accepted")
    });
    assert_eq!(say(here, &["events", "--state", "waiting"]).stderr, "no events\n");
    sandbox.stop();
    let events = listening.stop();
    for kind in ["USER_CARD.CREATE", "SYNC_USER_POINT", "POINT_EXCHANGE_COUPON", "USER_CARD.DELETE"] {
        assert!(events.contains(&format!(" BRAND_MEMBER_CARD_SP.{kind} ")), "{kind}: {events}");
    }
    assert!(events.contains("  13900001234\n") && events.contains(shown(&redeemed, "record_id")), "{events}");
}

#[test]
fn a_form_is_shown_and_filled_in() {
    let place = made();
    notify(&place, FORM_TEMPLATE, CLOSED);
    let sandbox = Running::start(place.path(), &[]);
    let here = place.path();
    let token = token(here, &["--brand-id", "1007", "--card-id", "pMerchantCode000000000000001"]);
    let form = user(here, &["form", "--token", &token]).good();
    assert_eq!(shown(&form, "--field"), "USER_FORM_FLAG_NAME, USER_FORM_FLAG_BIRTHDAY");
    assert_eq!(shown(&form, "--choose"), "喜好=咖啡, 茶, 果汁");

    let join =
        |more: &[&str]| user(here, &[&["join", "--token", &token, "--phone", "13900001234"], more].concat());
    let missing = join(&["--field", "name=张三"]).error();
    assert!(
        missing.contains("USER_FORM_FLAG_BIRTHDAY is required (errcode 1302); `ruhui user form` lists"),
        "{missing}"
    );
    let joined = join(&[
        "--field",
        "name=张三",
        "--field",
        "USER_FORM_FLAG_BIRTHDAY=2000-01-01",
        "--choose",
        "喜好=茶",
        "--choose",
        "喜好=果汁",
    ]);
    assert!(joined.stderr.contains(" user_card_code=YOUR-CODE "), "the merchant allocates it: {joined:?}");
    let joined = joined.good();
    assert!(!joined.contains("user_card_code"), "{joined}");

    let said = join(&["--lang", "zh", "-o", "json"]);
    assert_eq!(said.stderr, "错误：被拒绝：TOKEN_SPENT：token已被使用，请重新获取（errcode 1003）\n");
    let json: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(json["error"]["code"], "TOKEN_SPENT");
    assert_eq!(json["error"]["extra_data"]["errcode"], 1003);
    sandbox.stop();
}

#[test]
fn time_can_be_put_forward() {
    let place = made();
    notify(&place, FIRST_TEMPLATE, CLOSED);
    let sandbox = Running::start(place.path(), &[]);
    let here = place.path();
    let token = token(here, &[]);
    let opened = user(here, &["open", "--phone", "13900001234", "--openid", "oWaits0000000000000000000000"]);
    let event = shown(&opened.good(), "event_id").to_owned();
    let attempts = |number: u32| {
        let shown_event = say(here, &["events", "show", &event]).good();
        shown_event.contains(&event) && shown(&shown_event, "attempts") == format!("{number}/11")
    };
    eventually("nobody accepts the first attempt", || attempts(1));
    eventually("the reason is kept", || {
        let events = say(here, &["events", "show", &event[..8]]).good();
        events.contains("  last failure") && shown(&events, "last failure").starts_with("no connection")
    });
    assert_eq!(shown(&say(here, &["clock"]).good(), "ahead"), "0s");
    let clock = say(here, &["clock", "advance", "1m"]).good();
    assert_eq!(shown(&clock, "ahead"), "1m");
    eventually("the second attempt is due after a minute", || attempts(2));

    user(here, &["form", "--token", &token]).good();
    let clock = say(here, &["clock", "advance", "59m", "-o", "json"]).json();
    assert_eq!(clock["ahead_seconds"], 3600);
    let expired = user(here, &["form", "--token", &token]).error();
    assert!(expired.starts_with("rejected: TOKEN_EXPIRED: "), "{expired}");
    say(here, &["token"]).good();
    sandbox.stop();
}

/// Starts a receiver that responds 204 to any request, without verifying its signature. Returns its URL.
fn gullible() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut request, mut part) = (Vec::new(), [0; 4096]);
        while !request.ends_with(b"}") {
            let length = stream.read(&mut part).unwrap();
            request.extend_from_slice(&part[..length]);
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
    });
    url
}

#[test]
fn a_probe_tells_who_checks_signatures() {
    let place = made();
    let listening = Listening::start(place.path(), &[]);
    notify(&place, FIRST_TEMPLATE, &format!("{}/notify", listening.url));
    notify(&place, FORM_TEMPLATE, &gullible());
    notify(&place, "card_id = \"pBrandOwned00000000000000001\"\n", CLOSED);
    let sandbox = Running::start(place.path(), &[]);
    let probe = |options: &[&str]| say(place.path(), &[&["events", "probe"], options].concat());
    assert_eq!(
        probe(&[]).good(),
        "rejected with 401, as it should be: the receiver verifies the signature\n"
    );
    assert_eq!(probe(&["-o", "json"]).json()["signature_checked"], true);
    let accepted = probe(&["--card-id", "pMerchantCode000000000000001"]).error();
    assert!(accepted.starts_with("accepted with 204, although the signature is wrong"), "{accepted}");
    let nobody = probe(&["--card-id", "pBrandOwned00000000000000001"]).error();
    assert!(nobody.starts_with(&format!("no response from {CLOSED}")), "{nobody}");
    assert!(nobody.ends_with("; start what receives callbacks there, such as `ruhui listen`"), "{nobody}");
    sandbox.stop();
    assert_eq!(listening.stop(), "", "a probe is no event");
}

#[test]
fn a_kit_that_is_named_comes_before_the_environment() {
    let place = made();
    let sandbox = Running::start(place.path(), &[]);
    let kit = root(&place).join("kit").display().to_string();
    let elsewhere = self::place();
    let clock = |options: &[&str]| {
        let mut command = ruhui(elsewhere.path(), &[&["clock"], options].concat());
        command.env("RUHUI_OPERATIONS_URL", CLOSED).output().unwrap().status.success()
    };
    assert!(clock(&["--kit", &kit]));
    assert!(!clock(&[]));
    assert!(clock(&["--operations-url", sandbox.value("RUHUI_OPERATIONS_URL")]));

    let api = sandbox.value("RUHUI_BASE_URL");
    let foreign = say(place.path(), &["clock", "--operations-url", api]).error();
    assert!(foreign.starts_with(&format!("{api} has no controls of a sandbox (status 404); ")), "{foreign}");
    sandbox.stop();
    let stopped = say(place.path(), &["events"]).error();
    assert!(
        stopped.ends_with("is the sandbox running? `ruhui sandbox ./ruhui-sandbox` starts it"),
        "{stopped}"
    );
}

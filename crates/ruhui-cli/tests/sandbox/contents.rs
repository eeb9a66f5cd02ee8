//! Tests of `ruhui state` against a running sandbox.

use crate::running::*;

#[test]
fn the_contents_of_a_sandbox_are_shown() {
    let place = made();
    let here = place.path();
    let sandbox = Running::start(here, &[]);
    let openid = "oTerminal0000000000000000000";
    let opened = ["user", "open", "--openid", openid, "--phone", "13912345678"];
    let code =
        say(here, &[&opened[..], &["-o", "json"]].concat()).json()["user_card"]["user_card_code"].clone();

    let numbers = say(here, &["state"]).good();
    assert!(numbers.contains("ruhui state user-cards") && numbers.contains("card templates"), "{numbers}");
    let merchants = say(here, &["state", "merchants"]).good();
    assert!(merchants.contains(sandbox.value("RUHUI_MCHID")), "{merchants}");
    assert!(merchants.contains(sandbox.value("RUHUI_SERIAL_NO")), "{merchants}");
    assert!(say(here, &["state", "brands"]).good().contains(sandbox.value("RUHUI_BRAND_ID")));
    let card_id = sandbox.value("RUHUI_CARD_ID");
    assert!(say(here, &["state", "templates"]).good().contains(card_id));
    let template = say(here, &["state", "templates", card_id]).good();
    assert!(template.contains("UNACTIVATED 1") && template.contains("\"card_title\""), "{template}");
    assert!(say(here, &["state", "users"]).good().contains(openid));
    // The first token is that of the start.
    let tokens = say(here, &["state", "tokens", "--state", "unused"]).good();
    assert!(tokens.contains("unused, ") && tokens.contains(" left"), "{tokens}");

    let listed = say(here, &["state", "user-cards", "--state", "unactivated"]).good();
    assert!(listed.contains(&format!("{openid}  UNACTIVATED  {}", code.as_str().unwrap())), "{listed}");
    let shown = say(here, &["state", "user-cards", openid]).good();
    assert!(shown.contains("139****5678") && shown.contains("  card        created "), "{shown}");
    assert!(shown.contains("USER_CARD.CREATE"), "{shown}");
    let whole = say(here, &["--lang", "zh", "state", "user-cards", openid, "--show-sensitive"]).good();
    assert!(whole.contains("13912345678") && whole.contains("会员卡      创建 "), "{whole}");

    let unknown = say(here, &["state", "user-cards", "oNobody"]);
    assert_eq!(unknown.status, Some(1), "{unknown:?}");
    assert!(unknown.stderr.contains("`ruhui state user-cards --card-id"), "{unknown:?}");
    let none = say(here, &["state", "activities"]);
    assert_eq!((none.status, none.stdout.as_str()), (Some(0), ""), "{none:?}");
    let paged = say(here, &["state", "users", "-n", "1"]).good();
    let after = paged.lines().last().unwrap().rsplit(' ').next().unwrap().to_owned();
    let rest = say(here, &["state", "users", "--after", &after]).good();
    assert!(!rest.contains(paged.lines().next().unwrap()), "{paged}{rest}");
}

//! The test that the guide shows, as it stands there.

#![allow(clippy::unwrap_used, reason = "the guide's readers write so")]

use ruhui_sandbox::Sandbox;
use ruhui_sandbox::ruhui::api::card_member::CreatePreAuthToken;

#[tokio::test]
async fn a_user_joins() {
    let sandbox = Sandbox::start().await.unwrap();
    let openid = sandbox.new_openid();
    let request = CreatePreAuthToken {
        brand_id: sandbox.brand_id(),
        card_id: sandbox.card_id(),
        openid: openid.clone(),
    };
    let token = sandbox.client().create_pre_auth_token(&request).await.unwrap();
    let joined = sandbox.controls().join(&token.token, "13900000000").await.unwrap();
    assert_eq!(joined.user_card.openid, openid);
}

#[test]
fn both_pages_of_the_guide_have_this_test() {
    let own = include_str!("guide.rs");
    for page in ["sandbox-in-tests.md", "sandbox-in-tests.zh-CN.md"] {
        let path = format!("{}/../../docs/guide/{page}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let block = text.split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
        for part in block.split("\n\n") {
            assert!(own.contains(part.trim()), "{page} has another test:\n{part}");
        }
    }
}

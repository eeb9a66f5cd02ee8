//! Measures the time that `explain` takes for the usual causes, in microseconds: the median of 21 runs.
//!
//! `cargo run --release -p ruhui-core --example explain_times`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example that measures"
)]

use jiff::Timestamp;
use ruhui_core::explain::{Keys, Received, explain};
use ruhui_core::key::PrivateKey;
use std::time::Instant;

const PATH: &str = "/v3/brand/partner/card-member/open-user-card-tokens";
const BODY: &str =
    r#"{"brand_id":"1004","card_id":"pbLatjvWOibDc5-TBnbUk1pD12o0","openid":"obLatjnx9gnqzS4myYGmLZ7LgLBA"}"#;

fn message(method: &str, target: &str, body: &str) -> String {
    format!("{method}\n{target}\n1750752000\nN\n{body}\n")
}

fn main() {
    let merchant = PrivateKey::from_pem(include_str!("../../../vectors/keys/merchant_key.pem")).unwrap();
    let platform = PrivateKey::from_pem(include_str!("../../../vectors/keys/platform_key.pem")).unwrap();
    let right = message("POST", PATH, BODY);
    let indented = BODY.replace("{", "{\n  ").replace(',', ",\n  ").replace(':', ": ").replace('}', "\n}");
    let cases = [
        ("right", right.clone()),
        ("last line feed missing", right.trim_end().to_owned()),
        ("indented body signed", message("POST", PATH, &indented)),
        ("two line ends more after the body", message("POST", PATH, &format!("{BODY}\n\n"))),
        ("milliseconds signed", right.replace("1750752000", "1750752000999")),
        ("lines in another order", format!("{PATH}\nPOST\n1750752000\nN\n{BODY}\n")),
        ("host signed and the last line feed missing", {
            let url = format!("https://api.mch.weixin.qq.com{PATH}");
            message("POST", &url, BODY).trim_end().to_owned()
        }),
        ("another message: nothing fits", "another message".to_owned()),
    ];
    let time = |name: &str, signature: &str| {
        let header = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\",nonce_str=\"N\",signature=\"{signature}\",timestamp=\"1750752000\",serial_no=\"1DDE\""
        );
        let now = Timestamp::from_second(1_750_752_003).unwrap();
        let keys = Keys::new().with_caller(None, merchant.public_key());
        let mut times = Vec::new();
        let mut said = String::new();
        for _ in 0..21 {
            let start = Instant::now();
            let explanation = explain(&Received::new("POST", PATH, &header, BODY.as_bytes(), now), &keys);
            times.push(start.elapsed().as_micros());
            let ids: Vec<_> = explanation.findings.iter().map(|finding| finding.cause.id).collect();
            said = format!("{} trials, {}", explanation.trials, ids.join(" + "));
        }
        times.sort_unstable();
        println!("{:>9} us  {name}: {said}", times[10]);
    };
    for (name, message) in &cases {
        time(name, &merchant.sign(message.as_bytes()));
    }
    time("the platform's key, not known", &platform.sign(right.as_bytes()));
}

//! Writes the later stages of `vectors/sign` and `vectors/response` from the first stage.
//!
//! Add a folder with a `request.json`, or with `headers.json` (its signature left empty) and `body.txt`. Then
//! run
//!
//! ```sh
//! cargo run -p ruhui-core --example sign_vectors && vectors/check.sh
//! ```

use jiff::Timestamp;
use ruhui_core::key::PrivateKey;
use ruhui_core::sign::{self, Scheme, Signer};
use ruhui_core::types::{BrandId, Caller, MchId, NonceStr, SerialNo};
use serde_json::Value;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    for case in folders(&vectors.join("sign"))? {
        sign_request(&vectors, &case)?;
    }
    for case in folders(&vectors.join("response"))? {
        sign_response(&vectors, &case)?;
    }
    Ok(())
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect()
}

fn key(vectors: &Path, name: &str) -> Result<PrivateKey, Box<dyn Error>> {
    Ok(PrivateKey::from_pem(&fs::read_to_string(vectors.join("keys").join(name))?)?)
}

fn sign_request(vectors: &Path, case: &Path) -> Result<(), Box<dyn Error>> {
    let request: Value = serde_json::from_slice(&fs::read(case.join("request.json"))?)?;
    let field = |name: &str| request[name].as_str().ok_or_else(|| format!("{name} is missing"));
    let (caller, key) = if field("scheme")? == Scheme::Brand.as_str() {
        (Caller::Brand(BrandId::new(field("caller")?)?), key(vectors, "brand_key.pem")?)
    } else {
        (Caller::Merchant(MchId::new(field("caller")?)?), key(vectors, "merchant_key.pem")?)
    };
    let (method, target, timestamp, nonce) =
        (field("method")?, field("target")?, field("timestamp")?, field("nonce_str")?);
    let body = field("body")?.as_bytes();
    let message = sign::request_message(method, target, timestamp, nonce, body);
    let signature = key.sign(&message);
    let now = Timestamp::from_second(timestamp.parse()?)?;
    let signer = Signer::new(caller, SerialNo::new(field("serial_no")?)?, key);
    let authorization = signer.authorize(method, target, now, &NonceStr::new(nonce)?, body);
    fs::write(case.join("message.txt"), message)?;
    fs::write(case.join("signature.txt"), format!("{signature}\n"))?;
    fs::write(case.join("authorization.txt"), format!("{authorization}\n"))?;
    Ok(())
}

fn sign_response(vectors: &Path, case: &Path) -> Result<(), Box<dyn Error>> {
    let mut headers: Value = serde_json::from_slice(&fs::read(case.join("headers.json"))?)?;
    let body = fs::read(case.join("body.txt"))?;
    let field = |name: &str| headers[name].as_str().ok_or_else(|| format!("{name} is missing"));
    let message = sign::response_message(field("Wechatpay-Timestamp")?, field("Wechatpay-Nonce")?, &body);
    let signature = key(vectors, "platform_key.pem")?.sign(&message);
    headers["Wechatpay-Signature"] = signature.clone().into();
    fs::write(case.join("headers.json"), format!("{}\n", serde_json::to_string_pretty(&headers)?))?;
    fs::write(case.join("message.txt"), message)?;
    fs::write(case.join("signature.txt"), format!("{signature}\n"))?;
    Ok(())
}

//! Builds requests to any endpoint, and creates the state that requests about templates need.

use super::*;
use http::Method;
use http::header::CONTENT_TYPE;
use ruhui_core::api::card_member::{CreateCardTemplate, UploadImage};
use ruhui_core::types::Family;

/// Bytes that begin like a PNG picture.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\nthe picture";
/// The AppID of the sandbox's first template.
pub(crate) const APPID: &str = "wxea9c30890f48d5ae";
/// Boundary between the parts of a form.
pub(crate) const BOUNDARY: &str = "boundary-by-hand";

impl TestService {
    /// Builds a request to `E` from its parameters, which may be wrong. Members that are in the path's template go
    /// there, the others into the query of a GET or into the body. A request of the brand family names no brand.
    pub(crate) fn by_hand<E: Endpoint>(&self, parameters: &Value) -> Draft {
        let mut members = parameters.as_object().unwrap().clone();
        let is_brands = E::Family::FAMILY == Family::Brand;
        if is_brands {
            members.remove("brand_id");
        }
        let segments = E::PATH.split('/').map(|segment| {
            let name = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
            name.map_or_else(|| segment.to_owned(), |name| plain(&members.remove(name).unwrap()))
        });
        let mut target = segments.collect::<Vec<_>>().join("/");
        if E::METHOD == Method::GET {
            let pairs: Vec<_> =
                members.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
            target = format!("{target}?{}", pairs.join("&"));
        }
        let draft = self.draft::<E>(&Value::Object(members)).with(|draft| draft.target = target);
        if is_brands { draft.by_brand() } else { draft }
    }

    /// Sends a request that must succeed, and returns the response's JSON.
    pub(crate) async fn done<E: Endpoint>(&self, parameters: &Value) -> Value {
        let draft = self.by_hand::<E>(parameters);
        let response = self.send(draft.sign()).await;
        assert_eq!(response.status, 200, "{}: {}", E::NAME, response.text());
        response.signed_unless_general(Scheme::from(E::Family::FAMILY));
        response.json()
    }

    /// Returns the upload of a picture under a name.
    pub(crate) fn upload(&self, filename: &str, picture: &[u8]) -> Draft {
        let meta = UploadImage::<Partner>::new(filename.parse().unwrap(), picture);
        let form =
            form(&[("meta", None, json!(meta).to_string().as_bytes()), ("file", Some(filename), picture)]);
        self.draft::<UploadImage>(&json!(meta))
            .with(|draft| draft.sent = Some(form))
            .header(CONTENT_TYPE, &format!("multipart/form-data; boundary={BOUNDARY}"))
    }

    /// Uploads the picture, and returns its address.
    pub(crate) async fn picture(&self) -> String {
        let response = self.send(self.upload("card.png", PNG).sign()).await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()["media_url"].as_str().unwrap().to_owned()
    }

    /// Uploads a picture, and returns the parameters of a good template with it.
    pub(crate) async fn template(&self) -> Value {
        json!({
            "out_request_no": "100002322019090134234sfdf",
            "brand_id": BRAND_ID,
            "appid": APPID,
            "card_type": "NORMAL",
            "card_title": "金卡会员",
            "card_color": "#FFFF00",
            "card_picture_url": self.picture().await,
            "code_mode": "MERCHANT_ALLOCATE",
            "code_type": "QR_CODE",
            "benefits": "会员九折",
            "notify_url": "https://shop.example/notify",
            "legal_agreement": "一、会员\n二、服务",
            "valid_date_information": { "type": "PERMANENT" },
            "member_information": { "jump_appid": APPID, "jump_path": "/pages/member/index" },
        })
    }

    /// Creates a template with these changes to the good one, and returns the response's JSON.
    pub(crate) async fn create_template(&self, changes: &Value) -> Value {
        self.done::<CreateCardTemplate>(&merged(&self.template().await, changes)).await
    }
}

/// Returns `value` with the members of `changes`; a null removes a member.
pub(crate) fn merged(value: &Value, changes: &Value) -> Value {
    let mut members = value.as_object().unwrap().clone();
    for (name, change) in changes.as_object().unwrap() {
        match change {
            Value::Null => drop(members.remove(name)),
            change => drop(members.insert(name.clone(), change.clone())),
        }
    }
    Value::Object(members)
}

/// Returns a multipart form of these parts: name, file name, bytes.
pub(crate) fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, filename, bytes) in parts {
        let filename = filename.map_or_else(String::new, |filename| format!("; filename=\"{filename}\""));
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{filename}\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        form.extend([head.as_bytes(), bytes, b"\r\n"].concat());
    }
    form.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    form
}

/// Formats a parameter for a target.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

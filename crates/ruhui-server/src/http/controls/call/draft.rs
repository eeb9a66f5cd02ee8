//! Requests before they are signed: from the fields of an endpoint, or as they are; and the callers that sign them.

use super::send::Unsigned;
use super::upload::{self, Picture};
use crate::http::controls::context::Controls;
use crate::http::controls::outcome::Failure;
use crate::kit_values::{BRAND_ID, CARD_ID, OPENID};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method};
use ruhui_core::api::{self, Endpoint, EndpointName, FamilyMarker as _, Visitor};
use ruhui_core::bilingual::Bilingual;
use ruhui_core::key::PublicKey;
use ruhui_core::sign::Signer;
use ruhui_core::types::{Caller, Family};
use ruhui_core::wire::{self, EncodeError, ParameterError, ParameterIssue};
use serde_json::{Map, Value};

/// A request with its caller.
pub(in crate::http::controls) struct Asked {
    pub(in crate::http::controls) signer: Signer,
    pub(in crate::http::controls) unsigned: Unsigned,
}

/// Makes a request from the name of its endpoint and its fields. A missing brand, template or user is that of the kit.
/// `picture` is the file of an upload, which has no other fields.
pub(in crate::http::controls) fn named(
    controls: &Controls,
    name: &str,
    fields: Map<String, Value>,
    picture: Option<Picture>,
    caller: Option<Caller>,
) -> Result<Asked, Failure> {
    let known = EndpointName::find(name).ok_or_else(|| unknown_name(name))?;
    let family = known.family().or_else(|| caller.as_ref().map(Caller::family)).unwrap_or(Family::Partner);
    let signer = signer(controls, caller, family)?;
    if signer.caller().family() != family {
        return Err(other_family(name, signer.caller()));
    }
    if let Some(picture) = upload::of(&known, &fields, picture)? {
        return Ok(Asked { signer, unsigned: picture.encode(&*controls.service.env.entropy, family)? });
    }
    let encrypt = super::send::platform_key(controls, signer.caller()).map(|key| key.key().public_key());
    let mut find = Encode { name: &known, family, fields, encrypt, found: None };
    api::visit(&mut find);
    let unsigned = find.found.unwrap_or_else(|| Err(not_of_brands(known.as_str())))?;
    Ok(Asked { signer, unsigned })
}

/// Makes a request of any path.
pub(super) fn unnamed(method: &str, target: &str, body: String) -> Result<Unsigned, Failure> {
    let invalid = |field, en: &str, zh: &str| Failure::Invalid { field, what: Bilingual::new(en, zh) };
    let method: Method = method.parse().map_err(|_| {
        invalid("method", "it is not a method, such as GET or POST", "不是请求方法，例如 GET 或 POST")
    })?;
    let is_path = target.starts_with('/') && !target.contains('#');
    let target: Option<PathAndQuery> = target.parse().ok().filter(|_| is_path);
    let target = target.ok_or_else(|| {
        invalid(
            "target",
            "it is a path, with a query if there is one, such as /v3/certificates",
            "须为路径，可带查询串，例如 /v3/certificates",
        )
    })?;
    Ok(Unsigned { method, target, headers: HeaderMap::new(), body: body.into_bytes(), meta: None })
}

/// Returns the signer of a request of any path: the caller that is named, or the kit's of the path's family.
pub(super) fn signer_of(
    controls: &Controls,
    caller: Option<Caller>,
    target: &str,
) -> Result<Signer, Failure> {
    let family = if target.starts_with("/brand/") { Family::Brand } else { Family::Partner };
    signer(controls, caller, family)
}

/// Returns the signer of a caller; without one, that of the kit's caller of `family`.
pub(in crate::http::controls) fn signer(
    controls: &Controls,
    caller: Option<Caller>,
    family: Family,
) -> Result<Signer, Failure> {
    let (keys, directory) = (&controls.kit_keys, controls.service.directory());
    let now = controls.service.env.wire.now();
    let caller = caller.or_else(|| keys.own_caller(&directory, family));
    let found = caller.as_ref().and_then(|caller| keys.signer(&directory, caller, now));
    found.ok_or_else(|| {
        let who = caller.as_ref().map_or_else(|| family.caller_field().to_owned(), Caller::to_string);
        no_private_key(&who, &keys.callers(&directory))
    })
}

fn no_private_key(who: &str, having: &[Caller]) -> Failure {
    let names: Vec<String> = having.iter().map(Caller::to_string).collect();
    let what = if names.is_empty() {
        Bilingual::new(
            format!(
                "the sandbox has no private key of {who}, nor of any other caller: it signs with the keys in the kit of its folder; sign the request yourself and send it to the main host"
            ),
            format!(
                "沙箱没有 {who} 的私钥，也没有其他调用方的私钥：沙箱使用其目录下 kit 中的私钥签名；请自行签名并发送到主域名"
            ),
        )
    } else {
        Bilingual::new(
            format!(
                "the sandbox has no private key that belongs to a certificate of {who}; it can sign for {}. Use one of these, issue a certificate by POST /sandbox/keys/merchant-certificates, or sign the request yourself and send it to the main host",
                names.join(", ")
            ),
            format!(
                "沙箱没有与 {who} 的证书匹配的私钥，可代为签名的有：{}。请改用其中之一，或通过 POST /sandbox/keys/merchant-certificates 签发证书，或自行签名并发送到主域名",
                names.join("、")
            ),
        )
    };
    Failure::Conflict { code: "NO_PRIVATE_KEY", what }
}

/// Encodes the endpoint of a name in a family.
struct Encode<'a> {
    name: &'a EndpointName,
    family: Family,
    fields: Map<String, Value>,
    encrypt: Option<PublicKey>,
    found: Option<Result<Unsigned, Failure>>,
}

impl Visitor for Encode<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        if self.name.is::<E>(self.family) {
            self.found = Some(self.encode::<E>());
        }
    }
}

impl Encode<'_> {
    fn encode<E: Endpoint>(&mut self) -> Result<Unsigned, Failure> {
        let request: E = self.draft()?;
        let encoded = wire::encode(&request, self.encrypt.as_ref()).map_err(not_encoded)?;
        let target = encoded.target.parse().map_err(|_| Failure::Invalid {
            field: "fields",
            what: Bilingual::fixed("they make no path", "无法构成路径"),
        })?;
        Ok(Unsigned { method: E::METHOD, target, headers: HeaderMap::new(), body: encoded.body, meta: None })
    }

    fn draft<E: Endpoint>(&mut self) -> Result<E, Failure> {
        loop {
            let error = match wire::draft(&self.fields) {
                Ok(request) => return Ok(request),
                Err(error) => error,
            };
            match self.of_kit(&error).filter(|_| E::Family::FAMILY == self.family) {
                Some((field, value)) => self.fields.insert(field, value.into()),
                None => return Err(wrong_field(&error.field, &error)),
            };
        }
    }

    /// Returns a missing field and its value in the kit, if it has one.
    fn of_kit(&self, error: &ParameterError) -> Option<(String, &'static str)> {
        let field = error.field.strip_prefix('/').unwrap_or(&error.field);
        if error.issue != ParameterIssue::Missing || !self.name.takes_from_kit(field) {
            return None;
        }
        let value = match field {
            "brand_id" => BRAND_ID,
            "card_id" => CARD_ID,
            _ => OPENID,
        };
        Some((field.to_owned(), value))
    }
}

/// The error for a field, whose name has dots as people write it: `valid_date_information.type`.
fn wrong_field(pointer: &str, error: &dyn std::fmt::Display) -> Failure {
    let field = pointer.trim_start_matches('/').replace('/', ".");
    Failure::WrongField { field, what: Bilingual::of(error) }
}

fn not_encoded(error: EncodeError) -> Failure {
    match &error {
        EncodeError::Invalid(invalid) => wrong_field(&invalid.field, &error),
        EncodeError::NoKey { field } | EncodeError::TooLong { field, .. } => wrong_field(field, &error),
        _ => Failure::Invalid { field: "fields", what: Bilingual::of(&error) },
    }
}

fn unknown_name(name: &str) -> Failure {
    let (en, zh) = match EndpointName::nearest(name) {
        Some(nearest) => (format!("; did you mean {nearest}?"), format!("；是否为 {nearest}？")),
        None => Default::default(),
    };
    Failure::Invalid {
        field: "name",
        what: Bilingual::new(
            format!("no endpoint is called {name:?}{en}"),
            format!("没有名为 {name:?} 的接口{zh}"),
        ),
    }
}

fn other_family(name: &str, caller: &Caller) -> Failure {
    Failure::Invalid {
        field: "caller",
        what: Bilingual::new(
            format!("{name} is an endpoint of brands, and {caller} is a merchant"),
            format!("{name} 是品牌的接口，而 {caller} 是商户"),
        ),
    }
}

fn not_of_brands(name: &str) -> Failure {
    Failure::Invalid {
        field: "name",
        what: Bilingual::new(
            format!("{name} is a service provider's endpoint; brands have none like it"),
            format!("{name} 仅服务商可调用，品牌没有该接口"),
        ),
    }
}

//! Requests built from the fields that a user typed, checked by the endpoint's struct.

use super::{Name, family};
use crate::credentials::{Family, Settings};
use crate::language::Language;
use anyhow::bail;
use ruhui::api::card_member::UploadImage;
use ruhui::api::{self, Endpoint, Visitor};
use ruhui::key::PublicKey;
use ruhui::wire::{self, EncodeError, Encoded, ParameterError, ParameterIssue};
use ruhui::{Client, Error, Response};
use serde_json::{Map, Value};
use std::pin::Pin;

/// A future of a response. The outer error is a missing or wrong setting, the inner one is the SDK's.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = anyhow::Result<Result<Response, Error>>> + 'a>>;

/// A request of any endpoint.
pub(crate) trait Drafted {
    fn method(&self) -> http::Method;

    /// Encodes the target and the body. The body of an upload is its signed part.
    fn encode(&self, encrypt: Option<&PublicKey>) -> Result<Encoded, EncodeError>;

    /// Sends the request, and the picture of an upload with it.
    fn send<'a>(
        &'a self,
        picture: Option<Vec<u8>>,
        settings: &'a Settings,
        language: Language,
    ) -> Sending<'a>;

    /// Returns the response's body, with sensitive fields decrypted.
    fn read(&self, response: &Response) -> Result<Value, Error>;
}

/// Builds a request from `fields`. If `brand_id` is missing, that of the settings is used.
pub(crate) fn draft(
    name: &Name,
    fields: Map<String, Value>,
    settings: &Settings,
    language: Language,
) -> anyhow::Result<Box<dyn Drafted>> {
    let brand_id = settings.brand_id().map(str::to_owned);
    let mut find = Find { name, family: settings.family(), fields, brand_id, found: None };
    api::visit(&mut find);
    match find.found {
        Some(Ok(drafted)) => Ok(drafted),
        Some(Err(Rejected { fault, fields })) => {
            let said = language.say_of(field(&fault), &fault.issue);
            match fault.issue {
                ParameterIssue::Missing if !fault.field.trim_start_matches('/').contains('/') => {
                    let fields = fields.join(language.pick(", ", "、"));
                    bail!(
                        language.pick(
                            format!("{said}; the fields are {fields}"),
                            format!("{said}；字段有 {fields}"),
                        )
                    )
                }
                _ => Err(said),
            }
        }
        None => {
            let name = name.as_str();
            bail!(language.pick(
                format!("{name} is a service provider's call; brands have none like it"),
                format!("{name} 仅服务商可调用，品牌没有该接口"),
            ));
        }
    }
}

/// Returns the name of the field as users type it: `valid_date_information.type`.
fn field(fault: &ParameterError) -> String {
    fault.field.trim_start_matches('/').replace('/', ".")
}

struct Find<'a> {
    name: &'a Name,
    family: Family,
    fields: Map<String, Value>,
    brand_id: Option<String>,
    found: Option<Result<Box<dyn Drafted>, Rejected>>,
}

/// Message about the mistake, with the fields of the request.
struct Rejected {
    fault: ParameterError,
    fields: Vec<&'static str>,
}

impl Visitor for Find<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        if self.name.is::<E>() && self.family == family::<E>() {
            let drafted = self.draft::<E>();
            self.found = Some(drafted.map_err(|fault| Rejected { fault, fields: fields::<E>() }));
        }
    }
}

impl Find<'_> {
    fn draft<E: Endpoint>(&mut self) -> Result<Box<dyn Drafted>, ParameterError> {
        let mut drafted = wire::draft::<E>(&self.fields);
        if let Err(ParameterError { field, issue: ParameterIssue::Missing, .. }) = &drafted
            && field.trim_start_matches('/') == "brand_id"
            && let Some(brand_id) = self.brand_id.take()
        {
            self.fields.insert("brand_id".to_owned(), Value::String(brand_id));
            drafted = wire::draft(&self.fields);
        }
        drafted.map(|call| Box::new(Draft(call)) as Box<dyn Drafted>)
    }
}

/// Names of a request's fields, taken from the error about an unknown field.
fn fields<E: Endpoint>() -> Vec<&'static str> {
    let nameless = Map::from_iter([(String::new(), Value::Null)]);
    match wire::draft::<E>(&nameless) {
        Err(ParameterError { issue: ParameterIssue::Unknown { known }, .. }) => known,
        _ => Vec::new(),
    }
}

struct Draft<E>(E);

impl<E: Endpoint> Drafted for Draft<E> {
    fn method(&self) -> http::Method {
        E::METHOD
    }

    fn encode(&self, encrypt: Option<&PublicKey>) -> Result<Encoded, EncodeError> {
        wire::encode(&self.0, encrypt)
    }

    fn send<'a>(
        &'a self,
        picture: Option<Vec<u8>>,
        settings: &'a Settings,
        language: Language,
    ) -> Sending<'a> {
        Box::pin(async move {
            let client: Client<E::Family> = settings.client(language)?;
            Ok(match picture {
                None => client.exchange(&self.0).await,
                Some(picture) => {
                    let meta: UploadImage<E::Family> =
                        serde_json::from_value(serde_json::to_value(&self.0)?)?;
                    client.exchange_image(&meta, picture).await
                }
            })
        })
    }

    fn read(&self, response: &Response) -> Result<Value, Error> {
        let opened = response.json::<E::Response>()?;
        let mut whole = serde_json::from_slice(response.body()).unwrap_or_default();
        lay(serde_json::to_value(opened).unwrap_or_default(), &mut whole);
        Ok(whole)
    }
}

/// Puts the decrypted values over the body as received, which may have members that this edition does not
/// know.
fn lay(opened: Value, over: &mut Value) {
    match (opened, over) {
        (Value::Object(opened), Value::Object(over)) => {
            for (name, value) in opened {
                lay(value, over.entry(name).or_insert(Value::Null));
            }
        }
        (Value::Array(opened), Value::Array(over)) if opened.len() == over.len() => {
            opened.into_iter().zip(over).for_each(|(opened, over)| lay(opened, over));
        }
        (opened, over) => *over = opened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_came_is_shown_with_what_was_opened() {
        let mut came =
            json!({ "phone_number": "c2VhbGVk", "new": 1, "list": [{ "value": "c2Vh", "more": 2 }] });
        lay(json!({ "phone_number": "139", "list": [{ "value": "张三" }] }), &mut came);
        assert_eq!(
            came,
            json!({ "phone_number": "139", "new": 1, "list": [{ "value": "张三", "more": 2 }] })
        );
    }
}

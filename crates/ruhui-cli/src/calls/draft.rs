//! Requests built from the fields that a user typed, checked by the endpoint's struct.

use super::{defaults, not_of_brands};
use crate::credentials::Settings;
use crate::language::Language;
use anyhow::anyhow;
use ruhui::api::card_member::UploadImage;
use ruhui::api::{self, Endpoint, EndpointName, Visitor};
use ruhui::key::PublicKey;
use ruhui::wire::{self, EncodeError, Encoded, ParameterError, ParameterIssue};
use ruhui::{Client, Error, Response};
use ruhui_core::schema::{self, Field};
use serde_json::{Map, Value};
use std::pin::Pin;

/// A future of a response. The outer error is a missing or wrong setting, the inner one is the SDK's.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = anyhow::Result<Result<Response, Error>>> + 'a>>;

/// A request of any endpoint.
pub(crate) trait Drafted {
    fn method(&self) -> http::Method;

    /// Returns the user that the request is about.
    fn openid(&self) -> Option<String>;

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

/// Builds a request from `fields`. A missing field that the request requires is taken from the settings, if
/// they have it.
pub(crate) fn draft(
    name: &EndpointName,
    fields: Map<String, Value>,
    settings: &Settings,
    language: Language,
) -> anyhow::Result<Box<dyn Drafted>> {
    let mut find = Find { name, settings, fields, found: None };
    api::visit(&mut find);
    match find.found {
        Some(drafted) => drafted.map_err(|rejected| rejected.say(language)),
        None => Err(not_of_brands(name, language)),
    }
}

struct Find<'a> {
    name: &'a EndpointName,
    settings: &'a Settings,
    fields: Map<String, Value>,
    found: Option<Result<Box<dyn Drafted>, Box<Rejected>>>,
}

impl Visitor for Find<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        if self.name.is::<E>(self.settings.family().into()) {
            self.found = Some(self.draft::<E>());
        }
    }
}

impl Find<'_> {
    fn draft<E: Endpoint>(&mut self) -> Result<Box<dyn Drafted>, Box<Rejected>> {
        let mut drafted = wire::draft::<E>(&self.fields);
        if is_missing(&drafted) {
            defaults::fill_in(self.name, &schema::fields::<E>(), &mut self.fields, self.settings);
            drafted = wire::draft(&self.fields);
        }
        let missing = match is_missing(&drafted) {
            true => Field::missing_of(&schema::fields::<E>(), &self.fields),
            false => Vec::new(),
        };
        drafted
            .map(|call| Box::new(Draft(call)) as Box<dyn Drafted>)
            .map_err(|fault| Box::new(Rejected { name: E::NAME, fault, missing }))
    }
}

fn is_missing<E>(drafted: &Result<E, ParameterError>) -> bool {
    matches!(drafted, Err(ParameterError { issue: ParameterIssue::Missing, .. }))
}

/// The mistake in the fields that a user typed.
struct Rejected {
    /// Name of the endpoint.
    name: &'static str,
    /// The first mistake.
    fault: ParameterError,
    /// All missing fields, if the first mistake is a missing field.
    missing: Vec<String>,
}

impl Rejected {
    fn say(&self, language: Language) -> anyhow::Error {
        let name = self.name;
        let said = match &self.missing[..] {
            [] => {
                // The name of the field as users type it: `valid_date_information.type`.
                let field = self.fault.field.trim_start_matches('/').replace('/', ".");
                language.say_of(field, &self.fault.issue).to_string()
            }
            [only] => language.pick(format!("{only} is missing"), format!("缺少字段 {only}")),
            all => {
                let all = language.list(all);
                language.pick(format!("{all} are missing"), format!("缺少字段 {all}"))
            }
        };
        anyhow!(language.pick(
            format!("{said}; `ruhui call {name} --help` describes the fields"),
            format!("{said}；字段说明见 `ruhui call {name} --help`"),
        ))
    }
}

struct Draft<E>(E);

impl<E: Endpoint> Drafted for Draft<E> {
    fn method(&self) -> http::Method {
        E::METHOD
    }

    fn openid(&self) -> Option<String> {
        serde_json::to_value(&self.0).ok()?.get("openid")?.as_str().map(str::to_owned)
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
        let decoded = response.json::<E::Response>()?;
        Ok(wire::readable_response(&decoded, response.body()))
    }
}

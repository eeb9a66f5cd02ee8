//! The trait of endpoints, [`Endpoint`], and the two families as types.

use super::rows::Row;
use crate::types::{BrandId, Caller, Family};
use http::Method;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// An endpoint of the API. The struct's fields are the parameters of the request; this trait has everything else.
pub trait Endpoint: Serialize + DeserializeOwned + HasSchema + Send + Sync + 'static {
    /// The body of a successful response.
    type Response: Serialize + DeserializeOwned + HasSchema + Send + Sync + 'static;
    /// The family of callers that the endpoint is for: [`Partner`] or [`Brand`].
    type Family: FamilyMarker;

    /// The endpoint's name, unique, in `snake_case`.
    const NAME: &'static str;
    /// A summary of the endpoint, in one line.
    const SUMMARY: &'static str;
    /// The HTTP method.
    const METHOD: Method;
    /// The path, with `{field}` in place of each field that goes there.
    const PATH: &'static str;
    /// The page that documents the endpoint.
    const DOCUMENT: Document;
    /// Whether the request is safe to retry when its response was lost.
    const RETRY_SAFETY: RetrySafety;
    /// Every business error that the page lists, in addition to the four public ones.
    const ERRORS: &'static [&'static Row];
    /// Whether the request has encrypted fields, and so requires the header `Wechatpay-Serial`.
    const HAS_ENCRYPTED_FIELDS: bool = false;
    /// Names on the page that neither the request nor the response has here. A request that has one is not rejected.
    const IGNORED_MEMBERS: &'static [&'static str] = &[];
    /// Whether a file is uploaded with the request. The struct is then the part `meta`, the only part that is signed.
    const UPLOADS_FILE: bool = false;
}

/// A page of WeChat Pay's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// The page's id.
    pub page: &'static str,
    /// The edition that the endpoint follows, as the page dates itself.
    pub edition: &'static str,
    /// The family to whose part of the documentation the page belongs.
    pub part: Family,
}

impl Document {
    pub(crate) const fn partner(page: &'static str, edition: &'static str) -> Self {
        Self { page, edition, part: Family::Partner }
    }

    pub(crate) const fn brand(page: &'static str, edition: &'static str) -> Self {
        Self { page, edition, part: Family::Brand }
    }

    /// Returns the URL of the page.
    pub fn url(&self) -> String {
        Self::address(self.part, self.page)
    }

    /// Returns the URL of a page in a family's part of the documentation, such as one that describes the protocol.
    pub fn address(part: Family, page: &str) -> String {
        let part = match part {
            Family::Partner => "v3/partner",
            Family::Brand => "brand",
        };
        format!("https://pay.weixin.qq.com/doc/{part}/{page}")
    }
}

/// Whether a request is safe to retry (idempotent) when its response was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a call is repeatable or it is not")]
pub enum RetrySafety {
    /// A resend does no harm, so a client may retry the request.
    Idempotent,
    /// A resend could take effect a second time, so a client must not retry the request by itself.
    NotIdempotent,
}

/// A family as a type, so that a client of one family cannot send a request of the other.
pub trait FamilyMarker: fmt::Debug + Clone + Copy + PartialEq + Eq + Send + Sync + 'static {
    /// The type of the field `brand_id`: [`BrandId`], or [`CallersOwn`] in the family whose requests lack the field.
    type BrandId: BrandField;

    /// The family as a value.
    const FAMILY: Family;
}

/// The partner family: service providers, identified by `mchid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a name for types, never a value")]
pub struct Partner;

impl FamilyMarker for Partner {
    type BrandId = BrandId;

    const FAMILY: Family = Family::Partner;
}

/// The brand family: brands that act for themselves, identified by `brand_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a name for types, never a value")]
pub struct Brand;

impl FamilyMarker for Brand {
    type BrandId = CallersOwn;

    const FAMILY: Family = Family::Brand;
}

/// The type of a request's field `brand_id`, which names the brand that the request is about.
pub trait BrandField:
    fmt::Debug + Clone + PartialEq + Eq + Serialize + DeserializeOwned + HasSchema + Send + Sync + 'static
{
    /// Returns the brand that a request of `caller` is about; `None` if the caller is a merchant and the request
    /// names no brand.
    fn brand_id<'a>(&'a self, caller: &'a Caller) -> Option<&'a BrandId>;

    /// Whether the request omits the field.
    fn is_implied(&self) -> bool;
}

impl BrandField for BrandId {
    fn brand_id<'a>(&'a self, _: &'a Caller) -> Option<&'a BrandId> {
        Some(self)
    }

    fn is_implied(&self) -> bool {
        false
    }
}

/// The `brand_id` of a request of the brand family, which omits the field: the caller is the brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "callers write it out")]
pub struct CallersOwn;

impl BrandField for CallersOwn {
    fn brand_id<'a>(&'a self, caller: &'a Caller) -> Option<&'a BrandId> {
        match caller {
            Caller::Brand(brand_id) => Some(brand_id),
            Caller::Merchant(_) => None,
        }
    }

    fn is_implied(&self) -> bool {
        true
    }
}

impl Serialize for CallersOwn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

/// Reads the field as an option, so it may be missing. A value that is present is discarded: the page has the
/// field only if the response has it.
impl<'de> Deserialize<'de> for CallersOwn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<IgnoredAny>::deserialize(deserializer).map(|_| Self)
    }
}

/// The schema `false`, which no value matches: the OpenAPI document leaves out such a property.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for CallersOwn {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CallersOwn".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        false.into()
    }
}

/// Returns the one of two values that is for `family`, for the constants of endpoints of both families.
pub(crate) const fn either<T: Copy>(family: Family, partner: T, brand: T) -> T {
    match family {
        Family::Partner => partner,
        Family::Brand => brand,
    }
}

/// A type that the OpenAPI document can describe: any type, since the feature `schema` is off.
#[cfg(not(feature = "schema"))]
pub trait HasSchema {}
#[cfg(not(feature = "schema"))]
impl<T> HasSchema for T {}

/// A type that the OpenAPI document can describe: a type with a JSON Schema.
#[cfg(feature = "schema")]
pub trait HasSchema: schemars::JsonSchema {}
#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> HasSchema for T {}

//! What makes a struct an endpoint.

use super::rows::Row;
use crate::types::{BrandId, Caller, Family};
use http::Method;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// One call of the API: its parameters are the struct's fields, everything else is here.
pub trait Endpoint: Serialize + DeserializeOwned + Described + Send + Sync + 'static {
    /// What a success answers.
    type Response: Serialize + DeserializeOwned + Described + Send + Sync + 'static;
    /// Who may call: [`Partner`] or [`Brand`].
    type Family: FamilyMarker;

    /// The call's name, unique, in `snake_case`.
    const NAME: &'static str;
    /// One line: what it does.
    const SUMMARY: &'static str;
    /// The HTTP method.
    const METHOD: Method;
    /// The path, with `{field}` where a field stands.
    const PATH: &'static str;
    /// The document that describes it.
    const DOCUMENT: Document;
    /// What a lost response means.
    const EFFECT: Effect;
    /// Every business error that the document lists, beside the four public ones.
    const ERRORS: &'static [&'static Row];
    /// Whether the header `Wechatpay-Serial` is required because the call takes encrypted fields.
    const ENCRYPTED: bool = false;
    /// Names on the page that neither the request nor the response has here: a request that has one is not rejected.
    const ALSO_NAMED: &'static [&'static str] = &[];
    /// Whether a file goes with the call: the struct is then the part `meta`, which alone is signed.
    const ATTACHMENT: bool = false;
}

/// A page of WeChat Pay's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// The page's id.
    pub page: &'static str,
    /// The edition that was followed, as the page dates itself.
    pub edition: &'static str,
    /// The part of the documentation.
    pub part: Family,
}

impl Document {
    pub(crate) const fn partner(page: &'static str, edition: &'static str) -> Self {
        Self { page, edition, part: Family::Partner }
    }

    pub(crate) const fn brand(page: &'static str, edition: &'static str) -> Self {
        Self { page, edition, part: Family::Brand }
    }

    /// The page's address.
    pub fn url(&self) -> String {
        let (part, page) = (self.part_name(), self.page);
        format!("https://pay.weixin.qq.com/doc/{part}/{page}")
    }

    fn part_name(&self) -> &'static str {
        match self.part {
            Family::Partner => "v3/partner",
            Family::Brand => "brand",
        }
    }
}

/// Whether a call may be sent again when its response was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a call is repeatable or it is not")]
pub enum Effect {
    /// Sending it twice does no harm.
    Repeatable,
    /// A second sending could act a second time.
    Once,
}

/// A family as a type, so that a client of one family cannot send a call of the other.
pub trait FamilyMarker: fmt::Debug + Clone + Copy + PartialEq + Eq + Send + Sync + 'static {
    /// What stands in the field `brand_id`: [`BrandId`], or [`CallersOwn`] where there is no such field.
    type BrandId: BrandField;

    /// The family.
    const FAMILY: Family;
}

/// The partner family: service providers, named by `mchid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a name for types, never a value")]
pub struct Partner;

impl FamilyMarker for Partner {
    type BrandId = BrandId;

    const FAMILY: Family = Family::Partner;
}

/// The brand family: brands in their own name, named by `brand_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a name for types, never a value")]
pub struct Brand;

impl FamilyMarker for Brand {
    type BrandId = CallersOwn;

    const FAMILY: Family = Family::Brand;
}

/// What a call says of the brand that it is about.
pub trait BrandField:
    fmt::Debug + Clone + PartialEq + Eq + Serialize + DeserializeOwned + Described + Send + Sync + 'static
{
    /// The brand, once it is known who calls; `None` if a merchant calls and names none.
    fn brand_id<'a>(&'a self, caller: &'a Caller) -> Option<&'a BrandId>;

    /// Whether the field stays out of the request.
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

/// Stands where the partner family names the brand: in the brand family the caller is the brand, and the
/// request has no such field.
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

/// The field is read as an option, so it may be missing. A value that is present is discarded: the field stands
/// on the page only where the response has it.
impl<'de> Deserialize<'de> for CallersOwn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<IgnoredAny>::deserialize(deserializer).map(|_| Self)
    }
}

/// Never a property: the OpenAPI document leaves out what nothing fits.
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

/// Of two values, the one for a family: constants of endpoints that both families have.
pub(crate) const fn either<T: Copy>(family: Family, partner: T, brand: T) -> T {
    match family {
        Family::Partner => partner,
        Family::Brand => brand,
    }
}

/// What can be put into the OpenAPI document: everything, unless the feature `schema` asks for a schema.
#[cfg(not(feature = "schema"))]
pub trait Described {}
#[cfg(not(feature = "schema"))]
impl<T> Described for T {}

/// What can be put into the OpenAPI document: what has a JSON Schema.
#[cfg(feature = "schema")]
pub trait Described: schemars::JsonSchema {}
#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> Described for T {}

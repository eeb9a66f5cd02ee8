//! What makes a struct an endpoint.

use super::{Row, card_member, certificates, security};
use crate::types::Family;
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

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
    /// What a lost reply means.
    const EFFECT: Effect;
    /// Every business error that the document lists, beside the four public ones.
    const ERRORS: &'static [&'static Row];
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

/// Whether a call may be sent again when its reply was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a call is repeatable or it is not")]
pub enum Effect {
    /// Sending it twice does no harm.
    Repeatable,
    /// A second sending could act a second time.
    Once,
}

/// A family as a type, so that a client of one family cannot send a call of the other.
pub trait FamilyMarker: Send + Sync + 'static {
    /// The family.
    const FAMILY: Family;
}

/// The partner family: service providers, named by `mchid`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Partner;

impl FamilyMarker for Partner {
    const FAMILY: Family = Family::Partner;
}

/// The brand family: brands in their own name, named by `brand_id`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Brand;

impl FamilyMarker for Brand {
    const FAMILY: Family = Family::Brand;
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

/// Something that is done with every endpoint.
pub trait Visitor {
    /// Called once for each endpoint, in the order of the documentation.
    fn endpoint<E: Endpoint>(&mut self);
}

/// Shows `visitor` every endpoint.
///
/// ```
/// use ruhui_core::api::{self, Endpoint, Visitor};
///
/// struct Paths(Vec<&'static str>);
/// impl Visitor for Paths {
///     fn endpoint<E: Endpoint>(&mut self) {
///         self.0.push(E::PATH);
///     }
/// }
/// let mut paths = Paths(Vec::new());
/// api::visit(&mut paths);
/// assert!(paths.0.contains(&"/v3/brand/partner/card-member/open-user-card-tokens"));
/// ```
pub fn visit(visitor: &mut impl Visitor) {
    visitor.endpoint::<card_member::OpenUserCardToken>();
    visitor.endpoint::<card_member::CreatePreAuthToken>();
    visitor.endpoint::<card_member::CreateBrandPreAuthToken>();
    visitor.endpoint::<certificates::ListCertificates>();
    visitor.endpoint::<security::Echo>();
}

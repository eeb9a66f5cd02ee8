//! Bodies and queries of requests to the controls. A member that no field reads is rejected.

use super::outcome::Failure;
use crate::http::connection::connection_of;
use crate::http::{body as bodies, preface};
use crate::simulator::Coupon;
use axum::extract::Request;
use bytes::Bytes;
use http::header::EXPECT;
use ruhui_core::api::card_member::{ProductCouponStockType, UserInformation};
use ruhui_core::head;
use ruhui_core::types::{CardId, OpenId, PhoneNumber, Text, Token};
use ruhui_core::wire;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
pub(super) struct Launch {
    pub(super) token: Token,
    #[serde(default)]
    pub(super) openid: Option<OpenId>,
}

#[derive(Deserialize)]
pub(super) struct LaunchJoin {
    pub(super) token: Token,
    #[serde(default)]
    pub(super) openid: Option<OpenId>,
    #[serde(default)]
    pub(super) scene: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Agree {
    pub(super) token: Token,
    #[serde(default)]
    pub(super) openid: Option<OpenId>,
    #[serde(default)]
    pub(super) scene: Option<String>,
    #[serde(default)]
    pub(super) phone_number: Option<PhoneNumber>,
    #[serde(default)]
    pub(super) user_information: Option<UserInformation>,
}

#[derive(Deserialize)]
pub(super) struct Open {
    pub(super) card_id: CardId,
    pub(super) openid: OpenId,
    #[serde(default)]
    pub(super) phone_number: Option<PhoneNumber>,
    #[serde(default)]
    pub(super) user_information: Option<UserInformation>,
}

#[derive(Deserialize)]
pub(super) struct About {
    pub(super) card_id: CardId,
    pub(super) openid: OpenId,
}

#[derive(Deserialize)]
pub(super) struct Probe {
    pub(super) card_id: CardId,
}

/// A redemption of points. Members of the coupon that the request omits have made-up values.
#[derive(Deserialize)]
pub(super) struct Redeem {
    card_id: CardId,
    openid: OpenId,
    deduct_points: u64,
    #[serde(default = "exchange_coupon_template_id")]
    exchange_coupon_template_id: Text<32>,
    #[serde(default = "product_coupon_id")]
    product_coupon_id: Text<128>,
    #[serde(default = "product_coupon_stock_type")]
    product_coupon_stock_type: ProductCouponStockType,
    #[serde(default = "stock_id")]
    stock_id: Text<128>,
}

fn exchange_coupon_template_id() -> Text<32> {
    Text::new("1001").expect("digits")
}

fn product_coupon_id() -> Text<128> {
    Text::new("1000000013").expect("digits")
}

fn product_coupon_stock_type() -> ProductCouponStockType {
    ProductCouponStockType::BrandFavor
}

fn stock_id() -> Text<128> {
    Text::new("1000000013001").expect("digits")
}

/// A coupon with made-up values, for this number of points.
pub(super) fn coupon(deduct_points: u64) -> Coupon {
    Coupon {
        exchange_coupon_template_id: exchange_coupon_template_id(),
        deduct_points,
        product_coupon_id: product_coupon_id(),
        product_coupon_stock_type: product_coupon_stock_type(),
        stock_id: stock_id(),
    }
}

impl Redeem {
    pub(super) fn into_parts(self) -> (CardId, OpenId, Coupon) {
        let coupon = Coupon {
            exchange_coupon_template_id: self.exchange_coupon_template_id,
            deduct_points: self.deduct_points,
            product_coupon_id: self.product_coupon_id,
            product_coupon_stock_type: self.product_coupon_stock_type,
            stock_id: self.stock_id,
        };
        (self.card_id, self.openid, coupon)
    }
}

/// A change of the business clock: exactly one of the members.
#[derive(Deserialize)]
pub(super) struct Clock {
    #[serde(default)]
    pub(super) advance_seconds: Option<i64>,
    #[serde(default)]
    pub(super) set: Option<String>,
    #[serde(default)]
    pub(super) freeze: Option<bool>,
    #[serde(default)]
    pub(super) resume: Option<bool>,
}

#[derive(Deserialize)]
struct Nothing {}

/// Parses the query.
pub(super) fn query<T: DeserializeOwned>(request: &Request) -> Result<T, Failure> {
    wire::read_plain_query(request.uri().query().unwrap_or_default()).map_err(Failure::Malformed)
}

/// Waits for the whole body of a request.
pub(super) async fn received(request: Request) -> Result<Request, Failure> {
    let (mut parts, body) = request.into_parts();
    let connection = connection_of(&parts.extensions);
    let is_awaited = preface::awaits_continue(&parts.headers);
    let read = bodies::read(body, bodies::LIMIT, is_awaited, &connection, || bodies::BodyPlan::Bytes).await;
    let bytes = read.map_err(Failure::Body)?.bytes;
    // A reader of the body waits for nothing from here on.
    parts.headers.remove(EXPECT);
    Ok(Request::from_parts(parts, bytes.into()))
}

/// Largest material to be explained: a HAR of a few dozen requests, or an upload in a log.
const MATERIAL_LIMIT: usize = 4 << 20;

/// Waits for the whole body of a request that may be of any type.
pub(super) async fn material(request: Request) -> Result<Bytes, Failure> {
    let (parts, body) = request.into_parts();
    let connection = connection_of(&parts.extensions);
    let is_awaited = preface::awaits_continue(&parts.headers);
    let plan = || bodies::BodyPlan::Bytes;
    let read = bodies::read(body, MATERIAL_LIMIT, is_awaited, &connection, plan).await;
    Ok(read.map_err(Failure::Body)?.bytes)
}

/// Parses the body, whose content type must be JSON: a web page of another origin cannot send that without a
/// preflight request.
pub(super) async fn body<T: DeserializeOwned>(request: Request) -> Result<T, Failure> {
    body_within(request, bodies::LIMIT).await
}

/// Like [`body`], for a body of at most `limit` bytes.
pub(super) async fn body_within<T: DeserializeOwned>(request: Request, limit: usize) -> Result<T, Failure> {
    let (parts, body) = request.into_parts();
    head::check_content_type(&parts.headers).map_err(Failure::NotJson)?;
    let connection = connection_of(&parts.extensions);
    let is_awaited = preface::awaits_continue(&parts.headers);
    let read = bodies::read(body, limit, is_awaited, &connection, || bodies::BodyPlan::Bytes).await;
    wire::read_plain(&read.map_err(Failure::Body)?.bytes).map_err(Failure::Malformed)
}

/// Checks that the body is an object without members.
pub(super) async fn empty(request: Request) -> Result<(), Failure> {
    let Nothing {} = body(request).await?;
    Ok(())
}

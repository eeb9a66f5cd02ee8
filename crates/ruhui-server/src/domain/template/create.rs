//! 创建会员卡模板: rules for creating a template.

use super::Template;
use super::parts::{Jumps, check_notify_url, is_bound};
use crate::domain::AddressPolicy;
use crate::domain::form::check_form;
use crate::domain::member::check_validity;
use crate::domain::{Brand, Claim};
use jiff::Timestamp;
use ruhui_core::api::card_member::{
    CardTemplate, CardTemplateRequired, CardTemplateState, CardType, CodeType, CreateCardTemplate,
};
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::{BrandId, Caller, CardId, DateTime};

/// Maximum number of templates of one card type that a brand may have.
const MOST_OF_A_TYPE: usize = 2;

/// Checks the parameters of a new template, by themselves and against the bindings of the brand.
///
/// # Errors
///
/// The first row of the page's error table that applies.
pub fn check_creation<F: FamilyMarker>(
    asked: &CreateCardTemplate<F>,
    brand: &Brand,
    reach: AddressPolicy,
) -> Result<(), &'static Row> {
    match (asked.need_display_level.unwrap_or_default(), &asked.init_level) {
        (true, None) => return Err(&rows::INIT_LEVEL_MISSING),
        (false, Some(_)) => return Err(&rows::INIT_LEVEL_FORBIDDEN),
        _ => {}
    }
    match (&asked.code_type, &asked.code_jump_information) {
        (CodeType::JumpMiniProgram, None) => return Err(&rows::CODE_JUMP_MISSING),
        (CodeType::JumpMiniProgram, Some(_)) | (_, None) => {}
        (_, Some(_)) => return Err(&rows::CODE_JUMP_FORBIDDEN),
    }
    let jumps = Jumps {
        member: Some(&asked.member_information),
        code: asked.code_jump_information.as_ref(),
        points: asked.points_information.as_ref(),
        balance: asked.balance_information.as_ref(),
        purchase: asked.purchase_information.as_ref(),
    };
    jumps.check_kind(&asked.card_type)?;
    if !is_bound(&asked.appid, brand) {
        return Err(&rows::APPID_NOT_BOUND);
    }
    jumps.check_bound(brand)?;
    check_notify_url(&asked.notify_url, reach)?;
    check_validity(&asked.valid_date_information, None)?;
    asked.user_information.as_ref().map_or(Ok(()), check_form)
}

/// A creation with valid parameters, and the state that decides it.
#[derive(Debug)]
pub struct Creation<'a, F: FamilyMarker> {
    /// Request of the caller.
    pub asked: &'a CreateCardTemplate<F>,
    /// Brand that the template is for.
    pub brand_id: &'a BrandId,
    /// Templates of the brand.
    pub templates: &'a [Template],
    /// The claim of the request's `out_request_no`, if it was used before.
    pub earlier: Option<&'a Claim>,
}

/// Decides whether a template is created, and creates it. Its callbacks go to its creator.
///
/// # Errors
///
/// The first error row that applies. The `out_request_no` is checked first: a client that retries a creation
/// after a lost response learns that the creation succeeded, and not that the limit is reached.
pub fn create<F: FamilyMarker>(
    Creation { asked, brand_id, templates, earlier }: Creation<'_, F>,
    owner: &Caller,
    card_id: CardId,
    now: Timestamp,
) -> Result<Template, &'static Row> {
    if earlier.is_some() {
        return Err(&rows::OUT_REQUEST_NO_REPEATED);
    }
    if asked.card_type != CardType::Normal {
        return Err(&rows::CARD_TYPE_UNSUPPORTED);
    }
    let is_in_force = |template: &&Template| template.is_effective() && !template.is_expired(now);
    let of_type = templates.iter().filter(|template| template.card.card_type == asked.card_type);
    if of_type.filter(is_in_force).count() >= MOST_OF_A_TYPE {
        return Err(&rows::TWO_TEMPLATES_PER_TYPE);
    }
    let created = DateTime::seconds(now);
    let asked = asked.clone();
    let mut card = CardTemplate::new(CardTemplateRequired {
        card_id,
        brand_id: brand_id.clone(),
        appid: asked.appid,
        card_type: asked.card_type,
        card_title: asked.card_title,
        card_color: asked.card_color,
        card_picture_url: asked.card_picture_url,
        code_mode: asked.code_mode,
        code_type: asked.code_type,
        benefits: asked.benefits,
        notify_url: asked.notify_url,
        valid_date_information: asked.valid_date_information,
        member_information: asked.member_information,
        state: CardTemplateState::CardEffective,
        create_time: created,
        modify_time: created,
    });
    card.out_request_no = Some(asked.out_request_no);
    card.code_jump_information = asked.code_jump_information;
    card.need_pinned = asked.need_pinned.unwrap_or_default();
    card.need_display_level = asked.need_display_level.unwrap_or_default();
    card.init_level = asked.init_level;
    card.service_phone = asked.service_phone;
    card.legal_agreement = Some(asked.legal_agreement);
    card.points_information = asked.points_information;
    card.balance_information = asked.balance_information;
    card.purchase_information = asked.purchase_information;
    card.user_information = asked.user_information;
    Ok(Template { owner: owner.clone(), card })
}

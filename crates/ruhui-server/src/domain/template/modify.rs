//! 修改、失效会员卡模板: rules for changing and invalidating a template.

use super::Template;
use super::parts::{Jumps, check_notify_url};
use crate::domain::AddressPolicy;
use crate::domain::Brand;
use crate::domain::form::check_form;
use crate::domain::member::check_validity;
use jiff::Timestamp;
use ruhui_core::api::card_member::{CardTemplate, CardTemplateState, CodeType, ModifyCardTemplate};
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::DateTime;

/// Returns the template with the fields that the request names; only the modification time changes in
/// addition.
///
/// # Errors
///
/// The first error row that applies.
pub fn modify<F: FamilyMarker>(
    template: &Template,
    asked: &ModifyCardTemplate<F>,
    brand: &Brand,
    reach: AddressPolicy,
    now: Timestamp,
) -> Result<Template, &'static Row> {
    let card = &template.card;
    if !template.is_effective() {
        return Err(&rows::TEMPLATE_INVALID);
    }
    // A request cannot modify the first level. A hidden level is kept, so that a request can show it again.
    if asked.need_display_level == Some(true) && card.init_level.is_none() {
        return Err(&rows::LEVEL_NOT_SHOWABLE);
    }
    if asked.code_jump_information.is_some() && card.code_type != CodeType::JumpMiniProgram {
        return Err(&rows::CODE_JUMP_NOT_MODIFIABLE);
    }
    let jumps = Jumps {
        member: asked.member_information.as_ref(),
        code: asked.code_jump_information.as_ref(),
        points: asked.points_information.as_ref(),
        balance: asked.balance_information.as_ref(),
        purchase: asked.purchase_information.as_ref(),
    };
    jumps.check_kind(&card.card_type)?;
    jumps.check_bound(brand)?;
    asked.notify_url.as_ref().map_or(Ok(()), |url| check_notify_url(url, reach))?;
    if let Some(validity) = &asked.valid_date_information {
        check_validity(validity, Some(&card.valid_date_information))?;
    }
    asked.user_information.as_ref().map_or(Ok(()), check_form)?;
    let mut card = changed(card.clone(), asked.clone());
    card.modify_time = DateTime::seconds(now);
    Ok(Template { card, ..template.clone() })
}

fn changed<F: FamilyMarker>(mut card: CardTemplate, asked: ModifyCardTemplate<F>) -> CardTemplate {
    fn set<T>(member: &mut T, asked: Option<T>) {
        if let Some(asked) = asked {
            *member = asked;
        }
    }
    set(&mut card.card_title, asked.card_title);
    set(&mut card.card_color, asked.card_color);
    set(&mut card.card_picture_url, asked.card_picture_url);
    set(&mut card.code_jump_information, asked.code_jump_information.map(Some));
    set(&mut card.benefits, asked.benefits);
    set(&mut card.notify_url, asked.notify_url);
    set(&mut card.need_pinned, asked.need_pinned);
    set(&mut card.need_display_level, asked.need_display_level);
    set(&mut card.service_phone, asked.service_phone.map(Some));
    set(&mut card.valid_date_information, asked.valid_date_information);
    set(&mut card.member_information, asked.member_information);
    set(&mut card.points_information, asked.points_information.map(Some));
    set(&mut card.balance_information, asked.balance_information.map(Some));
    set(&mut card.purchase_information, asked.purchase_information.map(Some));
    set(&mut card.user_information, asked.user_information.map(Some));
    card
}

/// Returns the template, invalidated. Idempotent: an invalid template is returned unchanged.
pub fn invalidate(template: &Template, now: Timestamp) -> Template {
    let mut ended = template.clone();
    if template.is_effective() {
        ended.card.state = CardTemplateState::CardInvalid;
        ended.card.modify_time = DateTime::seconds(now);
    }
    ended
}

//! 修改、失效会员卡模板: what may be changed of a template.

use super::Template;
use super::parts::{Jumps, check_notify_url};
use crate::domain::Brand;
use crate::domain::Reach;
use crate::domain::form::check_form;
use crate::domain::member::check_validity;
use jiff::Timestamp;
use ruhui_core::api::card_member::{CardTemplate, CardTemplateState, CodeType, ModifyCardTemplate};
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::DateTime;

/// The template with what the request names changed, and nothing else but the time of the change.
///
/// # Errors
///
/// The first row that applies.
pub fn modify<F: FamilyMarker>(
    template: &Template,
    asked: &ModifyCardTemplate<F>,
    brand: &Brand,
    reach: Reach,
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
    let card = CardTemplate { modify_time: DateTime::seconds(now), ..changed(card.clone(), asked.clone()) };
    Ok(Template { card, ..template.clone() })
}

fn changed<F: FamilyMarker>(card: CardTemplate, asked: ModifyCardTemplate<F>) -> CardTemplate {
    CardTemplate {
        card_title: asked.card_title.unwrap_or(card.card_title),
        card_color: asked.card_color.unwrap_or(card.card_color),
        card_picture_url: asked.card_picture_url.unwrap_or(card.card_picture_url),
        code_jump_information: asked.code_jump_information.or(card.code_jump_information),
        benefits: asked.benefits.unwrap_or(card.benefits),
        notify_url: asked.notify_url.unwrap_or(card.notify_url),
        need_pinned: asked.need_pinned.unwrap_or(card.need_pinned),
        need_display_level: asked.need_display_level.unwrap_or(card.need_display_level),
        service_phone: asked.service_phone.or(card.service_phone),
        valid_date_information: asked.valid_date_information.unwrap_or(card.valid_date_information),
        member_information: asked.member_information.unwrap_or(card.member_information),
        points_information: asked.points_information.or(card.points_information),
        balance_information: asked.balance_information.or(card.balance_information),
        purchase_information: asked.purchase_information.or(card.purchase_information),
        user_information: asked.user_information.or(card.user_information),
        ..card
    }
}

/// The template, ended; one that has ended stays as it is.
pub fn invalidate(template: &Template, now: Timestamp) -> Template {
    if template.is_effective() {
        Template {
            card: CardTemplate {
                state: CardTemplateState::CardInvalid,
                modify_time: DateTime::seconds(now),
                ..template.card.clone()
            },
            ..template.clone()
        }
    } else {
        template.clone()
    }
}

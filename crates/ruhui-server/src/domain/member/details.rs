//! Details of a card that a merchant can set: the rules shared by PATCH, confirm and import.

use super::check_validity;
use crate::domain::form::check_answers;
use ruhui_core::api::card_member::{
    CardTemplate, ConfirmUserCard, ImportUserCardByOpenid, ModifyUserCard, UserCard, UserInformation,
    ValidDateInformation,
};
use ruhui_core::api::{FamilyMarker, Row, rows};
use ruhui_core::types::{Color, PhoneNumber, Text};

/// Details that a request sets on a card; a missing one leaves the card's value unchanged.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Details<'a> {
    color: Option<&'a Color>,
    picture: Option<&'a Text<256>>,
    phone_number: Option<&'a PhoneNumber>,
    level: Option<&'a Text<10>>,
    validity: Option<&'a ValidDateInformation>,
    answers: Option<&'a UserInformation>,
    attach: Option<&'a Text<256>>,
}

impl<'a> Details<'a> {
    /// Checks picture, validity and form answers against the template. `is_uploaded` means that the picture's
    /// URL came from an upload. A card may also keep its own picture, or use its template's.
    pub(super) fn check(
        &self,
        template: &CardTemplate,
        card: &UserCard,
        is_uploaded: bool,
    ) -> Result<(), &'static Row> {
        if let Some(picture) = self.picture {
            let is_known =
                *picture == template.card_picture_url || card.card_picture_url.as_ref() == Some(picture);
            if !is_known && !is_uploaded {
                return Err(&rows::CONTENT_REJECTED);
            }
        }
        if let Some(validity) = self.validity {
            check_validity(validity, Some(&template.valid_date_information))?;
        }
        match self.answers {
            Some(answers) => {
                check_answers(answers, template.user_information.as_ref()).map_err(|wrong| wrong.row)
            }
            None => Ok(()),
        }
    }

    /// Sets the details on the card. Form answers replace all earlier ones.
    pub(super) fn apply(&self, card: &mut UserCard) {
        fn set<T: Clone>(field: &mut Option<T>, said: Option<&T>) {
            if let Some(said) = said {
                *field = Some(said.clone());
            }
        }
        set(&mut card.card_color, self.color);
        set(&mut card.card_picture_url, self.picture);
        set(&mut card.phone_number, self.phone_number);
        set(&mut card.level, self.level);
        set(&mut card.user_information, self.answers);
        set(&mut card.attach, self.attach);
        if let Some(validity) = self.validity {
            card.valid_date_information = validity.clone();
        }
    }
}

impl<'a, F: FamilyMarker> From<&'a ModifyUserCard<F>> for Details<'a> {
    fn from(request: &'a ModifyUserCard<F>) -> Self {
        Self {
            color: request.card_color.as_ref(),
            picture: request.card_picture_url.as_ref(),
            phone_number: request.phone_number.as_ref(),
            level: request.level.as_ref(),
            validity: request.valid_date_information.as_ref(),
            answers: request.user_information.as_ref(),
            attach: request.attach.as_ref(),
        }
    }
}

impl<'a, F: FamilyMarker> From<&'a ConfirmUserCard<F>> for Details<'a> {
    fn from(request: &'a ConfirmUserCard<F>) -> Self {
        Self {
            color: request.card_color.as_ref(),
            picture: request.card_picture_url.as_ref(),
            phone_number: request.phone_number.as_ref(),
            level: request.level.as_ref(),
            validity: request.valid_date_information.as_ref(),
            answers: request.user_information.as_ref(),
            attach: request.attach.as_ref(),
        }
    }
}

impl<'a, F: FamilyMarker> From<&'a ImportUserCardByOpenid<F>> for Details<'a> {
    fn from(request: &'a ImportUserCardByOpenid<F>) -> Self {
        Self {
            color: request.card_color.as_ref(),
            picture: request.card_picture_url.as_ref(),
            phone_number: request.phone_number.as_ref(),
            level: request.level.as_ref(),
            validity: request.valid_date_information.as_ref(),
            answers: request.user_information.as_ref(),
            attach: None,
        }
    }
}

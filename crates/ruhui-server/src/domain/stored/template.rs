//! Storage form of a card template.

use super::HasForm;
use super::parts::{StoredForm, StoredJump, StoredPurchase, StoredValidity};
use ruhui_core::api::card_member::{
    CardTemplate, CardTemplateRequired, CardTemplateState, CardType, CodeMode, CodeType,
};
use ruhui_core::types::{
    AppId, BrandId, CardId, CardTitle, Color, DateTime, LegalAgreement, NotifyUrl, OutRequestNo, Text,
};
use serde::{Deserialize, Serialize};

/// Storage form of a template.
#[derive(Serialize, Deserialize)]
pub(in crate::domain) struct StoredTemplate {
    card_id: CardId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    out_request_no: Option<OutRequestNo>,
    brand_id: BrandId,
    appid: AppId,
    card_type: CardType,
    card_title: CardTitle,
    card_color: Color,
    card_picture_url: Text<256>,
    code_mode: CodeMode,
    code_type: CodeType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code_jump_information: Option<StoredJump>,
    benefits: Text<32>,
    notify_url: NotifyUrl,
    #[serde(default)]
    need_pinned: bool,
    #[serde(default)]
    need_display_level: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    init_level: Option<Text<10>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_phone: Option<Text<32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    legal_agreement: Option<LegalAgreement>,
    valid_date_information: StoredValidity,
    member_information: StoredJump,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    points_information: Option<StoredJump>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    balance_information: Option<StoredJump>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purchase_information: Option<StoredPurchase>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_information: Option<StoredForm>,
    state: CardTemplateState,
    create_time: DateTime,
    modify_time: DateTime,
}

impl From<CardTemplate> for StoredTemplate {
    fn from(wire: CardTemplate) -> Self {
        Self {
            card_id: wire.card_id,
            out_request_no: wire.out_request_no,
            brand_id: wire.brand_id,
            appid: wire.appid,
            card_type: wire.card_type,
            card_title: wire.card_title,
            card_color: wire.card_color,
            card_picture_url: wire.card_picture_url,
            code_mode: wire.code_mode,
            code_type: wire.code_type,
            code_jump_information: wire.code_jump_information.map(Into::into),
            benefits: wire.benefits,
            notify_url: wire.notify_url,
            need_pinned: wire.need_pinned,
            need_display_level: wire.need_display_level,
            init_level: wire.init_level,
            service_phone: wire.service_phone,
            legal_agreement: wire.legal_agreement,
            valid_date_information: wire.valid_date_information.into(),
            member_information: wire.member_information.into(),
            points_information: wire.points_information.map(Into::into),
            balance_information: wire.balance_information.map(Into::into),
            purchase_information: wire.purchase_information.map(Into::into),
            user_information: wire.user_information.map(Into::into),
            state: wire.state,
            create_time: wire.create_time,
            modify_time: wire.modify_time,
        }
    }
}

impl From<StoredTemplate> for CardTemplate {
    fn from(stored: StoredTemplate) -> Self {
        let mut wire = Self::new(CardTemplateRequired {
            card_id: stored.card_id,
            brand_id: stored.brand_id,
            appid: stored.appid,
            card_type: stored.card_type,
            card_title: stored.card_title,
            card_color: stored.card_color,
            card_picture_url: stored.card_picture_url,
            code_mode: stored.code_mode,
            code_type: stored.code_type,
            benefits: stored.benefits,
            notify_url: stored.notify_url,
            valid_date_information: stored.valid_date_information.into(),
            member_information: stored.member_information.into(),
            state: stored.state,
            create_time: stored.create_time,
            modify_time: stored.modify_time,
        });
        wire.out_request_no = stored.out_request_no;
        wire.code_jump_information = stored.code_jump_information.map(Into::into);
        wire.need_pinned = stored.need_pinned;
        wire.need_display_level = stored.need_display_level;
        wire.init_level = stored.init_level;
        wire.service_phone = stored.service_phone;
        wire.legal_agreement = stored.legal_agreement;
        wire.points_information = stored.points_information.map(Into::into);
        wire.balance_information = stored.balance_information.map(Into::into);
        wire.purchase_information = stored.purchase_information.map(Into::into);
        wire.user_information = stored.user_information.map(Into::into);
        wire
    }
}

impl HasForm for CardTemplate {
    type Form = StoredTemplate;
}

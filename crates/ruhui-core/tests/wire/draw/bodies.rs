//! What the calls answer, and what stands inside both.

use super::{Choices, Drawn, drawn};
use ruhui_core::api::card_member::*;
use ruhui_core::api::certificates::{Certificates, PlatformCertificate};
use ruhui_core::api::security::Echoed;

drawn! {
    response JumpInformation(jump_appid, jump_path) {}
    response PurchaseInformation(jump_appid, jump_path, price) {}
    response ValidDateInformation(kind) {
        available_begin_time, available_end_time, available_day_after_receive,
    }
    response UserForm(common_field_list, custom_field_list) {}
    response CustomField(kind, name, values) {}
    response UserInformation(common_field_list, custom_field_list) {}
    response CommonFieldValue(name, value) {}
    response CustomFieldValue(name, user_chosen_values) {}
    response ProductCouponStock(product_coupon_id, stock_id) {}

    response PreAuthToken(token, expire_time) {}
    response UploadedImage(media_url) {}
    response CardTemplate(required) {
        out_request_no, code_jump_information, need_pinned, need_display_level, init_level, service_phone,
        legal_agreement, points_information, balance_information, purchase_information, user_information,
    }
    response CardTemplates(data, total_count, offset, limit) {}
    response UserCard(
        brand_id, card_id, openid, card_type, valid_date_information, user_card_state, pickup_time
    ) {
        user_card_code, card_color, card_picture_url, phone_number, level, user_information, attach, invalid_reason,
        invalid_time, create_time, modify_time,
    }
    response UserCards(data, total_count, offset, limit) {}
    response UserFeed(brand_id, card_id, user_card_code, out_request_no, cell) {}
    response UserPoints(out_request_no, brand_id, card_id, openid, user_card_code, point_balance) {}
    response PointExchange(
        record_id, exchange_coupon_template_id, brand_id, card_id, openid, user_card_code, state
    ) {
        product_coupon_id, product_coupon_stock_type, stock_id, coupon_code, reject_reason,
    }
    response MembershipActivity(activity_id, request, create_time) {
        apply_available, activity_state, modify_time,
    }
    response MembershipActivities(data, total_count, offset, limit) {}
    response Certificates(data) {}
    response PlatformCertificate(serial_no, effective_time, expire_time, encrypt_certificate) {}
    response Echoed(echo_message) { encrypted_echo_message }
}

drawn! {
    struct CardTemplateRequired {
        card_id, brand_id, appid, card_type, card_title, card_color, card_picture_url, code_mode, code_type, benefits,
        notify_url, valid_date_information, member_information, state, create_time, modify_time,
    }
}

drawn! { enum PointExchangeState enum ProductCouponStockType }

//! Random values of the endpoints: requests, responses, the structs that both contain, and enums.

use super::{Choices, Drawn, drawn};
use ruhui_core::api::card_member::*;
use ruhui_core::api::certificates::{Certificates, ListCertificates, PlatformCertificate};
use ruhui_core::api::security::{Echo, Echoed};

drawn! {
    struct OpenUserCardToken { brand_id, card_id, openid }
    struct CreatePreAuthToken<F> { brand_id, card_id, openid }
    struct CreatePayViewToken { brand_id, card_id, openid }

    struct UploadImage<F> { filename, sha256, family }
    struct CreateCardTemplate<F> {
        out_request_no, brand_id, appid, card_type, card_title, card_color, card_picture_url, code_mode, code_type,
        code_jump_information, benefits, notify_url, need_pinned, need_display_level, init_level, service_phone,
        legal_agreement, valid_date_information, member_information, points_information, balance_information,
        purchase_information, user_information,
    }
    struct ListCardTemplates<F> { brand_id, state, offset, limit }
    struct QueryCardTemplate<F> { brand_id, card_id }
    struct ModifyCardTemplate<F> {
        brand_id, card_id, card_title, card_color, card_picture_url, code_jump_information, benefits, notify_url,
        need_pinned, need_display_level, service_phone, valid_date_information, member_information,
        points_information, balance_information, purchase_information, user_information,
    }
    struct InvalidateCardTemplate<F> { brand_id, card_id }

    struct QueryUserCard<F> { brand_id, card_id, openid, user_card_code }
    struct ListUserCards<F> { brand_id, openid, user_card_state, offset, limit }
    struct ModifyUserCard<F> {
        brand_id, card_id, openid, user_card_code, card_color, card_picture_url, phone_number, level,
        valid_date_information, user_information, attach,
    }
    struct InvalidateUserCard<F> { brand_id, card_id, openid, user_card_code, invalid_reason }
    struct ConfirmUserCard<F> {
        brand_id, card_id, openid, user_card_code, user_card_confirm_state, card_color, card_picture_url, phone_number,
        level, valid_date_information, user_information, attach,
    }
    struct ImportUserCardByOpenid<F> {
        brand_id, card_id, openid, user_card_code, card_color, card_picture_url, phone_number, level,
        valid_date_information, user_information, pickup_time,
    }
    struct ImportUserCardByPhone {
        brand_id, card_id, phone_number, user_card_code, card_color, card_picture_url, level, valid_date_information,
        user_information, pickup_time,
    }

    struct CreateUserFeed<F> { brand_id, card_id, openid, user_card_code, out_request_no, cell }
    struct SyncUserPoints<F> { out_request_no, brand_id, card_id, openid, user_card_code, point_balance }
    struct ConfirmPointExchange<F> {
        record_id, exchange_coupon_template_id, brand_id, card_id, openid, user_card_code, result, reject_reason,
    }

    struct CreateMembershipActivity {
        out_request_no, brand_id, card_id, activity_channel, title, sub_title, begin_time, end_time, apply_total,
        product_coupon_stock_list,
    }
    struct ListMembershipActivities { brand_id, card_id, activity_state, offset, limit }
    struct QueryMembershipActivity { brand_id, activity_id }
    struct ModifyMembershipActivity { brand_id, activity_id, title, sub_title, begin_time, end_time }
    struct TerminateMembershipActivity { brand_id, activity_id }

    struct ListCertificates {}
    struct Echo { notify_url, echo_message, encrypted_echo_message }
}

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

drawn! {
    enum ActivityChannel enum ActivityState enum CardTemplateState enum CardType enum CodeMode enum CodeType
    enum CommonFieldName enum CustomFieldType enum PointExchangeResult enum PointExchangeState
    enum ProductCouponStockType enum UserCardConfirmState enum UserCardState enum ValidDateType
}

//! Texts of the join component.

use crate::language::texts;

texts! {
    /// Texts of the join component.
    pub(super) JoinTexts {
        title: "Become a member", "会员卡开通";
        benefits: "Benefits", "会员权益";
        coupons: "Coupons for new members", "入会有礼";
        coupon: "Coupon", "商品券";
        stock: "stock", "批次";
        more_coupons: "further coupons", "张更多商品券";
        coupons_left: "left", "份可领";
        form: "Your data", "会员信息";
        phone: "Phone number", "手机号";
        phone_hint: "Test numbers of the sandbox", "沙箱提供的测试号码";
        phone_other: "Other number", "其他号码";
        phone_missing: "Choose or enter a phone number.", "请选择或填写手机号。";
        phone_wrong: "This number is not possible: at most 32 characters, without emoji.", "号码无效：最多32个字符，且不支持表情符号。";
        sex: "Sex", "性别";
        male: "male", "男";
        female: "female", "女";
        name: "Name", "姓名";
        birthday: "Birthday", "生日";
        address: "Address", "地址";
        email: "E-mail", "邮箱";
        city: "City", "城市";
        province_part: "Province", "省份";
        city_part: "City", "城市";
        choose_several: "several can be chosen", "可多选";
        unknown_field: "a field that the documents do not have", "文档未定义的字段";
        fill_in: "Enter", "请填写";
        field_missing: "Fill in this field.", "请填写此项。";
        field_too_long: "This is too long: at most 214 bytes in UTF-8, about 71 Chinese characters.", "内容过长：UTF-8编码后最多214字节，约71个汉字。";
        field_wrong: "This text is not possible here: at most 128 characters, without emoji.", "内容无效：最多128个字符，且不支持表情符号。";
        agreement: "Agreement of the member card", "会员卡使用协议";
        agree: "I have read the agreement and agree to it", "我已阅读并同意《会员卡使用协议》";
        not_agreed: "Agree to the agreement to join.", "请先阅读并同意协议。";
        service_phone: "Customer service", "客服电话";
        join: "Agree and join", "同意并开通";
        check_form: "Check the marked field.", "请检查标出的内容。";
    }
}

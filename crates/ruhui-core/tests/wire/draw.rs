//! Values for every field that the API has, by the fields' names.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Draws values; the same seed draws the same ones.
pub(crate) struct Draw {
    state: u64,
    /// Every sensitive text that was drawn.
    pub(crate) sensitive: Vec<String>,
}

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed, sensitive: Vec::new() }
    }

    /// SplitMix64.
    fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn of<'a>(&mut self, values: &[&'a str]) -> &'a str {
        values[usize::try_from(self.below(values.len() as u64)).unwrap()]
    }

    fn chars(&mut self, least: u64, most: u64, from: &[(char, char)]) -> String {
        let length = least + self.below(most - least + 1);
        (0..length)
            .map(|_| {
                let (first, last) = from[usize::try_from(self.below(from.len() as u64)).unwrap()];
                let range = u64::from(u32::from(last) - u32::from(first)) + 1;
                char::from_u32(u32::from(first) + u32::try_from(self.below(range)).unwrap()).unwrap()
            })
            .collect()
    }

    fn text(&mut self, limit: u64) -> String {
        self.chars(1, limit, &[(' ', '~'), ('一', '丿'), ('é', 'ÿ')])
    }

    fn time(&mut self) -> String {
        let (day, second) = (1 + self.below(28), self.below(60));
        let fraction = self.of(&["", ".120", ".000"]);
        format!("2026-02-{day:02}T13:29:{second:02}{fraction}+08:00")
    }

    /// Characters that are drawn for nothing else, so that one can be looked for.
    fn sensitive(&mut self, most: u64) -> String {
        let text = self.chars(4, most, &[('\u{9f00}', '\u{9fa5}')]);
        self.sensitive.push(text.clone());
        text
    }

    fn jump(&mut self) -> Value {
        json!({ "jump_appid": self.text(32), "jump_path": self.text(128), "price": 1 + self.below(1000) })
    }

    fn validity(&mut self) -> Value {
        match self.below(3) {
            0 => json!({ "type": "PERMANENT" }),
            1 => json!({ "type": "FIX_TERM", "available_day_after_receive": 1 + self.below(10_957) }),
            _ => json!({
                "type": "FIX_TIME_RANGE",
                "available_begin_time": self.time(),
                "available_end_time": self.time()
            }),
        }
    }

    /// What a template asks.
    pub(crate) fn form(&mut self) -> Value {
        let values: Vec<_> = (0..self.below(10)).map(|_| self.text(8)).collect();
        json!({
            "common_field_list": ["USER_FORM_FLAG_SEX", "USER_FORM_FLAG_CITY"],
            "custom_field_list": [{ "type": self.of(&["CHECK_BOX", "RADIO"]), "name": self.text(32), "values": values }]
        })
    }

    /// What a user answered: of 214 bytes at most, since one seal must hold a value.
    pub(crate) fn answers(&mut self) -> Value {
        let chosen: Vec<_> = (0..1 + self.below(2)).map(|_| self.sensitive(8)).collect();
        json!({
            "common_field_list": [{ "name": "USER_FORM_FLAG_NAME", "value": self.sensitive(71) }],
            "custom_field_list": [{ "name": self.text(32), "user_chosen_values": chosen }]
        })
    }

    fn coupons(&mut self) -> Value {
        let coupon = json!({ "product_coupon_id": self.text(128), "stock_id": self.text(128) });
        json!([coupon, coupon])
    }

    /// A value for every name of a field.
    fn fields(&mut self, user_information: Value) -> Map<String, Value> {
        let texts = [
            ("appid", 32),
            ("attach", 256),
            ("benefits", 32),
            ("brand_id", 32),
            ("card_id", 32),
            ("card_picture_url", 256),
            ("coupon_code", 128),
            ("echo_message", 99),
            ("exchange_coupon_template_id", 32),
            ("filename", 128),
            ("init_level", 10),
            ("invalid_reason", 32),
            ("level", 10),
            ("media_url", 256),
            ("openid", 128),
            ("product_coupon_id", 128),
            ("record_id", 64),
            ("reject_reason", 32),
            ("service_phone", 32),
            ("sha256", 256),
            ("stock_id", 128),
            ("sub_title", 128),
            ("title", 128),
            ("token", 32),
        ];
        let mut fields: Map<String, Value> =
            texts.into_iter().map(|(name, limit)| (name.to_owned(), self.text(limit).into())).collect();
        for name in [
            "begin_time",
            "create_time",
            "effective_time",
            "end_time",
            "expire_time",
            "invalid_time",
            "modify_time",
            "pickup_time",
        ] {
            fields.insert(name.to_owned(), self.time().into());
        }
        for name in
            ["activity_id", "apply_available", "apply_total", "offset", "point_balance", "total_count"]
        {
            fields.insert(name.to_owned(), self.below(1 << 31).into());
        }
        for name in [
            "balance_information",
            "code_jump_information",
            "member_information",
            "points_information",
            "purchase_information",
        ] {
            fields.insert(name.to_owned(), self.jump());
        }
        let others = json!({
            "activity_channel": "MECHANT_APP_COMPONENT",
            "activity_state": "MEMBERSHIP_ACTIVITY_EFFECTIVE",
            "card_color": format!("#{:06x}", self.below(1 << 24)),
            "card_title": self.chars(1, 10, &[('一', '丿'), ('A', 'Z')]),
            "card_type": self.of(&["NORMAL", "PURCHASE", "BALANCE"]),
            "cell": format!("15_{}_会员", self.below(1000)),
            "code_mode": self.of(&["SYSTEM_ALLOCATE", "MERCHANT_ALLOCATE"]),
            "code_type": self.of(&["NONE_CODE", "JUMP_MINI_PROGRAM"]),
            "encrypt_certificate": {
                "algorithm": "AEAD_AES_256_GCM", "nonce": "0123456789ab", "ciphertext": "YQ==",
                "associated_data": "certificate"
            },
            "legal_agreement": format!("{}\n{}", self.text(99), self.text(99)),
            "limit": 1 + self.below(20),
            "need_display_level": self.below(2) == 1,
            "need_pinned": self.below(2) == 1,
            "notify_url": format!("https://shop.example/{}", self.below(1000)),
            "out_request_no": self.chars(1, 64, &[('0', '9'), ('a', 'z'), ('-', '-'), ('_', '_')]),
            "phone_number": self.sensitive(32),
            "product_coupon_stock_list": self.coupons(),
            "product_coupon_stock_type": "PRODUCT_COUPON_STOCK_TYPE_BRAND_FAVOR",
            "result": "POINT_EXCHANGE_COUPON_ALLOW",
            "serial_no": format!("{:X}", self.below(u64::MAX)),
            "state": self.of(&["CARD_EFFECTIVE", "CARD_INVALID"]),
            "user_card_code": self.chars(3, 32, &[('!', '~')]),
            "user_card_confirm_state": self.of(&["CREATE_CARD_SUCCESS", "CREATE_CARD_FAIL"]),
            "user_card_state": self.of(&["UNACTIVATED", "EFFECTIVE"]),
            "user_information": user_information,
            "valid_date_information": self.validity(),
        });
        let Value::Object(others) = others else { unreachable!() };
        fields.extend(others);
        fields
    }

    /// A call or a reply, some of its optional fields left out.
    pub(crate) fn value<T: DeserializeOwned>(&mut self) -> T {
        let form = self.form();
        let answers = self.answers();
        for user_information in [answers, form] {
            let mut fields = self.fields(user_information);
            let item = fields.clone();
            fields.insert("data".to_owned(), json!([item.clone(), item]));
            if let Ok(value) = read(&fields) {
                return self.thinned(fields).unwrap_or(value);
            }
        }
        panic!("{} has a field that is not drawn here", std::any::type_name::<T>());
    }

    fn thinned<T: DeserializeOwned>(&mut self, fields: Map<String, Value>) -> Option<T> {
        let mut thinned = None;
        let mut rest = fields.clone();
        for name in fields.keys() {
            if self.below(8) == 0 {
                let removed = rest.remove(name);
                match read(&rest) {
                    Ok(value) => thinned = Some(value),
                    Err(_) => rest.extend(removed.map(|value| (name.clone(), value))),
                }
            }
        }
        thinned
    }
}

fn read<T: DeserializeOwned>(fields: &Map<String, Value>) -> serde_json::Result<T> {
    serde_json::from_value(Value::Object(fields.clone()))
}

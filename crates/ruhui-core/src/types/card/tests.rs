use super::*;

fn is_form<T>(result: Result<T, Invalid>) -> bool {
    matches!(result, Err(Invalid::Form { .. }))
}

#[test]
fn titles_have_letters_digits_and_punctuation() {
    for good in [
        "金卡会员",
        "Gold Card",
        "VIP·一店",
        "年卡（2026）",
        "Café会员",
        "会员：１号",
        "a-b/c+d&e",
        "会员卡1234567",
    ] {
        assert!(CardTitle::new(good).is_ok(), "{good}");
    }
    for (bad, position) in
        [("★会员", 0), ("会员\n", 2), ("会\u{200b}员", 1), ("会\u{202e}", 1), ("あ会员", 0), ("会员①", 2)]
    {
        let error = CardTitle::new(bad).unwrap_err();
        assert!(matches!(error, Invalid::Character { position: at, .. } if at == position), "{bad}");
    }
    assert_eq!(CardTitle::new("会".repeat(11)), Err(Invalid::TooLong { limit: 10, actual: 11 }));
    assert_eq!(CardTitle::new(""), Err(Invalid::Empty));
}

#[test]
fn agreements_have_lines_and_no_links() {
    assert!(LegalAgreement::new("第一条\n第二条 www").is_ok());
    assert!(LegalAgreement::new("会".repeat(20480)).is_ok());
    assert!(LegalAgreement::new("会".repeat(20481)).is_err());
    assert!(LegalAgreement::new("").is_err());
    for bad in ["a\r\n", "a\t", "a😀"] {
        assert!(matches!(LegalAgreement::new(bad), Err(Invalid::Character { position: 1, .. })), "{bad:?}");
    }
    for link in ["见http://a.example", "见 HTTPS://a.example"] {
        let error = LegalAgreement::new(link).unwrap_err();
        assert_eq!(error.to_string(), "must not contain links");
        assert_eq!(format!("{error:#}"), "不允许包含链接");
    }
}

#[test]
fn codes_are_printable_ascii_without_spaces() {
    assert!(UserCardCode::new("478515832665").is_ok());
    assert!(UserCardCode::new("AB-12_#/.").is_ok());
    assert!(UserCardCode::new("x".repeat(32)).is_ok());
    assert_eq!(UserCardCode::new("x".repeat(33)), Err(Invalid::TooLong { limit: 32, actual: 33 }));
    for bad in ["4 7", "4会", "4\u{7f}", "4，"] {
        assert!(matches!(UserCardCode::new(bad), Err(Invalid::Character { position: 1, .. })), "{bad:?}");
    }
}

#[test]
fn request_numbers_are_digits_letters_dash_and_underscore() {
    assert!(OutRequestNo::new("100002322019090134234sfdf").is_ok());
    assert!(OutRequestNo::new(format!("-_{}", "9".repeat(126))).is_ok());
    assert!(OutRequestNo::new("9".repeat(129)).is_err());
    for bad in ["1.2", "1 2", "1会", "1/2"] {
        assert!(matches!(OutRequestNo::new(bad), Err(Invalid::Character { position: 1, .. })), "{bad:?}");
    }
}

#[test]
fn colours_are_six_hexadecimal_digits() {
    for good in ["#FFFF00", "#ffff00", "#012aBc"] {
        assert!(Color::new(good).is_ok(), "{good}");
    }
    for bad in ["FFFF000", "#FFFF0", "#GGGGGG", "#ＦＦ", "#ff ff0"] {
        assert!(is_form(Color::new(bad)), "{bad}");
    }
    assert_eq!(Color::new("#FFFF000"), Err(Invalid::TooLong { limit: 7, actual: 8 }));
    let error = Color::new("red").unwrap_err();
    assert_eq!(error.to_string(), "must be # and six hexadecimal digits, such as #FFFF00");
    assert_eq!(format!("{error:#}"), "须为 # 和六位十六进制数，例如 #FFFF00");
}

#[test]
fn notify_urls_are_full_and_bare() {
    for good in [
        "https://shop.example/notify",
        "http://shop.example:8080/a/b",
        "https://shop.example",
        "HTTPS://shop.example/",
        "http://127.0.0.1:9/",
        "http://[::1]:80/n",
    ] {
        assert!(NotifyUrl::new(good).is_ok(), "{good}");
        assert_eq!(
            NotifyUrl::new(good).unwrap().uri().unwrap().to_string().to_lowercase().trim_end_matches('/'),
            { good.to_lowercase().trim_end_matches('/').to_owned() }
        );
    }
    for bad in [
        "shop.example/notify",
        "/notify",
        "ftp://shop.example/",
        "https://",
        "https:///notify",
        "https://shop.example/?a=1",
        "https://shop.example/#a",
        "https://user@shop.example/",
        "https://user:pass@shop.example/",
        "https://shop.example:99999/",
        "https://shop.example:/",
        "https://shop .example/",
        "https://店.example/",
    ] {
        assert!(is_form(NotifyUrl::new(bad)), "{bad}");
    }
    let longest = format!("https://shop.example/{}", "a".repeat(256 - 21));
    assert!(NotifyUrl::new(longest.clone()).is_ok());
    assert_eq!(NotifyUrl::new(longest + "a"), Err(Invalid::TooLong { limit: 256, actual: 257 }));
}

#[test]
fn cells_are_a_template_and_its_values() {
    for good in ["15_1200_1", "0", "1_400", "12345_会员会员会员会", "abc_1_2_3_4"] {
        assert!(FeedCell::new(good).is_ok(), "{good}");
    }
    assert_eq!(FeedCell::new("15_1200_1").unwrap().template(), "15");
    for bad in ["123456_1", "1_12345678", "_1", "1__2", "1_", "会_1", "1-2"] {
        assert!(is_form(FeedCell::new(bad)), "{bad}");
    }
    for bad in ["[1_400]", "1_[2", "1_2]"] {
        assert!(matches!(FeedCell::new(bad), Err(Invalid::Character { .. })), "{bad}");
    }
    assert!(matches!(FeedCell::new("1_1".repeat(43)), Err(Invalid::TooLong { limit: 128, actual: 129 })));
    assert!(format!("{:#}", FeedCell::new("1_").unwrap_err()).starts_with("须为模板ID"));
}

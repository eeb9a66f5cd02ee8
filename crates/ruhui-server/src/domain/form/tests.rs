//! List F: one test for each row, with its name; first the questions of a template, then the answers.

use super::*;
use ruhui_core::api::rows::Id;
use ruhui_core::types::Text;

/// Returns a form that asks for the sex and offers one choice of these values.
fn form(values: &[&str]) -> UserForm {
    UserForm::new(vec![CommonFieldName::Sex], vec![custom("爱好", values)])
}

fn custom(name: &str, values: &[&str]) -> CustomField {
    let values = values.iter().map(|value| Text::new(*value).unwrap()).collect();
    CustomField::new(CustomFieldType::CheckBox, Text::new(name).unwrap(), values)
}

const TEN: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

#[test]
fn good_forms_pass() {
    assert_eq!(check_form(&UserForm::default()), Ok(()));
    assert_eq!(check_form(&form(&["茶"])), Ok(()));
    assert_eq!(check_form(&form(&TEN)), Ok(()));
    let all = UserForm::new(CommonFieldName::ALL.to_vec(), Vec::new());
    assert_eq!(check_form(&all), Ok(()));
}

#[test]
fn common_field_repeated() {
    let mut form = form(&["茶"]);
    form.common_field_list.push(CommonFieldName::Name);
    form.common_field_list.push(CommonFieldName::Sex);
    assert_eq!(check_form(&form), Err(&rows::COMMON_FIELD_REPEATED));
}

#[test]
fn custom_field_repeated() {
    let mut form = form(&["茶"]);
    form.custom_field_list.push(custom("爱好", &["酒"]));
    assert_eq!(check_form(&form), Err(&rows::CUSTOM_FIELD_REPEATED));
}

#[test]
fn custom_fields_too_many() {
    let mut form = form(&["茶"]);
    form.custom_field_list.push(custom("口味", &["甜"]));
    assert_eq!(check_form(&form), Err(&rows::CUSTOM_FIELDS_TOO_MANY));
}

#[test]
fn custom_values_count() {
    assert_eq!(check_form(&form(&[])), Err(&rows::CUSTOM_VALUES_COUNT));
    let eleven = [&TEN[..], &["11"]].concat();
    assert_eq!(check_form(&form(&eleven)), Err(&rows::CUSTOM_VALUES_COUNT));
}

#[test]
fn chosen_value_illegal() {
    assert_eq!(check_form(&form(&["茶", "酒", "茶"])), Err(&rows::CHOSEN_VALUE_ILLEGAL));
}

mod answers {
    use super::*;
    use ruhui_core::types::ChosenValue;

    fn asked(kind: CustomFieldType) -> UserForm {
        let mut choice = custom("爱好", &["茶", "酒"]);
        choice.kind = kind;
        UserForm::new(CommonFieldName::ALL.to_vec(), vec![choice])
    }

    fn common(name: CommonFieldName, value: &str) -> UserInformation {
        let value = value.parse().unwrap();
        UserInformation::new(vec![CommonFieldValue::new(name, value)], Vec::new())
    }

    fn chosen(name: &str, values: &[&str]) -> UserInformation {
        let user_chosen_values = values.iter().map(|value| ChosenValue::new(*value).unwrap()).collect();
        let answer = CustomFieldValue::new(Text::new(name).unwrap(), user_chosen_values);
        UserInformation::new(Vec::new(), vec![answer])
    }

    fn check(answers: &UserInformation) -> Result<(), Id> {
        check_answers(answers, Some(&asked(CustomFieldType::CheckBox))).map_err(|wrong| wrong.row.id)
    }

    #[test]
    fn good_answers_pass() {
        for answers in [
            UserInformation::default(),
            common(CommonFieldName::Name, "小会"),
            common(CommonFieldName::Sex, "男"),
            common(CommonFieldName::Sex, "女"),
            common(CommonFieldName::City, "广东省,深圳市"),
            chosen("爱好", &["酒"]),
            chosen("爱好", &["酒", "茶"]),
        ] {
            assert_eq!(check(&answers), Ok(()), "{answers:?}");
        }
        assert_eq!(check_answers(&UserInformation::default(), None), Ok(()));
    }

    #[test]
    fn common_field_repeated() {
        let mut answers = common(CommonFieldName::Name, "小会");
        answers.common_field_list.push(answers.common_field_list[0].clone());
        assert_eq!(check(&answers), Err(Id::COMMON_FIELD_REPEATED));
    }

    #[test]
    fn custom_field_repeated() {
        let mut answers = chosen("爱好", &["茶"]);
        answers.custom_field_list.push(answers.custom_field_list[0].clone());
        assert_eq!(check(&answers), Err(Id::CUSTOM_FIELD_REPEATED));
    }

    #[test]
    fn custom_fields_too_many() {
        let mut answers = chosen("爱好", &["茶"]);
        answers.custom_field_list.extend(chosen("口味", &["甜"]).custom_field_list);
        assert_eq!(check(&answers), Err(Id::CUSTOM_FIELDS_TOO_MANY));
    }

    #[test]
    fn custom_values_count() {
        assert_eq!(check(&chosen("爱好", &[])), Err(Id::CUSTOM_VALUES_COUNT));
        assert_eq!(check(&chosen("爱好", &["茶"; 11])), Err(Id::CUSTOM_VALUES_COUNT));
    }

    #[test]
    fn chosen_value_illegal() {
        assert_eq!(check(&chosen("爱好", &["水"])), Err(Id::CHOSEN_VALUE_ILLEGAL));
        assert_eq!(check(&chosen("爱好", &["茶", "茶"])), Err(Id::CHOSEN_VALUE_ILLEGAL));
        let radio = asked(CustomFieldType::Radio);
        assert_eq!(check_answers(&chosen("爱好", &["茶"]), Some(&radio)), Ok(()));
        let two = check_answers(&chosen("爱好", &["茶", "酒"]), Some(&radio));
        assert_eq!(two, Err(WrongAnswer::new(&rows::CHOSEN_VALUE_ILLEGAL, "爱好")));
    }

    #[test]
    fn common_field_undefined() {
        let mut form = asked(CustomFieldType::CheckBox);
        form.common_field_list.retain(|name| *name != CommonFieldName::City);
        let city = common(CommonFieldName::City, "广东省,深圳市");
        let undefined = || Err(WrongAnswer::new(&rows::COMMON_FIELD_UNDEFINED, "USER_FORM_FLAG_CITY"));
        assert_eq!(check_answers(&city, Some(&form)), undefined());
        assert_eq!(check_answers(&city, None), undefined());
    }

    #[test]
    fn custom_field_undefined() {
        assert_eq!(check(&chosen("口味", &["甜"])), Err(Id::CUSTOM_FIELD_UNDEFINED));
        let undefined = Err(WrongAnswer::new(&rows::CUSTOM_FIELD_UNDEFINED, "爱好"));
        assert_eq!(check_answers(&chosen("爱好", &["茶"]), None), undefined);
    }

    #[test]
    fn birthday_format() {
        for good in ["2000-02-29", "1999-12-31", "0001-01-01"] {
            assert_eq!(check(&common(CommonFieldName::Birthday, good)), Ok(()), "{good}");
        }
        for bad in [
            "1900-02-29",
            "2000-13-01",
            "2000-00-10",
            "2000-1-1",
            "2000-01-01T00:00:00",
            "20000101",
            "2000/01/01",
            "+200-01-01",
            " 2000-01-1",
            "二〇〇〇年",
            "2000-01-32",
        ] {
            assert_eq!(check(&common(CommonFieldName::Birthday, bad)), Err(Id::BIRTHDAY_FORMAT), "{bad}");
        }
    }

    #[test]
    fn email_format() {
        for good in ["a@b.cn", "first.last+tag@mail.example.com", "会员@例子.中国"] {
            assert_eq!(check(&common(CommonFieldName::Email, good)), Ok(()), "{good}");
        }
        for bad in
            ["a", "a@b", "@b.cn", "a@", "a b@c.cn", "a@b@c.cn", "a@b..cn", "a@.cn", "a@b.cn.", "a@-b.cn"]
        {
            assert_eq!(check(&common(CommonFieldName::Email, bad)), Err(Id::EMAIL_FORMAT), "{bad}");
        }
    }

    #[test]
    fn sex_format() {
        for bad in ["男性", "M", "male", "1"] {
            assert_eq!(check(&common(CommonFieldName::Sex, bad)), Err(Id::SEX_FORMAT), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_encrypted_is_named() {
        let address = |length| common(CommonFieldName::Address, &"会".repeat(length));
        assert_eq!(first_too_long(&address(71)), None);
        assert_eq!(first_too_long(&address(72)).unwrap(), "USER_FORM_FLAG_ADDRESS");
    }

    #[test]
    fn what_was_not_answered_is_named() {
        let form = asked(CustomFieldType::Radio);
        let open = |answers: &UserInformation| first_unanswered(answers, &form);
        assert_eq!(open(&UserInformation::default()).unwrap(), "USER_FORM_FLAG_SEX");
        let mut answers = UserInformation::default();
        for name in CommonFieldName::ALL {
            answers.common_field_list.extend(common(name.clone(), "x").common_field_list);
        }
        assert_eq!(open(&answers).unwrap(), "爱好");
        answers.custom_field_list = chosen("爱好", &["茶"]).custom_field_list;
        assert_eq!(open(&answers), None);
    }
}

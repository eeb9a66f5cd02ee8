//! Member news: the text of a cell, as page 4015534755 gives it.

use super::NEWS_SHOWN;
use crate::language::Language;
use crate::time;
use serde::Deserialize;

/// A piece of news, as the control returns it.
#[derive(Debug, Deserialize)]
pub(super) struct Feed {
    pub(super) user_card_code: String,
    cell: String,
    create_time: String,
}

/// A piece of news, as the user reads it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) text: NewsText,
    pub(crate) at: String,
}

/// The text of a piece of news.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NewsText {
    /// The text of a documented template, with the values of the cell.
    Known(String),
    /// A cell for which the documents have no text.
    Cell(String),
}

/// The texts of the documented templates, Chinese and English. `{1}` is the first value of the cell. `{s1}` is that value
/// as the number of a text of the merchant's own, which WeChat Pay has approved and the sandbox does not have.
const TEMPLATES: [(&str, &str, &str); 18] = [
    ("0", "开通商家会员", "Became a member"),
    ("1", "本次积分+{1}", "+{1} points for this order"),
    ("2", "收货后积分+{1}", "+{1} points after receipt"),
    ("3", "本次积分已提交", "Points for this order were submitted"),
    ("4", "再消费{1}元升{s2}", "Spend ¥{1} more to reach {s2}"),
    ("5", "再消费{1}元保持{s2}", "Spend ¥{1} more to keep {s2}"),
    ("6", "有{1}积分,可兑{2}元券", "{1} points: enough for a coupon of ¥{2}"),
    ("7", "有{1}积分,可抵{2}元", "{1} points: worth ¥{2}"),
    ("8", "积分可兑{1}元券", "Points are enough for a coupon of ¥{1}"),
    ("9", "有{1}积分,可兑{s2}", "{1} points: enough for {s2}"),
    ("10", "{1}元购{s2}", "{s2} for ¥{1}"),
    ("11", "每月{1}，最高省{2}", "{1} a month, saves up to {2}"),
    ("12", "每年{1}，最高省{2}", "{1} a year, saves up to {2}"),
    ("13", "每月{1}，一单回本", "{1} a month, pays off with one order"),
    ("14", "{1}元购{2}张{s3}券", "{2} coupons {s3} for ¥{1}"),
    ("15", "{1}折起购{2}元{s3}", "{s3} of ¥{2}, from {1}折"),
    ("16", "{s1}{2}天后到期", "{s1} expires in {2} days"),
    ("17", "还有{1}天到期", "Expires in {1} days"),
];

/// Returns the newest news of a card, and how many older ones there are.
pub(super) fn of_card(feeds: &[Feed], code: &str, language: Language) -> (Vec<News>, usize) {
    let own: Vec<&Feed> = feeds.iter().filter(|feed| feed.user_card_code == code).collect();
    let shown = own.iter().take(NEWS_SHOWN);
    let shown = shown
        .map(|feed| News { text: NewsText::of(&feed.cell, language), at: time::long(&feed.create_time) });
    (shown.collect(), own.len().saturating_sub(NEWS_SHOWN))
}

impl NewsText {
    fn of(cell: &str, language: Language) -> Self {
        text(cell, language).map_or_else(|| Self::Cell(cell.to_owned()), Self::Known)
    }
}

/// Returns the text of a cell; `None` if no documented template has this number and takes as many values.
fn text(cell: &str, language: Language) -> Option<String> {
    let mut parts = cell.split('_');
    let number = parts.next()?;
    let (_, chinese, english) = TEMPLATES.iter().find(|(known, ..)| *known == number)?;
    let values: Vec<&str> = parts.collect();
    if values.len() != chinese.matches('{').count() {
        return None;
    }
    let mut text = String::new();
    // Values are put in one after another and never searched for places: they may have braces of their own.
    let mut rest = language.pick(*english, *chinese);
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}')?;
        text.push_str(before);
        let is_own_text = place.starts_with('s');
        let value = values.get(place.trim_start_matches('s').parse::<usize>().ok()?.checked_sub(1)?)?;
        if is_own_text {
            text.push_str(&language.pick(format!("[approved text {value}]"), format!("〔子模版{value}〕")));
        } else {
            text.push_str(value);
        }
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_becomes_the_text_of_its_template() {
        let both = |cell: &str| [Language::Chinese, Language::English].map(|language| text(cell, language));
        let texts = |zh: &str, en: &str| [Some(zh.to_owned()), Some(en.to_owned())];
        assert_eq!(both("1_400"), texts("本次积分+400", "+400 points for this order"));
        assert_eq!(both("3"), texts("本次积分已提交", "Points for this order were submitted"));
        assert_eq!(both("6_1200_5"), texts("有1200积分,可兑5元券", "1200 points: enough for a coupon of ¥5"));
        assert_eq!(
            both("9_1200_1"),
            texts("有1200积分,可兑〔子模版1〕", "1200 points: enough for [approved text 1]")
        );
        assert_eq!(both("16_2_30"), texts("〔子模版2〕30天后到期", "[approved text 2] expires in 30 days"));
        assert_eq!(both("1_{1}"), texts("本次积分+{1}", "+{1} points for this order"));
    }

    #[test]
    fn a_cell_without_a_documented_text_stays_a_cell() {
        // Too many values, too few, an unknown template, a number that is written differently.
        for cell in ["1_400_2", "1", "0_1", "15_1200_1", "18_1", "01_4", "", "x"] {
            assert_eq!(NewsText::of(cell, Language::Chinese), NewsText::Cell(cell.to_owned()));
        }
    }

    #[test]
    fn every_template_takes_the_same_values_in_both_languages() {
        let places = |text: &str| {
            let mut places: Vec<String> =
                text.split('{').skip(1).map(|part| part.split('}').next().unwrap().to_owned()).collect();
            places.sort_by_key(|place| place.trim_start_matches('s').to_owned());
            places
        };
        for (index, (number, chinese, english)) in TEMPLATES.iter().enumerate() {
            assert_eq!(*number, index.to_string());
            assert_eq!(places(chinese), places(english), "{number}");
            let numbers: Vec<usize> =
                places(chinese).iter().map(|place| place.trim_start_matches('s').parse().unwrap()).collect();
            assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "{number}");
        }
    }

    #[test]
    fn only_news_of_the_card_is_shown_and_older_news_is_counted() {
        let feed = |code: &str, cell: String| Feed {
            user_card_code: code.to_owned(),
            cell,
            create_time: "2026-11-28T15:04:11+08:00".to_owned(),
        };
        let mut feeds: Vec<Feed> =
            (0..NEWS_SHOWN + 2).map(|number| feed("1", format!("1_{number}"))).collect();
        feeds.insert(0, feed("2", "3".to_owned()));
        let (shown, more) = of_card(&feeds, "1", Language::Chinese);
        assert_eq!((shown.len(), more), (NEWS_SHOWN, 2));
        assert_eq!(shown[0].text, NewsText::Known("本次积分+0".to_owned()));
        assert_eq!(shown[0].at, "2026-11-28 15:04:11");
        let (none, more) = of_card(&feeds, "3", Language::Chinese);
        assert_eq!((none.len(), more), (0, 0));
    }
}

//! A member card with everything that its user sees.

use super::acts::ActAddresses;
use super::code::{CardCode, Jump};
use super::news::{self, Feed, News};
use super::points::{Points, Redemption};
use super::texts::CardTexts;
use super::validity;
use crate::card_templates;
use crate::controls::segment;
use crate::language::Language;
use crate::pages::templates::card::CardFace;
use crate::problem::Problem;
use crate::time;
use crate::visit::Visit;
use serde::Deserialize;
use serde_json::Value;

/// The newest card that a user has of a template.
pub(crate) struct MemberCard {
    pub(crate) t: &'static CardTexts,
    pub(crate) face: CardFace,
    /// The member's level; empty if the template does not show it.
    pub(crate) level: String,
    pub(crate) standing: Standing,
    pub(crate) code: CardCode,
    /// The page that a tap on the card's face opens.
    pub(crate) center: Option<Jump>,
    pub(crate) points: Option<Points>,
    pub(crate) news: Vec<News>,
    /// Number of older pieces of news.
    pub(crate) older_news: usize,
    pub(crate) validity: String,
    pub(crate) phone: String,
    pub(crate) service_phone: String,
    pub(crate) agreement: String,
    pub(crate) acts: ActAddresses,
}

/// The standing of a card: whether its user can use it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The merchant has not confirmed the card.
    Pending,
    /// The card is in force.
    Effective,
    /// The card has expired or is invalid.
    Ended {
        sentence: &'static str,
        at: String,
        /// The merchant's reason; empty if it gave none.
        reason: String,
    },
}

/// The newest card that a user has of a template, and the records about the user's cards.
pub(crate) struct UserCard {
    pub(crate) held: Held,
    redemptions: Vec<Redemption>,
    feeds: Vec<Feed>,
}

/// The response of the control, as far as a user sees it.
#[derive(Deserialize)]
struct Shown {
    /// Newest first.
    cards: Vec<Held>,
    redemptions: Vec<Redemption>,
    feeds: Vec<Feed>,
}

/// A card, with the facts that the API does not show.
#[derive(Deserialize)]
pub(crate) struct Held {
    pub(crate) user_card: Value,
    point_balance: Option<i64>,
    #[serde(default)]
    expire_time: String,
    /// Time since which the card is effective; empty if it never was.
    #[serde(default)]
    pub(crate) effective_since: String,
    /// The side that ended the card; empty if it has not ended by an act.
    #[serde(default)]
    pub(crate) ended_by: String,
}

#[derive(Deserialize)]
struct Template {
    card_template: Value,
    brand_name: Option<String>,
}

impl UserCard {
    /// Reads the newest card that a user has of a template.
    ///
    /// # Errors
    ///
    /// The error of the control, such as that of a user who never had a card.
    pub(crate) async fn read(visit: &Visit, (card_id, openid): (&str, &str)) -> Result<Self, Problem> {
        let path = format!("/sandbox/state/user-cards/{}/{}", segment(card_id), segment(openid));
        let Shown { cards, redemptions, feeds } = visit.controls.get(&path).await?;
        let newest = cards.into_iter().next();
        let held = newest.ok_or_else(|| Problem::internal(format!("{path} has no card")))?;
        Ok(Self { held, redemptions, feeds })
    }
}

impl Held {
    /// Returns a member of the card that is a text; empty if the card does not have it.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.user_card[name].as_str().unwrap_or_default()
    }
}

impl MemberCard {
    /// Makes the card as its user sees it.
    ///
    /// # Errors
    ///
    /// The error of the control that shows the template.
    pub(crate) async fn of(visit: &Visit, card: &UserCard, acts: ActAddresses) -> Result<Self, Problem> {
        let template = card_templates::one(visit, card.held.text("card_id")).await?;
        Ok(Self::of_template(card, &template, acts, visit.language))
    }

    fn of_template(
        UserCard { held, redemptions, feeds }: &UserCard,
        Template { card_template: template, brand_name }: &Template,
        acts: ActAddresses,
        language: Language,
    ) -> Self {
        let t = CardTexts::of(language);
        let card = &held.user_card;
        let of_card = |name: &str| held.text(name).to_owned();
        let of_template = |name: &str| template[name].as_str().unwrap_or_default().to_owned();
        let code = of_card("user_card_code");
        let (news, older_news) = news::of_card(feeds, &code, language);
        Self {
            t,
            face: CardFace::of_card(template, card, brand_name.as_deref().unwrap_or_default()),
            level: if template["need_display_level"] == true { of_card("level") } else { String::new() },
            standing: Standing::of(held, t),
            code: CardCode::of(template, &code),
            center: Jump::at(&template["member_information"]),
            points: Points::of(template, held.point_balance, redemptions, &code),
            news,
            older_news,
            validity: validity::sentence(card, &held.expire_time, t),
            phone: of_card("phone_number"),
            service_phone: of_template("service_phone"),
            agreement: of_template("legal_agreement"),
            acts,
        }
    }

    /// Whether the card has expired or is invalid.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.standing, Standing::Ended { .. })
    }

    /// Whether the card is in force.
    pub(crate) fn is_effective(&self) -> bool {
        self.standing == Standing::Effective
    }
}

impl Standing {
    fn of(held: &Held, t: &'static CardTexts) -> Self {
        let ended = |sentence, time| {
            let reason = held.text("invalid_reason").to_owned();
            Self::Ended { sentence, at: time::long(time), reason }
        };
        match (held.text("user_card_state"), held.ended_by.as_str()) {
            ("UNACTIVATED", _) => Self::Pending,
            ("EFFECTIVE", _) => Self::Effective,
            ("EXPIRED", _) => ended(t.ended_expired, &held.expire_time),
            (_, "user") => ended(t.ended_by_user, held.text("invalid_time")),
            (_, "refusal") => ended(t.ended_by_refusal, held.text("invalid_time")),
            _ => ended(t.ended_by_merchant, held.text("invalid_time")),
        }
    }
}

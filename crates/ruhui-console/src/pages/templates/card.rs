//! The card as a user sees it: colour, picture, title, benefits.

use serde_json::Value;

/// The face of a card.
pub(crate) struct CardFace {
    pub(crate) color: String,
    pub(crate) title: String,
    pub(crate) benefits: String,
    pub(crate) brand: String,
    pub(crate) picture: Picture,
}

/// The picture of a card.
pub(crate) enum Picture {
    /// An uploaded picture, by its path on this listener.
    Uploaded(String),
    /// A picture elsewhere. The page does not load it.
    Elsewhere(String),
}

impl CardFace {
    /// Returns the face of a template's card.
    pub(crate) fn of(template: &Value, brand: &str) -> Self {
        let text = |name: &str| template[name].as_str().unwrap_or_default().to_owned();
        Self {
            color: text("card_color"),
            title: text("card_title"),
            benefits: text("benefits"),
            brand: brand.to_owned(),
            picture: Picture::at(&text("card_picture_url")),
        }
    }

    /// Returns the face of a user's card, which may have a colour and a picture of its own.
    pub(crate) fn of_card(template: &Value, card: &Value, brand: &str) -> Self {
        let mut look = Self::of(template, brand);
        if let Some(color) = card["card_color"].as_str() {
            color.clone_into(&mut look.color);
        }
        if let Some(url) = card["card_picture_url"].as_str() {
            look.picture = Picture::at(url);
        }
        look
    }

    /// Returns the colour of texts on the card: the one with more contrast.
    pub(crate) fn ink(&self) -> &'static str {
        let part = |range| self.color.get(range).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let (Some(red), Some(green), Some(blue)) = (part(1..3), part(3..5), part(5..7)) else {
            return "#000000";
        };
        // Weights of perceived lightness.
        if red * 299 + green * 587 + blue * 114 > 128_000 { "#000000" } else { "#ffffff" }
    }
}

impl Picture {
    /// Returns the picture at a URL. Uploaded ones have the path `/media/NAME`.
    fn at(url: &str) -> Self {
        let path = url.split_once("://").and_then(|(_, rest)| Some(&rest[rest.find('/')?..]));
        let is_plain = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        };
        match path {
            Some(path) if path.strip_prefix("/media/").is_some_and(is_plain) => {
                Self::Uploaded(path.to_owned())
            }
            _ => Self::Elsewhere(url.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_picture_is_loaded_from_this_listener_only() {
        let path = |url: &str| match Picture::at(url) {
            Picture::Uploaded(path) => path,
            Picture::Elsewhere(url) => format!("elsewhere: {url}"),
        };
        assert_eq!(path("http://127.0.0.1:7080/media/abc123.png"), "/media/abc123.png");
        for url in [
            "https://example.com/card.png",
            "http://a/media/",
            "http://a/media/../x",
            "http://a/media/x/y",
            "http://a/media/x\"onload",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(path(url), format!("elsewhere: {url}"));
        }
    }

    #[test]
    fn a_card_may_have_a_look_of_its_own() {
        let template =
            json!({ "card_title": "T", "card_color": "#111111", "card_picture_url": "http://a/media/t.png" });
        let look = |card: &Value| {
            let face = CardFace::of_card(&template, card, "");
            let Picture::Uploaded(picture) = face.picture else { panic!() };
            (face.title, face.color, picture)
        };
        let texts = |color: &str, picture: &str| ("T".to_owned(), color.to_owned(), picture.to_owned());
        assert_eq!(look(&json!({})), texts("#111111", "/media/t.png"));
        let own = json!({ "card_color": "#222222", "card_picture_url": "http://a/media/c.png" });
        assert_eq!(look(&own), texts("#222222", "/media/c.png"));
    }

    #[test]
    fn texts_have_contrast_on_the_card() {
        let ink = |color: &str| CardFace::of(&json!({ "card_color": color }), "").ink();
        assert_eq!(
            ["#FFFF00", "#000080", "#10C060", "red"].map(ink),
            ["#000000", "#ffffff", "#000000", "#000000"]
        );
    }
}

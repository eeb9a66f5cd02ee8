//! The comments of the files that a sandbox makes, in one language.

/// The language of the comments in the files that a sandbox makes: `ruhui.toml` and `kit.env`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Comments {
    /// English.
    #[default]
    English,
    /// 中文.
    Chinese,
}

impl Comments {
    /// Keeps one language of each comment `# English / 中文` in `text`.
    pub(super) fn picked(self, text: &str) -> String {
        let lines = text.lines().map(|line| {
            let Some((before, comment)) = line.split_once("# ") else { return line.to_owned() };
            let comment = match (comment.split_once(" / "), self) {
                (Some((english, _)), Self::English) => english,
                (Some((_, chinese)), Self::Chinese) => chinese,
                (None, _) => comment,
            };
            format!("{before}# {comment}")
        });
        lines.map(|line| line + "\n").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Comments;
    use crate::config::SANDBOX_TEMPLATE;

    #[test]
    fn one_language_is_left_of_each_comment() {
        let text = "# One. / 一。\na = \"b#c\"   # two / 二\n# x: 1\n\nd = 1\n";
        let english = "# One.\na = \"b#c\"   # two\n# x: 1\n\nd = 1\n";
        assert_eq!(Comments::English.picked(text), english);
        let chinese = "# 一。\na = \"b#c\"   # 二\n# x: 1\n\nd = 1\n";
        assert_eq!(Comments::Chinese.picked(text), chinese);
    }

    #[test]
    fn ruhui_toml_has_the_same_settings_in_both_languages() {
        let texts = [Comments::English, Comments::Chinese].map(|comments| comments.picked(SANDBOX_TEMPLATE));
        let [english, chinese] = texts.clone().map(|text| text.parse::<toml::Table>().unwrap());
        assert_eq!(english, chinese);
        for comment in texts[1].lines().filter_map(|line| Some(line.split_once("# ")?.1)) {
            let is_error = comment.contains("400 ");
            assert!(!comment.is_ascii() || is_error, "{comment}");
        }
    }
}

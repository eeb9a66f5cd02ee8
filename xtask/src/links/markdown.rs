//! Reads a Markdown file as GitHub shows it: the anchors of its headings, its links to files of this project, and its
//! inline code.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};

/// One file, parsed for its links.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Anchors in this file, which a link may name after `#`.
    pub(super) anchors: BTreeSet<String>,
    pub(super) links: Vec<Link>,
    /// Texts between backticks.
    pub(super) code: Vec<String>,
}

/// A link to a file of this project.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Path relative to the folder of the file with the link. Empty for the same file.
    pub(super) path: String,
    /// The text after `#`.
    pub(super) anchor: Option<String>,
}

impl Page {
    pub(super) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut earlier = BTreeMap::new();
        // Text of the heading that is being parsed.
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let words = heading.take().unwrap_or_default();
                    page.anchors.insert(numbered(slug(&words), &mut earlier));
                }
                Event::Text(words) => heading.iter_mut().for_each(|heading| heading.push_str(&words)),
                Event::Code(words) => {
                    heading.iter_mut().for_each(|heading| heading.push_str(&words));
                    page.code.push(words.into_string());
                }
                Event::Start(Tag::Link { dest_url: target, .. } | Tag::Image { dest_url: target, .. }) => {
                    page.links.extend(Link::to_our_file(&target));
                }
                _ => {}
            }
        }
        page
    }
}

impl Link {
    /// Returns `None` for an address with a scheme or a host, and for a path from the site's root.
    fn to_our_file(target: &str) -> Option<Self> {
        let is_ours = !target.is_empty() && !target.contains(':') && !target.starts_with('/');
        is_ours.then(|| match target.split_once('#') {
            Some((path, anchor)) => Self { path: path.to_owned(), anchor: Some(anchor.to_owned()) },
            None => Self { path: target.to_owned(), anchor: None },
        })
    }
}

/// Returns the anchor that GitHub gives to a heading: small letters, hyphens in place of spaces, and no punctuation.
fn slug(words: &str) -> String {
    let kept = words.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Numbers the anchors of headings with equal text: the second one gets `-1`, the third one `-2`.
fn numbered(slug: String, earlier: &mut BTreeMap<String, u32>) -> String {
    let count = earlier.entry(slug.clone()).or_default();
    let anchor = if *count == 0 { slug } else { format!("{slug}-{count}") };
    *count += 1;
    anchor
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(text: &str) -> Vec<String> {
        Page::read(text).anchors.into_iter().collect()
    }

    #[test]
    fn a_heading_has_the_anchor_that_github_gives_it() {
        for (heading, anchor) in [
            ("# A call by hand: `curl` and openssl", "a-call-by-hand-curl-and-openssl"),
            ("## `kit.env`", "kitenv"),
            ("### 手工调用：curl 与 openssl ###", "手工调用curl-与-openssl"),
            ("# *Once* & [twice](a.md) (`not_thrice`) - why?", "once--twice-not_thrice---why"),
            ("What users do\n---", "what-users-do"),
        ] {
            assert_eq!(anchors(heading), [anchor], "{heading}");
        }
    }

    #[test]
    fn headings_of_the_same_words_are_numbered() {
        assert_eq!(anchors("# One\n## One\n### Two\n## one!\n"), ["one", "one-1", "one-2", "two"]);
    }

    #[test]
    fn a_comment_in_a_block_of_code_is_no_heading() {
        assert_eq!(anchors("# One\n\n```sh\n# two\n```\n\n    # three\n\n<!--\n# four\n-->\n"), ["one"]);
    }

    #[test]
    fn links_to_our_own_files_are_found() {
        let text = "[a](docs/a.md#top), [b](https://example.org/x.md), [c](#%e6%9c%89 \"title\"), ![d](d.svg), `[e](e.md)`,\n\
                    [f\nf](f.md), [g], [h](/h.md)\n\n[g]: g.md#here\n\n```\n[i](i.md)\n```\n";
        let link = |path: &str, anchor: Option<&str>| Link {
            path: path.to_owned(),
            anchor: anchor.map(str::to_owned),
        };
        let expected = [
            link("docs/a.md", Some("top")),
            link("", Some("%e6%9c%89")),
            link("d.svg", None),
            link("f.md", None),
            link("g.md", Some("here")),
        ];
        let page = Page::read(text);
        assert_eq!(page.links, expected);
        assert_eq!(page.code, ["[e](e.md)"]);
    }
}

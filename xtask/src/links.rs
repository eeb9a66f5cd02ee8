//! Links: each endpoint names the page that it follows and says so at the top of its file, pages are
//! addressed as WeChat Pay addresses them, and links between our own files lead somewhere.

use anyhow::{Context as _, Result, ensure};
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_harness::command::{read, read_file};
use ruhui_harness::step::Outcome;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const API: &str = "crates/ruhui-core/src/api/";
const PAGES: &str = "https://pay.weixin.qq.com/doc/";
const PARTS: &[&str] = &["v3/partner/", "v3/merchant/", "brand/"];

/// Checks all of the above. No network is used.
pub(crate) fn check() -> Outcome {
    let files = tracked()?;
    let mut wrong = Vec::new();
    let mut endpoints = Endpoints { files: &files, wrong: Vec::new(), names: BTreeSet::new(), count: 0 };
    api::visit(&mut endpoints);
    wrong.append(&mut endpoints.wrong);
    let mut links = 0;
    for (path, text) in &files {
        for address in after(text, PAGES) {
            links += 1;
            if !is_page(address) {
                wrong.push(format!("{path}: {PAGES}{address} is not the address of a page"));
            }
        }
        if path.ends_with(".md") {
            for target in relative_targets(text) {
                links += 1;
                let folder = Path::new(path).parent().unwrap_or_else(|| Path::new(""));
                if !folder.join(target).exists() {
                    wrong.push(format!("{path}: there is no file {target}"));
                }
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("; "));
    Ok(format!("{} endpoints, {links} links", endpoints.count))
}

struct Endpoints<'a> {
    files: &'a [(String, String)],
    wrong: Vec<String>,
    names: BTreeSet<&'static str>,
    count: usize,
}

impl Visitor for Endpoints<'_> {
    fn endpoint<E: Endpoint>(&mut self) {
        self.count += 1;
        if !self.names.insert(E::NAME) {
            self.wrong.push(format!("two endpoints are called {}", E::NAME));
        }
        let url = E::DOCUMENT.url();
        if !url.strip_prefix(PAGES).is_some_and(is_page) {
            self.wrong.push(format!("{}: {url} is not the address of a page", E::NAME));
        }
        // Calls with other methods may have the same path, in other files.
        let [path, call, page] =
            [format!("\"{}\"", E::PATH), format!("`{} {}`", E::METHOD, E::PATH), format!("<{url}>")];
        let is_home = |(file, text): &&(String, String)| {
            let top: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
            file.starts_with(API) && text.contains(&path) && top.contains(&call) && top.contains(&page)
        };
        if !self.files.iter().any(|file| is_home(&file)) {
            let what = format!("no file in {API} has {path}, and {call} and {page} in its first comment");
            self.wrong.push(format!("{}: {what}", E::NAME));
        }
    }
}

/// The text files under version control, or about to be, that may have links.
fn tracked() -> Result<Vec<(String, String)>> {
    let mut list = Command::new("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard", "*.rs", "*.md", "*.toml"]);
    let paths = read(&mut list).context("the list of files comes from git")?;
    // A file that was removed and not yet committed is still listed.
    let there = paths.lines().filter(|path| Path::new(path).exists());
    there.map(|path| Ok((path.to_owned(), read_file(path)?))).collect()
}

/// What follows each `prefix`, up to where an address ends.
fn after<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(prefix).map(move |(at, _)| {
        let rest = &text[at + prefix.len()..];
        rest.split(|c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c))).next().unwrap_or_default()
    })
}

/// A part of the documents and ten digits. What builds addresses out of pieces has no digits in place.
fn is_page(address: &str) -> bool {
    let address = address.trim_end_matches('.');
    let page = PARTS.iter().find_map(|part| address.strip_prefix(part));
    address.is_empty()
        || page.is_some_and(|page| page.len() == 10 && page.bytes().all(|b| b.is_ascii_digit()))
}

/// The targets of Markdown links that are files of ours, without the place inside the file.
fn relative_targets(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("](").filter_map(|(at, mark)| {
        let target = text[at + mark.len()..].split([')', '#', ' ', '\n']).next()?;
        let is_ours = !target.is_empty() && !target.contains(':') && !target.starts_with('/');
        is_ours.then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_a_part_and_ten_digits() {
        for good in ["v3/partner/4015336986", "brand/4015582733", "v3/merchant/4012081726."] {
            assert!(is_page(good), "{good}");
        }
        for bad in ["partner/4015336986", "v3/partner/401533698", "v3/partner/401533698x", "v3/partner/"] {
            assert!(!is_page(bad), "{bad}");
        }
    }

    #[test]
    fn links_of_markdown_are_found() {
        let text = "[a](docs/a.md#top), [b](https://example.org/x.md), [c](#here), ![d](d.svg)";
        assert_eq!(relative_targets(text).collect::<Vec<_>>(), ["docs/a.md", "d.svg"]);
    }
}

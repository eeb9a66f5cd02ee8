//! Checks links: each endpoint names its document and says so at the top of its file, documents have WeChat Pay's form
//! of address, links between the project's files lead to a file and to a heading in it, and paths that a document names
//! exist. No file has a conflict that a merge has left in it.

mod markdown;

use anyhow::{Context as _, Result, ensure};
use markdown::{Link, Page};
use percent_encoding::percent_decode_str;
use ruhui_core::api::{self, Endpoint, Visitor};
use ruhui_harness::command::{read, read_file};
use ruhui_harness::step::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

const API: &str = "crates/ruhui-core/src/api/";
const PAGES: &str = "https://pay.weixin.qq.com/doc/";
const PARTS: &[&str] = &["v3/partner/", "v3/merchant/", "brand/"];
/// The document that may name files that no longer exist.
const HISTORY: &str = "CHANGELOG.md";

/// Runs all checks of links. They use no network.
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
    }
    wrong.extend(files.iter().filter_map(|(path, text)| conflict(path, text)));
    let pages = pages(&files);
    for (path, page) in &pages {
        links += page.links.len();
        let faults = page.links.iter().filter_map(|link| fault(link, path, &pages, Path::exists));
        wrong.extend(faults.map(|fault| format!("{path}: {fault}")));
        let named = page.code.iter().filter_map(|words| named_path(words, &files));
        let missing = named.filter(|named| *path != HISTORY && !Path::new(named).exists());
        wrong.extend(missing.map(|named| format!("{path}: there is no file {named}")));
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
        // Requests with other methods may have the same path, in other files.
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

/// Returns the text files under version control, or about to be, that may have links.
fn tracked() -> Result<Vec<(String, String)>> {
    let mut list = Command::new("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard", "*.rs", "*.md", "*.toml"]);
    let paths = read(&mut list).context("the list of files comes from git")?;
    // A file that was removed and not yet committed is still listed.
    let there = paths.lines().filter(|path| Path::new(path).exists());
    there.map(|path| Ok((path.to_owned(), read_file(path)?))).collect()
}

/// Returns the line at which a merge has left a conflict in a file.
fn conflict(path: &str, text: &str) -> Option<String> {
    let is_mark = |line: &str| ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark));
    let line = text.lines().position(is_mark)?;
    Some(format!("{path}:{}: a merge has left a conflict here", line + 1))
}

/// Returns the text after each `prefix`, up to the end of an address.
fn after<'a>(text: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(prefix).map(move |(at, _)| {
        let rest = &text[at + prefix.len()..];
        rest.split(|c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c))).next().unwrap_or_default()
    })
}

/// Returns whether an address is a part of the documents and ten digits. It also accepts the empty text: code that
/// builds addresses out of pieces has no digits at this position.
fn is_page(address: &str) -> bool {
    let address = address.trim_end_matches('.');
    let page = PARTS.iter().find_map(|part| address.strip_prefix(part));
    address.is_empty()
        || page.is_some_and(|page| page.len() == 10 && page.bytes().all(|b| b.is_ascii_digit()))
}

/// Returns the Markdown files, by path.
fn pages(files: &[(String, String)]) -> BTreeMap<&str, Page> {
    let documents = files.iter().filter(|(path, _)| path.ends_with(".md"));
    documents.map(|(path, text)| (path.as_str(), Page::read(text))).collect()
}

/// Returns the reason why a link in the file `from` leads nowhere; `None` if it leads somewhere.
fn fault(
    link: &Link,
    from: &str,
    pages: &BTreeMap<&str, Page>,
    exists: impl Fn(&Path) -> bool,
) -> Option<String> {
    let path = percent_decode_str(&link.path).decode_utf8_lossy();
    let from = Path::new(from);
    let target = match path.is_empty() {
        true => from.to_owned(),
        false => resolve(from.parent().unwrap_or_else(|| Path::new("")), &path),
    };
    if !exists(&target) {
        return Some(format!("there is no file {path}"));
    }
    let anchor = percent_decode_str(link.anchor.as_deref()?).decode_utf8_lossy();
    let target = target.to_string_lossy();
    match pages.get(&*target) {
        Some(page) if page.anchors.contains(&*anchor) => None,
        Some(_) => Some(format!("{target} has no heading with the anchor #{anchor}")),
        None => Some(format!("{target} is not a document of ours, so #{anchor} leads to no heading")),
    }
}

/// Returns the path at the start of `words`, if it begins with a folder of this project. The path ends before the first
/// part that is a placeholder, such as `NAME`.
fn named_path<'a>(words: &'a str, files: &[(String, String)]) -> Option<&'a str> {
    let (folder, _) = words.split_once('/')?;
    files.iter().find(|(path, _)| path.split_once('/').is_some_and(|(first, _)| first == folder))?;
    let stands_for_another = |part: &str| {
        let name = part.split('.').next().unwrap_or_default();
        let is_upper = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        is_upper || part.contains(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c))
    };
    let mut end = 0;
    for part in words.split('/').take_while(|part| !stands_for_another(part)) {
        end += part.len() + 1;
    }
    words.get(..end.min(words.len()))
}

/// Resolves `path` relative to `folder`, without `.` and `..`.
fn resolve(folder: &Path, path: &str) -> PathBuf {
    let mut resolved = folder.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            Component::Normal(name) => resolved.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    resolved
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
    fn a_path_between_backticks_is_known_by_its_folder() {
        let files =
            ["docs/a.md", "crates/b/src/lib.rs", "README.md"].map(|path| (path.to_owned(), String::new()));
        for (words, expected) in [
            ("docs/b.md", Some("docs/b.md")),
            ("crates/b/", Some("crates/b/")),
            ("crates/b/src/NAME.rs", Some("crates/b/src/")),
            ("crates/*/src", Some("crates/")),
            ("docs/b.md and more", Some("docs/")),
            ("other/b.md", None),
            ("README.md", None),
            ("/docs/b.md", None),
        ] {
            assert_eq!(named_path(words, &files), expected, "{words}");
        }
    }

    #[test]
    fn a_link_leads_to_a_file_and_to_a_heading_in_it() {
        let files = [("docs/a.md", "# 主备切换\n"), ("README.md", "# Top\n"), ("docs/b.json", "{}")];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let pages = pages(&files);
        let exists = |path: &Path| files.iter().any(|(file, _)| Path::new(file) == path);
        let fault = |from, link: &str| fault(&Page::read(link).links[0], from, &pages, exists);
        for (from, link) in [
            ("README.md", "[a](docs/a.md)"),
            ("README.md", "[a](docs/a.md#主备切换)"),
            ("README.md", "[a](docs/a.md#%E4%B8%BB%E5%A4%87%E5%88%87%E6%8D%A2)"),
            ("README.md", "[a](#top)"),
            ("docs/a.md", "[a](../README.md#top)"),
            ("docs/a.md", "[a](b.json)"),
        ] {
            assert_eq!(fault(from, link), None, "{link}");
        }
        for (from, link, expected) in [
            ("README.md", "[a](a.md#top)", "there is no file a.md"),
            ("docs/a.md", "[a](#top)", "docs/a.md has no heading with the anchor #top"),
            ("docs/a.md", "[a](../README.md#Top)", "README.md has no heading with the anchor #Top"),
            (
                "docs/a.md",
                "[a](b.json#x)",
                "docs/b.json is not a document of ours, so #x leads to no heading",
            ),
        ] {
            assert_eq!(fault(from, link).as_deref(), Some(expected), "{link}");
        }
    }

    #[test]
    fn a_conflict_is_found_by_its_line() {
        let left = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> 1234567\n";
        assert_eq!(
            conflict("docs/a.md", left).as_deref(),
            Some("docs/a.md:2: a merge has left a conflict here")
        );
        assert_eq!(conflict("docs/a.md", "a\n=======\nb <<<<<<< c\n"), None);
    }
}

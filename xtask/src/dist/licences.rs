//! The licence texts of everything in the binary, as one file that every package contains.

use super::build;
use super::parts::{Part, read_parts};
use anyhow::{Context as _, Result, ensure};
use ruhui_harness::command::{read, read_file};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The name of the file in every package.
pub(crate) const FILE: &str = "THIRD-PARTY-LICENSES.txt";
/// Beginnings of the names of licence files.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "UNLICENSE", "COPYING", "COPYRIGHT", "NOTICE"];
/// Names of folders whose licence files concern no code of the binary.
const SKIPPED: [&str; 3] = ["tests", "benches", "examples"];
/// Folders are searched to this depth: libraries in C have their own licences next to their sources.
const DEPTH: usize = 4;

/// Returns the texts: first those of the crates, each text once with the crates that it belongs to, then those of the
/// standard library and of zig's runtime.
pub(crate) fn text() -> Result<String> {
    let parts: Vec<_> = read_parts()?.into_iter().filter(|part| part.checksum.is_some()).collect();
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in &parts {
        let texts = texts_of(part)?;
        ensure!(
            !texts.is_empty(),
            "the crate {} {} has no licence file: look for its text in its repository, and add it here",
            part.name,
            part.version
        );
        for text in texts {
            owners
                .entry(text)
                .or_default()
                .push(format!("{} {} ({})", part.name, part.version, part.licence));
        }
    }
    let mut sections: Vec<_> = owners.into_iter().map(|(text, owners)| (owners, text)).collect();
    sections.sort();
    let sections = sections.into_iter().map(|(owners, text)| section(&owners.join("\n"), &text));
    let mut all = String::from(
        "ruhui is licensed under the Apache License 2.0. The program contains code of the projects below, under these \
         licences.\n",
    );
    all.extend(sections);
    all += &section("The Rust standard library", &standard_library()?);
    let zig = build::zig(&build::tools()?)?;
    all += &section("zig: compiler runtime", &read_file(zig.join("LICENSE"))?);
    all += &section("LLVM libunwind", &read_file(zig.join("lib/libunwind/LICENSE.TXT"))?);
    Ok(all)
}

fn section(title: &str, text: &str) -> String {
    format!("\n{line}\n{title}\n{line}\n\n{}\n", text.trim(), line = "-".repeat(80))
}

/// Returns the texts of the licence files in a crate's folder, each once.
fn texts_of(part: &Part) -> Result<Vec<String>> {
    let mut files = Vec::new();
    find(&part.folder, DEPTH, &mut files).with_context(|| format!("{}", part.folder.display()))?;
    let mut texts = Vec::new();
    for file in files {
        let text = String::from_utf8_lossy(&fs::read(&file)?).replace("\r\n", "\n");
        texts.push(text.trim().to_owned());
    }
    texts.sort();
    texts.dedup();
    Ok(texts)
}

fn find(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if path.is_dir() {
            if depth > 0 && !SKIPPED.iter().any(|skipped| name.eq_ignore_ascii_case(skipped)) {
                find(&path, depth - 1, files)?;
            }
        } else if NAMES.iter().any(|start| name.starts_with(start)) && !is_code(&path) {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns whether a file is source code in spite of its name, such as `license.rs`.
fn is_code(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    ["rs", "c", "h", "py", "go", "sh", "toml"].iter().any(|code| extension == *code)
}

/// Returns the notices that come with the Rust toolchain, as plain text.
fn standard_library() -> Result<String> {
    let sysroot = read(Command::new("rustc").args(["--print", "sysroot"]))?;
    let file = Path::new(sysroot.trim()).join("share/doc/rust/COPYRIGHT-library.html");
    let page = read_file(&file).context("rustup installs it with each toolchain: https://rustup.rs")?;
    Ok(plain(page.split_once("<body>").map_or(page.as_str(), |(_, body)| body)))
}

/// Removes the tags of a page, and empty lines that follow each other.
fn plain(page: &str) -> String {
    let mut pieces = page.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    text.extend(pieces.map(|piece| piece.split_once('>').map_or("", |(_, after)| after)));
    for (entity, character) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        text = text.replace(entity, character);
    }
    let mut lines: Vec<_> = text.lines().map(str::trim_end).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_plain_text() {
        assert_eq!(plain("<h1>A &amp; B</h1>\n\n\n<p>c &lt;d&gt;</p>"), "A & B\n\nc <d>");
    }

    #[test]
    fn a_library_in_c_has_its_licence_and_a_test_has_not() {
        let crate_folder = tempfile::tempdir().unwrap();
        for file in ["license-mit", "src/license.rs", "library/third_party/LICENSE", "tests/data/LICENSE"] {
            let file = crate_folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let mut files = Vec::new();
        find(crate_folder.path(), DEPTH, &mut files).unwrap();
        files.sort();
        let found: Vec<_> =
            files.iter().map(|file| file.strip_prefix(crate_folder.path()).unwrap()).collect();
        assert_eq!(found, [Path::new("library/third_party/LICENSE"), Path::new("license-mit")]);
    }
}

//! Checks for import cycles: files that import each other, directly or through others.
//!
//! A part can be understood, built and tested without the whole only if imports go one way. Two files that belong
//! together may import each other; a cycle of more files fails.

mod crate_tree;
mod names;

use anyhow::{Context as _, ensure};
use crate_tree::CrateTree;
use names::Imports;
use ruhui_harness::metadata::{Metadata, list, name};
use ruhui_harness::step::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Most files that a cycle may have.
const LARGEST_ALLOWED: usize = 2;

/// One cycle: its files, and the names that tie them as importing file, imported file, names.
struct Circle {
    files: Vec<usize>,
    ties: Vec<(usize, usize, Vec<String>)>,
}

/// Checks every crate of the workspace.
pub(crate) fn check() -> Outcome {
    let metadata = Metadata::read()?;
    let (mut crates, mut files, mut largest, mut too_large) = (0, 0, 1, String::new());
    let mut circles = 0;
    for package in metadata.members() {
        for target in list(&package["targets"]) {
            let is_source = list(&target["kind"]).iter().any(|kind| *kind == "lib" || *kind == "bin");
            let root = target["src_path"].as_str().context("cargo metadata names no source of a target")?;
            if !is_source {
                continue;
            }
            let tree = CrateTree::read(Path::new(root))?;
            crates += 1;
            files += tree.files.len();
            for circle in circles_of(&tree) {
                circles += 1;
                largest = largest.max(circle.files.len());
                if circle.files.len() > LARGEST_ALLOWED {
                    describe(&mut too_large, name(package), &tree, &circle);
                }
            }
        }
    }
    ensure!(
        too_large.is_empty(),
        "files import each other in a circle of more than {LARGEST_ALLOWED}; move what they share into a file that \
         imports none of them:{too_large}"
    );
    let largest = if circles == 0 { String::new() } else { format!(", the largest of {largest} files") };
    Ok(format!("{files} files of {crates} crates, {circles} circles{largest}"))
}

fn circles_of(tree: &CrateTree) -> Vec<Circle> {
    let Imports { arrows } = Imports::of(tree);
    let reached: Vec<_> = (0..tree.files.len()).map(|file| reached_from(file, &arrows)).collect();
    let mut circles = Vec::new();
    for file in 0..tree.files.len() {
        let files: Vec<_> =
            reached[file].iter().copied().filter(|other| reached[*other].contains(&file)).collect();
        // Each file of a cycle finds the same cycle. The first one adds it.
        if files.len() > 1 && files[0] == file {
            circles.push(Circle { ties: ties(&files, &arrows), files });
        }
    }
    circles
}

/// Returns the files that `file` imports, directly or through others. `file` is among them if it is in a cycle.
fn reached_from(file: usize, arrows: &BTreeMap<(usize, usize), Vec<String>>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut to_visit = vec![file];
    while let Some(from) = to_visit.pop() {
        for ((_, to), _) in arrows.range((from, 0)..=(from, usize::MAX)) {
            if reached.insert(*to) {
                to_visit.push(*to);
            }
        }
    }
    reached
}

fn ties(files: &[usize], arrows: &BTreeMap<(usize, usize), Vec<String>>) -> Vec<(usize, usize, Vec<String>)> {
    let within = arrows.iter().filter(|((from, to), _)| files.contains(from) && files.contains(to));
    within.map(|((from, to), names)| (*from, *to, names.clone())).collect()
}

fn describe(text: &mut String, package: &str, tree: &CrateTree, circle: &Circle) {
    write!(text, "\n{package}, {} files:", circle.files.len()).expect("a String takes everything");
    for (from, to, names) in &circle.ties {
        let (from, to, names) = (&tree.files[*from], &tree.files[*to], names.join(", "));
        write!(text, "\n  {from} takes from {to}: {names}").expect("a String takes everything");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the sizes of the cycles in a crate of these files.
    fn sizes(files: &[(&str, &str)]) -> Vec<usize> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let tree = CrateTree::read(&folder.path().join("lib.rs")).unwrap();
        circles_of(&tree).iter().map(|circle| circle.files.len()).collect()
    }

    #[test]
    fn three_files_in_a_ring_are_a_circle() {
        let ring = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B; pub struct A(B); pub fn g() {}"),
            ("b.rs", "use super::c; pub struct B(c::C);"),
            ("c.rs", "pub fn f() { crate::a::g() } pub struct C;"),
        ];
        assert_eq!(sizes(&ring), [3]);
        let line = [ring[0], ring[1], ring[2], ("c.rs", "pub struct C;")];
        assert!(sizes(&line).is_empty());
    }

    #[test]
    fn a_name_counts_for_the_file_that_defines_it() {
        let tree = |user| {
            [
                ("lib.rs", "pub mod store; mod user;"),
                (
                    "store/mod.rs",
                    "mod key; mod memory; pub use key::Key; pub use memory::*; pub trait Store {}",
                ),
                ("store/key.rs", user),
                ("store/memory.rs", "use super::Key; pub struct Memory(Key);"),
                ("user.rs", "use crate::store::{Memory, Store};"),
            ]
        };
        assert!(sizes(&tree("pub struct Key;")).is_empty());
        assert_eq!(sizes(&tree("pub struct Key(crate::store::Memory);")), [2]);
        assert_eq!(sizes(&tree("pub struct Key(Box<dyn super::Store>); use crate::user;")), [3]);
    }

    #[test]
    fn tests_comments_and_declarations_are_no_imports() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "//! See [`crate::b`].\n#[cfg(test)] mod tests { use crate::b::B; }\npub struct A;"),
            ("b.rs", "use crate::a::A; pub struct B(A);"),
        ];
        assert!(sizes(&files).is_empty());
    }

    #[test]
    fn a_name_that_a_file_offers_and_uses_is_imported() {
        let files = |own| {
            [
                ("lib.rs", "mod error;"),
                ("error/mod.rs", own),
                ("error/api.rs", "use super::Error; pub struct ApiError(Error);"),
            ]
        };
        assert!(sizes(&files("mod api; pub use api::ApiError; pub struct Error;")).is_empty());
        assert_eq!(sizes(&files("mod api; pub use api::ApiError; pub struct Error(Box<ApiError>);")), [2]);
        assert_eq!(sizes(&files("mod api; pub struct Error; fn f() { use api::ApiError; }")), [2]);
    }

    #[test]
    fn arguments_of_macros_are_read() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "pub fn f() { println!(\"{}\", crate::b::g()) }"),
            ("b.rs", "use crate::a; pub fn g() { vec![a::f()]; }"),
        ];
        assert_eq!(sizes(&files), [2]);
    }
}

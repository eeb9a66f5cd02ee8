//! Resolves the paths in a crate's code to the files that define them.

use super::crate_tree::{CrateTree, Module, ModulePath, Role, Use, flatten, is_of_tests};
use proc_macro2::{Group, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::{self, Visit};
use syn::{Item, ItemUse, Macro, Path, Visibility};

/// Imports of a crate: importing file, imported file, names.
pub(super) struct Imports {
    pub(super) arrows: BTreeMap<(usize, usize), Vec<String>>,
}

impl Imports {
    pub(super) fn of(tree: &CrateTree) -> Self {
        let mut arrows: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
        for (path, module) in &tree.modules {
            let mut paths = Paths::default();
            module.items.iter().for_each(|item| paths.visit_item(item));
            // A re-exported name counts as imported if this module's own code uses it.
            let is_imported = |found: &&Use| match &found.name {
                Some(name) => found.role == Role::Imports || paths.words.contains(name),
                None => found.role == Role::Imports,
            };
            let imported = module.uses.iter().chain(&paths.uses).filter(is_imported);
            let all = imported.map(|found| &found.path).chain(&paths.paths);
            for found in all {
                let Some(file) = tree.file_of(path, found, &mut Vec::new()) else { continue };
                if file != module.file {
                    let name = found.last().cloned().unwrap_or_default();
                    arrows.entry((module.file, file)).or_default().insert(name);
                }
            }
        }
        let arrows = arrows.into_iter().map(|(arrow, names)| (arrow, names.into_iter().collect())).collect();
        Self { arrows }
    }
}

impl CrateTree {
    /// Returns the file that defines a path, as seen from `module`. Returns `None` for other crates, and for names of
    /// this very scope. `seen` stops cycles of aliases.
    fn file_of(
        &self,
        module: &[String],
        path: &[String],
        seen: &mut Vec<(ModulePath, String)>,
    ) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        let here = module.to_vec();
        match first.as_str() {
            "crate" => self.walk(Vec::new(), rest, seen),
            "self" => self.walk(here, rest, seen),
            "super" => self.walk(module.split_last()?.1.to_vec(), rest, seen),
            // A name of this scope is a child module or an alias. An item of this file is not an import.
            _ if self.child(module, first).is_some() || self.has_alias(module, first) => {
                self.walk(here, path, seen)
            }
            _ => None,
        }
    }

    /// Follows a path, starting at a module.
    fn walk(&self, from: ModulePath, path: &[String], seen: &mut Vec<(ModulePath, String)>) -> Option<usize> {
        let module = self.modules.get(&from)?;
        let Some((first, rest)) = path.split_first() else { return Some(module.file) };
        if first == "super" {
            return self.walk(from.split_last()?.1.to_vec(), rest, seen);
        }
        if let Some(child) = self.child(&from, first) {
            return self.walk(child, rest, seen);
        }
        if has_item(module, first) {
            return Some(module.file);
        }
        let key = (from.clone(), first.clone());
        if seen.contains(&key) {
            return None;
        }
        seen.push(key);
        for found in &module.uses {
            let path: Vec<String> = match &found.name {
                Some(name) if name == first => found.path.iter().chain(rest).cloned().collect(),
                Some(_) => continue,
                None => found.path.iter().chain(path).cloned().collect(),
            };
            if let Some(file) = self.file_of(&from, &path, seen) {
                return Some(file);
            }
        }
        None
    }

    fn child(&self, module: &[String], name: &str) -> Option<ModulePath> {
        let child: ModulePath = module.iter().cloned().chain([name.to_owned()]).collect();
        self.modules.contains_key(&child).then_some(child)
    }

    fn has_alias(&self, module: &[String], name: &str) -> bool {
        let module = self.modules.get(module);
        module.is_some_and(|module| module.uses.iter().any(|found| found.name.as_deref() == Some(name)))
    }
}

fn has_item(module: &Module, name: &str) -> bool {
    module.items.iter().any(|item| match item {
        Item::Const(item) => item.ident == name,
        Item::Enum(item) => item.ident == name,
        Item::Fn(item) => item.sig.ident == name,
        Item::Macro(item) => {
            // Macros define items too, and only the compiler knows which: any word in the macro's arguments may be one.
            item.ident.as_ref().is_some_and(|ident| ident == name) || mentions(&item.mac.tokens, name)
        }
        Item::Static(item) => item.ident == name,
        Item::Struct(item) => item.ident == name,
        Item::Trait(item) => item.ident == name,
        Item::Type(item) => item.ident == name,
        Item::Union(item) => item.ident == name,
        _ => false,
    })
}

fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// Paths in the code of a module.
#[derive(Default)]
struct Paths {
    /// Paths of several names.
    paths: Vec<Vec<String>>,
    /// The first name of each path, and all names in macros.
    words: BTreeSet<String>,
    /// Imports inside functions.
    uses: Vec<Use>,
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_of_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    /// Skips `pub(in path)`, which limits visibility and uses no name.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_item_use(&mut self, declaration: &'ast ItemUse) {
        flatten(&declaration.tree, &mut Vec::new(), Role::Imports, &mut self.uses);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.words.extend(path.segments.first().map(|segment| segment.ident.to_string()));
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            self.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.read(called.tokens.clone());
        visit::visit_macro(self, called);
    }
}

impl Paths {
    /// Finds paths such as `a::b::c` in the tokens of a macro, which only the macro itself could parse.
    fn read(&mut self, tokens: TokenStream) {
        let mut path = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    self.words.insert(ident.to_string());
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.end(&mut path);
                    if !is_of_visibility(&group) {
                        self.read(group.stream());
                    }
                    colons = 0;
                }
                _ => {
                    self.end(&mut path);
                    colons = 0;
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.paths.push(std::mem::take(path));
        }
        path.clear();
    }
}

/// Returns whether these are the parentheses of `pub(in path)`.
fn is_of_visibility(group: &Group) -> bool {
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(first)) if first == "in")
}

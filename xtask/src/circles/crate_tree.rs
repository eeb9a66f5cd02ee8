//! Reads the modules of a crate: the file of each, and its names.

use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::{Attribute, Item, UseTree};

/// A module's path from the crate's root. The root's path is empty.
pub(super) type ModulePath = Vec<String>;

/// The modules of a crate, without those of tests.
pub(super) struct CrateTree {
    /// Paths of files, relative to the folder of the crate's root.
    pub(super) files: Vec<String>,
    pub(super) modules: BTreeMap<ModulePath, Module>,
}

/// One module.
pub(super) struct Module {
    /// The index of its file.
    pub(super) file: usize,
    /// Its items, without modules and imports.
    pub(super) items: Vec<Item>,
    /// The names that it imports or re-exports, with the paths they stand for.
    pub(super) uses: Vec<Use>,
}

/// One name of a `use` declaration.
pub(super) struct Use {
    /// The name in this module; `None` for all names of the path.
    pub(super) name: Option<String>,
    pub(super) path: Vec<String>,
    pub(super) role: Role,
}

/// The purpose of a `use` declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Imports a name for this module's own code.
    Imports,
    /// Re-exports a name that another file defines.
    Exports,
}

impl CrateTree {
    /// Reads the crate whose root is this file.
    ///
    /// # Errors
    ///
    /// A file that is missing or does not parse.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let folder = root.parent().context("a file is in a folder")?;
        let mut tree = Self { files: Vec::new(), modules: BTreeMap::new() };
        tree.read_file(folder, root, Vec::new(), folder)?;
        Ok(tree)
    }

    /// Reads a file and the files of its modules, which are in the folder `children`.
    fn read_file(&mut self, root: &Path, file: &Path, path: ModulePath, children: &Path) -> Result<()> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("{} does not parse", file.display()))?;
        self.files.push(file.strip_prefix(root).unwrap_or(file).display().to_string());
        let index = self.files.len() - 1;
        self.read_items(root, index, parsed.items, path, children)
    }

    fn read_items(
        &mut self,
        root: &Path,
        file: usize,
        items: Vec<Item>,
        path: ModulePath,
        children: &Path,
    ) -> Result<()> {
        let mut module = Module { file, items: Vec::new(), uses: Vec::new() };
        for item in items {
            match item {
                Item::Mod(inner) if is_of_tests(&inner.attrs) => {}
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let of_inner: ModulePath = path.iter().cloned().chain([name.clone()]).collect();
                    let folder = children.join(&name);
                    match inner.content {
                        Some((_, items)) => self.read_items(root, file, items, of_inner, &folder)?,
                        None => self.read_file(root, &file_of(children, &name), of_inner, &folder)?,
                    }
                }
                Item::Use(declaration) if !is_of_tests(&declaration.attrs) => {
                    let role = match declaration.vis {
                        syn::Visibility::Inherited => Role::Imports,
                        _ => Role::Exports,
                    };
                    flatten(&declaration.tree, &mut Vec::new(), role, &mut module.uses);
                }
                Item::Use(_) => {}
                other => module.items.push(other),
            }
        }
        self.modules.insert(path, module);
        Ok(())
    }
}

fn file_of(children: &Path, name: &str) -> PathBuf {
    let flat = children.join(format!("{name}.rs"));
    if flat.exists() { flat } else { children.join(name).join("mod.rs") }
}

/// Returns whether an attribute says `cfg(test)`, alone or within others.
pub(super) fn is_of_tests(attributes: &[Attribute]) -> bool {
    let mut conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.any(|attribute| {
        let tokens = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        tokens == "test" || tokens.starts_with("all (test") || tokens.starts_with("all(test")
    })
}

/// Adds the names of a `use` declaration.
pub(super) fn flatten(tree: &UseTree, path: &mut Vec<String>, role: Role, uses: &mut Vec<Use>) {
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            flatten(&inner.tree, path, role, uses);
            path.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            uses.push(Use { name: path.last().cloned(), path: path.clone(), role });
        }
        UseTree::Name(name) => {
            let path: Vec<String> = path.iter().cloned().chain([name.ident.to_string()]).collect();
            uses.push(Use { name: path.last().cloned(), path, role });
        }
        UseTree::Rename(rename) => {
            let path = match rename.ident == "self" {
                true => path.clone(),
                false => path.iter().cloned().chain([rename.ident.to_string()]).collect(),
            };
            uses.push(Use { name: Some(rename.rename.to_string()), path, role });
        }
        UseTree::Glob(_) => uses.push(Use { name: None, path: path.clone(), role }),
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, path, role, uses)),
    }
}

//! The files under `share/` that the binary prints about itself: manual pages and completions.

use super::build::binary;
use super::tree::{PLAIN, Tree};
use anyhow::Result;
use ruhui_harness::command::{read, run};
use std::fs;
use std::process::Command;

/// The shells, and where their completions are under `share/`.
struct Shell {
    name: &'static str,
    file: &'static str,
}

/// Where the completions of each shell are looked for on Debian.
pub(super) const DEBIAN_ZSH: &str = "zsh/vendor-completions/_ruhui";
/// Where zsh looks for completions under `/usr/local/share`.
pub(super) const LOCAL_ZSH: &str = "zsh/site-functions/_ruhui";

/// The languages, and the folders of their manual pages.
const MANUALS: [(&str, &str); 2] = [("en", "man/man1"), ("zh", "man/zh_CN/man1")];

/// Writes the files into the folder `share` of `tree`. Manual pages are compressed if `compressed` is true.
pub(super) fn put(tree: &Tree, share: &str, zsh: &'static str, compressed: bool) -> Result<()> {
    let shells = [
        Shell { name: "bash", file: "bash-completion/completions/ruhui" },
        Shell { name: "zsh", file: zsh },
        Shell { name: "fish", file: "fish/vendor_completions.d/ruhui.fish" },
    ];
    for shell in shells {
        let script = read(Command::new(binary()?).args(["completions", shell.name, "--lang", "en"]))?;
        tree.put(&format!("{share}/{}", shell.file), script, PLAIN)?;
    }
    for (language, folder) in MANUALS {
        let pages = tempfile::tempdir()?;
        run(Command::new(binary()?).args(["man", "--lang", language, "--to"]).arg(pages.path()))?;
        for page in fs::read_dir(pages.path())? {
            let page = page?;
            let (name, bytes) = (page.file_name(), fs::read(page.path())?);
            let name = format!("{share}/{folder}/{}", name.display());
            match compressed {
                true => tree.put_compressed(&name, bytes)?,
                false => tree.put(&name, bytes, PLAIN)?,
            }
        }
    }
    Ok(())
}

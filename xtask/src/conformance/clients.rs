//! The clients whose results are published.

use crate::interop::clients::folder_of;
use anyhow::{Context as _, Result};
use ruhui_harness::command::read_file;
use std::path::{Path, PathBuf};

/// A client that runs through the cases.
#[derive(Debug)]
pub(super) struct Client {
    /// The name in the tables.
    pub(super) name: &'static str,
    program: Program,
    /// The file with the version, and the text before it. A client of this project has none.
    version: Option<(&'static str, &'static str)>,
    /// Whether the client receives no callbacks.
    pub(super) is_requests_only: bool,
}

#[derive(Debug)]
enum Program {
    /// `conformance.sh` in a folder of `interop/`.
    Folder(&'static str),
    /// An example of the workspace.
    Example(&'static str),
}

pub(super) const CLIENTS: &[Client] = &[
    Client {
        name: "ruhui (Rust)",
        program: Program::Example("conformance"),
        version: Some(("Cargo.toml", "\nversion = \"")),
        is_requests_only: false,
    },
    Client {
        name: "wechatpay-axios-plugin (Node.js)",
        program: Program::Folder("node"),
        version: Some(("interop/node/package.json", "\"wechatpay-axios-plugin\": \"")),
        is_requests_only: false,
    },
    Client {
        name: "wechatpay-node-v3 (Node.js)",
        program: Program::Folder("node-v3"),
        version: Some(("interop/node-v3/package.json", "\"wechatpay-node-v3\": \"")),
        is_requests_only: false,
    },
    Client {
        name: "wechatpayv3 (Python)",
        program: Program::Folder("python"),
        version: Some(("interop/python/requirements.txt", "wechatpayv3==")),
        is_requests_only: false,
    },
    Client {
        name: "wxpay-rs (Rust)",
        program: Program::Folder("rust"),
        version: Some(("interop/rust/Cargo.lock", "name = \"wxpay-rs\"\nversion = \"")),
        is_requests_only: true,
    },
    Client { name: "interop/java", program: Program::Folder("java"), version: None, is_requests_only: true },
    Client { name: "interop/go", program: Program::Folder("go"), version: None, is_requests_only: true },
    Client { name: "interop/curl", program: Program::Folder("curl"), version: None, is_requests_only: true },
];

impl Client {
    /// Returns the folder of a foreign client.
    pub(super) fn folder(&self) -> Option<&'static str> {
        match self.program {
            Program::Folder(folder) => Some(folder),
            Program::Example(_) => None,
        }
    }

    /// Returns the program that is run for each case.
    pub(super) fn program(&self, target: &Path) -> PathBuf {
        match self.program {
            Program::Folder(folder) => folder_of(folder).join("conformance.sh"),
            Program::Example(name) => target.join("debug/examples").join(name),
        }
    }

    /// Returns the version that runs, as its lock file or manifest says.
    pub(super) fn version(&self) -> Result<Option<String>> {
        let Some((file, before)) = self.version else { return Ok(None) };
        let text = read_file(file)?;
        let (_, after) = text.split_once(before).with_context(|| format!("{file} has no {before:?}"))?;
        Ok(Some(after.chars().take_while(|c| c.is_ascii_alphanumeric() || ".-".contains(*c)).collect()))
    }
}

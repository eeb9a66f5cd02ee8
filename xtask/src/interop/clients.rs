//! Lists the clients that run against the sandbox: folders of `interop/`, and programs that `ruhui kit --for …` prints.

use std::path::PathBuf;

/// Clients that have a folder with `run.sh`. The other folders of `interop/` have steps of their own.
pub(super) const FOLDERS: &[&str] = &["curl", "go", "java", "node", "node-v3", "python", "rust"];

/// Clients of `ruhui kit --for`. The list is needed before the binary is built; a later step compares them.
pub(super) const PROGRAMS: &[&str] = &["curl", "go", "java", "node", "php", "python", "rust"];

/// A client whose programs are parsed and not run, since no package of CI has its library.
pub(super) struct ParsedClient {
    pub(super) name: &'static str,
    /// The client that brings the parser of its language.
    pub(super) language: &'static str,
    /// The program that parses a file, with its arguments before the file.
    pub(super) parser: &'static [&'static str],
}

/// Clients of `ruhui kit --for` that CI does not run, as far as CI has a parser of their language.
pub(super) const PARSED: &[ParsedClient] = &[
    ParsedClient { name: "wechatpay-java", language: "java", parser: &["java", "interop/parse/Parse.java"] },
    ParsedClient { name: "wxjava", language: "java", parser: &["java", "interop/parse/Parse.java"] },
    ParsedClient { name: "wechatpay-go", language: "go", parser: &["gofmt", "-l"] },
    ParsedClient { name: "wechatpay-php", language: "php", parser: &["php", "-l"] },
];

/// Returns the names of all clients and of all programs of the kit.
pub(crate) fn names() -> Vec<String> {
    union(all(), PROGRAMS)
}

/// Returns the clients that have a folder.
pub(super) fn all() -> Vec<String> {
    FOLDERS.iter().map(|folder| (*folder).to_owned()).collect()
}

/// Returns the names of both lists, without duplicates.
pub(crate) fn union(mut clients: Vec<String>, programs: &[&str]) -> Vec<String> {
    clients.extend(programs.iter().map(|program| (*program).to_owned()));
    clients.sort();
    clients.dedup();
    clients
}

/// Returns the folder of a client.
pub(crate) fn folder_of(client: &str) -> PathBuf {
    PathBuf::from("interop").join(client)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// The folder `interop/`, which no test may reach by the current folder.
    const INTEROP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../interop");

    #[test]
    fn every_folder_with_a_client_is_listed_and_no_other() {
        let entries = fs::read_dir(INTEROP).unwrap().map(|entry| entry.unwrap());
        let mut found: Vec<_> = entries
            .filter(|entry| entry.path().join("run.sh").exists())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        found.sort();
        assert_eq!(found, FOLDERS);
    }

    #[test]
    fn the_readme_has_a_row_for_every_client() {
        let readme = fs::read_to_string(format!("{INTEROP}/README.md")).unwrap();
        let table = readme.lines().skip_while(|line| !line.starts_with("| Folder | Client |")).skip(2);
        let rows = table.map_while(|line| line.strip_prefix("| `")?.split('`').next());
        assert_eq!(rows.collect::<Vec<_>>(), FOLDERS);
    }
}

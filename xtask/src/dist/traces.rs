//! Searches the binary for what the build left of its machine and its time.

use anyhow::{Result, bail, ensure};
use std::path::Path;

/// Checks that the binary contains neither files in these folders of this machine nor the time of its build, either of
/// which would make every build another one.
pub(super) fn check<'p>(binary: &Path, paths: impl IntoIterator<Item = &'p str>) -> Result<()> {
    let bytes = std::fs::read(binary)?;
    for path in paths {
        let found = contains_folder(&bytes, path);
        ensure!(!found, "the binary contains {path}, so another checkout builds another binary");
    }
    if let Some(time) = time_of_day(&bytes) {
        bail!("the binary contains the time {time}, so a build at another time gives another binary");
    }
    Ok(())
}

/// Whether `bytes` contain the path of something in a folder. A longer path that ends like the folder's, as
/// `/cargo/registry/src` ends like `/src`, is another one.
fn contains_folder(bytes: &[u8], folder: &str) -> bool {
    let inside = format!("{folder}/");
    let mut windows = bytes.windows(inside.len()).enumerate();
    windows.any(|(at, window)| {
        window == inside.as_bytes() && {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at));
            !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
        }
    })
}

/// Returns the first string that is a time of day, as C's `__TIME__` writes it.
fn time_of_day(bytes: &[u8]) -> Option<&str> {
    let is_time = |string: &&[u8]| {
        string.len() == 8
            && string.iter().enumerate().all(|(at, byte)| match at {
                2 | 5 => *byte == b':',
                _ => byte.is_ascii_digit(),
            })
    };
    bytes.split(|byte| *byte == 0).find(is_time).and_then(|string| std::str::from_utf8(string).ok())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_of_the_machine_and_the_time_of_the_build_are_found() {
        let binary = tempfile::NamedTempFile::new().unwrap();
        let check = |strings: &[&str]| {
            std::fs::write(binary.path(), strings.join("\0")).unwrap();
            super::check(binary.path(), ["/home/me/ruhui"]).map_err(|error| error.to_string())
        };
        let others =
            ["/ruhui/src/main.rs", "/mnt/home/me/ruhui/x", "/home/me/ruhui2/x", "at 12:34:56", "12:34"];
        assert_eq!(check(&others), Ok(()));
        assert!(check(&["panicked at /home/me/ruhui/src/main.rs"]).unwrap_err().contains("/home/me/ruhui,"));
        assert!(check(&["built on", "Jan 02 2026", "12:34:56"]).unwrap_err().contains("time 12:34:56,"));
    }
}

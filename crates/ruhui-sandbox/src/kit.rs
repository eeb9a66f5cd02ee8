//! The files of the kit.

use crate::fixture::KIT;
use ruhui_server::sandbox::{Comments, kit_env_text};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes the kit into `folder`, private files for their owner only.
pub(crate) fn write(folder: &Path, variables: &[(&'static str, String)], ca: Option<&str>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (path, text) in KIT {
        let name = path.strip_prefix("kit/").unwrap_or(path);
        write_file(&folder.join(name), text)?;
    }
    if let Some(ca) = ca {
        write_file(&folder.join("ca.pem"), ca)?;
    }
    write_file(&folder.join("kit.env"), &kit_env_text(variables, Comments::English))
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

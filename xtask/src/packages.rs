//! Checks for Debian's packages. As root on Debian it installs those that are missing; elsewhere it names them.

use crate::interop::clients;
use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::command::{exists, read, read_file, run};
use ruhui_harness::postgres;
use ruhui_harness::step::Outcome;
use std::path::Path;
use std::process::{Command, Stdio};

/// The list of packages, one on each line.
const LIST: &str = "interop/debian-packages.txt";

/// Name of the console's tests among the clients: they need packages of their own.
pub(crate) const CONSOLE: &str = "console";

/// Name of the packing among the clients: it needs packages of its own.
pub(crate) const DIST: &str = "dist";

/// Evidence that a package's contents are installed, from Debian or from elsewhere.
enum Sign {
    Program(&'static str),
    Postgres,
    File(&'static str),
    PythonModules(&'static str),
}

/// Returns the sign of a package, and the clients that need it. An empty list means that all need it.
fn known(package: &str) -> Option<(Sign, &'static [&'static str])> {
    Some(match package {
        "ca-certificates" => (Sign::File("/usr/sbin/update-ca-certificates"), &["curl"]),
        "binutils" => (Sign::Program("readelf"), &[DIST]),
        "chromium" => (Sign::Program("chromium"), &[CONSOLE]),
        "curl" => (Sign::Program("curl"), &[]),
        "jq" => (Sign::Program("jq"), &[]),
        "openssl" => (Sign::Program("openssl"), &[]),
        "fonts-noto-cjk" => {
            (Sign::File("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), &[CONSOLE])
        }
        "golang-go" => (Sign::Program("go"), &["go"]),
        "default-jdk-headless" => (Sign::Program("javac"), &["java"]),
        "junit5" => (Sign::File("/usr/share/java/junit-jupiter-api.jar"), &[]),
        "iproute2" => (Sign::Program("ip"), &[]),
        "dpkg" => (Sign::Program("dpkg-deb"), &[DIST]),
        "haproxy" => (Sign::Program("haproxy"), &[]),
        "libokhttp-java" => (Sign::File("/usr/share/java/okhttp.jar"), &["java"]),
        "libokio-java" => (Sign::File("/usr/share/java/okio.jar"), &["java"]),
        "libgoogle-gson-java" => (Sign::File("/usr/share/java/gson.jar"), &["java"]),
        "mmdebstrap" => (Sign::Program("mmdebstrap"), &[DIST]),
        "php-cli" => (Sign::Program("php"), &["php"]),
        "postgresql" => (Sign::Postgres, &[]),
        "python3-venv" => (Sign::PythonModules("import ensurepip, venv"), &["python", DIST]),
        "skopeo" => (Sign::Program("skopeo"), &[DIST]),
        "systemd" => (Sign::Program("systemd-analyze"), &[DIST]),
        "umoci" => (Sign::Program("umoci"), &[DIST]),
        _ => return None,
    })
}

/// Installs all missing packages of the list, or names them.
pub(crate) fn provide() -> Outcome {
    provide_for(&clients::union(clients::names(), &[CONSOLE, DIST]))
}

/// Installs the missing packages that these clients need, or names them.
pub(crate) fn provide_for(clients: &[String]) -> Outcome {
    let missing = missing(clients)?;
    if missing.is_empty() {
        return Ok("all there".to_owned());
    }
    let names: Vec<_> = missing.iter().map(String::as_str).collect();
    let by_hand =
        format!("apt-get update && apt-get install --yes --no-install-recommends {}", names.join(" "));
    ensure!(
        Path::new("/etc/debian_version").exists() && exists("apt-get"),
        "what Debian calls {} is missing; install it (on Debian: `{by_hand}`)",
        names.join(", ")
    );
    let user = read(Command::new("id").arg("-u"))?;
    ensure!(user.trim() == "0", "{} missing; as root: `{by_hand}`", names.join(", "));

    run(Command::new("apt-get").args(["update", "--quiet"]))?;
    let mut install = Command::new("apt-get");
    // Without this option dpkg's progress fills the log.
    install.args(["install", "--quiet", "--yes", "--no-install-recommends", "--option=Dpkg::Use-Pty=0"]);
    install.args(&names);
    run(install.env("DEBIAN_FRONTEND", "noninteractive"))?;
    let still = self::missing(clients)?;
    ensure!(still.is_empty(), "{} installed, but what they bring is not found", still.join(", "));
    Ok(format!("installed {}", names.join(", ")))
}

fn missing(clients: &[String]) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for package in read_file(LIST)?.lines() {
        let (sign, wanted_by) = known(package).with_context(|| {
            format!("xtask/src/packages.rs has no sign for {package}, which is in {LIST}")
        })?;
        let wanted =
            wanted_by.is_empty() || clients.iter().any(|client| wanted_by.contains(&client.as_str()));
        if wanted && !is_there(&sign) {
            missing.push(package.to_owned());
        }
    }
    let needs_node = |client: &String| {
        [CONSOLE, DIST].contains(&client.as_str()) || clients::folder_of(client).join("package.json").exists()
    };
    if clients.iter().any(needs_node) {
        missing.extend(missing_node()?);
    }
    Ok(missing)
}

/// Returns the missing packages of Node.js: all or none. Debian's `npm` cannot be installed next to a Node.js from
/// elsewhere.
fn missing_node() -> Result<Vec<String>> {
    match (exists("node"), exists("npm")) {
        (true, true) => Ok(Vec::new()),
        (true, false) if !Path::new("/usr/share/doc/nodejs").exists() => {
            bail!("there is a node, not from Debian, but no npm: install npm from where node came from")
        }
        _ => Ok(vec!["nodejs".to_owned(), "npm".to_owned()]),
    }
}

fn is_there(sign: &Sign) -> bool {
    match sign {
        Sign::Program(name) => exists(name),
        // PostgreSQL's programs are not on the path.
        Sign::Postgres => postgres::is_there(),
        Sign::File(path) => Path::new(path).exists(),
        Sign::PythonModules(program) => {
            let mut python = Command::new("python3");
            python.args(["-c", program]).stdin(Stdio::null()).stderr(Stdio::null());
            python.status().is_ok_and(|status| status.success())
        }
    }
}

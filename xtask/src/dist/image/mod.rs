//! The container image: the libraries and certificates that the binary needs, from Debian's packages, and the binary.
//!
//! It is made without a container engine. The layers are archives of `tar`, because their owners, times and order are
//! then chosen; `umoci` makes the image of them, and `skopeo` the archive for `docker load`.

mod container;
mod debian;

use super::build::binary;
use super::licences;
use super::measure;
use super::release::{VERSION, epoch};
use super::running::Running;
use super::template::filled;
use super::tree::{PLAIN, PROGRAM, Tree};
use crate::readme::token_in;
use anyhow::{Context as _, Result, ensure};
use container::Container;
use ruhui_harness::command::{read, run};
use ruhui_harness::step::Outcome;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The user and the group of the sandbox in a container: a number that no machine gives to a person.
const USER: &str = "65532:65532";
/// The volume, and the folder in which the sandbox starts.
const VOLUME: &str = "data";

/// Settings of the image, as options of `umoci config`.
const SETTINGS: [&str; 22] = [
    "--config.user",
    USER,
    "--config.entrypoint",
    "/usr/bin/ruhui",
    "--config.cmd",
    "sandbox",
    // A container's own loopback cannot be reached from outside.
    "--config.env",
    "RUHUI_BIND=0.0.0.0",
    "--config.workingdir",
    "/data",
    "--config.volume",
    "/data",
    "--config.exposedports",
    "7080/tcp",
    "--config.exposedports",
    "7081/tcp",
    "--config.exposedports",
    "7082/tcp",
    "--os",
    "linux",
    "--architecture",
    "amd64",
];

/// Writes the image into the folder `output`: as an archive for `docker load`, and as an OCI layout.
pub(super) fn pack(output: &Path) -> Outcome {
    let place = tempfile::tempdir()?;
    let [layout, debian, layer] = ["layout", "debian", "layer.tar"].map(|name| place.path().join(name));
    let image = format!("{}:{VERSION}", layout.display());
    let created = created()?;
    umoci(&["init", "--layout"], &layout)?;
    umoci(&["new", "--image"], &image)?;
    let certificates = debian::unpack(&debian)?;
    let program = program_files(place.path().join("program"), &certificates)?;
    let of_debian = format!("files of Debian's {}", debian::PACKAGES.join(", "));
    for (root, comment) in [(&*debian, of_debian), (program.root(), format!("ruhui {VERSION}"))] {
        tar(root, &layer, &[])?;
        let mut add = Command::new("umoci");
        add.args(["raw", "add-layer", "--image", &image, "--history.created", &created]);
        run(add.args(["--history.created_by", &comment]).arg(&layer))?;
    }
    let labels = [
        "org.opencontainers.image.title=ruhui".to_owned(),
        format!("org.opencontainers.image.version={VERSION}"),
        "org.opencontainers.image.source=https://github.com/ruhui-rs/ruhui".to_owned(),
        "org.opencontainers.image.licenses=Apache-2.0".to_owned(),
    ];
    let mut config = Command::new("umoci");
    config.args(["config", "--no-history", "--created", &created, "--image", &image]).args(SETTINGS);
    for label in &labels {
        config.args(["--config.label", label]);
    }
    run(&mut config)?;
    umoci(&["gc", "--layout"], &layout)?;

    write_oci_archive(&layout, &oci_file(output))?;
    write_docker_archive(&image, &place.path().join("docker.tar"), &docker_file(output))?;
    Ok(String::new())
}

fn umoci(words: &[&str], path: impl AsRef<OsStr>) -> Result<()> {
    run(Command::new("umoci").args(words).arg(path))
}

fn oci_file(folder: &Path) -> PathBuf {
    folder.join(format!("ruhui-{VERSION}-oci.tar"))
}

fn docker_file(folder: &Path) -> PathBuf {
    folder.join(format!("ruhui-{VERSION}-docker.tar.gz"))
}

/// The time of the commit, as an image's history has it.
fn created() -> Result<String> {
    let date = read(Command::new("date").args(["--utc", "--date", &format!("@{}", epoch()?), "+%FT%TZ"]))?;
    Ok(date.trim().to_owned())
}

/// Makes the files that a system has of its own, the binary, and the folders that its user writes to.
fn program_files(root: PathBuf, certificates: &str) -> Result<Tree> {
    let tree = Tree::new(root)?;
    for name in ["passwd", "group", "nsswitch.conf"] {
        tree.put(&format!("etc/{name}"), filled(&format!("image/{name}"))?, PLAIN)?;
    }
    tree.put("etc/ssl/certs/ca-certificates.crt", certificates, PLAIN)?;
    tree.put("usr/bin/ruhui", fs::read(binary()?)?, PROGRAM)?;
    tree.put("usr/share/doc/ruhui/LICENSE", fs::read("LICENSE")?, PLAIN)?;
    tree.put(&format!("usr/share/doc/ruhui/{}", licences::FILE), licences::text()?, PLAIN)?;
    let shared = [VOLUME, "tmp"];
    shared.iter().try_for_each(|folder| tree.folder(folder))?;
    tree.finish(epoch()?)?;
    for folder in shared {
        // Everyone may write there: a container can run as any user, and a new volume gets the mode of its folder.
        fs::set_permissions(tree.root().join(folder), Permissions::from_mode(0o1777))?;
    }
    Ok(tree)
}

/// Archives the content of `folder`, so that the same files give the same bytes whoever packs them.
fn tar(folder: &Path, archive: &Path, options: &[&str]) -> Result<()> {
    let mut tar = Command::new("tar");
    tar.args(["--create", "--format=gnu", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.arg(format!("--mtime=@{}", epoch()?)).arg("--file").arg(archive).arg("--directory").arg(folder);
    let mut names: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
    names.sort();
    run(tar.args(options).args(names))
}

fn write_oci_archive(layout: &Path, archive: &Path) -> Result<()> {
    // `umoci` makes files by the umask of whoever packs.
    tar(layout, archive, &["--mode=u=rwX,go=rX"])
}

fn write_docker_archive(image: &str, unpacked: &Path, archive: &Path) -> Result<()> {
    let target = format!("docker-archive:{}:ruhui:{VERSION}", unpacked.display());
    read(Command::new("skopeo").args(["copy", "--quiet", &format!("oci:{image}"), &target]))?;
    let packed =
        fs::File::create(archive).with_context(|| format!("{} cannot be written", archive.display()))?;
    let mut gzip = Command::new("gzip");
    let status = gzip.args(["--no-name", "--best", "--stdout"]).arg(unpacked).stdout(packed).status()?;
    ensure!(status.success(), "gzip ended with {status}");
    Ok(())
}

/// Runs the unpacked image as a container would, but for its network, and gets a first token.
pub(super) fn check(folder: &Path) -> Outcome {
    check_docker_archive(folder)?;
    let container = Container::unpack(&oci_file(folder), VERSION)?;
    let start_up = measure::start_up(|| container.tool(&[]))?;
    let sandbox = Running::start(&mut container.sandbox())?;
    let token_after = sandbox.token_after;
    // Every address of 127.0.0.0/8 is on this machine, and a listener on 127.0.0.1 alone has none of the others.
    let beyond = ("127.0.0.2", sandbox.port()?);
    TcpStream::connect(beyond).context("the sandbox in the container listens on its loopback only")?;
    read(&mut container.tool(&["ready"])).context("the health check in the container")?;
    let token = read(&mut container.tool(&["token"])).context("a second program in the container")?;
    ensure!(token_in(&token).is_some(), "no token in {token}");
    sandbox.end_by_signal().context("a container that is stopped")?;
    measure::report(&docker_file(folder), start_up, token_after)
}

/// Checks that the archive for `docker load` is readable, and has the image of the OCI layout.
fn check_docker_archive(folder: &Path) -> Result<()> {
    let config = |archive: String| -> Result<Value> {
        let text = read(Command::new("skopeo").args(["inspect", "--config", &archive]))?;
        Ok(serde_json::from_str(&text)?)
    };
    let place = tempfile::tempdir()?;
    // Docker reads a compressed archive, and skopeo an uncompressed one only.
    let unpacked = place.path().join("docker.tar");
    let archive = fs::File::create(&unpacked)?;
    let mut gzip = Command::new("gzip");
    let status = gzip.args(["--decompress", "--stdout"]).arg(docker_file(folder)).stdout(archive).status()?;
    ensure!(status.success(), "gzip ended with {status}");
    let docker = config(format!("docker-archive:{}", unpacked.display()))?;
    let oci = config(format!("oci-archive:{}", oci_file(folder).display()))?;
    ensure!(docker == oci, "the archives have different images:\n{docker:#}\n{oci:#}");
    Ok(())
}

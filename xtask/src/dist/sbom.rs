//! The software bill of materials: a CycloneDX document that names everything in the binary, for scanners of
//! vulnerabilities and licences.

use super::build;
use super::build::binary;
use super::parts::{Part, read_parts};
use super::release::{VERSION, epoch};
use crate::python;
use anyhow::{Context as _, Result};
use ruhui_harness::command::{read, read_file, run};
use ruhui_harness::step::Outcome;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The packages from PyPI that bring CycloneDX's own validator.
const VALIDATOR: &str = "xtask/sbom-validator.txt";
const VALIDATE: &str = "
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
errors = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1], encoding='utf-8').read())
sys.exit(errors and str(errors))
";

/// A library in C inside a crate: scanners know it by its own version.
struct Library {
    name: &'static str,
    part: &'static str,
    /// The header with its version, and the text before the version there.
    header: &'static str,
    before: &'static str,
    licence: &'static str,
}

const LIBRARIES: [Library; 2] = [
    Library {
        name: "sqlite",
        part: "libsqlite3-sys",
        header: "sqlite3/sqlite3.h",
        before: "#define SQLITE_VERSION        \"",
        licence: "blessing",
    },
    Library {
        name: "aws-lc",
        part: "aws-lc-sys",
        header: "aws-lc/include/openssl/base.h",
        before: "#define AWSLC_VERSION_NUMBER_STRING \"",
        licence: "ISC AND (Apache-2.0 OR ISC)",
    },
];

fn file_name() -> String {
    format!("ruhui-{VERSION}.cdx.json")
}

/// Writes the document.
pub(super) fn pack(into: &Path) -> Outcome {
    let parts = read_parts()?;
    let text = serde_json::to_string_pretty(&document(&parts)?)? + "\n";
    fs::write(into.join(file_name()), text)?;
    Ok(format!("{} crates", parts.len()))
}

/// Validates the document against CycloneDX's schema.
pub(super) fn check(folder: &Path) -> Outcome {
    let python = python::environment(VALIDATOR, "cyclonedx")?.join("bin/python");
    run(Command::new(python).args(["-c", VALIDATE]).arg(folder.join(file_name())))?;
    Ok(format!("{} components", components(&read_parts()?)?.len()))
}

fn document(parts: &[Part]) -> Result<Value> {
    let sum = read(Command::new("sha256sum").arg(binary()?))?;
    let sum = sum.split(' ').next().unwrap_or_default();
    let time =
        read(Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ", "-d"]).arg(format!("@{}", epoch()?)))?;
    let main = parts.iter().find(|part| part.name == "ruhui-cli").context("the tool is no part of itself")?;
    let dependencies = parts.iter().map(|part| {
        let uses: Vec<_> = part.uses.iter().map(|(name, version)| purl(name, version)).collect();
        json!({ "ref": purl(&part.name, &part.version), "dependsOn": uses })
    });
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": serial(sum),
        "version": 1,
        "metadata": {
            "timestamp": time.trim(),
            "component": {
                "type": "application",
                "bom-ref": purl(&main.name, &main.version),
                "name": "ruhui",
                "version": VERSION,
                "description": format!("the program for {}, glibc {} or newer", build::TARGET, build::GLIBC),
                "hashes": [{ "alg": "SHA-256", "content": sum }],
                "licenses": [{ "expression": main.licence }],
                "purl": purl(&main.name, &main.version),
            },
        },
        "components": components(parts)?,
        "dependencies": dependencies.collect::<Vec<_>>(),
    }))
}

/// Returns a serial number that follows from the checksum of the binary, as a UUID of version 8.
fn serial(sum: &str) -> String {
    let at = |from, to| sum.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-a{}-{}", at(0, 8), at(8, 12), at(13, 16), at(17, 20), at(20, 32))
}

fn components(parts: &[Part]) -> Result<Vec<Value>> {
    let mut all: Vec<_> = parts.iter().filter(|part| part.name != "ruhui-cli").map(component).collect();
    for library in &LIBRARIES {
        let part = parts.iter().find(|part| part.name == library.part);
        let header =
            part.with_context(|| format!("{} is in no crate", library.name))?.folder.join(library.header);
        let text = read_file(&header)?;
        let version = text.split_once(library.before).and_then(|(_, after)| after.split('"').next());
        let version = version.with_context(|| format!("{} names no version", header.display()))?;
        all.push(foreign(library.name, version, library.licence));
    }
    let rust = read(Command::new("rustc").arg("--version"))?;
    let rust = rust.split(' ').nth(1).context("rustc names no version")?;
    all.push(foreign("rust-std", rust, "MIT OR Apache-2.0"));
    Ok(all)
}

fn component(part: &Part) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(&part.name, &part.version),
        "name": part.name,
        "version": part.version,
        "licenses": [{ "expression": part.licence }],
        "purl": purl(&part.name, &part.version),
    });
    if let Some(checksum) = &part.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(repository) = &part.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

fn foreign(name: &str, version: &str, licence: &str) -> Value {
    let purl = format!("pkg:generic/{name}@{version}");
    json!({
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "licenses": [{ "expression": licence }],
        "purl": purl,
    })
}

/// Returns a crate's package URL. A `+` in a version is encoded.
fn purl(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

//! Runs foreign clients against the sandbox. Each gets a token and verifies the response's signature, and each rejects
//! a signature made with another key. A client with a `loop.sh` continues until a member has a card. Then the programs
//! that `ruhui kit --for …` prints are run, over HTTP and over TLS.

pub(crate) mod clients;
mod pasted;

use crate::packages;
use anyhow::{Context as _, Result, bail, ensure};
use clients::{PARSED, PROGRAMS, all, folder_of, union};
use ruhui_harness::binary;
use ruhui_harness::command::shown;
use ruhui_harness::kit::Kit;
use ruhui_harness::metadata::Metadata;
use ruhui_harness::sandbox::Sandbox;
use ruhui_harness::step::{Outcome, Steps};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Message that every client prints for a signature mismatch in a response.
const REFUSAL: &str = "the response's signature was not accepted";
/// Clients that also run over TLS: one on OpenSSL, one on its own TLS library.
const OVER_TLS: &[&str] = &["curl", "go"];

/// Runs the clients of these names, or all of them, after the steps that they need.
pub(crate) fn run(steps: &mut Steps, names: &[String]) -> Result<()> {
    let (clients, programs) = chosen(names)?;
    steps.run("packages", || packages::provide_for(&union(clients.clone(), &programs)))?;
    steps.run("release", binary::build_release)?;
    run_clients(steps, &clients, &programs)
}

/// Runs all clients. The packages and the release build must exist.
pub(crate) fn run_all(steps: &mut Steps) -> Result<()> {
    let (clients, programs) = chosen(&[])?;
    run_clients(steps, &clients, &programs)
}

/// Installs and builds these clients: each gets one token.
pub(crate) fn prepare(steps: &mut Steps, clients: &[String]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cache = Metadata::read()?.target_directory()?.join("interop");
    let sandbox = Sandbox::start(&folder.path().join("plain"), &[])?;
    clients.iter().try_for_each(|client| {
        steps.run(&format!("interop-{client}"), || accepts(client, sandbox.kit(), &cache))
    })
}

/// Returns the clients and the kit's programs of these names; all of them if there is no name.
fn chosen(names: &[String]) -> Result<(Vec<String>, Vec<&'static str>)> {
    let known = clients::names();
    for name in names {
        ensure!(known.contains(name), "there is no client `{name}`; there are {}", known.join(", "));
    }
    let is_named = |client: &str| names.is_empty() || names.iter().any(|name| name == client);
    let clients = all().into_iter().filter(|client| is_named(client)).collect();
    Ok((clients, PROGRAMS.iter().copied().filter(|program| is_named(program)).collect()))
}

fn run_clients(steps: &mut Steps, clients: &[String], programs: &[&str]) -> Result<()> {
    if !programs.is_empty() {
        steps.run("kit-programs", pasted::all_are_run)?;
    }
    let folder = tempfile::tempdir()?;
    let cache = Metadata::read()?.target_directory()?.join("interop");
    {
        let notify_url = format!("http://127.0.0.1:{}/notify", free_port()?);
        let plain = Sandbox::start(&folder.path().join("plain"), &["--notify-url", &notify_url])?;
        for client in clients {
            steps.run(&format!("interop-{client}"), || accepts(client, plain.kit(), &cache))?;
            steps.run(&format!("interop-{client}-with-another-key"), || {
                rejects(client, plain.kit(), &cache)
            })?;
            if folder_of(client).join("loop.sh").exists() {
                steps
                    .run(&format!("interop-{client}-loop"), || goes_the_loop(client, plain.kit(), &cache))?;
            }
        }
        for program in programs {
            let step = format!("kit-for-{program}");
            steps.run(&step, || pasted::gets_a_token(program, &plain, &cache))?;
            // A shell cannot decrypt callbacks.
            if *program != "curl" {
                steps.run(&format!("{step}-callbacks"), || {
                    pasted::receives_callbacks(program, &plain, &cache)
                })?;
            }
        }
        for client in PARSED.iter().filter(|client| programs.contains(&client.language)) {
            steps.run(&format!("kit-for-{}", client.name), || pasted::is_parsed(client, &plain, &cache))?;
        }
    }
    let over_tls: Vec<_> = clients.iter().filter(|client| OVER_TLS.contains(&client.as_str())).collect();
    if !over_tls.is_empty() || !programs.is_empty() {
        let tls = Sandbox::start(&folder.path().join("tls"), &["--tls"])?;
        for client in over_tls {
            steps.run(&format!("interop-{client}-over-tls"), || accepts(client, tls.kit(), &cache))?;
        }
        for program in programs {
            let step = format!("kit-for-{program}-over-tls");
            steps.run(&step, || pasted::gets_a_token(program, &tls, &cache))?;
        }
    }
    Ok(())
}

/// Returns a port that was free a moment ago. The programs of the kit listen on it, one after the other.
fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn accepts(client: &str, kit: &Kit, cache: &Path) -> Outcome {
    let token = printed_by(command(client, kit, cache), client)?;
    Ok(format!("{} has a token", token["client"].as_str().unwrap_or(client)))
}

/// Runs a client from the template to an effective card.
fn goes_the_loop(client: &str, kit: &Kit, cache: &Path) -> Outcome {
    let member = printed_by(script(client, "loop.sh", kit, cache), client)?;
    ensure!(member["state"] == "EFFECTIVE", "{client} ended with {member}");
    Ok(format!("{} made a member", member["client"].as_str().unwrap_or(client)))
}

/// Returns the line of JSON that a client's script prints on success.
fn printed_by(mut command: Command, client: &str) -> Result<serde_json::Value> {
    // A client may install or build for minutes, so its standard error is shown as it comes.
    let output = command.stderr(Stdio::inherit()).output().with_context(|| not_started(&command))?;
    ensure!(output.status.success(), "{} ended with {}", shown(&command), output.status);
    let line = String::from_utf8(output.stdout)?;
    serde_json::from_str(&line).with_context(|| format!("{client} printed no line of JSON but {line:?}"))
}

fn rejects(client: &str, kit: &Kit, cache: &Path) -> Outcome {
    // The key of the brand family: another RSA key of the same sandbox, and one that users are likely to mix up.
    let other_key = kit.value("RUHUI_BRAND_WECHATPAY_PUBLIC_KEY")?;
    let mut command = command(client, kit, cache);
    command.env("RUHUI_WECHATPAY_PUBLIC_KEY", other_key);
    let output = command.output().with_context(|| not_started(&command))?;
    let said = complaints(&output);
    if output.status.success() {
        bail!("{client} accepted a signature that is not of the key it was given: it does not verify");
    }
    ensure!(said.contains(REFUSAL), "{client} failed, but not with `{REFUSAL}`; it said:\n{said}");
    Ok("rejected, as it must".to_owned())
}

fn command(client: &str, kit: &Kit, cache: &Path) -> Command {
    script(client, "run.sh", kit, cache)
}

fn script(client: &str, name: &str, kit: &Kit, cache: &Path) -> Command {
    let mut command = Command::new("bash");
    command.arg(folder_of(client).join(name));
    command.envs(kit.variables()).env("INTEROP_CACHE", cache).stdin(Stdio::null());
    command
}

fn complaints(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn not_started(command: &Command) -> String {
    format!("{} could not be started", shown(command))
}

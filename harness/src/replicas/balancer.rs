//! Runs HAProxy as a load balancer in front of the replicas.

use super::replica::Replica;
use anyhow::{Context as _, Result, bail, ensure};
use ruhui_harness::command::read_file;
use ruhui_harness::postgres::free_port;
use ruhui_harness::step::Clock;
use std::fmt::Write as _;
use std::fs::File;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);
/// Time between two health checks of a replica.
const INTERVAL: Duration = Duration::from_millis(200);
/// Time after which HAProxy has certainly seen a change: on a busy machine health checks come late.
pub(super) const NOTICES: Duration = Duration::from_millis(1000);

/// Behaviour for a request whose replica cannot be reached.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unreached {
    /// Sends the request to another replica, as docs/operating.md configures it: nothing was sent yet.
    Another,
    /// Fails the request. Otherwise the test could not show how the replica itself drains.
    Fail,
}

/// A running HAProxy. It is stopped when this is dropped.
#[derive(Debug)]
pub(super) struct Balancer {
    process: Child,
    pub(super) address: SocketAddr,
}

impl Balancer {
    /// Starts HAProxy, and waits until it has checked all replicas.
    pub(super) fn start(folder: &Path, replicas: &[Replica], unreached: Unreached) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let (config, said) = (folder.join("haproxy.cfg"), folder.join("haproxy.log"));
        std::fs::write(&config, config_for(address, replicas, unreached)?)?;
        let log = File::create(&said)?;
        let mut command = Command::new("haproxy");
        command.args(["-db", "-f"]).arg(&config);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = command.spawn().context("HAProxy could not be started")?;
        let mut balancer = Self { process, address };
        let clock = Clock::start();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = balancer.process.try_wait()? {
                bail!("HAProxy ended with {status}; it said:\n{}", read_file(&said)?);
            }
            ensure!(clock.elapsed() < PATIENCE, "HAProxy does not listen; it said:\n{}", read_file(&said)?);
            std::thread::sleep(PAUSE);
        }
        std::thread::sleep(NOTICES);
        Ok(balancer)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn config_for(address: SocketAddr, replicas: &[Replica], unreached: Unreached) -> Result<String> {
    let retries = match unreached {
        Unreached::Another => "retries 2\n  retry-on conn-failure\n  option redispatch 1",
        Unreached::Fail => "retries 0",
    };
    // Without `timeout check`, a health check on a busy machine would fail after the interval.
    let mut config = format!(
        "defaults\n  mode http\n  timeout connect 2s\n  timeout client 15s\n  timeout server 15s\n  \
         timeout check 1s\n  {retries}\n\
         listen api\n  bind {address}\n  option httpchk GET /readyz\n  http-check send hdr Host localhost\n  \
         default-server check inter {}ms fall 1 rise 1\n",
        INTERVAL.as_millis()
    );
    for (number, replica) in replicas.iter().enumerate() {
        let place = replica.place();
        writeln!(config, "  server replica-{number} {} check port {}", place.api, place.operations.port())?;
    }
    Ok(config)
}

//! HAProxy before the replicas, as docs/operating.md shows it.

use super::replica::Replica;
use crate::command::read_file;
use crate::postgres::free_port;
use crate::step::Clock;
use anyhow::{Context as _, Result, bail, ensure};
use std::fmt::Write as _;
use std::fs::File;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);
/// Between two looks at a replica.
const INTERVAL: Duration = Duration::from_millis(200);
/// After this it has seen a change for certain: looks of a busy machine come late.
pub(super) const NOTICES: Duration = Duration::from_millis(1000);

/// A running HAProxy. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Balancer {
    process: Child,
    pub(super) address: SocketAddr,
}

impl Balancer {
    pub(super) fn start(folder: &Path, replicas: &[Replica]) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let (config, said) = (folder.join("haproxy.cfg"), folder.join("haproxy.log"));
        std::fs::write(&config, config_for(address, replicas)?)?;
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
        Ok(balancer)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A request goes to another replica only if the first could not be reached: nothing was sent then.
fn config_for(address: SocketAddr, replicas: &[Replica]) -> Result<String> {
    let mut config = format!(
        "defaults\n  mode http\n  timeout connect 2s\n  timeout client 15s\n  timeout server 15s\n  \
         retries 2\n  retry-on conn-failure\n  option redispatch 1\n\
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

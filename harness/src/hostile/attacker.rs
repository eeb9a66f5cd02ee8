//! The attackers' process: it attacks for some seconds and prints a tally of events.

use super::attack::{Attack, Target};
use super::conduct::Conduct;
use super::material::Material;
use super::tally::{Tally, UNREACHABLE};
use crate::load::main_host;
use crate::load::requests::Maker;
use anyhow::{Context as _, Result};
use clap::Args;
use ruhui_harness::kit::Kit;
use ruhui_harness::step::Outcome;
use std::cell::{Cell, RefCell};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Semaphore;

/// The arguments that the measuring process passes to the attackers' process.
#[derive(Debug, Default, Args)]
pub(super) struct Order {
    /// The attack's name.
    #[arg(long = "attack", id = "attack", hide = true, requires_all = ["open", "for_seconds", "kit", "picture"])]
    pub(super) name: Option<String>,
    /// Connections at once.
    #[arg(long, hide = true, default_value_t = 0)]
    pub(super) open: usize,
    /// Seconds of the attack.
    #[arg(long, hide = true, default_value_t = 0.0)]
    pub(super) for_seconds: f64,
    /// The service's kit.env.
    #[arg(long, hide = true)]
    pub(super) kit: Option<PathBuf>,
    /// The path of a picture at the service.
    #[arg(long, hide = true, default_value = "/")]
    pub(super) picture: String,
}

/// Connections that are being opened at once, and the pause after each: some 2,000 a second. The aim is to hold
/// connections; a burst of them would be a flood, and overflow the queue of the listening socket.
const OPENING: usize = 64;
const OPENING_PAUSE: Duration = Duration::from_millis(30);
/// Time within which a connection must open.
const PATIENCE: Duration = Duration::from_secs(10);
/// First port that attackers use.
const FIRST_PORT: u16 = 10_000;
/// Number of ports that are tried for one connection.
const PORTS: usize = 100;
/// Receive buffer of peers that do not read. The smallest one makes the service wait soonest.
const SMALLEST_BUFFER: u32 = 4096;

/// Attacks, and returns a [`Tally`] as JSON.
pub(super) fn run(attack: &'static Attack, order: &Order) -> Outcome {
    let kit = Kit::of(order.kit.as_deref().context("no kit")?)?;
    let target = match attack.target {
        Target::Main => main_host(&kit)?,
        Target::Operations => {
            let url = kit.value("RUHUI_OPERATIONS_URL")?;
            url.strip_prefix("http://").context("operations are not at an http:// URL")?.parse()?
        }
    };
    let conduct = (attack.conduct)(&Material::new(&Maker::new(&kit)?, &order.picture)?);
    let tally = Rc::new(RefCell::new(Tally::default()));
    let attackers = Rc::new(Attackers {
        target,
        addresses: attack.addresses,
        conduct,
        pause: attack.pause,
        opening: Semaphore::new(OPENING),
        tally: Rc::clone(&tally),
        open: Cell::new(0),
        port: Cell::new(first_port()),
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let work = tokio::task::LocalSet::new();
    for number in 0..order.open {
        work.spawn_local(attacker(Rc::clone(&attackers), number));
    }
    let time = Duration::from_secs_f64(order.for_seconds);
    work.block_on(&runtime, async { tokio::time::sleep(time).await });
    // Connections that are still open add their events when they are dropped.
    drop(work);
    let said = tally.borrow().to_json().to_string();
    Ok(said)
}

/// Returns a first port that differs between processes: ports of the previous attack may still wait for late packets.
fn first_port() -> u16 {
    FIRST_PORT + (std::process::id() % 50_000) as u16
}

/// The state that all connections share.
struct Attackers {
    target: SocketAddr,
    addresses: u8,
    conduct: Conduct,
    pause: Duration,
    opening: Semaphore,
    tally: Rc<RefCell<Tally>>,
    open: Cell<u64>,
    /// The next port to try.
    port: Cell<u16>,
}

/// Opens one connection after the other, until the process ends.
async fn attacker(attackers: Rc<Attackers>, number: usize) {
    loop {
        match attackers.connect(number).await {
            Ok(stream) => attackers.attack(stream, number).await,
            Err(_) => {
                attackers.tally.borrow_mut().count(UNREACHABLE, 1);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        tokio::time::sleep(attackers.pause).await;
    }
}

impl Attackers {
    async fn attack(&self, stream: TcpStream, number: usize) {
        self.opened(1);
        let mut events = CountedAtEnd { attackers: self, events: Vec::new() };
        self.conduct.run(stream, number, &mut events.events).await;
    }

    async fn connect(&self, number: usize) -> Result<TcpStream> {
        let _turn = self.opening.acquire().await?;
        let last = 2 + u8::try_from(number % usize::from(self.addresses))?;
        let address = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
        let socket = (0..PORTS).find_map(|_| self.bind(address).ok()).context("no port is free")?;
        let stream = tokio::time::timeout(PATIENCE, socket.connect(self.target)).await??;
        tokio::time::sleep(OPENING_PAUSE).await;
        Ok(stream)
    }

    /// Returns a socket on the next port. The kernel could find a free port too, but takes a millisecond for each once
    /// thousands are in use.
    fn bind(&self, address: IpAddr) -> Result<TcpSocket> {
        let socket = TcpSocket::new_v4()?;
        // Allows the port of a connection that has ended to be used again.
        socket.set_reuseaddr(true)?;
        if matches!(self.conduct, Conduct::NeverRead { .. }) {
            socket.set_recv_buffer_size(SMALLEST_BUFFER)?;
        }
        let port = self.port.get();
        self.port.set(port.checked_add(1).unwrap_or(FIRST_PORT));
        socket.bind(SocketAddr::new(address, port))?;
        Ok(socket)
    }

    fn opened(&self, more: i64) {
        let open = self.open.get().saturating_add_signed(more);
        self.open.set(open);
        let mut tally = self.tally.borrow_mut();
        tally.most_open = tally.most_open.max(open);
    }
}

/// Events of a connection. They are counted when it ends, even if the attack ends first.
struct CountedAtEnd<'a> {
    attackers: &'a Attackers,
    events: super::conduct::Events,
}

impl Drop for CountedAtEnd<'_> {
    fn drop(&mut self) {
        self.attackers.opened(-1);
        let mut tally = self.attackers.tally.borrow_mut();
        for (event, times) in self.events.drain(..) {
            tally.count(event, times);
        }
    }
}

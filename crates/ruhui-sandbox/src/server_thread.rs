//! The thread of a sandbox: it has its own runtime, serves, and is stopped by a drop.
//!
//! The runtime of a test may be of any kind, may have one thread only, and may block it. A sandbox on that runtime could
//! not respond meanwhile.

use crate::error::StartError;
use ruhui_core::types::NotifyUrl;
use ruhui_server::env::Env;
use ruhui_server::sandbox::{InMemoryOptions, InMemorySandbox, ProxyClients, open_in_memory};
use ruhui_server::start::Addresses;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread::JoinHandle;
use tokio::net::TcpSocket;
use tokio::sync::oneshot;

/// The parts that a sandbox is made of.
pub(crate) struct Parts {
    pub(crate) files: Vec<(String, String)>,
    pub(crate) env: Env,
    pub(crate) is_tls: bool,
    pub(crate) proxy: Option<ProxyClients>,
    /// Addresses in place of ports that the system chooses.
    pub(crate) addresses: Addresses,
    /// Whether callbacks go to a port that the sandbox holds and on which nothing listens, so that no other program
    /// gets them.
    pub(crate) holds_callbacks: bool,
}

/// A running thread. Its drop closes all ports and connections at once, and waits until the thread has ended.
#[derive(Debug)]
pub(crate) struct ServerThread {
    /// Dropped to stop the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The facts about a sandbox that serves, which a client needs.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) variables: Vec<(&'static str, String)>,
    pub(crate) ca: Option<String>,
}

impl ServerThread {
    /// Starts a thread, and waits until the sandbox serves.
    pub(crate) async fn start(parts: Parts) -> Result<(Self, Serving), StartError> {
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let thread = std::thread::Builder::new().name("ruhui-sandbox".to_owned());
        let thread = thread.spawn(move || serve(parts, tell, stopped))?;
        // A start that is cancelled from here on drops this value, and so ends the thread.
        let server = Self { stop: Some(stop), thread: Some(thread) };
        let serving = told.await.unwrap_or(Err(StartError::Ended))?;
        Ok((server, serving))
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed when it happened.
            let _ = thread.join();
        }
    }
}

fn serve(parts: Parts, tell: oneshot::Sender<Result<Serving, StartError>>, stopped: oneshot::Receiver<()>) {
    // One thread for each sandbox: a test has many sandboxes and few requests.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(tell.send(Err(error.into()))),
    };
    runtime.block_on(async {
        let serving = async {
            match open(parts).await {
                Ok((sandbox, _held)) => {
                    let serving = Serving {
                        variables: sandbox.variables().to_vec(),
                        ca: sandbox.ca().map(str::to_owned),
                    };
                    let _ = tell.send(Ok(serving));
                    sandbox.run(std::future::pending()).await;
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        };
        tokio::select! {
            () = serving => {}
            _ = stopped => {}
        }
    });
    // The drop of the runtime drops all tasks, and with them listeners and connections: a test that is over waits for
    // no request in flight.
}

/// Opens the sandbox on ports that the system chooses. Returns the socket that holds the port of callbacks, if any.
async fn open(parts: Parts) -> Result<(InMemorySandbox, Option<TcpSocket>), StartError> {
    let Parts { files, env, is_tls, proxy, mut addresses, holds_callbacks } = parts;
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listeners = addresses.bind.map_or(any, |bind| SocketAddr::new(bind, 0));
    for address in [&mut addresses.main, &mut addresses.backup, &mut addresses.operations] {
        address.get_or_insert(listeners);
    }
    addresses.proxy.get_or_insert(any);
    let mut held = None;
    if holds_callbacks {
        let socket = TcpSocket::new_v4()?;
        socket.bind(any)?;
        let url = format!("http://{}/notify", socket.local_addr()?);
        addresses.notify_url = Some(NotifyUrl::new(url).map_err(StartError::NotifyUrl)?);
        held = Some(socket);
    }
    let sandbox = open_in_memory(files, env, InMemoryOptions { tls: is_tls, proxy, addresses }).await?;
    Ok((sandbox, held))
}

//! A tunnel: copies bytes between a client and a listener of the sandbox.

use crate::http::limits::Limits;
use crate::request_log::RequestLog;
use hyper::upgrade::{OnUpgrade, Parts};
use hyper_util::rt::TokioIo;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// Bytes that are copied at a time.
const CHUNK: usize = 16 << 10;

/// A tunnel whose client has its response, or is getting it.
pub(super) struct Tunnel {
    client: OnUpgrade,
    server: TcpStream,
}

impl Tunnel {
    pub(super) fn new(client: OnUpgrade, server: TcpStream) -> Self {
        let _ = server.set_nodelay(true);
        Self { client, server }
    }

    /// Copies bytes until both ends are closed. The listener limits the time that a client may take, so the tunnel ends
    /// when its connection does.
    pub(super) async fn run(
        self,
        address: SocketAddr,
        log: Option<&RequestLog>,
        limits: &Limits,
        mut stopped: watch::Receiver<()>,
    ) {
        let Self { client, mut server } = self;
        let Ok(upgraded) = client.await else { return };
        let Ok(Parts { io, read_buf, .. }) = upgraded.downcast::<TokioIo<TcpStream>>() else { return };
        let mut client = io.into_inner();
        let _proxied = log.zip(server.local_addr().ok()).map(|(log, local)| log.note_proxied(local, address));
        if server.write_all(&read_buf).await.is_err() {
            return;
        }
        if let Err(error) = copy_both(&mut client, &mut server, limits, &mut stopped).await
            && error.kind() == ErrorKind::ConnectionReset
        {
            // A listener that resets its connection does so on purpose. Closing a socket that does not linger sends a
            // reset in place of an end.
            let _ = client.set_zero_linger();
        }
    }
}

/// Copies bytes in both directions. Returns the error of the server's side, if there is one.
async fn copy_both(
    client: &mut TcpStream,
    server: &mut TcpStream,
    limits: &Limits,
    stopped: &mut watch::Receiver<()>,
) -> io::Result<()> {
    let (client_reader, client_writer) = client.split();
    let (server_reader, server_writer) = server.split();
    let mut requests = pin!(copy(client_reader, server_writer, limits.write));
    let mut responses = pin!(copy(server_reader, client_writer, limits.write));
    tokio::select! {
        responded = &mut responses => {
            responded?;
            // The client may not have noticed yet that the connection ends.
            tokio::select! {
                _ = tokio::time::timeout(limits.linger, requests) => {}
                _ = stopped.changed() => {}
            }
            Ok(())
        }
        // A client may close its sending side and wait for the response.
        requested = &mut requests => if requested.is_ok() { responses.await } else { Ok(()) },
    }
}

/// Copies bytes until `from` ends, and then ends `to`. Each chunk must be written within `patience`.
async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    patience: Duration,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = from.read(&mut chunk).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        tokio::time::timeout(patience, to.write_all(&chunk[..length])).await??;
    }
}

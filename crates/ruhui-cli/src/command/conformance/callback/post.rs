//! Sends a callback and reads the status of the response.

use super::ACKNOWLEDGED_WITHIN;
use crate::command::conformance::wire::Message;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Sends a callback. `None` if there was no response in time.
pub(super) async fn send(message: &Message, receiver: SocketAddr) -> Option<u16> {
    let exchange = async {
        let mut stream = TcpStream::connect(receiver).await.ok()?;
        stream.write_all(&message.bytes()).await.ok()?;
        Message::read(&mut stream).await.ok().flatten()?.status()
    };
    timeout(ACKNOWLEDGED_WITHIN, exchange).await.ok().flatten()
}

/// Whether connections to this address are accepted.
pub(super) async fn is_accepting(receiver: SocketAddr) -> bool {
    let connected = timeout(Duration::from_secs(1), TcpStream::connect(receiver)).await;
    matches!(connected, Ok(Ok(_)))
}

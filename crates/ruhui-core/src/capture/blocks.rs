//! Collects the messages of a log line by line, separately for client and server.

use super::{lines, start};

/// Blocks of both sides, in the order in which they began.
pub(super) struct Blocks<T> {
    all: Vec<Block<T>>,
    last_of_client: Option<usize>,
    last_of_server: Option<usize>,
}

/// Bytes that one side sent as one message.
#[derive(Default)]
pub(super) struct Block<T> {
    pub(super) is_client: bool,
    pub(super) bytes: Vec<u8>,
    pub(super) note: T,
}

impl<T: Default> Blocks<T> {
    pub(super) fn new() -> Self {
        Self { all: Vec::new(), last_of_client: None, last_of_server: None }
    }

    /// Adds bytes to the latest message of a side, and returns its block. If `may_begin`, a start line in the
    /// first line begins a new message. Bytes before the first start line are dropped.
    pub(super) fn put(&mut self, is_client: bool, bytes: &[u8], may_begin: bool) -> Option<&mut Block<T>> {
        let first = memchr::memchr(b'\n', bytes).map_or(bytes, |end| &bytes[..end]);
        if may_begin && start::is_start(lines::bare(first)) {
            let last = if is_client { &mut self.last_of_client } else { &mut self.last_of_server };
            *last = Some(self.all.len());
            self.all.push(Block { is_client, ..Block::default() });
        }
        let block = self.last_of(is_client)?;
        block.bytes.extend_from_slice(bytes);
        Some(block)
    }

    /// Returns the latest block of a side.
    pub(super) fn last_of(&mut self, is_client: bool) -> Option<&mut Block<T>> {
        let last = if is_client { self.last_of_client } else { self.last_of_server };
        self.all.get_mut(last?)
    }

    /// Returns the latest block of either side.
    pub(super) fn last(&mut self) -> Option<&mut Block<T>> {
        self.all.last_mut()
    }

    pub(super) fn into_all(self) -> Vec<Block<T>> {
        self.all
    }
}

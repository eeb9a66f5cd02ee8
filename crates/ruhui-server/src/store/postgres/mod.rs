//! The store that several services share: a PostgreSQL database.

mod address;

pub use address::{Address, AddressError};

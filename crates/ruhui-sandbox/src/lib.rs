#![doc = include_str!("../README.md")]
#![warn(clippy::exhaustive_enums)]

mod builder;
pub mod controls;
mod error;
mod fixture;
mod kit;
mod sandbox;
mod server_thread;
#[cfg(test)]
mod texts;

pub use builder::SandboxBuilder;
pub use error::StartError;
pub use ruhui;
pub use ruhui_server::sandbox::ProxyClients;
pub use ruhui_server::start::Addresses;
pub use sandbox::Sandbox;

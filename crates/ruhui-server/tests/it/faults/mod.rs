//! Tests of faults on purpose over real sockets: what the client gets, and whether state was left.

mod callbacks;
mod file;
mod fixture;
mod hosts;
mod log;
mod requests;
mod responses;
mod rules;
mod store;
mod tls;

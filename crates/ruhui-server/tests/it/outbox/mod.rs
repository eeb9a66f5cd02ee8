//! Tests of callbacks: what is sent, when, how often, and by which service.

mod delivery;
mod fixture;
mod job;
mod network;
mod queues;
mod trouble;

//! The pages of the console against a real sandbox, without a browser: texts in both languages, acts, errors, escaping, and
//! who may use them. `crates/ruhui-console/browser` has the tests in a browser.

#![allow(clippy::unwrap_used, reason = "functions of a test")]

mod access;
mod callbacks;
mod component;
mod contents;
mod explain;
mod member_card;
mod members;
mod requests;
mod start;
mod templates;
mod visitor;

//! Black-box tests of the built binary; see README.md beside this file.

#![expect(clippy::unwrap_used, reason = "a test may")]

mod clients;
mod commands;
mod cycles;
mod discovery;
mod faults;
mod groups;
mod lists;
mod model;
mod organizations;
mod quirks;
mod support;
mod tokens;
mod users;
mod validator;
mod walkthrough;

//! Black-box tests of the built binary; see README.md beside this file.

#![expect(clippy::unwrap_used, reason = "a test may")]

mod attacks;
mod bulk;
mod clients;
mod commands;
mod cursors;
mod cycles;
mod discovery;
mod faults;
mod groups;
mod guards;
mod introspection;
mod keys;
mod lists;
mod me;
mod model;
mod organizations;
mod own_schemas;
mod provisioning;
mod quirks;
mod relations;
mod secrets;
mod support;
mod tokens;
mod users;
mod validator;
mod walkthrough;

//! Black-box tests of the built binary; see README.md beside this file.

#![expect(clippy::unwrap_used, reason = "a test may")]

mod assertions;
mod attacks;
mod bound_tokens;
mod browser;
mod bulk;
mod certificates;
mod clients;
mod commands;
mod console;
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
mod postman;
mod provisioning;
mod provisioning_log;
mod quirks;
mod registration;
mod relations;
mod resource;
mod rfc;
mod rust_client;
mod secrets;
mod support;
mod tokens;
mod trusted_issuers;
mod users;
mod validator;
mod walkthrough;

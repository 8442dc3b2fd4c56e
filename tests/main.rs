//! Black-box tests of the built binary; see README.md beside this file.

#![expect(clippy::unwrap_used, reason = "a test may")]

mod assertions;
mod attacks;
mod bound_tokens;
mod certificates;
mod clients;
mod commands;
mod cycles;
mod discovery;
mod faults;
mod groups;
mod guards;
mod introspection;
mod keys;
mod lists;
mod organizations;
mod provisioning;
mod quirks;
mod resource;
mod secrets;
mod support;
mod tokens;
mod trusted_issuers;
mod users;
mod validator;
mod walkthrough;

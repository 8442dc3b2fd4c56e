//! What the store promises, held against both databases.

#![expect(clippy::unwrap_used, reason = "a test may")]

mod clients;
mod control;
mod credentials;
mod database;
mod directory;
mod filters;
mod journal;
mod resources;
mod schemas;

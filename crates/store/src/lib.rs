#![doc = include_str!("../README.md")]

#[macro_use]
mod connection;
mod control;
mod database_url;
mod dialect;
mod engine;
mod error;
mod jsonb;
mod last_use;
mod migrations;
mod schema;
mod store;
mod timestamp;

pub mod admin_links;
pub mod admin_sessions;
pub mod admins;
pub mod application_drafts;
pub mod applications;
pub mod client_proofs;
pub mod definitions;
pub mod directory;
pub mod groups;
mod insert;
pub mod journal;
pub mod memberships;
pub mod organizations;
pub mod passwords;
pub mod provisioning_tokens;
pub mod registrations;
pub mod rehearsals;
pub mod resources;
pub mod revoked_tokens;
pub mod signing_keys;
pub mod used_assertions;

pub use connection::Connection;
pub use database_url::{DatabaseUrl, DatabaseUrlError};
pub use error::{OpenError, StoreError, WorkError};
pub use last_use::{LastUse, Used};
pub use migrations::MigrationStatus;
pub use store::{Settings, Store};
pub use timestamp::Timestamp;

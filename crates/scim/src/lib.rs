#![doc = include_str!("../README.md")]

mod authorization;
mod body;
mod call;
mod challenge;
mod cursor;
pub mod directory;
mod error;
mod lower;
mod operations;
mod parameters;
mod password;
mod possession;
mod preconditions;
mod reference;
mod relations;
mod render;
mod routes;
mod server;
mod trusted;
mod types;
mod view;

pub use server::{ScimServer, ScimSettings};
pub use trusted::{OrganizationOf, TrustedIssuer, TrustedIssuers};
pub use types::{count_losses, extend};

#![doc = include_str!("../README.md")]

mod authorization;
mod body;
mod challenge;
mod error;
mod lower;
mod parameters;
mod possession;
mod preconditions;
mod relations;
mod render;
mod resources;
mod routes;
mod server;
mod trusted;

pub use server::{ScimServer, ScimSettings};
pub use trusted::{OrganizationOf, TrustedIssuer, TrustedIssuers};

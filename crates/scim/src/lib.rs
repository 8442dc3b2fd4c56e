#![doc = include_str!("../README.md")]

mod authorization;
mod body;
mod error;
mod lower;
mod parameters;
mod preconditions;
mod relations;
mod render;
mod resources;
mod routes;
mod server;

pub use server::{ScimServer, ScimSettings};

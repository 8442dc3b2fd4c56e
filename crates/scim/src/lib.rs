#![doc = include_str!("../README.md")]

mod authorization;
mod body;
mod call;
mod cursor;
mod error;
mod lower;
mod operations;
mod parameters;
mod password;
mod preconditions;
mod reference;
mod relations;
mod render;
mod routes;
mod server;
mod types;
mod view;

pub use server::{ScimServer, ScimSettings};
pub use types::{count_losses, extend};

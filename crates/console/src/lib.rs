#![doc = include_str!("../README.md")]

mod accounts;
mod advice;
mod assets;
mod carry_on;
mod form;
mod frame;
mod headers;
mod language;
mod pages;
mod picture;
mod problem;
mod rehearsal;
mod role;
mod secret;
mod server;
mod session;
mod upkeep;
mod veil;
mod words;

pub use accounts::{AccountError, NewLink, make_link};
pub use role::Role;
pub use server::{Console, ConsoleError, ConsoleSettings};

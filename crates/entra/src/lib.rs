#![doc = include_str!("../README.md")]

mod client;
mod connection;
mod directory;
mod error;
mod exchange;
mod mapping;
mod path;
mod provisioner;
mod test_connection;
mod token;

pub use client::{Answer, Client, Traffic};
pub use connection::{Connection, CredentialPlacement};
pub use directory::{Directory, Group, Person};
pub use error::{EntraError, with_causes};
pub use exchange::{Exchange, Observer};
pub use mapping::{Dialect, ENTERPRISE};
pub use provisioner::{CycleReport, Difference, Failure, Phase, Progress, Provisioner};
pub use reqwest::header::HeaderValue;
pub use test_connection::{Step, test_connection};

#![doc = include_str!("../README.md")]

pub mod applications;
pub mod client_proofs;
pub mod keys;
pub mod provisioning;
pub mod registration;

mod address;
mod authentication;
mod binding;
mod clients;
mod error;
mod expiry;
mod grant;
mod hasher;
mod issuer;
mod limits;
mod passwords;
mod proofs;
mod prover;
mod request;
mod routes;
mod secret;
mod target;
mod upkeep;
mod validity;

pub use address::TrustedProxies;
pub use hasher::Argon2Settings;
pub use issuer::{Issuer, IssuerError, IssuerSettings};
pub use limits::{FailureLimits, FailureSettings};
pub use passwords::{PasswordError, PasswordHasher};
pub use proofs::Binding;

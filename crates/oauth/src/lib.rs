#![doc = include_str!("../README.md")]

pub mod applications;
pub mod keys;
pub mod provisioning;

mod address;
mod authentication;
mod clients;
mod error;
mod expiry;
mod grant;
mod hasher;
mod issuer;
mod limits;
mod request;
mod routes;
mod secret;
mod upkeep;
mod validity;

pub use address::TrustedProxies;
pub use hasher::Argon2Settings;
pub use issuer::{Issuer, IssuerError, IssuerSettings};
pub use limits::FailureSettings;

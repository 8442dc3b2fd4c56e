#![doc = include_str!("../README.md")]

pub mod applications;
pub mod client_proofs;
pub mod keys;

mod authentication;
mod binding;
mod clients;
mod error;
mod grant;
mod hasher;
mod issuer;
mod proofs;
mod prover;
mod request;
mod routes;
mod secret;
mod target;

pub use issuer::{Issuer, IssuerError, IssuerSettings};
pub use proofs::Binding;

#![doc = include_str!("../README.md")]

pub mod applications;
pub mod keys;

mod authentication;
mod clients;
mod error;
mod grant;
mod hasher;
mod issuer;
mod request;
mod routes;
mod secret;

pub use issuer::{Issuer, IssuerError, IssuerSettings};

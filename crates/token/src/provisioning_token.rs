//! Long-lived bearer tokens: how one looks, and what it is stored and found by.

use aws_lc_rs::digest::{SHA256, digest};

/// How every provisioning token begins: what tells it from a JWT, and what secret scanners look for.
pub const PROVISIONING_TOKEN_PREFIX: &str = "muster_token_";

/// The SHA-256 of a bearer token. A provisioning token has 256 random bits: nobody can search for one that fits.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

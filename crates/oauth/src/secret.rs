//! Client identifiers and secrets: made here, shown once, kept as hashes.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use muster_token::PROVISIONING_TOKEN_PREFIX;
use rand::Rng;
use zeroize::Zeroizing;

/// What secret scanners look for. With 43 characters of randomness a secret has 57: Entra's government cloud allows
/// 1 KB for all credentials together (entra-facts 1.7).
pub(crate) const SECRET_PREFIX: &str = "muster_secret_";

/// A new client identifier, of `[A-Za-z0-9_-]` as a secret is: with or without form encoding, Basic reads the same.
pub(crate) fn new_client_id() -> String {
    format!("mapp_{}", random::<16>())
}

/// A new secret of 256 random bits.
pub(crate) fn new_secret() -> Zeroizing<String> {
    Zeroizing::new(format!("{SECRET_PREFIX}{}", random::<32>()))
}

/// A new provisioning token of 256 random bits.
pub(crate) fn new_provisioning_token() -> Zeroizing<String> {
    Zeroizing::new(format!("{PROVISIONING_TOKEN_PREFIX}{}", random::<32>()))
}

/// A new initial or registration access token of 256 random bits.
pub(crate) fn new_registration_token() -> Zeroizing<String> {
    Zeroizing::new(format!("muster_registration_{}", random::<32>()))
}

fn random<const BYTES: usize>() -> String {
    let mut bytes = Zeroizing::new([0_u8; BYTES]);
    rand::rng().fill_bytes(bytes.as_mut_slice());
    BASE64_URL_SAFE_NO_PAD.encode(bytes.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_random_and_plain() {
        let (one, other) = (new_secret(), new_secret());
        assert_ne!(one, other);
        for text in [one.as_str(), other.as_str(), &new_client_id()] {
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)), "{text}");
        }
        assert_eq!(one.len(), 57);
    }
}

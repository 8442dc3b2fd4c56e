//! What browsers keep and links hold: made here, stored as hashes; and what is sealed with it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, RandomizedNonceKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::Rng;
use zeroize::Zeroizing;

/// AES-GCM's nonce, which goes in front.
const NONCE: usize = 12;

/// 256 random bits, in base64url.
pub(crate) fn random() -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    rand::rng().fill_bytes(bytes.as_mut_slice());
    Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(bytes.as_slice()))
}

/// What is stored of it.
pub(crate) fn digest_of(secret: &str) -> String {
    derived("digest", secret)
}

/// What a form must send back with a cookie: another site can make a browser send the cookie, but cannot read it.
pub(crate) fn form_token(cookie: &str) -> String {
    derived("form", cookie)
}

/// Whether two texts are equal, in a time that tells nothing.
pub(crate) fn equal(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// Seals a text with a secret that only a browser keeps.
pub(crate) fn seal(text: &str, secret: &str) -> Option<String> {
    let mut sealed = text.as_bytes().to_vec();
    let nonce = key(secret)?.seal_in_place_append_tag(Aad::empty(), &mut sealed).ok()?;
    let whole = [nonce.as_ref().as_slice(), &sealed].concat();
    Some(BASE64_URL_SAFE_NO_PAD.encode(whole))
}

/// Opens what was sealed with the same secret.
pub(crate) fn open(sealed: &str, secret: &str) -> Option<Zeroizing<String>> {
    let whole = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, sealed) = whole.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let mut text = Zeroizing::new(sealed.to_vec());
    let opened = key(secret)?.open_in_place((&nonce).into(), Aad::empty(), &mut text).ok()?;
    Some(Zeroizing::new(std::str::from_utf8(opened).ok()?.to_owned()))
}

fn key(secret: &str) -> Option<RandomizedNonceKey> {
    let bytes = digest(&SHA256, format!("muster console seal {secret}").as_bytes());
    RandomizedNonceKey::new(&AES_256_GCM, bytes.as_ref()).ok()
}

fn derived(what: &str, secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("muster console {what} {secret}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_secret_alone() {
        let (one, other) = (random(), random());
        assert_eq!(one.len(), 43);
        let sealed = seal("muster_secret_x", &one).unwrap();
        assert_eq!(open(&sealed, &one).unwrap().as_str(), "muster_secret_x");
        assert!(open(&sealed, &other).is_none());
        assert!(open("AAAA", &one).is_none() && open("", &one).is_none());
        assert_ne!(sealed, seal("muster_secret_x", &one).unwrap());
    }

    #[test]
    fn digests_and_form_tokens_are_apart() {
        let secret = random();
        assert_ne!(digest_of(&secret), form_token(&secret));
        assert!(equal(&form_token(&secret), &form_token(&secret)));
        assert!(!equal("a", "b") && !equal("a", "ab"));
    }
}

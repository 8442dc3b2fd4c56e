//! A crypto provider for `jsonwebtoken` that keeps parsed private keys.

use arc_swap::ArcSwap;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, aws_lc};
use jsonwebtoken::errors::Result;
use jsonwebtoken::{Algorithm, EncodingKey};
use signature::{Error, Signer};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

static PROVIDER: LazyLock<CryptoProvider> =
    LazyLock::new(|| CryptoProvider { signer_factory: signer, ..aws_lc::DEFAULT_PROVIDER.clone() });

/// Parsed keys by their PKCS#8 bytes, which the encoding key holds in memory anyway. Read without a lock.
static KEPT: LazyLock<ArcSwap<HashMap<Vec<u8>, Arc<EcdsaKeyPair>>>> = LazyLock::new(ArcSwap::default);

/// Makes this provider `jsonwebtoken`'s own for the process. Calling it again changes nothing; without it, a dependency
/// that turned another back end on would make `jsonwebtoken` panic at run time.
pub fn install_crypto_provider() {
    // An error says that one is installed already.
    let _ = LazyLock::force(&PROVIDER).install_default();
}

/// Keeps a parsed key for as long as the process lives.
pub(crate) fn keep(pkcs8: &[u8], key: &Arc<EcdsaKeyPair>) {
    KEPT.rcu(|kept| {
        let mut kept = HashMap::clone(kept);
        kept.insert(pkcs8.to_vec(), Arc::clone(key));
        kept
    });
}

pub(crate) fn parse(pkcs8: &[u8]) -> Option<EcdsaKeyPair> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    if *algorithm == Algorithm::ES256
        && let Some(kept) = KEPT.load().get(key.as_bytes())
    {
        return Ok(Box::new(KeptKey(Arc::clone(kept))));
    }
    (aws_lc::DEFAULT_PROVIDER.signer_factory)(algorithm, key)
}

struct KeptKey(Arc<EcdsaKeyPair>);

impl Signer<Vec<u8>> for KeptKey {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        let signature = self.0.sign(&SystemRandom::new(), message).map_err(Error::from_source)?;
        Ok(signature.as_ref().to_vec())
    }
}

impl JwtSigner for KeptKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

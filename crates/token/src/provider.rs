//! A crypto provider for `jsonwebtoken` that keeps parsed private keys.

use crate::private_key::PrivateKey;
use arc_swap::ArcSwap;
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, aws_lc};
use jsonwebtoken::errors::Result;
use jsonwebtoken::{Algorithm, EncodingKey};
use signature::{Error, Signer};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

static PROVIDER: LazyLock<CryptoProvider> =
    LazyLock::new(|| CryptoProvider { signer_factory: signer, ..aws_lc::DEFAULT_PROVIDER.clone() });

/// Parsed keys by their handles. Read without a lock.
static KEPT: LazyLock<ArcSwap<HashMap<Vec<u8>, Arc<PrivateKey>>>> = LazyLock::new(ArcSwap::default);

/// Makes this provider `jsonwebtoken`'s own for the process. Calling it again changes nothing; without it, a dependency
/// that turned another back end on would make `jsonwebtoken` panic at run time.
pub fn install_crypto_provider() {
    // An error says that one is installed already.
    let _ = LazyLock::force(&PROVIDER).install_default();
}

/// A key that is kept until this is dropped.
pub(crate) struct Kept {
    /// What stands for the key in `jsonwebtoken`'s encoding key: no key's own bytes look like it.
    handle: Vec<u8>,
}

impl Kept {
    pub(crate) fn new(key: &Arc<PrivateKey>) -> Self {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let handle = format!("kept {}", NUMBERS.fetch_add(1, Ordering::Relaxed)).into_bytes();
        KEPT.rcu(|kept| {
            let mut kept = HashMap::clone(kept);
            kept.insert(handle.clone(), Arc::clone(key));
            kept
        });
        Self { handle }
    }

    pub(crate) fn handle(&self) -> &[u8] {
        &self.handle
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        KEPT.rcu(|kept| {
            let mut kept = HashMap::clone(kept);
            kept.remove(&self.handle);
            kept
        });
    }
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    if let Some(kept) = KEPT.load().get(key.as_bytes())
        && kept.algorithm().jws() == *algorithm
    {
        return Ok(Box::new(KeptKey(Arc::clone(kept))));
    }
    (aws_lc::DEFAULT_PROVIDER.signer_factory)(algorithm, key)
}

struct KeptKey(Arc<PrivateKey>);

impl Signer<Vec<u8>> for KeptKey {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        self.0.sign(message).ok_or_else(Error::new)
    }
}

impl JwtSigner for KeptKey {
    fn algorithm(&self) -> Algorithm {
        self.0.algorithm().jws()
    }
}

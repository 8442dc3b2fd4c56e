//! Sealing private keys at rest: AES-256-GCM under a key-encryption key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use thiserror::Error;
use zeroize::Zeroizing;

/// 32 bytes that seal what must not lie open in the database.
pub struct KeyEncryptionKey(RandomizedNonceKey);

/// A key-encryption key could not be had, or does not fit.
#[derive(Debug, Error)]
pub enum SealError {
    /// Not 32 bytes in base64.
    #[error("a key-encryption key is 32 bytes in base64, and this is not: {0}")]
    Format(String),
    /// The file could not be read or written.
    #[error("cannot use the key-encryption key file {path}")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Sealing failed.
    #[error("cannot seal")]
    Seal,
    /// Another key sealed it, or it was changed.
    #[error("it was sealed with another key-encryption key")]
    Open,
}

impl KeyEncryptionKey {
    /// From base64; `origin` says where the text comes from, for the error.
    ///
    /// # Errors
    ///
    /// When it is not 32 bytes.
    pub fn from_base64(text: &str, origin: &str) -> Result<Self, SealError> {
        let format = || SealError::Format(origin.to_owned());
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text.trim()).map_err(|_| format())?);
        RandomizedNonceKey::new(&AES_256_GCM, &bytes).map(Self).map_err(|_| format())
    }

    /// From a file; makes it, readable by its owner alone, where there is none. The flag says whether it was made.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or made, or holds something else.
    pub fn from_file(path: &Path) -> Result<(Self, bool), SealError> {
        let failed = |source| SealError::File { path: path.display().to_string(), source };
        let made = match make_file(path) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(failed(error)),
        };
        let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
        Ok((Self::from_base64(&text, &path.display().to_string())?, made))
    }

    /// Seals. `context` must be the same when it is opened: a sealed key cannot be passed off as another.
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn seal(&self, plain: &[u8], context: &str) -> Result<Vec<u8>, SealError> {
        let mut sealed = plain.to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut sealed)
            .map_err(|_| SealError::Seal)?;
        sealed.extend_from_slice(nonce.as_ref());
        Ok(sealed)
    }

    /// Opens what [`KeyEncryptionKey::seal`] sealed.
    ///
    /// # Errors
    ///
    /// When another key sealed it, for another context, or it was changed.
    pub fn open(&self, sealed: &[u8], context: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let at = sealed.len().checked_sub(NONCE_LEN).ok_or(SealError::Open)?;
        let (sealed, nonce) = sealed.split_at(at);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Open)?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let length = self
            .0
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut plain)
            .map_err(|_| SealError::Open)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }
}

/// Under a temporary name first, then linked: another process never reads half a key, and an existing file is kept.
fn make_file(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        fs::create_dir_all(directory)?;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    aws_lc_rs::rand::fill(bytes.as_mut()).map_err(|_| io::Error::other("the system has no randomness"))?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    let written = writeln!(file, "{}", BASE64_STANDARD.encode(bytes.as_ref())).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| fs::hard_link(&temporary, path));
    fs::remove_file(&temporary)?;
    linked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> KeyEncryptionKey {
        KeyEncryptionKey::from_base64(&BASE64_STANDARD.encode([byte; 32]), "test").unwrap()
    }

    #[test]
    fn what_is_sealed_can_be_opened_by_the_same_key_for_the_same_context() {
        let sealed = key(1).seal(b"private", "kid").unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"private"));
        assert_eq!(key(1).open(&sealed, "kid").unwrap().as_slice(), b"private");
        assert!(key(2).open(&sealed, "kid").is_err());
        assert!(key(1).open(&sealed, "other").is_err());
        let mut changed = sealed.clone();
        changed[0] ^= 1;
        assert!(key(1).open(&changed, "kid").is_err());
        assert!(key(1).open(b"short", "kid").is_err());
    }

    #[test]
    fn a_wrong_key_is_explained_without_showing_it() {
        let error =
            KeyEncryptionKey::from_base64("c2hvcnQ=", "keys.encryption_key").err().unwrap().to_string();
        assert!(
            error.contains("32 bytes") && error.contains("keys.encryption_key") && !error.contains("c2hvcnQ"),
            "{error}"
        );
    }
}

//! Where somebody's keys are.

use std::fmt;
use thiserror::Error;
use url::{Host, Url};

/// Who publishes keys, as configuration says it; never as a token says it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeySource {
    /// An issuer whose metadata names its keys (OpenID Connect Discovery 1.0 §4, RFC 8414 §3).
    Issuer(String),
    /// The key set itself (RFC 7517 §5).
    Jwks(String),
}

/// An address that keys are not fetched from.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeySourceError {
    /// It is none.
    #[error("{0:?} is not an address such as https://login.example.com/keys")]
    Url(String),
    /// Anybody on the way could put keys of his own there.
    #[error(
        "{0:?} is not an https address; plain http is for hosts on the same machine (127.0.0.1, localhost)"
    )]
    Plain(String),
}

impl KeySource {
    /// An issuer, by its exact identifier.
    ///
    /// # Errors
    ///
    /// When it is no `https` address.
    pub fn issuer(issuer: &str) -> Result<Self, KeySourceError> {
        checked(issuer).map(|_| Self::Issuer(issuer.to_owned()))
    }

    /// The address of a key set.
    ///
    /// # Errors
    ///
    /// When it is no `https` address.
    pub fn jwks(url: &str) -> Result<Self, KeySourceError> {
        checked(url).map(|_| Self::Jwks(url.to_owned()))
    }

    /// Whether it is an address by name and by `https`: one that a stranger may register without making this server
    /// reach for machines of the network that it is in by their number.
    #[must_use]
    pub fn is_public(&self) -> bool {
        let (Self::Issuer(url) | Self::Jwks(url)) = self;
        Url::parse(url).is_ok_and(|url| {
            url.scheme() == "https"
                && matches!(url.host(), Some(Host::Domain(name)) if name.contains('.') && !name.ends_with(".localhost") && !name.ends_with(".internal") && !name.ends_with(".local"))
        })
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Issuer(url) | Self::Jwks(url)) = self;
        out.write_str(url)
    }
}

/// The address, when keys may be fetched from it.
pub(crate) fn checked(text: &str) -> Result<Url, KeySourceError> {
    let url = Url::parse(text).map_err(|_| KeySourceError::Url(text.to_owned()))?;
    if !url.has_host() || !url.username().is_empty() || url.password().is_some() {
        return Err(KeySourceError::Url(text.to_owned()));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(KeySourceError::Plain(text.to_owned())),
        _ => Err(KeySourceError::Url(text.to_owned())),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_by_https_or_from_this_machine() {
        for good in
            ["https://login.example/t/v2.0", "http://127.0.0.1:1/x", "http://localhost/x", "http://[::1]/x"]
        {
            assert!(KeySource::issuer(good).is_ok(), "{good}");
        }
        for plain in ["http://login.example", "http://10.0.0.1/", "http://localhost.example/"] {
            assert_eq!(KeySource::jwks(plain), Err(KeySourceError::Plain(plain.into())));
        }
        for bad in
            ["", "login.example", "ftp://login.example", "https://user@login.example", "file:///etc/passwd"]
        {
            assert_eq!(KeySource::jwks(bad), Err(KeySourceError::Url(bad.into())));
        }
    }

    #[test]
    fn strangers_register_public_names() {
        let is_public = |url: &str| KeySource::jwks(url).unwrap().is_public();
        assert!(is_public("https://app.example.com/jwks"));
        for private in [
            "https://10.0.0.1/x",
            "https://[fd00::1]/x",
            "https://localhost/x",
            "https://x.localhost/",
            "https://metadata.google.internal/x",
            "http://localhost/x",
            "https://database/x",
        ] {
            assert!(!is_public(private), "{private}");
        }
    }
}

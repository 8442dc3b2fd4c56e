//! Fetching an issuer's metadata and keys.

use crate::KeySource;
use crate::source::{KeySourceError, checked};
use muster_token::{ForeignKeySet, ForeignKeySetError};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;
use url::Url;

/// A longer answer is not read to its end, in bytes.
const LONGEST: usize = 512 * 1024;
/// A slower source is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keys could not be had.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The source does not answer.
    #[error("{url} cannot be reached")]
    Unreachable {
        /// The address.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// It answers with something else than 200.
    #[error("{url} answers {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// It answers too much.
    #[error("{0} answers more than 512 KiB")]
    TooLong(String),
    /// It answers no metadata.
    #[error("{0} answers no metadata with an issuer and a jwks_uri")]
    Metadata(String),
    /// Its metadata is another issuer's.
    #[error("{url} is the metadata of another issuer, {issuer:?}")]
    OtherIssuer {
        /// The address.
        url: String,
        /// Who it says it is.
        issuer: String,
    },
    /// Its keys cannot be used.
    #[error("the key set at {url} cannot be used: {source}")]
    Keys {
        /// The address.
        url: String,
        /// Why.
        source: ForeignKeySetError,
    },
    /// Its metadata leads away from `https`.
    #[error("{url} names its keys at {keys:?}, which is not https")]
    Downgrade {
        /// The address.
        url: String,
        /// Where the keys are said to be.
        keys: String,
    },
    /// The address, or the one that it names, is not to be used.
    #[error(transparent)]
    Address(#[from] KeySourceError),
    /// It failed a moment ago, and is not asked again so soon.
    #[error("{0}")]
    Before(String),
}

/// A client that follows no redirect: where keys are is what was configured.
pub(crate) fn client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .connect_timeout(PATIENCE)
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("muster/", env!("CARGO_PKG_VERSION")))
        .build()
}

pub(crate) async fn keys(http: &Client, source: &KeySource) -> Result<ForeignKeySet, FetchError> {
    let url = match source {
        KeySource::Jwks(url) => checked(url)?,
        KeySource::Issuer(issuer) => discover(http, issuer).await?,
    };
    let text = get(http, &url).await?;
    ForeignKeySet::from_json(&text).map_err(|source| FetchError::Keys { url: url.to_string(), source })
}

/// Where the issuer says its keys are. Both ways of asking, since an issuer may know only one.
async fn discover(http: &Client, issuer: &str) -> Result<Url, FetchError> {
    let base = checked(issuer)?;
    let openid = checked(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/')))?;
    let (url, text) = match get(http, &openid).await {
        Err(FetchError::Status { status, .. }) if status == StatusCode::NOT_FOUND.as_u16() => {
            let url = oauth_metadata(&base);
            let text = get(http, &url).await?;
            (url, text)
        }
        answer => (openid, answer?),
    };
    let metadata: Value = serde_json::from_str(&text).map_err(|_| FetchError::Metadata(url.to_string()))?;
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    let (Some(found), Some(keys)) = (text("issuer"), text("jwks_uri")) else {
        return Err(FetchError::Metadata(url.to_string()));
    };
    // OpenID Connect Discovery 1.0 §4.3: exactly the same.
    if found != issuer {
        let issuer = found.chars().take(200).collect();
        return Err(FetchError::OtherIssuer { url: url.to_string(), issuer });
    }
    keys_address(&url, keys)
}

/// Where the metadata at `metadata` says that keys are. What came by `https` leads nowhere else: an address of this machine
/// is for who configured one.
fn keys_address(metadata: &Url, keys: &str) -> Result<Url, FetchError> {
    let found = checked(keys)?;
    if metadata.scheme() == "https" && found.scheme() != "https" {
        let keys = keys.chars().take(200).collect();
        return Err(FetchError::Downgrade { url: metadata.to_string(), keys });
    }
    Ok(found)
}

/// RFC 8414 §3.1: between the host and the path.
fn oauth_metadata(issuer: &Url) -> Url {
    let mut url = issuer.clone();
    let path = issuer.path().trim_end_matches('/');
    url.set_path(&format!("/.well-known/oauth-authorization-server{path}"));
    url
}

async fn get(http: &Client, url: &Url) -> Result<String, FetchError> {
    let unreachable = |source: reqwest::Error| FetchError::Unreachable {
        url: url.to_string(),
        source: source.without_url(),
    };
    let request = http.get(url.clone()).header(reqwest::header::ACCEPT, "application/json");
    let mut response = request.send().await.map_err(unreachable)?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status { url: url.to_string(), status: response.status().as_u16() });
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LONGEST {
            return Err(FetchError::TooLong(url.to_string()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_by_https_leads_to_https_alone() {
        let address = |metadata: &str, keys: &str| keys_address(&Url::parse(metadata).unwrap(), keys);
        assert!(address("https://login.example/x", "https://keys.example/y").is_ok());
        assert!(address("http://127.0.0.1:1/x", "http://127.0.0.1:1/y").is_ok());
        for inside in ["http://127.0.0.1:1/y", "http://localhost/y", "http://[::1]/y"] {
            let error = address("https://login.example/x", inside).unwrap_err();
            assert!(matches!(error, FetchError::Downgrade { .. }), "{error}");
        }
    }
}

//! What a refused request is told about authentication (RFC 9110 §11.6.1, RFC 9728 §5.1, RFC 9449 §7.1).

use crate::routes::metadata_url;
use actix_web::http::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use muster_token::DPOP_ALGORITHMS;
use std::sync::Arc;

/// Completes the challenges that an error makes. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Challenge(Arc<Parts>);

struct Parts {
    /// `, resource_metadata="…"`
    metadata: String,
    /// The challenge for a client that could send a proof.
    dpop: String,
}

impl Challenge {
    pub(crate) fn new(base_url: &str) -> Self {
        let metadata = format!(", resource_metadata=\"{}\"", metadata_url(base_url));
        let dpop = format!("DPoP realm=\"muster\", algs=\"{}\"{metadata}", DPOP_ALGORITHMS.join(" "));
        Self(Arc::new(Parts { metadata, dpop }))
    }

    /// Says in each challenge where the resource's metadata is, and offers DPoP beside Bearer.
    pub(crate) fn complete(&self, headers: &mut HeaderMap) {
        let challenges: Vec<HeaderValue> = headers.remove(WWW_AUTHENTICATE).collect();
        let mut offers_dpop = false;
        let mut refuses_scope = false;
        for challenge in &challenges {
            let text = challenge.to_str().unwrap_or_default();
            offers_dpop |= text.starts_with("DPoP");
            refuses_scope |= text.contains("insufficient_scope");
            append(headers, format!("{text}{}", self.0.metadata));
        }
        if !challenges.is_empty() && !offers_dpop && !refuses_scope {
            append(headers, self.0.dpop.clone());
        }
    }
}

fn append(headers: &mut HeaderMap, text: String) {
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.append(WWW_AUTHENTICATE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(challenge: Option<&'static str>) -> Vec<String> {
        let mut headers = HeaderMap::new();
        if let Some(challenge) = challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        Challenge::new("https://id.example/scim/v2").complete(&mut headers);
        headers.get_all(WWW_AUTHENTICATE).map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn each_challenge_names_the_metadata() {
        let metadata =
            "resource_metadata=\"https://id.example/.well-known/oauth-protected-resource/scim/v2\"";
        assert_eq!(
            completed(Some("Bearer realm=\"muster\"")),
            [
                format!("Bearer realm=\"muster\", {metadata}"),
                format!("DPoP realm=\"muster\", algs=\"ES256 ES384 EdDSA PS256 RS256\", {metadata}")
            ]
        );
        assert_eq!(completed(Some("DPoP error=\"x\"")), [format!("DPoP error=\"x\", {metadata}")]);
        assert_eq!(completed(Some("Bearer error=\"insufficient_scope\"")).len(), 1);
        assert!(completed(None).is_empty());
    }
}

//! What the sender of a bound token proves with each request: possession of the key or certificate that the token is
//! bound to (RFC 9449 §7, RFC 8705 §3).

use crate::error::ApiError;
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use muster_store::Timestamp;
use muster_token::{
    ClientCertificate, Confirmation, DpopError, DpopVerifier, ProvedRequest, Thumbprint, VerifyError,
};

/// A token as a request presents it.
#[derive(Clone, Copy)]
pub(crate) struct Presented<'a> {
    pub(crate) token: &'a str,
    is_dpop: bool,
}

pub(crate) struct Possession {
    proofs: DpopVerifier,
    /// The SCIM base URL as clients know it: what a proof's address begins with.
    base_url: String,
}

impl<'a> Presented<'a> {
    /// RFC 6750 §2.1, RFC 9449 §7.1.
    pub(crate) fn read(http: &'a HttpRequest) -> Result<Self, ApiError> {
        let header = http.headers().get(AUTHORIZATION).ok_or(ApiError::NoToken)?;
        let header = header.to_str().map_err(|_| ApiError::InvalidToken(VerifyError::Malformed))?;
        let (scheme, token) = header.trim().split_once(' ').ok_or(ApiError::NoToken)?;
        let token = token.trim();
        let is_dpop = scheme.eq_ignore_ascii_case("DPoP");
        if token.is_empty() || !(is_dpop || scheme.eq_ignore_ascii_case("Bearer")) {
            return Err(ApiError::NoToken);
        }
        Ok(Self { token, is_dpop })
    }
}

impl Possession {
    pub(crate) fn new(base_url: String) -> Self {
        Self { proofs: DpopVerifier::default(), base_url }
    }

    /// Nothing is asked of who sends a plain bearer token.
    pub(crate) fn check(
        &self,
        http: &HttpRequest,
        presented: Presented<'_>,
        cnf: &Confirmation,
    ) -> Result<(), ApiError> {
        if cnf.is_empty() && !presented.is_dpop {
            return Ok(());
        }
        if let Some(thumbprint) = cnf.certificate {
            let shown = http.conn_data::<ClientCertificate>();
            if shown.is_none_or(|shown| shown.thumbprint != thumbprint) {
                return Err(ApiError::NotProved(
                    "The access token is bound to a TLS client certificate that the connection does not show.",
                ));
            }
        }
        match (cnf.jkt, presented.is_dpop) {
            (Some(jkt), true) => self.check_proof(http, presented.token, jkt),
            (Some(_), false) => Err(ApiError::NotProved(
                "The access token is bound to a DPoP key: send it as Authorization: DPoP, with a proof in the header DPoP.",
            )),
            (None, true) => Err(ApiError::NotProved(
                "The access token is not bound to a DPoP key: send it as Authorization: Bearer.",
            )),
            (None, false) => Ok(()),
        }
    }

    fn check_proof(&self, http: &HttpRequest, token: &str, jkt: Thumbprint) -> Result<(), ApiError> {
        let mut headers = http.headers().get_all("dpop");
        let proof = headers.next().ok_or(ApiError::InvalidProof(DpopError::Missing))?;
        if headers.next().is_some() {
            return Err(ApiError::InvalidProof(DpopError::Several));
        }
        let proof = proof.to_str().map_err(|_| ApiError::InvalidProof(DpopError::Malformed))?;
        let below = http.path().strip_prefix(super::routes::BASE).unwrap_or_default();
        let url = format!("{}{below}", self.base_url);
        let request = ProvedRequest {
            method: http.method().as_str(),
            url: &url,
            access_token: Some(token),
            key: Some(jkt),
            now: Timestamp::now().seconds().unsigned_abs(),
        };
        self.proofs.verify(proof, request).map(drop).map_err(ApiError::InvalidProof)
    }
}

//! What a token is bound to: the key of a DPoP proof (RFC 9449), the client's TLS certificate (RFC 8705).

use crate::Issuer;
use crate::clients::Client;
use crate::error::TokenError;
use crate::proofs::Binding;
use actix_web::HttpRequest;
use muster_store::Timestamp;
use muster_token::{ClientCertificate, Confirmation, DpopError, ProvedRequest, Thumbprint};

/// What the request asks for or the application demands. A proof that is sent binds the token; a certificate binds it
/// only where the application says so, since a client may show the same one to many servers.
pub(crate) fn confirm(
    issuer: &Issuer,
    http: &HttpRequest,
    client: &Client,
    certificate: Option<&ClientCertificate>,
    now: Timestamp,
) -> Result<Confirmation, TokenError> {
    let jkt = proof_key(issuer, http, now)?;
    let binding = client.proofs.binding;
    if binding == Some(Binding::Dpop) && jkt.is_none() {
        return Err(TokenError::InvalidDpopProof(DpopError::Missing));
    }
    let certificate = match (binding, certificate) {
        (Some(Binding::Certificate), None) => {
            return Err(TokenError::invalid_request(
                "The application's tokens are bound to a TLS client certificate, and the connection has none.",
            ));
        }
        (Some(Binding::Certificate), Some(certificate)) => Some(certificate.thumbprint),
        _ => None,
    };
    Ok(Confirmation { jkt, certificate })
}

fn proof_key(issuer: &Issuer, http: &HttpRequest, now: Timestamp) -> Result<Option<Thumbprint>, TokenError> {
    let mut headers = http.headers().get_all("dpop");
    let Some(header) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(DpopError::Several.into());
    }
    let proof = header.to_str().map_err(|_| DpopError::Malformed)?;
    let url = format!("{}/v2/token", issuer.0.settings.issuer);
    let request = ProvedRequest {
        method: http.method().as_str(),
        url: &url,
        access_token: None,
        key: None,
        now: now.seconds().unsigned_abs(),
    };
    Ok(Some(issuer.0.dpop.verify(proof, request)?))
}

//! Clients' certificates: asked for, not demanded; read once for each connection.

use super::files::Loaded;
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::rt::net::TcpStream;
use muster_token::{ClientCertificate, Thumbprint};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use std::any::Any;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// Takes any certificate whose private key the client has, self-signed ones too (RFC 8705 §2.2.2). Whether it proves
/// anything is decided where a request is authenticated.
#[derive(Debug)]
pub(super) struct AnyCertificate(WebPkiSupportedAlgorithms);

impl AnyCertificate {
    pub(super) fn new(provider: &CryptoProvider) -> Self {
        Self(provider.signature_verification_algorithms)
    }
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// The certificate of a connection's client, if it showed one.
pub(super) fn certificate(connection: &dyn Any, loaded: &Loaded) -> Option<ClientCertificate> {
    let stream = connection.downcast_ref::<TlsStream<TcpStream>>()?;
    let (first, rest) = stream.get_ref().1.peer_certificates()?.split_first()?;
    let is_trusted = loaded
        .authorities
        .as_ref()
        .is_some_and(|authorities| authorities.verify_client_cert(first, rest, UnixTime::now()).is_ok());
    let certificate = read(first, is_trusted);
    tracing::debug!(?certificate, "a client showed a TLS certificate");
    Some(certificate)
}

/// A certificate that cannot be parsed is still itself.
pub(crate) fn read(der: &[u8], is_trusted: bool) -> ClientCertificate {
    let mut certificate = ClientCertificate {
        thumbprint: Thumbprint::of(der),
        subject: String::new(),
        dns_names: Vec::new(),
        uris: Vec::new(),
        is_trusted,
    };
    let Ok(parsed) = Certificate::from_der(der) else { return certificate };
    certificate.subject = parsed.tbs_certificate.subject.to_string();
    if let Ok(Some((_, names))) = parsed.tbs_certificate.get::<SubjectAltName>() {
        for name in names.0 {
            match name {
                GeneralName::DnsName(name) => certificate.dns_names.push(name.to_string()),
                GeneralName::UniformResourceIdentifier(uri) => certificate.uris.push(uri.to_string()),
                _ => (),
            }
        }
    }
    certificate
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    #[test]
    fn names_are_read_as_rfc_4514_writes_them() {
        let mut params = CertificateParams::new(vec!["sync.acme.example".into()]).unwrap();
        params.subject_alt_names.push(SanType::URI("spiffe://acme/sync".try_into().unwrap()));
        params.distinguished_name = rcgen::DistinguishedName::new();
        // In the order of the certificate: the country first, the name last.
        params.distinguished_name.push(DnType::CountryName, "NL");
        params.distinguished_name.push(DnType::OrganizationName, "Acme, Ltd");
        params.distinguished_name.push(DnType::CommonName, "sync");
        let made = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let found = read(made.der(), true);
        assert_eq!(found.subject, r"CN=sync,O=Acme\, Ltd,C=NL");
        assert_eq!(found.dns_names, ["sync.acme.example"]);
        assert_eq!(found.uris, ["spiffe://acme/sync"]);
        assert_eq!(found.thumbprint, Thumbprint::of(made.der()));
        assert_eq!(read(b"rubbish", false).subject, "");
    }
}

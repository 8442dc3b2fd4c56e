//! How a client may prove itself beside a secret, parsed once when the client is read.

use muster_jwks::KeySource;
use muster_store::client_proofs::{CertificateRow, KeySetRow, Proofs, TrustRow};
use muster_token::{ClientCertificate, ForeignKeySet, Thumbprint, comparable_name};
use std::sync::Arc;

/// Everything beside secrets.
#[derive(Default)]
pub(crate) struct ClientProofs {
    pub(crate) keys: Vec<RegisteredKeys>,
    pub(crate) trusts: Vec<Trust>,
    certificates: Vec<RegisteredCertificate>,
    pub(crate) binding: Option<Binding>,
}

/// Keys that the client signs its own assertions with.
pub(crate) enum RegisteredKeys {
    Here(Arc<ForeignKeySet>),
    At(KeySource),
}

/// Another issuer's assertions about a subject.
pub(crate) struct Trust {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) audiences: Vec<String>,
    pub(crate) keys: KeySource,
}

enum RegisteredCertificate {
    Subject(String),
    DnsName(String),
    Uri(String),
    Thumbprint(Thumbprint),
}

/// What all of an application's tokens are bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The key of a DPoP proof (RFC 9449).
    Dpop,
    /// The TLS client certificate (RFC 8705 §3).
    Certificate,
}

impl Binding {
    /// As it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dpop => "dpop",
            Self::Certificate => "certificate",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::Dpop, Self::Certificate].into_iter().find(|binding| binding.as_str() == text)
    }
}

impl ClientProofs {
    /// Rows that cannot be used are left out and logged: they were checked when they were made.
    pub(crate) fn new(rows: &Proofs) -> Self {
        fn usable<T>(read: Option<T>, id: &str) -> Option<T> {
            if read.is_none() {
                tracing::error!(id, "a stored proof of a client cannot be used");
            }
            read
        }
        Self {
            keys: rows.key_sets.iter().filter_map(|row| usable(keys(row), &row.id)).collect(),
            trusts: rows.trusts.iter().filter_map(|row| usable(trust(row), &row.id)).collect(),
            certificates: rows
                .certificates
                .iter()
                .filter_map(|row| usable(certificate(row), &row.id))
                .collect(),
            binding: rows.binding.as_deref().and_then(Binding::read),
        }
    }

    /// Whether the certificate is one of those that are registered by name or thumbprint (RFC 8705 §2.1.2, §2.2).
    pub(crate) fn accept(&self, shown: &ClientCertificate) -> bool {
        self.certificates.iter().any(|registered| match registered {
            RegisteredCertificate::Thumbprint(thumbprint) => *thumbprint == shown.thumbprint,
            // A name is worth what the authority that wrote it is worth.
            _ if !shown.is_trusted => false,
            RegisteredCertificate::Subject(name) => *name == comparable_name(&shown.subject),
            RegisteredCertificate::DnsName(name) => {
                shown.dns_names.iter().any(|shown| shown.eq_ignore_ascii_case(name))
            }
            RegisteredCertificate::Uri(uri) => shown.uris.contains(uri),
        })
    }
}

fn keys(row: &KeySetRow) -> Option<RegisteredKeys> {
    match (&row.jwks, &row.jwks_uri) {
        (Some(jwks), _) => {
            ForeignKeySet::from_json(jwks).ok().map(|keys| RegisteredKeys::Here(Arc::new(keys)))
        }
        (None, Some(uri)) => KeySource::jwks(uri).ok().map(RegisteredKeys::At),
        (None, None) => None,
    }
}

fn trust(row: &TrustRow) -> Option<Trust> {
    let keys = match &row.jwks_uri {
        Some(uri) => KeySource::jwks(uri).ok()?,
        None => KeySource::issuer(&row.issuer).ok()?,
    };
    let audiences = serde_json::from_str(&row.audiences).ok()?;
    Some(Trust { issuer: row.issuer.clone(), subject: row.subject.clone(), audiences, keys })
}

fn certificate(row: &CertificateRow) -> Option<RegisteredCertificate> {
    Some(match row.kind.as_str() {
        "subject_dn" => RegisteredCertificate::Subject(comparable_name(&row.value)),
        "san_dns" => RegisteredCertificate::DnsName(row.value.clone()),
        "san_uri" => RegisteredCertificate::Uri(row.value.clone()),
        "thumbprint" => RegisteredCertificate::Thumbprint(row.value.parse().ok()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_store::Timestamp;

    fn proofs(kind: &str, value: &str) -> ClientProofs {
        ClientProofs::new(&Proofs {
            certificates: vec![CertificateRow {
                id: "1".into(),
                application_id: "a".into(),
                kind: kind.into(),
                value: value.into(),
                created_at: Timestamp::from_seconds(1),
            }],
            ..Proofs::default()
        })
    }

    fn shown(is_trusted: bool) -> ClientCertificate {
        ClientCertificate {
            thumbprint: Thumbprint::of(b"x"),
            subject: "CN=sync,O=Acme".into(),
            dns_names: vec!["sync.acme.example".into()],
            uris: vec!["spiffe://acme/sync".into()],
            is_trusted,
        }
    }

    #[test]
    fn a_name_counts_only_when_an_authority_vouches_for_it() {
        for (kind, value) in [
            ("subject_dn", "cn=Sync, o=ACME"),
            ("san_dns", "SYNC.acme.example"),
            ("san_uri", "spiffe://acme/sync"),
        ] {
            assert!(proofs(kind, value).accept(&shown(true)), "{kind}");
            assert!(!proofs(kind, value).accept(&shown(false)), "{kind}");
            assert!(!proofs(kind, "x").accept(&shown(true)), "{kind}");
        }
        let thumbprint = Thumbprint::of(b"x").to_string();
        assert!(proofs("thumbprint", &thumbprint).accept(&shown(false)));
        assert!(!proofs("thumbprint", &Thumbprint::of(b"y").to_string()).accept(&shown(true)));
    }
}

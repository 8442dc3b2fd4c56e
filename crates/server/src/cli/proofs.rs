//! `muster app key|trust|certificate|bind`: how an application proves itself beside a secret.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum AppKey {
    /// Register public keys (RFC 7523): a JWK set in a file, or its address
    Add(AppKeyAdd),
    /// List the registered keys
    List {
        /// The client id
        id: String,
    },
    /// Remove registered keys
    Remove {
        /// The client id
        id: String,
        /// The identifier that `list` shows
        keys: String,
    },
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("source").required(true).args(["jwks", "jwks_url"])))]
pub(crate) struct AppKeyAdd {
    /// The client id
    pub(crate) id: String,

    /// A file with the JWK set: public keys alone
    #[arg(long, value_name = "FILE")]
    pub(crate) jwks: Option<PathBuf>,

    /// The https address of the JWK set
    #[arg(long, value_name = "URL")]
    pub(crate) jwks_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AppTrust {
    /// Trust another issuer's assertions about a subject: workload identity federation
    Add(AppTrustAdd),
    /// List the trusts
    List {
        /// The client id
        id: String,
    },
    /// End a trust
    Remove {
        /// The client id
        id: String,
        /// The identifier that `list` shows
        trust: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AppTrustAdd {
    /// The client id
    pub(crate) id: String,

    /// The assertion's issuer, exactly; Entra's is https://login.microsoftonline.com/TENANT/v2.0
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,

    /// The assertion's subject, exactly; Entra's is the object id of the provisioning service principal
    #[arg(long)]
    pub(crate) subject: String,

    /// What the assertion may be for, such as api://APP-ID; may be repeated
    #[arg(long = "audience", value_name = "AUDIENCE", required = true)]
    pub(crate) audiences: Vec<String>,

    /// The https address of the issuer's keys; without it, the issuer's metadata is asked
    #[arg(long, value_name = "URL")]
    pub(crate) jwks_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AppCertificate {
    /// Register a TLS client certificate (RFC 8705), by a name that an authority vouches for or by itself
    Add(AppCertificateAdd),
    /// List the registered certificates
    List {
        /// The client id
        id: String,
    },
    /// Remove a registered certificate
    Remove {
        /// The client id
        id: String,
        /// The identifier that `list` shows
        certificate: String,
    },
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("name").required(true).args(["subject_dn", "san_dns", "san_uri", "thumbprint", "file"])))]
pub(crate) struct AppCertificateAdd {
    /// The client id
    pub(crate) id: String,

    /// The subject's distinguished name as RFC 4514 writes it, such as CN=sync,O=Acme
    #[arg(long, value_name = "NAME")]
    pub(crate) subject_dn: Option<String>,

    /// A DNS name of the subject alternative name
    #[arg(long, value_name = "NAME")]
    pub(crate) san_dns: Option<String>,

    /// A URI of the subject alternative name
    #[arg(long, value_name = "URI")]
    pub(crate) san_uri: Option<String>,

    /// The certificate's SHA-256, as openssl prints it or in base64url; it may be self-signed
    #[arg(long, value_name = "SHA-256")]
    pub(crate) thumbprint: Option<String>,

    /// A PEM file with the certificate, of which the SHA-256 is registered
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BindTo {
    /// A DPoP key (RFC 9449): requests without a proof get no token
    Dpop,
    /// The TLS client certificate (RFC 8705): requests without one get no token
    Certificate,
    /// Nothing, unless a request sends a DPoP proof
    Nothing,
}

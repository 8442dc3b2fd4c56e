//! `[[scim.trusted_issuers]]`

use super::Configuration;
use anyhow::{Context, Result, bail};
use muster_jwks::KeySource;
use muster_scim::{OrganizationOf, TrustedIssuer};
use muster_token::{SIGNATURE_ALGORITHMS, Scope, ScopeSet};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrustedIssuerTable {
    issuer: String,
    audiences: Vec<String>,
    #[serde(default)]
    jwks_url: String,
    #[serde(default)]
    organization: String,
    #[serde(default)]
    organization_claim: String,
    #[serde(default = "scope")]
    scope_claim: String,
    #[serde(default)]
    algorithms: Vec<String>,
    #[serde(default)]
    scopes: HashMap<String, Vec<String>>,
}

fn scope() -> String {
    "scope".to_owned()
}

impl Configuration {
    /// The issuers whose tokens are believed beside our own.
    pub(crate) fn trusted_issuers(&self) -> Result<Vec<TrustedIssuer>> {
        self.scim.trusted_issuers.iter().map(TrustedIssuerTable::read).collect()
    }
}

impl TrustedIssuerTable {
    pub(crate) fn read(&self) -> Result<TrustedIssuer> {
        self.checked().with_context(|| format!("scim.trusted_issuers: the issuer {:?}", self.issuer))
    }

    fn checked(&self) -> Result<TrustedIssuer> {
        let keys = if self.jwks_url.is_empty() {
            KeySource::issuer(&self.issuer)?
        } else {
            KeySource::jwks(&self.jwks_url)?
        };
        if self.audiences.is_empty() {
            bail!("needs at least one of audiences: a token for another server must not open this one");
        }
        let organization = match (self.organization.as_str(), self.organization_claim.as_str()) {
            ("", "") => bail!("needs organization or organization_claim"),
            (name, "") => OrganizationOf::Name(name.to_owned()),
            ("", claim) => OrganizationOf::Claim(claim.to_owned()),
            _ => bail!("has organization and organization_claim; set one of them"),
        };
        if let Some(unknown) =
            self.algorithms.iter().find(|name| !SIGNATURE_ALGORITHMS.contains(&name.as_str()))
        {
            bail!("algorithms has {unknown:?}; there are {}", SIGNATURE_ALGORITHMS.join(", "));
        }
        let scopes = self.scopes.iter().map(|(name, scopes)| Ok((name.clone(), scope_set(scopes)?)));
        Ok(TrustedIssuer {
            issuer: self.issuer.clone(),
            keys,
            audiences: self.audiences.clone(),
            organization,
            scope_claim: self.scope_claim.clone(),
            scopes: scopes.collect::<Result<_>>()?,
            algorithms: self.algorithms.clone(),
        })
    }
}

fn scope_set(names: &[String]) -> Result<ScopeSet> {
    if names.iter().any(|name| name == "*") {
        return Ok(ScopeSet::ALL);
    }
    Ok(names.iter().map(|name| name.parse::<Scope>()).collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TrustedIssuer> {
        let table = config::Config::builder()
            .add_source(config::File::from_str(text, config::FileFormat::Toml))
            .build()?
            .try_deserialize::<TrustedIssuerTable>()?;
        table.read()
    }

    const GOOD: &str =
        "issuer = \"https://login.example\"\naudiences = [\"scim\"]\norganization = \"acme\"\n";

    #[test]
    fn an_issuer_is_read() {
        let issuer =
            read(&format!("{GOOD}[scopes]\n\"scim.Write\" = [\"*\"]\nr = [\"managed-users:read\"]")).unwrap();
        assert_eq!(issuer.scope_claim, "scope");
        assert_eq!(issuer.scopes["scim.Write"], ScopeSet::ALL, "a claim's values keep their case");
        assert_eq!(issuer.scopes["r"].to_string(), "managed-users:read");
    }

    #[test]
    fn each_mistake_is_explained() {
        for (text, expected) in [
            (GOOD.replace("https", "http"), "not an https address"),
            (GOOD.replace("[\"scim\"]", "[]"), "at least one of audiences"),
            (GOOD.replace("organization", "organisation"), "organisation"),
            (GOOD.replace("organization = \"acme\"", ""), "organization or organization_claim"),
            (format!("{GOOD}organization_claim = \"t\""), "set one of them"),
            (format!("{GOOD}algorithms = [\"HS256\"]"), "HS256"),
            (format!("{GOOD}[scopes]\nx = [\"managed-users:fly\"]"), "managed-users:fly"),
        ] {
            let error = format!("{:#}", read(&text).unwrap_err());
            assert!(error.contains(expected), "{error}");
        }
    }
}

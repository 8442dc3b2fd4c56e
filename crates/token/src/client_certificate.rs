//! The certificate that a client showed when its TLS connection was made (RFC 8705).

use crate::Thumbprint;

/// What the issuer and the SCIM server need to know of it. The connection proved that the client has the private key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The SHA-256 of its DER form.
    pub thumbprint: Thumbprint,
    /// The subject's distinguished name, as RFC 4514 writes it.
    pub subject: String,
    /// `dNSName`s of the subject alternative name.
    pub dns_names: Vec<String>,
    /// `uniformResourceIdentifier`s of it.
    pub uris: Vec<String>,
    /// Whether a certificate authority that is configured vouches for it now.
    pub is_trusted: bool,
}

/// A distinguished name as it is compared: without regard to case, to spaces around separators, and to how an attribute
/// type's name is written.
#[must_use]
pub fn comparable_name(name: &str) -> String {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut escaped = false;
    for character in name.chars() {
        if !escaped && matches!(character, ',' | ';') {
            parts.push(std::mem::take(&mut part));
            continue;
        }
        escaped = !escaped && character == '\\';
        part.push(character);
    }
    parts.push(part);
    let parts = parts.iter().map(|part| match part.split_once('=') {
        Some((attribute, value)) => {
            format!("{}={}", attribute.trim().to_lowercase(), value.trim().to_lowercase())
        }
        None => part.trim().to_lowercase(),
    });
    parts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::comparable_name;

    #[test]
    fn names_are_compared_by_what_they_say() {
        assert_eq!(comparable_name("CN=Sync , O = Acme Ltd"), "cn=sync,o=acme ltd");
        assert_eq!(comparable_name("cn=sync,o=ACME LTD"), "cn=sync,o=acme ltd");
        assert_eq!(comparable_name(r"CN=Sync\, Inc,O=x"), r"cn=sync\, inc,o=x");
        assert_ne!(comparable_name("CN=a,O=b"), comparable_name("O=b,CN=a"), "the order counts");
    }
}

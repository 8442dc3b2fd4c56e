//! SHA-256 thumbprints, and what a token may be bound to by them.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The SHA-256 of a key (RFC 7638) or of a certificate (RFC 8705 §3.1); written in base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Thumbprint([u8; 32]);

/// A text that is no thumbprint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "a thumbprint is a SHA-256: 43 characters of base64url, or 64 hexadecimal digits with or without colons"
)]
pub struct NotAThumbprint;

impl Thumbprint {
    /// The thumbprint of these bytes, such as a certificate's DER form.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut sum = [0; 32];
        sum.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Self(sum)
    }

    pub(crate) fn half(self) -> u128 {
        let mut half = [0; 16];
        half.copy_from_slice(&self.0[..16]);
        u128::from_le_bytes(half)
    }

    /// From hexadecimal digits, with or without colons, as `openssl x509 -fingerprint -sha256` prints them; or from
    /// base64url.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub fn from_any(text: &str) -> Result<Self, NotAThumbprint> {
        let digits: String = text.chars().filter(|character| *character != ':').collect();
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return text.parse();
        }
        let mut sum = [0; 32];
        for (byte, pair) in sum.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotAThumbprint)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotAThumbprint)?;
        }
        Ok(Self(sum))
    }
}

impl FromStr for Thumbprint {
    type Err = NotAThumbprint;

    fn from_str(text: &str) -> Result<Self, NotAThumbprint> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAThumbprint)?;
        bytes.try_into().map(Self).map_err(|_| NotAThumbprint)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// What the holder of a token must prove with each request: the claim `cnf` (RFC 7800 §3). A token that is bound in a
/// way that is not known here is not believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The key of the DPoP proofs (RFC 9449 §6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<Thumbprint>,
    /// The TLS client certificate (RFC 8705 §3.1).
    #[serde(rename = "x5t#S256", default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Thumbprint>,
}

impl Confirmation {
    /// Whether nothing must be proved: a plain bearer token.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.jkt.is_none() && self.certificate.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_are_read_in_every_usual_form() {
        let thumbprint = Thumbprint::of(b"");
        assert_eq!(thumbprint.to_string(), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
        let hexadecimal =
            "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";
        for text in [hexadecimal, &hexadecimal.replace(':', "").to_lowercase(), &thumbprint.to_string()] {
            assert_eq!(Thumbprint::from_any(text), Ok(thumbprint));
        }
        for text in ["", "E3:B0", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuF", &"z".repeat(64)] {
            assert_eq!(Thumbprint::from_any(text), Err(NotAThumbprint), "{text}");
        }
    }

    #[test]
    fn an_unknown_way_of_binding_is_an_error() {
        let text = r#"{"x5t#S256":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"}"#;
        let bound: Confirmation = serde_json::from_str(text).unwrap();
        assert_eq!(bound.certificate, Some(Thumbprint::of(b"")));
        assert_eq!(serde_json::to_string(&bound).unwrap(), text);
        assert!(serde_json::from_str::<Confirmation>(r#"{"jwk":{}}"#).is_err());
    }
}

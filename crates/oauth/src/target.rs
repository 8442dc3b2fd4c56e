//! What a token is for: resource indicators (RFC 8707).

use crate::error::TokenError;
use url::Url;

/// Accepts targets that name this server: the issuer, or the SCIM base URL. A token is for the SCIM server in any case.
pub(crate) fn check(targets: &[String], issuer: &str, audience: &str) -> Result<(), TokenError> {
    let Some(other) = targets.iter().find(|target| !names(target, issuer) && !names(target, audience)) else {
        return Ok(());
    };
    let shown: String = other.chars().take(100).filter(|character| !character.is_control()).collect();
    Err(TokenError::InvalidTarget(format!(
        "This server has no resource {shown:?}. Leave resource and audience out, or send {audience}."
    )))
}

/// With or without a trailing slash, and however the host is written.
fn names(target: &str, ours: &str) -> bool {
    if target == ours {
        return true;
    }
    let (Ok(target), Ok(ours)) = (Url::parse(target), Url::parse(ours)) else { return false };
    target.as_str().trim_end_matches('/') == ours.as_str().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_names_this_server() {
        let check = |target: &str| {
            check(&[target.to_owned()], "https://id.example", "https://id.example/scim/v2").is_ok()
        };
        for good in [
            "https://id.example",
            "https://id.example/",
            "HTTPS://ID.example:443/scim/v2",
            "https://id.example/scim/v2/",
        ] {
            assert!(check(good), "{good}");
        }
        for bad in
            ["https://id.example/scim", "https://evil.example", "scim", "https://id.example/scim/v2#x", "\0"]
        {
            assert!(!check(bad), "{bad}");
        }
    }
}

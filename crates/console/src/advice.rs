//! Why a request failed, probably, and what helps.

use muster_store::journal::{FailureKind, LogEntry};

/// The texts that say so begin with this: `…-cause`, `…-cure`.
pub(crate) fn of(entry: &LogEntry) -> &'static str {
    find(&entry.action, entry.status, entry.error_kind.as_deref(), entry.error.as_deref().unwrap_or_default())
}

/// As [`of`], for failures that are alike.
pub(crate) fn of_kind(kind: &FailureKind) -> &'static str {
    find(&kind.action, kind.status, kind.error_kind.as_deref(), kind.error.as_deref().unwrap_or_default())
}

fn find(action: &str, status: i64, kind: Option<&str>, error: &str) -> &'static str {
    if action == "token.refuse" {
        return match kind {
            Some("invalid_client") if error.contains("expired") => "advice-secret-expired",
            Some("invalid_client") => "advice-client",
            Some("invalid_scope") => "advice-scope-unknown",
            _ if status == 429 => "advice-too-many",
            _ if status >= 500 => "advice-busy",
            _ => "advice-token-request",
        };
    }
    match (status, kind) {
        (401, _) if error.contains("of its own") => "advice-entra-token",
        (401, _) => "advice-token",
        (403, _) => "advice-scope",
        (404, _) if action == "other" => "advice-path",
        (404, _) => "advice-gone",
        (409, Some("uniqueness")) => "advice-taken",
        (409, _) => "advice-conflict",
        (412, _) => "advice-version",
        (413, _) => "advice-large",
        (429, _) => "advice-too-many",
        (400, Some("invalidFilter")) => "advice-filter",
        (400, Some("tooMany")) => "advice-slow",
        (400, _) => "advice-value",
        (503, _) => "advice-busy",
        _ => "advice-server",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Texts;

    #[test]
    fn every_advice_has_its_texts() {
        let mut seen = std::collections::BTreeSet::new();
        for action in ["token.refuse", "create", "other"] {
            for status in [400, 401, 403, 404, 409, 412, 413, 429, 500, 503] {
                for kind in [
                    None,
                    Some("invalid_client"),
                    Some("invalid_scope"),
                    Some("uniqueness"),
                    Some("invalidFilter"),
                    Some("tooMany"),
                ] {
                    for error in ["", "The client secret has expired.", "Entra sent a token of its own"] {
                        seen.insert(find(action, status, kind, error));
                    }
                }
            }
        }
        assert!(seen.len() > 15);
        for texts in Texts::all() {
            for key in &seen {
                assert!(texts.has(&format!("{key}-cause")) && texts.has(&format!("{key}-cure")), "{key}");
            }
        }
    }
}

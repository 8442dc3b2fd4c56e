//! Case folding: what "without regard to case" means.

use icu_casemap::CaseMapper;
use std::borrow::Cow;

/// Folds case by Unicode's full case folding, in all scripts: `ß` and `SS` become the same.
///
/// Two texts of an attribute that is not `caseExact` are the same when their folded forms are.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    CaseMapper::new().fold_string(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_all_scripts() {
        assert_eq!(fold("Ada@Example.COM"), "ada@example.com");
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
        assert!(matches!(fold("lower"), Cow::Borrowed(_)));
    }
}

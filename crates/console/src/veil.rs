//! Personal data as a role may see it.

use crate::role::Role;

/// Masks what an auditor may not read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Veil {
    drawn: bool,
}

impl Veil {
    pub(crate) const fn of(role: Role) -> Self {
        Self { drawn: matches!(role, Role::Auditor) }
    }

    /// Whether anything is masked.
    pub(crate) const fn is_drawn(self) -> bool {
        self.drawn
    }

    /// A text that may be about a person: each word keeps its first letter, an address its domain.
    pub(crate) fn text(self, text: &str) -> String {
        if self.drawn { mask(text) } else { text.to_owned() }
    }
}

fn mask(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(mask_word).collect()
}

fn mask_word(word: &str) -> String {
    let (word, space) = match word.char_indices().last() {
        Some((at, last)) if last.is_whitespace() => word.split_at(at),
        _ => (word, ""),
    };
    let (local, domain) = match word.rsplit_once('@') {
        Some((local, domain)) => (local, format!("@{domain}")),
        None => (word, String::new()),
    };
    let masked = match local.chars().next() {
        Some(first) => format!("{first}•••"),
        None => String::new(),
    };
    format!("{masked}{domain}{space}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_sees_first_letters_and_domains() {
        let veil = Veil::of(Role::Auditor);
        assert_eq!(veil.text("Ada Byron"), "A••• B•••");
        assert_eq!(veil.text("ada.byron@example.com"), "a•••@example.com");
        assert_eq!(veil.text(""), "");
        assert_eq!(veil.text("Ünï \u{1F600}"), "Ü••• \u{1F600}•••");
        assert_eq!(Veil::of(Role::Admin).text("Ada Byron"), "Ada Byron");
    }
}

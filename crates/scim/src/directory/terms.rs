//! What somebody typed, as terms of a search.

use muster_scim_core::{Attribute, AttributeType, ResourceType, fold};
use muster_store::directory::{Field, Term, Way};

/// Of what was typed, so many characters count.
const LONGEST: usize = 200;
/// And so many words.
const MOST_WORDS: usize = 8;

/// The whole, and its words where it has several.
#[derive(Debug, PartialEq)]
pub(super) struct Terms {
    pub(super) phrase: Term,
    pub(super) words: Vec<Term>,
}

/// A field and whether it is compared with regard to case.
type Sought = (Field, bool);

impl Terms {
    /// `None` when nothing was typed.
    pub(super) fn of(kind: &ResourceType, typed: &str) -> Option<Self> {
        // The store has no NUL.
        let typed: String = typed.chars().filter(|character| *character != '\0').take(LONGEST).collect();
        let words: Vec<&str> = typed.split_whitespace().take(MOST_WORDS).collect();
        if words.is_empty() {
            return None;
        }
        let fields = fields(kind);
        let phrase = term(&fields, &words.join(" "));
        let words = match words.as_slice() {
            [_] => Vec::new(),
            several => several.iter().map(|word| term(&fields, word)).collect(),
        };
        Some(Self { phrase, words })
    }
}

fn term(fields: &[Sought], text: &str) -> Term {
    let folded = fold(text);
    let spellings = [text.to_owned(), text.to_lowercase(), text.to_uppercase()];
    let mut term = Term::new();
    for (field, is_exact) in fields {
        if !is_exact {
            term.push(Way::new(field.clone(), &folded));
            continue;
        }
        // These are kept as they were written: identifiers are mostly of one case.
        for (number, spelling) in spellings.iter().enumerate() {
            if !spellings[..number].contains(spelling) {
                term.push(Way::new(field.clone(), spelling));
            }
        }
    }
    term
}

/// Where a type's resources are looked for, in the order in which they are shown: by the unique name, by what else is
/// indexed, by `externalId`. Not by whom they refer to: nobody types that.
fn fields(kind: &ResourceType) -> Vec<Sought> {
    let mut fields = Vec::new();
    fields.extend(kind.unique_attribute().map(|unique| (Field::UniqueKey, unique.case_exact)));
    push_indexed(kind, &kind.attributes, "", &mut fields);
    for extension in &kind.extensions {
        push_indexed(kind, &extension.schema.attributes, &format!("{}.", extension.schema.id), &mut fields);
    }
    fields.push((Field::ExternalId, true));
    fields
}

fn push_indexed(kind: &ResourceType, attributes: &[Attribute], prefix: &str, fields: &mut Vec<Sought>) {
    for attribute in attributes.iter().filter(|attribute| !attribute.refers_to_resources()) {
        let path = format!("{prefix}{}", attribute.name);
        push_indexed(kind, &attribute.sub_attributes, &format!("{path}."), fields);
        let is_text = matches!(attribute.kind, AttributeType::String | AttributeType::Reference);
        let has_column =
            prefix.is_empty() && kind.unique_attribute().is_some_and(|unique| unique.name == attribute.name);
        if attribute.indexed && is_text && !has_column {
            fields.push((Field::Value(path), attribute.case_exact));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_scim_core::Catalog;

    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    #[test]
    fn people_are_looked_for_by_what_they_are_called() {
        let catalog = Catalog::built_in();
        let value = |path: &str| Field::Value(path.to_owned());
        let way = |field: Field, text: &str| Way::new(field, text);
        let user = Terms::of(catalog.resource_type("User").unwrap(), " Straße ").unwrap();
        let expected = vec![
            way(Field::UniqueKey, "strasse"),
            way(value("name.familyName"), "strasse"),
            way(value("displayName"), "strasse"),
            way(value("emails.value"), "strasse"),
            way(value(&format!("{ENTERPRISE}.employeeNumber")), "strasse"),
            way(Field::ExternalId, "Straße"),
            way(Field::ExternalId, "straße"),
            way(Field::ExternalId, "STRASSE"),
        ];
        assert_eq!(user, Terms { phrase: expected, words: Vec::new() });
        let group = Terms::of(catalog.resource_type("Group").unwrap(), "7").unwrap();
        assert_eq!(group.phrase, [way(Field::UniqueKey, "7"), way(Field::ExternalId, "7")]);
    }

    #[test]
    fn words_are_terms_of_their_own() {
        let catalog = Catalog::built_in();
        let group = catalog.resource_type("Group").unwrap();
        let terms = Terms::of(group, "a\0  b\tc").unwrap();
        assert_eq!(terms.phrase[0], Way::new(Field::UniqueKey, "a b c"));
        assert_eq!(terms.words.len(), 3);
        assert_eq!(Terms::of(group, "a ").unwrap().words, Vec::<Term>::new());
        for nothing in ["", "  ", "\0"] {
            assert_eq!(Terms::of(group, nothing), None);
        }
    }
}

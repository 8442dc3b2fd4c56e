//! `sortBy` (RFC 7644 §3.4.2.3).

use crate::ScimError;
use crate::condition::{Field, Operand};
use crate::schema::{AttributeType, Located, ResourceType};
use crate::search::FIRST;
use serde_json::Value;

/// By which value a list is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// Where the value is.
    pub field: Field,
    /// What it is.
    pub kind: AttributeType,
}

impl SortKey {
    /// Finds what `sortBy` names. A complex attribute stands for its `value`; of a list, the primary value counts, or the
    /// first.
    ///
    /// # Errors
    ///
    /// `invalidValue` when there is no such attribute, or none with one value.
    pub fn parse(resource_type: &ResourceType, notation: &str) -> Result<Self, ScimError> {
        let refused = |reason: &str| Err(ScimError::invalid_value(format!("sortBy {notation:?} {reason}.")));
        let Some(Located::Attribute { extension, attribute, sub_attribute }) =
            resource_type.locate(notation.trim())
        else {
            return refused("names no attribute");
        };
        let is_relation = extension.is_none()
            && (attribute.name == "members" && resource_type.has_members()
                || attribute.name == "groups" && resource_type.shows_groups());
        if is_relation || attribute.returned == crate::Returned::Never {
            return refused("cannot be sorted by");
        }
        let compared = match sub_attribute {
            Some(sub) => sub,
            None if attribute.is_complex() => match attribute.sub_attribute("value") {
                Some(value) => value,
                None => return refused("has no single value: name one of its sub-attributes"),
            },
            None => attribute,
        };
        if compared.returned == crate::Returned::Never {
            return refused("cannot be sorted by");
        }
        let mut path = Vec::new();
        path.extend(attribute.multi_valued.then(|| FIRST.to_owned()));
        path.extend(extension.map(|extension| extension.schema.id.clone()));
        path.push(attribute.name.clone());
        path.extend(attribute.is_complex().then(|| compared.name.clone()));
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let field = match names.as_slice() {
            ["id"] | ["meta", "location"] => Field::Id,
            ["meta", "created"] => Field::Created,
            ["meta", "lastModified"] => Field::LastModified,
            ["meta", "version"] => Field::Version,
            _ => Field::Document(path),
        };
        Ok(Self { field, kind: compared.kind })
    }
}

impl SortKey {
    /// The value of a resource with this search document; `None` where it has none, or where the value is no part of
    /// the document.
    #[must_use]
    pub fn value(&self, search: &Value) -> Option<Operand> {
        let Field::Document(path) = &self.field else { return None };
        let value = path.iter().try_fold(search, |value, name| value.get(name))?;
        match value {
            Value::String(text) => Some(Operand::Text(text.clone())),
            Value::Bool(value) => Some(Operand::Boolean(*value)),
            Value::Number(number) => match number.as_i64() {
                Some(whole) => Some(Operand::Integer(whole)),
                None => number.as_f64().map(Operand::Decimal),
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn finds_the_value_to_sort_by() {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        let field = |notation: &str| SortKey::parse(user, notation).map(|key| key.field);
        let path = |names: &[&str]| Ok(Field::Document(names.iter().map(ToString::to_string).collect()));
        assert_eq!(field("USERNAME"), path(&["userName"]));
        assert_eq!(field("name.familyName"), path(&["name", "familyName"]));
        assert_eq!(field("emails"), path(&["$first", "emails", "value"]));
        assert_eq!(field("emails.type"), path(&["$first", "emails", "type"]));
        assert_eq!(field("meta.created"), Ok(Field::Created));
        for notation in ["", "colour", "name", "groups", "addresses"] {
            assert!(field(notation).is_err(), "{notation}");
        }
    }
}

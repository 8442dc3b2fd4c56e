//! A whole resource, as clients send it with POST and PUT.

use crate::schema::{Attribute, ResourceType};
use crate::value::{coerce, coerce_one};
use crate::{Object, ScimError};
use serde_json::Value;

/// What a client sent, in canonical form.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// `schemas` and the attributes, named as the schema names them, in its order; without `id`, `meta` and relations.
    pub document: Object,
    /// The identifiers of the members, where the type has members and they were sent.
    pub members: Option<Vec<String>>,
}

/// Reads a resource. Unknown attributes are ignored (RFC 7644 §3.3), read-only ones too (§3.5.1); a missing one that
/// has a default gets it.
///
/// # Errors
///
/// `invalidSyntax` when it is no object; `invalidValue` when a value is not of its attribute's type or a required one
/// is missing.
pub fn parse(resource_type: &ResourceType, body: &Value) -> Result<Parsed, ScimError> {
    let Value::Object(object) = body else {
        return Err(ScimError::invalid_syntax("The body must be a JSON object: the resource."));
    };
    let mut attributes = Object::new();
    let mut members = None;
    let mut extensions: Vec<(&str, Object)> = Vec::new();
    for (name, value) in object {
        if let Some(attribute) = resource_type.attribute(name) {
            if attribute.name == "members" && resource_type.has_members() {
                members = Some(member_ids(attribute, value.clone())?);
            } else if is_written(attribute) {
                assign(&mut attributes, attribute, value.clone(), &attribute.name)?;
            }
        } else if let Some(extension) = resource_type.extension(name) {
            let urn = extension.schema.id.as_str();
            let inner = match value {
                Value::Object(inner) => inner,
                Value::Null => continue,
                _ => return Err(ScimError::invalid_value(format!("{urn} must be an object."))),
            };
            let mut found = Object::new();
            for (name, value) in inner {
                if let Some(attribute) =
                    extension.schema.attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
                    && is_written(attribute)
                {
                    assign(&mut found, attribute, value.clone(), &format!("{urn}:{}", attribute.name))?;
                }
            }
            extensions.push((urn, found));
        }
    }
    for (urn, found) in extensions {
        if !found.is_empty() {
            attributes.insert(urn.to_owned(), Value::Object(found));
        }
    }
    let mut document = attributes;
    fill_defaults(resource_type, &mut document);
    finish(resource_type, &mut document)?;
    Ok(Parsed { document, members })
}

/// The identifiers in a list of members: objects with `value`, or bare texts (entra-facts 5.3).
///
/// # Errors
///
/// `invalidValue` when it is something else.
pub(crate) fn member_ids(attribute: &Attribute, value: Value) -> Result<Vec<String>, ScimError> {
    let list = match value {
        Value::Array(list) => list,
        Value::Null => Vec::new(),
        Value::String(text) if text.is_empty() => Vec::new(),
        one => vec![one],
    };
    let mut ids = Vec::with_capacity(list.len());
    for member in list {
        let member = coerce_one(attribute, member, &attribute.name)?;
        let id = member.as_ref().and_then(|member| member.get("value")).and_then(Value::as_str);
        let id = id
            .ok_or_else(|| ScimError::invalid_value("Each of members must have a value: the member's id."))?;
        ids.push(id.to_owned());
    }
    ids.dedup();
    Ok(ids)
}

/// Whether the attribute is part of the document as clients write it.
pub(crate) fn is_written(attribute: &Attribute) -> bool {
    !attribute.is_read_only() && attribute.name != "schemas"
}

fn assign(object: &mut Object, attribute: &Attribute, value: Value, path: &str) -> Result<(), ScimError> {
    if let Some(value) = coerce(attribute, value, path)? {
        object.insert(attribute.name.clone(), value);
    }
    Ok(())
}

fn fill_defaults(resource_type: &ResourceType, document: &mut Object) {
    for attribute in &resource_type.attributes {
        if let Some(default) = &attribute.default
            && !document.contains_key(&attribute.name)
        {
            document.insert(attribute.name.clone(), default.clone());
        }
    }
}

/// Puts a document into its final form: required attributes are there, `schemas` says what it uses, the order is the
/// schema's. Equal documents have equal texts.
///
/// # Errors
///
/// `invalidValue` when a required attribute is missing.
pub(crate) fn finish(resource_type: &ResourceType, document: &mut Object) -> Result<(), ScimError> {
    let mut source = std::mem::take(document);
    let mut schemas = vec![Value::from(resource_type.schema.id.as_str())];
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        if source.get(urn).is_some_and(|value| value.as_object().is_some_and(Object::is_empty)) {
            source.remove(urn);
        }
        if source.contains_key(urn) {
            schemas.push(urn.as_str().into());
        } else if extension.required {
            return Err(ScimError::invalid_value(format!("The schema extension {urn} is required.")));
        }
    }
    document.insert("schemas".to_owned(), Value::Array(schemas));
    for attribute in &resource_type.attributes {
        take_in_order(attribute, &mut source, document, "")?;
    }
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        if let Some(Value::Object(mut inner)) = source.remove(urn) {
            let mut ordered = Object::new();
            for attribute in &extension.schema.attributes {
                take_in_order(attribute, &mut inner, &mut ordered, urn)?;
            }
            document.insert(urn.clone(), Value::Object(ordered));
        }
    }
    Ok(())
}

fn take_in_order(
    attribute: &Attribute,
    source: &mut Object,
    target: &mut Object,
    urn: &str,
) -> Result<(), ScimError> {
    match source.remove(&attribute.name) {
        Some(value) if attribute.name != "schemas" => {
            target.insert(attribute.name.clone(), value);
        }
        None if attribute.required && is_written(attribute) => {
            let between = if urn.is_empty() { "" } else { ":" };
            return Err(ScimError::invalid_value(format!("{urn}{between}{} is required.", attribute.name)));
        }
        _ => (),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;
    use serde_json::json;

    fn parsed(name: &str, body: &Value) -> Result<Parsed, ScimError> {
        let catalog = Catalog::built_in();
        parse(catalog.resource_type(name).unwrap(), body)
    }

    #[test]
    fn entras_user_becomes_canonical() {
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let user = parsed(
            "User",
            &json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:x:2.0User"],
                "id": "mine", "meta": {"resourceType": "User"}, "groups": [{"value": "g"}], "roles": [],
                enterprise.to_uppercase(): {"Department": "R&D", "manager": null, "colour": "x"},
                "emails": [{"Primary": "True", "type": "work", "value": "a@b"}],
                "UserName": "A@b", "addresses": null, "userNmae": "typo"
            }),
        )
        .unwrap();
        let expected = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise],
            "userName": "A@b", "active": true,
            "emails": [{"value": "a@b", "type": "work", "primary": true}],
            enterprise: {"department": "R&D"}
        });
        assert_eq!(Value::Object(user.document).to_string(), expected.to_string());
        assert_eq!(user.members, None);
    }

    #[test]
    fn members_are_taken_out() {
        let group = parsed(
            "Group",
            &json!({"displayName": "G", "members": [{"value": "1", "display": "x"}, {"value": "1"}, "2"]}),
        )
        .unwrap();
        assert_eq!(group.members, Some(vec!["1".to_owned(), "2".to_owned()]));
        assert!(!group.document.contains_key("members"));
        assert!(parsed("Group", &json!({"displayName": "G", "members": [{"type": "User"}]})).is_err());
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(parsed("User", &json!({})).unwrap_err().detail, "userName is required.");
        assert_eq!(parsed("User", &json!({"userName": ""})).unwrap_err().detail, "userName is required.");
        assert!(parsed("User", &json!([])).unwrap_err().detail.contains("JSON object"));
    }
}

//! A whole resource, as clients send it with POST and PUT.

use crate::schema::{Attribute, Mutability, Reference, ResourceType, is_password};
use crate::value::{coerce, coerce_one};
use crate::{Object, ScimError, ScimType};
use serde_json::Value;
use std::fmt;

/// What a client sent, in canonical form.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// `schemas` and the attributes, named as the schema names them, in its order; without `id`, `meta` and relations.
    pub document: Object,
    /// The identifiers of the members, where the type has members and they were sent.
    pub members: Option<Vec<String>>,
    /// The password, where the type has one and it was sent.
    pub password: Option<PasswordChange>,
}

/// What happens to a password. It is kept hashed, apart from the document.
#[derive(Clone, PartialEq, Eq)]
pub enum PasswordChange {
    /// This is the password now, in clear text.
    Set(String),
    /// There is none any more.
    Clear,
}

impl fmt::Debug for PasswordChange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Set(_) => "Set(…)",
            Self::Clear => "Clear",
        })
    }
}

/// Reads a resource. Unknown attributes are ignored (RFC 7644 §3.3), read-only ones too (§3.5.1); a missing one that
/// has a default gets it.
///
/// # Errors
///
/// `invalidSyntax` when it is no object or names an attribute twice; `invalidValue` when a value is not of its attribute's type or a required one
/// is missing.
pub fn parse(resource_type: &ResourceType, body: &Value) -> Result<Parsed, ScimError> {
    let Value::Object(object) = body else {
        return Err(ScimError::invalid_syntax("The body must be a JSON object: the resource."));
    };
    let mut attributes = Object::new();
    let (mut members, mut password) = (None, None);
    let mut extensions: Vec<(&str, Object)> = Vec::new();
    for (name, value) in object {
        if let Some(attribute) = resource_type.attribute(name) {
            if attribute.name == "members" && resource_type.has_members() {
                members = Some(member_ids(attribute, value.clone())?);
            } else if is_password(None, attribute) {
                password = Some(password_change(attribute, value.clone())?);
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
    Ok(Parsed { document, members, password })
}

/// What a value for the password means.
///
/// # Errors
///
/// `invalidValue` when it is no text.
pub(crate) fn password_change(attribute: &Attribute, value: Value) -> Result<PasswordChange, ScimError> {
    Ok(match coerce(attribute, value, &attribute.name)? {
        Some(Value::String(text)) => PasswordChange::Set(text),
        _ => PasswordChange::Clear,
    })
}

/// For a PUT: attributes that may not change once they have a value keep it (RFC 7644 §3.5.1).
///
/// # Errors
///
/// `mutability` when the client sent another value.
pub fn keep_immutable(
    resource_type: &ResourceType,
    before: &Object,
    after: &mut Object,
) -> Result<(), ScimError> {
    keep_immutable_of(&resource_type.attributes, before, after, "")?;
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        let Some(Value::Object(before)) = before.get(urn) else { continue };
        let has_immutable = extension.schema.attributes.iter().any(is_immutable);
        if has_immutable && !after.contains_key(urn) {
            after.insert(urn.clone(), Value::Object(Object::new()));
        }
        if let Some(Value::Object(after)) = after.get_mut(urn) {
            keep_immutable_of(&extension.schema.attributes, before, after, &format!("{urn}:"))?;
        }
    }
    finish(resource_type, after)
}

/// For a PATCH: an attribute that may not change once it has a value has it still (RFC 7643 §7 `immutable`), whichever
/// way the operations took.
///
/// # Errors
///
/// `mutability` when it has another, or none.
pub(crate) fn refuse_changed_immutable(
    resource_type: &ResourceType,
    before: &Object,
    after: &Object,
) -> Result<(), ScimError> {
    let nothing = Object::new();
    refuse_changed_immutable_of(&resource_type.attributes, before, after, "")?;
    for extension in &resource_type.extensions {
        let urn = &extension.schema.id;
        let Some(Value::Object(before)) = before.get(urn) else { continue };
        let after = after.get(urn).and_then(Value::as_object).unwrap_or(&nothing);
        refuse_changed_immutable_of(&extension.schema.attributes, before, after, &format!("{urn}:"))?;
    }
    Ok(())
}

fn refuse_changed_immutable_of(
    attributes: &[Attribute],
    before: &Object,
    after: &Object,
    prefix: &str,
) -> Result<(), ScimError> {
    let nothing = Object::new();
    for attribute in attributes {
        let name = &attribute.name;
        let Some(old) = before.get(name) else { continue };
        if is_immutable(attribute) {
            if after.get(name) != Some(old) {
                let detail = format!("{prefix}{name} is immutable and has a value already.");
                return Err(ScimError::mutability(detail));
            }
        } else if let Value::Object(old) = old {
            let new = after.get(name).and_then(Value::as_object).unwrap_or(&nothing);
            refuse_changed_immutable_of(&attribute.sub_attributes, old, new, &format!("{prefix}{name}."))?;
        }
    }
    Ok(())
}

/// The document when what has this identifier is gone: without the references to it. One that the schema requires is
/// left as it is, for a resource without it could not be.
#[must_use]
pub fn without_reference(
    resource_type: &ResourceType,
    document: &Object,
    reference: &Reference,
    id: &str,
) -> Object {
    let refers = |value: &Value| value.get("value").and_then(Value::as_str) == Some(id);
    let mut changed = document.clone();
    let attributes = match &reference.extension {
        None => Some(&mut changed),
        Some(urn) => changed.get_mut(urn).and_then(Value::as_object_mut),
    };
    if let Some(attributes) = attributes {
        let is_empty = match attributes.get_mut(&reference.attribute) {
            Some(Value::Array(values)) => {
                values.retain(|value| !refers(value));
                values.is_empty()
            }
            Some(value) => refers(value),
            None => false,
        };
        if is_empty {
            attributes.remove(&reference.attribute);
        }
    }
    match finish(resource_type, &mut changed) {
        Ok(()) => changed,
        Err(_) => document.clone(),
    }
}

fn is_immutable(attribute: &Attribute) -> bool {
    attribute.mutability == Mutability::Immutable
}

fn keep_immutable_of(
    attributes: &[Attribute],
    before: &Object,
    after: &mut Object,
    prefix: &str,
) -> Result<(), ScimError> {
    for attribute in attributes {
        let name = &attribute.name;
        let Some(old) = before.get(name) else { continue };
        if is_immutable(attribute) {
            if after.get(name).is_some_and(|new| new != old) {
                return Err(ScimError::mutability(format!(
                    "{prefix}{name} is immutable and has another value already."
                )));
            }
            after.insert(name.clone(), old.clone());
        } else if let (Value::Object(old), Some(Value::Object(new))) = (old, after.get_mut(name)) {
            keep_immutable_of(&attribute.sub_attributes, old, new, &format!("{prefix}{name}."))?;
        }
    }
    Ok(())
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
    if let Some(value) = coerce(attribute, value, path)?
        && object.insert(attribute.name.clone(), value).is_some()
    {
        // RFC 7643 §2.1: names are compared without regard to case.
        return Err(ScimError::invalid_syntax(format!("{path} is there twice, spelled differently.")));
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
            require_sub_attributes(attribute, &value, urn)?;
            target.insert(attribute.name.clone(), value);
        }
        None if attribute.required && is_written(attribute) && !is_kept_apart(attribute) => {
            let between = if urn.is_empty() { "" } else { ":" };
            return Err(ScimError::invalid_value(format!("{urn}{between}{} is required.", attribute.name)));
        }
        _ => (),
    }
    Ok(())
}

/// Members and the password, which are no part of the document.
fn is_kept_apart(attribute: &Attribute) -> bool {
    attribute.name == "members" && attribute.refers_to_resources() || is_password(None, attribute)
}

fn require_sub_attributes(attribute: &Attribute, value: &Value, urn: &str) -> Result<(), ScimError> {
    let mut required = attribute.sub_attributes.iter().filter(|sub| sub.required && !sub.is_read_only());
    let values = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    match required.find(|sub| values.iter().any(|value| value.get(&sub.name).is_none())) {
        None => Ok(()),
        Some(sub) => {
            let between = if urn.is_empty() { "" } else { ":" };
            let detail = format!("{urn}{between}{}.{} is required.", attribute.name, sub.name);
            Err(ScimError::bad_request(ScimType::InvalidValue, detail))
        }
    }
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

    #[test]
    fn a_name_that_is_there_twice_is_refused() {
        let error = parsed("User", &json!({"userName": "a", "USERNAME": "b"})).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidSyntax));
        assert!(error.detail.contains("twice"), "{error}");
    }

    #[test]
    fn a_password_is_kept_apart() {
        let catalog = Catalog::with_password();
        let user = catalog.resource_type("User").unwrap();
        let body = json!({"userName": "a", "Password": "s3cret"});
        let found = parse(user, &body).unwrap();
        assert_eq!(found.password, Some(PasswordChange::Set("s3cret".into())));
        assert!(!found.document.contains_key("password"));
        assert!(!format!("{found:?}").contains("s3cret"));
        let cleared = parse(user, &json!({"userName": "a", "password": null})).unwrap();
        assert_eq!(cleared.password, Some(PasswordChange::Clear));
        assert_eq!(parsed("User", &body).unwrap().password, None, "off by default: an unknown attribute");
    }

    #[test]
    fn immutable_values_stay() {
        let catalog = Catalog::built_in()
            .extended(&[json!([
                {"id": "urn:example:T", "attributes": [
                    {"name": "serial", "mutability": "immutable"},
                    {"name": "part", "type": "complex", "subAttributes": [
                        {"name": "number", "mutability": "immutable"}, {"name": "label", "required": true}
                    ]}
                ]},
                {"name": "T", "endpoint": "/Ts", "schema": "urn:example:T"}
            ])])
            .unwrap();
        let kind = catalog.resource_type("T").unwrap();
        let document = |body: Value| parse(kind, &body).unwrap().document;
        let before = document(json!({"serial": "1", "part": {"number": "7", "label": "x"}}));
        let mut after = document(json!({"part": {"label": "y"}}));
        keep_immutable(kind, &before, &mut after).unwrap();
        assert_eq!(after["serial"], "1");
        for body in [json!({"serial": "2"}), json!({"part": {"number": "8", "label": "x"}})] {
            let error = keep_immutable(kind, &before, &mut document(body)).unwrap_err();
            assert_eq!(error.scim_type, Some(ScimType::Mutability));
        }
        let error = parse(kind, &json!({"part": {"number": "7"}})).unwrap_err();
        assert_eq!(error.detail, "part.label is required.");
    }
}

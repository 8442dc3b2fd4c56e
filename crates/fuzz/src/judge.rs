//! Whether a stored document is what its schema allows (RFC 7643 §2): said once more, without the code under test.

use muster_scim_core::{Attribute, AttributeType, Object, ResourceType};
use serde_json::Value;

/// Panics when the document is not valid.
///
/// # Panics
///
/// Then.
pub fn check(kind: &ResourceType, document: &Object) {
    if let Some(problem) = problem(kind, document) {
        panic!("{problem}: {}", Value::Object(document.clone()));
    }
}

/// What is wrong with a document; `None` when it is valid.
#[must_use]
pub fn problem(kind: &ResourceType, document: &Object) -> Option<String> {
    judge(kind, document).err()
}

fn judge(kind: &ResourceType, document: &Object) -> Result<(), String> {
    let mut urns = vec![Value::from(kind.schema.id.as_str())];
    for extension in &kind.extensions {
        let urn = extension.schema.id.as_str();
        match document.get(urn) {
            Some(Value::Object(inner)) if !inner.is_empty() => {
                urns.push(urn.into());
                attributes(&extension.schema.attributes, inner, urn)?;
            }
            Some(other) => return Err(format!("{urn} is {other}")),
            None if extension.required => return Err(format!("{urn} is missing")),
            None => (),
        }
    }
    ensure(document.get("schemas") == Some(&Value::Array(urns)), || {
        "schemas does not say what is there".into()
    })?;
    let mut own = document.clone();
    own.remove("schemas");
    // Put there by the caller, where it is.
    own.remove("id");
    own.retain(|name, _| !kind.extensions.iter().any(|extension| extension.schema.id == *name));
    if kind.has_members() {
        ensure(!own.contains_key("members"), || "members are in the document".into())?;
    }
    let known: Vec<Attribute> =
        kind.attributes.iter().filter(|attribute| attribute.name != "schemas").cloned().collect();
    attributes(&known, &own, "")
}

fn attributes(known: &[Attribute], object: &Object, place: &str) -> Result<(), String> {
    for (name, value) in object {
        let attribute = known.iter().find(|attribute| attribute.name == *name);
        let attribute = attribute.ok_or_else(|| format!("{place}:{name} is unknown"))?;
        ensure(!attribute.is_read_only(), || format!("{place}:{name} is read-only"))?;
        values(attribute, value, &format!("{place}:{name}"))?;
    }
    for attribute in known.iter().filter(|attribute| attribute.required && !attribute.is_read_only()) {
        ensure(object.contains_key(&attribute.name), || format!("{place}:{} is missing", attribute.name))?;
    }
    Ok(())
}

fn values(attribute: &Attribute, value: &Value, place: &str) -> Result<(), String> {
    if !attribute.multi_valued {
        return one(attribute, value, place);
    }
    let Value::Array(list) = value else { return Err(format!("{place} is no list")) };
    ensure(!list.is_empty(), || format!("{place} is an empty list"))?;
    for value in list {
        one(attribute, value, place)?;
    }
    let primary = list.iter().filter(|value| value["primary"] == true).count();
    ensure(primary <= 1, || format!("{primary} values of {place} are primary"))
}

fn one(attribute: &Attribute, value: &Value, place: &str) -> Result<(), String> {
    let holds = match (attribute.kind, value) {
        (AttributeType::Complex, Value::Object(inner)) => {
            ensure(!inner.is_empty(), || format!("{place} is empty"))?;
            return attributes(&attribute.sub_attributes, inner, place);
        }
        (AttributeType::Boolean, Value::Bool(_)) | (AttributeType::Decimal, Value::Number(_)) => true,
        (AttributeType::Integer, Value::Number(number)) => number.is_i64(),
        (AttributeType::DateTime, Value::String(text)) => is_time(text),
        (AttributeType::String | AttributeType::Reference | AttributeType::Binary, Value::String(text)) => {
            !text.is_empty() && !text.contains('\0')
        }
        _ => false,
    };
    ensure(holds, || format!("{place} is no {}: {value}", attribute.kind.as_str()))
}

fn ensure(holds: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem()) }
}

/// RFC 3339: the last hours of the year 9999 are beyond a timestamp, but not beyond the form.
fn is_time(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
        || jiff::fmt::temporal::Pieces::parse(text)
            .is_ok_and(|pieces| pieces.time().is_some() && pieces.to_numeric_offset().is_some())
}

//! How one attribute changes. Every function leaves an attribute without a value absent.

use super::PatchKind;
use crate::path::Selection;
use crate::schema::Attribute;
use crate::value::{check_length, coerce, coerce_one, is_primary, keep_distinct, normalize};
use crate::{Filter, Literal, Object, Operator, ScimError, ScimType};
use serde_json::Value;

/// At an attribute as a whole.
pub(super) fn attribute(
    object: &mut Object,
    kind: PatchKind,
    attribute: &Attribute,
    value: Value,
    path: &str,
) -> Result<(), ScimError> {
    if attribute.multi_valued {
        return list(object, kind, attribute, value, path);
    }
    if kind == PatchKind::Remove {
        object.remove(&attribute.name);
        return Ok(());
    }
    // Cleared sub-attributes must be seen before coercing drops them.
    if let (true, Value::Object(given)) = (attribute.is_complex(), &value) {
        return merge_into(object, attribute, given, path);
    }
    put(object, attribute, coerce(attribute, value, path)?);
    Ok(())
}

fn list(
    object: &mut Object,
    kind: PatchKind,
    attribute: &Attribute,
    value: Value,
    path: &str,
) -> Result<(), ScimError> {
    let nothing = value.is_null();
    let given = match coerce(attribute, value, path)? {
        Some(Value::Array(given)) => given,
        _ => Vec::new(),
    };
    let mut values = take_list(object, attribute);
    match kind {
        PatchKind::Replace => values = given,
        PatchKind::Remove if nothing => values.clear(),
        // Entra's form: only the listed values go (entra-facts 3.5).
        PatchKind::Remove => {
            let given: Vec<Value> = given.iter().map(|given| normalize(attribute, given)).collect();
            values.retain(|value| {
                let value = normalize(attribute, value);
                !given.iter().any(|given| means(given, &value))
            });
        }
        PatchKind::Add => {
            for value in given {
                if is_primary(&value) {
                    values.iter_mut().for_each(clear_primary);
                }
                match values.iter_mut().find(|there| is_same_but_for_primary(there, &value)) {
                    Some(there) => *there = value,
                    None => values.push(value),
                }
            }
        }
    }
    check_length(values.len(), path)?;
    put_list(object, attribute, values);
    Ok(())
}

fn is_same_but_for_primary(one: &Value, other: &Value) -> bool {
    let (Value::Object(one), Value::Object(other)) = (one, other) else { return one == other };
    let rest = |object: &Object| object.keys().filter(|name| *name != "primary").count();
    rest(one) == rest(other)
        && one.iter().all(|(name, value)| name == "primary" || other.get(name) == Some(value))
}

/// Whether a listed value means this one: everything it says is so.
fn means(given: &Value, value: &Value) -> bool {
    match (given, value) {
        (Value::Object(given), Value::Object(value)) => {
            given.iter().all(|(name, given)| value.get(name) == Some(given))
        }
        (given, value) => given == value,
    }
}

/// At a sub-attribute; of a list, at that of each value.
pub(super) fn sub_attribute(
    object: &mut Object,
    kind: PatchKind,
    attribute: &Attribute,
    sub: &Attribute,
    value: Value,
    path: &str,
) -> Result<(), ScimError> {
    let value = if kind == PatchKind::Remove { None } else { coerce(sub, value, path)? };
    if !attribute.multi_valued {
        let mut inner = match object.remove(&attribute.name) {
            Some(Value::Object(inner)) => inner,
            _ => Object::new(),
        };
        put(&mut inner, sub, value);
        put(object, attribute, (!inner.is_empty()).then_some(Value::Object(inner)));
        return Ok(());
    }
    let mut values = take_list(object, attribute);
    if values.is_empty() && value.is_some() {
        values.push(Value::Object(Object::new()));
    }
    for inner in values.iter_mut().filter_map(Value::as_object_mut) {
        put(inner, sub, value.clone());
    }
    put_list(object, attribute, values);
    Ok(())
}

/// At those values of a list that a filter selects; where there is none, one is made that meets the filter
/// (entra-facts 6 row 5), once: the next operation with the same filter finds it.
pub(super) fn selected(
    object: &mut Object,
    kind: PatchKind,
    attribute: &Attribute,
    sub: Option<&Attribute>,
    selection: &Selection,
    value: Value,
    path: &str,
) -> Result<(), ScimError> {
    let mut values = take_list(object, attribute);
    let mut chosen: Vec<usize> = (0..values.len())
        .filter(|at| selection.condition.matches_element(&normalize(attribute, &values[*at])))
        .collect();
    if kind == PatchKind::Remove {
        match sub {
            None => {
                for at in chosen.into_iter().rev() {
                    values.remove(at);
                }
            }
            Some(sub) => {
                for at in chosen {
                    if let Some(inner) = values[at].as_object_mut() {
                        inner.remove(&sub.name);
                    }
                }
            }
        }
        put_list(object, attribute, values);
        return Ok(());
    }
    let new = match sub {
        Some(sub) => New::SubAttribute(sub, coerce(sub, value, path)?),
        None => New::Value(coerce_one(attribute, value, path)?),
    };
    let cleared = matches!(&new, New::SubAttribute(_, None) | New::Value(None));
    if chosen.is_empty() && !cleared {
        let made = element_that_meets(attribute, &selection.filter).ok_or_else(|| {
            ScimError::bad_request(
                ScimType::NoTarget,
                format!("No value of {} meets the filter of the path {path}.", attribute.name),
            )
        })?;
        check_length(values.len() + 1, path)?;
        chosen.push(values.len());
        values.push(Value::Object(made));
    }
    let becomes_primary = match &new {
        New::SubAttribute(sub, Some(Value::Bool(true))) => sub.name == "primary",
        New::SubAttribute(..) | New::Value(None) => false,
        New::Value(Some(value)) => is_primary(value),
    };
    if becomes_primary {
        values.iter_mut().for_each(clear_primary);
    }
    for at in chosen.into_iter().rev() {
        match &new {
            New::SubAttribute(sub, new) => {
                if let Some(inner) = values[at].as_object_mut() {
                    put(inner, sub, new.clone());
                }
            }
            New::Value(None) => {
                values.remove(at);
            }
            New::Value(Some(Value::Object(given))) => {
                if let Some(inner) = values[at].as_object_mut() {
                    if kind == PatchKind::Replace {
                        *inner = element_that_meets(attribute, &selection.filter).unwrap_or_default();
                    }
                    inner.extend(given.clone());
                }
            }
            New::Value(Some(given)) => values[at] = given.clone(),
        }
    }
    put_list(object, attribute, values);
    Ok(())
}

enum New<'a> {
    SubAttribute(&'a Attribute, Option<Value>),
    Value(Option<Value>),
}

/// The value that a filter of equalities describes; `None` when it says anything else.
fn element_that_meets(attribute: &Attribute, filter: &Filter) -> Option<Object> {
    let mut made = Object::new();
    let parts = match filter {
        Filter::And(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    for part in parts {
        let Filter::Compare { attribute: name, operator: Operator::Equal, value } = part else { return None };
        let sub = attribute.sub_attribute(name)?;
        let value = match value {
            Literal::String(text) => Value::from(text.as_str()),
            Literal::Number(number) => Value::Number(number.clone()),
            Literal::Boolean(value) => Value::Bool(*value),
            Literal::Null => continue,
        };
        put(&mut made, sub, coerce(sub, value, name).ok()?);
    }
    Some(made)
}

/// Puts given sub-attributes over those that are there; null and the empty text clear.
fn merge_into(
    object: &mut Object,
    attribute: &Attribute,
    given: &Object,
    path: &str,
) -> Result<(), ScimError> {
    let mut inner = match object.remove(&attribute.name) {
        Some(Value::Object(inner)) => inner,
        _ => Object::new(),
    };
    for (name, value) in given {
        if let Some(sub) = attribute.sub_attribute(name).filter(|sub| !sub.is_read_only()) {
            put(&mut inner, sub, coerce(sub, value.clone(), &format!("{path}.{}", sub.name))?);
        }
    }
    put(object, attribute, (!inner.is_empty()).then_some(Value::Object(inner)));
    Ok(())
}

fn put(object: &mut Object, attribute: &Attribute, value: Option<Value>) {
    match value {
        Some(value) => object.insert(attribute.name.clone(), value),
        None => object.remove(&attribute.name),
    };
}

fn take_list(object: &mut Object, attribute: &Attribute) -> Vec<Value> {
    match object.remove(&attribute.name) {
        Some(Value::Array(values)) => values,
        _ => Vec::new(),
    }
}

fn put_list(object: &mut Object, attribute: &Attribute, mut values: Vec<Value>) {
    values.retain(|value| !value.as_object().is_some_and(Object::is_empty));
    keep_one_primary(&mut values);
    keep_distinct(&mut values);
    put(object, attribute, (!values.is_empty()).then_some(Value::Array(values)));
}

/// RFC 7643 §2.4: at most one value is primary. An operation that makes several so means the first of them.
fn keep_one_primary(values: &mut [Value]) {
    values.iter_mut().filter(|value| is_primary(value)).skip(1).for_each(clear_primary);
}

fn clear_primary(value: &mut Value) {
    if let Some(primary) = value.get_mut("primary") {
        *primary = Value::Bool(false);
    }
}

//! Values of attributes: from what clients send to what the schema says.

use crate::schema::{Attribute, AttributeType};
use crate::{Object, ScimError, fold};
use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use serde_json::{Number, Value};
use std::collections::HashSet;

/// Values that an index holds, and must fit into it, are at most so long, in characters.
const LONGEST_INDEXED: usize = 1024;
/// And so long in bytes, when they are folded: PostgreSQL's index holds 2,704 for a whole row.
const LARGEST_INDEXED: usize = 2048;

/// A list, other than of members, has at most so many values: each change goes through all of them.
pub(crate) const MOST_VALUES: usize = 1000;

/// Base64 with or without padding (RFC 7643 §2.3.6 refers to both alphabets' common use).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Brings a value of an attribute into the schema's form; `None` when it says that there is none (RFC 7643 §2.5: null
/// and an empty list; and an empty text, by which Entra clears, entra-facts 3.9).
///
/// # Errors
///
/// `invalidValue`, naming the attribute and what was expected.
pub(crate) fn coerce(attribute: &Attribute, value: Value, path: &str) -> Result<Option<Value>, ScimError> {
    if !attribute.multi_valued {
        return coerce_one(attribute, single(attribute, value, path)?, path);
    }
    let list = match value {
        Value::Array(list) => list,
        Value::Null => return Ok(None),
        one => vec![one],
    };
    check_length(list.len(), path)?;
    let mut values: Vec<Value> = Vec::with_capacity(list.len());
    for value in list {
        values.extend(coerce_one(attribute, value, path)?);
    }
    keep_distinct(&mut values);
    if values.iter().filter(|value| is_primary(value)).count() > 1 {
        return Err(ScimError::invalid_value(format!(
            "More than one value of {path} is primary; at most one can be."
        )));
    }
    Ok(if values.is_empty() { None } else { Some(Value::Array(values)) })
}

/// Refuses a list that is too long.
pub(crate) fn check_length(length: usize, path: &str) -> Result<(), ScimError> {
    if length > MOST_VALUES {
        return Err(ScimError::invalid_value(format!("{path} would have more than {MOST_VALUES} values.")));
    }
    Ok(())
}

/// RFC 7643 §2.4: the same value need not be there twice. The first stays.
pub(crate) fn keep_distinct(values: &mut Vec<Value>) {
    if values.len() < 2 {
        return;
    }
    let mut seen = HashSet::with_capacity(values.len());
    let first: Vec<bool> = values.iter().map(|value| seen.insert(value)).collect();
    let mut first = first.into_iter();
    values.retain(|_| first.next() == Some(true));
}

/// Entra wraps a manager into a list of one (entra-facts 3.7).
fn single(attribute: &Attribute, value: Value, path: &str) -> Result<Value, ScimError> {
    match value {
        Value::Array(mut list) if list.len() <= 1 && attribute.is_complex() => {
            Ok(list.pop().unwrap_or_default())
        }
        Value::Array(_) => Err(ScimError::invalid_value(format!(
            "{path} has one value of the type {}, not a list.",
            attribute.kind.as_str()
        ))),
        value => Ok(value),
    }
}

/// As [`coerce`], for one value of the attribute.
pub(crate) fn coerce_one(
    attribute: &Attribute,
    value: Value,
    path: &str,
) -> Result<Option<Value>, ScimError> {
    let value = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        value => value,
    };
    let kind = attribute.kind;
    let coerced = match (kind, value) {
        (AttributeType::Complex, value) => return coerce_complex(attribute, value, path),
        // Entra writes truth values as texts (entra-facts 3.5).
        (AttributeType::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => {
            Value::Bool(true)
        }
        (AttributeType::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => {
            Value::Bool(false)
        }
        (AttributeType::Boolean, Value::Bool(value)) => Value::Bool(value),
        (AttributeType::Integer | AttributeType::Decimal, value @ (Value::Number(_) | Value::String(_))) => {
            number(kind, &value).ok_or_else(|| wrong_type(attribute, &value, path))?
        }
        (AttributeType::DateTime, Value::String(text)) if time_in_micros(&text).is_some() => {
            Value::String(text)
        }
        (AttributeType::Binary, Value::String(text)) if is_base64(&text) => Value::String(text),
        (AttributeType::String | AttributeType::Reference, Value::String(text)) => Value::String(text),
        (_, value) => return Err(wrong_type(attribute, &value, path)),
    };
    if let Value::String(text) = &coerced {
        check_text(attribute, text, path)?;
    }
    Ok(Some(coerced))
}

fn check_text(attribute: &Attribute, text: &str, path: &str) -> Result<(), ScimError> {
    if text.contains('\0') {
        return Err(ScimError::invalid_value(format!("{path} holds a NUL character, which no value may.")));
    }
    let indexed = attribute.indexed
        || attribute.uniqueness != crate::Uniqueness::None
        || attribute.name == "externalId";
    if indexed && text.chars().count() > LONGEST_INDEXED {
        return Err(ScimError::invalid_value(format!("{path} is longer than {LONGEST_INDEXED} characters.")));
    }
    // Folding makes no text more than three times as long.
    if indexed && text.len() * 3 > LARGEST_INDEXED && fold(text).len().max(text.len()) > LARGEST_INDEXED {
        return Err(ScimError::invalid_value(format!("{path} is longer than {LARGEST_INDEXED} bytes.")));
    }
    Ok(())
}

fn coerce_complex(attribute: &Attribute, value: Value, path: &str) -> Result<Option<Value>, ScimError> {
    let object = match value {
        Value::Object(object) => object,
        // A manager, a role or a member as a bare text is its value (entra-facts 3.7, 3.8).
        Value::String(text) if attribute.sub_attribute("value").is_some() => {
            Object::from_iter([("value".to_owned(), Value::String(text))])
        }
        value => return Err(wrong_type(attribute, &value, path)),
    };
    let object = if attribute.name == "roles" { role_inside_its_value(object) } else { object };
    let mut found: Vec<(usize, Value)> = Vec::with_capacity(object.len());
    for (name, value) in object {
        let Some(position) = sub_attribute_position(attribute, &name) else { continue };
        let sub = &attribute.sub_attributes[position];
        let path = format!("{path}.{}", sub.name);
        if sub.is_read_only() {
            continue;
        }
        if let Some(value) = coerce(sub, value, &path)? {
            found.retain(|(at, _)| *at != position);
            found.push((position, value));
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    found.sort_by_key(|(position, _)| *position);
    let object: Object = found
        .into_iter()
        .map(|(position, value)| (attribute.sub_attributes[position].name.clone(), value))
        .collect();
    Ok(Some(Value::Object(object)))
}

fn sub_attribute_position(attribute: &Attribute, name: &str) -> Option<usize> {
    let position =
        |name: &str| attribute.sub_attributes.iter().position(|sub| sub.name.eq_ignore_ascii_case(name));
    // Entra writes `displayName` inside roles and members, where the RFC has `display` (entra-facts 3.8, 5.3).
    position(name)
        .or_else(|| if name.eq_ignore_ascii_case("displayName") { position("display") } else { None })
}

/// Entra's `AppRoleAssignmentsComplex` sends a role as JSON text inside `value` (entra-facts 3.8).
fn role_inside_its_value(mut object: Object) -> Object {
    while let Some((name, inner)) = inner_role(&object) {
        object.remove(&name);
        for (name, value) in inner {
            // The role's own `id` has no place in the schema.
            object.entry(name).or_insert(value);
        }
    }
    object
}

/// The member that holds a whole role, and the role; the text is shorter each time.
fn inner_role(object: &Object) -> Option<(String, Object)> {
    let is_value = |name: &str| name.eq_ignore_ascii_case("value");
    object.iter().filter(|(name, _)| is_value(name)).find_map(|(name, value)| {
        let text = value.as_str().filter(|text| text.starts_with('{'))?;
        let inner: Object = serde_json::from_str(text).ok()?;
        inner.keys().any(|name| is_value(name)).then(|| (name.clone(), inner))
    })
}

fn number(kind: AttributeType, value: &Value) -> Option<Value> {
    let number: Number = match value {
        Value::Number(number) => number.clone(),
        Value::String(text) => serde_json::from_str(text.trim()).ok()?,
        _ => return None,
    };
    if kind == AttributeType::Decimal {
        return Some(Value::Number(number));
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    let whole = number.as_i64().or_else(|| {
        number
            .as_f64()
            .filter(|number| number.fract() == 0.0 && number.abs() < 9e15)
            .map(|number| number as i64)
    })?;
    Some(whole.into())
}

fn is_base64(text: &str) -> bool {
    let standard: String = text
        .chars()
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    BASE64.decode(standard).is_ok()
}

fn wrong_type(attribute: &Attribute, value: &Value, path: &str) -> ScimError {
    let given = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let expected = match attribute.kind {
        AttributeType::String | AttributeType::Reference => "a text",
        AttributeType::Boolean => "true or false",
        AttributeType::Decimal => "a number",
        AttributeType::Integer => "a whole number",
        AttributeType::DateTime => "a date and time such as 2018-03-27T19:59:26.000Z",
        AttributeType::Binary => "base64",
        AttributeType::Complex => "an object",
    };
    ScimError::invalid_value(format!("{path} must be {expected}, and {given} that is none was sent."))
}

pub(crate) fn is_primary(value: &Value) -> bool {
    value.get("primary").and_then(Value::as_bool) == Some(true)
}

/// A value of the canonical document as a condition compares it: texts folded unless `caseExact`, times as numbers.
pub(crate) fn normalize(attribute: &Attribute, value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(|value| normalize(attribute, value)).collect(),
        Value::Object(object) => object
            .iter()
            .filter_map(|(name, value)| {
                let sub = attribute.sub_attribute(name)?;
                Some((name.clone(), normalize(sub, value)))
            })
            .collect::<Object>()
            .into(),
        Value::String(text) if attribute.kind == AttributeType::DateTime => {
            time_in_micros(text).map_or(Value::Null, Value::from)
        }
        Value::String(text) if !attribute.case_exact => Value::String(fold(text).into_owned()),
        value => value.clone(),
    }
}

/// Microseconds since the epoch of a date and time in the form of RFC 3339, with as many fractional digits as sent.
pub(crate) fn time_in_micros(text: &str) -> Option<i64> {
    match text.parse::<jiff::Timestamp>() {
        Ok(time) => Some(time.as_microsecond()),
        Err(_) => time_at_the_edge(text),
    }
}

/// `9999-12-31T23:59:59Z`, which means "without end" to many, lies beyond the last [`jiff::Timestamp`].
fn time_at_the_edge(text: &str) -> Option<i64> {
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let since = pieces
        .date()
        .to_datetime(pieces.time()?)
        .duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0));
    i64::try_from(since.as_micros()).ok()?.checked_sub(i64::from(offset.seconds()) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;
    use serde_json::json;

    fn coerced(name: &str, value: Value) -> Result<Option<Value>, String> {
        let catalog = Catalog::built_in();
        let user = catalog.resource_type("User").unwrap();
        let attribute = user
            .attribute(name)
            .or_else(|| user.extensions[0].schema.attributes.iter().find(|attribute| attribute.name == name));
        coerce(attribute.unwrap(), value, name).map_err(|error| error.detail.into_owned())
    }

    #[test]
    fn times_reach_to_the_end_of_year_9999() {
        assert_eq!(time_in_micros("1970-01-01T00:00:01.0000019Z"), Some(1_000_001));
        assert_eq!(time_in_micros("9999-12-31T23:59:59Z"), Some(253_402_300_799_000_000));
        assert_eq!(time_in_micros("9999-12-31T23:59:59.5-01:00"), Some(253_402_304_399_500_000));
        for text in ["", "9999-12-31", "9999-12-31T23:59:59", "9999-13-31T23:59:59Z", "yesterday"] {
            assert_eq!(time_in_micros(text), None, "{text}");
        }
    }

    #[test]
    fn texts_that_say_true_are_true() {
        assert_eq!(coerced("active", json!("False")), Ok(Some(json!(false))));
        assert_eq!(
            coerced("active", json!("yes")),
            Err("active must be true or false, and a text that is none was sent.".into())
        );
        assert!(coerced("active", json!(1)).is_err());
    }

    #[test]
    fn null_the_empty_text_and_the_empty_list_are_no_value() {
        for value in [json!(null), json!(""), json!([])] {
            assert_eq!(coerced("emails", value.clone()), Ok(None));
        }
        assert_eq!(coerced("title", json!("")), Ok(None));
        assert_eq!(coerced("manager", json!({"value": ""})), Ok(None));
        assert_eq!(coerced("name", json!({"givenName": null})), Ok(None));
    }

    #[test]
    fn a_manager_comes_in_every_form() {
        let manager = Ok(Some(json!({"value": "m1"})));
        assert_eq!(coerced("manager", json!("m1")), manager);
        assert_eq!(coerced("manager", json!([{"value": "m1", "displayName": "x"}])), manager);
        assert_eq!(coerced("manager", json!({"$ref": null, "VALUE": "m1"})), manager);
    }

    #[test]
    fn a_role_comes_in_every_form() {
        let role = Ok(Some(json!([{"value": "Admin", "display": "Admin", "primary": false}])));
        assert_eq!(
            coerced("roles", json!([{"primary": "False", "displayName": "Admin", "value": "Admin"}])),
            role
        );
        let text = r#"{"id":"18d1","value":"Admin","displayName":"Admin"}"#;
        assert_eq!(coerced("roles", json!([{"value": text, "primary": false}])), role);
        assert_eq!(
            coerced("roles", json!([{"Value": text.replace("value", "VALUE"), "primary": false}])),
            role
        );
        assert_eq!(coerced("roles", json!("Admin")), Ok(Some(json!([{"value": "Admin"}]))));
    }

    #[test]
    fn values_of_the_wrong_type_are_named() {
        assert!(coerced("title", json!(["a"])).unwrap_err().contains("title has one value"));
        assert!(coerced("title", json!(5)).unwrap_err().contains("title must be a text"));
        assert!(coerced("name", json!("x")).unwrap_err().contains("name must be an object"));
        assert!(
            coerced("emails", json!([{"value": {}}])).unwrap_err().contains("emails.value must be a text")
        );
        assert!(coerced("x509Certificates", json!([{"value": "?"}])).unwrap_err().contains("must be base64"));
        let two = json!([{"value": "a", "primary": true}, {"value": "b", "primary": true}]);
        assert!(coerced("emails", two).unwrap_err().contains("primary"));
        let many: Vec<String> = (0..=MOST_VALUES).map(|number| number.to_string()).collect();
        assert!(coerced("roles", json!(many)).unwrap_err().contains("more than 1000 values"));
        assert!(coerced("title", json!("a\0b")).unwrap_err().contains("NUL"));
        assert!(coerced("userName", json!("x".repeat(1025))).unwrap_err().contains("longer"));
    }
}

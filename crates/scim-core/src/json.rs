//! JSON as clients send it, read strictly.

use crate::{Object, ScimError};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::fmt;

/// Reads a body. Unlike serde_json's own reading, a member that is there twice is an error: of two values for one
/// attribute, nobody can say which the client meant (RFC 8259 §4).
///
/// # Errors
///
/// `invalidSyntax`, with the place: not JSON, a member twice, a number out of range, nested deeper than 127 levels.
pub fn parse(bytes: &[u8]) -> Result<Value, ScimError> {
    // Some clients begin with a byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.is_empty() {
        return Err(ScimError::invalid_syntax("The body is empty; JSON is expected."));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    Strict
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| ScimError::invalid_syntax(format!("The body is not JSON: {error}.")))
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(Self)?;
            if object.contains_key(&name) {
                let short: String = name.chars().take(100).collect();
                return Err(A::Error::custom(format!("the member {short:?} is there twice")));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        for text in [
            r#"{"a":[1,-2,1.5,1e3,true,false,null,"x\u00e9"],"b":{"c":{}}}"#,
            "[]",
            "18446744073709551615",
            "\"\\ud83d\\ude00\"",
        ] {
            assert_eq!(
                parse(text.as_bytes()).unwrap(),
                serde_json::from_str::<Value>(text).unwrap(),
                "{text}"
            );
        }
        assert_eq!(parse(b"\xef\xbb\xbf{}").unwrap(), Value::Object(Object::new()));
    }

    #[test]
    fn refuses_what_nobody_can_mean() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for (text, expected) in [
            ("", "empty"),
            (r#"{"a":1,"a":2}"#, "twice"),
            (r#"{"x":{"a":1,"b":2,"a":1}}"#, "twice"),
            ("1e400", "out of range"),
            (r#""\ud800""#, "hex escape"),
            ("{} {}", "trailing"),
            ("{", "EOF"),
            ("\"a\u{0}\"", "control character"),
            (deep.as_str(), "recursion"),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.detail.contains(expected), "{text}: {error}");
            assert_eq!(error.scim_type, Some(crate::ScimType::InvalidSyntax));
        }
        assert!(parse(b"\"\xff\"").is_err());
    }
}

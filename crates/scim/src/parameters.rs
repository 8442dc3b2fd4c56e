//! The parameters of a request's URL.

use muster_scim_core::{Projection, ResourceType, ScimError, ScimType};
use percent_encoding::percent_decode;
use serde_json::Value;

/// What a client asked for besides the resource. Parameters that mean nothing, such as Entra's `aadOptscim062020`
/// (entra-facts 3.6), are ignored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    pub(crate) attributes: Option<String>,
    pub(crate) excluded_attributes: Option<String>,
    pub(crate) filter: Option<String>,
    cursor: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
}

impl Parameters {
    pub(crate) fn parse(query: &str) -> Result<Self, ScimError> {
        let mut parameters = Self::default();
        for pair in query.split(['&', '?']).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if let Some(field) = parameters.field(name) {
                *field = Some(decode(name, value)?);
            }
        }
        Ok(parameters)
    }

    /// Reads a search request (RFC 7644 §3.4.3): the same parameters as members of an object, lists as lists.
    pub(crate) fn of_search_request(body: &Value) -> Result<Self, ScimError> {
        let Value::Object(body) = body else {
            return Err(ScimError::invalid_syntax("The body must be a JSON object: a search request."));
        };
        let mut parameters = Self::default();
        for (name, value) in body {
            let Some(field) = parameters.field(name) else { continue };
            let wrong =
                || ScimError::invalid_value(format!("{name} must be a text, a number or a list of texts."));
            *field = match value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                Value::Array(list) => {
                    let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
                    Some(texts.ok_or_else(wrong)?.join(","))
                }
                _ => return Err(wrong()),
            };
        }
        Ok(parameters)
    }

    fn field(&mut self, name: &str) -> Option<&mut Option<String>> {
        let fields = [
            ("filter", &mut self.filter),
            ("attributes", &mut self.attributes),
            ("excludedAttributes", &mut self.excluded_attributes),
            ("cursor", &mut self.cursor),
            ("startIndex", &mut self.start_index),
            ("count", &mut self.count),
            ("sortBy", &mut self.sort_by),
            ("sortOrder", &mut self.sort_order),
        ];
        fields.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, field)| field)
    }

    /// The attribute to sort by.
    pub(crate) fn sort_by(&self) -> Option<&str> {
        self.sort_by.as_deref().map(str::trim).filter(|notation| !notation.is_empty())
    }

    /// Whether the greatest comes first.
    pub(crate) fn descending(&self) -> Result<bool, ScimError> {
        Ok(match self.sort_order.as_deref().map(str::trim) {
            None | Some("") => false,
            Some(order) if order.eq_ignore_ascii_case("ascending") => false,
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(_) => return Err(ScimError::invalid_value("sortOrder must be ascending or descending.")),
        })
    }

    /// The cursor, empty for the first page; `None` when pages are asked for by index (RFC 9865 §2).
    pub(crate) fn cursor(&self) -> Result<Option<&str>, ScimError> {
        match (&self.cursor, &self.start_index) {
            (Some(_), Some(_)) => Err(ScimError::bad_request(
                ScimType::InvalidCursor,
                "cursor and startIndex are two ways to ask for a page: use one of them.",
            )),
            (cursor, _) => Ok(cursor.as_deref()),
        }
    }

    pub(crate) fn projection(&self, resource_type: &ResourceType) -> Projection {
        Projection::parse(resource_type, self.attributes.as_deref(), self.excluded_attributes.as_deref())
    }

    /// From 1 on (RFC 7644 §3.4.2.4: a value less than 1 is interpreted as 1).
    pub(crate) fn start_index(&self) -> Result<i64, ScimError> {
        Ok(number("startIndex", self.start_index.as_deref())?.unwrap_or(1).max(1))
    }

    /// How many with a cursor: one at least (RFC 9865 §2.1).
    pub(crate) fn cursor_count(&self, default: u32, most: u32) -> Result<i64, ScimError> {
        match number("count", self.count.as_deref()) {
            Ok(None) => Ok(default.into()),
            Ok(Some(count)) if count > 0 => Ok(count.min(most.into())),
            _ => Err(ScimError::bad_request(
                ScimType::InvalidCount,
                format!(
                    "With a cursor, count must be a whole number from 1 on; {most} are answered at most."
                ),
            )),
        }
    }

    /// How many: none for a negative value (RFC 7644 §3.4.2.4).
    pub(crate) fn count(&self, default: u32, most: u32) -> Result<i64, ScimError> {
        let count = number("count", self.count.as_deref())?.unwrap_or_else(|| default.into());
        Ok(count.clamp(0, most.into()))
    }
}

fn decode(name: &str, value: &str) -> Result<String, ScimError> {
    let spaced = value.replace('+', " ");
    let decoded = percent_decode(spaced.as_bytes())
        .decode_utf8()
        .map_err(|_| ScimError::invalid_value(format!("The parameter {name} is not UTF-8.")))?;
    Ok(decoded.into_owned())
}

fn number(name: &str, value: Option<&str>) -> Result<Option<i64>, ScimError> {
    let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else { return Ok(None) };
    value.parse().map(Some).map_err(|_| ScimError::invalid_value(format!("{name} must be a whole number.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_entra_sends() {
        let parameters = Parameters::parse("aadOptscim062020&filter=userName+eq+%22a%2Bb%40c%22").unwrap();
        assert_eq!(parameters.filter.as_deref(), Some("userName eq \"a+b@c\""));
        let parameters = Parameters::parse("aadOptscim062020?startIndex=0&count=-1").unwrap();
        assert_eq!(parameters.start_index(), Ok(1));
        assert_eq!(parameters.count(100, 1000), Ok(0));
        assert_eq!(Parameters::parse("count=5000").unwrap().count(100, 1000), Ok(1000));
        assert!(Parameters::parse("count=x").unwrap().count(100, 1000).is_err());
        assert!(Parameters::parse("filter=%ff").is_err());
    }
}

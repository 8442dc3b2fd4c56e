//! The target paths of attribute mappings: `name.givenName`, `emails[type eq "work"].value`, `urn:…:User:department`.

use serde_json::{Map, Value};

/// A path, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TargetPath<'a> {
    urn: Option<&'a str>,
    attribute: &'a str,
    /// The value of `type` that selects from a list.
    kind: Option<&'a str>,
    sub: Option<&'a str>,
}

impl<'a> TargetPath<'a> {
    pub(crate) fn parse(path: &'a str) -> Self {
        let (urn, rest) = match path.rsplit_once(':') {
            Some((urn, rest)) if urn.starts_with("urn:") => (Some(urn), rest),
            _ => (None, path),
        };
        if let Some((attribute, rest)) = rest.split_once('[') {
            let kind = rest.split('"').nth(1);
            let sub = rest.split_once("].").map(|(_, sub)| sub);
            return Self { urn, attribute, kind, sub };
        }
        match rest.split_once('.') {
            Some((attribute, sub)) => Self { urn, attribute, kind: None, sub: Some(sub) },
            None => Self { urn, attribute: rest, kind: None, sub: None },
        }
    }

    /// Whether a PATCH without a path can carry it: lists stay operations of their own (entra-facts 3.6).
    pub(crate) const fn is_plain(&self) -> bool {
        self.kind.is_none()
    }

    /// Puts the value into a resource that is to be created.
    pub(crate) fn insert(&self, resource: &mut Map<String, Value>, value: Value) {
        let mut place = resource;
        if let Some(urn) = self.urn {
            place = object(place.entry(urn).or_insert_with(|| Map::new().into()));
        }
        match (self.kind, self.sub) {
            (Some(kind), Some(sub)) => {
                let list = place.entry(self.attribute).or_insert_with(|| Value::Array(Vec::new()));
                let Value::Array(list) = list else { return };
                let position = list.iter().position(|value| value["type"] == kind).unwrap_or_else(|| {
                    list.push(serde_json::json!({ "type": kind }));
                    list.len() - 1
                });
                object(&mut list[position]).insert(sub.to_owned(), value);
            }
            (None, Some(sub)) => {
                let inner = place.entry(self.attribute).or_insert_with(|| Map::new().into());
                object(inner).insert(sub.to_owned(), value);
            }
            _ => {
                place.insert(self.attribute.to_owned(), value);
            }
        }
    }

    /// The value in a resource.
    pub(crate) fn read<'v>(&self, resource: &'v Value) -> Option<&'v Value> {
        let mut place = resource;
        if let Some(urn) = self.urn {
            place = place.get(urn)?;
        }
        place = place.get(self.attribute)?;
        if let Some(kind) = self.kind {
            place = place.as_array()?.iter().find(|value| value["type"] == kind)?;
        }
        if let Some(sub) = self.sub {
            place = place.get(sub)?;
        }
        Some(place).filter(|value| !value.is_null() && *value != "")
    }
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Map::new().into();
    }
    match value {
        Value::Object(object) => object,
        _ => unreachable!("it was made an object above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_inserted_is_read() {
        let mut resource = Map::new();
        let paths = [
            "userName",
            "name.givenName",
            "emails[type eq \"work\"].value",
            "phoneNumbers[type eq \"work\"].value",
            "phoneNumbers[type eq \"mobile\"].value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        ];
        for path in paths {
            TargetPath::parse(path).insert(&mut resource, path.into());
        }
        let resource = Value::Object(resource);
        for path in paths {
            assert_eq!(TargetPath::parse(path).read(&resource), Some(&json!(path)));
        }
        assert_eq!(resource["phoneNumbers"].as_array().unwrap().len(), 2);
        assert_eq!(TargetPath::parse("title").read(&resource), None);
    }
}

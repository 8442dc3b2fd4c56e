//! A bulk request as it is written.

use super::references;
use muster_scim_core::ScimError;
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// The operations, in order.
pub(super) struct BulkRequest {
    pub(super) operations: Vec<BulkOperation>,
    /// After so many errors nothing more is done.
    pub(super) fail_on_errors: Option<u64>,
}

/// One operation.
pub(super) struct BulkOperation {
    pub(super) method: Method,
    pub(super) bulk_id: Option<String>,
    pub(super) path: String,
    pub(super) data: Value,
    /// The version that the resource must have.
    pub(super) version: Option<String>,
    /// The `bulkId`s that its path and its data refer to.
    pub(super) needs: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl BulkRequest {
    /// Reads a request; `None` when it has more operations than `most`.
    ///
    /// # Errors
    ///
    /// `invalidSyntax` when its form is wrong.
    pub(super) fn parse(body: Value, most: usize) -> Result<Option<Self>, ScimError> {
        let Value::Object(body) = body else {
            return Err(syntax("The body must be a JSON object with Operations."));
        };
        let (mut list, mut fail_on_errors) = (None, None);
        for (name, value) in body {
            if name.eq_ignore_ascii_case("Operations") {
                list = Some(value);
            } else if name.eq_ignore_ascii_case("failOnErrors") && !value.is_null() {
                let count = value.as_u64().filter(|count| *count > 0);
                fail_on_errors =
                    Some(count.ok_or_else(|| syntax("failOnErrors must be a whole number from 1 on."))?);
            }
        }
        let Some(Value::Array(list)) = list else {
            return Err(syntax("The body must have Operations: a list of operations."));
        };
        if list.len() > most {
            return Ok(None);
        }
        let mut bulk_ids = HashSet::new();
        let mut operations = Vec::with_capacity(list.len());
        for (number, value) in list.into_iter().enumerate() {
            let operation = operation(number + 1, value)?;
            if let Some(bulk_id) = &operation.bulk_id
                && !bulk_ids.insert(bulk_id.clone())
            {
                return Err(syntax(&format!("The bulkId {bulk_id:?} is there twice.")));
            }
            operations.push(operation);
        }
        Ok(Some(Self { operations, fail_on_errors }))
    }
}

fn operation(number: usize, value: Value) -> Result<BulkOperation, ScimError> {
    let Value::Object(object) = value else {
        return Err(syntax(&format!("Operation {number} is not a JSON object.")));
    };
    let (mut method, mut bulk_id, mut path, mut version, mut data) = (None, None, None, None, Value::Null);
    for (name, value) in object {
        let text = || value.as_str().map(str::to_owned);
        match name.to_ascii_lowercase().as_str() {
            "method" => method = text(),
            "bulkid" => bulk_id = text().filter(|id| !id.is_empty()),
            "path" => path = text(),
            "version" => version = text(),
            "data" => data = value,
            _ => (),
        }
    }
    let method = match method.map(|method| method.to_ascii_uppercase()).as_deref() {
        Some("POST") => Method::Post,
        Some("PUT") => Method::Put,
        Some("PATCH") => Method::Patch,
        Some("DELETE") => Method::Delete,
        _ => {
            return Err(syntax(&format!(
                "Operation {number} must have a method: POST, PUT, PATCH or DELETE."
            )));
        }
    };
    let path = path.filter(|path| path.starts_with('/'));
    let path = path.ok_or_else(|| syntax(&format!("Operation {number} must have a path such as /Users.")))?;
    if method == Method::Post && bulk_id.is_none() {
        // RFC 7644 §3.7: REQUIRED when method is POST.
        return Err(syntax(&format!("Operation {number} is a POST and must have a bulkId.")));
    }
    let mut needs = BTreeSet::new();
    references::collect(&path, &data, &mut needs);
    Ok(BulkOperation { method, bulk_id, path, data, version, needs })
}

fn syntax(detail: &str) -> ScimError {
    ScimError::invalid_syntax(detail.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_an_operation_refers_to_is_found() {
        let body = json!({"failOnErrors": 2, "operations": [
            {"method": "post", "bulkId": "g", "path": "/Groups", "data": {"members": [{"value": "bulkId:u"}]}},
            {"method": "PATCH", "path": "/Groups/bulkId:g", "version": "W/\"1\"", "data": {"Operations": [
                {"op": "remove", "path": "members[value eq \"bulkId:v\"]"}]}},
        ]});
        let request = BulkRequest::parse(body, 2).unwrap().unwrap();
        assert_eq!(request.fail_on_errors, Some(2));
        assert_eq!(request.operations[0].needs, BTreeSet::from(["u".to_owned()]));
        assert_eq!(request.operations[1].needs, BTreeSet::from(["g".to_owned(), "v".to_owned()]));
    }

    #[test]
    fn mistakes_of_form_are_told() {
        for (body, expected) in [
            (json!([]), "JSON object"),
            (json!({}), "must have Operations"),
            (json!({"Operations": [1]}), "Operation 1 is not"),
            (json!({"Operations": [{"method": "GET", "path": "/Users"}]}), "must have a method"),
            (json!({"Operations": [{"method": "DELETE", "path": "Users"}]}), "must have a path"),
            (json!({"Operations": [{"method": "POST", "path": "/Users"}]}), "must have a bulkId"),
            (json!({"Operations": [], "failOnErrors": 0}), "failOnErrors"),
            (
                json!({"Operations": [{"method": "POST", "path": "/U", "bulkId": "a"}, {"method": "POST", "path": "/U", "bulkId": "a"}]}),
                "twice",
            ),
        ] {
            let error = BulkRequest::parse(body, 10).err().unwrap();
            assert!(error.detail.contains(expected), "{error}");
        }
        let two = json!({"Operations": [{"method": "DELETE", "path": "/Users/1"}, {"method": "DELETE", "path": "/Users/2"}]});
        assert!(BulkRequest::parse(two, 1).unwrap().is_none());
    }
}

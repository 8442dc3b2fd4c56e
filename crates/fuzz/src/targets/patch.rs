//! PATCH: whatever the operations are, the resource stays valid, or nothing happens.

use super::{check_error, resource_types};
use crate::judge;
use muster_scim_core::{Object, PatchRequest, json as strict, resource};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// Documents to patch, of each resource type.
static BEFORE: LazyLock<Vec<Vec<Object>>> = LazyLock::new(|| {
    let bodies = [
        json!({"userName": "a", "displayName": "A"}),
        json!({
            "userName": "Ada@Example.com", "displayName": "Ada", "externalId": "E", "active": false, "title": "T",
            "name": {"familyName": "Byron", "givenName": "Ada"},
            "emails": [{"value": "a@b", "type": "work", "primary": true}, {"value": "c@d", "type": "home"}, {"value": "e@f", "type": "work"}],
            "addresses": [{"type": "work", "locality": "Bonn"}], "roles": [{"value": "Admin", "primary": true}],
            "phoneNumbers": [{"value": "1", "type": "work"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D", "manager": "m"}
        }),
    ];
    resource_types()
        .iter()
        .map(|kind| {
            bodies.iter().map(|body| resource::parse(kind, body).expect("a resource").document).collect()
        })
        .collect()
});

pub(super) fn run(data: &[u8]) {
    let body = match strict::parse(data) {
        Ok(body) => body,
        Err(error) => return check_error(&error),
    };
    let request = match PatchRequest::parse(body) {
        Ok(request) => request,
        Err(error) => return check_error(&error),
    };
    for (kind, documents) in resource_types().iter().zip(BEFORE.iter()) {
        for before in documents {
            let patched = match request.apply(kind, before) {
                Ok(patched) => patched,
                Err(error) => {
                    check_error(&error);
                    continue;
                }
            };
            judge::check(kind, &patched.document);
            assert_eq!(patched.changed, patched.document != *before);
            // What a PATCH makes, a PUT may send.
            let document = Value::Object(patched.document);
            let put = resource::parse(kind, &document).expect("what a PATCH makes is a resource").document;
            assert_eq!(Value::Object(put), with_defaults(&document));
        }
    }
}

/// A PUT gives what is missing its default; a PATCH may take it away.
fn with_defaults(document: &Value) -> Value {
    let mut document = document.clone();
    if document["schemas"][0] == "urn:ietf:params:scim:schemas:core:2.0:User"
        && document.get("active").is_none()
    {
        document["active"] = true.into();
    }
    document
}

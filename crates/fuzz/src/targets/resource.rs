//! Resources of POST and PUT: what is accepted is valid, and accepted again as the same.

use super::{check_error, resource_types};
use crate::judge;
use muster_scim_core::{json, resource, search_content};
use serde_json::Value;

pub(super) fn run(data: &[u8]) {
    let body = match json::parse(data) {
        Ok(body) => body,
        Err(error) => return check_error(&error),
    };
    for kind in resource_types() {
        let parsed = match resource::parse(kind, &body) {
            Ok(parsed) => parsed,
            Err(error) => {
                check_error(&error);
                continue;
            }
        };
        judge::check(kind, &parsed.document);
        let document = Value::Object(parsed.document.clone());
        let read: Value = serde_json::from_str(&document.to_string()).expect("what is stored is JSON");
        assert_eq!(read, document, "what is stored is read as the same");
        let again = resource::parse(kind, &document).expect("what was accepted is accepted again");
        assert_eq!(Value::Object(again.document).to_string(), document.to_string());
        let _ = search_content(kind, &parsed.document);
    }
}

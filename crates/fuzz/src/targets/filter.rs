//! Filters: what is read is printed and read again as the same; what it means can be asked of any resource.

use super::{check_error, resource_types};
use muster_scim_core::{Condition, Filter, Resource, resource, search_content};
use serde_json::{Value, json};
use std::sync::LazyLock;

static SEARCH: LazyLock<Vec<Value>> = LazyLock::new(|| {
    resource_types()
        .iter()
        .map(|kind| {
            let body = json!({
                "userName": "Ada@Example.com", "displayName": "Ada", "externalId": "E", "active": true,
                "name": {"familyName": "Byron"}, "emails": [{"value": "a@b", "type": "work", "primary": true}, {"value": "c@d"}],
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Straße", "manager": "m"}
            });
            let parsed = resource::parse(kind, &body).expect("a resource of every type");
            search_content(kind, &parsed.document).search
        })
        .collect()
});

pub(super) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let filter: Filter = match text.parse() {
        Ok(filter) => filter,
        Err(error) => {
            assert!(
                error.character <= text.chars().count() + 1 || text.len() > 16 * 1024,
                "{error} in {text:?}"
            );
            return;
        }
    };
    let printed = filter.to_string();
    // What is printed may be longer than what was read, and too long.
    if printed.len() <= 16 * 1024 {
        assert_eq!(printed.parse().as_ref(), Ok(&filter), "{text:?} is printed as {printed:?}");
    }
    for (kind, search) in resource_types().iter().zip(SEARCH.iter()) {
        match Condition::of_resource(&filter, kind) {
            Err(error) => check_error(&error),
            Ok(condition) => {
                let resource = Resource {
                    id: "id",
                    created: 1,
                    last_modified: 2,
                    version: 3,
                    search,
                    members: &[],
                    groups: &[],
                };
                let not = Condition::Not(Box::new(condition.clone()));
                assert_ne!(condition.matches(&resource), not.matches(&resource), "{text:?}");
            }
        }
    }
}

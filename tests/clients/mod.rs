//! Provisioning clients other than Entra ID: what each is known to send, in the order in which it sends it.

mod authentik;
mod google;
mod jumpcloud;
mod keycloak;
mod metadata_driven;
mod midpoint;
mod okta;
mod onelogin;
mod pingone;
mod sailpoint;

use crate::support::{Api, Reply};
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The members of a group, sorted.
async fn members(api: &Api, path: &str) -> Vec<String> {
    let group = api.get(path).await.expect(200).body;
    let list = group["members"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut ids: Vec<String> =
        list.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// Sorted, as [`members`] gives them.
fn sorted(ids: &[&String]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
    ids.sort();
    ids
}

/// A value as a PATCH of one operation without a path.
async fn patch_whole(api: &Api, path: &str, op: &str, value: Value) -> Reply {
    api.patch(path, json!([{"op": op, "value": value}])).await
}

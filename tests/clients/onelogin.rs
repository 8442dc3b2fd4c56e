//! OneLogin: users by a JSON template, groups by PATCH, an empty User-Agent.

use super::{ENTERPRISE, GROUP, USER, members, sorted};
use crate::support::{Server, on_both_databases};
use reqwest::Method;
use serde_json::json;

on_both_databases!(people_and_groups_are_provisioned);

async fn people_and_groups_are_provisioned(server: &mut Server) {
    let api = server.api().await;
    let headers = [
        ("user-agent", ""),
        ("content-type", "application/scim+json"),
        ("accept", "application/scim+json, application/json"),
    ];
    let ask = async |method: Method, path: &str, body: serde_json::Value| {
        api.send_with(method, path, &headers, (!body.is_null()).then(|| body.to_string())).await
    };
    let none = ask(Method::GET, "/Users?filter=userName%20eq%20%22ada%40example.com%22", json!(null))
        .await
        .expect(200);
    assert_eq!(none.body["totalResults"], 0);
    // Parameters that the template names and the person does not have come as empty texts.
    let template = json!({
        "schemas": [USER, ENTERPRISE], "userName": "ada@example.com", "displayName": "Ada Byron",
        "name": {"givenName": "Ada", "familyName": "Byron", "formatted": "Ada Byron"},
        "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
        "title": "", "phoneNumbers": [{"value": "", "type": "work"}],
        ENTERPRISE: {"department": "Engines", "manager": {"value": ""}}
    });
    let made = ask(Method::POST, "/Users", template.clone()).await.expect(201);
    assert_eq!((made.body.get("title"), &made.body[ENTERPRISE]), (None, &json!({"department": "Engines"})));
    let path = format!("/Users/{}", made.id());
    let mut changed = template;
    changed["id"] = made.id().into();
    changed["active"] = false.into();
    assert_eq!(ask(Method::PUT, &path, changed).await.expect(200).body["active"], false);

    let bob = api.user("bob").await;
    let none =
        ask(Method::GET, "/Groups?filter=displayName%20eq%20%22Engineers%22", json!(null)).await.expect(200);
    assert_eq!(none.body["totalResults"], 0);
    let group = ask(Method::POST, "/Groups", json!({"schemas": [GROUP], "displayName": "Engineers"}))
        .await
        .expect(201);
    let path = format!("/Groups/{}", group.id());
    let patch = |op: &str, id: &str| json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{"op": op, "path": "members", "value": [{"value": id}]}]});
    for id in [&made.id(), &bob] {
        ask(Method::PATCH, &path, patch("add", id)).await.expect(204);
    }
    assert_eq!(members(&api, &path).await, sorted(&[&made.id(), &bob]));
    ask(Method::PATCH, &path, patch("remove", &bob)).await.expect(204);
    assert_eq!(members(&api, &path).await, [made.id()], "only who is listed goes");
    ask(Method::DELETE, &format!("/Users/{}", made.id()), json!(null)).await.expect(204);
    assert!(members(&api, &path).await.is_empty());
}

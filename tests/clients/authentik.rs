//! authentik: it asks the server whether it can PATCH; groups without a path, members by lists; whole groups by PUT when
//! PATCH is off.

use super::{GROUP, USER, members, patch_whole, sorted};
use crate::support::{Server, on_both_databases};
use serde_json::json;

on_both_databases!(groups_are_kept_in_every_way);

async fn groups_are_kept_in_every_way(server: &mut Server) {
    let api = server.api().await;
    assert_eq!(api.get("/ServiceProviderConfig").await.expect(200).body["patch"]["supported"], true);
    let mut ids = Vec::new();
    for name in ["akadmin", "bob"] {
        let user = json!({
            "schemas": [USER], "userName": name, "externalId": format!("uid-{name}"), "active": true, "displayName": name,
            "name": {"formatted": name, "givenName": name, "familyName": " "}, "photos": [], "locale": null,
            "emails": [{"value": format!("{name}@example.com"), "type": "other", "primary": true}]
        });
        ids.push(api.post("/Users", user).await.expect(201).id());
    }
    assert_eq!(
        api.find("/Users", "externalId eq \"uid-bob\"").await.expect(200).each("id"),
        [ids[1].clone()]
    );

    let group = api
        .post("/Groups", json!({"schemas": [GROUP], "externalId": "gid", "displayName": "authentik Admins"}))
        .await
        .expect(201);
    let path = format!("/Groups/{}", group.id());
    // Without a path.
    let whole = json!({"id": group.id(), "externalId": "gid", "displayName": "authentik Administrators", "schemas": [GROUP]});
    patch_whole(&api, &path, "replace", whole).await.expect(204);
    assert_eq!(api.get(&path).await.body["displayName"], "authentik Administrators");

    let list = |op: &str, ids: &[String]| {
        let values: Vec<_> = ids.iter().map(|id| json!({"value": id})).collect();
        json!([{"op": op, "path": "members", "value": values}])
    };
    api.patch(&path, list("add", &ids)).await.expect(204);
    assert_eq!(members(&api, &path).await, sorted(&[&ids[0], &ids[1]]));
    api.patch(&path, list("remove", &ids[..1])).await.expect(204);
    assert_eq!(members(&api, &path).await, [ids[1].clone()]);

    let put = json!({"schemas": [GROUP], "id": group.id(), "externalId": "gid", "displayName": "authentik Administrators", "members": [{"value": ids[0]}]});
    api.put(&path, put).await.expect(200);
    assert_eq!(members(&api, &path).await, [ids[0].clone()]);
}

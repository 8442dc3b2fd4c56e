//! Keycloak's plugins: discovery first, PUT for everything, several requests at once.

use super::{GROUP, USER, members, sorted};
use crate::support::{Server, on_both_databases};
use futures_util::future::join_all;
use serde_json::json;

on_both_databases!(a_realm_is_synchronised_in_parallel);

async fn a_realm_is_synchronised_in_parallel(server: &mut Server) {
    let api = server.api().await;
    for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
        api.get(path).await.expect(200);
    }
    let user = |number: usize| {
        json!({
            "schemas": [USER], "externalId": format!("f:{number}"), "userName": format!("user{number}"), "active": true,
            "name": {"givenName": "U", "familyName": number.to_string()}, "displayName": format!("U {number}"),
            "emails": [{"value": format!("user{number}@example.com"), "primary": true, "type": "work"}]
        })
    };
    let ids = join_all((0..20).map(|number| {
        let (api, body) = (api.clone(), user(number));
        async move { api.post("/Users", body).await.expect(201).id() }
    }))
    .await;
    let group = api
        .post("/Groups", json!({"schemas": [GROUP], "externalId": "g", "displayName": "realm"}))
        .await
        .expect(201);
    let path = format!("/Groups/{}", group.id());
    // Everybody is replaced while the group's members are.
    let people = join_all(ids.iter().enumerate().map(|(number, id)| {
        let (api, mut body, path) = (api.clone(), user(number), format!("/Users/{id}"));
        body["title"] = "T".into();
        async move { api.put(&path, body).await.expect(200).body["title"] == "T" }
    }));
    let groups = join_all((0..4).map(|round| {
        let (api, path) = (api.clone(), path.clone());
        let members: Vec<_> = ids.iter().skip(round).map(|id| json!({"value": id})).collect();
        async move {
            api.put(
                &path,
                json!({"schemas": [GROUP], "externalId": "g", "displayName": "realm", "members": members}),
            )
            .await
            .expect(200);
        }
    }));
    let (people, _) = tokio::join!(people, groups);
    assert!(people.into_iter().all(|done| done));
    // Whoever came last: what is there is one of the four, whole.
    let found = members(&api, &path).await;
    let possible: Vec<Vec<String>> =
        (0..4).map(|round| sorted(&ids.iter().skip(round).collect::<Vec<_>>())).collect();
    assert!(possible.contains(&found), "{found:?}");
}
